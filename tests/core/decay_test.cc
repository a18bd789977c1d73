// The arithmetic of the decision path, against libm (which the path itself must not use).
#include "processors/core/decay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace pairwatch {
namespace {

TEST(Exp2OfNegative, AgreesWithLibm) {
  for (double x = 0; x > -999; x -= 0.00731) {
    const double expected = std::exp2(x);
    ASSERT_NEAR(exp2_of_negative(x) / expected, 1, 1e-12) << x;
  }
}

TEST(Exp2OfNegative, IsExactAtWholeNumbers) {
  for (int n = 0; n < 999; ++n) ASSERT_EQ(exp2_of_negative(-n), std::ldexp(1.0, -n)) << n;
}

TEST(Exp2OfNegative, IsOneFromZeroUpAndZeroFarBelow) {
  EXPECT_EQ(exp2_of_negative(0), 1);
  EXPECT_EQ(exp2_of_negative(3), 1);
  EXPECT_EQ(exp2_of_negative(-1000), 0);
  EXPECT_EQ(exp2_of_negative(-1e300), 0);
}

TEST(Exp2OfNegative, NeverRises) {
  double last = 1;
  for (double x = 0; x > -70; x -= 1.0 / 4096) {
    const double value = exp2_of_negative(x);
    ASSERT_LE(value, last) << x;
    last = value;
  }
}

TEST(Decay, HalvesEveryHalfLife) {
  EXPECT_EQ(decay(days(0), days(7)), 1);
  EXPECT_EQ(decay(days(7), days(7)), 0.5);
  EXPECT_EQ(decay(days(21), days(7)), 0.125);
  EXPECT_NEAR(decay(days(1), days(7)), std::exp2(-1.0 / 7), 1e-12);
}

TEST(Decay, DoesNotGrowTowardsThePast) { EXPECT_EQ(decay(days(-3), days(7)), 1); }

TEST(Decay, LastsOverTheLongestSpanOfEventTime) { EXPECT_EQ(decay(kLatestEventTime - kEarliestEventTime, hours(1)), 0); }

TEST(Sigmoid, AgreesWithLibm) {
  for (double x = -60; x <= 60; x += 0.00137) ASSERT_NEAR(sigmoid(x), 1 / (1 + std::exp(-x)), 1e-12) << x;
}

TEST(Sigmoid, IsAHalfAtZeroAndStaysWithinItsBounds) {
  EXPECT_EQ(sigmoid(0), 0.5);
  EXPECT_EQ(sigmoid(1e300), 1);
  EXPECT_EQ(sigmoid(-1e300), 0);
}

TEST(Sigmoid, IsSymmetric) {
  for (double x = 0; x < 40; x += 0.37) ASSERT_NEAR(sigmoid(x) + sigmoid(-x), 1, 1e-15) << x;
}

TEST(Rounding, GoesToFourDecimalsHalfAwayFromZero) {
  EXPECT_EQ(round_to_4_decimals(0.87654321), 0.8765);
  EXPECT_EQ(round_to_4_decimals(0.03125), 0.0313);
  EXPECT_EQ(round_to_4_decimals(-0.03125), -0.0313);
  EXPECT_EQ(round_to_4_decimals(-3.14159), -3.1416);
  EXPECT_EQ(round_to_4_decimals(0), 0);
  EXPECT_EQ(round_to_4_decimals(1), 1);
}

TEST(DecayedSum, FadesFromItsNewestPart) {
  DecayedSum sum;
  sum.add(2, EventTime{days(10).ms}, days(1));
  sum.add(1, EventTime{days(11).ms}, days(1));
  EXPECT_EQ(sum.at, EventTime{days(11).ms});
  EXPECT_EQ(sum.value, 2);
  EXPECT_EQ(sum.read(EventTime{days(12).ms}, days(1)), 1);
}

TEST(DecayedSum, TakesALatePartAtWhatIsLeftOfIt) {
  DecayedSum sum;
  sum.add(1, EventTime{days(12).ms}, days(1));
  sum.add(4, EventTime{days(10).ms}, days(1));
  EXPECT_EQ(sum.at, EventTime{days(12).ms});
  EXPECT_EQ(sum.value, 2);
}

TEST(DecayedSum, IsZeroBeforeItsFirstPart) { EXPECT_EQ(DecayedSum{}.read(EventTime{days(20'000).ms}, days(1)), 0); }

TEST(DecayedSum, IsTheSameInWhateverOrderItsPartsCome) {
  constexpr std::uint64_t kSeed = 7;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    struct Part {
      double weight;
      EventTime when;
    };
    std::vector<Part> parts(1 + random() % 100);
    for (Part& part : parts) {
      part.weight = static_cast<double>(random() % 1000) / 100;
      part.when = EventTime{1'772'388'000'000} + milliseconds(static_cast<std::int64_t>(random() % days(40).ms));
    }
    const Duration half_life = hours(1 + static_cast<std::int64_t>(random() % 1000));
    const EventTime now = EventTime{1'772'388'000'000} + days(40);

    DecayedSum in_one_order, in_another;
    for (const Part& part : parts) in_one_order.add(part.weight, part.when, half_life);
    std::shuffle(parts.begin(), parts.end(), random);
    for (const Part& part : parts) in_another.add(part.weight, part.when, half_life);

    double expected = 0;
    for (const Part& part : parts) {
      expected += part.weight * std::exp2(-static_cast<double>((now - part.when).ms) / static_cast<double>(half_life.ms));
    }
    ASSERT_EQ(in_one_order.at, in_another.at);
    ASSERT_NEAR(in_one_order.value, in_another.value, 1e-9 * std::max(1.0, in_one_order.value)) << "round " << round;
    ASSERT_NEAR(in_one_order.read(now, half_life), expected, 1e-9 * std::max(1.0, expected)) << "round " << round;
  }
}

TEST(RiskWith, IsWhatTheSigmoidSaysOfTheSum) {
  for (const double log_odds : {-3.0, -0.5, 0.0, 1.2}) {
    for (const double added : {-2.0, 0.0, 0.7, 5.0})
      EXPECT_NEAR(risk_with(sigmoid(log_odds), added), sigmoid(log_odds + added), 1e-9);
  }
}

TEST(FirstHour, IsTheFirstAtWhichItHolds) {
  const EventTime from{1'000'000'000'123}, until = from + days(10) + minutes(7);
  for (const Duration after : {Duration{0}, milliseconds(1), hours(1), hours(1) + milliseconds(1), days(9)}) {
    const auto holds = [&](EventTime at) { return at >= from + after; };
    const EventTime found = first_hour(from, until, holds);
    EXPECT_TRUE(holds(found));
    EXPECT_EQ((found - from).ms % hours(1).ms, 0);
    EXPECT_LT((found - from).ms - after.ms, hours(1).ms);
  }
  EXPECT_EQ(first_hour(from, until, [](EventTime) { return false; }), until);
  EXPECT_EQ(first_hour(from, until, [&](EventTime at) { return at >= until; }), until);
}

}  // namespace
}  // namespace pairwatch
