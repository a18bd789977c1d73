// Between messages and the decision: what comes in as pairwatch.v1.Interaction, what goes out as pairwatch.v1.CaseInput.
#pragma once

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/interaction.pb.h"
#include "processors/core/interaction.h"
#include "processors/relationship/state.h"
#include "processors/relationship/transition.h"

namespace pairwatch::relationship {

/// Fills `out` with views into `message`. False where the message is not one that intake writes (an id missing, a time out of
/// bounds, a number outside its enum). Signals and labels of no known number are left out: a newer intake may know more.
bool read_interaction(const v1::Interaction& message, Interaction& out);

/// Replaces `out` with what every case input has: who acts (ages as remembered), when, from where. `actor` is the judged side.
void begin_case_input(const v1::Interaction& message, const PairState& state, Side actor, v1::CaseInput& out);

/// Adds a fact to a case input that was begun.
void write_fact(const v1::Interaction& message, const PairState& state, Side actor, const FactTold& fact, v1::CaseInput& out);

/// Adds the risk to a case input that was begun: evidence by contribution, stages by time, the newest channels first.
void write_risk(const v1::Interaction& message, const PairState& state, Side actor, const Assessment& assessment,
                v1::CaseInput& out);

}  // namespace pairwatch::relationship
