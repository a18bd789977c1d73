// Signals of who reaches out to whom, and how much.
#include <algorithm>

#include "processors/relationship/signals_parts.h"

namespace pairwatch::relationship {
namespace {

/// The faded count of an even stream that began `span` ago, as a share of what it comes to in the end.
double share_of_even_stream(Duration span, Duration half_life) { return 1 - decay(span, half_life); }

}  // namespace

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

/// First contact by, or a contact request of, somebody with few contacts in common, all of whom it won only recently.
Reading read_friend_of_friend_contact(const Direction& direction, const RelationshipRules& rules) {
  const PairState& state = direction.state;
  const bool started = state.started_by == direction.actor;
  if (!state.mutual_first.all_recent || state.mutual_first.count > rules.friend_of_friend_contact.most_mutual_contacts) return {};
  if (!started && direction.from().count(Count::kContactRequests) == 0) return {};
  const EventTime first = started ? state.first_at : direction.from().first_request_at;
  return {faded(1, first, direction, rules.signals.of(Signal::kFriendOfFriendContact)), 1, first, first, std::nullopt};
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

/// Many messages, far more on the last day than over the fortnight, and hardly any back. As of the last one.
Reading read_attention_ramp(const Direction& direction, const RelationshipRules& rules) {
  const AttentionRampRule& rule = rules.attention_ramp;
  const SideState &from = direction.from(), &to = direction.to();
  const double in_a_day = from.rates.values[kRateOfDay], in_a_fortnight = from.rates.values[kRateOfFortnight];
  const Duration known = from.rates.at - direction.state.first_at;
  if (in_a_day < rule.messages_per_day || known < rule.known_for) return {};
  constexpr double kHalfLivesApart = 14;
  // The share below is the smaller for the longer half-life, so this must hold in any case; most pairs end here.
  if (in_a_day * kHalfLivesApart < rule.rise * in_a_fortnight) return {};
  const double back = to.rates.values[kRateOfDay] * decay(from.rates.at - to.rates.at, kRateHalfLives[kRateOfDay]);
  if (in_a_day < rule.one_sided_ratio * back) return {};
  // Against what an even stream since first contact would show.
  const double lately = in_a_day / share_of_even_stream(known, kRateHalfLives[kRateOfDay]);
  const double over_all = in_a_fortnight / kHalfLivesApart / share_of_even_stream(known, kRateHalfLives[kRateOfFortnight]);
  if (lately < rule.rise * over_all) return {};
  const bool at_night = from.rates.values[kRateOfNights] >= rule.night_share * in_a_fortnight;
  const EventTime last = from.rates.at;
  return {faded(at_night ? rule.night_strength : 1, last, direction, rules.signals.of(Signal::kAttentionRamp)),
          from.count(Count::kMessages), last, last, std::nullopt};
}

/// Reached again after a block or removal. Where the other asked for or accepted the contact since, only what it refused after that
/// counts.
Reading read_recontact_after_block(const Direction& direction, const RelationshipRules& rules) {
  const RecontactRule& rule = rules.recontact_after_block;
  const SideState &from = direction.from(), &to = direction.to();
  if (to.first_refused_at == kNever) return {};
  const bool made_up = to.last_wanted_at > to.first_refused_at;
  if (made_up && to.last_refused_at <= to.last_wanted_at) return {};
  const EventTime refused = made_up ? to.last_refused_at : to.first_refused_at;
  if (from.last_reached_at <= refused + rule.grace) return {};
  double strength = to.count(Count::kBlocks) > 0 ? 1 : rule.removed_strength;
  if (to.last_reached_at > refused) strength *= rule.answered_strength;
  const EventTime again = from.last_reached_at;
  return {faded(strength, again, direction, rules.signals.of(Signal::kRecontactAfterBlock)), 1, again, again, std::nullopt};
}

}  // namespace pairwatch::relationship
