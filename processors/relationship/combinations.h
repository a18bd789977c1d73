// The combinations of the rule set over one direction of a pair: which hold, and what that weighs (processors/core/combination.h).
#pragma once

#include "processors/core/age.h"
#include "processors/relationship/signals.h"
#include "processors/relationship/weigh.h"

namespace pairwatch::relationship {

/// Adds the combinations that hold to an assessment whose signals, stages and log-odds are complete: they see the signals that
/// contribute, and none sees another. Where a minor of checked age acts, or both may be minors and its peer share is 0, none is
/// evaluated. Cost: 1 to 3 ns an operation, as far as the first condition that does not hold.
void assess_combinations(const Direction& direction, GateVerdict verdict, const RelationshipRules& rules, Assessment& assessment);

}  // namespace pairwatch::relationship
