// What shows only over the whole account: many minors contacted, several of them complaining. Functions of the set of targets,
// so the order in which facts arrive does not matter. Read from the densest window, faded from its end on.
#pragma once

#include <cstdint>

#include "processors/core/time.h"
#include "processors/escalation/config.h"
#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// Distinct minors first contacted as a stranger.
struct FanOut {
  double strength = 0;          ///< 0: too few; faded until now
  std::uint32_t targets = 0;    ///< in the densest window
  std::uint32_t responded = 0;  ///< of those, how many accepted or replied
  EventTime first_at;           ///< the first of them
  EventTime last_at;            ///< the last of them
};

/// Distinct minors that blocked or reported the account.
struct Complaints {
  double strength = 0;        ///< 0: too few; faded until now
  std::uint32_t targets = 0;  ///< in the densest window
  EventTime first_at;
  EventTime last_at;
};

FanOut fan_out(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime now);
Complaints complaints(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime now);

}  // namespace pairwatch::escalation
