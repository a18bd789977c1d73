#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "processors/core/check.h"
#include "processors/relationship/layout.h"
#include "processors/relationship/layout_parts.h"

namespace pairwatch::relationship {
namespace {

// Times are stored as distances in milliseconds from the first contact or back from the newest interaction, whichever is nearer
// as a rule: most of them take one to four bytes.

std::size_t varint_bytes(std::uint64_t value) { return (static_cast<std::size_t>(std::bit_width(value | 1)) * 9 + 64) / 64; }

/// Counts instead of writing; the same members as LayoutWriter.
class SizeCounter {
 public:
  template <typename T>
  void fixed(T) {
    size_ += sizeof(T);
  }
  void varint(std::uint64_t value) { size_ += varint_bytes(value); }
  std::size_t size() const { return size_; }
  void skip(std::size_t bytes) { size_ += bytes; }
  void bytes(std::string_view value) {
    varint(value.size());
    size_ += value.size();
  }

 private:
  std::size_t size_ = 0;
};

/// As LayoutWriter, into room that the caller vouches for: the cap bounds what a state can take.
class FastWriter {
 public:
  explicit FastWriter(char* out) : begin_(out), next_(out) {}

  template <typename T>
  void fixed(T value) {
    std::memcpy(next_, &value, sizeof(T));
    next_ += sizeof(T);
  }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      *next_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *next_++ = static_cast<char>(value);
  }
  void bytes(std::string_view value) {
    varint(value.size());
    next_ = std::copy(value.begin(), value.end(), next_);
  }
  std::size_t size() const { return static_cast<std::size_t>(next_ - begin_); }

 private:
  char* begin_;
  char* next_;
};

std::uint8_t hex_value(char digit) { return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

/// The digits of a UUID, two a byte.
std::array<std::uint8_t, kUuidBytes> uuid_bytes(std::string_view id) {
  std::array<std::uint8_t, kUuidBytes> bytes{};
  std::size_t digits = 0;
  for (const char digit : id) {
    if (digit == '-') continue;
    std::uint8_t& byte = bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | hex_value(digit));
  }
  return bytes;
}

void write_id(const ShortId& id, SizeCounter& out) { id.is_uuid ? out.skip(1 + kUuidBytes) : out.bytes(id.view()); }

void write_id(const ShortId& id, FastWriter& out) {
  if (!id.is_uuid) return out.bytes(id.view());
  out.fixed(kUuidTag);
  for (const std::uint8_t byte : uuid_bytes(id.view())) out.fixed(byte);
}

void write_hashes(const PairState& state, SizeCounter& out) { out.skip(state.event_hash_count * sizeof(std::uint32_t)); }

void write_hashes(const PairState& state, FastWriter& out) {
  const std::size_t oldest = state.event_hash_count < kEventHashLimit ? 0 : state.event_hash_next;
  for (std::size_t i = 0; i < state.event_hash_count; ++i) out.fixed(state.event_hashes[(oldest + i) % kEventHashLimit]);
}

/// A quantised double: its upper 40 bits.
template <typename Writer>
void write_quantised(double value, Writer& out) {
  const auto bits = std::bit_cast<std::uint64_t>(value) >> 24;
  out.fixed(static_cast<std::uint32_t>(bits));
  out.fixed(static_cast<std::uint8_t>(bits >> 32));
}

template <typename Writer>
void write_since(EventTime at, EventTime base, Writer& out) {
  out.varint(static_cast<std::uint64_t>((at - base).ms));
}

/// Which of some values are there, as a bit mask, then the values.
template <typename Writer, std::size_t N>
void write_times(const std::array<EventTime, N>& times, EventTime base, Writer& out) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < N; ++i) mask |= std::uint64_t{times[i] != kNever} << i;
  out.varint(mask);
  for (const EventTime at : times) {
    if (at != kNever) write_since(at, base, out);
  }
}

template <typename Writer>
void write_stages(const PairState& state, Side actor, Writer& out) {
  const std::array<EventTime, kStageCount> derived = stages_by_evidence(state, actor);
  const std::array<EventTime, kStageCount>& stages = state.side(actor).stages;
  std::array<EventTime, kStageCount> apart{};
  std::uint8_t as_derived = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i] == kNever) continue;
    if (stages[i] == derived[i]) {
      as_derived = static_cast<std::uint8_t>(as_derived | 1U << i);
    } else {
      apart[i] = stages[i];
    }
  }
  out.fixed(as_derived);
  write_times(apart, state.first_at, out);
}

