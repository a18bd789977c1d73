#include "processors/escalation/transition.h"

#include <algorithm>
#include <vector>

#include "processors/core/decay.h"

namespace pairwatch::escalation {
namespace {

/// What the whole account adds to a case, log-odds.
struct AccountShare {
  FanOut fan_out;
  Complaints complaints;
  double scattergun = 0;
  double blocked = 0;  ///< before the cap that it shares with the pair's own blocks
};

/// Peers write to a whole class: what speaks against adults and unknown ages says nothing about them.
bool may_scatter(AgeClass actor) { return actor == AgeClass::kAdult || actor == AgeClass::kUnknown; }

double contribution(const SignalRule& rule, double strength) {
  return rule.state == RuleState::kLive ? std::min(rule.cap, rule.weight * strength) : 0;
}

AccountShare account_share(const ActorState& state, const EscalationRules& rules) {
  AccountShare share;
  const AgeClass actor = state.age();
  const SignalRule& scattergun = rules.signals.of(Signal::kScattergun);
  if (scattergun.state != RuleState::kOff && may_scatter(actor)) {
    share.fan_out = fan_out(state, rules.scattergun, scattergun.half_life, state.last_news_at);
    share.scattergun = contribution(scattergun, share.fan_out.strength);
  }
  const SignalRule& blocked = rules.signals.of(Signal::kBlockedOrReported);
  if (blocked.state != RuleState::kOff && (actor != AgeClass::kMinorAssured || blocked.for_assured_minors)) {
    share.complaints = complaints(state, rules.blocked, blocked.half_life, state.last_news_at);
    share.blocked = contribution(blocked, share.complaints.strength);
  }
  return share;
}

/// The part of the account's blocks that still fits under the cap, beside the pair's own.
double blocked_share(double own, const AccountShare& share, const EscalationRules& rules) {
  return std::clamp(rules.signals.of(Signal::kBlockedOrReported).cap - own, 0.0, share.blocked);
}

/// Puts what the account adds beside what the pair has shown; the same signal stands once.
void merge(const EvidenceItem& added, EvidenceList& evidence) {
  if (added.contribution <= 0) return;
  for (EvidenceItem& item : evidence.all()) {
    if (item.signal != added.signal) continue;
    item.contribution += added.contribution;
    item.count = std::max(item.count, added.count);
    return;
  }
  evidence.items[evidence.count++] = added;
}

EvidenceItem scattergun_item(const AccountShare& share) {
  return {Signal::kScattergun, share.scattergun, share.fan_out.targets, share.fan_out.first_at, share.fan_out.last_at, {}, {}};
}

EvidenceItem complaints_item(const AccountShare& share, double contribution) {
  return {Signal::kBlockedOrReported,
          contribution,
          share.complaints.targets,
          share.complaints.first_at,
          share.complaints.last_at,
          {},
          {}};
}

std::uint64_t signals_in(const EvidenceList& evidence) {
  std::uint64_t signals = 0;
  for (const EvidenceItem& item : evidence.all()) signals |= signal_bit(item.signal);
  return signals;
}

std::uint8_t stages_in(const StageList& stages) {
  unsigned bits = 0;
  for (const StageItem& item : stages.all()) bits |= 1U << static_cast<unsigned>(item.stage);
  return static_cast<std::uint8_t>(bits);
}

std::uint32_t review_cases(const ActorState& state, const Hash128* except) {
  return static_cast<std::uint32_t>(std::count_if(state.cases.begin(), state.cases.end(), [&](const CaseRecord& record) {
    return record.severity >= Severity::kReview && (except == nullptr || record.subject != *except);
  }));
}

/// Other cases of the account: its own first, then PAIR cases by severity, the newest first.
void relate(const ActorState& state, CaseMove& move) {
  const auto add = [&](SubjectKind kind, const CaseRecord& record) {
    if (move.related_count < kRelatedLimit) move.related[move.related_count++] = {kind, record.subject, record.number};
  };
  if (move.kind != SubjectKind::kActor && state.actor_case.is_open()) add(SubjectKind::kActor, state.actor_case);
  std::vector<const CaseRecord*> others;
  for (const CaseRecord& record : state.cases) {
    if (record.subject != move.subject) others.push_back(&record);
  }
  std::sort(others.begin(), others.end(), [](const CaseRecord* a, const CaseRecord* b) {
    if (a->severity != b->severity) return a->severity > b->severity;
    if (a->opened_at != b->opened_at) return a->opened_at > b->opened_at;
    return a->subject < b->subject;
  });
  for (const CaseRecord* record : others) add(SubjectKind::kPair, *record);
}

EscalationStatus status_of(CaseChange change) {
  switch (change) {
    case CaseChange::kOpened: return EscalationStatus::kOpened;
    case CaseChange::kRaised: return EscalationStatus::kRaised;
    case CaseChange::kNone:
    case CaseChange::kHeldBack:
    case CaseChange::kUpdated: return EscalationStatus::kUpdated;
  }
  return EscalationStatus::kUpdated;
}

bool is_told(CaseChange change) { return change != CaseChange::kNone && change != CaseChange::kHeldBack; }

/// The parts of a move that stand in the record.
void describe(const CaseRecord& record, const CaseStep& step, CaseMove& move) {
  move.status = status_of(step.change);
  move.severity = record.severity;
  move.subject = record.subject;
  move.number = record.number;
  move.revision = record.revision;
  move.held_back = step.held_back;
}

/// What a risk does to the case of its pair.
Outcome advance_pair(ActorState& state, const CaseNews& news, const RiskNews& risk, const AccountShare& share,
                     const EscalationConfig& config, Step& step) {
  // Between two adults nothing escalates, whatever the scores say.
  if (news.actor.age_band == AgeBand::kAdult && risk.target.age_band == AgeBand::kAdult) return Outcome::kBelowThreshold;
  const EscalationRules& rules = config.rules;
  const EvidenceItem* own = risk.evidence.find(Signal::kBlockedOrReported);
  const double blocked = blocked_share(own == nullptr ? 0 : own->contribution, share, rules);

  CaseFindings findings;
  findings.risk = round_to_4_decimals(sigmoid(risk.log_odds + share.scattergun + blocked));
  findings.signals = signals_in(risk.evidence);
  if (share.scattergun > 0) findings.signals |= signal_bit(Signal::kScattergun);
  if (blocked > 0) findings.signals |= signal_bit(Signal::kBlockedOrReported);
  findings.stages = stages_in(risk.stages);

  const Hash128 subject = pair_subject(news.tenant, news.actor.id, risk.target.id);
  CaseRecord* record = state.find_case(subject);
  if (record == nullptr) {
    if (severity_of(findings.risk, rules.severity) == Severity::kNone) return Outcome::kBelowThreshold;
    record = &open_case(state, subject, news.at, config.max_cases, step.left);
  }
  const CaseStep moved = advance_case(*record, findings, news.at, rules.severity, config.max_updates_per_day);
  if (moved.change == CaseChange::kHeldBack) return Outcome::kNoted;
  if (moved.change == CaseChange::kNone) return Outcome::kNoNews;

  CaseMove& move = step.pair.emplace();
  move.kind = SubjectKind::kPair;
  describe(*record, moved, move);
  move.risk = findings.risk;
  move.evidence = risk.evidence;
  merge(scattergun_item(share), move.evidence);
  merge(complaints_item(share, blocked), move.evidence);
  move.evidence.sort();
  move.stages = risk.stages;
  if (share.scattergun > 0) move.fan_out = share.fan_out;
  if (blocked > 0) move.complaints = share.complaints;
  move.review_cases = review_cases(state, &subject);
  relate(state, move);
  return Outcome::kEscalated;
}

/// The case about the account as a whole, moved by whatever came.
bool advance_actor(ActorState& state, const CaseNews& news, const AccountShare& share, const EscalationConfig& config, Step& step) {
  if (!may_scatter(state.age())) return false;
  const EscalationRules& rules = config.rules;
  const std::uint32_t reviews = review_cases(state, nullptr);
  const double from_reviews = std::min(rules.actor_case.review_case_cap, rules.actor_case.review_case_weight * reviews);

  CaseFindings findings;
  findings.risk = round_to_4_decimals(sigmoid(rules.actor_case.prior + share.scattergun + share.blocked + from_reviews));
  if (share.scattergun > 0) {
    findings.signals |= signal_bit(Signal::kScattergun);
    findings.stages |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(info(Signal::kScattergun).stage));
  }
  if (share.blocked > 0) findings.signals |= signal_bit(Signal::kBlockedOrReported);

