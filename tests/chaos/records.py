"""Records as a reader of committed data finds them, and the classes of proto/ to decode them with.

The verifier works on what stands here and on nothing else: lists of Record, the numbers of the events produced, offsets of groups.
"""
import collections
import dataclasses
import importlib
import logging
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEVERITIES = ["watch", "review", "urgent"]
EVENTS = "platform.events"
INTERACTIONS = "pairwatch.interactions"
CASE_INPUTS = "pairwatch.case-inputs"
TARGET_INPUTS = "pairwatch.target-inputs"
DEAD_LETTERS = "pairwatch.dead-letters"
ESCALATIONS = {f"moderation.escalations.{severity}": severity for severity in SEVERITIES}
PAIRS_CHANGELOG = "pairwatch.pairs.changelog"
NUMBER = "chaos-event"  # header of each event produced: its number; headers travel through every stage

Record = collections.namedtuple("Record", "topic partition offset key value headers")


def position(record):
    """topic/partition/offset, as `pairwatch-source` names it."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def source(record):
    """The record that caused this one, or None."""
    return record.headers.get("pairwatch-source")


@dataclasses.dataclass
class Observed:
    """All that the verifier is given."""

    partitions: int  # of each topic
    produced: dict  # number of an event -> reason for which it is bad, or "" for a good one
    records: dict  # topic -> [Record], each partition in order of offsets
    offsets: dict  # group -> {partition: (committed, end)}

    def of(self, topic):
        return self.records.get(topic, [])

    def escalations(self):
        return [record for topic in ESCALATIONS for record in self.of(topic)]


def quiet():
    """A logger that drops what librdkafka says of a broker that is away: that is what these runs are about."""
    logger = logging.getLogger("librdkafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


def load_messages():
    """Modules of proto/pairwatch/v1 by name (`interaction`, `case_input`), made by protoc in a folder that goes with the process."""
    folder = tempfile.TemporaryDirectory(prefix="pairwatch-proto-")
    load_messages.folder = folder  # kept until the process ends
    names = sorted(os.listdir(os.path.join(ROOT, "proto", "pairwatch", "v1")))
    subprocess.run(["protoc", "-I", os.path.join(ROOT, "proto"), "--python_out", folder.name] + [f"pairwatch/v1/{name}" for name in names],
                   check=True)
    sys.path.insert(0, folder.name)
    return {name.removesuffix(".proto"): importlib.import_module(f"pairwatch.v1.{name.removesuffix('.proto')}_pb2") for name in names}


def read_topic(broker, topic, partitions, seconds=120):
    """Every committed record of a topic, up to the ends it has now. Fails where nothing comes for so many `seconds`.

    A commit is answered before its markers stand in the partitions, and a reader of committed records is told of an end in front of them.
    The ends asked for are those of what was written."""
    from confluent_kafka import Consumer, KafkaError, TopicPartition

    teller = Consumer({"bootstrap.servers": broker, "group.id": "chaos-verifier", "isolation.level": "read_uncommitted"}, logger=quiet())
    written = {number: teller.get_watermark_offsets(TopicPartition(topic, number), timeout=30)[1] for number in range(partitions)}
    teller.close()
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "chaos-verifier", "isolation.level": "read_committed",
                         "enable.auto.commit": False, "enable.partition.eof": True, "check.crcs": True}, logger=quiet())
    consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
    records, ended, last = [], set(), time.monotonic()
    while len(ended) < partitions:
        if time.monotonic() > last + seconds:
            raise TimeoutError(f"{topic}: nothing came for {seconds} s before its end")
        for message in consumer.consume(5000, 0.5):
            if message.error() is None:
                records.append(as_record(message))
                last = time.monotonic()
            elif message.error().code() == KafkaError._PARTITION_EOF:
                if message.offset() >= written[message.partition()]:
                    ended.add(message.partition())
            elif not message.error().retriable():
                raise RuntimeError(f"{topic}: {message.error()}")
    consumer.close()
    return sorted(records, key=lambda record: (record.partition, record.offset))


def as_record(message):
    headers = {name: (value or b"").decode("utf-8", "replace") for name, value in message.headers() or []}
    return Record(message.topic(), message.partition(), message.offset(), message.key(), message.value(), headers)


def group_offsets(broker, groups, partitions):
    """{group: {partition: (committed, end)}} for groups given with the topic each reads; None while the broker does not answer."""
    from confluent_kafka import Consumer, KafkaException, TopicPartition

    found = {}
    for group, topic in groups.items():
        consumer = Consumer({"bootstrap.servers": broker, "group.id": group, "enable.auto.commit": False}, logger=quiet())
        try:
            asked = [TopicPartition(topic, number) for number in range(partitions)]
            committed = consumer.committed(asked, timeout=10)
            found[group] = {at.partition: (at.offset, consumer.get_watermark_offsets(TopicPartition(topic, at.partition), timeout=10)[1])
                            for at in committed}
        except KafkaException:
            return None
        finally:
            consumer.close()
    return found


def is_at_ends(offsets):
    """Whether groups have committed up to the ends; a partition to which nothing was ever written may have no offset."""
    return bool(offsets) and all(committed == end or (committed < 0 and end == 0)
                                 for group in offsets.values() for committed, end in group.values())
