#include <algorithm>
#include <array>
#include <bit>

#include "processors/core/layout.h"
#include "processors/relationship/layout.h"
#include "processors/relationship/layout_parts.h"

namespace pairwatch::relationship {
namespace {

void assign_uuid(const std::array<std::uint8_t, kUuidBytes>& bytes, ShortId& id) {
  char text[kShortIdBytes];
  std::size_t digits = 0;
  for (std::size_t i = 0; i < kShortIdBytes; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      text[i] = '-';
      continue;
    }
    text[i] = "0123456789abcdef"[digits % 2 == 0 ? bytes[digits / 2] >> 4U : bytes[digits / 2] & 0xfU];
    ++digits;
  }
  id.assign({text, kShortIdBytes});
}

/// Reads what write_state wrote. Every number is held against its bounds: ok() turns false, nothing overflows.
class StateReader {
 public:
  StateReader(LayoutReader& in, PairState& state) : in_(in), state_(state) {}

  bool read() {
    const auto flags = in_.fixed<std::uint8_t>();
    expect(flags < 64);
    state_.started_by = static_cast<Side>(flags & 1U);
    state_.first_at = time(in_.varint());
    state_.last_at = since(state_.first_at);
    state_.first_hash = in_.fixed<std::uint32_t>();
    if ((flags & kHasMutual) != 0) {
      state_.mutual_first = {true, count(), {}, false};
      state_.mutual_first.at = since(state_.first_at);
      state_.mutual_newest = {true, count(), {}, false};
      state_.mutual_newest.at = before_last();
      state_.mutual_first.all_recent = (flags & kFirstAllRecent) != 0;
      state_.mutual_newest.all_recent = (flags & kNewestAllRecent) != 0;
    }
    if ((flags & kHasTrust) != 0) {
      state_.trusted_kind = small<TrustedRelationKind>(in_.fixed<std::uint8_t>(), 5);
      state_.trusted_until = EventTime{static_cast<std::int64_t>(in_.varint())};
      state_.trusted_at = since(state_.first_at);
    }
    if ((flags & kHasLasting) != 0) state_.lasting_at = since(state_.first_at);
    for (SideState& side : state_.sides) read_side(side);
    read_evidence();
    for (const Side side : kBothSides) read_stages(side);
    const auto counts = in_.fixed<std::uint8_t>();
    state_.channel_count = bounded(counts >> 4U, kChannelLimit);
    state_.currency_count = bounded(counts & 0xfU, kCurrencyLimit);
    for (std::size_t i = 0; i < state_.channel_count && ok(); ++i) read_channel(state_.channels[i]);
    for (std::size_t i = 0; i < state_.currency_count && ok(); ++i) read_gifts(state_.gifts[i]);
    state_.ring_count = bounded(in_.fixed<std::uint8_t>(), kRingLimit);
    for (std::size_t i = 0; i < state_.ring_count && ok(); ++i) read_moment(state_.ring[i]);
    state_.event_hash_count = bounded(in_.fixed<std::uint8_t>(), kEventHashLimit);
    state_.event_hash_next = static_cast<std::uint8_t>(state_.event_hash_count % kEventHashLimit);
    for (std::size_t i = 0; i < state_.event_hash_count; ++i) state_.event_hashes[i] = in_.fixed<std::uint32_t>();
    return ok() && in_.at_end();
  }

 private:
  bool ok() const { return fits_ && in_.ok(); }
  void expect(bool holds) { fits_ = fits_ && holds; }

