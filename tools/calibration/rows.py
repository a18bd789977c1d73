"""What `pairwatch evaluate --features` writes, as matrices."""

import collections
import json

import numpy

# Each moment of a risky relation counts for so much; an ordinary pair is known by its highest alone.
MOMENT_SHARES = {"highest": 0.5, "before_harm": 0.5}


class Rows:
    """One row for a pair and moment. `terms`: columns of `contributions`; log-odds are prior + contributions - protective."""

    def __init__(self, lines, stream=0):
        self.records = [json.loads(line) for line in lines]
        for record in self.records:
            record["stream"] = stream

    def extend(self, other):
        self.records.extend(other.records)

    def terms(self):
        return sorted({term for record in self.records for term in record["contributions"]})

    def matrices(self, terms):
        """What each of the terms contributes; others are left out."""
        places = {term: place for place, term in enumerate(terms)}
        contributions = numpy.zeros((len(self.records), len(terms)))
        for row, record in enumerate(self.records):
            for term, log_odds in record["contributions"].items():
                if term in places:
                    contributions[row, places[term]] = log_odds
        return contributions

    def caps(self, terms, caps):
        """The most that each can contribute in each row. `caps`: by term, cap and share of it between peers; what has none is unbounded."""
        most = numpy.full((len(self.records), len(terms)), numpy.inf)
        peers = self.column("gate")
        peers = (peers == "judged_peer") | (peers == "judged_assured")
        for place, term in enumerate(terms):
            if term in caps:
                cap, peer_share = caps[term]
                most[:, place] = numpy.where(peers, cap * peer_share, cap)
        return most

    def column(self, name):
        return numpy.array([record[name] for record in self.records])

    def weights(self, of_moments=True):
        """A relation counts once, however many pairs its account has; so does an ordinary pair that nobody labelled. `of_moments`: its
        moments share that."""
        pairs = collections.Counter((r["stream"], r["relation"], r["moment"]) for r in self.records if r["relation"] >= 0)
        moments = {(r["stream"], r["relation"], r["moment"]) for r in self.records if r["relation"] >= 0}
        weights = numpy.ones(len(self.records))
        for row, r in enumerate(self.records):
            if r["relation"] < 0:
                continue
            weights[row] /= pairs[r["stream"], r["relation"], r["moment"]]
            if of_moments and (r["stream"], r["relation"], "before_harm") in moments:
                weights[row] *= MOMENT_SHARES[r["moment"]]
        return weights
