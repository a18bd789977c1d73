// The pure decision of target: a minor's state and one piece of news in; the state changed, an outcome, and the case where it
// moved.
#pragma once

#include <cstdint>
#include <optional>

#include "processors/core/cases.h"
#include "processors/core/tally.h"
#include "processors/target/config.h"
#include "processors/target/crowd.h"
#include "processors/target/news.h"
#include "processors/target/state.h"

namespace pairwatch::target {

/// One revision of the TARGET case, with the grounds on which it was decided.
struct CaseMove : CaseRevision {
  EventTime quiet_since =
      kNever;  ///< of what stands down by itself: when its accounts were last several; kNever: it is by what has come
  std::optional<Verdict> verdict;  ///< what a moderator concluded of this case: then that is what is told
  Crowd crowd;
};

struct Step {
  Outcome outcome = Outcome::kNoted;
  std::optional<CaseMove> move;
  bool has_fired = false;                       ///< the signal holds by this news, live or in the shadow, or holds of more
  Severity decided_severity = Severity::kNone;  ///< of the case that a decision names
  bool expired = false;                         ///< the state was older than its time to live, and forgotten first
  bool has_left = false;                        ///< an account left for want of room
};

/// Decides one piece of news. News of a contact gives kEscalated, kNoNews where its case has nothing new to say, kBelowThreshold
/// where there is none, or kNoted where its update was held back. A decision gives kEscalated where it moves the case, kNoted where
/// not, and kDeadLetter where there is no such case: then nothing has changed. When the accounts of a case are no longer several,
/// because moderators have dismissed their PAIR cases, it stands down.
///
/// Before it comes stand_down_faded(), as of the news.
///
/// Which case there is in the end does not depend on the order in which different accounts are heard of, as long as they have room
/// and the case does not stand down in between.
Step advance(TargetState& state, const TargetNews& news, const TargetConfig& config);

/// When the case stands down if nothing comes: once all of its accounts but one have shown nothing for as long as its severity
/// asks, and for as long as they count. kNever: there is none, or it was confirmed.
EventTime next_due(const TargetState& state, const TargetRules& rules);

/// Stands it down, where that is due before `before`; what the accounts showed counts no more.
std::optional<CaseMove> stand_down_faded(TargetState& state, EventTime before, const TargetRules& rules);

}  // namespace pairwatch::target
