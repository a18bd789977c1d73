#!/usr/bin/env python3
"""What whoever operates pairwatch sees of it, on a real Apache Kafka.

    live_operate_test.py PAIRWATCH [unittest arguments]
"""
import json
import os
import re
import signal
import sys
import unittest

import live_support as live
from live_support import Run, World, eventually, generated, keyed, wait_until_idle


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


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
