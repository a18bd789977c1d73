// The state of a minor in a form to read, for inspection and tests.
#pragma once

#include "pairwatch/v1/state.pb.h"
#include "processors/target/state.h"

namespace pairwatch::target {

/// Replaces what `out` held. Equal states give equal messages.
void snapshot(const TargetState& state, v1::MinorState& out);

}  // namespace pairwatch::target
