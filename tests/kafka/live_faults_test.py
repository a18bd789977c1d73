#!/usr/bin/env python3
"""What operators meet, on a real Apache Kafka: topics, logins and disks that are not as they should be. docs/operations.md has the same cases.

    live_faults_test.py PAIRWATCH [unittest arguments]

Every one has a decided end: it goes on by itself, or it stops and says what to do. None loses a record silently.
"""
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import live_support as live
from live_support import Run, World, differences, eventually, generated, kafka_tool, keyed, replayed, start_kafka, stop_kafka, told_twice


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


def event(number, text="hello", actor="a7", target="m3"):
    return json.dumps({"eventId": f"e{number}", "occurredAt": "2026-03-01T18:00:00Z", "actor": {"accountId": actor, "ageBand": "AGE_BAND_ADULT"},
                       "target": {"accountId": target, "ageBand": "AGE_BAND_13_TO_15"}, "channel": {"channelId": "c1", "kind": "CHANNEL_KIND_DIRECT"},
                       "message": {"text": text}}).encode()


def events(numbers):
    """Of as many pairs, so that every partition has some."""
    return [(f"k{n}".encode(), event(n, actor=f"a{n}", target=f"m{n}")) for n in numbers]


def set_topic(topic, setting):
    """Changes one setting of a topic, as an operator would."""
    kafka_tool("kafka.admin.ConfigCommand", "--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", setting)


def delete_topic(topic):
    kafka_tool("TopicCommand", "--delete", "--topic", topic)


