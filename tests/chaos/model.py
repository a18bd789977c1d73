"""What a pair must be remembered as and which facts must be told of it, worked out from its interactions alone.

A second writing of the parts of processors/relationship that count: who did what how often and when, ages, trust, facts. Not of risk.
"""
import collections

import xxhash

DAY_MS = 86_400_000
TIME_TO_LIVE_MS = 180 * DAY_MS
RECENT_EVENTS = 64
NEVER = -1

MESSAGE, REQUEST, ACCEPT, REMOVE, GIFT, MOVE, CALL, BLOCK, REPORT = 10, 11, 12, 13, 14, 15, 16, 18, 19  # pairwatch.v1.InteractionKind
COUNT_OF = {MESSAGE: 0, GIFT: 2, CALL: 3, REQUEST: 4, ACCEPT: 5, REMOVE: 6, BLOCK: 7, REPORT: 8, MOVE: 9}
MEDIA_COUNT = 1
ANSWERS = {ACCEPT, REMOVE, BLOCK, REPORT}  # to something that the other did

FIRST_CONTACT, FIRST_REPLY, ACCEPTED, REFUSED, BLOCKED, REPORTED, ACTIVITY_DOUBLED, FIRST_TEXT = range(1, 9)  # pairwatch.v1.FactKind
LEAST_ACTIVITY_LEVEL = 4  # 2 ** 4 interactions

UNKNOWN, ADULT = 0, 4  # pairwatch.v1.AgeBand
YOUTH = {1: 0, 2: 1, 3: 2, UNKNOWN: 3, ADULT: 4}

# Whether what a row's account does towards a column's is judged: by adult, unknown, minor, minor whose age somebody has checked.
IS_JUDGED = [[False, True, True, True], [False, True, True, True], [False, True, True, True], [False, False, True, True]]


def age_class(band, assurance):
    if band == ADULT:
        return 0
    if band == UNKNOWN:
        return 1
    return 3 if assurance >= 2 else 2


def passes_gate(actor, target):
    """Whether a pair is any of our business: one direction at least is judged. Each side as (band, assurance)."""
    one, two = age_class(*actor), age_class(*target)
    return IS_JUDGED[one][two] or IS_JUDGED[two][one]


def event_hash(event_id):
    return xxhash.xxh3_64_intdigest(event_id.encode()) & 0xFFFFFFFF


class Side:
    """One of the two: who it is and what it did."""

    def __init__(self):
        self.counts = [0] * 10
        self.first_at = self.last_at = self.first_request_at = None
        self.band, self.assurance, self.ages_at = UNKNOWN, 0, NEVER
        self.facts, self.activity_level = 0, 0

    def sent(self):
        return sum(self.counts) - self.counts[MEDIA_COUNT]

    def reached_out(self):
        return sum(self.counts[COUNT_OF[kind]] for kind in (MESSAGE, GIFT, CALL, REQUEST, MOVE))

    def learn_age(self, party, at):
        if at < self.ages_at:
            return
        if at == self.ages_at:
            told, kept = YOUTH[party.age_band], YOUTH[self.band]
            if told > kept or (told == kept and party.age_assurance <= self.assurance):
                return
        self.band, self.assurance, self.ages_at = party.age_band, party.age_assurance, at

    def did(self, interaction, at):
        self.first_at = at if self.first_at is None else min(self.first_at, at)
        self.last_at = at if self.last_at is None else max(self.last_at, at)
        self.counts[COUNT_OF[interaction.kind]] += 1
        if interaction.kind == MESSAGE and interaction.media:
            self.counts[MEDIA_COUNT] += 1
        if interaction.kind == REQUEST:
            self.first_request_at = at if self.first_request_at is None else min(self.first_request_at, at)


class Pair:
    """Two accounts; takes their interactions in the order of the log."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.sides = [Side(), Side()]
        self.first_at, self.last_at, self.first_hash, self.started_by = None, NEVER, 0, 0
        self.trust_kind, self.trusted_until, self.trusted_at = 0, None, NEVER
        self.recent = collections.deque(maxlen=RECENT_EVENTS)

    def take(self, interaction):
        """The facts that must be told, (side, kind, count) each; None for a repeat."""
        at, hashed = interaction.occurred_at_ms, event_hash(interaction.event_id)
        if self.first_at is not None and at - self.last_at > TIME_TO_LIVE_MS:
            self.forget()
        if hashed in self.recent:
            return None
        self.recent.append(hashed)
        actor = 0 if interaction.actor.account_id.encode() < interaction.target.account_id.encode() else 1
        self.meet(interaction, actor, at, hashed)
        self.trust(interaction, at)
        self.sides[actor].learn_age(interaction.actor, at)
        self.sides[1 - actor].learn_age(interaction.target, at)
        self.sides[actor].did(interaction, at)
        return self.facts(interaction, actor, hashed == self.first_hash)

    def meet(self, interaction, actor, at, hashed):
        if self.first_at is None or (at, hashed) < (self.first_at, self.first_hash):
            self.first_at, self.first_hash = at, hashed
            self.started_by = 1 - actor if interaction.kind in ANSWERS else actor
        self.last_at = max(self.last_at, at)

    def trust(self, interaction, at):
        if not interaction.trusted_relation:
            return
        until = interaction.trusted_until_ms if interaction.HasField("trusted_until_ms") else float("inf")
        if at > self.trusted_at or (at == self.trusted_at and until < self.trusted_until):
            self.trust_kind, self.trusted_until, self.trusted_at = interaction.trusted_relation, until, at

    def is_trusted(self):
        return self.trust_kind != 0 and self.last_at < self.trusted_until

    def is_judged(self, actor):
        one, two = self.sides[actor], self.sides[1 - actor]
        return IS_JUDGED[age_class(one.band, one.assurance)][age_class(two.band, two.assurance)]

    def facts(self, interaction, speaker, is_first):
        has_text = interaction.kind == MESSAGE and interaction.HasField("text_fingerprint")
        told = []
        for actor in (0, 1):
            if not self.is_trusted() and self.is_judged(actor):
                facts = list(self.facts_of(actor))
                if has_text and actor == speaker and not self.sides[actor].facts & 1 << FIRST_TEXT % 8:
                    self.sides[actor].facts |= 1 << FIRST_TEXT % 8
                    if not is_first or (FIRST_CONTACT, 0) not in facts:  # which tells it otherwise
                        facts.append((FIRST_TEXT, 0))
                told += [(actor, kind, count) for kind, count in facts]
        return told

    def facts_of(self, actor):
        side = self.sides[actor]
        for kind in self.holding(actor):
            if not side.facts >> kind & 1:
                side.facts |= 1 << kind
                yield kind, 0
        level = side.sent().bit_length() - 1
        if level >= LEAST_ACTIVITY_LEVEL and level > side.activity_level:
            side.activity_level = level
            yield ACTIVITY_DOUBLED, side.sent()

    def holding(self, actor):
        """The facts, told once each, that hold for what `actor` does."""
        count = lambda side, kind: side.counts[COUNT_OF[kind]]
        one, two = self.sides[actor], self.sides[1 - actor]
        removed = count(two, REMOVE) and not count(two, ACCEPT) and count(one, REQUEST)
        holds = {FIRST_CONTACT: self.started_by == actor, FIRST_REPLY: self.started_by == actor and two.reached_out(),
                 ACCEPTED: count(two, ACCEPT), REFUSED: count(two, BLOCK) or removed, BLOCKED: count(two, BLOCK), REPORTED: count(two, REPORT)}
        return [kind for kind, is_so in holds.items() if is_so]
