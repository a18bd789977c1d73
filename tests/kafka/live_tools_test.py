#!/usr/bin/env python3
"""What reads and writes topics beside the services, on a real Apache Kafka.

    live_tools_test.py PAIRWATCH [unittest arguments]
"""
import base64
import collections
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import unittest

import live_support as live
from live_support import Run, World, differences, eventually, free_port, generated, keyed, wait_until_idle


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


def tool(*arguments, world=None, broker=None, settings=()):
    """A command on the test's topics: exit code, standard output, standard error."""
    command = [live.PAIRWATCH, *arguments, "-X", f"kafka.bootstrap_servers={broker or live.BROKER}"]
    if world:
        command += ["--config", world.config]
    for setting in settings:
        command += ["-X", setting]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


class Inspect(unittest.TestCase):
    """What is shown of a pair or an account is what the events say and the escalations told."""

    @classmethod
    def setUpClass(cls):
        cls.world = World("inspect")
        _, cls.lines = generated(events=5000, risky=24, seed=11)
        cls.events = [json.loads(line) for line in cls.lines]
        cls.service = Run(cls.world)
        cls.service.wait_ready()
        cls.world.produce(keyed(cls.lines))
        wait_until_idle([cls.service], len(cls.lines))

    @classmethod
    def tearDownClass(cls):
        cls.service.__exit__()

    def entry(self, store, key):
        code, out, err = tool("inspect", "--store", store, "--key", key, world=self.world)
        self.assertEqual(code, 0, err)
        return json.loads(out)

    def test_of_pairs_counts_what_each_side_did(self):
        did = collections.defaultdict(lambda: collections.Counter())
        seen = set()
        for event in self.events:
            if event["eventId"] in seen or "target" not in event:
                continue
            seen.add(event["eventId"])
            pair = tuple(sorted([event["actor"]["accountId"], event["target"]["accountId"]]))
            did[pair][event["actor"]["accountId"], "message" in event, "gift" in event] += 1
        escalated = [e["subject"] for e in self.world.escalations() if e["subject"]["kind"] == "SUBJECT_KIND_PAIR"]
        pairs = {tuple(sorted([subject["actorId"], subject["targetId"]])) for subject in escalated}
        self.assertGreater(len(pairs), 4)
        for pair in sorted(pairs)[:6]:
            entry = self.entry("pairs", f"{pair[1]}/{pair[0]}")  # in any order
            self.assertEqual(entry["accountIds"], list(pair))
            for side, account in zip(("first", "second"), pair):
                found = entry["pair"].get(side, {})
                self.assertEqual(found.get("messages", 0), did[pair][account, True, False], (pair, account))
                self.assertEqual(found.get("gifts", 0), did[pair][account, False, True], (pair, account))
            self.assertEqual(entry["changelog"]["topic"], "inspect.pairs.changelog")
        self.assertEqual(self.service.process.poll(), None, "the services go on meanwhile")
        self.assertEqual(self.entry("relationship", "/".join(pair))["pair"], entry["pair"], "the service's name will do")
        self.assertEqual(self.entry("pairs", "\x1f" + "\x1f".join(pair))["pair"], entry["pair"], "a record's key will do")

    def test_of_an_account_are_the_cases_that_were_told(self):
        newest = self.newest_by("actorId")
        self.assertGreater(len(newest), 4)
        for actor, cases in sorted(newest.items())[:6]:
            state = self.entry("actors", actor)["actor"]
            found = state.get("pairCases", []) + ([state["actorCase"]] if "actorCase" in state else [])
            self.assertEqual({case["escalationId"]: (case["revision"], case["severity"]) for case in found},
                             {case: (told["revision"], told["severity"]) for case, told in cases.items()})

    def newest_by(self, account):
        """The newest revision of each case that was told, by that account of its subject."""
        newest = {}
        for escalation in self.world.escalations():
            of_account = (escalation["subject"]["kind"] == "SUBJECT_KIND_TARGET") == (account == "targetId")
            known = newest.setdefault(escalation["subject"][account], {}) if of_account else {}
            if known.get(escalation["escalationId"], escalation)["revision"] <= escalation["revision"]:
                known[escalation["escalationId"]] = escalation
        return newest

    def test_of_a_minor_are_who_is_around_it_and_the_case_that_was_told(self):
        newest = self.newest_by("targetId")
        self.assertGreater(len(newest), 0)
        for minor, cases in sorted(newest.items())[:6]:
            state = self.entry("minors", minor)["minor"]
            (case, told), = cases.items()
            self.assertEqual((state["targetCase"]["escalationId"], state["targetCase"]["revision"]), (case, told["revision"]))
            self.assertLessEqual(set(told["subject"]["actorIds"]), {contact["actorId"] for contact in state["contacts"]})

    def test_of_what_is_not_there_says_so(self):
        for store, key in (("pairs", "nobody/nowhere"), ("actors", "nobody"), ("minors", "nobody"), ("pairs", "tenant/nobody/nowhere")):
            code, out, err = tool("inspect", "--store", store, "--key", key, world=self.world)
            self.assertEqual((code, out), (1, ""))
            self.assertIn(f"inspect.{store}.changelog holds no such entry", err)
            self.assertNotIn("nobody", err)

    def test_of_what_was_erased_says_so(self):
        actor = min(self.newest_by("actorId"))
        where = self.entry("actors", actor)["changelog"]
        topic, partition, offset = where["topic"], str(where.get("partition", 0)), where.get("offset", "0")
        read = ["kcat", "-C", "-b", live.BROKER, "-t", topic, "-p", partition, "-o", offset, "-c", "1", "-f", "%k"]
        key = subprocess.run(read, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        self.assertEqual(len(key), 16)
        erase = ["kcat", "-P", "-b", live.BROKER, "-t", topic, "-p", partition, "-Z", "-K", "<key>", "-D", "<end>"]
        subprocess.run(erase, input=key + b"<key><end>", check=True)
        code, out, err = tool("inspect", "--store", "actors", "--key", actor, world=self.world)
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, rf"says at partition {partition}, offset \d+ that the entry was erased or has expired")

    def test_without_a_broker_or_a_changelog_says_what_is_wrong(self):
        nowhere = f"127.0.0.1:{free_port()}"
        code, out, err = tool("inspect", "--store", "pairs", "--key", "a/b", world=self.world, broker=nowhere)
        self.assertEqual((code, out), (1, ""))
        self.assertIn(f"no answer from Kafka at {nowhere}", err)
        code, out, err = tool("inspect", "--store", "pairs", "--key", "a/b", world=World("unmade"))
        self.assertEqual((code, out), (1, ""))
        self.assertIn("topic unmade.pairs.changelog", err)

    def test_finds_pseudonyms_by_the_ids_behind_them(self):
        world, secret = World("pseudonyms", partitions=2), b"only for this test, of 32 bytes."
        with tempfile.NamedTemporaryFile(dir=live.SCRATCH, delete=False) as file:
            file.write(secret)
        settings = ["pseudonyms=true", "pseudonym_key.id=1", f"pseudonym_key.file={file.name}"]
        event = {"eventId": "e1", "tenant": "app", "occurredAt": "2026-03-01T18:00:00Z", "actor": {"accountId": "a7", "ageBand": "AGE_BAND_ADULT"},
                 "target": {"accountId": "m3", "ageBand": "AGE_BAND_13_TO_15"}, "message": {}}
        with Run(world, "intake,relationship", settings=settings) as run:
            run.wait_ready()
            world.produce([(b"k", json.dumps(event).encode())])
            eventually(lambda: tool("inspect", "--store", "pairs", "--key", "app/a7/m3", world=world, settings=settings)[0] == 0, "an entry")
            self.assertEqual(run.stop(), 0, run.log())
        names = {name: "k1:" + hmac.new(secret, name.encode(), hashlib.sha256).hexdigest() for name in ("a7", "m3")}
        for key in ("app/m3/a7", f"app/{names['m3']}/{names['a7']}"):
            code, out, err = tool("inspect", "--store", "pairs", "--key", key, world=world, settings=settings)
            self.assertEqual(code, 0, err)
            entry = json.loads(out)
            self.assertEqual((entry["tenant"], entry["accountIds"]), ("app", sorted(names.values())))
            self.assertEqual(sum(entry["pair"][side].get("messages", 0) for side in ("first", "second")), 1)


