// Signals of who reaches out to whom, and how much.
#include <algorithm>

#include "processors/relationship/signals_parts.h"

namespace pairwatch::relationship {

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

}  // namespace pairwatch::relationship
