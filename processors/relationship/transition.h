// The decision of relationship: one interaction into one pair's state, and what to say about it. Pure: no clock, no I/O, no
// allocation, the same on every processor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "processors/core/interaction.h"
#include "processors/core/keys.h"
#include "processors/core/kinds.h"
#include "processors/core/tally.h"
#include "processors/relationship/config.h"
#include "processors/relationship/state.h"
#include "processors/relationship/weigh.h"

namespace pairwatch::relationship {

/// A fact to tell; each is told once a pair and direction, kActivityDoubled at each doubling.
struct FactTold {
  FactKind kind;
  std::uint32_t count = 0;  ///< kActivityDoubled: interactions from the actor so far
  bool stranger = false;    ///< kFirstContact: no contact in common known, no trusted relation
  bool is_opening = false;  ///< kFirstContact: this interaction is the first contact, its text the opening; kFirstText: always
};
inline constexpr std::size_t kFactKindCount = 8;

/// What to say about one direction. Only the first `fact_count` facts are set; the assessment only where the direction is judged.
struct DirectionStep {
  bool is_judged = false;
  bool tell_risk = false;
  std::size_t fact_count = 0;
  std::array<FactTold, kFactKindCount> facts;
  Assessment assessment;

  std::span<const FactTold> all_facts() const { return {facts.data(), fact_count}; }
};

struct Step {
  Outcome outcome = Outcome::kRemembered;
  bool expired = false;           ///< the pair had been forgotten: it starts afresh
  std::uint64_t fired = 0;        ///< signal_bit of each signal that this interaction showed, derived ones when they first hold
  std::uint64_t fired_other = 0;  ///< the same in the direction from target to actor
  std::uint32_t dropped = 0;      ///< things dropped for want of room
  std::array<DirectionStep, 2> directions;  ///< by acting Side
};

/// Changes `state` in place and fills `step`, whatever it held: a copy of either would cost more than the decision. An aborted
/// change is undone by forgetting the decoded state (HotEntries::rollback). Where step.outcome is kDuplicate nothing changed.
///
/// Before an interaction at time t, a pair whose newest one is older than t - time_to_live is forgotten; a late one never does
/// that. Everything is judged as of the pair's newest interaction. Cost: 300 ns for a hot pair with six signals.
void advance(PairState& state, const Interaction& interaction, const RelationshipConfig& config, Step& step);

/// The same, for tests and tools.
inline Step advance(PairState& state, const Interaction& interaction, const RelationshipConfig& config) {
  Step step;
  advance(state, interaction, config, step);
  return step;
}

}  // namespace pairwatch::relationship
