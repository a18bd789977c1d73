"""Proves, from the topics alone, that every event had its effect exactly once.

It decodes with classes made from proto/, works out what must stand where by its own logic (model.py, layout.py), and never asks
pairwatch. Each check answers with what offends it: an empty list is a pass. In: an Observed (records.py). Thread: one.
"""
import collections
import datetime
import json

import xxhash

import model
from layout import COUNT_KINDS, Malformed, decode_pair
from records import CASE_INPUTS, DEAD_LETTERS, ESCALATIONS, EVENTS, INTERACTIONS, NUMBER, PAIRS_CHANGELOG, SEVERITIES, TARGET_INPUTS, position, source

AGE_BANDS = {"AGE_BAND_UNDER_13": 1, "AGE_BAND_13_TO_15": 2, "AGE_BAND_16_TO_17": 3, "AGE_BAND_ADULT": 4}
AGE_ASSURANCES = {"AGE_ASSURANCE_SELF_DECLARED": 1, "AGE_ASSURANCE_ESTIMATED": 2, "AGE_ASSURANCE_VERIFIED": 3}
KINDS = {"message": 10, "contactRequest": 11, "contactAccept": 12, "contactRemove": 13, "gift": 14, "channelMove": 15, "call": 16, "block": 18,
         "report": 19}
ERRORS = "__pairwatch.errors."
RULES_NOTE = b"\xe6"  # the first byte of what a changelog says of the rules that decide: topology/tasks/rules_notes.cc
FORWARDED, ACCOUNT_CHANGE, NOTHING, DEAD_LETTER = "forwarded", "account change", "nothing", "dead letter"


def age_of(account):
    return AGE_BANDS.get(account.get("ageBand"), 0), AGE_ASSURANCES.get(account.get("ageAssurance"), 0)


def outcome_of(event):
    """What must become of an event that is not bad."""
    if "profileChange" in event:
        return ACCOUNT_CHANGE
    if "target" not in event:
        return NOTHING
    return FORWARDED if model.passes_gate(age_of(event["actor"]), age_of(event["target"])) else NOTHING


def milliseconds(text):
    moment = datetime.datetime.fromisoformat(text)
    return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(milliseconds=1)


def account_key(tenant, account):
    return f"{tenant}\x1f{account}".encode()


def pair_key(tenant, one, two):
    return "\x1f".join([tenant] + sorted([one, two], key=str.encode)).encode()


def murmur2(data):
    """Kafka's hash of keys."""
    mask, multiplier = 0xFFFFFFFF, 0x5BD1E995
    hashed = 0x9747B28C ^ len(data)
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at:at + 4], "little") * multiplier & mask
        word = (word ^ word >> 24) * multiplier & mask
        hashed = (hashed * multiplier & mask) ^ word
    if rest := data[whole:]:
        hashed = (hashed ^ int.from_bytes(rest, "little")) * multiplier & mask
    hashed = (hashed ^ hashed >> 13) * multiplier & mask
    return hashed ^ hashed >> 15


def partition_of(key, partitions):
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def stands_down(escalation):
    return escalation.get("status") == "ESCALATION_STATUS_STOOD_DOWN"


def counted(problem, found, expected):
    """Where two multisets differ, in words."""
    found, expected = collections.Counter(found), collections.Counter(expected)
    lost = [f"lost: {problem} {item}, expected {expected[item]}, found {found[item]}" for item in expected if found[item] < expected[item]]
    return lost + [f"too many: {problem} {item}, expected {expected[item]}, found {found[item]}" for item in found if found[item] > expected[item]]


