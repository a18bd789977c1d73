#include "processors/escalation/moves.h"

#include <algorithm>
#include <vector>

namespace pairwatch::escalation {
namespace {

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

/// What stands in the record, and what the account adds.
CaseMove move_of(SubjectKind kind, const CaseRecord& record, const CaseStep& step, double risk_now, const AccountShare& share,
                 double blocked) {
  CaseMove move;
  move.kind = kind;
  move.status = status_of(step.change);
  move.severity = record.severity;
  move.subject = record.subject;
  move.number = record.number;
  move.revision = record.revision;
  move.held_back = step.held_back;
  move.risk = risk_now;
  if (share.scattergun > 0) move.fan_out = share.fan_out;
  if (blocked > 0) move.complaints = share.complaints;
  return move;
}

}  // namespace

bool is_told(CaseChange change) { return change != CaseChange::kNone && change != CaseChange::kHeldBack; }

CaseFindings findings_of(const RiskNews& risk, double risk_now, const AccountShare& share, double blocked) {
  CaseFindings findings;
  findings.risk = risk_now;
  if (risk.direct_rules != 0) findings.at_least = Severity::kUrgent;
  for (const EvidenceItem& item : risk.evidence.all()) findings.signals |= signal_bit(item.signal);
  if (share.scattergun > 0) findings.signals |= signal_bit(Signal::kScattergun);
  if (blocked > 0) findings.signals |= signal_bit(Signal::kBlockedOrReported);
  unsigned stages = 0;
  for (const StageItem& item : risk.stages.all()) stages |= 1U << static_cast<unsigned>(item.stage);
  findings.stages = static_cast<std::uint8_t>(stages);
  return findings;
}

CaseMove pair_move(const ActorState& state, const CaseRecord& record, const CaseStep& step, const RiskNews& risk, double risk_now,
                   const AccountShare& share, double blocked) {
  CaseMove move = move_of(SubjectKind::kPair, record, step, risk_now, share, blocked);
  move.evidence = risk.evidence;
  merge(scattergun_item(share), move.evidence);
  merge(complaints_item(share, blocked), move.evidence);
  move.evidence.sort();
  move.stages = risk.stages;
  move.review_cases = review_cases(state, &record.subject);
  relate(state, move);
  return move;
}

CaseMove actor_move(const ActorState& state, const CaseStep& step, double risk_now, const AccountShare& share) {
  CaseMove move = move_of(SubjectKind::kActor, state.actor_case, step, risk_now, share, share.blocked);
  merge(scattergun_item(share), move.evidence);
  merge(complaints_item(share, share.blocked), move.evidence);
  move.evidence.sort();
  if (share.scattergun > 0) move.stages.add(info(Signal::kScattergun).stage, share.fan_out.first_at);
  move.review_cases = review_cases(state, nullptr);
  relate(state, move);
  return move;
}

}  // namespace pairwatch::escalation
