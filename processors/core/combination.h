// Combinations: what a rule set says of several features and signals of a pair together, by a name of its own. Each holds or does
// not; where it holds, it adds its weight to the risk or makes its case at least so severe.
//
// Where signals are kept and told as bits and numbers, combination n goes by the number 47 + n: numbers above those of all signals.
// What is remembered of a pair and of its case names it by that, so a number is never given to another combination.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/expression.h"
#include "processors/core/kinds.h"
#include "processors/core/language.h"
#include "processors/core/rules.h"
#include "processors/core/signal.h"

namespace pairwatch {

inline constexpr std::uint32_t kCombinationLimit = 16;  ///< in one rule set; numbered from 1
inline constexpr std::uint32_t kFirstCombination = kSignalNumberLimit - kCombinationLimit;
/// Things of which one risk can have evidence: each signal and each combination once.
inline constexpr std::size_t kEvidenceKinds = kSignalCount + kCombinationLimit;

struct Combination {
  std::uint32_t number = 0;  ///< 1 to kCombinationLimit
  std::string name{};
  RuleState state = RuleState::kLive;
  double weight = 0;                    ///< log-odds while it holds
  Severity at_least = Severity::kNone;  ///< of the case, whatever the risk; kNone: by the risk alone
  Stage stage = Stage::kNone;           ///< for which it speaks; it is not counted as reached by it
  double peer_share = 0;   ///< of the weight, where both may be minors, one of them by its own word: 0 to 1; 0: not evaluated there
  std::string sentence{};  ///< after "the account", for instance `gave soon after it had moved to a private place`
  std::string sentence_es{};           ///< the same in Spanish, after "la cuenta"; empty: the English one stands for it
  std::string when{};                  ///< as it was written
  std::vector<Instruction> program{};  ///< `when`, compiled

  std::string_view sentence_in(Language language) const {
    return language == Language::kSpanish && !sentence_es.empty() ? sentence_es : sentence;
  }

  friend bool operator==(const Combination&, const Combination&) = default;
};

constexpr bool is_combination(Signal signal) { return static_cast<std::uint32_t>(signal) >= kFirstCombination; }
/// The number under which a combination stands among the signals.
constexpr Signal signal_of_combination(std::uint32_t number) { return static_cast<Signal>(kFirstCombination + number - 1); }
constexpr std::uint32_t combination_number(Signal signal) { return static_cast<std::uint32_t>(signal) - kFirstCombination + 1; }

/// The signal or combination of that number, if there can be one.
inline std::optional<Signal> evidence_numbered(std::uint32_t number) {
  if (number >= kFirstCombination && number < kSignalNumberLimit) return static_cast<Signal>(number);
  return signal_numbered(number);
}

/// The combination of that number, or nullptr: the rule set no longer names what it names.
const Combination* find_combination(const std::vector<Combination>& combinations, Signal signal);

/// How evidence is named wherever it leaves: a signal's name, `combination:<name>`, or `combination:<number>` for one that the rule
/// set no longer names.
std::string evidence_name(Signal signal, const std::vector<Combination>& combinations);

/// The stage for which it speaks.
Stage evidence_stage(Signal signal, const std::vector<Combination>& combinations);

}  // namespace pairwatch
