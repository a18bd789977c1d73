#include "processors/relationship/wire.h"

#include <algorithm>
#include <array>

namespace pairwatch::relationship {
namespace {

bool in_bounds(std::int64_t ms) { return ms >= kEarliestEventTime.ms && ms <= kLatestEventTime.ms; }

bool read_party(const v1::Party& message, Party& out) {
  out.id = {message.account_id()};
  out.age_band = static_cast<AgeBand>(message.age_band());
  out.age_assurance = static_cast<AgeAssurance>(message.age_assurance());
  out.created_at = EventTime{message.created_at_ms()};
  out.device = message.device();
  out.utc_offset_minutes.reset();
  if (message.has_utc_offset_minutes()) out.utc_offset_minutes = message.utc_offset_minutes();
  out.heightened_vulnerability = message.heightened_vulnerability();
  return !message.account_id().empty() && v1::AgeBand_IsValid(message.age_band()) &&
         v1::AgeAssurance_IsValid(message.age_assurance());
}

bool read_channel(const v1::Channel& message, ChannelRef& out) {
  out = {message.channel_id(), static_cast<ChannelKind>(message.kind()), message.ephemeral()};
  return v1::ChannelKind_IsValid(message.kind());
}

void read_labels(const v1::Interaction& message, Interaction& out) {
  out.label_count = 0;
  for (const v1::LabelScore& label : message.label_scores()) {
    const std::optional<Signal> signal = signal_numbered(label.signal());
    if (!signal || out.label_count == out.labels.size()) continue;
    out.labels[out.label_count++] = {*signal, label.score()};
  }
}

void write_timestamp(EventTime at, google::protobuf::Timestamp& out) {
  out.set_seconds(at.ms / 1000);
  out.set_nanos(static_cast<std::int32_t>(at.ms % 1000 * 1'000'000));
}

/// The party of the message that stands on a side, with the ages that are remembered.
void write_party(const v1::Interaction& message, const PairState& state, Side side, v1::Party& out) {
  const Side actor = side_of({message.actor().account_id()}, {message.target().account_id()});
  out = side == actor ? message.actor() : message.target();
  const SideState& remembered = state.side(side);
  out.set_age_band(static_cast<v1::AgeBand>(remembered.age_band));
  out.set_age_assurance(static_cast<v1::AgeAssurance>(remembered.age_assurance));
  out.set_heightened_vulnerability(remembered.heightened_vulnerability);
}

void write_evidence(const PairState& state, Side actor, const Assessment& assessment, v1::Risk& out) {
  std::array<const Contribution*, kEvidenceKinds> order;
  for (std::size_t i = 0; i < assessment.count; ++i) order[i] = &assessment.contributions[i];
  std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(assessment.count),
            [](const Contribution* a, const Contribution* b) {
              return a->log_odds != b->log_odds ? a->log_odds > b->log_odds : a->signal < b->signal;
            });
  for (std::size_t i = 0; i < assessment.count; ++i) {
    const Contribution& contribution = *order[i];
    v1::RiskEvidence& written = *out.add_evidence();
    written.set_signal(static_cast<std::uint32_t>(contribution.signal));
    written.set_contribution(contribution.log_odds);
    written.set_count(contribution.reading.count);
    written.set_first_at_ms(contribution.reading.first_at.ms);
    written.set_last_at_ms(contribution.reading.last_at.ms);
    if (!contribution.reading.event_of) continue;
    const Evidence* evidence = state.evidence_of(actor, *contribution.reading.event_of);
    if (evidence == nullptr) continue;  // dropped for want of room since
    written.set_source_partition(evidence->source.partition);
    written.set_source_offset(evidence->source.offset);
    if (evidence->id_slot < 0) continue;
    written.mutable_event_id()->assign(state.event_ids[static_cast<std::size_t>(evidence->id_slot)].view());
  }
}

void write_stages(const Assessment& assessment, v1::Risk& out) {
  std::array<std::size_t, kStageCount> order;
  std::size_t count = 0;
  for (std::size_t i = 0; i < assessment.stages.size(); ++i) {
    if (assessment.stages[i] != kNever) order[count++] = i;
  }
  std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                   [&](std::size_t a, std::size_t b) { return assessment.stages[a] < assessment.stages[b]; });
  for (std::size_t i = 0; i < count; ++i) {
    v1::StageReached& written = *out.add_stages();
    written.set_stage(static_cast<v1::Stage>(order[i]));
    write_timestamp(assessment.stages[order[i]], *written.mutable_reached_at());
  }
}

