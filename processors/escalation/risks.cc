#include "processors/escalation/risks.h"

#include <algorithm>

#include "processors/core/cases.h"
#include "processors/core/decay.h"
#include "processors/escalation/account_share.h"
#include "processors/escalation/risk_story.h"

namespace pairwatch::escalation {
namespace {

/// Most that a signal seen over the whole account can add to a risk.
double most_added(const SignalRule& rule) { return rule.state == RuleState::kLive ? rule.cap : 0; }

/// Whether the account could make a case of it, by whatever it does elsewhere.
bool may_become_a_case(const RiskPoint& point, const EscalationRules& rules) {
  double most = 0;
  for (const Signal signal : kAccountSignals) most += most_added(rules.signals.of(signal));
  return severity_of(round_to_4_decimals(sigmoid(point.log_odds + most)), rules.severity) != Severity::kNone;
}

void add_point(RiskRecord& record, const RiskPoint& point, const EscalationRules& rules) {
  for (const RiskPoint& known : record.all()) {
    if (outdoes(known, point, rules)) return;
  }
  auto* const begin = record.points.data();
  auto* end =
      std::remove_if(begin, begin + record.point_count, [&](const RiskPoint& known) { return outdoes(point, known, rules); });
  if (end == begin + kRiskPointLimit) {
    auto* const lowest =
        std::min_element(begin, end, [](const RiskPoint& a, const RiskPoint& b) { return a.log_odds < b.log_odds; });
    if (point.log_odds < lowest->log_odds) return;
    end = std::move(lowest + 1, end, lowest);
  }
  *end++ = point;
  record.point_count = static_cast<std::uint8_t>(end - begin);
  std::fill(end, begin + kRiskPointLimit, RiskPoint{});
}

}  // namespace

bool outdoes(const RiskPoint& better, const RiskPoint& other, const EscalationRules& rules) {
  const Duration apart = better.at > other.at ? better.at - other.at : other.at - better.at;
  double by_account = 0;
  for (const Signal signal : kAccountSignals) {
    const SignalRule& rule = rules.signals.of(signal);
    const bool may_be_answered = signal == Signal::kScattergun && apart > Duration{};
    const double answered = may_be_answered ? std::max(rules.scattergun.low_response_factor, 1.0) : 1;
    by_account += most_added(rule) * (1 - decay(apart, rule.half_life) / answered);
  }
  const double by_own = std::max(better.own_blocked - other.own_blocked, 0.0);
  return better.log_odds - other.log_odds >= by_account + by_own;
}

std::uint64_t remember_risk(ActorState& state, const Hash128& subject, const CaseNews& news, const RiskNews& risk,
                            const EscalationConfig& config) {
  const EvidenceItem* own = risk.evidence.find(Signal::kBlockedOrReported);
  const RiskPoint point{news.at, risk.log_odds, own == nullptr ? 0 : own->contribution};
  RiskRecord* record = state.find_risk(subject);
  if (record == nullptr) {
    if (!may_become_a_case(point, config.rules)) return 0;
    const auto is_higher = [&](const RiskRecord& other) { return other.highest_log_odds() > point.log_odds; };
    if (state.risks.size() >= config.max_risks && std::all_of(state.risks.begin(), state.risks.end(), is_higher)) return 1;
    record = &state.risks.emplace_back();
    record->subject = subject;
  }
  add_point(*record, point, config.rules);
  const EventTime since = risk.first_contact_at == kNever ? news.at : risk.first_contact_at;
  if (record->since == kNever || since < record->since) record->since = since;
  remember_target_age(*record, risk.target, news.at);
  record->actor_band = news.actor.age_band;
  if (!write_story(risk, news.at, record->story)) {
    forget_risk(state, subject);
    return 1;
  }
  if (state.risks.size() <= config.max_risks) return 0;
  forget_lowest_risk(state);
  return 1;
}

void forget_risk(ActorState& state, const Hash128& subject) {
  std::erase_if(state.risks, [&](const RiskRecord& record) { return record.subject == subject; });
}

void remember_target_age(RiskRecord& record, const AccountNews& target, EventTime at) {
  if (at < record.age_at) return;
  record.target_band = target.age_band;
  record.target_assurance = target.age_assurance;
  record.age_at = at;
}

}  // namespace pairwatch::escalation