class Verifier:
    """Everything decoded once; each check_* is one check, its docstring the name in the report."""

    def __init__(self, observed, messages):
        self.observed = observed
        self.messages = messages
        self.events = {position(record): self.expectation(record) for record in observed.of(EVENTS)}
        self.interactions = [(record, self.decoded("interaction", "Interaction", record)) for record in observed.of(INTERACTIONS)]
        self.case_inputs = [(record, self.decoded("case_input", "CaseInput", record)) for record in observed.of(CASE_INPUTS)]
        self.target_inputs = [(record, self.decoded("target_input", "TargetInput", record)) for record in observed.of(TARGET_INPUTS)]
        self.escalations = [(record, json.loads(record.value)) for record in observed.escalations()]
        self.work_out_pairs()

    def decoded(self, module, name, record):
        message = getattr(self.messages[module], name)()
        message.ParseFromString(record.value)
        return message

    def expectation(self, record):
        """(outcome, reason of a dead letter, event) of a record of the platform."""
        reason = self.observed.produced.get(int(record.headers.get(NUMBER, -1)), "")
        if reason:
            return DEAD_LETTER, reason, None
        event = json.loads(record.value)
        return outcome_of(event), "", event

    def work_out_pairs(self):
        """Every pair as its interactions make it, the facts each of them causes, and each side's counts just after it."""
        self.pairs, self.pair_partitions, self.facts, self.counts_after = {}, {}, [], {}
        for record, interaction in self.interactions:
            key = pair_key(interaction.tenant, interaction.actor.account_id, interaction.target.account_id)
            pair = self.pairs.setdefault(key, model.Pair())
            self.pair_partitions[key] = record.partition
            ids = sorted([interaction.actor.account_id, interaction.target.account_id], key=str.encode)
            facts = pair.take(interaction)
            self.facts += [(position(record), ids[side], ids[1 - side], kind, count) for side, kind, count in facts or []]
            for side in (0, 1):
                one, two = pair.sides[side], pair.sides[1 - side]
                self.counts_after[position(record), ids[side]] = (one.sent(), two.sent(), one.counts[0], one.counts[2], one.last_at or 0)

    def sources_of(self, outcome):
        return [at for at, expected in self.events.items() if expected[0] == outcome]

    def check_events(self):
        """every event produced stands once in platform.events"""
        return counted("event number", [int(record.headers[NUMBER]) for record in self.observed.of(EVENTS)], list(self.observed.produced))

    def check_interactions(self):
        """every good event that passes the gate has exactly one interaction, no other has any"""
        return counted("interaction of", [source(record) for record, _ in self.interactions], self.sources_of(FORWARDED))

    def check_dead_letters(self):
        """every bad event has exactly one dead letter with its reason, nothing else has any"""
        found = [(f"{h.get(ERRORS + 'topic')}/{h.get(ERRORS + 'partition')}/{h.get(ERRORS + 'offset')}", h.get(ERRORS + "reason"),
                  h.get(ERRORS + "service")) for h in (record.headers for record in self.observed.of(DEAD_LETTERS))]
        return counted("dead letter", found, [(at, reason, "intake") for at, (_, reason, _) in self.events.items() if reason])

    def check_contents(self):
        """every interaction says what its event says, under the key and in the partition of its pair"""
        return [f"{position(record)} differs from {source(record)}" for record, interaction in self.interactions
                if source(record) in self.events and not self.says_the_same(record, interaction, self.events[source(record)][2])]

    def says_the_same(self, record, interaction, event):
        if event is None or "target" not in event:
            return False
        kind = next((KINDS[name] for name in KINDS if name in event), 0)
        actor, target = event["actor"], event["target"]
        said = (event["eventId"], milliseconds(event["occurredAt"]), actor["accountId"], target["accountId"], age_of(actor), age_of(target), kind)
        ages = [(party.age_band, party.age_assurance) for party in (interaction.actor, interaction.target)]
        found = (interaction.event_id, interaction.occurred_at_ms, interaction.actor.account_id, interaction.target.account_id, *ages,
                 interaction.kind)
        return said == found and record.key == pair_key(event.get("tenant", ""), actor["accountId"], target["accountId"])

    def check_partitions(self):
        """every record lies in the partition of its key"""
        records = [record for record, _ in self.interactions + self.case_inputs + self.target_inputs + self.escalations]
        return [f"{position(record)}" for record in records if partition_of(record.key, self.observed.partitions) != record.partition]

    def check_account_changes(self):
        """every change of an account is told exactly once"""
        found = [source(record) for record, told in self.case_inputs if told.WhichOneof("what") == "account_change"]
        return counted("account change of", found, self.sources_of(ACCOUNT_CHANGE))

    def check_case_inputs(self):
        """no interaction told the same thing twice"""
        def told_of(record, told):
            what = told.WhichOneof("what")
            about = getattr(told, what) if what else None
            target = about.target.account_id if what in ("risk", "fact") else ""
            return source(record), what, told.actor.account_id, target, about.kind if what == "fact" else 0
        found = collections.Counter(told_of(record, told) for record, told in self.case_inputs)
        return [f"too many: {item}, {count} times" for item, count in found.items() if count > 1]

    def check_facts(self):
        """the facts told are those that the interactions make, each at the interaction that made it"""
        found = [(source(record), told.actor.account_id, told.fact.target.account_id, told.fact.kind, told.fact.count)
                 for record, told in self.case_inputs if told.WhichOneof("what") == "fact"]
        return counted("fact", found, self.facts)

    def check_risks(self):
        """every risk counts what the two had done by then"""
        problems = []
        for record, told in self.case_inputs:
            if told.WhichOneof("what") != "risk":
                continue
            risk = told.risk
            found = (risk.sent_count, risk.received_count, risk.message_count, risk.gift_count, risk.last_at_ms)
            expected = self.counts_after.get((source(record), told.actor.account_id))
            if found != expected:
                problems.append(f"wrong count: {position(record)} of {source(record)} says {found}, expected {expected}")
        return problems

    def check_state(self):
        """the changelog holds every pair as its interactions make it, and no other"""
        last = {}
        for record in self.observed.of(PAIRS_CHANGELOG):
            if not (record.value or b"").startswith(RULES_NOTE):
                last[record.partition, record.key] = record.value
        expected = {(self.pair_partitions[key], xxhash.xxh3_128_digest(key)): pair for key, pair in self.pairs.items()}
        problems = [f"not a pair: {at[0]}/{at[1].hex()}" for at, value in last.items() if value and at not in expected]
        for at, pair in expected.items():
            problem = "lost" if not last.get(at) else state_problem(last[at], pair)
            if problem:
                problems.append(f"pair {at[0]}/{at[1].hex()}: {problem}")
        return problems

    def check_revisions(self):
        """every revision of a case stands once, from 1 without a gap; that with which it stands down in each topic where it was told"""
        revisions, told_in, ends = (collections.defaultdict(list) for _ in range(3))
        for record, escalation in self.escalations:
            case, revision = escalation["escalationId"], escalation["revision"]
            if stands_down(escalation):
                ends[case, revision].append(record.topic)
            else:
                revisions[case].append(revision)
                told_in[case].append(record.topic)
        problems = []
        for (case, revision), topics in ends.items():
            revisions[case].append(revision)
            problems += counted(f"end of {case} in", topics, set(told_in[case]))
        for case, found in revisions.items():
            problems += counted(f"revision of {case}:", found, range(1, max(found) + 1))
        return problems

    def check_severities(self):
        """the severity of a case never falls, and each escalation stands in the topic of its severity"""
        problems, cases = [], collections.defaultdict(list)
        for record, escalation in self.escalations:
            severity = escalation["severity"].removeprefix("SEVERITY_").lower()
            if ESCALATIONS[record.topic] != severity and not stands_down(escalation):
                problems.append(f"{position(record)} is {severity}")
            cases[escalation["escalationId"]].append((escalation["revision"], SEVERITIES.index(severity)))
        for case, steps in cases.items():
            severities = [severity for _, severity in sorted(steps)]
            if severities != sorted(severities):
                problems.append(f"{case} falls: {severities}")
        return problems

    def check_target_inputs(self):
        """no case input told the same account's standing towards a minor twice, and each such telling comes of one that stands"""
        accounts = {position(record): told.actor.account_id for record, told in self.case_inputs}
        found = collections.Counter((source(record), told.contact.actor.account_id, told.target.account_id, told.contact.severity)
                                    for record, told in self.target_inputs)
        return [f"too many: {item}, {count} times" for item, count in found.items() if count > 1] + \
            [f"{position(record)} names {source(record)}" for record, told in self.target_inputs
             if accounts.get(source(record)) != told.contact.actor.account_id]

    def check_sources(self):
        """every escalation comes of a case input that stands, about its account, or of a target input, about its minor"""
        accounts = {position(record): record.key for record, _ in self.case_inputs + self.target_inputs}
        return [f"{position(record)} names {source(record)}" for record, _ in self.escalations if accounts.get(source(record)) != record.key]

    def check_offsets(self):
        """every group has committed up to the ends of its input"""
        return [f"{group}/{partition}: committed {committed}, end {end}" for group, offsets in self.observed.offsets.items()
                for partition, (committed, end) in offsets.items() if committed != end and not (committed < 0 and end == 0)]

    def run(self):
        """[(name of a check, what offends it)]"""
        checks = [getattr(self, name) for name in vars(Verifier) if name.startswith("check_")]
        return [(check.__doc__, check()) for check in checks]


