#!/usr/bin/env python3
"""What whoever operates pairwatch sees of it, on a real Apache Kafka.

    live_operate_test.py PAIRWATCH [unittest arguments]
"""
import json
import os
import re
import signal
import subprocess
import sys
import unittest

import live_support as live
from live_support import Run, World, differences, eventually, generated, keyed, replayed, wait_until_idle


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


class Logs(unittest.TestCase):
    """One line an event of operation, whole, without ids or secrets; what is told can be changed while it runs."""

    def test_every_line_is_json_without_ids_words_or_secrets_even_at_debug(self):
        world = World("logs")
        _, lines = generated(events=4000, risky=8, seed=3)
        secret = os.path.join(live.SCRATCH, "secret")
        with open(secret, "w") as file:
            file.write("not-for-any-log\n")
        properties = os.path.join(live.SCRATCH, "properties.yaml")
        with open(properties, "w") as file:
            json.dump({"kafka": {"property_files": {"sasl.password": secret}, "properties": {"fetch.wait.max.ms": "100"}}}, file)
        with Run(world, settings=["logging.format=json", "logging.level=debug"], more=["--config", properties]) as run:
            run.wait_ready()
            world.produce(list(keyed(lines)) + [(b"account-of-a-child", json.dumps({"eventId": live.WORD_OF_A_CHILD}).encode())])
            wait_until_idle([run], len(lines) + 1)
            self.assertEqual(run.stop(), 0, run.log())
            log = run.log()
        told = [json.loads(line) for line in log.splitlines()]
        self.assertGreater(len(told), 20)
        for line in told:
            self.assertLessEqual({"time", "level", "message"}, set(line))
            self.assertIn(line["level"], ("debug", "info", "warning", "error"))
        events = [json.loads(line) for line in lines]
        ids = {event[side]["accountId"] for event in events for side in ("actor", "target") if side in event}
        ids |= {event["channel"]["channelId"] for event in events if "channel" in event} | {event["eventId"] for event in events}
        words = set(re.findall(r"[\w:.#/-]+", log))
        ids = {i for i in ids if len(i) > 3}
        self.assertGreater(len(ids), 1000)
        self.assertEqual(ids & words, set())
        for secret in ("not-for-any-log", live.WORD_OF_A_CHILD, "account-of-a-child"):
            self.assertNotIn(secret, log)
        self.assertNotIn("will be ignored", log, "a property for one kind of client was given to the other")

    def test_what_is_told_changes_by_signal(self):
        world = World("levels")
        with Run(world) as run:
            run.wait_ready()
            self.assertNotIn(" debug ", run.log())
            run.process.send_signal(signal.SIGUSR1)
            eventually(lambda: "tells debug and what is worse" in run.log(), "the level's change")
            run.process.send_signal(signal.SIGUSR1)
            eventually(lambda: run.log().count("tells debug and what is worse") == 2, "no more than everything")
            for level in ("info", "warning", "error"):
                run.process.send_signal(signal.SIGUSR2)
                eventually(lambda level=level: f"tells {level} and what is worse" in run.log(), "the level's change")
            self.assertEqual(run.stop(), 0, run.log())
            self.assertNotIn("SIGTERM", run.log(), "what is no error is not told any more")


