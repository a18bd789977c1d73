// Event time as messages carry it: google.protobuf.Timestamp (generated classes stay out of core, so it is a template parameter).
#pragma once

#include <cstdint>
#include <optional>

#include "processors/core/time.h"

namespace pairwatch {

/// Whether an event can have happened then; kNever is no such time.
constexpr bool is_event_time(EventTime time) { return time >= kEarliestEventTime && time <= kLatestEventTime; }

/// Nothing where it is not a time that an event can have, or not a Timestamp at all.
template <typename Timestamp>
std::optional<EventTime> event_time_of(const Timestamp& time) {
  if (time.seconds() < kEarliestEventTime.ms / 1000 || time.seconds() > kLatestEventTime.ms / 1000) return std::nullopt;
  if (time.nanos() < 0 || time.nanos() > 999'999'999) return std::nullopt;
  const EventTime at{time.seconds() * 1000 + time.nanos() / 1'000'000};
  return is_event_time(at) ? std::optional(at) : std::nullopt;
}

/// `at` is kNever or one that an event can have.
template <typename Timestamp>
void set_time(EventTime at, Timestamp& out) {
  out.set_seconds(at.ms / 1000);
  out.set_nanos(static_cast<std::int32_t>(at.ms % 1000 * 1'000'000));
}

}  // namespace pairwatch