def state_problem(value, pair):
    """What a stored pair says otherwise than it should, or "" """
    try:
        stored = decode_pair(value)
    except Malformed as problem:
        return f"malformed: {problem}"
    differing = [name for name, expected in (("first_at", pair.first_at), ("last_at", pair.last_at), ("started_by", pair.started_by),
                                             ("first_hash", pair.first_hash), ("event_hashes", list(pair.recent))) if stored[name] != expected]
    for number, (found, side) in enumerate(zip(stored["sides"], pair.sides)):
        expected = {"counts": side.counts, "first_at": side.first_at, "last_at": side.last_at, "first_request_at": side.first_request_at,
                    "age_band": side.band, "age_assurance": side.assurance, "ages_at": side.ages_at, "facts": side.facts,
                    "activity_level": side.activity_level}
        differing += [f"side {number} {name} is {readable(found[name])}, expected {readable(value)}" for name, value in expected.items()
                      if found[name] != value]
    return "; ".join(differing)


def readable(value):
    return {kind: count for kind, count in zip(COUNT_KINDS, value) if count} if isinstance(value, list) else value


if __name__ == "__main__":
    import pickle
    import sys

    from records import load_messages

    with open(sys.argv[1], "rb") as file:
        for check, problems in Verifier(pickle.load(file), load_messages()).run():
            print("FAILED" if problems else "passed", check, *problems[:20], sep="\n    ")
