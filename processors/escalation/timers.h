// The timers of an account's cases: each stands down by itself when its risk has faded and nothing new comes (core/cases.h says
// when). Lazy: what is due before a piece of news happens first, stamped with its due time. That does not depend on when somebody
// looks, as nothing changes in between.
#pragma once

#include <vector>

#include "processors/core/time.h"
#include "processors/escalation/config.h"
#include "processors/escalation/news.h"
#include "processors/escalation/state.h"
#include "processors/escalation/transition.h"

namespace pairwatch::escalation {

/// When a pair's risk of `at` has faded, by what is told of it: a signal's share with the signal's half-life, that of a combination
/// with the longest of those beside it.
EventTime decays_at(const RiskNews& risk, EventTime at, const EscalationRules& rules);

/// When the first of the account's cases stands down if nothing comes; kNever: none does.
EventTime earliest_due(const ActorState& state, const EscalationRules& rules);

/// Stands down the cases due before `before`, in the order of due time, then subject, and appends what is to be told. A PAIR case
/// waits, besides, for what the account adds to it (but for attention_skew) to fade until it would make no case any more; the ACTOR
/// case is judged by the account as it is then. Cost: nothing where none is due, else some 50 us a case.
void stand_down_faded(ActorState& state, EventTime before, const EscalationRules& rules, std::vector<CaseMove>& faded);

}  // namespace pairwatch::escalation
