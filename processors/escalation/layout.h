// An actor's state as bytes: a version byte, the times of the last news and of the next timer in front (so that sweeps need not
// decode the rest), then varints and little-endian numbers. Times are told as the distance to the last news.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// Hard cap of an encoded actor. fit() keeps every state below it.
inline constexpr std::size_t kActorStateLimit = 8192;

/// Version of the layout that is written: 3 has the time of its next timer, and of each open case that at which it has
/// decayed. A release reads this one and the one before.
inline constexpr char kActorStateVersion = 3;

/// Appends `state` to `out`.
void encode(const ActorState& state, std::string& out);

/// Fills a fresh `state` from what encode() wrote; anything else is a broken invariant and stops the process.
void decode(std::string_view bytes, ActorState& state);

/// Time of the last news in what encode() or CasePlaceCodec (case_index.h) wrote: from it the time to live counts. Of an actor,
/// reads the first nine bytes only.
EventTime last_news_of(std::string_view bytes);

/// When the first timer of what encode() or CasePlaceCodec wrote is due; kNever: there is none, or the release before wrote it.
/// Reads the first bytes only.
EventTime next_due_of(std::string_view bytes);

/// Bytes that encode() would append, exactly, and an upper bound that costs nothing.
std::size_t encoded_size(const ActorState& state);
std::size_t largest_size(const ActorState& state);

/// For topology/store/hot_entries.h.
struct ActorCodec {
  using State = ActorState;
  static void decode(std::string_view bytes, ActorState& state) { escalation::decode(bytes, state); }
  static void encode(const ActorState& state, std::string& out) { escalation::encode(state, out); }
};

}  // namespace pairwatch::escalation