template <typename Writer>
void write_told(const Told& told, Writer& out) {
  const bool has_risk = told.lowest_log_odds != kNothingTold;
  out.fixed(static_cast<std::uint8_t>(told.activity_level << 1 | static_cast<int>(has_risk)));
  out.fixed(told.facts);
  out.varint(told.derived_seen);
  if (!has_risk) return;
  write_quantised(told.lowest_log_odds, out);
  out.varint(told.signals);
  out.fixed(told.stages);
  out.fixed(told.direct_rules);
}

/// What few pairs have: which of it is there, then each.
template <typename Writer>
void write_rare(const PairState& state, const SideState& side, Writer& out) {
  const bool has_night = side.rates.values[kRateOfNights] != 0;
  unsigned mask = 0;
  for (std::size_t i = 0; i < kMarkedKinds; ++i) mask |= static_cast<unsigned>(side.marks[i].days != 0) << i;
  if (side.created_day != 0) mask |= kHasCreatedDay;
  if (side.ages_seen != age_bit(side.age_band, is_assured(side.age_assurance))) mask |= kHasOtherAges;
  if (side.ephemeral_at != kNever) mask |= kHasEphemeral;
  if (side.first_refused_at != kNever) mask |= kHasRefused;
  if (has_night) mask |= kHasNights;
  out.fixed(static_cast<std::uint8_t>(mask));
  for (const DayMarks& marks : side.marks) {
    if (marks.days == 0) continue;
    out.fixed(marks.newest);
    out.varint(marks.days);
  }
  if ((mask & kHasCreatedDay) != 0) out.fixed(side.created_day);
  if ((mask & kHasOtherAges) != 0) out.fixed(side.ages_seen);
  if ((mask & kHasEphemeral) != 0) write_since(side.ephemeral_at, state.first_at, out);
  if ((mask & kHasRefused) != 0) {
    write_since(side.first_refused_at, state.first_at, out);
    write_since(state.last_at, side.last_refused_at, out);
  }
  if (has_night) write_quantised(side.rates.values[kRateOfNights], out);
}

template <typename Writer>
void write_side(const PairState& state, const SideState& side, Writer& out) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kCountKinds; ++i) mask |= std::uint64_t{side.counts[i] != 0} << i;
  const bool has_told = side.told.facts != 0 || side.told.derived_seen != 0 || side.told.activity_level != 0 ||
                        side.told.lowest_log_odds != kNothingTold;
  out.varint(mask << 1 | std::uint64_t{has_told});
  for (const std::uint32_t count : side.counts) {
    if (count != 0) out.varint(count);
  }
  out.fixed(static_cast<std::uint8_t>(index(side.age_band) << 4 | index(side.age_assurance) << 1 |
                                      static_cast<std::size_t>(side.heightened_vulnerability)));
  write_since(state.last_at, side.ages_at, out);
  write_rare(state, side, out);
  if (mask != 0) {
    write_since(side.first_at, state.first_at, out);
    write_since(state.last_at, side.last_at, out);
    write_times(side.ladder, state.first_at, out);
  }
  if (side.count(Count::kMessages) != 0) {
    write_since(state.last_at, side.rates.at, out);
    for (std::size_t i = 0; i < kRateOfNights; ++i) write_quantised(side.rates.values[i], out);
  }
  if (side.count(Count::kContactRequests) != 0) write_since(side.first_request_at, state.first_at, out);
  if (side.reached_out() != 0) write_since(side.last_at, side.last_reached_at, out);
  if (side.last_wanted_at != kNever) write_since(side.last_at, side.last_wanted_at, out);
  if (has_told) write_told(side.told, out);
}

template <typename Writer>
void write_evidence(const PairState& state, Writer& out) {
  for (const std::uint64_t mask : state.evidence_masks) out.varint(mask);
  for (std::size_t i = 0; i < state.evidence_count; ++i) {
    const Evidence& evidence = state.evidence[i];
    const bool has_id = evidence.id_slot >= 0;
    out.varint(std::uint64_t{evidence.count} << 1 | std::uint64_t{has_id});
    write_since(evidence.first_at, state.first_at, out);
    write_since(evidence.strength.at, evidence.first_at, out);
    write_quantised(evidence.strength.value, out);
    out.fixed(evidence.first_hash);
    out.varint(static_cast<std::uint32_t>(evidence.source.partition));
    out.varint(static_cast<std::uint64_t>(evidence.source.offset));
    if (has_id) write_id(state.event_ids[static_cast<std::size_t>(evidence.id_slot)], out);
  }
}

