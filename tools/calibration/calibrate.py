#!/usr/bin/env python3
"""Fits the weights of the rules to labelled streams, within bounds, and reports on other streams. docs/calibration.md explains it."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import fit as fitting
from rows import Rows
from rules_files import HAND_SET, Files, Proposal

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAIRWATCH = ROOT / "build/release/pairwatch"

# Words that the lexicons were not made from: how often they see a behaviour decides what it weighs.
SAYINGS = ROOT / "tests/data/unseen_sayings.tsv"

# The reference mix, on which a risk means what it says: docs/calibration.md.
MIX = ["--pairs", "60000", "--events", "400000", "--days", "90", "--minor-share", "0.2", "--risky", "880", "--benign", "1300", "--evasion", "0.4"]


def run(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"tools/calibrate: {' '.join(str(a) for a in arguments)} failed:\n{done.stderr.strip()}")
    return done.stdout


class Streams:
    """Labelled streams by seed, made when they are asked for."""

    def __init__(self, folder, sayings):
        self.folder = pathlib.Path(folder)
        self.words = ["--sayings", sayings] if sayings else []

    def _paths(self, seed):
        events, labels = self.folder / f"events-{seed}.pb", self.folder / f"labels-{seed}.jsonl"
        if not events.exists():
            unfinished = events.with_suffix(".part")
            run(PAIRWATCH, "generate", *MIX, *self.words, "--seed", seed, "--format", "protobuf", "--progress", "none", "--output", unfinished, "--labels", labels)
            unfinished.rename(events)
        return events, labels

    def rows(self, seed, rules):
        """What every pair shows, and the figures of `evaluate`."""
        events, labels = self._paths(seed)
        features = self.folder / f"features-{seed}.jsonl"
        report = run(PAIRWATCH, "evaluate", "--input", events, "--labels", labels, "--format", "json", "--no-ablation", "--progress", "none",
                     "--features", features, *rules)  # fmt: skip
        with features.open() as lines:
            return Rows(lines, seed), json.loads(report)

    def forget(self, seed):
        self._paths(seed)[0].unlink()


def gather(streams, seeds, rules, keep):
    rows, reports = Rows([]), []
    for seed in seeds:
        print(f"stream {seed}", file=sys.stderr)
        more, report = streams.rows(seed, rules)
        rows.extend(more)
        reports.append(report)
        if not keep:
            streams.forget(seed)
    return rows, reports


def figures(reports):
    """Of `evaluate`, by what is told; summed or averaged over streams."""
    count = len(reports)
    mean = lambda read: sum(read(report) for report in reports) / count
    return {
        "REVIEW before harm, %": mean(lambda r: 100 * r["severities"]["review"]["recallBeforeHarm"]),
        "REVIEW, %": mean(lambda r: 100 * r["severities"]["review"]["recall"]),
        "URGENT, %": mean(lambda r: 100 * r["severities"]["urgent"]["recall"]),
        "false WATCH per 1,000 adult-minor pairs": mean(lambda r: r["severities"]["watch"]["falsePer1000AdultMinorPairs"]),
        "false REVIEW per 1,000 adult-minor pairs": mean(lambda r: r["severities"]["review"]["falsePer1000AdultMinorPairs"]),
        "false REVIEW among adults": sum(r["falseReviewsByAges"]["adults"] for r in reports),
        "calibration error of cases": mean(lambda r: r["calibrationError"]),
    }


def print_figures(title, before, after):
    print(f"\n{title}\n\n| figure | before | after |\n|---|---|---|")
    for name in before:
        print(f"| {name} | {before[name]:.3f} | {after[name]:.3f} |")


def print_quality(title, before, after):
    print(f"\n{title}\n\n| figure | before | after |\n|---|---|---|")
    for name in ("brier", "log_loss", "distance"):
        print(f"| {name.replace('_', ' ')} | {getattr(before, name):.5f} | {getattr(after, name):.5f} |")
    print("\n| risk | pairs before | mean risk | share risky | pairs after | mean risk | share risky |\n|---|---|---|---|---|---|---|")
    for tenth in range(10):
        cells = []
        for measured in (before, after):
            found = [b for b in measured.bins if abs(b.start - tenth / 10) < 0.01]
            cells.append(f"{found[0].count:.1f} | {found[0].mean_risk:.3f} | {found[0].share_risky:.3f}" if found else "0 | |")
        print(f"| {tenth / 10:.1f} to {(tenth + 1) / 10:.1f} | {cells[0]} | {cells[1]} |")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tools/calibrate", description=__doc__)
    parser.add_argument("--train", nargs="+", type=int, default=[31, 32, 33, 34], metavar="SEED", help="streams to fit to (%(default)s)")
    parser.add_argument("--held-out", nargs="+", type=int, default=[901, 902, 903], metavar="SEED", help="streams to report on (%(default)s)")
    parser.add_argument("--rise", type=float, default=fitting.Bounds.rise, help="a weight becomes at most so many times larger (%(default)s)")
    parser.add_argument("--fall", type=float, default=fitting.Bounds.fall, help="... or smaller (%(default)s)")
    parser.add_argument("--pull", type=float, default=fitting.Bounds.pull, help="how strongly weights are drawn to what they are (%(default)s)")
    parser.add_argument("--sayings", default=str(SAYINGS), metavar="FILE", help="what stories say; empty: the generator's own words, which lexicons know better than life's (%(default)s)")
    parser.add_argument("--output", default="calibrated.yaml", metavar="FILE", help="where the proposal goes, for --rules (%(default)s)")
    parser.add_argument("--streams", metavar="FOLDER", help="where streams are kept; 85 MB each (default: nowhere)")
    parser.add_argument("--write", action="store_true", help="also change config/rules and the defaults in the code")
    options = parser.parse_args(arguments)
    if set(options.train) & set(options.held_out):
        parser.error("a stream to fit to cannot be one to report on")
    return options


def main(arguments):
    options = parse(arguments)
    bounds = fitting.Bounds(options.rise, options.fall, options.pull)
    with tempfile.TemporaryDirectory() as temporary:
        streams = Streams(options.streams or temporary, options.sayings)
        keep = options.streams is not None
        files = Files(ROOT)
        by_hand = ["--rules", ROOT / HAND_SET]
        train, _ = gather(streams, options.train, by_hand, keep)
        found = fitting.fit(train, files.caps(), set(files.terms()), bounds)
        proposal = Proposal(files, found)
        pathlib.Path(options.output).write_text(proposal.as_yaml("calibrated"))
        held_out, before = gather(streams, options.held_out, by_hand, True)
        held_out_after, after = gather(streams, options.held_out, ["--rules", options.output], keep)

    def measure(rows, fitted):
        return fitting.quality(rows, files.caps(), fitted)

    print(pathlib.Path(options.output).read_text(), end="")
    print_quality(f"Pairs of seeds {options.train}, to which it was fitted", measure(train, fitting.UNFITTED), measure(train, found))
    unfitted = fitting.UNFITTED
    print_quality(f"Pairs of held-out seeds {options.held_out}", measure(held_out, unfitted), measure(held_out_after, unfitted))
    print_figures(f"Cases of held-out seeds {options.held_out}", figures(before), figures(after))
    if options.write:
        proposal.apply(files)
        files.save()


if __name__ == "__main__":
    main(sys.argv[1:])