class Metrics(unittest.TestCase):
    """The metrics of the Kafka clients move with the traffic, and their number does not."""

    def test_what_clients_say_of_themselves_adds_up_and_does_not_grow(self):
        world = World("clients")
        _, lines = generated(events=4000, risky=8, seed=3)
        with Run(world, settings=["kafka.statistics_interval=100ms"]) as run:
            run.wait_ready()
            ours = [f'service="{service}",worker="0"' for service in live.SERVICES]

            def told(name, labels):
                return run.metrics()[f"pairwatch_kafka_{name}"].get(labels, 0)

            for labels in ours:
                client, service, worker = 'client="consumer"', *labels.split(",")
                eventually(lambda: told("brokers_up", f"{client},{service},{worker}") == 1, "a consumer that is connected")
                eventually(lambda: run.metrics()["pairwatch_kafka_transaction_state"].get(f'{service},state="ready",{worker}') == 1, "a producer")
                eventually(lambda: told("rebalances_total", labels) > 0, "a rebalance")
            half = len(lines) // 2
            world.produce(keyed(lines[:half]))
            wait_until_idle([run], half)
            eventually(lambda: told("received_records_total", ours[0]) == half, "everything that was read is told")
            series = {(name, labels) for name, of_name in run.metrics().items() for labels in of_name}
            world.produce(keyed(lines[half:]))
            wait_until_idle([run], len(lines))
            eventually(lambda: told("received_records_total", ours[0]) == len(lines), "everything that was read is told")
            forwarded = sum(run.outcomes("intake").get(outcome, 0) for outcome in ("forwarded", "account_change"))
            eventually(lambda: told("sent_records_total", ours[0]) >= forwarded, "everything that was written is told")
            grown = {(name, labels) for name, of_name in run.metrics().items() for labels in of_name} ^ series
            self.assertEqual(grown, set())
            brokers = {labels for name, labels in series if name == "pairwatch_kafka_round_trip_p99_seconds"}
            self.assertEqual(len(brokers), 2 * len(live.SERVICES) + 2, "a consumer and a producer each, of these and of decisions")
            self.assertEqual(run.stop(), 0, run.log())


