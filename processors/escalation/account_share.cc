#include "processors/escalation/account_share.h"

#include <algorithm>
#include <vector>

namespace pairwatch::escalation {
namespace {

double contribution(const SignalRule& rule, double strength) {
  return rule.state == RuleState::kLive ? std::min(rule.cap, rule.weight * strength) : 0;
}

/// Times at which the risk of the account may have risen, in order; cases at REVIEW have theirs in `reviewed`.
std::vector<EventTime> turning_points(const ActorState& state, const std::vector<EventTime>& reviewed, EventTime from) {
  std::vector<EventTime> times;
  const auto add = [&](EventTime time) {
    if (time >= from) times.push_back(time);
  };
  for (const TargetRecord& target : state.targets) {
    if (target.is_stranger_minor()) add(target.first_at);
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
    if (record.severity >= Severity::kReview) times.push_back(record.since);
  }
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace

bool may_speak(const ActorState& state, const EscalationRules& rules) {
  if (state.targets.size() < std::min(rules.scattergun.least_targets, rules.blocked.least_targets)) return false;
  std::uint32_t contacted = 0;
  std::uint32_t complained = 0;
  for (const TargetRecord& target : state.targets) {
    if (target.is_stranger_minor()) ++contacted;
    if (target.has_complained()) ++complained;
  }
  return contacted >= rules.scattergun.least_targets || complained >= rules.blocked.least_targets;
}

AccountShare share_near(const ActorState& state, const EscalationRules& rules, EventTime at, WindowEnds fan_out_ends,
                        WindowEnds complaint_ends) {
  AccountShare share;
  const AgeClass actor = state.age();
  const SignalRule& scattergun = rules.signals.of(Signal::kScattergun);
  if (scattergun.state == RuleState::kLive && may_scatter(actor)) {
    share.fan_out = fan_out_near(state, rules.scattergun, scattergun.half_life, at, fan_out_ends);
    share.scattergun = contribution(scattergun, share.fan_out.strength);
  }
  const SignalRule& blocked = rules.signals.of(Signal::kBlockedOrReported);
  if (blocked.state == RuleState::kLive && (actor != AgeClass::kMinorAssured || blocked.for_assured_minors)) {
    share.complaints = complaints_near(state, rules.blocked, blocked.half_life, at, complaint_ends);
    share.blocked = contribution(blocked, share.complaints.strength);
  }
  return share;
}

double blocked_share(double own, const AccountShare& share, const EscalationRules& rules) {
  return std::clamp(rules.signals.of(Signal::kBlockedOrReported).cap - own, 0.0, share.blocked);
}

bool scatters_at(const ActorState& state, const EscalationRules& rules, EventTime contacted_at) {
  const SignalRule& rule = rules.signals.of(Signal::kScattergun);
  if (rule.state == RuleState::kOff || !may_scatter(state.age())) return false;
  const WindowEnds around{contacted_at, contacted_at + rules.scattergun.window - milliseconds(1)};
  return fan_out_near(state, rules.scattergun, rule.half_life, contacted_at, around).strength > 0;
}

AccountRisk account_risk(const ActorState& state, const EscalationRules& rules, EventTime from) {
  const std::vector<EventTime> reviewed = reviewed_pairs(state);
  AccountRisk highest{rules.actor_case.prior, {}};
  if (reviewed.empty() && !may_speak(state, rules)) return highest;
  for (const EventTime time : turning_points(state, reviewed, from)) {
    AccountRisk risk;
    risk.share = share_near(state, rules, time, {kEarliestEventTime, time}, {kEarliestEventTime, time});
    const auto reviews = static_cast<double>(std::upper_bound(reviewed.begin(), reviewed.end(), time) - reviewed.begin());
    risk.log_odds = rules.actor_case.prior + risk.share.scattergun + risk.share.blocked +
                    std::min(rules.actor_case.review_case_cap, rules.actor_case.review_case_weight * reviews);
    if (risk.log_odds >= highest.log_odds) highest = risk;
  }
  return highest;
}

}  // namespace pairwatch::escalation
