// Long because every field of a pair is merged here, in one place.
#include "processors/relationship/state.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "processors/core/check.h"
#include "processors/core/hash.h"

namespace pairwatch::relationship {
namespace {

void count_up(std::uint32_t& count) {
  if (count < std::numeric_limits<std::uint32_t>::max()) ++count;
}

std::uint32_t saturating_sum(std::uint64_t sum) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, std::numeric_limits<std::uint32_t>::max()));
}

void keep_earliest(EventTime& kept, EventTime at) {
  if (kept == kNever || at < kept) kept = at;
}

void keep_latest(EventTime& kept, EventTime at) {
  if (at > kept) kept = at;
}

/// Which of two age bands counts when two events of the same time disagree: the younger; unknown only before adult.
int youth(AgeBand band) {
  switch (band) {
    case AgeBand::kUnder13: return 0;
    case AgeBand::k13To15: return 1;
    case AgeBand::k16To17: return 2;
    case AgeBand::kUnknown: return 3;
    case AgeBand::kAdult: return 4;
  }
  return 3;
}

/// What stays of an account whichever event is the newest.
void see_account(SideState& side, const Party& party) {
  side.ages_seen |= age_bit(party.age_band, is_assured(party.age_assurance));
  if (party.created_at <= kNever || party.created_at > kLatestEventTime) return;
  const std::uint16_t day = day_of(party.created_at);
  if (side.created_day == 0 || day < side.created_day) side.created_day = day;
}

void merge_ages(SideState& side, const Party& party, EventTime at) {
  if (at < side.ages_at) return;
  if (at == side.ages_at) {
    side.heightened_vulnerability |= party.heightened_vulnerability;
    const int told = youth(party.age_band), kept = youth(side.age_band);
    if (told > kept || (told == kept && party.age_assurance <= side.age_assurance)) return;
  } else {
    side.heightened_vulnerability = party.heightened_vulnerability;
    side.ages_at = at;
  }
  side.age_band = party.age_band;
  side.age_assurance = party.age_assurance;
}

/// Whether it reaches out to the other: not an answer to what the other did.
bool reaches_out(InteractionKind kind) {
  switch (kind) {
    case InteractionKind::kMessage:
    case InteractionKind::kContactRequest:
    case InteractionKind::kGift:
    case InteractionKind::kChannelMove:
    case InteractionKind::kCall: return true;
    case InteractionKind::kNone:
    case InteractionKind::kContactAccept:
    case InteractionKind::kContactRemove:
    case InteractionKind::kProfileChange:
    case InteractionKind::kBlock:
    case InteractionKind::kReport: return false;
  }
  return false;
}

/// Who reached out: an acceptance, removal, block or report answers something the other did, seen or not.
Side starter(InteractionKind kind, Side actor) {
  switch (kind) {
    case InteractionKind::kContactAccept:
    case InteractionKind::kContactRemove:
    case InteractionKind::kBlock:
    case InteractionKind::kReport: return other(actor);
    case InteractionKind::kNone:
    case InteractionKind::kMessage:
    case InteractionKind::kContactRequest:
    case InteractionKind::kGift:
    case InteractionKind::kChannelMove:
    case InteractionKind::kCall:
    case InteractionKind::kProfileChange: return actor;
  }
  return actor;
}

void merge_contact(PairState& state, const Interaction& interaction, Side actor, std::uint32_t event_hash) {
  const bool is_first =
      state.is_new() || interaction.at < state.first_at || (interaction.at == state.first_at && event_hash < state.first_hash);
  if (is_first) {
    state.first_at = interaction.at;
    state.first_hash = event_hash;
    state.started_by = starter(interaction.kind, actor);
  }
  keep_latest(state.last_at, interaction.at);
  if (interaction.mutual_contacts) {
    const std::uint32_t count = *interaction.mutual_contacts;
    const bool all_recent = count > 0 && interaction.mutual_contacts_recent.value_or(0) >= count;
    for (MutualContacts* kept : {&state.mutual_first, &state.mutual_newest}) {
      if (kept->known && kept->at == interaction.at && kept->count == count) kept->all_recent &= all_recent;
    }
    // Of two at the same time the smaller counts.
    const auto replaces = [&](const MutualContacts& kept, bool newer) {
      return !kept.known || newer || (interaction.at == kept.at && count < kept.count);
    };
    if (replaces(state.mutual_first, interaction.at < state.mutual_first.at))
      state.mutual_first = {true, count, interaction.at, all_recent};
    if (replaces(state.mutual_newest, interaction.at > state.mutual_newest.at))
      state.mutual_newest = {true, count, interaction.at, all_recent};
  }
  if (interaction.trusted_relation != TrustedRelationKind::kNone) {
    const EventTime until = interaction.trusted_until.value_or(kLatestEventTime);
    // Of two at the same time the one that expires earlier counts.
    if (interaction.at > state.trusted_at || (interaction.at == state.trusted_at && until < state.trusted_until)) {
      state.trusted_kind = interaction.trusted_relation;
      state.trusted_until = until;
      state.trusted_at = interaction.at;
    } else if (interaction.at == state.trusted_at && until == state.trusted_until) {
      state.trusted_kind = std::min(state.trusted_kind, interaction.trusted_relation);
    }
  }
}

