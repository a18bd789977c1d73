#include "processors/escalation/account_share.h"

#include <algorithm>
#include <vector>

#include "processors/core/decay.h"

namespace pairwatch::escalation {
namespace {

double contribution(const SignalRule& rule, double strength) {
  return rule.state == RuleState::kLive ? std::min(rule.cap, rule.weight * strength) : 0;
}

/// Whether a signal says anything about an actor of that age.
bool may_show(Signal signal, AgeClass actor, const SignalRule& rule) {
  const bool is_by_its_word = actor == AgeClass::kMinorSelfDeclared;
  const bool is_allowed_minor = is_by_its_word || (actor == AgeClass::kMinorAssured && rule.for_assured_minors);
  if (signal == Signal::kPeerImpersonation) return is_by_its_word;
  if (signal != Signal::kScattergun && signal != Signal::kAttentionSkew) return may_scatter(actor) || is_allowed_minor;
  return may_scatter(actor);
}

/// The same fan-out, by other numbers and whoever answered.
ScattergunRule as_fan_out(const PeerImpersonationRule& rule) { return {rule.window, rule.least_targets, rule.most_targets, 0, 1}; }

/// Times at which the risk of the account may have risen, in order; cases at REVIEW have theirs in `reviewed`.
std::vector<EventTime> turning_points(const ActorState& state, const std::vector<EventTime>& reviewed, EventTime from) {
  std::vector<EventTime> times;
  const auto add = [&](EventTime time) {
    if (time >= from) times.push_back(time);
  };
  for (const TargetRecord& target : state.targets) {
    if (target.is_stranger_minor()) add(target.first_at);
    if (target.has_opening()) add(target.opened_at);
    if (!target.has_complained()) continue;
    add(target.complained_first_at);
    add(target.complained_last_at);
  }
  for (const EventTime time : reviewed) add(time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

/// First contacts of the pairs that have a case at REVIEW or above, in order.
std::vector<EventTime> reviewed_pairs(const ActorState& state) {
  std::vector<EventTime> times;
  for (const CaseRecord& record : state.cases) {
    if (record.standing() >= Severity::kReview) times.push_back(record.since);
  }
  std::sort(times.begin(), times.end());
  return times;
}

AccountRisk account_risk_at(const ActorState& state, const EscalationRules& rules, EventTime time,
                            const std::vector<EventTime>& reviewed) {
  const Whom whom{0, false, state.actor_case.is_confirmed, state.actor_case.dismissed};
  const WindowEnds by_then{kEarliestEventTime, time};
  AccountRisk risk;
  risk.share = share_near(state, rules, time, whom, {by_then, by_then, by_then});
  const auto reviews = static_cast<double>(std::upper_bound(reviewed.begin(), reviewed.end(), time) - reviewed.begin());
  risk.log_odds = rules.actor_case.prior + risk.share.beside_blocked() + risk.share.blocked +
                  std::min(rules.actor_case.review_case_cap, rules.actor_case.review_case_weight * reviews);
  return risk;
}

}  // namespace

bool may_speak(const ActorState& state, const EscalationRules& rules) {
  if (!state.busy.empty() || state.confirmed_count > 0) return true;
  const std::uint32_t least_contacts = std::min(rules.scattergun.least_targets, rules.peer_impersonation.least_targets);
  const std::uint32_t least = std::min({least_contacts, rules.copied_opening.least_targets, rules.blocked.least_targets});
  if (state.targets.size() < least) return false;
  std::uint32_t contacted = 0, opened = 0, complained = 0;
  for (const TargetRecord& target : state.targets) {
    if (target.is_stranger_minor()) ++contacted;
    if (target.has_opening()) ++opened;
    if (target.has_complained()) ++complained;
  }
  return contacted >= least_contacts || opened >= rules.copied_opening.least_targets || complained >= rules.blocked.least_targets;
}

AccountShare share_near(const ActorState& state, const EscalationRules& rules, EventTime at, const Whom& whom,
                        const ShareEnds& ends) {
  AccountShare share;
  const AgeClass actor = state.age();
  const auto weighed = [&](Signal signal, const SignalRule& rule, double strength) {
    const bool weighs_less = (whom.dismissed & signal_bit(signal)) != 0;
    return contribution(rule, strength) * (weighs_less ? rules.decisions.dismissed_share : 1);
  };
  const auto live_rule = [&](Signal signal) {
    const SignalRule& rule = rules.signals.of(signal);
    return rule.state == RuleState::kLive && may_show(signal, actor, rule) ? &rule : nullptr;
  };
  if (const SignalRule* rule = live_rule(Signal::kScattergun)) {
    share.fan_out = fan_out_near(state, rules.scattergun, rule->half_life, at, ends.contacts);
    share.scattergun = weighed(Signal::kScattergun, *rule, share.fan_out.strength);
  }
  if (const SignalRule* rule = live_rule(Signal::kPeerImpersonation)) {
    share.befriended = fan_out_near(state, as_fan_out(rules.peer_impersonation), rule->half_life, at, ends.contacts);
    share.peer_impersonation = weighed(Signal::kPeerImpersonation, *rule, share.befriended.strength);
  }
  if (const SignalRule* rule = live_rule(Signal::kCopiedOpening)) {
    share.copied = copied_openings_near(state, rules.copied_opening, rule->half_life, at, ends.openings);
    share.copied_opening = weighed(Signal::kCopiedOpening, *rule, share.copied.strength);
  }
  const SignalRule* skew = whom.target == 0 ? nullptr : live_rule(Signal::kAttentionSkew);
  if (skew != nullptr) {
    share.attention = attention_near(state, rules.attention_skew, skew->half_life, whom.target, at);
    share.attention_skew = weighed(Signal::kAttentionSkew, *skew, share.attention.strength);
  }
  share.confirmed_cases = state.confirmed_count - (whom.is_confirmed ? 1 : 0);
  const SignalRule* confirmed = !whom.is_pair || share.confirmed_cases == 0 ? nullptr : live_rule(Signal::kPriorConfirmed);
  if (confirmed != nullptr) {
    const Duration apart = at > state.confirmed_at ? at - state.confirmed_at : state.confirmed_at - at;
    share.confirmed_at = state.confirmed_at;
    share.prior_confirmed = weighed(Signal::kPriorConfirmed, *confirmed, decay(apart, confirmed->half_life));
  }
  if (const SignalRule* rule = live_rule(Signal::kBlockedOrReported)) {
    share.complaints = complaints_near(state, rules.blocked, rule->half_life, at, ends.complaints);
    share.blocked = weighed(Signal::kBlockedOrReported, *rule, share.complaints.strength);
  }
  return share;
}

double blocked_share(double own, const AccountShare& share, const EscalationRules& rules) {
  return std::clamp(rules.signals.of(Signal::kBlockedOrReported).cap - own, 0.0, share.blocked);
}

double confirmed_share(double own, const AccountShare& share, const EscalationRules& rules) {
  return std::clamp(rules.signals.of(Signal::kPriorConfirmed).cap - own, 0.0, share.prior_confirmed);
}

std::uint64_t held_by_contact(const ActorState& state, const EscalationRules& rules, EventTime contacted_at) {
  const auto holds = [&](Signal signal, const ScattergunRule& fan_out) {
    const SignalRule& rule = rules.signals.of(signal);
    if (rule.state == RuleState::kOff || !may_show(signal, state.age(), rule)) return std::uint64_t{0};
    const WindowEnds around{contacted_at, contacted_at + fan_out.window - milliseconds(1)};
    return fan_out_near(state, fan_out, rule.half_life, contacted_at, around).strength > 0 ? signal_bit(signal) : 0;
  };
  return holds(Signal::kScattergun, rules.scattergun) | holds(Signal::kPeerImpersonation, as_fan_out(rules.peer_impersonation));
}

std::uint64_t held_by_opening(const ActorState& state, const EscalationRules& rules, EventTime opened_at) {
  constexpr Signal kSignal = Signal::kCopiedOpening;
  const SignalRule& rule = rules.signals.of(kSignal);
  if (rule.state == RuleState::kOff || !may_show(kSignal, state.age(), rule)) return 0;
  const WindowEnds there{opened_at, opened_at};
  return copied_openings_near(state, rules.copied_opening, rule.half_life, opened_at, there).strength > 0 ? signal_bit(kSignal) : 0;
}

std::uint64_t held_by_activity(const ActorState& state, const EscalationRules& rules, std::uint64_t target, EventTime at) {
  constexpr Signal kSignal = Signal::kAttentionSkew;
  const SignalRule& rule = rules.signals.of(kSignal);
  if (rule.state == RuleState::kOff || !may_show(kSignal, state.age(), rule)) return 0;
  return attention_near(state, rules.attention_skew, rule.half_life, target, at).last_at == at ? signal_bit(kSignal) : 0;
}

double account_log_odds_at(const ActorState& state, const EscalationRules& rules, EventTime at) {
  return account_risk_at(state, rules, at, reviewed_pairs(state)).log_odds;
}

AccountRisk account_risk(const ActorState& state, const EscalationRules& rules, EventTime from) {
  const std::vector<EventTime> reviewed = reviewed_pairs(state);
  AccountRisk highest{rules.actor_case.prior, {}};
  if (reviewed.empty() && !may_speak(state, rules)) return highest;
  for (const EventTime time : turning_points(state, reviewed, from)) {
    const AccountRisk risk = account_risk_at(state, rules, time, reviewed);
    if (risk.log_odds >= highest.log_odds) highest = risk;
  }
  return highest;
}

}  // namespace pairwatch::escalation
