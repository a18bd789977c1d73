// What every signal has in the rule set, whichever room sees it.
#pragma once

#include <array>
#include <cstdint>

#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch {

/// Live: counts. Shadow: evaluated and counted in metrics, never part of a risk. Off: not evaluated.
enum class RuleState : std::uint8_t { kLive, kShadow, kOff };

/// How one signal weighs. Its contribution to the log-odds is min(cap, weight x strength), where strength is the sum of
/// what was seen, faded with the half-life; the cap keeps twenty harmless repeats from adding up.
struct SignalRule {
  RuleState state = RuleState::kLive;
  double weight = 0;  ///< log-odds for strength 1
  double cap = 0;     ///< most it can ever contribute, log-odds
  Duration half_life = days(30);
  bool for_assured_minors = false;  ///< also where an assured minor acts towards a minor (GateVerdict::kJudgedAssured)
  bool reaches_stage = true;        ///< whether it counts as its stage reached: not what everyday life is full of
  double peer_share = 1;            ///< of weight and cap, where both may be minors (kJudgedPeer, kJudgedAssured): 0 to 1

  friend bool operator==(const SignalRule&, const SignalRule&) = default;
};

/// Defaults: config/rules/signals.yaml says the same, and why.
struct SignalRules {
  std::array<SignalRule, kSignalCount> by_index = defaults();

  const SignalRule& of(Signal signal) const { return by_index[static_cast<std::size_t>(signal_index(signal))]; }
  SignalRule& of(Signal signal) { return by_index[static_cast<std::size_t>(signal_index(signal))]; }

  static std::array<SignalRule, kSignalCount> defaults();

  friend bool operator==(const SignalRules&, const SignalRules&) = default;
};

}  // namespace pairwatch
