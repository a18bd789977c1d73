// The state of an actor in a form to read, for inspection and tests.
#pragma once

#include <string_view>

#include "pairwatch/v1/state.pb.h"
#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// Replaces what `out` held. Equal states give equal messages. `routing_key` is the actor's account key, from which ids of cases
/// are made.
void snapshot(const ActorState& state, std::string_view routing_key, v1::ActorState& out);

}  // namespace pairwatch::escalation
