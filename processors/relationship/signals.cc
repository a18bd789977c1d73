#include "processors/relationship/signals.h"

#include <algorithm>
#include <array>

#include "processors/relationship/signals_parts.h"

namespace pairwatch::relationship {
namespace {

// What one interaction says.

template <Signal kSignal>
double observe_message(const Interaction& interaction, const RelationshipRules& rules) {
  return interaction.kind == InteractionKind::kMessage ? words_or_label(interaction, kSignal, rules) : 0;
}

double observe_blocked_or_reported(const Interaction& interaction, const RelationshipRules&) {
  return interaction.kind == InteractionKind::kBlock || interaction.kind == InteractionKind::kReport ? 1 : 0;
}

// What the state says.

/// Compliments weigh once they are repeated.
Reading read_flattery(const Direction& direction, const RelationshipRules& rules) {
  if (direction.evidence->count < rules.flattery.least_count) return {};
  return read_evidence(*direction.evidence, Signal::kFlattery, direction.now(), rules.signals.of(Signal::kFlattery));
}

/// Sexual content, an image request, a threat or blackmail soon after the two first met; no stages needed.
Reading read_instant_solicitation(const Direction& direction, const RelationshipRules& rules) {
  const PairState& state = direction.state;
  const Evidence* first = nullptr;
  std::optional<Signal> first_signal;
  for (const Signal signal : {Signal::kSexualContent, Signal::kImageRequest, Signal::kThreat, Signal::kBlackmailMoney}) {
    const Evidence* evidence = state.evidence_of(direction.actor, signal);
    if (evidence == nullptr || rules.signals.of(signal).state != RuleState::kLive) continue;
    if (first != nullptr && evidence->first_at >= first->first_at) continue;
    first = evidence;
    first_signal = signal;
  }
  if (first == nullptr || first->first_at - state.first_at > rules.instant_solicitation.within) return {};
  const bool strangers = state.strangers_at_first(rules.stranger_contact.max_mutual_contacts);
  const double strength = strangers ? 1 : rules.instant_solicitation.known_contact_strength;
  return {faded(strength, first->first_at, direction, rules.signals.of(Signal::kInstantSolicitation)), 1, first->first_at,
          first->first_at, first_signal};
}

/// The times of the stages that were reached, in order.
struct StageTimes {
  std::array<EventTime, kStageCount> at{};
  std::size_t count = 0;

