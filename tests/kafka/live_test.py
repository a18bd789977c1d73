#!/usr/bin/env python3
"""pairwatch on a real Apache Kafka: events written and results read by kcat, judged against a replay of the same events.

    live_test.py PAIRWATCH [unittest arguments]

Python's standard library, kcat and tools/kafka only. Each test has topics and groups of its own on one broker; every wait polls and ends.
"""
import collections
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import live_support as live
from live_support import (WORD_OF_A_CHILD, Run, World, differences, eventually, free_port, generated, group_tool, is_shared_by, keyed, lag_of_group, replayed, start_kafka, stop_kafka, told_twice, wait_until_idle)


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


def good_event(number=1, **fields):
    event = {"eventId": f"e{number}", "occurredAt": "2026-03-01T18:00:00Z", "actor": {"accountId": "a7", "ageBand": "AGE_BAND_ADULT"},
             "target": {"accountId": "m3", "ageBand": "AGE_BAND_13_TO_15"}, "channel": {"channelId": "c1", "kind": "CHANNEL_KIND_DIRECT"},
             "message": {"text": "hello there"}}
    event.update(fields)
    return json.dumps(event).encode()


class AgainstReplay(unittest.TestCase):
    maxDiff = None
    """The result on Kafka is that of a replay of the same events (order, revisions in between and sources may differ)."""

    def judge(self, world, runs):
        path, lines = generated()
        world.produce(keyed(lines))
        wait_until_idle(runs, len(lines))
        expected, summary = replayed(path)
        self.assertGreater(len(expected), 10, "the events should raise something")

        found = world.escalations()
        self.assertEqual(told_twice(found), [], "no revision is written twice")
        self.assertEqual(differences(found, expected), {})
        kinds = {e["subject"]["kind"] for e in expected}
        self.assertEqual(kinds, {"SUBJECT_KIND_PAIR", "SUBJECT_KIND_ACTOR", "SUBJECT_KIND_TARGET"}, "the events should raise every kind of case")

        totals = {service: collections.Counter() for service in live.SERVICES}
        for run in runs:
            for service, counter in totals.items():
                counter.update(run.outcomes(service))
        self.assertEqual(sum(totals["intake"].values()), len(lines), "every event has one outcome")
        self.assertEqual(sum(totals["relationship"].values()), totals["intake"]["forwarded"], "relationship reads what intake forwards")
        self.assertEqual(world.count("pairwatch.interactions"), totals["intake"]["forwarded"])
        self.assertEqual(world.count("pairwatch.case-inputs"), sum(totals["escalation"].values()))
        self.assertEqual(world.count("pairwatch.target-inputs"), sum(totals["target"].values()))
        for service in ("intake", "relationship"):  # no partition of theirs mixes what a replay keeps apart
            told = re.search(rf"^{service}\b(.*)$", summary, re.MULTILINE)
            self.assertIsNotNone(told, summary)
            for outcome, count in totals[service].items():
                self.assertIn(f"{count:,} {outcome}", told[1])
        for run in runs:
            self.assertEqual(run.metrics()["pairwatch_aborts_total"].get('service="intake"', 0), 0)

    def test_all_services_in_one_process(self):
        world = World("together")
        with Run(world) as run:
            run.wait_ready()
            self.judge(world, [run])
            began = time.monotonic()
            self.assertEqual(run.stop(), 0, run.log())
            self.assertLess(time.monotonic() - began, 20)
        offsets = lag_of_group("together.intake")
        self.assertEqual(set(offsets), {0, 1, 2, 3})
        for partition, (committed, end) in offsets.items():
            self.assertEqual(committed, end, f"partition {partition} is committed to its end")

    def test_decisions_of_moderators_reach_their_case(self):
        world = World("decided")
        with Run(world) as run:
            run.wait_ready()
            _, lines = generated()
            world.produce(keyed(lines))
            wait_until_idle([run], len(lines))
            told = world.escalations()
            around = {actor for e in told for actor in e["subject"].get("actorIds", [])}  # a dismissal of theirs could end the minor's case too
            opened = [next(e for e in told if e["subject"]["kind"] == "SUBJECT_KIND_PAIR" and e["subject"]["actorId"] not in around),
                      next(e for e in told if e["subject"]["kind"] == "SUBJECT_KIND_TARGET")]
            cases = {e["escalationId"] for e in opened}
            decided = [{"escalationId": e["escalationId"], "verdict": "VERDICT_DISMISSED", "decidedAt": e["raisedAt"]} for e in opened]
            unknown = [dict(one, escalationId=one["escalationId"][:-1] + "9") for one in decided]
            world.produce([(b"any", json.dumps(one).encode()) for one in decided + unknown], topic="moderation.decisions")
            eventually(lambda: world.is_read("decisions") and world.is_settled(), "the decisions are read", 60)
            ended = [e for e in world.escalations() if e["status"] == "ESCALATION_STATUS_STOOD_DOWN"]
            self.assertEqual({e["escalationId"] for e in ended}, cases)
            self.assertEqual({e["decidedAt"]["topic"] for e in ended}, {world.topic("moderation.decisions")})
            self.assertEqual(world.count("pairwatch.dead-letters"), 2, "the unknown cases")

    def test_a_replay_of_the_topic_itself(self):
        """The topic, read without a group, raises what the file does; twice the same bytes; a range of time is read alone."""
        world = World("topic")
        path, lines = generated(events=5000, risky=8, seed=11)
        with Run(world, "intake") as run:
            run.wait_ready()  # made the topics
            self.assertEqual(run.stop(), 0, run.log())
        world.produce(keyed(lines[:100]))
        middle = int(time.time() * 1000) + 1
        while time.time() * 1000 <= middle:
            pass
        world.produce(keyed(lines[100:]))
        command = [live.PAIRWATCH, "replay", "--from-topic", world.topic("platform.events"), "-X", f"kafka.bootstrap_servers={live.BROKER}",
                   "--progress", "none", "--summary"]
        first = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        again = subprocess.run(command + ["--threads", "1"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.assertEqual(first.stdout, again.stdout)
        found = [json.loads(line) for line in first.stdout.splitlines()]
        self.assertGreater(len(found), 5)
        self.assertEqual(differences(found, replayed(path)[0]), {})
        sources = {(item["source"]["topic"], item["source"].get("partition", 0)) for e in found for item in e["evidence"] if "source" in item}
        self.assertEqual({topic for topic, _ in sources}, {world.topic("platform.events")})
        self.assertGreater(len(sources), 1, "evidence stands in more than one partition")

        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(middle // 1000)) + f".{middle % 1000:03}Z"
        for limits, count in ((["--to", at], 100), (["--from", at], len(lines) - 100)):
            some = subprocess.run(command + limits, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
            self.assertRegex(some, rf"\b{count:,}\b")
        absent = subprocess.run(command[:3] + ["nowhere"] + command[4:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.assertEqual(absent.returncode, 1)
        self.assertIn("topic nowhere", absent.stderr)

    def test_each_service_in_a_process_of_its_own(self):
        world = World("apart")
        with Run(world, "intake") as intake, Run(world, "relationship") as relationship, \
                Run(world, "escalation") as escalation, Run(world, "target") as target:
            runs = [intake, relationship, escalation, target]
            for run in runs:
                run.wait_ready()
            self.judge(world, runs)
            for run in runs:
                self.assertEqual(run.stop(), 0, run.log())

    def test_several_workers_a_service(self):
        world = World("threads")
        workers = [f"topology.services.{service}.workers=2" for service in live.SERVICES]
        with Run(world, settings=workers) as run:
            run.wait_ready()
            self.judge(world, [run])  # partitions, with what is known of their pairs, still move between the workers
            for service in live.SERVICES:
                eventually(lambda: is_shared_by("threads." + service, 2), "two workers share the partitions")
            self.assertEqual(run.stop(), 0, run.log())


class BadEvents(unittest.TestCase):
    BAD = {
        "malformed_json": b'{"eventId":"x", "message":{"text":"' + WORD_OF_A_CHILD.encode() + b'"',
        "unknown_enumerator": good_event(2, actor={"accountId": "a", "ageBand": "AGE_BAND_" + WORD_OF_A_CHILD}),
        "self_interaction": good_event(3, target={"accountId": "a7"}, message={"text": WORD_OF_A_CHILD}),
        "missing_event_id": good_event(4, eventId="", message={"text": WORD_OF_A_CHILD}),
        "id_too_long": good_event(5, eventId="x" * 300, message={"text": WORD_OF_A_CHILD}),
        "time_out_of_bounds": good_event(6, occurredAt="1999-12-31T23:59:59Z", message={"text": WORD_OF_A_CHILD}),
        "time_in_the_future": good_event(7, occurredAt="2099-01-01T00:00:00Z", message={"text": WORD_OF_A_CHILD}),
        "invalid_utf8": good_event(8, message={"text": WORD_OF_A_CHILD + "@@"}).replace(b"@@", b"\xff\xfe"),
        "unrecognised_encoding": b"[" + WORD_OF_A_CHILD.encode() + b"]",
    }

    def test_become_dead_letters_and_are_committed_past(self):
        world = World("bad")
        with Run(world) as run:
            run.wait_ready()
            world.produce([(b"k", bad) for bad in self.BAD.values()] + [(b"k", good_event())], headers=["traceparent=00-1-2-01"])
            wait_until_idle([run], len(self.BAD) + 1)
            self.assertEqual(run.outcomes("intake"), {"dead_letter": len(self.BAD), "forwarded": 1})
            letters = world.read("pairwatch.dead-letters")
            by_reason = {headers["__pairwatch.errors.reason"]: headers for headers, _, _ in letters}
            self.assertEqual(set(by_reason), set(self.BAD))
            for headers, key, value in letters:
                self.assertEqual(key, "k")
                self.assertFalse(value)
                self.assertEqual(headers["traceparent"], "00-1-2-01")
                self.assertEqual(headers["__pairwatch.errors.topic"], world.topic("platform.events"))
                self.assertEqual(headers["__pairwatch.errors.service"], "intake")
                self.assertRegex(headers["__pairwatch.errors.partition"], r"^[0-3]$")
                self.assertRegex(headers["__pairwatch.errors.offset"], r"^\d+$")
                self.assertRegex(headers["__pairwatch.errors.value_sha256"], r"^[0-9a-f]{64}$")
                self.assertTrue(headers["__pairwatch.errors.message"])
                self.assertNotIn(WORD_OF_A_CHILD, json.dumps(headers))
            self.assertEqual(int(by_reason["malformed_json"]["__pairwatch.errors.value_length"]), len(self.BAD["malformed_json"]))
            reasons = run.metrics()["pairwatch_dead_letters_total"]
            self.assertEqual(reasons['reason="malformed_json",service="intake"'], 1)
            (headers, _, value), = world.read("pairwatch.interactions")
            self.assertEqual(headers["traceparent"], "00-1-2-01")
            self.assertRegex(headers["pairwatch-source"], rf"^{re.escape(world.topic('platform.events'))}/\d/\d+$")
            self.assertNotIn("hello there", value)
            self.assertEqual(run.stop(), 0)
            self.assertNotIn(WORD_OF_A_CHILD, run.log())

    def test_of_internal_topics_are_dead_letters_of_their_service(self):
        world = World("internal")
        with Run(world) as run:
            run.wait_ready()
            world.produce([(b"k", b"not an interaction")], topic="pairwatch.interactions")
            world.produce([(b"k", b"not a case input")], topic="pairwatch.case-inputs")
            world.produce([(b"k", b"not a target input")], topic="pairwatch.target-inputs")
            eventually(lambda: len(world.read("pairwatch.dead-letters")) == 3, "three dead letters")
            services = {headers["__pairwatch.errors.service"] for headers, _, _ in world.read("pairwatch.dead-letters")}
            self.assertEqual(services, {"relationship", "escalation", "target"})

    def test_keep_their_value_when_asked(self):
        world = World("kept")
        with Run(world, "intake", settings=["dead_letters.keep_value=true"]) as run:
            run.wait_ready()
            world.produce([(b"k", self.BAD["malformed_json"])])
            eventually(lambda: run.read_count("intake") == 1, "one event")
            (headers, _, value), = world.read("pairwatch.dead-letters")
            self.assertEqual(value.encode(), self.BAD["malformed_json"])
            self.assertNotIn("__pairwatch.errors.value_length", headers)


class Broken(unittest.TestCase):
    def test_no_broker_is_told_again_and_again_and_ends_cleanly(self):
        world = World("absent")
        with Run(world, broker=f"127.0.0.1:{free_port()}", settings=["kafka.diagnosis_interval=1s"]) as run:
            eventually(lambda: run.log().count("no answer from Kafka at 127.0.0.1") >= 2, "a diagnosis, twice")
            status, body = run.get("/readyz")
            self.assertEqual(status, 503)
            self.assertIn("127.0.0.1", body)
            self.assertEqual(run.get("/healthz")[0], 200)
            self.assertIsNone(run.process.poll())
            self.assertEqual(run.stop(), 0)
            self.assertLess(run.log().count("no answer from Kafka"), 60, "bounded")

    def test_goes_on_once_the_broker_comes(self):
        port = free_port()
        world = World("late")
        with Run(world, "intake", broker=f"127.0.0.1:{port}") as run:
            eventually(lambda: "no answer from Kafka" in run.log(), "a diagnosis")
            self.assertEqual(run.get("/readyz")[0], 503)
            _, data = start_kafka(port)
            try:
                run.wait_ready()
                self.assertEqual(run.stop(), 0)
            finally:
                stop_kafka(data)

    def test_missing_topics_are_told_with_the_commands_that_make_them(self):
        world = World("bare")
        with Run(world, settings=["topics.create=false"]) as run:
            self.assertEqual(run.process.wait(30), 1)
            log = run.log()
            for topic in World.TOPICS:
                self.assertIn(f"--create --topic {world.topic(topic)} --partitions 4", log)

    def test_a_second_process_of_the_same_instance_ends_the_first(self):
        world = World("fenced")
        with Run(world, "intake", settings=["kafka.instance=same"]) as first:
            first.wait_ready()
            with Run(world, "intake", settings=["kafka.instance=same"]) as second:
                second.wait_ready()
                self.assertEqual(first.process.wait(60), 1, first.log())
                self.assertIn("kafka.instance", first.log())
                self.assertEqual(second.stop(), 0, second.log())

    def test_a_second_signal_ends_at_once(self):
        world = World("hasty")
        with Run(world, broker=f"127.0.0.1:{free_port()}") as run:
            eventually(lambda: "no answer from Kafka" in run.log(), "a diagnosis")
            run.process.send_signal(signal.SIGTERM)
            run.process.send_signal(signal.SIGINT)
            self.assertIn(run.process.wait(10), (0, 1))  # 0: the first one was through already


class ExactlyOnce(unittest.TestCase):
    """Of the stage that keeps no state: its outputs stand once, whatever happens to the process."""

    def expected(self, lines):
        """The events that intake forwards, by another's count: those of pairs with a minor or an unknown age and not two of the same kind."""
        path = os.path.join(live.SCRATCH, "expected.jsonl")
        with open(path, "wb") as file:
            file.write(b"\n".join(lines) + b"\n")
        told = re.search(r"^intake\b.*?([\d,]+) forwarded", replayed(path)[1], re.MULTILINE)
        return int(told[1].replace(",", ""))

    def assert_once(self, world, lines):
        sources = world.sources("pairwatch.interactions")
        self.assertEqual(len(sources), len(set(sources)), "no record has two results")
        self.assertEqual(len(sources), self.expected(lines), "no record has none")

    def test_killed_while_it_works_and_started_again(self):
        world = World("killed")
        _, lines = generated(events=60000, risky=0, seed=7)
        slow = ["commit.records=500"]
        with Run(world, "intake", settings=slow) as run:
            run.wait_ready()
            world.produce(keyed(lines[:100]))
            eventually(lambda: run.read_count("intake") == 100, "the first events")
            producer = subprocess.Popen(["kcat", "-P", "-b", live.BROKER, "-t", world.topic("platform.events"), "-K", "\t", "-X",
                                         "partitioner=murmur2_random"], stdin=subprocess.PIPE)
            producer.stdin.write(b"".join(key + b"\t" + value + b"\n" for key, value in keyed(lines[100:])))
            producer.stdin.close()
            eventually(lambda: run.read_count("intake") > 1000, "some more events")
            run.process.kill()
            run.process.wait()
            self.assertEqual(producer.wait(60), 0)
        with Run(world, "intake", settings=slow) as run:
            run.wait_ready()
            eventually(lambda: run.metrics()["pairwatch_consumer_lag"] and not any(run.metrics()["pairwatch_consumer_lag"].values()), "the end", 90)
            self.assertGreater(run.read_count("intake"), 0)
            self.assertEqual(run.stop(), 0, run.log())
        self.assert_once(world, lines)

    def test_state_survives_kills(self):
        """All services, killed again and again while they work, with their disk and without: what they raise is what a replay raises."""
        world = World("survives")
        kept = tempfile.mkdtemp(dir=live.SCRATCH)
        path, lines = generated()
        slow = ["commit.records=100", "kafka.batch_records=100", "topology.services.relationship.workers=2", "state.flush_interval=1s"]
        disks = [kept, kept, None, kept]  # what was done without it stands in the changelog only
        for kills, disk in enumerate(disks):
            with Run(world, settings=slow, disk=disk) as run:
                run.wait_ready()
                world.produce(keyed(lines[kills * len(lines) // len(disks):(kills + 1) * len(lines) // len(disks)]))
                eventually(lambda: run.read_count("escalation") > 20, "some work in every service")
                run.process.kill()
                run.process.wait()
        with Run(world, disk=kept) as run:
            run.wait_ready()
            eventually(lambda: world.is_settled(), "everything is read and committed", 120)
            self.assertEqual(run.stop(), 0, run.log())
        with Run(world, disk=kept) as run:
            run.wait_ready()
            self.assertNotIn("state is restored", run.log(), "after an end in order the disk lacks nothing")
            self.assertEqual(run.stop(), 0, run.log())
        with Run(world) as run:
            run.wait_ready()
            self.assertRegex(run.log(), r"state is restored: \d+ records of survives.pairs.changelog")
            self.assertEqual(run.stop(), 0, run.log())
        self.assertEqual(len(world.sources("pairwatch.interactions")), len(set(world.sources("pairwatch.interactions"))))
        found = world.escalations()
        self.assertEqual(told_twice(found), [], "no revision is written twice")
        self.assertEqual(differences(found, replayed(path)[0]), {})

    def test_offsets_that_are_gone_stop_the_service_until_it_is_reset(self):
        world = World("reset")
        _, lines = generated(events=3000, risky=4, seed=9)
        disk = tempfile.mkdtemp(dir=live.SCRATCH)
        settings = ["kafka.session_timeout=6s"]
        with Run(world, "intake,relationship", settings=settings, disk=disk) as run:
            run.wait_ready()
            world.produce(keyed(lines))
            eventually(lambda: run.read_count("relationship") > 100, "some work")
            self.assertEqual(run.stop(), 0, run.log())
        reset = [live.PAIRWATCH, "reset", "--config", world.config, "-X", f"kafka.bootstrap_servers={live.BROKER}", "--service", "relationship"]
        eventually(lambda: "successful" in group_tool(world.name + ".relationship", "--delete"), "the offsets are gone, once its members are")
        with Run(world, "relationship", settings=settings, disk=disk) as run:
            self.assertEqual(run.process.wait(30), 1)
            self.assertIn("pairwatch reset --service relationship", run.log())
        again = eventually(lambda: subprocess.run(reset, stderr=subprocess.PIPE, text=True).returncode == 0, "a reset, once its members are gone")
        self.assertTrue(again)
        with Run(world, "relationship", settings=settings, disk=disk) as run:
            run.wait_ready()
            self.assertIn("relationship was reset", run.log())
            eventually(lambda: run.read_count("relationship") == world.count("pairwatch.interactions"), "everything, once more")
            self.assertEqual(run.stop(), 0, run.log())

    def test_partitions_move_to_a_second_process_and_back(self):
        world = World("moving")
        _, lines = generated(events=60000, risky=0, seed=8)
        third = len(lines) // 3
        settings = ["kafka.session_timeout=6s"]
        with Run(world, "intake", settings=settings + ["kafka.instance=one"]) as one:
            one.wait_ready()
            world.produce(keyed(lines[:third]))
            with Run(world, "intake", settings=settings + ["kafka.instance=two"]) as two:
                two.wait_ready()
                tasks = lambda run: len(run.metrics()["pairwatch_consumer_lag"])
                eventually(lambda: tasks(one) == 2 and tasks(two) == 2, "two partitions each")
                world.produce(keyed(lines[third:2 * third]))
                self.assertEqual(one.stop(), 0, one.log())
                # A member with a stable name keeps its partitions until its session ends.
                eventually(lambda: tasks(two) == 4, "all partitions", 60)
                world.produce(keyed(lines[2 * third:]))
                eventually(lambda: not any(two.metrics()["pairwatch_consumer_lag"].values()) and sum(world_read([two])) > third, "the end", 90)
                eventually(lambda: lag_of_group("moving.intake") and all(a == b for a, b in lag_of_group("moving.intake").values()), "committed to the end")
                self.assertEqual(two.stop(), 0, two.log())
        self.assert_once(world, lines)


def world_read(runs):
    return [run.read_count("intake") for run in runs]


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
