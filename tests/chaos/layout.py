"""Decodes the stored form of a pair, as its changelog holds it: written from the description in processors/relationship/layout*.

Every field is read, because they stand one after another and what is left over at the end would be a mistake; those that the
verifier compares are returned.
"""

COUNT_KINDS = ["messages", "media", "gifts", "calls", "contact_requests", "contact_accepts", "contact_removes", "blocks", "reports",
               "channel_moves"]
REACHING_OUT = {"messages", "gifts", "calls", "contact_requests", "channel_moves"}
UUID_TAG = 37
HAS_MUTUAL, HAS_TRUST, HAS_LASTING = 2, 4, 32
HAS_CREATED_DAY, HAS_OTHER_AGES, HAS_EPHEMERAL, HAS_REFUSED, HAS_NIGHTS = 8, 16, 32, 64, 128
MARKED_KINDS = 3


class Malformed(ValueError):
    """The bytes are not the stored form of a pair."""


class Bytes:
    """Little-endian numbers and varints, one after another."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def fixed(self, size):
        if self.at + size > len(self.data):
            raise Malformed("cut short")
        self.at += size
        return int.from_bytes(self.data[self.at - size:self.at], "little")

    def varint(self):
        value = shift = 0
        while True:
            byte = self.fixed(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def skip(self, size):
        self.fixed(size)

    def short_id(self):
        size = self.fixed(1)
        self.skip(16 if size == UUID_TAG else size)

    def times(self):
        for _ in range(bin(self.varint()).count("1")):
            self.varint()


def decode_pair(data):
    """{first_at, last_at, started_by, sides: [{counts, first_at, last_at, ...}] * 2, event_hashes}; times in ms, None where never."""
    read = Bytes(data)
    if read.fixed(1) != 1:
        raise Malformed("another version")
    flags = read.fixed(1)
    pair = {"started_by": flags & 1, "first_at": read.varint()}
    pair["last_at"] = pair["first_at"] + read.varint()
    pair["first_hash"] = read.fixed(4)
    if flags & HAS_MUTUAL:
        for _ in range(4):
            read.varint()
    if flags & HAS_TRUST:
        read.fixed(1), read.varint(), read.varint()
    if flags & HAS_LASTING:
        read.varint()
    pair["sides"] = [read_side(read, pair) for _ in range(2)]
    read_evidence(read)
    for _ in range(2):  # stages
        read.fixed(1)
        read.times()
    read_places_and_gifts(read)
    for _ in range(read.fixed(1)):  # the ring
        read.varint(), read.fixed(1), read.varint()
    pair["event_hashes"] = [read.fixed(4) for _ in range(read.fixed(1))]
    if read.at != len(data):
        raise Malformed(f"{len(data) - read.at} bytes are left over")
    return pair


def read_side(read, pair):
    flags = read.varint()
    mask = flags >> 1
    counts = [read.varint() if mask >> kind & 1 else 0 for kind in range(len(COUNT_KINDS))]
    age = read.fixed(1)
    side = {"counts": counts, "age_band": age >> 4, "age_assurance": age >> 1 & 7, "ages_at": pair["last_at"] - read.varint(),
            "first_at": None, "last_at": None, "first_request_at": None, "facts": 0, "activity_level": 0}
    read_rare(read)
    if mask:
        side["first_at"] = pair["first_at"] + read.varint()
        side["last_at"] = pair["last_at"] - read.varint()
        read.times()
    if counts[0]:
        read.varint()
        for _ in range(3):
            read.skip(5)
    if counts[COUNT_KINDS.index("contact_requests")]:
        side["first_request_at"] = pair["first_at"] + read.varint()
    if any(count for kind, count in zip(COUNT_KINDS, counts) if kind in REACHING_OUT):
        read.varint()
    if counts[COUNT_KINDS.index("contact_requests")] or counts[COUNT_KINDS.index("contact_accepts")]:
        read.varint()
    if flags & 1:
        read_told(read, side)
    return side


def read_rare(read):
    mask = read.fixed(1)
    for kind in range(MARKED_KINDS):
        if mask >> kind & 1:
            read.skip(2), read.varint()
    if mask & HAS_CREATED_DAY:
        read.skip(2)
    if mask & HAS_OTHER_AGES:
        read.fixed(1)
    if mask & HAS_EPHEMERAL:
        read.varint()
    if mask & HAS_REFUSED:
        read.varint(), read.varint()
    if mask & HAS_NIGHTS:
        read.skip(5)


def read_told(read, side):
    flags = read.fixed(1)
    side["activity_level"], side["facts"] = flags >> 1, read.fixed(1)
    read.varint()
    if flags & 1:
        read.skip(5), read.varint(), read.fixed(1), read.fixed(1)


def read_evidence(read):
    for _ in range(sum(bin(mask).count("1") for mask in (read.varint(), read.varint()))):
        has_id = read.varint() & 1
        read.varint(), read.varint(), read.skip(5), read.skip(2), read.varint(), read.varint()
        if has_id:
            read.short_id()


def read_places_and_gifts(read):
    counts = read.fixed(1)
    for _ in range(counts >> 4):
        read.short_id(), read.fixed(1), read.varint(), read.varint()
    for _ in range(counts & 15):
        read.skip(read.varint())
        for _ in range(2):
            read_gift_line(read)


def read_gift_line(read):
    head = read.varint()
    if head >> 1 == 0:
        return
    numbers = 2 if head >> 1 == 1 else 5 if head & 1 else 7
    for _ in range(numbers):
        read.varint()
