// Arithmetic of the decision path: powers of two and the sigmoid from tables and + - x / only. No libm: glibc's exp differs in
// the last bit between processors with and without FMA, and the same input must give the same bytes on all of them.
#pragma once

#include "processors/core/time.h"

namespace pairwatch {

/// 2^x for x <= 0 (0 from -1000 down); relative error below 1e-12.
double exp2_of_negative(double x);

/// The share that is left after `elapsed` at `half_life` (> 0): 2^-(elapsed / half_life). 1 where nothing has elapsed.
double decay(Duration elapsed, Duration half_life);

/// 1 / (1 + e^-x); absolute error below 1e-12.
double sigmoid(double x);

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
