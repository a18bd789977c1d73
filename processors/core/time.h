// Event time and durations. Decisions know no other time: a clock exists only in the runtime.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace pairwatch {

/// A span of event time, in milliseconds.
struct Duration {
  std::int64_t ms = 0;

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ms + b.ms}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ms - b.ms}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ms * n}; }
};

constexpr Duration milliseconds(std::int64_t n) { return {n}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1000}; }
constexpr Duration minutes(std::int64_t n) { return {n * 60'000}; }
constexpr Duration hours(std::int64_t n) { return {n * 3'600'000}; }
constexpr Duration days(std::int64_t n) { return {n * 86'400'000}; }

/// When something happened on the platform: milliseconds since 1970-01-01T00:00:00Z.
/// Whatever has passed intake lies between the years 2000 and 2100, so that differences never overflow.
struct EventTime {
  std::int64_t ms = 0;

  friend constexpr auto operator<=>(EventTime, EventTime) = default;
  friend constexpr Duration operator-(EventTime a, EventTime b) { return {a.ms - b.ms}; }
  friend constexpr EventTime operator+(EventTime t, Duration d) { return {t.ms + d.ms}; }
  friend constexpr EventTime operator-(EventTime t, Duration d) { return {t.ms - d.ms}; }
};

/// 2000-01-01 and 2100-01-01: what lies outside is bad input.
inline constexpr EventTime kEarliestEventTime{946'684'800'000};
inline constexpr EventTime kLatestEventTime{4'102'444'800'000};

/// "Not yet": earlier than any event. Stored as zero.
inline constexpr EventTime kNever{0};

}  // namespace pairwatch
