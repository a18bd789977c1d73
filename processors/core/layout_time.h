// A time in stored bytes: its distance to a base, 0 for never.
#pragma once

#include <cstddef>
#include <cstdint>

#include "processors/core/layout.h"
#include "processors/core/time.h"

namespace pairwatch {

/// Most bytes of one: distances between 2000 and 2100, of either sign, are below 2^43 ms.
inline constexpr std::size_t kTimeLimit = 8;

inline void write_time(LayoutWriter& out, EventTime time, EventTime base) {
  if (time == kNever) return out.varint(0);
  const std::int64_t distance = base.ms - time.ms;
  const std::uint64_t folded = (static_cast<std::uint64_t>(distance) << 1) ^ static_cast<std::uint64_t>(distance >> 63);
  out.varint(folded + 1);
}

inline EventTime read_time(LayoutReader& in, EventTime base) {
  const std::uint64_t value = in.varint();
  if (value == 0) return kNever;
  const std::uint64_t folded = value - 1;
  return {base.ms - (static_cast<std::int64_t>(folded >> 1) ^ -static_cast<std::int64_t>(folded & 1))};
}

}  // namespace pairwatch