/// A single gift is its value and time; where the largest is also the latest, it is not written twice.
template <typename Writer>
void write_gift_line(const PairState& state, const GiftLine& line, Writer& out) {
  const bool latest_is_largest = line.largest_value == line.latest_value && line.largest_at == line.latest_at;
  out.varint(std::uint64_t{line.count} << 1 | std::uint64_t{latest_is_largest});
  if (line.count == 0) return;
  out.varint(static_cast<std::uint64_t>(line.first_value));
  write_since(line.first_at, state.first_at, out);
  if (line.count == 1) return;
  out.varint(static_cast<std::uint64_t>(line.sum));
  out.varint(static_cast<std::uint64_t>(line.latest_value));
  write_since(line.latest_at, line.first_at, out);
  if (latest_is_largest) return;
  out.varint(static_cast<std::uint64_t>(line.largest_value));
  write_since(line.largest_at, line.first_at, out);
}

template <typename Writer>
void write_gifts(const PairState& state, Writer& out) {
  for (std::size_t i = 0; i < state.currency_count; ++i) {
    out.bytes(state.gifts[i].currency());
    for (const GiftLine& line : state.gifts[i].from) write_gift_line(state, line, out);
  }
}

template <typename Writer>
void write_state(const PairState& state, Writer& out) {
  out.fixed(kLayoutVersion);
  const unsigned flags = static_cast<unsigned>(state.started_by) | (state.mutual_first.known ? kHasMutual : 0) |
                         (state.trusted_kind != TrustedRelationKind::kNone ? kHasTrust : 0) |
                         (state.mutual_first.all_recent ? kFirstAllRecent : 0) |
                         (state.mutual_newest.all_recent ? kNewestAllRecent : 0) | (state.lasting_at != kNever ? kHasLasting : 0);
  out.fixed(static_cast<std::uint8_t>(flags));
  out.varint(static_cast<std::uint64_t>(state.first_at.ms));
  write_since(state.last_at, state.first_at, out);
  out.fixed(state.first_hash);
  if ((flags & kHasMutual) != 0) {
    out.varint(state.mutual_first.count);
    write_since(state.mutual_first.at, state.first_at, out);
    out.varint(state.mutual_newest.count);
    write_since(state.last_at, state.mutual_newest.at, out);
  }
  if ((flags & kHasTrust) != 0) {
    out.fixed(static_cast<std::uint8_t>(state.trusted_kind));
    out.varint(static_cast<std::uint64_t>(state.trusted_until.ms));
    write_since(state.trusted_at, state.first_at, out);
  }
  if ((flags & kHasLasting) != 0) write_since(state.lasting_at, state.first_at, out);
  for (const SideState& side : state.sides) write_side(state, side, out);
  write_evidence(state, out);
  for (const Side side : kBothSides) write_stages(state, side, out);
  out.fixed(static_cast<std::uint8_t>(state.channel_count << 4 | state.currency_count));
  for (std::size_t i = 0; i < state.channel_count; ++i) {
    const ChannelSeenAt& channel = state.channels[i];
    write_id(channel.id, out);
    out.fixed(static_cast<std::uint8_t>(channel.kind));
    write_since(channel.first_at, state.first_at, out);
    write_since(state.last_at, channel.last_at, out);
  }
  write_gifts(state, out);
  out.fixed(state.ring_count);
  for (std::size_t i = 0; i < state.ring_count; ++i) {
    const Moment& moment = state.ring[i];
    write_since(state.last_at, moment.at, out);
    out.fixed(static_cast<std::uint8_t>(index(moment.kind) << 1 | index(moment.actor)));
    out.varint(moment.signals);
  }
  out.fixed(state.event_hash_count);
  write_hashes(state, out);
}

