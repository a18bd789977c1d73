#!/usr/bin/env python3
"""What tools/calibrate promises of its fit: bounds, direction, that few data change little; and that numbers alone change in the rules."""

import json
import pathlib
import random
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools/calibration"))

import fit as fitting  # noqa: E402
from rows import Rows  # noqa: E402
from rules_files import CODE, HAND_SET, SIGNALS, Files, Proposal  # noqa: E402

BOUNDS = fitting.Bounds(rise=1.5, fall=1.5)
CAPS = {"gift": (1.8, 0.2), "threat": (6.4, 1.0)}


def row(risky, relation=-1, moment="highest", gate="judged", **contributions):
    return json.dumps({"relation": relation, "risky": risky, "moment": moment, "gate": gate, "prior": -4.8, "protective": 0.0, "contributions": contributions})


def stream(seed, count=4000):
    """Gifts are ordinary, threats are not."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    lines = []
    for relation in range(count):
        risky = chance.random() < 0.05
        contributions = {}
        if chance.random() < 0.3:
            contributions["gift"] = 0.9
        if chance.random() < (0.9 if risky else 0.001):
            contributions["threat"] = 3.2
        lines.append(row(risky, relation if risky else -1, **contributions))
    return Rows(lines)


class AFit(unittest.TestCase):
    def test_moves_weights_towards_what_they_say(self):
        found = fitting.fit(stream(1), CAPS, set(CAPS), BOUNDS)
        self.assertLess(found.factors["gift"], 1)
        self.assertGreater(found.factors["threat"], 1)

    def test_stays_within_its_bounds_whatever_the_data_say(self):
        found = fitting.fit(stream(2), CAPS, set(CAPS), fitting.Bounds(rise=1.2, fall=1.1, pull=0.001))
        for factor in found.factors.values():
            self.assertGreaterEqual(factor, 1 / 1.1 - 1e-9)
            self.assertLessEqual(factor, 1.2 + 1e-9)

    def test_makes_risks_fit_better(self):
        rows = stream(3)
        found = fitting.fit(rows, CAPS, set(CAPS), BOUNDS)
        self.assertLess(fitting.quality(rows, CAPS, found).log_loss, fitting.quality(rows, CAPS, fitting.UNFITTED).log_loss)

    def test_hardly_moves_where_there_is_little_to_learn_from(self):
        few, many = (fitting.fit(stream(4, count), CAPS, set(CAPS), BOUNDS).factors for count in (40, 4000))
        self.assertAlmostEqual(few["gift"], 1, delta=0.02)
        for signal in CAPS:
            self.assertLess(abs(few[signal] - 1), abs(many[signal] - 1))

    def test_leaves_what_is_not_fitted_alone(self):
        self.assertEqual(set(fitting.fit(stream(5), CAPS, {"gift"}, BOUNDS).factors), {"gift"})

    def test_never_lets_a_contribution_pass_its_cap(self):
        rows = Rows([row(True, 1, gift=1.8), row(True, 2, gift=1.0), row(True, 3, gate="judged_peer", gift=0.3)])
        sums = fitting.Fit({"gift": 1.5}).log_odds(rows, CAPS) + 4.8
        for measured, expected in zip(sums, (1.8, 1.5, 0.36)):
            self.assertAlmostEqual(measured, expected)


class Weights(unittest.TestCase):
    def test_of_a_relation_are_one_however_many_pairs_and_moments_it_has(self):
        lines = [row(True, 7, moment) for moment in ("highest", "before_harm") for _ in range(3)] + [row(True, 8), row(False)]
        weights = Rows(lines).weights()
        self.assertAlmostEqual(sum(weights[:6]), 1)
        self.assertEqual(list(weights[6:]), [1, 1])


class RulesFiles(unittest.TestCase):
    def copied(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for path in (SIGNALS, CODE, HAND_SET):
            target = pathlib.Path(folder.name) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text((ROOT / path).read_text())
        return folder.name

    def test_change_numbers_alone(self):
        folder = self.copied()
        files = Files(folder)
        Proposal(files, fitting.Fit({"threat": 1.25, "gift": 0.9})).apply(files)
        files.save()
        for path in (SIGNALS, CODE):
            before, after = ((pathlib.Path(root) / path).read_text() for root in (ROOT, folder))
            without = lambda text: re.sub(r"\d+(\.\d+)?", "N", text)
            self.assertNotEqual(before, after)
            self.assertEqual(without(before), without(after))
        signals = (pathlib.Path(folder) / SIGNALS).read_text()
        self.assertRegex(signals, r"\n  threat:\n    state: live\n    weight: 4\n    cap: 6.4\n")
        self.assertRegex(signals, r"\n  gift:\n    state: live\n    weight: 0.81\n    cap: 1.62\n")

    def test_say_what_was_set_by_hand(self):
        text = Proposal(Files(self.copied()), fitting.Fit({"threat": 1.25})).as_yaml("mine")
        self.assertIn("  threat:\n    weight: 4  # set by hand: 3.2\n    cap: 6.4\n", text)
        self.assertIn("version: mine\n", text)

    def test_never_propose_a_weight_above_its_cap(self):
        proposal = Proposal(Files(self.copied()), fitting.Fit({"gift_escalation": 1.5}))
        self.assertEqual(proposal.weights["gift_escalation"][1], ("1.2", "1.2"))


if __name__ == "__main__":
    unittest.main()
