// What shows only over the whole account: many minors contacted, several of them complaining. Functions of the set of targets
// and of event time, so the order in which facts arrive does not matter. Read from the densest window, faded from its end on.
//
// As of a time counts what happened by then: contacts, complaints, responses. Near a time counts, besides, what came later, each
// window with the responses until its end and faded by the distance.
#pragma once

#include <cstdint>

#include "processors/core/time.h"
#include "processors/escalation/config.h"
#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// Distinct minors first contacted as a stranger.
struct FanOut {
  double strength = 0;          ///< 0: too few; faded
  std::uint32_t targets = 0;    ///< in the densest window
  std::uint32_t responded = 0;  ///< of those, how many accepted or replied
  EventTime first_at;           ///< the first of them
  EventTime last_at;            ///< the last of them
};

/// Distinct minors that blocked or reported the account.
struct Complaints {
  double strength = 0;        ///< 0: too few; faded
  std::uint32_t targets = 0;  ///< in the densest window
  EventTime first_at;
  EventTime last_at;
};

/// Only windows that end within, both times included.
struct WindowEnds {
  EventTime from = kEarliestEventTime;
  EventTime until = kLatestEventTime;
};

FanOut fan_out(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime as_of);
FanOut fan_out_near(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime at, WindowEnds ends);

Complaints complaints(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime as_of);
Complaints complaints_near(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime at, WindowEnds ends);

}  // namespace pairwatch::escalation
