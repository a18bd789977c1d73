#include "processors/relationship/snapshot.h"

#include <bit>

#include "processors/relationship/layout.h"

namespace pairwatch::relationship {
namespace {

v1::PairSide side_number(Side side) { return static_cast<v1::PairSide>(index(side) + 1); }

template <std::size_t N>
void write_steps(const std::array<EventTime, N>& times, google::protobuf::RepeatedPtrField<v1::StepReached>& out) {
  for (std::size_t i = 0; i < N; ++i) {
    if (times[i] == kNever) continue;
    v1::StepReached& step = *out.Add();
    step.set_step(static_cast<std::uint32_t>(i));
    step.set_first_at_ms(times[i].ms);
  }
}

void write_told(const Told& told, v1::ToldState& out) {
  if (told.lowest_log_odds != kNothingTold) out.set_lowest_log_odds(told.lowest_log_odds);
  out.set_signals(told.signals);
  out.set_derived_seen(told.derived_seen);
  out.set_stages(told.stages);
  out.set_direct_rules(told.direct_rules);
  out.set_facts(told.facts);
  out.set_activity_level(told.activity_level);
}

void write_side(const SideState& side, v1::PairSideState& out) {
  out.set_age_band(static_cast<v1::AgeBand>(side.age_band));
  out.set_age_assurance(static_cast<v1::AgeAssurance>(side.age_assurance));
  out.set_heightened_vulnerability(side.heightened_vulnerability);
  out.set_ages_at_ms(side.ages_at.ms);
  if (side.first_at != kNever) out.set_first_at_ms(side.first_at.ms);
  if (side.last_at != kNever) out.set_last_at_ms(side.last_at.ms);
  out.set_messages(side.count(Count::kMessages));
  out.set_media(side.count(Count::kMedia));
  out.set_gifts(side.count(Count::kGifts));
  out.set_calls(side.count(Count::kCalls));
  out.set_contact_requests(side.count(Count::kContactRequests));
  out.set_contact_accepts(side.count(Count::kContactAccepts));
  out.set_contact_removes(side.count(Count::kContactRemoves));
  out.set_blocks(side.count(Count::kBlocks));
  out.set_reports(side.count(Count::kReports));
  out.set_channel_moves(side.count(Count::kChannelMoves));
  if (side.first_request_at != kNever) out.set_first_request_at_ms(side.first_request_at.ms);
  if (side.rates.at != kNever) {
    out.set_last_message_at_ms(side.rates.at.ms);
    for (std::size_t i = 0; i < kRateHalfLives.size(); ++i) {
      v1::FadedMessages& faded = *out.add_faded_messages();
      faded.set_half_life_ms(kRateHalfLives[i].ms);
      faded.set_value(side.rates.values[i]);
    }
  }
  write_steps(side.ladder, *out.mutable_ladder());
  write_steps(side.stages, *out.mutable_stages());
  for (std::size_t i = 0; i < kMarkedKinds; ++i) {
    if (side.marks[i].days == 0) continue;
    v1::MarkedDays& marked = *out.add_marked_days();
    marked.set_what(static_cast<std::uint32_t>(i));
    marked.set_newest_day(side.marks[i].newest);
    marked.set_days(side.marks[i].days);
  }
  if (side.last_wanted_at != kNever) out.set_last_wanted_at_ms(side.last_wanted_at.ms);
  if (side.last_reached_at != kNever) out.set_last_reached_at_ms(side.last_reached_at.ms);
  if (side.first_refused_at != kNever) {
    out.set_first_refused_at_ms(side.first_refused_at.ms);
    out.set_last_refused_at_ms(side.last_refused_at.ms);
  }
  if (side.ephemeral_at != kNever) out.set_ephemeral_at_ms(side.ephemeral_at.ms);
  out.set_ages_seen(side.ages_seen);
  out.set_created_day(side.created_day);
  write_told(side.told, *out.mutable_told());
}

void write_evidence(const PairState& state, v1::PairState& out) {
  std::size_t position = 0;
  for (const Side side : kBothSides) {
    for (std::uint64_t mask = state.evidence_masks[index(side)]; mask != 0; mask &= mask - 1) {
      const Evidence& evidence = state.evidence[position++];
      v1::EvidenceState& written = *out.add_evidence();
      written.set_actor(side_number(side));
      written.set_signal(static_cast<std::uint32_t>(std::countr_zero(mask)));
      written.set_count(evidence.count);
      written.set_first_at_ms(evidence.first_at.ms);
      written.set_last_at_ms(evidence.strength.at.ms);
      written.set_strength(evidence.strength.value);
      written.set_first_event_hash(evidence.first_hash);
      if (evidence.id_slot >= 0) {
        written.mutable_first_event_id()->assign(state.event_ids[static_cast<std::size_t>(evidence.id_slot)].view());
      }
      written.set_source_partition(evidence.source.partition);
      written.set_source_offset(evidence.source.offset);
    }
  }
}

void write_gifts(const PairState& state, v1::PairState& out) {
  for (std::size_t i = 0; i < state.currency_count; ++i) {
    for (const Side side : kBothSides) {
      const GiftLine& line = state.gifts[i].from[index(side)];
      if (line.count == 0) continue;
      v1::GiftLineState& written = *out.add_gifts();
      written.set_actor(side_number(side));
      written.mutable_currency()->assign(state.gifts[i].currency());
      written.set_count(line.count);
      written.set_sum(line.sum);
      written.set_first_value(line.first_value);
      written.set_first_at_ms(line.first_at.ms);
      written.set_latest_value(line.latest_value);
      written.set_latest_at_ms(line.latest_at.ms);
      written.set_largest_value(line.largest_value);
      written.set_largest_at_ms(line.largest_at.ms);
    }
  }
}

void write_mutual(const MutualContacts& mutual, v1::MutualContactsState& out) {
  out.set_count(mutual.count);
  out.set_at_ms(mutual.at.ms);
  out.set_all_recent(mutual.all_recent);
}

void write_recent(const PairState& state, v1::PairState& out) {
  for (std::size_t i = 0; i < state.ring_count; ++i) {
    const Moment& moment = state.ring[i];
    v1::MomentState& written = *out.add_ring();
    written.set_at_ms(moment.at.ms);
    written.set_actor(side_number(moment.actor));
    written.set_kind(static_cast<v1::InteractionKind>(moment.kind));
    written.set_signals(moment.signals);
  }
  const std::size_t oldest = state.event_hash_count < kEventHashLimit ? 0 : state.event_hash_next;
  for (std::size_t i = 0; i < state.event_hash_count; ++i) {
    out.add_recent_event_hashes(state.event_hashes[(oldest + i) % kEventHashLimit]);
  }
}

}  // namespace

void snapshot(const PairState& state, v1::PairState& out) {
  out.Clear();
  out.set_layout_version(kLayoutVersion);
  out.set_first_at_ms(state.first_at.ms);
  out.set_last_at_ms(state.last_at.ms);
  out.set_first_event_hash(state.first_hash);
  out.set_started_by(side_number(state.started_by));
  if (state.lasting_at != kNever) out.set_lasting_at_ms(state.lasting_at.ms);
  write_side(state.side(Side::kFirst), *out.mutable_first());
  write_side(state.side(Side::kSecond), *out.mutable_second());
  if (state.mutual_first.known) {
    write_mutual(state.mutual_first, *out.mutable_mutual_contacts_first());
    write_mutual(state.mutual_newest, *out.mutable_mutual_contacts_newest());
  }
  if (state.trusted_kind != TrustedRelationKind::kNone) {
    v1::TrustedRelationState& trusted = *out.mutable_trusted_relation();
    trusted.set_kind(static_cast<v1::TrustedRelationKind>(state.trusted_kind));
    trusted.set_until_ms(state.trusted_until.ms);
    trusted.set_said_at_ms(state.trusted_at.ms);
  }
  write_evidence(state, out);
  write_gifts(state, out);
  for (std::size_t i = 0; i < state.channel_count; ++i) {
    const ChannelSeenAt& channel = state.channels[i];
    v1::ChannelState& written = *out.add_channels();
    written.mutable_channel_id()->assign(channel.id.view());
    written.set_kind(static_cast<v1::ChannelKind>(channel.kind));
    written.set_first_at_ms(channel.first_at.ms);
    written.set_last_at_ms(channel.last_at.ms);
  }
  write_recent(state, out);
}

}  // namespace pairwatch::relationship
