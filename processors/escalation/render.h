// A move of a case as the message that moderators receive (pairwatch.v1.Escalation). Adds nothing: what is rendered was decided.
#pragma once

#include <string_view>

#include "pairwatch/v1/escalation.pb.h"
#include "processors/escalation/config.h"
#include "processors/escalation/news.h"
#include "processors/escalation/state.h"
#include "processors/escalation/transition.h"

namespace pairwatch::escalation {

/// Fills `out` (cleared first). `state` is the actor's after the move, `routing_key` its account key.
void render(const CaseMove& move, const CaseNews& news, const ActorState& state, const EscalationConfig& config,
            std::string_view routing_key, v1::Escalation& out);

}  // namespace pairwatch::escalation
