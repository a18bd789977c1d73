#include "processors/relationship/wire.h"

#include <algorithm>
#include <array>

#include "processors/core/party_message.h"
#include "processors/core/timestamp.h"

namespace pairwatch::relationship {
namespace {

/// The party of the interaction that stands on a side, with the ages that are remembered.
void write_side(const Interaction& interaction, const PairState& state, Side side, v1::Party& out) {
  const Side actor = side_of(interaction.actor.id, interaction.target.id);
  Party party = side == actor ? interaction.actor : interaction.target;
  const SideState& remembered = state.side(side);
  party.age_band = remembered.age_band;
  party.age_assurance = remembered.age_assurance;
  party.heightened_vulnerability = remembered.heightened_vulnerability;
  write_party(party, out);
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
    set_time(assessment.stages[order[i]], *written.mutable_reached_at());
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
    set_time(order[i]->first_at, *written.mutable_first_seen_at());
    set_time(order[i]->last_at, *written.mutable_last_seen_at());
  }
}

}  // namespace

void begin_case_input(const Interaction& interaction, const PairState& state, Side actor, v1::CaseInput& out) {
  out.Clear();
  out.mutable_tenant()->assign(interaction.tenant);
  write_side(interaction, state, actor, *out.mutable_actor());
  out.set_occurred_at_ms(interaction.at.ms);
  out.set_source_partition(interaction.source.partition);
  out.set_source_offset(interaction.source.offset);
}

void write_fact(const Interaction& interaction, const PairState& state, Side actor, const FactTold& fact, v1::CaseInput& out) {
  v1::Fact& written = *out.mutable_fact();
  written.set_kind(static_cast<v1::FactKind>(fact.kind));
  write_side(interaction, state, other(actor), *written.mutable_target());
  if (fact.is_opening && interaction.text_fingerprint) written.set_text_fingerprint(*interaction.text_fingerprint);
  written.set_count(fact.count);
  written.set_stranger(fact.stranger);
}

void write_risk(const Interaction& interaction, const PairState& state, Side actor, const Assessment& assessment,
                v1::CaseInput& out) {
  v1::Risk& written = *out.mutable_risk();
  write_side(interaction, state, other(actor), *written.mutable_target());
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
