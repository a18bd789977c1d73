#!/usr/bin/env python3
"""Whether the verifier can fail: a small world that is right, and one thing made wrong at a time, which must be named.

No broker. Run it by `tools/chaos --self-test`.
"""
import copy
import json
import unittest

import xxhash

import model
from records import (CASE_INPUTS, DEAD_LETTERS, EVENTS, INTERACTIONS, NUMBER, PAIRS_CHANGELOG, TARGET_INPUTS, Observed, Record, load_messages)
from verifier import Verifier, account_key, milliseconds, pair_key, partition_of

PARTITIONS = 2
MESSAGES = load_messages()
ADULT, MINOR = {"accountId": "a1", "ageBand": "AGE_BAND_ADULT"}, {"accountId": "m1", "ageBand": "AGE_BAND_13_TO_15"}


def event(number, actor, target, **fields):
    return {"eventId": f"e{number}", "occurredAt": f"2025-01-01T00:00:{number:02}.500Z", "actor": actor, "target": target, "message": {}, **fields}


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def encoded_side(side, pair):
    """One side in the stored form: messages only, told of nothing but facts."""
    told = bool(side.facts)
    mask = 1 if side.counts[0] else 0
    out = varint(mask << 1 | told) + (varint(side.counts[0]) if mask else b"")
    out += bytes([side.band << 4 | side.assurance << 1]) + varint(pair.last_at - side.ages_at)
    out += b"\0"  # nothing that few sides have
    if mask:
        out += varint(side.first_at - pair.first_at) + varint(pair.last_at - side.last_at) + varint(0) + varint(0) + bytes(15)
        out += varint(0)  # it reached out with the newest
    return out + (bytes([side.activity_level << 1, side.facts]) + varint(0) if told else b"")


def encoded_pair(pair):
    out = bytes([1, pair.started_by]) + varint(pair.first_at) + varint(pair.last_at - pair.first_at) + pair.first_hash.to_bytes(4, "little")
    out += b"".join(encoded_side(side, pair) for side in pair.sides)
    out += varint(0) * 2 + (b"\0" + varint(0)) * 2 + b"\0" + b"\0"
    return out + bytes([len(pair.recent)]) + b"".join(hashed.to_bytes(4, "little") for hashed in pair.recent)


