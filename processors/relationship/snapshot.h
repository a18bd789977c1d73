// The state of a pair in a form to read, for inspection and tests.
#pragma once

#include "pairwatch/v1/state.pb.h"
#include "processors/relationship/state.h"

namespace pairwatch::relationship {

/// Replaces what `out` held. Equal states give equal messages.
void snapshot(const PairState& state, v1::PairState& out);

}  // namespace pairwatch::relationship
