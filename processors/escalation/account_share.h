// What the whole account adds to the cases about it, in log-odds; and the risk of the account as a whole. Functions of what is
// remembered and of event time, whatever the order in which it came.
#pragma once

#include <cstdint>

#include "processors/core/age.h"
#include "processors/core/time.h"
#include "processors/escalation/actor_signals.h"
#include "processors/escalation/config.h"
#include "processors/escalation/state.h"

namespace pairwatch::escalation {

struct AccountShare {
  FanOut fan_out;
  Complaints complaints;
  double scattergun = 0;
  double blocked = 0;  ///< before the cap that it shares with the pair's own blocks
};

/// Peers write to a whole class: what speaks against adults and unknown ages says nothing about them.
constexpr bool may_scatter(AgeClass actor) { return actor == AgeClass::kAdult || actor == AgeClass::kUnknown; }

/// Whether scattergun or several complaints may hold at any time: where not, nothing is added.
bool may_speak(const ActorState& state, const EscalationRules& rules);

/// What the account adds to a pair's risk at a time: as of then, or by what it did later, the higher of the two.
AccountShare share_near(const ActorState& state, const EscalationRules& rules, EventTime at, WindowEnds fan_out_ends,
                        WindowEnds complaint_ends);

/// The part of the account's blocks that still fits under the cap, beside the pair's own.
double blocked_share(double own, const AccountShare& share, const EscalationRules& rules);

/// Whether a contact made a window dense enough for scattergun, live or in the shadow.
bool scatters_at(const ActorState& state, const EscalationRules& rules, EventTime contacted_at);

/// The account as a whole at the time at which its risk was highest.
struct AccountRisk {
  double log_odds = 0;
  AccountShare share;
};

/// The highest of the times from `from` on at which it may have risen: contacts, complaints, and the first contacts of pairs that
/// have a case at REVIEW (a pair counts from there, since the order of arrival does not move it).
AccountRisk account_risk(const ActorState& state, const EscalationRules& rules, EventTime from);

}  // namespace pairwatch::escalation
