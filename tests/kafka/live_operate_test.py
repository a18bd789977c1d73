#!/usr/bin/env python3
"""What whoever operates pairwatch sees of it, on a real Apache Kafka.

    live_operate_test.py PAIRWATCH [unittest arguments]
"""
import os
import sys
import unittest

import live_support as live
from live_support import Run, World, eventually, generated, keyed, wait_until_idle


def setUpModule():
    live.set_up()


def tearDownModule():
    live.tear_down()


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
