#include "tools/evaluate/cases.h"

#include <algorithm>

#include "processors/core/timestamp.h"

namespace pairwatch::evaluate {

void Cases::add(const v1::Escalation& escalation) {
  const auto [at, is_new] = places_.try_emplace(hash128(escalation.escalation_id()), cases_.size());
  if (is_new) {
    Case& made = cases_.emplace_back();
    const v1::Subject& subject = escalation.subject();
    made.kind = static_cast<SubjectKind>(subject.kind());
    made.tenant = subject.tenant();
    made.actor_id = subject.actor_id();
    made.target_id = subject.target_id();
    made.actor_band = static_cast<AgeBand>(subject.actor_age_band());
    made.target_band = static_cast<AgeBand>(subject.target_age_band());
  }
  if (escalation.status() == v1::ESCALATION_STATUS_STOOD_DOWN && !is_new) return;  // it ends what was told before
  Case& seen = cases_[at->second];
  seen.actor_ids.assign(escalation.subject().actor_ids().begin(), escalation.subject().actor_ids().end());
  seen.risk = std::max(seen.risk, escalation.risk());
  const Moment now{escalation.decided_at().offset(), event_time_of(escalation.raised_at()).value_or(kNever)};
  constexpr auto kReview = static_cast<std::size_t>(Severity::kReview);
  const bool was_review = seen.reached[kReview].is_known();
  for (std::size_t severity = 1; severity <= static_cast<std::size_t>(escalation.severity()); ++severity) {
    if (!seen.reached[severity].is_known()) seen.reached[severity] = now;
  }
  if (was_review) return;
  seen.carried_by.clear();
  for (const v1::Evidence& evidence : escalation.evidence()) {
    seen.carried_by.emplace_back(evidence.signal(), evidence.contribution());
  }
}

}  // namespace pairwatch::evaluate
