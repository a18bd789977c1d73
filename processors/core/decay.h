// Arithmetic of the decision path: powers of two and the sigmoid from tables and + - x / only. No libm: glibc's exp differs in
// the last bit between processors with and without FMA, and the same input must give the same bytes on all of them.
#pragma once

#include <algorithm>
#include <cstdint>

#include "processors/core/time.h"

namespace pairwatch {

/// 2^x for x <= 0 (0 from -1000 down); relative error below 1e-12.
double exp2_of_negative(double x);

/// The share that is left after `elapsed` at `half_life` (> 0): 2^-(elapsed / half_life). 1 where nothing has elapsed.
double decay(Duration elapsed, Duration half_life);

/// 1 / (1 + e^-x); absolute error below 1e-12.
double sigmoid(double x);

/// A risk (0 to 1) when so much is added to its log-odds.
double risk_with(double risk, double log_odds);

/// The first of `from`, an hour later, another, ... at which `holds`, which from then on holds for ever; `until` where that is not
/// before it. Asks about log2(hours) times.
template <typename Holds>
EventTime first_hour(EventTime from, EventTime until, const Holds& holds) {
  std::int64_t low = 0, high = std::max<std::int64_t>(0, (until - from).ms / hours(1).ms + 1);
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (holds(from + hours(middle))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return std::min(until, from + hours(low));
}

/// Rounded to 4 decimals, half away from zero: how every score leaves the process.
double round_to_4_decimals(double x);

/// A sum whose parts fade with a half-life: a part of weight w at time t counts w x 2^-((now - t) / half_life).
/// Merges parts in any order (to within rounding): `at` is the newest part's time.
struct DecayedSum {
  double value = 0;
  EventTime at = kNever;

  void add(double weight, EventTime when, Duration half_life);
  double read(EventTime now, Duration half_life) const;
};

}  // namespace pairwatch