void write_channels(const PairState& state, v1::Risk& out) {
  std::array<const ChannelSeenAt*, kChannelLimit> order;
  for (std::size_t i = 0; i < state.channel_count; ++i) order[i] = &state.channels[i];
  std::stable_sort(order.begin(), order.begin() + state.channel_count,
                   [](const ChannelSeenAt* a, const ChannelSeenAt* b) { return a->last_at > b->last_at; });
  for (std::size_t i = 0; i < state.channel_count; ++i) {
    v1::ChannelSeen& written = *out.add_channels();
    written.mutable_channel_id()->assign(order[i]->id.view());
    written.set_kind(static_cast<v1::ChannelKind>(order[i]->kind));
    write_timestamp(order[i]->first_at, *written.mutable_first_seen_at());
    write_timestamp(order[i]->last_at, *written.mutable_last_seen_at());
  }
}

}  // namespace

bool read_interaction(const v1::Interaction& message, Interaction& out) {
  out.event_id = message.event_id();
  out.at = EventTime{message.occurred_at_ms()};
  out.tenant = message.tenant();
  bool good = read_party(message.actor(), out.actor);
  good &= read_party(message.target(), out.target);
  good &= read_channel(message.channel(), out.channel);
  good &= read_channel(message.moved_to(), out.moved_to);
  out.kind = static_cast<InteractionKind>(message.kind());
  out.accepted = message.accepted();
  out.media = static_cast<MediaKind>(message.media());
  out.link_count = message.link_count();
  out.text_signals = message.text_signals();
  read_labels(message, out);
  out.text_fingerprint.reset();
  if (message.has_text_fingerprint()) out.text_fingerprint = message.text_fingerprint();
  out.gift_kind = static_cast<GiftKind>(message.gift_kind());
  out.gift_value_minor = message.gift_value_minor();
  out.gift_currency = message.gift_currency();
  out.call_kind = static_cast<CallKind>(message.call_kind());
  out.call_duration = milliseconds(message.call_duration_ms());
  out.mutual_contacts.reset();
  if (message.has_mutual_contacts()) out.mutual_contacts = message.mutual_contacts();
  out.mutual_contacts_recent.reset();
  if (message.has_mutual_contacts_recent()) out.mutual_contacts_recent = message.mutual_contacts_recent();
  out.trusted_relation = static_cast<TrustedRelationKind>(message.trusted_relation());
  out.trusted_until.reset();
  if (message.has_trusted_until_ms()) out.trusted_until = EventTime{message.trusted_until_ms()};
  out.indicators = message.indicators();
  out.source = {message.source_partition(), message.source_offset()};

  good &= message.kind() != v1::INTERACTION_KIND_UNSPECIFIED && v1::InteractionKind_IsValid(message.kind());
  good &= v1::MediaKind_IsValid(message.media()) && v1::GiftKind_IsValid(message.gift_kind());
  good &= v1::CallKind_IsValid(message.call_kind()) && v1::TrustedRelationKind_IsValid(message.trusted_relation());
  good &= !message.event_id().empty() && in_bounds(message.occurred_at_ms()) && message.gift_value_minor() >= 0;
  return good && message.actor().account_id() != message.target().account_id();
}

void begin_case_input(const v1::Interaction& message, const PairState& state, Side actor, v1::CaseInput& out) {
  out.Clear();
  out.set_tenant(message.tenant());
  write_party(message, state, actor, *out.mutable_actor());
  out.set_occurred_at_ms(message.occurred_at_ms());
  out.set_source_partition(message.source_partition());
  out.set_source_offset(message.source_offset());
}

void write_fact(const v1::Interaction& message, const PairState& state, Side actor, const FactTold& fact, v1::CaseInput& out) {
  v1::Fact& written = *out.mutable_fact();
  written.set_kind(static_cast<v1::FactKind>(fact.kind));
  write_party(message, state, other(actor), *written.mutable_target());
  if (fact.is_opening && message.has_text_fingerprint()) written.set_text_fingerprint(message.text_fingerprint());
  written.set_count(fact.count);
  written.set_stranger(fact.stranger);
}

void write_risk(const v1::Interaction& message, const PairState& state, Side actor, const Assessment& assessment,
                v1::CaseInput& out) {
  v1::Risk& written = *out.mutable_risk();
  write_party(message, state, other(actor), *written.mutable_target());
  written.set_prior(assessment.prior);
  written.set_log_odds(assessment.log_odds);
  written.set_direct_rules(assessment.direct_rules);
  write_evidence(state, actor, assessment, written);
  write_stages(assessment, written);
  write_channels(state, written);
  written.set_first_contact_at_ms(state.first_at.ms);
  written.set_actor_started(state.started_by == actor);
  const SideState& from = state.side(actor);
  written.set_sent_count(from.sent());
  written.set_received_count(state.side(other(actor)).sent());
  written.set_gift_count(from.count(Count::kGifts));
  if (state.mutual_newest.known) written.set_mutual_contacts(state.mutual_newest.count);
  written.set_message_count(from.count(Count::kMessages));
  written.set_last_at_ms(from.last_at.ms);
}

}  // namespace pairwatch::relationship
