// Which risks of an actor's pairs are remembered: those that news of other pairs may still make a case of, or raise.
#pragma once

#include <cstddef>
#include <cstdint>

#include "processors/core/hash.h"
#include "processors/escalation/config.h"
#include "processors/escalation/news.h"
#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// Whether a case judged by `better` is never lower than one judged by `other`, whatever the account turns out to have done, and
/// when: what it adds to the two differs at most by its fading over the time between them, and by the responses in that time.
bool outdoes(const RiskPoint& better, const RiskPoint& other, const EscalationRules& rules);

/// Remembers the risk of a pair beside its earlier ones, unless nothing could come of it: too low whatever is added, or outdone.
/// Of one pair the kRiskPointLimit highest stay, of the actor's pairs those max_risks whose risk is highest. Returns how many
/// were left out for want of room.
std::uint64_t remember_risk(ActorState& state, const Hash128& subject, const CaseNews& news, const RiskNews& risk,
                            const EscalationConfig& config);

void forget_risk(ActorState& state, const Hash128& subject);

/// The target's age as of `at`, unless something newer is known.
void remember_target_age(RiskRecord& record, const AccountNews& target, EventTime at);

}  // namespace pairwatch::escalation
