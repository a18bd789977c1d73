#!/usr/bin/env python3
"""How processes of pairwatch end, start over a long history and take over from each other, on a real Apache Kafka.

    live_runtime_test.py PAIRWATCH [unittest arguments]

As live_test.py; whoever freezes a broker has one of its own.
"""
import glob
import os
import re
import signal
import sys
import tempfile
import unittest

import live_support as live
from live_support import Run, World, eventually, generated, keyed, told_twice


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


def process_of(data):
    """The process id of the broker whose data lies in that folder."""
    for file in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(file, "rb") as opened:
                command = opened.read()
        except OSError:
            continue
        if data.encode() in command and b"java" in command.split(b"\0")[0]:
            return int(file.split("/")[2])
    raise AssertionError("no broker of " + data)


class FrozenBroker:
    """A broker that has stopped to answer, until the end of the block."""

    def __init__(self, data):
        self.process = process_of(data)

    def __enter__(self):
        os.kill(self.process, signal.SIGSTOP)

    def __exit__(self, *_):
        os.kill(self.process, signal.SIGCONT)


class Endings(unittest.TestCase):
    """However hard a process is cut off: it ends in time, says so, and the next start leaves every record decided once."""

    SMALL_COMMITS = ["commit.records=200", "kafka.batch_records=200"]  # many, so that the broker freezes between two

    def run_into_frozen_broker(self, name, settings, end):
        world = World(name)
        _, lines = generated(events=60000, risky=0, seed=8)
        with Run(world, "intake", settings=settings) as run:
            run.wait_ready()
            world.produce(keyed(lines))
            eventually(lambda: run.read_count("intake") > 0, "some work")
            with FrozenBroker(live.BROKER_DATA):
                run.process.send_signal(signal.SIGTERM)
                eventually(lambda: "stops reading" in run.log(), "the first signal is heard")
                end(run)
        with Run(world, "intake", settings=settings) as run:
            run.wait_ready()
            eventually(lambda: world.is_read("intake"), "the rest")
            self.assertEqual(run.stop(), 0, run.log())
        sources = world.sources("pairwatch.interactions")
        self.assertGreater(len(sources), 0)
        self.assertEqual(len(sources), len(set(sources)), "no record has two results")
        self.assertEqual(world.count("pairwatch.interactions"), self.forwarded(lines))

    def forwarded(self, lines):
        path = os.path.join(live.SCRATCH, "expected.jsonl")
        with open(path, "wb") as file:
            file.write(b"\n".join(lines) + b"\n")
        return live.forwarded_by(live.replayed(path)[1])

    def test_a_second_signal_ends_at_once_while_the_broker_hangs(self):
        def end(run):
            run.process.send_signal(signal.SIGINT)
            self.assertEqual(run.process.wait(30), 1, run.log())
            self.assertIn("a second signal: ends at once", run.log())

        self.run_into_frozen_broker("twice", ["kafka.shutdown_timeout=1h", *self.SMALL_COMMITS], end)

    def test_what_hangs_is_cut_off_after_the_shutdown_timeout(self):
        def end(run):
            self.assertEqual(run.process.wait(30), 1, run.log())
            self.assertIn("could not commit within kafka.shutdown_timeout", run.log())

        self.run_into_frozen_broker("deadline", ["kafka.shutdown_timeout=2s", *self.SMALL_COMMITS], end)


