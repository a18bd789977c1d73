// A move of a TARGET case as the message that moderators receive (pairwatch.v1.Escalation). Adds nothing: what is rendered was
// decided.
#pragma once

#include "pairwatch/v1/escalation.pb.h"
#include "processors/target/config.h"
#include "processors/target/news.h"
#include "processors/target/state.h"
#include "processors/target/transition.h"

namespace pairwatch::target {

/// PAIR cases that one case relates to.
inline constexpr std::size_t kRelatedLimit = 8;

/// Fills `out` (cleared first). `state` is the minor's after the move.
void render(const CaseMove& move, const TargetNews& news, const TargetState& state, const TargetConfig& config,
            v1::Escalation& out);

}  // namespace pairwatch::target