class Maker:
    """Writes the records that a pairwatch without fault would have written of some events."""

    def __init__(self):
        self.records = {topic: [] for topic in (EVENTS, INTERACTIONS, CASE_INPUTS, TARGET_INPUTS, DEAD_LETTERS, PAIRS_CHANGELOG,
                                                "moderation.escalations.watch", "moderation.escalations.review", "moderation.escalations.urgent")}
        self.produced, self.pairs = {}, {}

    def write(self, topic, key, value, **headers):
        partition = partition_of(key, PARTITIONS)
        offset = sum(record.partition == partition for record in self.records[topic])
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.records[topic].append(Record(topic, partition, offset, key, value, named))
        return f"{topic}/{partition}/{offset}"

    def platform(self, value, reason=""):
        number = len(self.produced)
        self.produced[number] = reason
        return self.write(EVENTS, b"k", value, **{NUMBER: str(number)})

    def bad(self, value, reason):
        at = self.platform(value, reason).split("/")
        errors = dict(zip(("topic", "partition", "offset"), at), reason=reason, service="intake")
        self.records[DEAD_LETTERS].append(Record(DEAD_LETTERS, 0, len(self.records[DEAD_LETTERS]), b"k", None,
                                                 {f"__pairwatch.errors.{name}": text for name, text in errors.items()}))

    def good(self, said):
        at = self.platform(json.dumps(said).encode())
        actor, target = said["actor"], said["target"]
        if actor["ageBand"] == target["ageBand"] == "AGE_BAND_ADULT":
            return
        message = MESSAGES["interaction"].Interaction(event_id=said["eventId"], occurred_at_ms=milliseconds(said["occurredAt"]), kind=10)
        for party, account in ((message.actor, actor), (message.target, target)):
            party.account_id, party.age_band = account["accountId"], 4 if "ADULT" in account["ageBand"] else 2
        if len(self.produced) > 1:  # the very first has no text
            message.text_fingerprint = 7
        key = pair_key("", actor["accountId"], target["accountId"])
        caused = self.write(INTERACTIONS, key, message.SerializeToString(), pairwatch_source=at)
        pair = self.pairs.setdefault(key, model.Pair())
        self.tell(caused, sorted([actor["accountId"], target["accountId"]]), pair.take(message) or [])
        self.write(PAIRS_CHANGELOG, key, encoded_pair(pair))

    def tell(self, caused, ids, facts):
        for side, kind, count in facts:
            told = MESSAGES["case_input"].CaseInput()
            told.actor.account_id, told.fact.target.account_id, told.fact.kind, told.fact.count = ids[side], ids[1 - side], kind, count
            at = self.write(CASE_INPUTS, account_key("", ids[side]), told.SerializeToString(), pairwatch_source=caused)
            if kind == model.FIRST_CONTACT:
                self.escalate(at, ids[side], 1, "WATCH")
                self.escalate(at, ids[side], 2, "REVIEW")
                self.tell_of_minor(at, ids[side], ids[1 - side])

    def tell_of_minor(self, caused, actor, target):
        told = MESSAGES["target_input"].TargetInput()
        told.target.account_id, told.contact.actor.account_id, told.contact.severity = target, actor, 2
        at = self.write(TARGET_INPUTS, account_key("", target), told.SerializeToString(), pairwatch_source=caused)
        if actor == "a9":  # the second around it
            value = json.dumps({"escalationId": f"T-{target}-1", "revision": 1, "severity": "SEVERITY_WATCH"}).encode()
            self.write("moderation.escalations.watch", account_key("", target), value, pairwatch_source=at)

    def escalate(self, caused, account, revision, severity):
        value = json.dumps({"escalationId": f"P-{account}-1", "revision": revision, "severity": f"SEVERITY_{severity}"}).encode()
        self.write(f"moderation.escalations.{severity.lower()}", account_key("", account), value, pairwatch_source=caused)

    def observed(self):
        records = copy.deepcopy(self.records)  # the changelog is keyed by the hash, in the partition of the pair
        records[PAIRS_CHANGELOG] = [record._replace(key=xxhash.xxh3_128_digest(record.key)) for record in records[PAIRS_CHANGELOG]]
        return Observed(PARTITIONS, dict(self.produced), records, {"pairwatch.intake": {0: (5, 5), 1: (-1001, 0)}})


def world():
    maker = Maker()
    for number in range(4):
        maker.good(event(number, ADULT, MINOR))
    maker.good(event(4, MINOR, ADULT))
    maker.good(event(2, ADULT, MINOR))  # sent twice
    maker.good(event(6, ADULT, {"accountId": "a2", "ageBand": "AGE_BAND_ADULT"}))
    maker.good(event(7, {"accountId": "a9", "ageBand": "AGE_BAND_ADULT"}, MINOR))
    maker.bad(b"[", "unrecognised_encoding")
    maker.bad(b"{", "malformed_json")
    return maker.observed()


def failures(observed):
    """{name of a failed check: what offends it}"""
    return {name: problems for name, problems in Verifier(observed, MESSAGES).run() if problems}


