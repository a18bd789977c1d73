// How much what was seen in one direction of a pair speaks for, and whether that is news.
//
// log-odds = prior by the ages of the two + sum of contributions - protective facts, where a signal contributes
// min(cap, weight x strength), both times its peer share where both may be minors; and a combination of the rule set that holds
// (combinations.h) contributes its weight. Nothing else leaves: risk is the sigmoid of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "processors/core/age.h"
#include "processors/core/combination.h"
#include "processors/core/signal.h"
#include "processors/relationship/config.h"
#include "processors/relationship/signals.h"
#include "processors/relationship/state.h"

namespace pairwatch::relationship {

/// The share of one signal or combination.
struct Contribution {
  Signal signal;
  double log_odds;  ///< above 0, or 0 for a combination that only sets a severity
  Reading reading;
};

/// One direction as of the pair's newest interaction. Only the first `count` contributions are set.
struct Assessment {
  double prior = 0;
  double log_odds = 0;
  std::uint64_t signals = 0;        ///< signal_bit of each that contributes
  std::uint64_t derived_held = 0;   ///< signal_bit of each derived signal and combination that holds, shadow rules included
  std::uint64_t floors = 0;         ///< signal_bit of each combination that holds and sets a severity
  std::uint8_t stages_reached = 0;  ///< bit n: stage n
  std::uint8_t direct_rules = 0;    ///< direct_bit of each that holds
  std::array<EventTime, kStageCount> stages{};
  std::size_t count = 0;
  std::array<Contribution, kEvidenceKinds> contributions;  ///< in the order of the rows, then of the combinations

  std::span<const Contribution> all() const& { return {contributions.data(), count}; }
  void all() const&& = delete;  // the span would outlive what it refers to
};

/// What the gate says of `actor` towards the other, by the ages that are remembered.
GateVerdict verdict_of(const PairState& state, Side actor, const Gate& gate);

/// Log-odds before any evidence; `verdict` must be a judged one.
double prior_of(GateVerdict verdict, const Priors& priors);

/// Whether a rule is evaluated under a verdict: not when it is off, and towards an assured minor's peers only when marked so.
bool applies(const SignalRule& rule, GateVerdict verdict);

/// Fills `assessment` for one judged direction. Cost: about 10 ns a signal that holds.
void assess(const PairState& state, Side actor, GateVerdict verdict, const RelationshipRules& rules, Assessment& assessment);

/// Whether escalation is to be told: above the floor of the verdict, or by a direct rule or a combination that sets a severity;
/// `told` is what it was told before, brought up to date.
bool is_news(const Assessment& assessment, GateVerdict verdict, const NewsRule& rule, Told& told);

/// Whether a risk that was told before is told again though it is no news: it lasts, and this is the pair's first event in a span
/// of `renewal`. `before`: the pair's newest event before it, kNever: none.
bool is_renewal(const Assessment& assessment, const NewsRule& rule, const Told& told, EventTime before, EventTime now);

}  // namespace pairwatch::relationship
