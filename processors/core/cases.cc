#include "processors/core/cases.h"

#include <algorithm>

#include "processors/core/case_id.h"
#include "processors/core/check.h"
#include "processors/core/decay.h"

namespace pairwatch {
namespace {

constexpr char kSeparator = '\x1f';
constexpr std::int64_t kDayMs = days(1).ms;

std::uint32_t in_ten_thousandths(double share) { return static_cast<std::uint32_t>(share * 10000 + 0.5); }

char letter(SubjectKind kind) { return write_case_id({kind, 0, {}, 1}).front(); }

std::string subject_bytes(std::string_view tenant, SubjectKind kind, AccountId account) {
  std::string bytes;
  bytes.reserve(tenant.size() + 2 * account.value.size() + 4);
  bytes.append(tenant).push_back(kSeparator);
  bytes.push_back(letter(kind));
  bytes.push_back(kSeparator);
  bytes.append(account.value);
  return bytes;
}

std::int32_t day_of(EventTime time) { return static_cast<std::int32_t>(time.ms / kDayMs); }

/// Whether another update may be told today. Days are of event time; a late event counts to the newest day.
bool has_room_today(CaseRecord& record, EventTime at, std::uint32_t max_updates_per_day) {
  const std::int32_t day = day_of(at);
  if (day > record.update_day) {
    record.update_day = day;
    record.updates_that_day = 0;
  }
  return record.updates_that_day < max_updates_per_day;
}

/// The next revision: everything that is known is told.
CaseStep tell(CaseRecord& record, const CaseFindings& findings, CaseChange change) {
  const CaseStep step{change, record.held_back};
  ++record.revision;
  record.written |= severity_bit(record.severity);
  record.risk_told = in_ten_thousandths(findings.risk);
  record.signals_told |= findings.signals;
  record.stages_told |= findings.stages;
  record.held_back = 0;
  return step;
}

EscalationStatus status_of(CaseChange change) {
  switch (change) {
    case CaseChange::kOpened: return EscalationStatus::kOpened;
    case CaseChange::kRaised: return EscalationStatus::kRaised;
    case CaseChange::kStoodDown: return EscalationStatus::kStoodDown;
    case CaseChange::kNone:
    case CaseChange::kHeldBack:
    case CaseChange::kUpdated: return EscalationStatus::kUpdated;
  }
  return EscalationStatus::kUpdated;
}

}  // namespace

Severity severity_of(double risk, const SeverityRules& rules) {
  if (risk >= rules.urgent) return Severity::kUrgent;
  if (risk >= rules.review) return Severity::kReview;
  if (risk >= rules.watch) return Severity::kWatch;
  return Severity::kNone;
}

Severity least_severity_of(const CaseFindings& findings) {
  Severity least = findings.at_least;
  for (const Severity severity : {Severity::kWatch, Severity::kReview, Severity::kUrgent}) {
    if (findings.set_by[static_cast<std::size_t>(severity)] != 0) least = std::max(least, severity);
  }
  return least;
}

Severity severity_of(const CaseFindings& findings, const SeverityRules& rules) {
  return std::max(severity_of(findings.risk, rules), least_severity_of(findings));
}

bool rises_by_a_step(const CaseRecord& record, double risk, const SeverityRules& rules) {
  return in_ten_thousandths(risk) >= record.risk_told + in_ten_thousandths(rules.update_step);
}

bool owes_an_update(const CaseRecord& record, EventTime at) { return record.held_back > 0 && day_of(at) > record.update_day; }

bool is_told(CaseChange change) { return change != CaseChange::kNone && change != CaseChange::kHeldBack; }

CaseRevision revision_of(const CaseRecord& record, const CaseStep& step, double risk) {
  CaseRevision revision;
  revision.status = status_of(step.change);
  revision.severity = record.severity;
  revision.written = record.written;
  revision.number = record.number;
  revision.revision = record.revision;
  revision.held_back = step.held_back;
  revision.risk = risk;
  return revision;
}

CaseStep advance_case(CaseRecord& record, const CaseFindings& findings, EventTime at, const SeverityRules& rules,
                      std::uint32_t max_updates_per_day) {
  record.last_news_at = std::max(record.last_news_at, at);
  const Severity severity = severity_of(findings, rules);
  if (record.revision == 0) {
    check(severity != Severity::kNone, "a case opens at WATCH or above");
    record.severity = severity;
    return tell(record, findings, CaseChange::kOpened);
  }
  if (severity > record.severity) {
    record.severity = severity;
    return tell(record, findings, CaseChange::kRaised);
  }

  const bool is_news = (findings.signals & ~record.signals_told) != 0 || (findings.stages & ~record.stages_told) != 0 ||
                       rises_by_a_step(record, findings.risk, rules);
  if (!is_news && record.held_back == 0) return {};
  if (has_room_today(record, at, max_updates_per_day)) {
    ++record.updates_that_day;
    return tell(record, findings, CaseChange::kUpdated);
  }
  if (!is_news) return {};
  // Known from here on, and owed: held_back makes the next day tell it even without further news.
  record.risk_told = std::max(record.risk_told, in_ten_thousandths(findings.risk));
  record.signals_told |= findings.signals;
  record.stages_told |= findings.stages;
  ++record.held_back;
  return {CaseChange::kHeldBack, record.held_back};
}

CaseStep confirm_case(CaseRecord& record) {
  const CaseStep step{CaseChange::kUpdated, record.held_back};
  ++record.revision;
  record.held_back = 0;
  return step;
}

CaseStep close_case(CaseRecord& record, EventTime at, EventTime snooze_until) {
  const CaseStep step = stand_down(record, at);
  record.snooze_until = snooze_until;
  record.dismissed |= record.signals_told;
  return step;
}

CaseStep stand_down(CaseRecord& record, EventTime at) {
  const CaseStep step{CaseChange::kStoodDown, record.held_back};
  ++record.revision;
  record.held_back = 0;
  record.closed_at = at;
  record.snooze_until = record.decays_at = kNever;
  return step;
}

EventTime decays_at(double log_odds, std::span<const FadingShare> shares, EventTime at, const StandDownRules& rules) {
  const auto has_faded = [&](EventTime now) {
    double left = log_odds;
    for (const FadingShare& share : shares) left -= share.log_odds * (1 - decay(now - at, share.half_life));
    return sigmoid(left) < rules.risk;
  };
  return first_hour(at, at + rules.longest, has_faded);
}

Duration quiet_time(Severity severity, const StandDownRules& rules) {
  switch (severity) {
    case Severity::kNone:
    case Severity::kWatch: return rules.quiet_watch;
    case Severity::kReview: return rules.quiet_review;
    case Severity::kUrgent: return rules.quiet_urgent;
  }
  return rules.quiet_watch;
}

EventTime stands_down_at(const CaseRecord& record, const StandDownRules& rules) {
  if (!record.is_open() || record.is_confirmed) return kNever;
  const EventTime quiet = record.last_news_at + quiet_time(record.severity, rules);
  const EventTime latest = std::max(quiet, record.last_news_at + rules.longest);
  if (record.decays_at == kNever) return latest;  // a release that kept no such time has stored it
  return std::min(latest, std::max(quiet, record.decays_at));
}

EscalationReason reason_to_stand_down(const CaseRecord& record, EventTime at, const StandDownRules& rules) {
  return at - record.last_news_at < rules.longest ? EscalationReason::kDecay : EscalationReason::kExpired;
}

void open_next(CaseRecord& record, EventTime at) {
  CaseRecord next;
  next.subject = record.subject;
  next.number = record.number + 1;
  next.opened_at = next.last_news_at = at;
  next.since = record.since;
  next.dismissed = record.dismissed;
  record = next;
}

EventTime snooze_end(EventTime told, EventTime decided_at, const DecisionRules& rules) {
  return told == kNever ? decided_at + rules.snooze : std::min(told, decided_at + rules.longest_snooze);
}

bool may_open_next(const CaseRecord& record, const CaseFindings& fresh, EventTime at, const SeverityRules& rules) {
  const Severity severity = severity_of(fresh, rules);
  if (severity == Severity::kNone || fresh.signals == 0) return false;
  return severity == Severity::kUrgent || record.snooze_until == kNever || at >= record.snooze_until;
}

std::uint32_t priority_of(const PriorityFacts& facts, const PriorityRules& rules) {
  double priority = 0;
  switch (facts.severity) {
    case Severity::kNone: return 0;
    case Severity::kWatch: priority = rules.watch_base; break;
    case Severity::kReview: priority = rules.review_base; break;
    case Severity::kUrgent: priority = rules.urgent_base; break;
  }
  priority += rules.risk_weight * facts.risk;
  if (facts.vulnerable) priority += rules.vulnerability_bonus;
  if (facts.under_13) priority += rules.under_13_bonus;
  if (facts.since_first_contact && *facts.since_first_contact <= rules.fast) priority += rules.speed_bonus;
  return static_cast<std::uint32_t>(std::clamp(priority, 0.0, 100.0) + 0.5);
}

Hash128 pair_subject(std::string_view tenant, AccountId actor, AccountId target) {
  std::string bytes = subject_bytes(tenant, SubjectKind::kPair, actor);
  bytes.push_back(kSeparator);
  bytes.append(target.value);
  return hash128(bytes);
}

Hash128 actor_subject(std::string_view tenant, AccountId actor) {
  return hash128(subject_bytes(tenant, SubjectKind::kActor, actor));
}

Hash128 target_subject(std::string_view tenant, AccountId target) {
  return hash128(subject_bytes(tenant, SubjectKind::kTarget, target));
}

std::string escalation_id(SubjectKind kind, std::uint32_t routing_hash, const Hash128& subject, std::uint32_t number) {
  return write_case_id({kind, routing_hash, subject, number});
}

}  // namespace pairwatch