std::uint32_t merge_gift(PairState& state, const Interaction& interaction, Side actor) {
  const std::string_view currency = interaction.gift_currency.substr(0, kCurrencyBytes);
  std::size_t place = 0;
  while (place < state.currency_count && state.gifts[place].currency() < currency) ++place;
  if (place == state.currency_count || state.gifts[place].currency() != currency) {
    if (state.currency_count == kCurrencyLimit) return 1;
    for (std::size_t i = state.currency_count; i > place; --i) state.gifts[i] = state.gifts[i - 1];
    state.gifts[place] = GiftsInCurrency{};
    state.gifts[place].name_size = static_cast<std::uint8_t>(currency.size());
    std::copy(currency.begin(), currency.end(), state.gifts[place].name.begin());
    ++state.currency_count;
  }
  state.gifts[place].from[index(actor)].add(interaction.gift_value_minor, interaction.at);
  return 0;
}

std::size_t oldest_channel(const PairState& state) {
  std::size_t oldest = 0;
  for (std::size_t i = 1; i < state.channel_count; ++i) {
    if (state.channels[i].last_at < state.channels[oldest].last_at) oldest = i;
  }
  return oldest;
}

void see_channel(PairState& state, const ChannelRef& channel, EventTime at) {
  if (channel.id.empty() && channel.kind == ChannelKind::kUnknown) return;
  const std::string_view id = channel.id.size() <= kShortIdBytes ? channel.id : std::string_view{};
  for (std::size_t i = 0; i < state.channel_count; ++i) {
    ChannelSeenAt& seen = state.channels[i];
    if (seen.kind != channel.kind || seen.id.view() != id) continue;
    keep_earliest(seen.first_at, at);
    keep_latest(seen.last_at, at);
    return;
  }
  if (state.channel_count == kChannelLimit) {  // the newest four stay
    if (at < state.channels[oldest_channel(state)].last_at) return;
    drop_oldest_channel(state);
  }
  std::size_t place = state.channel_count;
  const auto comes_after = [&](const ChannelSeenAt& seen) {
    return seen.id.view() > id || (seen.id.view() == id && seen.kind > channel.kind);
  };
  for (; place > 0 && comes_after(state.channels[place - 1]); --place) state.channels[place] = state.channels[place - 1];
  state.channels[place].id.assign(id);
  state.channels[place].kind = channel.kind;
  state.channels[place].first_at = state.channels[place].last_at = at;
  ++state.channel_count;
}

void reach_kind(SideState& side, ChannelKind kind, EventTime at) {
  if (kind != ChannelKind::kUnknown) keep_earliest(side.ladder[index(kind)], at);
}

void see_where_messages_stay(PairState& state, SideState& side, const ChannelRef& channel, EventTime at) {
  if (channel.ephemeral) {
    keep_earliest(side.ephemeral_at, at);
  } else if (channel.kind != ChannelKind::kUnknown || !channel.id.empty()) {
    keep_earliest(state.lasting_at, at);
  }
}

void refuse(SideState& side, EventTime at) {
  keep_earliest(side.first_refused_at, at);
  keep_latest(side.last_refused_at, at);
}

