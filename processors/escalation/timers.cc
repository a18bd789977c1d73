#include "processors/escalation/timers.h"

#include <algorithm>
#include <array>

#include "processors/core/cases.h"
#include "processors/core/decay.h"
#include "processors/escalation/account_share.h"
#include "processors/escalation/moves.h"
#include "processors/escalation/risks.h"

namespace pairwatch::escalation {
namespace {

/// A case, and when it stands down.
struct Due {
  CaseRecord* record = nullptr;
  EventTime at;
};

bool is_before(const Due& due, const Due& other) {
  if (other.record == nullptr) return true;
  return due.at != other.at ? due.at < other.at : due.record->subject < other.record->subject;
}

/// The first that is due before a time.
Due first_due(ActorState& state, EventTime before, const EscalationRules& rules) {
  Due first;
  const auto consider = [&](CaseRecord& record) {
    const Due due{&record, stands_down_at(record, rules.stand_down)};
    if (due.at != kNever && due.at < before && is_before(due, first)) first = due;
  };
  for (CaseRecord& record : state.cases) consider(record);
  consider(state.actor_case);
  return first;
}

/// Whether the account does not make a case any more of a risk that has faded.
bool has_account_faded(const ActorState& state, const CaseRecord& record, EventTime at, const EscalationRules& rules) {
  const WindowEnds by_then{kEarliestEventTime, at};
  const Whom whom{0, true, false, record.dismissed};
  const AccountShare share = share_near(state, rules, at, whom, {by_then, by_then, by_then});
  const double added = share.beside_blocked() + share.blocked;
  const double left = std::min(rules.stand_down.risk, rules.severity.watch / 2);  // at most, of the pair alone
  return added <= 0 || risk_with(left, added) < rules.severity.watch;
}

bool has_faded(const ActorState& state, const CaseRecord& record, EventTime at, const EscalationRules& rules) {
  if (&record != &state.actor_case) return has_account_faded(state, record, at, rules);
  return sigmoid(account_log_odds_at(state, rules, at)) < rules.stand_down.risk;
}

}  // namespace

EventTime decays_at(const RiskNews& risk, EventTime at, const EscalationRules& rules) {
  std::array<FadingShare, kEvidenceKinds> shares;
  std::size_t count = 0;
  Duration longest = hours(1);
  for (const EvidenceItem& item : risk.evidence.all()) {
    if (is_combination(item.signal)) continue;
    shares[count++] = {item.contribution, rules.signals.of(item.signal).half_life};
    longest = std::max(longest, shares[count - 1].half_life);
  }
  for (const EvidenceItem& item : risk.evidence.all()) {
    if (is_combination(item.signal)) shares[count++] = {item.contribution, longest};
  }
  return pairwatch::decays_at(risk.log_odds, {shares.data(), count}, at, rules.stand_down);
}

EventTime earliest_due(const ActorState& state, const EscalationRules& rules) {
  EventTime earliest = stands_down_at(state.actor_case, rules.stand_down);
  for (const CaseRecord& record : state.cases) {
    const EventTime at = stands_down_at(record, rules.stand_down);
    if (at != kNever && (earliest == kNever || at < earliest)) earliest = at;
  }
  return earliest;
}

void stand_down_faded(ActorState& state, EventTime before, const EscalationRules& rules, std::vector<CaseMove>& faded) {
  for (Due due = first_due(state, before, rules); due.record != nullptr; due = first_due(state, before, rules)) {
    CaseRecord& record = *due.record;
    const EscalationReason reason = reason_to_stand_down(record, due.at, rules.stand_down);
    if (reason == EscalationReason::kDecay && !has_faded(state, record, due.at, rules)) {
      // Longer than that no case is quiet: then it goes as expired.
      record.decays_at = first_hour(due.at, record.last_news_at + rules.stand_down.longest,
                                    [&](EventTime at) { return has_faded(state, record, at, rules); });
      continue;
    }
    const CaseStep step = stand_down(record, due.at);
    const bool is_pair = &record != &state.actor_case;
    faded.push_back(faded_move(state, is_pair ? SubjectKind::kPair : SubjectKind::kActor, record, step, due.at, reason));
    if (!is_pair) continue;
    const Hash128 subject = record.subject;
    forget_risk(state, subject);
    // The account's own case is judged again without it.
    if (state.actor_case.is_open()) state.actor_case.decays_at = std::min(state.actor_case.decays_at, due.at);
  }
}

}  // namespace pairwatch::escalation
