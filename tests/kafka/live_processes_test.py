#!/usr/bin/env python3
"""Several processes on a real Apache Kafka: they take over from one another, are restarted in turn, come and go under load.

    live_processes_test.py PAIRWATCH [unittest arguments]
"""
import collections
import os
import signal
import sys
import tempfile
import unittest

import live_support as live
from live_support import Run, World, differences, eventually, generated, is_shared_by, keyed, replayed, told_twice


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


class Processes(unittest.TestCase):
    maxDiff = None

    def assert_as_replayed(self, world, path):
        sources = world.sources("pairwatch.interactions")
        self.assertEqual(len(sources), len(set(sources)), "no event has two results")
        found = world.escalations()
        self.assertEqual(told_twice(found), [], "no revision is written twice")
        self.assertEqual(differences(found, replayed(path)[0]), {})

    def test_a_frozen_process_whose_instance_was_taken_over_writes_nothing_more(self):
        """Frozen with a transaction open, replaced by another of its name, woken again: it is fenced, and what it had begun never shows."""
        world = World("zombie", partitions=2)
        path, lines = generated(events=20000, risky=24, seed=21)
        settings = ["kafka.instance=same", "commit.interval=1s", "kafka.session_timeout=6s", "kafka.transaction_timeout=15s"]
        with Run(world, settings=settings) as first:
            first.wait_ready()
            world.produce(keyed(lines[:len(lines) // 2]))
            eventually(lambda: first.read_count("intake") > 0, "some work")
            world.produce(keyed(lines[len(lines) // 2:]))
            first.process.send_signal(signal.SIGSTOP)
            with Run(world, settings=settings) as second:
                eventually(world.is_settled, "everything is read and committed by the second", 120)
                before = {topic: world.consume(topic, "-f", "%p/%o\n") for topic in World.TOPICS}
                first.process.send_signal(signal.SIGCONT)
                # Whom of the two the group takes for the later one is its own affair, by service; who is not is told and ends.
                eventually(lambda: 1 in (first.process.poll(), second.process.poll()), "one of them ends", 60)
                told = [run.log() for run in (first, second) if run.process.poll() == 1]
                self.assertTrue(all("kafka.instance" in log for log in told), told)
                for run in (first, second):
                    run.process.kill()
                    run.process.wait()
        with Run(world, settings=settings) as third:
            third.wait_ready()
            eventually(world.is_settled, "nothing is left", 60)
            self.assertEqual(third.stop(), 0, third.log())
        for topic, records in before.items():
            self.assertEqual(sorted(world.consume(topic, "-f", "%p/%o\n").split()), sorted(records.split()), topic)
        self.assert_as_replayed(world, path)

    def test_a_rolling_restart_with_volumes_that_stay_moves_nothing_and_restores_nothing(self):
        world = World("rolling", partitions=4)
        path, lines = generated(events=20000, risky=24, seed=22)
        disks = [tempfile.mkdtemp(dir=live.SCRATCH) for _ in range(2)]
        start = lambda number: Run(world, settings=[f"kafka.instance=member{number}"], disk=disks[number])
        runs = [start(0), start(1)]
        try:
            for run in runs:
                run.wait_ready()
            for service in live.SERVICES:
                eventually(lambda: is_shared_by(f"rolling.{service}", 2), "the partitions are shared")
            parts = [lines[number * len(lines) // 3:(number + 1) * len(lines) // 3] for number in range(3)]
            world.produce(keyed(parts[0]))
            eventually(world.is_settled, "a first part is through", 120)
            owners = {service: self.owners(world, service) for service in live.SERVICES}
            moved = [self.moves(run) for run in runs]
            for number in range(2):
                other = 1 - number
                self.assertEqual(runs[number].stop(), 0, runs[number].log())
                world.produce(keyed(parts[number + 1]))  # waits in its partitions meanwhile
                runs[number] = start(number).wait_ready()
                eventually(world.is_settled, "what came meanwhile is through", 120)
                metrics = runs[number].metrics()
                self.assertEqual(sum(metrics["pairwatch_restore_records_remaining"].values()), 0)
                self.assertNotIn("state is restored", runs[number].log(), "the disk lacked nothing")
                self.assertEqual({service: self.owners(world, service) for service in live.SERVICES}, owners, "nothing has moved")
                self.assertEqual(runs[other].process.poll(), None)
                if number == 0:
                    self.assertEqual(self.moves(runs[other]), moved[other], "the other was left alone")
            for run in runs:
                self.assertEqual(sum(run.metrics()["pairwatch_aborts_total"].values()), 0)
                self.assertEqual(run.stop(), 0, run.log())
        finally:
            for run in runs:
                run.__exit__()
        self.assert_as_replayed(world, path)

    def owners(self, world, service):
        """{partition: instance}: what stands before the random part of a member's id."""
        return {partition: reader[:-len("-01234567-89ab-cdef-0123-456789abcdef")] for partition, _, _, reader in live.describe_group(f"{world.name}.{service}")}

    def moves(self, run):
        """How often partitions came or went, by service."""
        counts = collections.Counter()
        for line in run.log().splitlines():
            if "partitions of" in line and line.endswith(("assigned", "given up", "lost")):
                counts[line.split()[2]] += 1
        return counts

    def test_from_one_to_three_and_back_under_load(self):
        world = World("scale", partitions=6)
        path, lines = generated(events=40000, risky=24, seed=23)
        settings = ["kafka.session_timeout=6s", "commit.records=500", "kafka.batch_records=500"]
        start = lambda number: Run(world, settings=[*settings, f"kafka.instance=member{number}"])
        step = len(lines) // 5
        runs = [start(0).wait_ready()]
        try:
            world.produce(keyed(lines[:step]))
            for number in (1, 2):
                runs.append(start(number))
                world.produce(keyed(lines[number * step:(number + 1) * step]))
                runs[number].wait_ready()
            for service in live.SERVICES:
                eventually(lambda: is_shared_by(f"scale.{service}", 3), "three share the partitions")
            for number in (2, 1):
                world.produce(keyed(lines[(5 - number) * step:(6 - number) * step] if number == 2 else lines[4 * step:]))
                self.assertEqual(runs[number].stop(), 0, runs[number].log())
            eventually(world.is_settled, "everything is read and committed by the one that is left", 180)
            for service in live.SERVICES:
                self.assertTrue(is_shared_by(f"scale.{service}", 1))
            self.assertEqual(runs[0].stop(), 0, runs[0].log())
        finally:
            for run in runs:
                run.__exit__()
        self.assert_as_replayed(world, path)


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
