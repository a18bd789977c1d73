#include "processors/relationship/signals.h"

#include <algorithm>
#include <array>

namespace pairwatch::relationship {
namespace {

// What one interaction says.

/// 1 where the words of the message speak for the signal, else the classifier's score where it is high enough, else 0.
double words_or_label(const Interaction& interaction, Signal signal, const RelationshipRules& rules) {
  if ((interaction.text_signals & signal_bit(signal)) != 0) return 1;
  for (const LabelScore& label : interaction.label_scores()) {
    const double score = label.score;
    if (label.signal == signal && score >= rules.labels.least_score) return score;
  }
  return 0;
}

template <Signal kSignal>
double observe_message(const Interaction& interaction, const RelationshipRules& rules) {
  return interaction.kind == InteractionKind::kMessage ? words_or_label(interaction, kSignal, rules) : 0;
}

double observe_gift(const Interaction& interaction, const RelationshipRules& rules) {
  if (interaction.kind != InteractionKind::kGift) return 0;
  return interaction.gift_value_minor >= rules.gift.large_value_minor ? 2 : 1;
}

/// How private a place is. Voice and video are one rung: a call is a call.
int rung(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::kUnknown: return 2;  // most places where two accounts meet are shared ones
    case ChannelKind::kPublicRoom: return 1;
    case ChannelKind::kGroup: return 2;
    case ChannelKind::kDirect: return 3;
    case ChannelKind::kVoice: return 4;
    case ChannelKind::kVideo: return 4;
    case ChannelKind::kExternal: return 5;
  }
  return 2;
}

double observe_move_to_private(const Interaction& interaction, const RelationshipRules& rules) {
  if (interaction.kind == InteractionKind::kMessage) return words_or_label(interaction, Signal::kMoveToPrivate, rules);
  if (interaction.kind != InteractionKind::kChannelMove) return 0;
  return rung(interaction.moved_to.kind) > rung(interaction.channel.kind) ? 1 : 0;
}

double observe_blocked_or_reported(const Interaction& interaction, const RelationshipRules&) {
  return interaction.kind == InteractionKind::kBlock || interaction.kind == InteractionKind::kReport ? 1 : 0;
}

// What the state says.

double faded(double strength, EventTime since, const Direction& direction, const SignalRule& rule) {
  return strength * decay(direction.now() - since, rule.half_life);
}

/// First contact by, or a contact request of, somebody with whom no contact in common was known.
Reading read_stranger_contact(const Direction& direction, const RelationshipRules& rules) {
  const PairState& state = direction.state;
  const std::uint32_t requests = direction.from().count(Count::kContactRequests);
  const bool started = state.started_by == direction.actor;
  if ((!started && requests == 0) || !state.strangers_at_first(rules.stranger_contact.max_mutual_contacts)) return {};
  const EventTime first = started ? state.first_at : direction.from().first_request_at;
  const double strength = state.mutual_first.known ? 1 : rules.stranger_contact.unknown_mutual_strength;
  return {faded(strength, first, direction, rules.signals.of(Signal::kStrangerContact)), 1, first, first, std::nullopt};
}

/// Judged as of the last message, so that it fades with its half-life once the messages stop.
Reading read_message_burst(const Direction& direction, const RelationshipRules& rules) {
  const SideState& side = direction.from();
  const double rate = side.rates.values[kRateOfDay];
  const MessageBurstRule& rule = rules.message_burst;
  if (rate < rule.messages_per_day || side.rates.at - direction.state.first_at > rule.contact_is_new) return {};
  const double strength = std::min(rate / rule.messages_per_day, rule.most_strength);
  return {faded(strength, side.rates.at, direction, rules.signals.of(Signal::kMessageBurstNewContact)),
          side.count(Count::kMessages), side.first_at, side.rates.at, std::nullopt};
}

/// Gifts weigh where the contact was recent at the last of them, or where they go one way.
Reading read_gift(const Direction& direction, const RelationshipRules& rules) {
  const Reading reading = read_evidence(*direction.evidence, Signal::kGift, direction.now(), rules.signals.of(Signal::kGift));
  const bool recent = reading.last_at - direction.state.first_at <= rules.gift.contact_is_recent;
  const double given = direction.from().count(Count::kGifts), got = direction.to().count(Count::kGifts);
  return recent || given >= rules.gift.one_sided_ratio * got ? reading : Reading{};
}

/// Gifts in one currency that grow and are not returned in it.
Reading read_gift_escalation(const Direction& direction, const RelationshipRules& rules) {
  const GiftEscalationRule& rule = rules.gift_escalation;
  Reading best;
  for (std::size_t i = 0; i < direction.state.currency_count; ++i) {
    const GiftLine& given = direction.state.gifts[i].from[index(direction.actor)];
    const GiftLine& got = direction.state.gifts[i].from[index(other(direction.actor))];
    if (given.count < rule.least_count || got.count > 0 || given.first_value <= 0) continue;
    const double first = static_cast<double>(given.first_value);
    if (static_cast<double>(given.latest_value) < rule.growth * first) continue;
    if (static_cast<double>(given.largest_value) < rule.growth * first) continue;
    const double strength = faded(1, given.latest_at, direction, rules.signals.of(Signal::kGiftEscalation));
    if (strength > best.strength) best = {strength, given.count, given.first_at, given.latest_at, std::nullopt};
  }
  return best;
}

/// Sexual content, an image request or a threat soon after the two first met; no stages needed.
Reading read_instant_solicitation(const Direction& direction, const RelationshipRules& rules) {
  const PairState& state = direction.state;
  const Evidence* first = nullptr;
  std::optional<Signal> first_signal;
  for (const Signal signal : {Signal::kSexualContent, Signal::kImageRequest, Signal::kThreat}) {
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

constexpr auto kTable = std::to_array<SignalRow>({
    {Signal::kStrangerContact, nullptr, read_stranger_contact},
    {Signal::kMessageBurstNewContact, nullptr, read_message_burst},
    {Signal::kPersonalInfoProbe, observe_message<Signal::kPersonalInfoProbe>, nullptr},
    {Signal::kRiskAssessmentProbe, observe_message<Signal::kRiskAssessmentProbe>, nullptr},
    {Signal::kGift, observe_gift, read_gift},
    {Signal::kGiftEscalation, nullptr, read_gift_escalation},
    {Signal::kMoveToPrivate, observe_move_to_private, nullptr},
    {Signal::kContactExchange, observe_message<Signal::kContactExchange>, nullptr},
    {Signal::kSecrecyRequest, observe_message<Signal::kSecrecyRequest>, nullptr},
    {Signal::kSexualContent, observe_message<Signal::kSexualContent>, nullptr},
    {Signal::kImageRequest, observe_message<Signal::kImageRequest>, nullptr},
    {Signal::kThreat, observe_message<Signal::kThreat>, nullptr},
    {Signal::kBlockedOrReported, observe_blocked_or_reported, nullptr, Judged::kTarget},
    {Signal::kInstantSolicitation, nullptr, read_instant_solicitation},
    {Signal::kRapidStageProgress, nullptr, read_rapid_stage_progress},
    {Signal::kStageBreadth, nullptr, read_stage_breadth},
});

/// Looked up once, not for each interaction.
const auto kRows = [] {
  auto rows = kTable;
  for (SignalRow& row : rows) row.rule = static_cast<std::size_t>(signal_index(row.signal));
  return rows;
}();

}  // namespace

std::span<const SignalRow> signal_rows() { return kRows; }

Reading read_evidence(const Evidence& evidence, Signal signal, EventTime now, const SignalRule& rule) {
  return {evidence.strength.read(now, rule.half_life), evidence.count, evidence.first_at, evidence.strength.at, signal};
}

}  // namespace pairwatch::relationship