  std::uint8_t bounded(std::uint64_t value, std::size_t most) {
    expect(value <= most);
    return ok() ? static_cast<std::uint8_t>(value) : std::uint8_t{0};
  }
  template <typename Enum>
  Enum small(std::uint64_t value, std::uint64_t values) {
    expect(value < values);
    return static_cast<Enum>(ok() ? value : 0);
  }
  std::uint32_t count() {
    const std::uint64_t value = in_.varint();
    expect(value <= 0xffffffffU);
    return static_cast<std::uint32_t>(value);
  }
  std::int64_t money() {
    const std::uint64_t value = in_.varint();
    expect(value >> 63 == 0);
    return ok() ? static_cast<std::int64_t>(value) : 0;
  }
  EventTime time(std::uint64_t ms) {
    expect(ms <= static_cast<std::uint64_t>(kLatestEventTime.ms));
    return ok() ? EventTime{static_cast<std::int64_t>(ms)} : kNever;
  }
  EventTime since(EventTime base) {
    const std::uint64_t distance = in_.varint();
    expect(distance <= static_cast<std::uint64_t>(kLatestEventTime.ms));
    return ok() ? time(static_cast<std::uint64_t>(base.ms) + distance) : kNever;
  }
  EventTime before(EventTime base) {
    const std::uint64_t distance = in_.varint();
    expect(distance <= static_cast<std::uint64_t>(base.ms));
    return ok() ? EventTime{base.ms - static_cast<std::int64_t>(distance)} : kNever;
  }
  EventTime before_last() { return before(state_.last_at); }
  double quantised() {
    const std::uint64_t low = in_.fixed<std::uint32_t>();
    const std::uint64_t high = in_.fixed<std::uint8_t>();
    const auto value = std::bit_cast<double>((high << 32 | low) << 24);
    expect(value == value && value < 1e300 && value > -1e300);
    return value;
  }
  void id(ShortId& out) {
    LayoutReader tag = in_;
    if (tag.fixed<std::uint8_t>() == kUuidTag) {
      in_ = tag;
      std::array<std::uint8_t, kUuidBytes> bytes;
      for (std::uint8_t& byte : bytes) byte = in_.fixed<std::uint8_t>();
      assign_uuid(bytes, out);
      return;
    }
    const std::string_view bytes = in_.bytes();
    expect(bytes.size() <= kShortIdBytes);
    out.assign(bytes);
  }
  template <std::size_t N>
  void times(std::array<EventTime, N>& out) {
    const std::uint64_t mask = in_.varint();
    expect(mask >> N == 0);
    for (std::size_t i = 0; i < N; ++i) {
      if ((mask >> i & 1) != 0) out[i] = since(state_.first_at);
    }
  }

  void read_side(SideState& side) {
    const std::uint64_t flags = in_.varint(), mask = flags >> 1;
    expect(mask >> kCountKinds == 0);
    for (std::size_t i = 0; i < kCountKinds; ++i) {
      if ((mask >> i & 1) != 0) side.counts[i] = count();
    }
    const unsigned age = in_.fixed<std::uint8_t>();
    side.age_band = small<AgeBand>(age >> 4, 5);
    side.age_assurance = small<AgeAssurance>(age >> 1 & 7U, 4);
    side.heightened_vulnerability = (age & 1U) != 0;
    side.ages_at = before_last();
    read_rare(side);
    if (mask != 0) {
      side.first_at = since(state_.first_at);
      side.last_at = before_last();
      times(side.ladder);
    }
    if (side.count(Count::kMessages) != 0) {
      side.rates.at = before_last();
      for (std::size_t i = 0; i < kRateOfNights; ++i) side.rates.values[i] = quantised();
    }
    if (side.count(Count::kContactRequests) != 0) side.first_request_at = since(state_.first_at);
    if (side.reached_out() != 0) side.last_reached_at = before(side.last_at);
    if (side.count(Count::kContactRequests) != 0 || side.count(Count::kContactAccepts) != 0)
      side.last_wanted_at = before(side.last_at);
    if ((flags & 1) != 0) read_told(side.told);
  }

  void read_rare(SideState& side) {
    const unsigned mask = in_.fixed<std::uint8_t>();
    for (std::size_t i = 0; i < kMarkedKinds; ++i) {
      if ((mask >> i & 1U) == 0) continue;
      side.marks[i].newest = in_.fixed<std::uint16_t>();
      side.marks[i].days = in_.varint();
      expect(side.marks[i].newest <= day_of(kLatestEventTime) && (side.marks[i].days & 1) != 0);
    }
    if ((mask & kHasCreatedDay) != 0) side.created_day = in_.fixed<std::uint16_t>();
    side.ages_seen = age_bit(side.age_band, is_assured(side.age_assurance));
    if ((mask & kHasOtherAges) != 0) side.ages_seen = in_.fixed<std::uint8_t>();
    if ((mask & kHasEphemeral) != 0) side.ephemeral_at = since(state_.first_at);
    if ((mask & kHasRefused) != 0) {
      side.first_refused_at = since(state_.first_at);
      side.last_refused_at = before_last();
    }
    if ((mask & kHasNights) != 0) side.rates.values[kRateOfNights] = quantised();
  }

  void read_told(Told& told) {
    const auto flags = in_.fixed<std::uint8_t>();
    told.activity_level = static_cast<std::uint8_t>(flags >> 1U);
    told.facts = in_.fixed<std::uint8_t>();
    told.derived_seen = in_.varint();
    if ((flags & 1U) == 0) return;
    told.lowest_log_odds = quantised();
    told.signals = in_.varint();
    told.stages = in_.fixed<std::uint8_t>();
    told.direct_rules = in_.fixed<std::uint8_t>();
    expect(told.direct_rules >> kDirectRuleCount == 0);
  }

