"""Logistic regression of the label on what each signal contributes, within bounds.

log-odds = prior + sum of factor x contribution - what protects

Each factor multiplies a weight; strengths, saturation, fading and the ratio between peers and adults stay as the rules have them. A factor
is positive, whatever the data say: a behaviour speaks for risk. A cap falls with its weight and never rises: it is what keeps twenty
harmless repeats from adding up, of which there are too few in any stream.
"""

import dataclasses

import numpy
import scipy.optimize
import scipy.special


@dataclasses.dataclass
class Bounds:
    rise: float = 1.5  # a weight becomes at most so many times larger ...
    fall: float = 1.0  # ... or smaller: docs/calibration.md says why not at all
    pull: float = 20.0  # penalty: pull x log(factor)^2, in units of relations


def scaled(contributions, caps, factors):
    """Contributions with their weights times `factors`, up to `caps`. What was at its cap was there by at least so much: exact."""
    return numpy.minimum(contributions * factors, numpy.maximum(contributions, caps))


@dataclasses.dataclass
class Fit:
    factors: dict  # by signal

    def log_odds(self, rows, caps):
        terms = rows.terms()
        factors = numpy.array([self.factors.get(term, 1.0) for term in terms])
        contributions = scaled(rows.matrices(terms), rows.caps(terms, caps), factors)
        return rows.column("prior") + contributions.sum(axis=1) - rows.column("protective")


UNFITTED = Fit({})


def fit(rows, caps, fitted, bounds):
    """`caps`: by signal, cap and share of it between peers. `fitted`: signals whose weight may change. Returns a Fit."""
    terms = [term for term in rows.terms() if term in fitted]
    others = [term for term in rows.terms() if term not in fitted]
    fixed = rows.column("prior") + rows.matrices(others).sum(axis=1) - rows.column("protective")
    contributions, most = rows.matrices(terms), rows.caps(terms, caps)
    risky = rows.column("risky").astype(float)
    weights = rows.weights()

    def cost(logs):
        factors = numpy.exp(logs)
        slopes = numpy.where(contributions * factors <= numpy.maximum(contributions, most), contributions, 0)
        log_odds = fixed + scaled(contributions, most, factors).sum(axis=1)
        loss = weights @ (numpy.logaddexp(0, log_odds) - risky * log_odds) + bounds.pull * (logs @ logs)
        error = weights * (scipy.special.expit(log_odds) - risky)
        return loss, factors * (slopes.T @ error) + 2 * bounds.pull * logs

    limits = [(-numpy.log(bounds.fall), numpy.log(bounds.rise))] * len(terms)
    found = scipy.optimize.minimize(cost, numpy.zeros(len(terms)), jac=True, bounds=limits, method="L-BFGS-B", options={"maxiter": 2000})
    if not found.success:
        raise RuntimeError("the fit did not converge: " + str(found.message))
    return Fit(dict(zip(terms, numpy.exp(found.x))))


@dataclasses.dataclass
class Bin:
    start: float
    count: float
    mean_risk: float
    share_risky: float


@dataclasses.dataclass
class Quality:
    brier: float
    log_loss: float
    distance: float  # mean distance of risk from the share that is risky, over pairs with a risk of at least 0.05
    bins: list


def quality(rows, caps, fitted, moment="highest"):
    """How well risks are probabilities; of pairs at `moment`, ordinary ones at their highest."""
    chosen = (rows.column("moment") == moment) | ~rows.column("risky").astype(bool)
    log_odds = fitted.log_odds(rows, caps)[chosen]
    risky = rows.column("risky").astype(float)[chosen]
    weights = rows.weights(of_moments=False)[chosen]
    risk = scipy.special.expit(log_odds)
    brier = numpy.average((risk - risky) ** 2, weights=weights)
    log_loss = numpy.average(numpy.logaddexp(0, log_odds) - risky * log_odds, weights=weights)
    bins, distance, counted = [], 0.0, 0.0
    for tenth in range(10):
        inside = (risk >= max(0.05, tenth / 10)) & (risk < (tenth + 1) / 10 if tenth < 9 else risk <= 1)
        count = weights[inside].sum()
        if count == 0:
            continue
        mean = numpy.average(risk[inside], weights=weights[inside])
        share = numpy.average(risky[inside], weights=weights[inside])
        bins.append(Bin(tenth / 10, count, mean, share))
        distance += count * abs(mean - share)
        counted += count
    return Quality(brier, log_loss, distance / counted if counted else 0.0, bins)