/// What only some kinds of interaction have. Returns what was dropped.
std::uint32_t merge_kind(PairState& state, const Interaction& interaction, Side actor, bool at_night) {
  SideState& side = state.side(actor);
  const auto count = [&](Count what) { count_up(side.counts[index(what)]); };
  switch (interaction.kind) {
    case InteractionKind::kMessage:
      count(Count::kMessages);
      if (interaction.media != MediaKind::kNone) count(Count::kMedia);
      if (is_picture(interaction.media) && is_private(interaction.channel.kind))
        side.marked(Marked::kSentImage).mark(interaction.at);
      side.rates.add(interaction.at, at_night);
      return 0;
    case InteractionKind::kGift:
      count(Count::kGifts);
      side.marked(Marked::kGave).mark(interaction.at);
      return merge_gift(state, interaction, actor);
    case InteractionKind::kCall:
      count(Count::kCalls);
      if (interaction.call_kind == CallKind::kVoice) reach_kind(side, ChannelKind::kVoice, interaction.at);
      if (interaction.call_kind == CallKind::kVideo) reach_kind(side, ChannelKind::kVideo, interaction.at);
      return 0;
    case InteractionKind::kContactRequest:
      count(Count::kContactRequests);
      keep_earliest(side.first_request_at, interaction.at);
      keep_latest(side.last_wanted_at, interaction.at);
      return 0;
    case InteractionKind::kChannelMove:
      count(Count::kChannelMoves);
      if (interaction.moved_to.ephemeral) keep_earliest(side.ephemeral_at, interaction.at);
      if (interaction.accepted) {
        reach_kind(side, interaction.moved_to.kind, interaction.at);
        see_channel(state, interaction.moved_to, interaction.at);
      }
      return 0;
    case InteractionKind::kContactAccept:
      count(Count::kContactAccepts);
      keep_latest(side.last_wanted_at, interaction.at);
      return 0;
    case InteractionKind::kContactRemove:
      count(Count::kContactRemoves);
      refuse(side, interaction.at);
      return 0;
    case InteractionKind::kBlock:
      count(Count::kBlocks);
      refuse(side, interaction.at);
      return 0;
    case InteractionKind::kReport: count(Count::kReports); return 0;
    case InteractionKind::kNone:
    case InteractionKind::kProfileChange: return 0;
  }
  return 0;
}

}  // namespace

double quantise(double value) {
  constexpr std::uint64_t kDroppedBits = 24;
  auto bits = std::bit_cast<std::uint64_t>(value);
  bits += std::uint64_t{1} << (kDroppedBits - 1);
  bits &= ~((std::uint64_t{1} << kDroppedBits) - 1);
  return std::bit_cast<double>(bits);
}

void ShortId::assign(std::string_view id) {
  size = id.size() <= kShortIdBytes ? static_cast<std::uint8_t>(id.size()) : 0;
  is_uuid = is_lower_case_uuid(id);
  std::copy_n(id.begin(), size, bytes.begin());
}

bool is_lower_case_uuid(std::string_view id) {
  if (id.size() != kShortIdBytes) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool is_digit = (id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f');
    const bool dash_place = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash_place ? id[i] != '-' : !is_digit) return false;
  }
  return true;
}

void Rates::add(EventTime when, bool at_night) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == kRateOfNights && !at_night && values[i] == 0) continue;
    DecayedSum sum{values[i], at};
    sum.add(i == kRateOfNights && !at_night ? 0 : 1, when, kRateHalfLives[i]);
    values[i] = quantise(sum.value);
  }
  keep_latest(at, when);
}

void DayMarks::mark(EventTime at) {
  const std::uint16_t day = day_of(at);
  if (day > newest) {
    days = before(day) | 1;
    newest = day;
  } else if (newest - day < 64) {
    days |= std::uint64_t{1} << (newest - day);
  }
}

std::uint32_t SideState::sent() const {
  std::uint64_t sum = 0;
  for (const std::uint32_t one : counts) sum += one;
  return saturating_sum(sum - count(Count::kMedia));
}

std::uint32_t SideState::reached_out() const {
  return saturating_sum(std::uint64_t{count(Count::kMessages)} + count(Count::kGifts) + count(Count::kCalls) +
                        count(Count::kContactRequests) + count(Count::kChannelMoves));
}

void GiftLine::add(std::int64_t value, EventTime when) {
  if (count == 0 || when < first_at || (when == first_at && value < first_value)) {
    first_at = when;
    first_value = value;
  }
  if (count == 0 || when > latest_at || (when == latest_at && value > latest_value)) {
    latest_at = when;
    latest_value = value;
  }
  if (count == 0 || value > largest_value || (value == largest_value && when < largest_at)) {
    largest_at = when;
    largest_value = value;
  }
  count_up(count);
  sum = value > std::numeric_limits<std::int64_t>::max() - sum ? std::numeric_limits<std::int64_t>::max() : sum + value;
}