class TheVerifier(unittest.TestCase):
    def assert_named(self, observed, check, words):
        found = failures(observed)
        named = [problem for name, problems in found.items() if check in name for problem in problems]
        self.assertTrue(any(words in problem for problem in named), f"nothing names '{words}' under '{check}': {found}")

    def test_finds_nothing_wrong_where_nothing_is(self):
        self.assertEqual(failures(world()), {})

    def test_expects_what_a_reader_would(self):
        verifier = Verifier(world(), MESSAGES)
        self.assertEqual(sorted(outcome for outcome, _, _ in verifier.events.values()), ["dead letter"] * 2 + ["forwarded"] * 7 + ["nothing"])
        self.assertEqual([(kind, actor) for _, actor, _, kind, _ in verifier.facts],
                         [(model.FIRST_CONTACT, "a1"), (model.FIRST_TEXT, "a1"), (model.FIRST_REPLY, "a1"), (model.FIRST_CONTACT, "a9")])
        pair = verifier.pairs[pair_key("", "a1", "m1")]
        self.assertEqual([side.counts[0] for side in pair.sides], [4, 1])

    def test_names_a_lost_interaction(self):
        observed = world()
        lost = observed.records[INTERACTIONS].pop(1)
        self.assert_named(observed, "exactly one interaction", f"lost: interaction of {lost.headers['pairwatch-source']}")
        self.assert_named(observed, "changelog", "counts")

    def test_names_a_doubled_interaction(self):
        observed = world()
        first = observed.records[INTERACTIONS][0]
        observed.records[INTERACTIONS].append(first._replace(offset=90))
        self.assert_named(observed, "exactly one interaction", f"too many: interaction of {first.headers['pairwatch-source']}")

    def test_names_an_interaction_of_adults(self):
        observed = world()
        gated = next(record for record in observed.records[EVENTS] if b'"a2"' in record.value)
        first = observed.records[INTERACTIONS][0]
        observed.records[INTERACTIONS].append(first._replace(offset=90, headers={"pairwatch-source": f"{EVENTS}/{gated.partition}/{gated.offset}"}))
        self.assert_named(observed, "exactly one interaction", "too many")

    def test_names_an_interaction_that_says_something_else(self):
        observed = world()
        one, two = observed.records[INTERACTIONS][:2]
        observed.records[INTERACTIONS][0] = one._replace(value=two.value)
        self.assert_named(observed, "says what its event says", f"differs from {one.headers['pairwatch-source']}")

    def test_names_a_missing_dead_letter(self):
        observed = world()
        observed.records[DEAD_LETTERS].pop()
        self.assert_named(observed, "dead letter", "lost: dead letter")

    def test_names_a_doubled_dead_letter(self):
        observed = world()
        observed.records[DEAD_LETTERS] += observed.records[DEAD_LETTERS][-1:]
        self.assert_named(observed, "dead letter", "too many: dead letter")

    def test_names_a_dead_letter_of_another_reason(self):
        observed = world()
        observed.records[DEAD_LETTERS][0].headers["__pairwatch.errors.reason"] = "missing_actor"
        self.assert_named(observed, "dead letter", "missing_actor")

    def test_names_a_fact_that_was_not_told(self):
        observed = world()
        observed.records[CASE_INPUTS].pop(1)
        self.assert_named(observed, "the facts told", "lost: fact")

    def test_names_a_fact_told_twice(self):
        observed = world()
        observed.records[CASE_INPUTS] += [observed.records[CASE_INPUTS][0]._replace(offset=90)]
        self.assert_named(observed, "same thing twice", "2 times")

    def test_names_a_risk_that_counts_too_little(self):
        observed = world()
        caused = observed.records[INTERACTIONS][2]
        told = MESSAGES["case_input"].CaseInput()
        told.actor.account_id, told.risk.target.account_id, told.risk.sent_count, told.risk.message_count = "a1", "m1", 2, 2
        at = f"{INTERACTIONS}/{caused.partition}/{caused.offset}"
        key = account_key("", "a1")
        observed.records[CASE_INPUTS].append(Record(CASE_INPUTS, partition_of(key, PARTITIONS), 91, key, told.SerializeToString(), {"pairwatch-source": at}))
        self.assert_named(observed, "every risk", "wrong count")

    def test_names_a_wrong_count_in_the_changelog(self):
        observed = world()
        log = observed.records[PAIRS_CHANGELOG]
        last = max(index for index, record in enumerate(log) if record.key == log[0].key)
        log[last] = log[last]._replace(value=log[0].value)
        self.assert_named(observed, "changelog", "expected {'messages': 4}")

    def test_names_a_pair_that_was_erased(self):
        observed = world()
        log = observed.records[PAIRS_CHANGELOG]
        log.append(log[0]._replace(offset=90, value=None))
        self.assert_named(observed, "changelog", "lost")

    def test_names_state_that_cannot_be_read(self):
        observed = world()
        log = observed.records[PAIRS_CHANGELOG]
        log[-1] = log[-1]._replace(value=log[-1].value + b"\0")
        self.assert_named(observed, "changelog", "malformed")

    def test_names_a_doubled_revision(self):
        observed = world()
        watch = observed.records["moderation.escalations.watch"]
        watch.append(watch[0]._replace(offset=90))
        self.assert_named(observed, "every revision", "too many: revision of P-a1-1: 1")

    def test_names_a_gap_of_revisions(self):
        observed = world()
        observed.records["moderation.escalations.watch"].pop(0)
        self.assert_named(observed, "every revision", "lost: revision of P-a1-1: 1")

    def test_takes_an_end_that_stands_in_every_topic_where_the_case_was_told(self):
        observed, ended = world(), []
        review = observed.records["moderation.escalations.review"][0]
        value = json.dumps(dict(json.loads(review.value), revision=3, status="ESCALATION_STATUS_STOOD_DOWN")).encode()
        for topic in ("moderation.escalations.watch", "moderation.escalations.review"):
            ended.append(review._replace(topic=topic, offset=90, value=value))
            observed.records[topic].append(ended[-1])
        self.assertEqual(failures(observed), {})
        observed.records["moderation.escalations.watch"].remove(ended[0])
        self.assert_named(observed, "every revision", "lost: end of P-a1-1 in moderation.escalations.watch")

    def test_names_a_severity_that_falls(self):
        observed = world()
        review = observed.records["moderation.escalations.review"][0]
        fallen = json.dumps(dict(json.loads(review.value), revision=3, severity="SEVERITY_WATCH")).encode()
        observed.records["moderation.escalations.watch"].append(review._replace(topic="moderation.escalations.watch", offset=90, value=fallen))
        self.assert_named(observed, "never falls", "P-a1-1 falls")

    def test_names_an_escalation_of_a_case_input_that_does_not_stand(self):
        observed = world()
        observed.records["moderation.escalations.watch"][0].headers["pairwatch-source"] = f"{CASE_INPUTS}/0/77"
        self.assert_named(observed, "case input that stands", "/0/77")

    def test_names_what_was_told_of_a_minor_twice_or_of_nothing(self):
        observed = world()
        first = observed.records[TARGET_INPUTS][0]
        observed.records[TARGET_INPUTS].append(first._replace(offset=90))
        self.assert_named(observed, "standing towards a minor twice", "too many")
        observed = world()
        observed.records[TARGET_INPUTS][0].headers["pairwatch-source"] = f"{CASE_INPUTS}/0/77"
        self.assert_named(observed, "comes of one that stands", "/0/77")

    def test_names_a_record_in_another_partition(self):
        observed = world()
        first = observed.records[CASE_INPUTS][0]
        observed.records[CASE_INPUTS][0] = first._replace(partition=1 - first.partition, offset=90)
        self.assert_named(observed, "partition of its key", "/90")

    def test_names_offsets_that_are_not_committed(self):
        observed = world()
        observed.offsets["pairwatch.intake"][0] = (4, 5)
        self.assert_named(observed, "committed up to the ends", "committed 4, end 5")

    def test_names_an_event_that_was_never_written(self):
        observed = world()
        observed.records[EVENTS].pop()
        self.assert_named(observed, "stands once in platform.events", "lost: event number 9")


if __name__ == "__main__":
    unittest.main()
