#!/usr/bin/env python3
"""pairwatch on a real Apache Kafka, under load, killed and hurt; then verifier.py proves that every event had its effect exactly once.

    chaos.py PAIRWATCH --events N --faults N --seed N [--keep]

Exit 0: every check passed. 1: at least one did not; what offends it, the faults with their times and the seed are told, and logs are kept.
The seed fixes the traffic and the faults, not the moments at which they meet: those are the machine's.
"""
import argparse
import collections
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time

import faults
import traffic
from cluster import Cluster, within
from records import (CASE_INPUTS, DEAD_LETTERS, ESCALATIONS, EVENTS, INTERACTIONS, PAIRS_CHANGELOG, TARGET_INPUTS, Observed, group_offsets,
                     is_at_ends, load_messages, read_topic)
from verifier import Verifier

PARTITIONS = 4
GROUPS = {"pairwatch.intake": EVENTS, "pairwatch.relationship": INTERACTIONS, "pairwatch.escalation": CASE_INPUTS,
          "pairwatch.target": TARGET_INPUTS}
SECONDS_PER_FAULT = 11  # for how long the load goes on
READY_SECONDS = 120
SETTLE_SECONDS = 300
MOST_TOLD = 5  # of what offends a check


def arguments():
    parser = argparse.ArgumentParser(description="load, faults, and an independent proof of exactly-once")
    parser.add_argument("pairwatch")
    parser.add_argument("--events", type=int, default=40000)
    parser.add_argument("--faults", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--brokers", type=int, default=1, help="three or more: every topic has three copies, two of them in sync")
    parser.add_argument("--only", default="", help="kinds of faults to choose from, separated by commas, for instance kill,come_and_go")
    parser.add_argument("--keep", action="store_true", help="keep logs and data also where every check passes")
    return parser.parse_args()


def hurt(cluster, load, kinds, chance):
    """Injects the faults one after another while the load goes on."""
    for kind in kinds:
        time.sleep(chance.uniform(0.5, 4))
        kind(cluster, chance)
        faults.heal(cluster, chance)
    cluster.note("the last fault is over")
    within(300, lambda: not load.is_alive() or cluster.tend())


def settle(cluster):
    """Until every process is ready and every group has committed to the ends, seen twice: (what is wrong or "", offsets)."""
    if not within(READY_SECONDS, cluster.is_ready):
        return f"not ready within {READY_SECONDS} s: {[member.name for member in cluster.members if not member.is_ready()]}", {}
    seen = {"last": None}

    def is_settled():
        cluster.tend()
        now = group_offsets(cluster.brokers.address, GROUPS, PARTITIONS)
        same = now is not None and now == seen["last"] and is_at_ends(now)
        seen["last"] = now
        return same

    if within(SETTLE_SECONDS, is_settled, every=1.5):
        return "", seen["last"]
    return f"not committed to the ends within {SETTLE_SECONDS} s", seen["last"] or {}


def observe(cluster, events, offsets):
    topics = [EVENTS, INTERACTIONS, CASE_INPUTS, TARGET_INPUTS, DEAD_LETTERS, PAIRS_CHANGELOG, *ESCALATIONS]
    return Observed(PARTITIONS, {number: event.reason for number, event in enumerate(events)},
                    {topic: read_topic(cluster.brokers.address, topic, PARTITIONS) for topic in topics}, offsets)


def end_all(cluster):
    """Who does not end in order."""
    codes = {member.name: member.end() for member in cluster.members}
    return [f"{name} ended with {code}" for name, code in codes.items() if code != 0]


def run(options, folder):
    """[(name of a check, what offends it)]"""
    cluster = Cluster(options.pairwatch, folder, PARTITIONS, options.brokers)
    try:
        cluster.note(f"Kafka answers at {cluster.brokers.address}")
        events = traffic.make(options.pairwatch, options.events, options.seed, folder)
        small_disk = faults.make_small_disk(cluster)
        cluster.add("one")
        cluster.add("two", disk=small_disk)
        cluster.add("three", services="relationship,escalation,target")
        if not within(READY_SECONDS, cluster.is_ready):
            raise RuntimeError("the processes do not become ready: " + " ".join(member.log()[-500:] for member in cluster.members))
        kinds = faults.choose(options.seed, options.faults, small_disk is not None, options.only)
        rate = len(events) / max(10, SECONDS_PER_FAULT * len(kinds))
        cluster.note(f"{len(events)} events begin, {rate:.0f} a second; three processes, {PARTITIONS} partitions, {options.brokers} broker(s)")
        load = traffic.Load(cluster.brokers.address, events, rate)
        load.start()
        hurt(cluster, load, kinds, random.Random(options.seed + 1))
        load.join(330)
        cluster.note(f"{load.written} events are written")
        problem, offsets = settle(cluster)
        cluster.note(problem or "every group has committed to the ends")
        ends = end_all(cluster)
        cluster.note("verifying")
        observed = observe(cluster, events, offsets)
        with open(os.path.join(folder, "observed.pickle"), "wb") as file:  # `verifier.py FILE` judges it again
            pickle.dump(observed, file)
        checks = Verifier(observed, load_messages()).run()
        tell_figures(cluster, kinds, options)
        return [("every event was written", load.failed), ("the groups come to the ends, all processes ready", [problem] if problem else []),
                ("no process ended by itself", cluster.own_ends), ("every process ends in order", ends)] + checks, cluster.faults
    finally:
        cluster.close()


def tell_figures(cluster, kinds, options):
    counted = collections.Counter(kind.__name__ for kind in kinds)
    print(f"\nseed {options.seed}; {len(kinds)} faults: " + ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) +
          f"; {cluster.name_lost} lost their name to themselves; {time.monotonic() - cluster.began:.0f} s")


def report(checks, log, options, folder):
    """Tells every check; the number that failed."""
    failed = [check for check in checks if check[1]]
    for name, problems in checks:
        print(f"  {'FAILED' if problems else 'passed'}  {name}")
        for problem in problems[:MOST_TOLD]:
            print(f"            {problem}")
        if len(problems) > MOST_TOLD:
            print(f"            and {len(problems) - MOST_TOLD} more")
    if failed:
        print(f"\nfaults, seed {options.seed}:\n  " + "\n  ".join(log) + f"\nlogs and data: {folder}")
    print(f"{len(checks) - len(failed)} checks passed, {len(failed)} failed")
    return len(failed)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what runs is ended too
    options = arguments()
    options.pairwatch = os.path.abspath(options.pairwatch)
    folder = tempfile.mkdtemp(prefix="pairwatch-chaos-")
    failed = 1
    try:
        checks, log = run(options, folder)
        failed = report(checks, log, options, folder)
    finally:
        if failed or options.keep:
            print(f"kept: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