class Topics(unittest.TestCase):
    def test_a_record_too_large_for_an_output_waits_until_the_limit_is_raised(self):
        world = World("large", partitions=2)
        settings = ["kafka.diagnosis_interval=1s", "dead_letters.keep_value=true"]
        with Run(world, "intake", settings=settings) as run:
            run.wait_ready()
            letters = world.topic("pairwatch.dead-letters")
            set_topic(letters, "max.message.bytes=20000")
            large = b'{"eventId":"' + os.urandom(15000).hex().encode()  # does not shrink by compression
            world.produce([(b"k", large)])
            command = f"--entity-name {letters} --add-config max.message.bytes="
            eventually(lambda: run.log().count(command) >= 2, "told twice what helps")
            world.produce(events(range(20)))
            self.assertIsNone(run.process.poll())
            self.assertEqual(world.read("pairwatch.dead-letters"), [])
            set_topic(letters, "max.message.bytes=100000")
            eventually(lambda: run.read_count("intake") == 21, "all events, once there is room")
            self.assertEqual(run.outcomes("intake"), {"dead_letter": 1, "forwarded": 20})
            self.assertEqual(run.stop(), 0, run.log())
        (_, _, value), = world.read("pairwatch.dead-letters")
        self.assertEqual(value.encode(), large)
        sources = world.sources("pairwatch.interactions")
        self.assertEqual((len(sources), len(set(sources))), (20, 20))

    def test_an_input_deleted_while_it_is_read_ends_the_process_and_a_new_one_is_read_from_its_start(self):
        world = World("anew", partitions=2)
        with Run(world, "intake") as run:
            run.wait_ready()
            world.produce(events(range(40)))
            eventually(lambda: run.read_count("intake") == 40, "the old topic's events")
            delete_topic(world.topic("platform.events"))
            self.assertEqual(run.process.wait(60), 1)
            self.assertIn(f"topic {world.topic('platform.events')} was deleted while it was read", run.log())
        live.make_topic(world.topic("platform.events"), 2)
        world.produce(events(range(100, 200)))
        with Run(world, "intake") as run:
            run.wait_ready()
            eventually(lambda: run.read_count("intake") == 100, "all events of the new topic")
            self.assertEqual(run.stop(), 0, run.log())
        self.assertEqual(world.count("pairwatch.interactions"), 140)

    def test_a_changelog_deleted_and_made_anew_stops_the_service_until_it_is_reset(self):
        world = World("unlogged", partitions=2)
        settings = ["kafka.session_timeout=6s"]
        with Run(world, "intake,relationship", settings=settings) as run:
            run.wait_ready()
            world.produce(events(range(40)))
            eventually(lambda: run.read_count("relationship") == 40, "some state")
            delete_topic("unlogged.pairs.changelog")
            kafka_tool("TopicCommand", "--create", "--topic", "unlogged.pairs.changelog", "--partitions", "2", "--config", "cleanup.policy=compact")
            world.produce(events(range(100, 110)))
            self.assertEqual(run.process.wait(60), 1)
            self.assertIn("unlogged.pairs.changelog was deleted and made anew", run.log())
            self.assertIn("pairwatch reset --service relationship", run.log())
        with Run(world, "relationship", settings=settings) as run:
            self.assertEqual(run.process.wait(60), 1, "what its changelog lacks is noticed at the next start too")
            self.assertIn("pairwatch reset --service relationship", run.log())
        reset = [live.PAIRWATCH, "reset", "--config", world.config, "-X", f"kafka.bootstrap_servers={live.BROKER}", "--service", "relationship"]
        eventually(lambda: subprocess.run(reset, stderr=subprocess.PIPE, text=True).returncode == 0, "a reset, once its members are gone")
        with Run(world, "intake,relationship", settings=settings) as run:
            run.wait_ready()
            eventually(lambda: run.read_count("relationship") == 50, "everything, once more")
            self.assertEqual(run.stop(), 0, run.log())

    def test_an_offset_out_of_range_stops_the_service_and_says_how_to_go_on(self):
        world = World("retained", partitions=2)
        with Run(world, "intake", settings=["kafka.session_timeout=6s"]) as run:
            run.wait_ready()
            world.produce(events(range(40)))
            eventually(lambda: run.read_count("intake") == 40, "the first events")
            self.assertEqual(run.stop(), 0, run.log())
        world.produce(events(range(40, 140)))
        topic = world.topic("platform.events")
        limits = os.path.join(live.SCRATCH, "limits.json")
        ends = world.written_ends("platform.events")
        with open(limits, "w") as file:
            json.dump({"version": 1, "partitions": [{"topic": topic, "partition": p, "offset": end - 10} for p, end in ends.items()]}, file)
        kafka_tool("DeleteRecordsCommand", "--offset-json-file", limits)
        with Run(world, "intake", settings=["kafka.session_timeout=6s"]) as run:
            self.assertEqual(run.process.wait(60), 1)
            log = run.log()
        self.assertRegex(log, rf"the offset committed by group retained.intake for {topic}/\d is not in the topic any more")
        told = re.search(r"kafka-consumer-groups.sh --bootstrap-server (\S+) (--group .*--execute)", log)
        self.assertTrue(told, log)
        reset = lambda: re.search(rf"{topic} +\d+ +\d+", kafka_tool("consumer.group.ConsumerGroupCommand", *told[2].split()))
        eventually(reset, "the group is empty and its offsets are set", 30)
        with Run(world, "intake") as run:
            run.wait_ready()
            eventually(lambda: run.process.poll() is not None or run.read_count("intake") == 20, "what is left of the topic")
            self.assertIsNone(run.process.poll(), run.log())
            self.assertEqual(run.stop(), 0, run.log())

    def test_a_partition_added_to_the_platforms_topic_is_read_from_its_start(self):
        world = World("wider", partitions=2)
        settings = ["kafka.properties.topic.metadata.refresh.interval.ms=1000"]
        with Run(world, "intake", settings=settings) as run:
            run.wait_ready()
            world.produce(events(range(40)))
            eventually(lambda: run.read_count("intake") == 40, "the first events")
            kafka_tool("TopicCommand", "--alter", "--topic", world.topic("platform.events"), "--partitions", "3")
            world.produce(events(range(100, 200)))
            eventually(lambda: run.read_count("intake") == 140, "the events of three partitions")
            self.assertEqual(run.stop(), 0, run.log())
        self.assertEqual(world.count("pairwatch.interactions"), 140)

    def test_a_partition_added_to_an_internal_topic_stops_the_service(self):
        world = World("split", partitions=2)
        settings = ["kafka.properties.topic.metadata.refresh.interval.ms=1000"]
        with Run(world, settings=settings) as run:
            run.wait_ready()
            world.produce(events(range(40)))
            eventually(lambda: run.read_count("relationship") == 40, "some state")
            kafka_tool("TopicCommand", "--alter", "--topic", world.topic("pairwatch.interactions"), "--partitions", "3")
            self.assertEqual(run.process.wait(60), 1)
            self.assertRegex(run.log(), r"changelog split.pairs.changelog has 2 partitions, but its input has more.*topology.application")
        with Run(world) as run:
            self.assertEqual(run.process.wait(60), 1)
            self.assertIn("changelog split.pairs.changelog has 2 partitions, but its input split.pairwatch.interactions has 3", run.log())