  CaseRecord& record = state.actor_case;
  if (!record.is_open()) {
    if (severity_of(findings.risk, rules.severity) == Severity::kNone) return false;
    record.subject = actor_subject(news.tenant, news.actor.id);
    record.number = 1;
    record.opened_at = news.at;
  }
  const CaseStep moved = advance_case(record, findings, news.at, rules.severity, config.max_updates_per_day);
  if (!is_told(moved.change)) return false;

  CaseMove& move = step.actor.emplace();
  move.kind = SubjectKind::kActor;
  describe(record, moved, move);
  move.risk = findings.risk;
  merge(scattergun_item(share), move.evidence);
  merge(complaints_item(share, share.blocked), move.evidence);
  move.evidence.sort();
  if (share.scattergun > 0) {
    move.stages.add(info(Signal::kScattergun).stage, share.fan_out.first_at);
    move.fan_out = share.fan_out;
  }
  if (share.blocked > 0) move.complaints = share.complaints;
  move.review_cases = reviews;
  relate(state, move);
  return true;
}

std::uint16_t bit(TargetMark mark) { return static_cast<std::uint16_t>(mark); }

std::uint16_t marks_of(const AccountNews& target) {
  std::uint16_t marks = 0;
  if (is_minor(target.age_band)) marks |= bit(TargetMark::kMinor);
  if (target.age_band == AgeBand::kUnder13) marks |= bit(TargetMark::kUnder13);
  if (target.heightened_vulnerability) marks |= bit(TargetMark::kVulnerable);
  return marks;
}

TargetNews target_news(const CaseNews& news, const RiskNews& risk) {
  return {risk.target.id.value, risk.first_contact_at == kNever ? news.at : risk.first_contact_at, marks_of(risk.target), false,
          false};
}

TargetNews target_news(const CaseNews& news, const FactNews& fact) {
  TargetNews target{fact.target.id.value, news.at, marks_of(fact.target), false, false};
  switch (fact.kind) {
    case FactKind::kFirstContact:
      target.is_contact = true;
      target.marks |= bit(TargetMark::kContacted);
      if (fact.stranger) target.marks |= bit(TargetMark::kStranger);
      break;
    case FactKind::kFirstReply: target.marks |= bit(TargetMark::kReplied); break;
    case FactKind::kAccepted: target.marks |= bit(TargetMark::kAccepted); break;
    case FactKind::kRefused: target.marks |= bit(TargetMark::kRefused); break;
    case FactKind::kBlocked:
      target.is_complaint = true;
      target.marks |= bit(TargetMark::kBlocked);
      break;
    case FactKind::kReported:
      target.is_complaint = true;
      target.marks |= bit(TargetMark::kReported);
      break;
    case FactKind::kActivityDoubled: break;
  }
  return target;
}

}  // namespace

