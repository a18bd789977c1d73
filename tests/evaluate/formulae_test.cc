// The measures, against figures computed by hand.
#include "tools/evaluate/formulae.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pairwatch::evaluate {
namespace {

TEST(Share, IsZeroOfNothing) {
  EXPECT_DOUBLE_EQ(share(3, 4), 0.75);
  EXPECT_DOUBLE_EQ(share(3, 0), 0);
}

TEST(Quantile, IsTheLowerOfTwo) {
  EXPECT_DOUBLE_EQ(quantile({5, 1, 3}, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, 0.5), 2);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 0.9), 10);
  EXPECT_DOUBLE_EQ(quantile({}, 0.5), 0);
}

// At the deadline a hit costs one half; long before it nothing, long after it as much as a miss.
TEST(Erde, CostsAHalfAtItsDeadline) {
  EXPECT_DOUBLE_EQ(erde_latency_cost(5, 5), 0.5);
  EXPECT_NEAR(erde_latency_cost(1, 50), 0, 1e-12);
  EXPECT_NEAR(erde_latency_cost(100, 5), 1, 1e-12);
  EXPECT_NEAR(erde_latency_cost(6, 5), 1 - 1 / (1 + std::exp(1.0)), 1e-12);  // 0.7311
}

// Ten relations, three of them risky: one hit after 5 events (0.5), one after 1 (1 - 1/(1+e^-4) = 0.01799), one missed (1), and two
// false alarms at 0.3 each. (0.5 + 0.01799 + 1 + 0.6) / 10 = 0.211799.
TEST(Erde, IsTheMeanCostOfAllRelations) {
  EXPECT_NEAR(erde({5, 1}, 1, 2, 10, 5), 0.211799, 1e-6);
  EXPECT_DOUBLE_EQ(erde({}, 0, 0, 0, 5), 0);
}

// p chosen so that e^(-p (k - 1)) = 1/3 at k = 11: -1 + 2 / (1 + 1/3) = 0.5.
TEST(Latency, LosesAHalfWhereThePaperSays) {
  const double p = std::log(3.0) / 10;
  EXPECT_DOUBLE_EQ(latency_penalty(1, p), 0);
  EXPECT_NEAR(latency_penalty(11, p), 0.5, 1e-12);
  EXPECT_NEAR(latency_penalty(1000, p), 1, 1e-9);
  EXPECT_NEAR(latency_penalty(141.85, kLatencyP), 0.5, 1e-4) << "ln 3 / 0.0078 + 1";
}

// Precision 0.8, recall 0.5: F1 = 0.8 / 1.3 = 0.615385. Hits after 1, 11 and 1000 events: the median penalty is 0.5.
TEST(Latency, WeighsF1ByTheMedianHit) {
  EXPECT_NEAR(f1(0.8, 0.5), 0.615385, 1e-6);
  EXPECT_DOUBLE_EQ(f1(0, 0), 0);
  EXPECT_NEAR(latency_weighted_f1(0.8, 0.5, {1000, 1, 11}, std::log(3.0) / 10), 0.307692, 1e-6);
  EXPECT_NEAR(latency_weighted_f1(0.8, 0.5, {1, 1}, kLatencyP), 0.615385, 1e-6);
}

}  // namespace
}  // namespace pairwatch::evaluate