  explicit StageTimes(const std::array<EventTime, kStageCount>& stages) {
    for (const EventTime reached : stages) {
      if (reached == kNever) continue;
      std::size_t place = count++;  // at most seven: sorted in as they come
      for (; place > 0 && reached < at[place - 1]; --place) at[place] = at[place - 1];
      at[place] = reached;
    }
  }
};

/// The densest run of first reaches within the time allowed, of equally long ones the latest.
Reading read_rapid_stage_progress(const Direction& direction, const RelationshipRules& rules) {
  const RapidStageProgressRule& rule = rules.rapid_stage_progress;
  const StageTimes times(direction.stages);
  std::size_t most = 0, from = 0;
  for (std::size_t first = 0, last = 0; last < times.count; ++last) {
    while (times.at[last] - times.at[first] > rule.within) ++first;
    if (last - first + 1 < most) continue;
    most = last - first + 1;
    from = first;
  }
  if (most < rule.stages || most == 0) return {};
  const double strength = std::min(1 + 0.5 * static_cast<double>(most - rule.stages), rule.most_strength);
  const EventTime last = times.at[from + most - 1];
  return {faded(strength, last, direction, rules.signals.of(Signal::kRapidStageProgress)), static_cast<std::uint32_t>(most),
          times.at[from], last, std::nullopt};
}

Reading read_stage_breadth(const Direction& direction, const RelationshipRules& rules) {
  const StageTimes times(direction.stages);
  if (times.count < rules.stage_breadth.from_stages || times.count == 0) return {};
  const double strength = static_cast<double>(times.count - rules.stage_breadth.from_stages) + 1;
  const EventTime last = times.at[times.count - 1];
  return {faded(strength, last, direction, rules.signals.of(Signal::kStageBreadth)), static_cast<std::uint32_t>(times.count),
          times.at[0], last, std::nullopt};
}

/// A row of a signal that words or the labels of a message speak for, and nothing else.
template <Signal kSignal>
constexpr SignalRow said(Reading (*read)(const Direction&, const RelationshipRules&) = nullptr, Reads reads = Reads::kEvidence) {
  return {kSignal, observe_message<kSignal>, read, Judged::kActor, reads, true};
}

constexpr auto kTable = std::to_array<SignalRow>({
    {Signal::kStrangerContact, nullptr, read_stranger_contact},
    {Signal::kFriendOfFriendContact, nullptr, read_friend_of_friend_contact},
    {Signal::kNewAccount, nullptr, read_new_account},
    {Signal::kAgeInconsistency, nullptr, read_age_inconsistency},
    {Signal::kPublicToPrivateOrigin, nullptr, read_public_to_private_origin},
    {Signal::kMessageBurstNewContact, nullptr, read_message_burst},
    {Signal::kAttentionRamp, nullptr, read_attention_ramp},
    said<Signal::kPersonalInfoProbe>(),
    said<Signal::kFlattery>(read_flattery),
    said<Signal::kRiskAssessmentProbe>(),
    said<Signal::kPersonaOffer>(),
    {Signal::kGift, observe_gift, read_gift},
    {Signal::kGiftEscalation, nullptr, read_gift_escalation},
    said<Signal::kPaymentForImages>(read_payment_for_images, Reads::kState),
    {Signal::kMoveToPrivate, observe_move_to_private, nullptr},
    said<Signal::kContactExchange>(),
    {Signal::kEphemeralChannel, nullptr, read_ephemeral_channel},
    said<Signal::kSecrecyRequest>(),
    said<Signal::kExclusivity>(),
    said<Signal::kSexualContent>(),
    said<Signal::kImageRequest>(),
    {Signal::kImageSent, observe_image_sent, read_image_sent},
    {Signal::kVideoCall, observe_video_call, read_video_call},
    said<Signal::kGameOrDare>(),
    said<Signal::kMeetupRequest>(),
    said<Signal::kThreat>(),
    said<Signal::kBlackmailMoney>(read_blackmail_money, Reads::kState),
    said<Signal::kSecrecyByFear>(),
    {Signal::kRecontactAfterBlock, nullptr, read_recontact_after_block},
    {Signal::kBlockedOrReported, observe_blocked_or_reported, nullptr, Judged::kTarget},
    {Signal::kInstantSolicitation, nullptr, read_instant_solicitation},
    {Signal::kPriorConfirmed, observe_prior_confirmed, read_prior_confirmed, Judged::kActor, Reads::kEvidence, true},
    {Signal::kSharedIndicator, observe_shared_indicator, read_shared_indicator, Judged::kActor, Reads::kEvidence, true},
    {Signal::kRapidStageProgress, nullptr, read_rapid_stage_progress},
    {Signal::kStageBreadth, nullptr, read_stage_breadth},
});

/// Looked up once, not for each interaction.
const auto kRows = [] {
  auto rows = kTable;
  for (SignalRow& row : rows) row.rule = static_cast<std::size_t>(signal_index(row.signal));
  return rows;
}();

constexpr auto kPlaces = [] {
  std::array<std::uint8_t, kSignalNumberLimit> places{};
  for (std::size_t i = 0; i < kTable.size(); ++i) places[static_cast<std::size_t>(kTable[i].signal)] = static_cast<std::uint8_t>(i);
  return places;
}();

/// Not constexpr: under UBSan, GCC 12 does not take the comparison of a function's address for a constant (GCC bug 71962).
const RowMasks kMasks = [] {
  RowMasks masks;
  for (const SignalRow& row : kTable) {
    masks.all |= signal_bit(row.signal);
    if (row.reads_state()) masks.read_state |= signal_bit(row.signal);
    if (!row.is_derived()) (row.from_words ? masks.observe_words : masks.observe_events) |= signal_bit(row.signal);
  }
  return masks;
}();

constexpr bool rows_stand_by_number() {
  for (std::size_t i = 1; i < kTable.size(); ++i) {
    if (kTable[i].signal <= kTable[i - 1].signal) return false;
  }
  return true;
}
static_assert(rows_stand_by_number(), "whoever walks the bits of a mask walks the rows in order");

}  // namespace

double words_or_label(const Interaction& interaction, Signal signal, const RelationshipRules& rules) {
  if ((interaction.text_signals & signal_bit(signal)) != 0) return 1;
  for (const LabelScore& label : interaction.label_scores()) {
    const double score = label.score;
    if (label.signal == signal && score >= rules.labels.least_score) return score;
  }
  return 0;
}

std::span<const SignalRow> signal_rows() { return kRows; }

const SignalRow& row_of(Signal signal) { return kRows[kPlaces[static_cast<std::size_t>(signal)]]; }

const RowMasks& row_masks() { return kMasks; }

Reading read_evidence(const Evidence& evidence, Signal signal, EventTime now, const SignalRule& rule) {
  return {evidence.strength.read(now, rule.half_life), evidence.count, evidence.first_at, evidence.strength.at, signal};
}

}  // namespace pairwatch::relationship
