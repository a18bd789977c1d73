#!/usr/bin/env python3
"""Known devices on a real Apache Kafka: lists that are imported, and what a confirmed case leaves.

    live_indicators_test.py PAIRWATCH [unittest arguments]
"""
import base64
import json
import os
import subprocess
import sys
import unittest

import live_support as live
from live_support import Run, World, eventually


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


def request(event_id, actor, minor, device, hour):
    """An adult asks a minor whom it does not know for an image, as the platform's classifier says: a case by itself."""
    return {"eventId": event_id, "occurredAt": f"2026-03-01T{hour:02}:00:00Z",
            "actor": {"accountId": actor, "ageBand": "AGE_BAND_ADULT", "createdAt": "2020-01-01T00:00:00Z",
                      **({"deviceHash": base64.b64encode(device).decode()} if device else {})},
            "target": {"accountId": minor, "ageBand": "AGE_BAND_13_TO_15"}, "channel": {"channelId": "c", "kind": "CHANNEL_KIND_DIRECT"},
            "mutualContacts": 0, "message": {"labelScores": {"image_request": 0.95}}}


class Indicators(unittest.TestCase):
    def import_list(self, world, hashes, *flags):
        """`pairwatch indicators import` of a list of devices; what it tells."""
        path = os.path.join(live.SCRATCH, f"{world.name}.list")
        with open(path, "w") as file:
            file.writelines(f"{one.hex()}  # of a test\n" for one in hashes)
        done = subprocess.run([live.PAIRWATCH, "indicators", "import", "--kind", "device", "--source", "a list", "--file", path, *flags,
                               "--config", world.config, "-X", f"kafka.bootstrap_servers={live.BROKER}"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stderr

    def knows(self, run, count):
        """Until intake works with so many indicators."""
        eventually(lambda: run.metrics()["pairwatch_indicators"][""] == count, f"{count} indicators known", 60)

    def signals(self, world, run, event):
        """What is told of the pair of an event, once it is: its newest revision's evidence by signal, and its explanation."""
        world.produce([(b"k", json.dumps(event).encode())])
        pair = (event["actor"]["accountId"], event["target"]["accountId"])

        def told():
            return [e for e in world.escalations() if (e["subject"]["actorId"], e["subject"].get("targetId")) == pair]

        newest = max(eventually(told, f"a case of {pair}", 120), key=lambda e: e["revision"])
        return {item["signal"]: item for item in newest["evidence"]}, newest

    def test_an_imported_list_is_seen_from_its_import_to_its_removal(self):
        world = World("imported")
        told = self.import_list(world, [b"d1", b"another"])
        self.assertIn("2 hashes of the list a list written", told)
        self.assertEqual(len(world.read("pairwatch.indicators")), 2)
        with Run(world) as run:
            run.wait_ready()
            self.knows(run, 2)  # read to its end before anything else was
            found, escalation = self.signals(world, run, request("e1", "a1", "m1", b"d1", 10))
            self.assertIn("shared_indicator", found)
            self.assertIn("matches a list of known devices", escalation["explanation"])
            found, _ = self.signals(world, run, request("e2", "a2", "m2", b"d2", 10))
            self.assertNotIn("shared_indicator", found, "not on the list")
            found, _ = self.signals(world, run, request("e3", "a3", "m3", None, 10))
            self.assertNotIn("shared_indicator", found, "no device")

            self.import_list(world, [b"d2"])
            self.knows(run, 3)
            found, _ = self.signals(world, run, request("e4", "a4", "m4", b"d2", 11))
            self.assertIn("shared_indicator", found, "imported while it runs")
            self.assertIn("1 hash of the list a list taken back", self.import_list(world, [b"d2"], "--remove"))
            self.knows(run, 2)
            found, _ = self.signals(world, run, request("e5", "a5", "m5", b"d2", 12))
            self.assertNotIn("shared_indicator", found, "taken back while it runs")
            self.assertEqual(run.stop(), 0, run.log())
        with Run(world) as run:
            run.wait_ready()
            self.knows(run, 2)  # the removal was read too

    def test_a_confirmed_case_shows_another_account_of_its_device(self):
        world = World("confirmed")
        with Run(world) as run:
            run.wait_ready()
            _, opened = self.signals(world, run, request("e1", "a1", "m1", b"d9", 10))
            decision = {"escalationId": opened["escalationId"], "verdict": "VERDICT_CONFIRMED", "decidedAt": "2026-03-01T11:00:00Z"}
            world.produce([(b"any", json.dumps(decision).encode())], topic="moderation.decisions")
            self.knows(run, 2)  # the account and its device
            for headers, key, value in world.read("pairwatch.indicators"):
                self.assertTrue(headers["pairwatch-source"].startswith(world.topic("pairwatch.case-inputs") + "/"), headers)
                self.assertNotIn("a1", key + value, "hashes only")

            found, escalation = self.signals(world, run, request("e2", "a2", "m2", b"d9", 12))
            self.assertIn("prior_confirmed", found)
            self.assertIn("new_account", found, "though it was made long ago")
            self.assertIn("uses a device of another account with a case that a moderator confirmed", escalation["explanation"])
            self.assertEqual(escalation["severity"], "SEVERITY_URGENT", "beside images")
            found, escalation = self.signals(world, run, request("e3", "a1", "m3", b"d9", 12))
            self.assertIn("had another case that a moderator confirmed", escalation["explanation"], "its own case, known by itself")
            self.assertNotIn("new_account", found)
            found, _ = self.signals(world, run, request("e4", "a3", "m4", b"d8", 12))
            self.assertNotIn("prior_confirmed", found)

            dismissed = dict(decision, verdict="VERDICT_DISMISSED", decidedAt="2026-03-01T13:00:00Z")
            world.produce([(b"any", json.dumps(dismissed).encode())], topic="moderation.decisions")
            self.knows(run, 0)  # taken back
            found, _ = self.signals(world, run, request("e5", "a4", "m5", b"d9", 14))
            self.assertNotIn("prior_confirmed", found)


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
