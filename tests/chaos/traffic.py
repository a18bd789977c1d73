"""Traffic with a known share of bad events, and a producer that writes it at a steady pace whatever happens to the broker."""
import collections
import json
import os
import random
import subprocess
import threading
import time

from records import EVENTS, NUMBER, quiet

BAD_SHARE = 0.02
OTHER_SHARE = 0.01  # changes of accounts, and events without a target
LATE_SHARE = 0.03
MOST_LATE = 60  # places

Event = collections.namedtuple("Event", "key value reason")  # reason: "" for a good one


def good(number, **fields):
    event = {"eventId": f"x{number}", "occurredAt": "2025-01-10T18:00:00Z", "actor": {"accountId": f"x{number % 97}", "ageBand": "AGE_BAND_ADULT"},
             "target": {"accountId": f"y{number % 89}", "ageBand": "AGE_BAND_13_TO_15"}, "channel": {"channelId": "c", "kind": "CHANNEL_KIND_DIRECT"},
             "message": {"text": "hello there"}}
    event.update(fields)
    return json.dumps({name: value for name, value in event.items() if value is not None}).encode()


BAD = {
    "malformed_json": lambda n: good(n)[:-9],
    "unrecognised_encoding": lambda n: b"[%d]" % n,
    "invalid_utf8": lambda n: good(n, message={"text": "@@"}).replace(b"@@", b"\xff\xfe"),
    "unknown_enumerator": lambda n: good(n, actor={"accountId": "x", "ageBand": "AGE_BAND_OF_IRON"}),
    "missing_event_id": lambda n: good(n, eventId=""),
    "missing_actor": lambda n: good(n, actor={"ageBand": "AGE_BAND_ADULT"}),
    "id_too_long": lambda n: good(n, eventId="x" * 300),
    "self_interaction": lambda n: good(n, actor={"accountId": "x1"}, target={"accountId": "x1"}),
    "missing_payload": lambda n: good(n, message=None),
    "time_out_of_bounds": lambda n: good(n, occurredAt="1999-12-31T23:59:59Z"),
    "time_in_the_future": lambda n: good(n, occurredAt="2099-01-01T00:00:00Z"),
    "negative_value": lambda n: good(n, message=None, gift={"valueMinor": "-5", "currency": "EUR"}),
}


def other(number):
    """An event that is no interaction of two."""
    if number % 2:
        return good(number, target=None)
    return good(number, target=None, message=None, profileChange={"previousAgeBand": "AGE_BAND_16_TO_17"})


def key_of(line):
    """One key for both directions of a pair, as the contract recommends."""
    event = json.loads(line)
    return "|".join(sorted([event["actor"]["accountId"], event.get("target", {}).get("accountId", "")])).encode()


def make(pairwatch, events, seed, folder):
    """About `events` events: generated ones, bad ones, others; some of them late."""
    chance = random.Random(seed)
    path = os.path.join(folder, "events.jsonl")
    subprocess.run([pairwatch, "generate", "--events", str(events), "--pairs", str(max(50, events // 25)), "--minor-share", "0.35", "--risky",
                    str(max(12, events // 1500)), "--duplicates", "4", "--seed", str(seed), "--progress", "none", "--output", path],
                   check=True, stderr=subprocess.DEVNULL)
    with open(path, "rb") as file:
        lines = file.read().splitlines()
    made = [(place + (chance.randint(1, MOST_LATE) if chance.random() < LATE_SHARE else 0), Event(key_of(line), line, ""))
            for place, line in enumerate(lines)]
    for number in range(int(len(lines) * BAD_SHARE)):
        reason = chance.choice(list(BAD))
        made.append((chance.randrange(len(lines)), Event(f"bad{number}".encode(), BAD[reason](number), reason)))
    for number in range(int(len(lines) * OTHER_SHARE)):
        made.append((chance.randrange(len(lines)), Event(f"x{number % 97}".encode(), other(number), "")))
    return [event for _, event in sorted(made, key=lambda one: one[0])]


class Load(threading.Thread):
    """Writes the events, each with its number as a header, `rate` a second; the producer is idempotent and waits for a broker that is away."""

    def __init__(self, broker, events, rate):
        super().__init__(name="load", daemon=True)
        self.broker, self.events, self.rate = broker, events, rate
        self.written, self.failed = 0, []

    def run(self):
        from confluent_kafka import Producer

        producer = Producer({"bootstrap.servers": self.broker, "enable.idempotence": True, "partitioner": "murmur2_random", "linger.ms": 20,
                             "message.timeout.ms": 300000, "compression.type": "lz4"}, logger=quiet())
        began, places = time.monotonic(), collections.deque(enumerate(self.events))
        while places:
            due = int((time.monotonic() - began) * self.rate)
            while places and places[0][0] < due:
                number, event = places.popleft()
                self.write(producer, number, event)
            producer.poll(0.02)
        if left := producer.flush(300):
            self.failed.append(f"{left} events were not written within 300 s")

    def write(self, producer, number, event):
        while True:
            try:
                return producer.produce(EVENTS, event.value, event.key, headers=[(NUMBER, str(number).encode())], on_delivery=self.delivered)
            except BufferError:
                producer.poll(0.1)

    def delivered(self, error, _):
        if error:
            self.failed.append(str(error))
        else:
            self.written += 1