class WarmUp(unittest.TestCase):
    """A first start over history holds its cases back, and writes those still open once, also where processes are killed meanwhile."""

    maxDiff = None

    def test_what_history_left_open_is_told_once_and_news_as_they_come(self):
        world = World("warming")
        path, lines = generated(events=60000, risky=24, seed=5)
        history, news = lines[:50000], lines[50000:]
        with Run(world, "intake") as run:
            run.wait_ready()  # made the topics
            self.assertEqual(run.stop(), 0, run.log())
        world.produce(keyed(history))

        settings = ["warm_up=caught_up", "kafka.session_timeout=6s", "commit.records=1000", "kafka.batch_records=1000"]
        total = lambda run, name: sum(run.metrics()[f"pairwatch_warm_up_{name}"].values())
        disk = tempfile.mkdtemp(dir=live.SCRATCH)
        one = lambda: Run(world, settings=settings + ["kafka.instance=one"], disk=disk)
        # By what they say, not by their gauges: a partition on its way from one to the other is in none.
        warmed = lambda *runs: {words for run in runs for words in re.findall(r"(escalation|target)-\d+: partition (\d+) has warmed up", run.log())}
        with Run(world, settings=settings + ["kafka.instance=two"]) as two:
            with one() as killed:
                killed.wait_ready()
                eventually(lambda: total(killed, "held_back_total") > 0, "something is held back")
                killed.process.kill()
                self.assertEqual(world.escalations(), [])
            with one() as run:
                run.wait_ready()
                all_of_them = 2 * world.partitions
                eventually(lambda: len(warmed(killed, run, two)) == all_of_them and world.is_settled(), "the end of the warm-up", 120)
                self.assertEqual(total(run, "partitions") + total(two, "partitions"), 0)
                told = world.escalations()
                expected = live.replayed(self.written(history))[0]
                self.assertGreater(len({e["escalationId"] for e in expected}), 10)
                self.assertEqual({e["status"] for e in told}, {"ESCALATION_STATUS_OPENED"})
                self.assertEqual(len(told), len({e["escalationId"] for e in told}), "each open case once")
                self.assertEqual(live.differences(told, expected), {})

                world.produce(keyed(news))
                live.wait_until_idle([run, two], 0)
                eventually(world.is_settled, "the news")
                self.assertEqual(run.stop(), 0, run.log())
                self.assertEqual(two.stop(), 0, two.log())
        found = world.escalations()
        self.assertGreater(len(found), len(told))
        self.assertEqual(told_twice(found), [], "no revision is written twice")
        self.assertEqual(live.differences(found, live.replayed(path)[0]), {})

    def written(self, lines):
        path = os.path.join(live.SCRATCH, "history.jsonl")
        with open(path, "wb") as file:
            file.write(b"\n".join(lines) + b"\n")
        return path


class Standby(unittest.TestCase):
    """Where every process follows every partition, one that takes over after a kill -9 restores only the tail."""

    maxDiff = None

    def test_whoever_takes_over_restores_only_the_tail(self):
        world = World("standby")
        path, lines = generated(events=60000, risky=24, seed=5)
        settings = ["state.standby=all", "kafka.session_timeout=6s"]
        copies = lambda run: sum(run.metrics()["pairwatch_standby_partitions"].values())
        behind = lambda run: sum(run.metrics()["pairwatch_standby_records_behind"].values())
        with Run(world, settings=settings + ["kafka.instance=one"]) as one:
            one.wait_ready()
            world.produce(keyed(lines[:40000]))
            eventually(world.is_settled, "the first part")
            with Run(world, settings=settings + ["kafka.instance=two"]) as two:
                two.wait_ready()
                for run in (one, two):
                    eventually(lambda: copies(run) == 6, "copies of two partitions of each of three stores")
                    eventually(lambda: behind(run) == 0, "copies that are up to date")
                before = self.restored_by(two)
                world.produce(keyed(lines[40000:]))
                eventually(lambda: one.read_count("relationship") > 0 and two.read_count("relationship") > 0, "some work")
                one.process.kill()
                eventually(lambda: copies(two) == 0 and two.get("/readyz")[0] == 200, "everything taken over")
                eventually(world.is_settled, "the rest", 120)
                restored = self.restored_by(two) - before
                written = sum(sum(world.written_ends(f"{store}.changelog").values()) for store in ("pairs", "actors", "minors"))
                print(f"restored {restored} of {written} records of the changelogs", file=sys.stderr)
                self.assertLess(restored, written / 20)
                self.assertEqual(two.stop(), 0, two.log())
        found = world.escalations()
        self.assertEqual(told_twice(found), [], "no revision is written twice")
        self.assertEqual(live.differences(found, live.replayed(path)[0]), {})

    def restored_by(self, run):
        """Records that its log says it has restored."""
        return sum(int(records) for records in re.findall(r"state is restored: (\d+) records", run.log()))


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
