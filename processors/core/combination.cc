#include "processors/core/combination.h"

#include <algorithm>

namespace pairwatch {

static_assert(kFirstCombination > static_cast<std::uint32_t>(Signal::kStageBreadth), "combinations are numbered above the signals");

const Combination* find_combination(const std::vector<Combination>& combinations, Signal signal) {
  if (!is_combination(signal)) return nullptr;
  const auto found = std::find_if(combinations.begin(), combinations.end(),
                                  [&](const Combination& one) { return one.number == combination_number(signal); });
  return found == combinations.end() ? nullptr : &*found;
}

std::string evidence_name(Signal signal, const std::vector<Combination>& combinations) {
  if (!is_combination(signal)) return std::string(info(signal).name);
  const Combination* combination = find_combination(combinations, signal);
  return "combination:" + (combination == nullptr ? std::to_string(combination_number(signal)) : combination->name);
}

Stage evidence_stage(Signal signal, const std::vector<Combination>& combinations) {
  if (!is_combination(signal)) return info(signal).stage;
  const Combination* combination = find_combination(combinations, signal);
  return combination == nullptr ? Stage::kNone : combination->stage;
}

}  // namespace pairwatch
