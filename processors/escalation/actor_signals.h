// What shows only over the whole account: many minors contacted, with the same words, several of them complaining, one among them
// getting most of what it does. Functions of the set of targets
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

/// Distinct minors of whom something holds: that they blocked or reported the account, or were written to in the same words.
struct Crowd {
  double strength = 0;        ///< 0: too few; faded
  std::uint32_t targets = 0;  ///< in the densest window
  EventTime first_at;
  EventTime last_at;
};

/// One target's share in all that the account does.
struct Attention {
  double strength = 0;         ///< 0: too little; faded
  std::uint32_t activity = 0;  ///< at least so many interactions with it
  EventTime first_at;          ///< first sight of it
  EventTime last_at;           ///< when there were that many
};

/// Only windows that end within, both times included.
struct WindowEnds {
  EventTime from = kEarliestEventTime;
  EventTime until = kLatestEventTime;
};

FanOut fan_out(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime as_of);
FanOut fan_out_near(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime at, WindowEnds ends);

Crowd complaints(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime as_of);
Crowd complaints_near(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime at, WindowEnds ends);

/// The largest crowd that got the same first words.
Crowd copied_openings_near(const ActorState& state, const CopiedOpeningRule& rule, Duration half_life, EventTime at,
                           WindowEnds ends);

/// `target`: hash of its id. What others did not get yet, as far as it is known, counts as nothing: of late news the share can only
/// fall, but what was decided stays.
Attention attention_near(const ActorState& state, const AttentionSkewRule& rule, Duration half_life, std::uint64_t target,
                         EventTime at);

}  // namespace pairwatch::escalation