class Generate(unittest.TestCase):
    """What a file would hold stands in the topic, once, both directions of a pair in one partition."""

    TRAFFIC = ["generate", "--events", "20000", "--pairs", "2000", "--risky", "8", "--duplicates", "5", "--seed", "3", "--progress", "none"]

    def make(self, topic, partitions=3):
        live.make_topic(topic, partitions)
        return topic

    def read(self, topic, fields):
        command = ["kcat", "-C", "-b", live.BROKER, "-t", topic, "-e", "-q", "-f", fields]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout

    def test_writes_what_a_file_would_hold(self):
        topic = self.make("generated.json")
        labels = os.path.join(live.SCRATCH, "labels.jsonl")
        code, out, err = tool(*self.TRAFFIC, "--to-topic", topic, "--labels", labels)
        self.assertEqual((code, out), (0, ""), err)
        expected = subprocess.run([live.PAIRWATCH, *self.TRAFFIC], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        self.assertRegex(err, rf"{len(expected.splitlines())} records written to {topic}, in 3 partitions")
        records = [line.split(b"|", 2) for line in self.read(topic, "%p|%k|%s\n").splitlines()]
        self.assertEqual(sorted(value for _, _, value in records), sorted(expected.splitlines()))
        partitions_of = collections.defaultdict(set)
        for partition, key, value in records:
            event = json.loads(value)
            ids = sorted([event["actor"]["accountId"], event["target"]["accountId"]])
            self.assertEqual(key.decode(), "\x1f".join(["", *ids]))
            partitions_of[key].add(partition)
        self.assertEqual({len(found) for found in partitions_of.values()}, {1})
        self.assertEqual(len({partition for partition, _, _ in records}), 3)
        with open(labels) as file:
            self.assertEqual(len(file.readlines()), 16)

    def test_writes_protobuf_that_is_read_as_the_same_events(self):
        raised = []
        for form in ("json", "protobuf"):
            topic = self.make(f"generated.as-{form}", partitions=2)
            code, _, err = tool(*self.TRAFFIC, "--format", form, "--to-topic", topic)
            self.assertEqual(code, 0, err)
            code, out, err = tool("replay", "--from-topic", topic, "--progress", "none")
            self.assertEqual(code, 0, err)
            raised.append([json.loads(line) for line in out.splitlines()])
        self.assertGreater(len(raised[0]), 5)
        self.assertEqual(differences(raised[0], raised[1]), {})

    def test_says_what_is_missing(self):
        nowhere = f"127.0.0.1:{free_port()}"
        code, out, err = tool(*self.TRAFFIC, "--to-topic", "events", broker=nowhere)
        self.assertEqual((code, out), (1, ""))
        self.assertIn(f"no answer from Kafka at {nowhere}", err)
        code, out, err = tool(*self.TRAFFIC, "--to-topic", "nowhere")
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, r"topic nowhere: .*\n  kafka-topics.sh --bootstrap-server \S+ --create --topic nowhere")

    def test_holds_little_of_much_and_tells_when_the_broker_goes(self):
        """Far more than it may hold is being written when the broker stops answering."""
        broker, data = live.start_kafka()
        try:
            live.make_topic("much", 2, broker=broker)
            with open(os.path.join(live.SCRATCH, "much.log"), "w+") as log:
                command = [live.PAIRWATCH, "generate", "--events", "50000000", "--pairs", "1000", "--to-topic", "much", "--progress", "none", "-X",
                           f"kafka.bootstrap_servers={broker}"]
                process = subprocess.Popen(command, stderr=log)
                eventually(lambda: live.records_in("much", broker) > 100000, "some records")
                live.stop_kafka(data)
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                log.seek(0)
                told = log.read()
            self.assertEqual(process.returncode, 1, told)
            self.assertRegex(told, r"topic much: .*\n\d{6,} records were written before")
            self.assertLess(usage.ru_maxrss / 1024, 256, "MiB")
        finally:
            live.stop_kafka(data)