std::uint32_t GiftsInCurrency::count() const { return saturating_sum(std::uint64_t{from[0].count} + from[1].count); }

bool PairState::has_seen(std::uint32_t event_hash) const {
  std::uint32_t found = 0;  // without an early way out the compiler compares four at a time
  for (const std::uint32_t seen : event_hashes) found |= static_cast<std::uint32_t>(seen == event_hash);
  if (event_hash != 0 || found == 0) return found != 0;
  return std::find(event_hashes.begin(), event_hashes.begin() + event_hash_count, 0U) != event_hashes.begin() + event_hash_count;
}

std::uint32_t event_hash_of(std::string_view event_id) { return static_cast<std::uint32_t>(hash64(event_id)); }

Stage stage_of(Signal signal) {
  static const std::array<Stage, kSignalNumberLimit> kStages = [] {
    std::array<Stage, kSignalNumberLimit> stages{};
    for (const SignalInfo& row : all_signals()) stages[index(row.signal)] = row.stage;
    return stages;
  }();
  return kStages[index(signal)];
}

std::uint32_t remember(PairState& state, const Interaction& interaction, Side actor, std::uint32_t event_hash, bool at_night) {
  state.event_hashes[state.event_hash_next] = event_hash;
  state.event_hash_next = static_cast<std::uint8_t>((state.event_hash_next + 1) % kEventHashLimit);
  if (state.event_hash_count < kEventHashLimit) ++state.event_hash_count;

  merge_contact(state, interaction, actor, event_hash);
  merge_ages(state.side(actor), interaction.actor, interaction.at);
  merge_ages(state.side(other(actor)), interaction.target, interaction.at);
  see_account(state.side(actor), interaction.actor);
  see_account(state.side(other(actor)), interaction.target);
  SideState& side = state.side(actor);
  if (reaches_out(interaction.kind)) keep_latest(side.last_reached_at, interaction.at);
  see_where_messages_stay(state, side, interaction.channel, interaction.at);
  keep_earliest(side.first_at, interaction.at);
  keep_latest(side.last_at, interaction.at);
  reach_kind(side, interaction.channel.kind, interaction.at);
  see_channel(state, interaction.channel, interaction.at);
  return merge_kind(state, interaction, actor, at_night);
}

void add_to_ring(PairState& state, const Moment& moment, Duration max_lateness) {
  const EventTime oldest_kept = state.last_at - max_lateness;
  std::size_t too_old = 0;
  while (too_old < state.ring_count && state.ring[too_old].at < oldest_kept) ++too_old;
  if (moment.at >= oldest_kept) {
    if (too_old == 0 && state.ring_count == kRingLimit) {
      if (moment <= state.ring[0]) return;
      too_old = 1;
    }
  }
  if (too_old > 0) {
    std::copy(state.ring.begin() + too_old, state.ring.begin() + state.ring_count, state.ring.begin());
    state.ring_count = static_cast<std::uint8_t>(state.ring_count - too_old);
  }
  if (moment.at < oldest_kept) return;
  std::size_t place = state.ring_count;
  for (; place > 0 && moment < state.ring[place - 1]; --place) state.ring[place] = state.ring[place - 1];
  state.ring[place] = moment;
  ++state.ring_count;
}

void drop_smallest_currency(PairState& state) {
  check(state.currency_count > 0, "there is a currency to drop");
  std::size_t smallest = 0;
  for (std::size_t i = 1; i < state.currency_count; ++i) {
    if (state.gifts[i].count() <= state.gifts[smallest].count()) smallest = i;
  }
  for (std::size_t i = smallest; i + 1 < state.currency_count; ++i) state.gifts[i] = state.gifts[i + 1];
  --state.currency_count;
}

void drop_oldest_channel(PairState& state) {
  check(state.channel_count > 0, "there is a channel to drop");
  const std::size_t oldest = oldest_channel(state);
  for (std::size_t i = oldest; i + 1 < state.channel_count; ++i) state.channels[i] = state.channels[i + 1];
  --state.channel_count;
}

}  // namespace pairwatch::relationship