constexpr std::size_t kLongestVarint = 10;
// Of each side, what does not depend on it: masks, ages, rates, what was told, times that are always there.
constexpr std::size_t kSideBytes = (1 + 2 + 1 + 5) + (2 + 1 + 1 + 2) + 15 + (2 + kLongestVarint + 5 + kLongestVarint + 2);
constexpr std::size_t kSideTimes = 5 + 2;

/// What any side takes at most, where a time takes at most `time_bytes`.
constexpr std::size_t any_side_bound(std::size_t time_bytes) {
  constexpr std::size_t kTimes = kSideTimes + kChannelKindCount + kStageCount + 1 + 2;
  constexpr std::size_t kMarks = kMarkedKinds * (sizeof(DayMarks::newest) + kLongestVarint);
  return kSideBytes + kCountKinds * 5 + kTimes * time_bytes + kMarks;
}

/// Everything of one side, where a time takes at most `time_bytes`.
std::size_t side_bound(const SideState& side, std::size_t time_bytes) {
  std::uint32_t any_count = 0;
  for (const std::uint32_t count : side.counts) any_count |= count;
  std::size_t times = kSideTimes;
  for (const EventTime at : side.ladder) times += static_cast<std::size_t>(at != kNever);
  for (const EventTime at : side.stages) times += static_cast<std::size_t>(at != kNever);
  if (side.ephemeral_at != kNever) ++times;
  if (side.first_refused_at != kNever) times += 2;
  std::size_t rare = 0;
  for (const DayMarks& marks : side.marks) rare += marks.days == 0 ? 0 : sizeof(marks.newest) + varint_bytes(marks.days);
  return kSideBytes + kCountKinds * varint_bytes(any_count) + times * time_bytes + rare;
}

std::size_t id_bound(const ShortId& id) { return 1 + (id.is_uuid ? kUuidBytes : id.size); }

}  // namespace

std::size_t encoded_size_bound(const PairState& state) {
  // Every time lies between the first and the newest interaction.
  const std::size_t time_bytes = varint_bytes(static_cast<std::uint64_t>((state.last_at - state.first_at).ms));
  constexpr std::size_t kFixed = 1 + 1 + 6 + 4 + 2 * 5 + 1 + kLongestVarint + 1 + 1 + 1;
  std::size_t bound = kFixed + 5 * time_bytes + state.event_hash_count * sizeof(std::uint32_t);
  for (const std::uint64_t mask : state.evidence_masks) bound += varint_bytes(mask);
  constexpr std::size_t kEvidence = 5 + 5 + 2 + 5 + kLongestVarint;
  bound += state.evidence_count * (kEvidence + 2 * time_bytes);
  for (unsigned used = state.event_ids_used; used != 0; used &= used - 1) {
    bound += id_bound(state.event_ids[static_cast<std::size_t>(std::countr_zero(used))]);
  }
  for (std::size_t i = 0; i < state.channel_count; ++i) bound += id_bound(state.channels[i].id) + 1 + 2 * time_bytes;
  constexpr std::size_t kGiftLine = 5 + 4 * kLongestVarint;
  bound += state.currency_count * (1 + kCurrencyBytes + 2 * (kGiftLine + 3 * time_bytes));
  if (state.ring_count > 0) {
    std::uint64_t any_signal = 0;
    for (std::size_t i = 0; i < state.ring_count; ++i) any_signal |= state.ring[i].signals;
    const std::size_t moment_bytes = varint_bytes(static_cast<std::uint64_t>((state.last_at - state.ring[0].at).ms));
    bound += state.ring_count * (moment_bytes + 1 + varint_bytes(any_signal));
  }
  const std::size_t with_any_sides = bound + 2 * any_side_bound(time_bytes);
  if (with_any_sides <= kLayoutCapBytes) return with_any_sides;  // no need to look at them
  for (const SideState& side : state.sides) bound += side_bound(side, time_bytes);
  return bound;
}

void encode(const PairState& state, std::string& out) {
  char buffer[kLayoutCapBytes];
  check(encoded_size_bound(state) <= kLayoutCapBytes || encoded_size(state) <= kLayoutCapBytes,
        "a pair's state fits its cap; fit() saw to it");
  FastWriter writer(buffer);
  write_state(state, writer);
  out.append(buffer, writer.size());
}

std::size_t encoded_size(const PairState& state) {
  SizeCounter counter;
  write_state(state, counter);
  return counter.size();
}

}  // namespace pairwatch::relationship
