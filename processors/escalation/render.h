// A move of a case as the message that moderators receive (pairwatch.v1.Escalation). Adds nothing: what is rendered was decided.
#pragma once

#include <string_view>

#include "pairwatch/v1/escalation.pb.h"
#include "pairwatch/v1/target_input.pb.h"
#include "processors/escalation/config.h"
#include "processors/escalation/news.h"
#include "processors/escalation/state.h"
#include "processors/escalation/target_news.h"
#include "processors/escalation/transition.h"

namespace pairwatch::escalation {

/// Fills `out` (cleared first). `state` is the actor's after the move, `routing_key` its account key.
void render(const CaseMove& move, const CaseNews& news, const ActorState& state, const EscalationConfig& config,
            std::string_view routing_key, v1::Escalation& out);

/// Fills `out` (cleared first): what target is told of a contact. `state` is the actor's after the step.
void write_target_input(const ContactTold& contact, const CaseNews& news, const ActorState& state, v1::TargetInput& out);

}  // namespace pairwatch::escalation
