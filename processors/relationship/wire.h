// From the decision to messages: what goes out as pairwatch.v1.CaseInput. What comes in is read by core/interaction_wire.h.
#pragma once

#include "pairwatch/v1/case_input.pb.h"
#include "processors/core/interaction.h"
#include "processors/relationship/state.h"
#include "processors/relationship/transition.h"

namespace pairwatch::relationship {

/// Replaces `out` with what every case input has: who acts (ages as remembered), when, from where. `actor` is the judged side.
void begin_case_input(const Interaction& interaction, const PairState& state, Side actor, v1::CaseInput& out);

/// Adds a fact to a case input that was begun.
void write_fact(const Interaction& interaction, const PairState& state, Side actor, const FactTold& fact, v1::CaseInput& out);

/// Adds the risk to a case input that was begun: evidence by contribution, stages by time, the newest channels first.
void write_risk(const Interaction& interaction, const PairState& state, Side actor, const Assessment& assessment,
                v1::CaseInput& out);

}  // namespace pairwatch::relationship