  void read_evidence() {
    std::size_t evidences = 0, ids = 0;
    for (std::uint64_t& mask : state_.evidence_masks) {
      mask = in_.varint();
      evidences += static_cast<std::size_t>(std::popcount(mask));
    }
    state_.evidence_count = bounded(evidences, kEvidenceLimit);
    for (std::size_t i = 0; i < state_.evidence_count && ok(); ++i) {
      Evidence& evidence = state_.evidence[i];
      const std::uint64_t head = in_.varint();
      expect(head >> 33 == 0);
      evidence.count = static_cast<std::uint32_t>(head >> 1);
      evidence.first_at = since(state_.first_at);
      evidence.strength.at = since(evidence.first_at);
      evidence.strength.value = quantised();
      evidence.first_hash = in_.fixed<std::uint16_t>();
      evidence.source.partition = static_cast<std::int32_t>(count());
      evidence.source.offset = static_cast<std::int64_t>(in_.varint());
      if ((head & 1) == 0) continue;
      expect(ids < kEventIdLimit);
      if (!ok()) return;
      evidence.id_slot = static_cast<std::int8_t>(ids);
      state_.event_ids_used = static_cast<std::uint8_t>(state_.event_ids_used | 1U << ids);
      id(state_.event_ids[ids++]);
    }
  }

  void read_stages(Side actor) {
    const unsigned as_derived = in_.fixed<std::uint8_t>();
    std::array<EventTime, kStageCount>& stages = state_.side(actor).stages;
    times(stages);
    if (!ok()) return;
    const std::array<EventTime, kStageCount> derived = stages_by_evidence(state_, actor);
    for (std::size_t i = 0; i < stages.size(); ++i) {
      if ((as_derived >> i & 1U) != 0) stages[i] = derived[i];
    }
  }

  void read_channel(ChannelSeenAt& channel) {
    id(channel.id);
    channel.kind = small<ChannelKind>(in_.fixed<std::uint8_t>(), kChannelKindCount);
    channel.first_at = since(state_.first_at);
    channel.last_at = before_last();
  }

  void read_gifts(GiftsInCurrency& gifts) {
    const std::string_view name = in_.bytes();
    gifts.name_size = bounded(name.size(), kCurrencyBytes);
    std::copy_n(name.begin(), gifts.name_size, gifts.name.begin());
    for (GiftLine& line : gifts.from) read_gift_line(line);
  }

  void read_gift_line(GiftLine& line) {
    const std::uint64_t head = in_.varint();
    expect(head >> 33 == 0);
    line.count = static_cast<std::uint32_t>(head >> 1);
    if (line.count == 0) return;
    line.first_value = money();
    line.first_at = since(state_.first_at);
    if (line.count == 1) {
      line.sum = line.latest_value = line.largest_value = line.first_value;
      line.latest_at = line.largest_at = line.first_at;
      return;
    }
    line.sum = money();
    line.latest_value = money();
    line.latest_at = since(line.first_at);
    const bool latest_is_largest = (head & 1) != 0;
    line.largest_value = latest_is_largest ? line.latest_value : money();
    line.largest_at = latest_is_largest ? line.latest_at : since(line.first_at);
  }

  void read_moment(Moment& moment) {
    moment.at = before_last();
    const unsigned what = in_.fixed<std::uint8_t>();
    moment.kind = small<InteractionKind>(what >> 1, 20);
    moment.actor = static_cast<Side>(what & 1U);
    moment.signals = in_.varint();
  }

  LayoutReader& in_;
  PairState& state_;
  bool fits_ = true;
};

}  // namespace

LayoutProblem decode(std::string_view bytes, PairState& state) {
  if (bytes.empty() || bytes.size() > kLayoutCapBytes) return LayoutProblem::kMalformed;
  LayoutReader in(bytes);
  if (in.fixed<std::uint8_t>() != kLayoutVersion) return LayoutProblem::kUnknownVersion;
  return StateReader(in, state).read() ? LayoutProblem::kNone : LayoutProblem::kMalformed;
}

EventTime last_event_of(std::string_view bytes) {
  LayoutReader in(bytes);
  if (in.fixed<std::uint8_t>() != kLayoutVersion) return kNever;
  in.fixed<std::uint8_t>();  // flags
  const std::uint64_t first = in.varint(), since_first = in.varint();
  const auto latest = static_cast<std::uint64_t>(kLatestEventTime.ms);
  if (!in.ok() || first > latest || since_first > latest - first) return kNever;
  return EventTime{static_cast<std::int64_t>(first + since_first)};
}

}  // namespace pairwatch::relationship
