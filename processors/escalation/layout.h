// An actor's state as bytes: a version byte, the time of the last news at a fixed place (so that expiry need not decode the
// rest), then varints and little-endian numbers. Times are told as the distance to the last news.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// Hard cap of an encoded actor. fit() keeps every state below it.
inline constexpr std::size_t kActorStateLimit = 8192;

/// Version of the layout that is written: 2 has the account's devices. A release reads this one and the one before.
inline constexpr char kActorStateVersion = 2;

/// Appends `state` to `out`.
void encode(const ActorState& state, std::string& out);

/// Fills a fresh `state` from what encode() wrote; anything else is a broken invariant and stops the process.
void decode(std::string_view bytes, ActorState& state);

/// Time of the last news in what encode() or CasePlaceCodec (case_index.h) wrote: from it the time to live counts. Of an actor,
/// reads the first nine bytes only.
EventTime last_news_of(std::string_view bytes);

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
