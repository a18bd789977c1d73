// A minor's state as bytes: a version byte, the time of the last news at a fixed place (so that expiry need not decode the rest),
// then varints and little-endian numbers. Times are told as the distance to the last news.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "processors/target/state.h"

namespace pairwatch::target {

/// Hard cap of an encoded minor: that of kMostContacts with ids of the greatest length (layout.cc proves it).
inline constexpr std::size_t kTargetStateLimit = 8192;

/// Version of the layout that is written. A release reads this one and the one before.
inline constexpr char kTargetStateVersion = 1;

/// Longest id and tenant that an entry may hold; intake lets none pass that are longer.
inline constexpr std::size_t kIdLimit = 256;
inline constexpr std::size_t kTenantLimit = 64;

/// Appends `state` to `out`.
void encode(const TargetState& state, std::string& out);

/// Fills a fresh `state` from what encode() wrote; anything else is a broken invariant and stops the process.
void decode(std::string_view bytes, TargetState& state);

/// Time of the last news in what encode() wrote: from it the time to live counts. Reads the first nine bytes only.
EventTime last_news_of(std::string_view bytes);

/// For topology/store/hot_entries.h.
struct TargetCodec {
  using State = TargetState;
  static void decode(std::string_view bytes, TargetState& state) { target::decode(bytes, state); }
  static void encode(const TargetState& state, std::string& out) { target::encode(state, out); }
};

}  // namespace pairwatch::target
