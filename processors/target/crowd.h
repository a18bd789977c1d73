// The signal `multiple_risky_adults`: which accounts show risk towards one minor at once, and what that is worth. Functions of what
// is remembered and of event time, whatever the order in which it came.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "processors/core/time.h"
#include "processors/target/config.h"
#include "processors/target/state.h"

namespace pairwatch::target {

/// The accounts around a minor at one time, and the risk in that.
struct Crowd {
  double log_odds = 0;
  double strength = 0;                               ///< of multiple_risky_adults; 0: it does not hold
  double contribution = 0;                           ///< of it, log-odds
  std::array<std::uint8_t, kMostContacts> places{};  ///< in TargetState::contacts, the most severe first
  std::size_t count = 0;
  EventTime from = kNever;   ///< the earliest risk of those accounts
  EventTime until = kNever;  ///< the newest

  std::span<const std::uint8_t> all() const& { return {places.data(), count}; }
  void all() const&& = delete;  // the span would outlive what it refers to
};

/// The crowd at the time at which the risk was highest: of the times at which an account began to show risk.
Crowd crowd_around(const TargetState& state, const TargetRules& rules);

}  // namespace pairwatch::target