class Login(unittest.TestCase):
    """At a listener where one user may log in."""

    @classmethod
    def setUpClass(cls):
        _, cls.data, cls.address = start_kafka(sasl="watcher:openSesame1")

    @classmethod
    def tearDownClass(cls):
        stop_kafka(cls.data)

    def run_as(self, world, mechanism, password):
        properties = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism, "sasl.username": "watcher"}
        with tempfile.NamedTemporaryFile("w", dir=live.SCRATCH, delete=False) as file:
            file.write(password)
        settings = ["kafka.diagnosis_interval=1s", f"kafka.property_files.sasl.password={file.name}"]
        return Run(world, "intake", broker=self.address, settings=settings + [f"kafka.properties.{name}={value}" for name, value in properties.items()])

    def test_a_wrong_password_is_told_again_and_again_and_never_shown(self):
        with self.run_as(World("stranger", partitions=2), "PLAIN", "openSesame2") as run:
            eventually(lambda: run.log().count("cannot log in to Kafka at") >= 2, "a diagnosis, twice")
            self.assertIn("check sasl.username, and the file that kafka.property_files.sasl.password names", run.log())
            self.assertEqual(run.get("/readyz")[0], 503)
            self.assertEqual(run.get("/healthz")[0], 200)
            self.assertEqual(run.stop(), 0, run.log())
            self.assertNotIn("openSesame", run.log())

    def test_the_right_password_is_let_in(self):
        with self.run_as(World("friend", partitions=2), "PLAIN", "openSesame1") as run:
            run.wait_ready()
            self.assertEqual(run.stop(), 0, run.log())

    def test_scram_is_let_in_or_told_to_be_beyond_the_client(self):
        with self.run_as(World("scram", partitions=2), "SCRAM-SHA-512", "openSesame1") as run:
            run.port()
            if re.search(r"librdkafka 2\.([0-5]\.|6\.0)\S* cannot log in with SCRAM to Kafka 4", run.log()):
                eventually(lambda: "cannot log in to Kafka at" in run.log(), "a diagnosis")
            else:
                run.wait_ready()
            self.assertEqual(run.stop(), 0, run.log())


def fill(path):
    """Writes until there is no more room."""
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass


class Disk(unittest.TestCase):
    def test_that_is_full_ends_the_process_and_nothing_is_lost(self):
        """On a file system of 8 MiB that only the process sees, filled up while it works; afterwards on an empty one with room."""
        small = os.path.join(live.SCRATCH, "small")
        os.makedirs(small)
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        within = [*namespace, "sh", "-c", f'mount -t tmpfs -o size=8m none {small} && exec "$@"', "sh"]
        allowed = subprocess.run([*within, "true"], stderr=subprocess.PIPE, text=True)
        self.assertEqual(allowed.returncode, 0, f"this test needs a mount namespace, which this machine refuses: {allowed.stderr}")
        world = World("full", partitions=2)
        path, lines = generated(events=20000, risky=24, seed=13)
        # Another's /proc/PID/root can be looked into only where it may be debugged.
        settings = ["state.flush_interval=1s", "state.write_buffers=4MiB", "kafka.session_timeout=6s", "process.core_dumps=true"]
        with Run(world, settings=settings, disk=os.path.join(small, "state"), within=within) as run:
            run.wait_ready()
            world.produce(keyed(lines[:len(lines) // 2]))
            eventually(lambda: run.read_count("relationship") > 0, "some state")
            fill(f"/proc/{run.process.pid}/root{small}/filler")
            world.produce(keyed(lines[len(lines) // 2:]))
            eventually(lambda: run.process.poll() is not None, "its end", 60)
            self.assertEqual(run.process.poll(), 1)
            self.assertIn("the disk is full: make room and start again", run.log())
        with Run(world, settings=settings) as run:
            run.wait_ready()
            eventually(world.is_settled, "everything is read and committed", 120)
            self.assertEqual(run.stop(), 0, run.log())
        found = world.escalations()
        self.assertEqual(told_twice(found), [], "no revision is written twice")
        self.assertEqual(differences(found, replayed(path)[0]), {})


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
