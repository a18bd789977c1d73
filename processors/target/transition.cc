#include "processors/target/transition.h"

#include <algorithm>

#include "processors/core/decay.h"

namespace pairwatch::target {
namespace {

CaseMove move_of(const CaseRecord& record, const CaseStep& step, const Crowd& crowd, double risk, EventTime at) {
  CaseMove move{revision_of(record, step, risk), kNever, std::nullopt, crowd};
  move.at = at;
  return move;
}

CaseFindings findings_of(const TargetState& state, const Crowd& crowd) {
  CaseFindings findings;
  findings.risk = round_to_4_decimals(sigmoid(crowd.log_odds));
  if (crowd.contribution <= 0) return findings;
  findings.signals = signal_bit(Signal::kMultipleRiskyAdults);
  for (const std::uint8_t place : crowd.all()) {
    const StageTimes& stages = state.contacts[place].stages;
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
      if (stages[stage] != kNever) findings.stages |= static_cast<std::uint8_t>(1U << stage);
    }
  }
  return findings;
}

/// Whether any of them has shown something since the case was closed.
bool has_gone_on(const TargetState& state, const Crowd& crowd) {
  return std::any_of(crowd.all().begin(), crowd.all().end(),
                     [&](std::uint8_t place) { return state.contacts[place].risky_until > state.target_case.closed_at; });
}

/// When the last but one of the accounts last showed something; kNever: there are not two.
EventTime several_until(const TargetState& state) {
  EventTime newest = kNever, second = kNever;
  for (const ContactRecord& contact : state.contacts) {
    if (contact.risky_until > newest) {
      second = newest;
      newest = contact.risky_until;
    } else {
      second = std::max(second, contact.risky_until);
    }
  }
  return second;
}

void judge(TargetState& state, const TargetNews& news, bool has_ended, const TargetConfig& config, const Crowd& crowd, Step& step) {
  const TargetRules& rules = config.rules;
  CaseRecord& record = state.target_case;
  CaseFindings findings = findings_of(state, crowd);
  const bool is_worth_a_case = findings.signals != 0 && severity_of(findings, rules.severity) != Severity::kNone;
  step.outcome = Outcome::kBelowThreshold;
  if (state.age_band == AgeBand::kAdult) return;  // whatever was seen when it was younger
  const bool may_end = news.is_by_decision || !record.is_confirmed;
  if (record.is_open() && has_ended && may_end && !is_worth_a_case) {
    const CaseStep moved = stand_down(record, news.at);
    step.move = move_of(record, moved, crowd, findings.risk, news.at);
    step.move->reason = news.is_by_decision ? EscalationReason::kDecision : EscalationReason::kDecay;
    step.outcome = Outcome::kEscalated;
    return;
  }
  if (record.exists() && !record.is_open()) {
    if (!has_gone_on(state, crowd)) findings.signals = 0;
    if (!may_open_next(record, findings, news.at, rules.severity)) return;
    open_next(record, news.at);
  }
  if (!record.exists()) {
    if (!is_worth_a_case) return;
    record.subject = target_subject(state.tenant, {state.id});
    record.number = 1;
    record.opened_at = news.at;
  }
  const CaseStep moved = advance_case(record, findings, news.at, rules.severity, config.max_updates_per_day);
  step.outcome = moved.change == CaseChange::kHeldBack ? Outcome::kNoted : Outcome::kNoNews;
  if (!is_told(moved.change)) return;
  step.move = move_of(record, moved, crowd, findings.risk, news.at);
  step.outcome = Outcome::kEscalated;
}

Outcome decide(TargetState& state, const TargetNews& news, const DecisionNews& decision, const TargetConfig& config, Step& step) {
  CaseRecord& record = state.target_case;
  step.decided_severity = record.severity;
  const bool is_this = record.is_open() && decision.id.number == record.number;
  CaseStep moved;
  switch (decision.verdict) {
    case Verdict::kNeedsMore: return Outcome::kNoted;
    case Verdict::kConfirmed:
      if (!is_this || record.is_confirmed) return Outcome::kNoted;
      record.is_confirmed = true;
      moved = confirm_case(record);
      break;
    case Verdict::kDismissed:
      if (!is_this) return Outcome::kNoted;
      record.is_confirmed = false;
      moved = close_case(record, news.at, snooze_end(decision.snooze_until, news.at, config.rules.decisions));
      break;
  }
  step.move = move_of(record, moved, crowd_around(state, config.rules), record.last_risk(), news.at);
  step.move->verdict = decision.verdict;
  step.move->snooze_until = record.snooze_until;
  if (moved.change == CaseChange::kStoodDown) step.move->reason = EscalationReason::kDecision;
  return Outcome::kEscalated;
}

}  // namespace

EventTime next_due(const TargetState& state, const TargetRules& rules) {
  const CaseRecord& record = state.target_case;
  if (!record.is_open() || record.is_confirmed) return kNever;
  const Duration counts = rules.multiple_risky_adults.window + milliseconds(1);
  const Duration quiet = std::max(quiet_time(record.severity, rules.stand_down), counts);
  return std::max(several_until(state), record.opened_at) + quiet;  // what opened it may have come late
}

std::optional<CaseMove> stand_down_faded(TargetState& state, EventTime before, const TargetRules& rules) {
  const EventTime due = next_due(state, rules);
  if (due == kNever || due >= before) return std::nullopt;
  CaseRecord& record = state.target_case;
  const Crowd crowd = crowd_around(state, rules);
  const CaseStep step = stand_down(record, due);
  CaseMove move = move_of(record, step, crowd, record.last_risk(), due);
  move.reason = EscalationReason::kDecay;
  move.quiet_since = std::max(several_until(state), record.opened_at);
  forget_shown(state, due - rules.multiple_risky_adults.window);
  return move;
}

Step advance(TargetState& state, const TargetNews& news, const TargetConfig& config) {
  Step step;
  const bool is_too_old = state.last_news_at != kNever && news.at - state.last_news_at > config.time_to_live;
  if (const auto* decision = std::get_if<DecisionNews>(&news.what)) {
    const CaseRecord& record = state.target_case;
    if (is_too_old || !record.exists() || record.subject != decision->id.subject || decision->id.number > record.number) {
      step.outcome = Outcome::kDeadLetter;
      return step;
    }
    state.last_news_at = std::max(state.last_news_at, news.at);
    step.outcome = decide(state, news, *decision, config, step);
    return step;
  }
  if (is_too_old) {
    state = TargetState{};
    step.expired = true;
  }
  state.last_news_at = std::max(state.last_news_at, news.at);
  state.tenant = news.tenant;
  state.id = news.target.value;
  remember_age(state, news);
  const double strength_before = crowd_around(state, config.rules).strength;
  const auto& contact = std::get<ContactNews>(news.what);
  step.has_left = remember_contact(state, contact, news.at, config.max_contacts);
  const Crowd crowd = crowd_around(state, config.rules);
  step.has_fired = crowd.strength > strength_before;
  judge(state, news, contact.has_ended, config, crowd, step);
  return step;
}

}  // namespace pairwatch::target