class Envelopes(unittest.TestCase):
    """Events as platforms' buses carry them, each in another envelope, on one topic."""

    def test_every_envelope_is_opened(self):
        world = World("envelopes")
        path = os.path.join(live.SCRATCH, "one.bin")
        subprocess.run([live.PAIRWATCH, "generate", "--events", "1", "--pairs", "1", "--minor-share", "1", "--format", "protobuf", "--output", path,
                        "--progress", "none"], check=True, stderr=subprocess.DEVNULL)
        message, = live.delimited(path)
        subprocess.run([live.PAIRWATCH, "generate", "--events", "1", "--pairs", "1", "--minor-share", "1", "--output", path, "--progress", "none"],
                       check=True, stderr=subprocess.DEVNULL)
        with open(path) as file:
            event = json.load(file)
        around = {"specversion": "1.0", "id": "1", "source": "/chat", "type": "interaction"}
        structured = ["content-type=application/cloudevents+json"]
        binary = ["ce_specversion=1.0", "ce_id=1", "ce_source=/chat", "ce_type=interaction", "content-type=application/protobuf"]
        records = [
            (message, []),
            (b"\0\0\0\0\7\0" + message, []),
            (b"\0\0\0\0\7\2\x1a" + message, []),
            (message, binary),
            (json.dumps(event).encode(), binary[:-1]),
            (json.dumps(dict(around, data=event)).encode(), structured),
            (json.dumps(dict(around, data_base64=base64.b64encode(message).decode())).encode(), structured),
            (b"\0\0\0\0\7\2\2" + message, []),  # of another message of the schema
        ]
        with Run(world) as run:
            run.wait_ready()
            for number, (value, headers) in enumerate(records):
                with open(path, "wb") as file:
                    file.write(value)
                command = ["kcat", "-P", "-b", live.BROKER, "-t", world.topic("platform.events"), "-k", "pair"]
                for header in headers:
                    command += ["-H", header]
                subprocess.run([*command, path], check=True)
            wait_until_idle([run], len(records))
            self.assertEqual(run.outcomes("intake"), {"forwarded": 7, "dead_letter": 1})
            self.assertEqual(run.outcomes("relationship")["duplicate"], 6, "all are the same event")
            self.assertEqual(run.read_count("relationship"), 7)
            self.assertEqual(run.metrics()["pairwatch_dead_letters_total"]['reason="unrecognised_encoding",service="intake"'], 1)
        seen = {headers.get("content-type", "") + headers.get("ce_type", "") for headers, _, _ in world.read("pairwatch.interactions")}
        self.assertEqual(seen, {""}, "what describes the value stays with it")


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
