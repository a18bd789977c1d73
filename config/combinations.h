// The combinations of a rule set: a map of names, each with a condition and what it weighs (processors/core/combination.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/section.h"
#include "processors/core/combination.h"

namespace pairwatch::config {

/// The map `combinations:`. A later file may give some keys of one again; `name: null` removes it. Ordered by number, then name.
Value combinations(std::vector<Combination>& variable);

/// What is wrong with them as a whole, told with the full name of the setting: keys that are missing, a number given twice.
void check_combinations(const std::vector<Combination>& combinations,
                        const std::function<void(const std::string& key, const std::string& message)>& tell);

}  // namespace pairwatch::config
