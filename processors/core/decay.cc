#include "processors/core/decay.h"

#include <array>
#include <bit>
#include <cstdint>

namespace pairwatch {
namespace {

constexpr double kLn2 = 0.69314718055994530942;
constexpr double kLog2OfE = 1.44269504088896340736;
constexpr int kSteps = 64;

/// e^x by its series, for 0 <= x < ln 2: enough terms that the error is below the last bit.
constexpr double exp_by_series(double x) {
  double term = 1, sum = 1;
  for (int n = 1; n < 24; ++n) {
    term = term * x / n;
    sum = sum + term;
  }
  return sum;
}

/// 2^(i / 64), computed by the compiler, so it is the same on every processor.
constexpr std::array<double, kSteps> kPowers = [] {
  std::array<double, kSteps> powers{};
  for (int i = 0; i < kSteps; ++i) powers[static_cast<std::size_t>(i)] = exp_by_series(kLn2 * i / kSteps);
  return powers;
}();

/// 2^n for -1022 <= n <= 0, from the bits of a double.
double power_of_two(int n) { return std::bit_cast<double>(static_cast<std::uint64_t>(1023 + n) << 52); }

}  // namespace

double exp2_of_negative(double x) {
  if (x >= 0) return 1;
  if (x <= -1000) return 0;
  int whole = static_cast<int>(x);  // towards zero
  if (static_cast<double>(whole) > x) --whole;
  const double fraction = x - whole;  // 0 <= fraction < 1
  const int step = static_cast<int>(fraction * kSteps);
  const double rest = (fraction - static_cast<double>(step) / kSteps) * kLn2;  // below ln 2 / 64
  const double series = 1 + rest * (1 + rest * (1.0 / 2 + rest * (1.0 / 6 + rest * (1.0 / 24 + rest * (1.0 / 120)))));
  return kPowers[static_cast<std::size_t>(step)] * series * power_of_two(whole);
}

double decay(Duration elapsed, Duration half_life) {
  if (elapsed.ms <= 0) return 1;
  return exp2_of_negative(-static_cast<double>(elapsed.ms) / static_cast<double>(half_life.ms));
}

double sigmoid(double x) {
  const double small = exp2_of_negative((x < 0 ? x : -x) * kLog2OfE);  // e^-|x|
  return x < 0 ? small / (1 + small) : 1 / (1 + small);
}

double risk_with(double risk, double log_odds) {
  const double small = exp2_of_negative((log_odds < 0 ? log_odds : -log_odds) * kLog2OfE);  // e^-|log_odds|
  const double against = 1 - risk;
  return log_odds < 0 ? risk * small / (risk * small + against) : risk / (risk + against * small);
}

double round_to_4_decimals(double x) {
  const double scaled = x * 10000;
  const auto rounded = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  return static_cast<double>(rounded) / 10000;
}

void DecayedSum::add(double weight, EventTime when, Duration half_life) {
  if (when >= at) {
    value = value * decay(when - at, half_life) + weight;
    at = when;
  } else {
    value += weight * decay(at - when, half_life);
  }
}

double DecayedSum::read(EventTime now, Duration half_life) const { return value * decay(now - at, half_life); }

}  // namespace pairwatch