Step advance(ActorState& state, const CaseNews& news, const EscalationConfig& config) {
  Step step;
  if (state.last_news_at != kNever && news.at - state.last_news_at > config.time_to_live) {
    state = ActorState{};
    step.expired = true;
  }
  state.last_news_at = std::max(state.last_news_at, news.at);
  remember_age(state, news.actor.age_band, news.actor.age_assurance, news.at);

  const auto* risk = std::get_if<RiskNews>(&news.what);
  const auto* fact = std::get_if<FactNews>(&news.what);
  bool is_new_stranger = false;
  if (risk != nullptr) remember_target(state, target_news(news, *risk), config.max_targets);
  if (fact != nullptr) {
    const TargetNews target = target_news(news, *fact);
    const std::uint16_t before = remember_target(state, target, config.max_targets);
    is_new_stranger = (target.marks & ~before & bit(TargetMark::kStranger)) != 0;
  }

  const AccountShare share = account_share(state, config.rules);
  step.scattergun_grew = is_new_stranger && share.fan_out.strength > 0;
  if (risk != nullptr) step.outcome = advance_pair(state, news, *risk, share, config, step);
  if (advance_actor(state, news, share, config, step)) step.outcome = Outcome::kEscalated;
  step.left += fit(state);
  return step;
}

}  // namespace pairwatch::escalation