class Rules(unittest.TestCase):
    """Rules change while everything runs: whole or not at all, with no event lost or decided twice."""

    def setUp(self):
        self.rules = os.path.join(live.SCRATCH, "set-of-rules.yaml")
        self.write("version: day")

    def write(self, text):
        """As editors and Kubernetes do: the file is there whole at any moment."""
        with open(self.rules + ".new", "w") as file:
            file.write(text + "\n")
        os.replace(self.rules + ".new", self.rules)

    def sha256(self):
        done = subprocess.run([live.PAIRWATCH, "validate", "--stories", "none", "--rules", self.rules], check=True, stdout=subprocess.PIPE, text=True)
        return re.search(r"rules sha256: (\w{64})", done.stdout)[1]

    def in_force(self, run):
        [labels] = [labels for labels, value in run.metrics()["pairwatch_rules_info"].items() if value == 1]
        return dict(re.findall(r'(\w+)="(\w*)"', labels))

    def read_by(self, world):
        """By which rules intake read each interaction, in hexadecimal: its last field, fixed64, number 32."""
        records, data = [], world.consume("pairwatch.interactions", "-f", "%R%s")
        while data:
            size = int.from_bytes(data[:4], "big")
            records.append(data[4:4 + size])
            data = data[4 + size:]
        self.assertEqual({record[-10:-8] for record in records}, {b"\x81\x02"})
        return [(b"late" in record, f"{int.from_bytes(record[-8:], 'little'):016x}") for record in records]

    def test_other_rules_decide_from_the_next_transaction_on_and_nothing_is_lost(self):
        world = World("rules")
        path, lines = generated(events=8000, risky=24, seed=5)
        third = len(lines) // 3
        day = self.sha256()
        with Run(world, more=["--rules", self.rules]) as run:
            run.wait_ready()
            world.produce(keyed(lines[:third]))
            wait_until_idle([run], third)
            self.assertEqual(self.in_force(run), {"version": "day", "sha256": day})
            self.assertEqual({e["rules"]["sha256"] for e in world.escalations()}, {day})

            self.write("severity: {watch: nine}")  # broken: what runs goes on
            run.process.send_signal(signal.SIGHUP)
            eventually(lambda: run.metrics()["pairwatch_rules_reload_failures_total"][""] == 1, "the failure is counted")
            self.assertRegex(run.log(), re.escape(self.rules) + r":1:\d+: rules\.severity\.watch: `nine`")
            self.assertEqual(self.in_force(run)["sha256"], day)
            world.produce(keyed(lines[third:2 * third]))
            wait_until_idle([run], 2 * third)
            before = world.escalations()
            self.assertEqual({e["rules"]["sha256"] for e in before}, {day})
            self.assertEqual({rules for _, rules in self.read_by(world)}, {day[:16]})

            # The same decisions by another name, in the middle of the stream.
            self.write("version: night")
            night = self.sha256()
            self.assertNotEqual(day, night)
            world.produce(keyed(lines[2 * third:]))
            run.process.send_signal(signal.SIGHUP)
            eventually(lambda: self.in_force(run) == {"version": "night", "sha256": night}, "the new rules")
            wait_until_idle([run], len(lines))
            world.produce([(b"late|pair", line) for line in self.late()])
            wait_until_idle([run], len(lines) + len(self.late()))
            found = world.escalations()
            self.assertEqual(differences([e for e in found if "late" not in json.dumps(e["subject"])], replayed(path)[0]), {})
            late = [e for e in found if "late" in json.dumps(e["subject"])]
            self.assertEqual({(e["rules"]["version"], e["rules"]["sha256"]) for e in late}, {("night", night)})
            self.assertLessEqual({e["rules"]["sha256"] for e in found}, {day, night})
            self.assertLessEqual({rules for _, rules in self.read_by(world)}, {day[:16], night[:16]})
            self.assertEqual({rules for is_late, rules in self.read_by(world) if is_late}, {night[:16]})
            for service in live.SERVICES:
                self.assertIn(f"{service}-0: ", "".join(line for line in run.log().splitlines() if "go on by rules" in line))

            # A threshold: what was no case by the old one is one by the new one.
            self.write("version: strict\nseverity: {watch: 0.001, review: 0.002, urgent: 0.003}")
            run.process.send_signal(signal.SIGHUP)
            eventually(lambda: self.in_force(run)["version"] == "strict", "the new rules")
            quiet = [(b"quiet|pair", line) for line in self.late("quiet")[:2]]
            world.produce(quiet)
            wait_until_idle([run], len(lines) + len(self.late()) + len(quiet))
            self.assertIn("strict", {e["rules"]["version"] for e in world.escalations()})
            self.assertEqual(run.metrics()["pairwatch_rules_reloads_total"][""], 2)
            self.assertEqual(run.stop(), 0, run.log())
            for store in ("pairs", "actors"):
                notes = self.notes(world, f"{store}.changelog")
                self.assertEqual({sha256 for _, _, sha256 in notes}, {day, night, self.sha256()}, store)
                self.assertEqual(len({sha256 for change, _, sha256 in notes if change == 1}), 1, store)

    def notes(self, world, changelog):
        """(change, offset, hash) of each note of rules in a changelog: topology/tasks/rules_notes.cc."""
        found = re.findall(rb"\xe6\x01(.{8})(.{8})\x40(\w{64})", world.consume(changelog, "-f", "%s"), re.DOTALL)
        return {(int.from_bytes(change, "little"), int.from_bytes(offset, "little"), sha256.decode()) for change, offset, sha256 in found}

    def late(self, name="late"):
        """What an adult writes to a child once the rules have changed; a case by any of them."""
        def event(number, **body):
            return json.dumps({"eventId": f"{name}{number}", "occurredAt": f"2026-06-01T18:0{number}:00Z",
                               "actor": {"accountId": f"{name}-actor", "ageBand": "AGE_BAND_ADULT"},
                               "target": {"accountId": f"{name}-target", "ageBand": "AGE_BAND_UNDER_13"},
                               "channel": {"channelId": "c", "kind": "CHANNEL_KIND_DIRECT"}, "mutualContacts": 0, **body}).encode()
        return [event(0, contactRequest={}), event(1, message={"text": "hi, which school do you go to?"}),
                event(2, message={"text": "this is our secret, don't tell your parents"}),
                event(3, gift={"itemId": "g", "kind": "GIFT_KIND_CURRENCY", "valueMinor": "5000", "currency": "EUR"}),
                event(4, message={"text": "are you home alone?"}), event(5, message={"text": "let's meet in person tomorrow, just us two"})]

    def test_files_are_looked_at_where_it_is_set_and_the_same_rules_are_no_change(self):
        world = World("watched")
        with Run(world, settings=["reload.interval=100ms"], more=["--rules", self.rules]) as run:
            run.wait_ready()
            self.write("version: day\n# a comment decides nothing")
            eventually(lambda: "are as they were" in run.log(), "the look at the files")
            self.write("version: dusk")
            eventually(lambda: self.in_force(run)["version"] == "dusk", "the new rules")
            os.remove(self.rules)
            eventually(lambda: run.metrics()["pairwatch_rules_reload_failures_total"][""] == 1, "a file that is gone")
            self.assertEqual(self.in_force(run)["version"], "dusk")
            self.write("version: dawn")
            eventually(lambda: self.in_force(run)["version"] == "dawn", "the new rules")
            self.assertEqual(run.stop(), 0, run.log())


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
