#include "processors/target/crowd.h"

#include <algorithm>

#include "processors/core/decay.h"

namespace pairwatch::target {
namespace {

constexpr Signal kSignal = Signal::kMultipleRiskyAdults;

/// How much an account counts by its age.
double share_of_age(AgeClass age, const SignalRule& rule) {
  switch (age) {
    case AgeClass::kAdult:
    case AgeClass::kUnknown: return 1;
    case AgeClass::kMinorSelfDeclared: return rule.peer_share;
    case AgeClass::kMinorAssured: return rule.for_assured_minors ? rule.peer_share : 0;
  }
  return 0;
}

/// How much it counts by what it shows, at its height.
double share_of_risk(const ContactRecord& contact, const MultipleRiskyAdultsRule& rule) {
  if (contact.severity >= Severity::kWatch) return 1;
  return static_cast<double>(contact.risk) / 10'000 >= rule.least_risk ? rule.mild_share : 0;
}

bool is_more_severe(const ContactRecord& a, const ContactRecord& b) {
  if (a.severity != b.severity) return a.severity > b.severity;
  if (a.risky_from != b.risky_from) return a.risky_from < b.risky_from;
  return a.id < b.id;
}

Crowd crowd_at(const TargetState& state, const TargetRules& rules, EventTime at) {
  const SignalRule& signal = rules.signals.of(kSignal);
  const MultipleRiskyAdultsRule& rule = rules.multiple_risky_adults;
  Crowd crowd;
  double sum = 0, reviewed = 0;
  for (std::size_t place = 0; place < state.contacts.size(); ++place) {
    const ContactRecord& contact = state.contacts[place];
    if (contact.risky_from == kNever || contact.risky_from > at || contact.risky_until < at - rule.window) continue;
    const double by_age = share_of_age(contact.age(), signal);
    const double share = by_age * share_of_risk(contact, rule);
    if (share <= 0) continue;
    sum += contact.risky_until < at ? share * decay(at - contact.risky_until, signal.half_life) : share;
    if (contact.severity >= Severity::kReview) reviewed += by_age;
    crowd.places[crowd.count++] = static_cast<std::uint8_t>(place);
    if (crowd.from == kNever || contact.risky_from < crowd.from) crowd.from = contact.risky_from;
    crowd.until = std::max(crowd.until, contact.risky_until);
  }
  crowd.strength = std::max(0.0, sum - 1);
  crowd.log_odds = rules.target_case.prior;
  if (crowd.strength <= 0 || signal.state != RuleState::kLive) return crowd;
  const bool weighs_less = (state.target_case.dismissed & signal_bit(kSignal)) != 0;
  const double say = weighs_less ? rules.decisions.dismissed_share : 1;
  crowd.contribution = say * std::min(signal.cap, signal.weight * crowd.strength);
  crowd.log_odds +=
      crowd.contribution + say * std::min(rules.target_case.review_case_cap, rules.target_case.review_case_weight * reviewed);
  return crowd;
}

}  // namespace

Crowd crowd_around(const TargetState& state, const TargetRules& rules) {
  Crowd highest;
  highest.log_odds = rules.target_case.prior;
  if (rules.signals.of(kSignal).state == RuleState::kOff) return highest;
  EventTime highest_at = kNever;
  for (const ContactRecord& contact : state.contacts) {
    if (contact.risky_from == kNever) continue;
    const Crowd crowd = crowd_at(state, rules, contact.risky_from);
    const bool is_higher = crowd.log_odds != highest.log_odds   ? crowd.log_odds > highest.log_odds
                           : crowd.strength != highest.strength ? crowd.strength > highest.strength
                                                                : highest_at == kNever || contact.risky_from < highest_at;
    if (!is_higher) continue;
    highest = crowd;
    highest_at = contact.risky_from;
  }
  std::sort(highest.places.begin(), highest.places.begin() + static_cast<std::ptrdiff_t>(highest.count),
            [&](std::uint8_t a, std::uint8_t b) { return is_more_severe(state.contacts[a], state.contacts[b]); });
  return highest;
}

}  // namespace pairwatch::target
