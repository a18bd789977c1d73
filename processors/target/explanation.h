// Why a TARGET case was told, in plain words: two to five sentences that say how many accounts, of which age, over what time, how
// far each went, and how sure that is. Never message text, never an id, never a verdict.
#pragma once

#include <string>

#include "processors/core/language.h"
#include "processors/target/news.h"
#include "processors/target/state.h"
#include "processors/target/transition.h"

namespace pairwatch::target {

/// `state` is the minor's after the move.
std::string explain(const CaseMove& move, const TargetState& state, Language language = Language::kEnglish);

}  // namespace pairwatch::target
