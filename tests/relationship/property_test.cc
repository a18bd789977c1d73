// What holds for any stream of interactions. Every failure names its seed.
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "processors/relationship/layout.h"
#include "processors/relationship/snapshot.h"
#include "processors/relationship/transition.h"
#include "tests/relationship/streams.h"

namespace pairwatch::relationship {
namespace {

PairState after(const std::vector<Interaction>& stream, const RelationshipConfig& config, std::uint32_t& dropped) {
  PairState state;
  Step step;
  for (const Interaction& interaction : stream) {
    advance(state, interaction, config, step);
    dropped += step.dropped;
  }
  return state;
}

void expect_near(double a, double b) { EXPECT_NEAR(a, b, 1e-6 * (a < 0 ? -a : a)); }

/// Takes out what depends on the order of arrival by design, and compares faded sums with the tolerance that rounding needs.
void compare_and_clear_sums(v1::PairState& a, v1::PairState& b) {
  for (v1::PairState* state : {&a, &b}) {
    state->clear_recent_event_hashes();
    state->mutable_first()->clear_told();
    state->mutable_second()->clear_told();
  }
  ASSERT_EQ(a.evidence_size(), b.evidence_size());
  for (int i = 0; i < a.evidence_size(); ++i) {
    expect_near(a.evidence(i).strength(), b.evidence(i).strength());
    a.mutable_evidence(i)->clear_strength();
    b.mutable_evidence(i)->clear_strength();
  }
  for (const auto side : {&v1::PairState::mutable_first, &v1::PairState::mutable_second}) {
    auto &rates_a = *(a.*side)()->mutable_faded_messages(), &rates_b = *(b.*side)()->mutable_faded_messages();
    ASSERT_EQ(rates_a.size(), rates_b.size());
    for (int i = 0; i < rates_a.size(); ++i) {
      expect_near(rates_a[i].value(), rates_b[i].value());
      rates_a[i].clear_value();
      rates_b[i].clear_value();
    }
  }
}

void expect_same_state(const PairState& a, const PairState& b) {
  v1::PairState readable_a, readable_b;
  snapshot(a, readable_a);
  snapshot(b, readable_b);
  compare_and_clear_sums(readable_a, readable_b);
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(readable_a, readable_b)) << difference;
}

class Seeded : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeded, TheOrderWithinTheLatenessAllowedDoesNotChangeTheState) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomStream random(GetParam());
  std::vector<Interaction> stream = random.plausible(300);
  RelationshipConfig config;
  std::uint32_t dropped = 0;
  const PairState in_order = after(stream, config, dropped);
  // Each arrives up to max_lateness after its time.
  std::vector<std::pair<std::int64_t, std::size_t>> arrivals;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const auto late = static_cast<std::int64_t>(random.random().below(static_cast<std::uint64_t>(config.max_lateness.ms)));
    arrivals.emplace_back(stream[i].at.ms + late, i);
  }
  std::sort(arrivals.begin(), arrivals.end());
  std::vector<Interaction> shuffled;
  for (const auto& [arrival, i] : arrivals) shuffled.push_back(stream[i]);
  expect_same_state(in_order, after(shuffled, config, dropped));
  EXPECT_EQ(dropped, 0U) << "the stream stays within every limit";
}

TEST_P(Seeded, AnyOrderAtAllDoesNotChangeTheState) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomStream random(GetParam());
  std::vector<Interaction> stream = random.plausible(300);
  const RelationshipConfig config;
  std::uint32_t dropped = 0;
  const PairState in_order = after(stream, config, dropped);
  for (std::size_t i = stream.size() - 1; i > 0; --i) std::swap(stream[i], stream[random.random().below(i + 1)]);
  const PairState shuffled = after(stream, config, dropped);
  expect_same_state(in_order, shuffled);
  EXPECT_EQ(dropped, 0U) << "the stream stays within every limit";
  for (const Side side : kBothSides) {
    const GateVerdict verdict = verdict_of(in_order, side, config.rules.gate);
    ASSERT_EQ(verdict, verdict_of(shuffled, side, config.rules.gate));
    if (!is_judged(verdict)) continue;
    Assessment a, b;
    assess(in_order, side, verdict, config.rules, a);
    assess(shuffled, side, verdict, config.rules, b);
    EXPECT_NEAR(a.log_odds, b.log_odds, 1e-5);
    EXPECT_EQ(a.signals, b.signals);
  }
}

TEST_P(Seeded, EveryEventTwiceIsAsEveryEventOnce) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomStream random(GetParam());
  const std::vector<Interaction> stream = random.plausible(300);
  const RelationshipConfig config;
  PairState once, twice;
  Step step;
  for (const Interaction& interaction : stream) {
    advance(once, interaction, config, step);
    ASSERT_LE(encoded_size(once), encoded_size_bound(once));
    advance(twice, interaction, config, step);
    advance(twice, interaction, config, step);
    ASSERT_EQ(step.outcome, Outcome::kDuplicate);
  }
  EXPECT_EQ(encoded(once), encoded(twice));
}

TEST_P(Seeded, AHostileStreamNeverExceedsTheCapAndIsReadBack) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomStream random(GetParam());
  RelationshipConfig config;
  config.time_to_live = days(36'500);
  PairState state;
  Step step;
  std::uint32_t dropped = 0;
  for (const Interaction& interaction : random.hostile(400)) {
    advance(state, interaction, config, step);
    dropped += step.dropped;
    const std::string bytes = encoded(state);
    ASSERT_LE(bytes.size(), kLayoutCapBytes);
    ASSERT_LE(bytes.size(), encoded_size_bound(state));
    PairState read;
    ASSERT_EQ(decode(bytes, read), LayoutProblem::kNone);
    ASSERT_EQ(encoded(read), bytes);
  }
  EXPECT_GT(dropped, 0U) << "a stream that never reaches the cap tests nothing";
}

TEST_P(Seeded, APairThatIsStoredAfterEachEventDecidesAsOneThatStaysInMemory) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  for (const bool is_hostile : {false, true}) {
    RandomStream random(GetParam());
    const RelationshipConfig config;
    PairState hot, cold;
    Step hot_step, cold_step;
    for (const Interaction& interaction : is_hostile ? random.hostile(300) : random.plausible(300)) {
      advance(hot, interaction, config, hot_step);
      PairState read;
      if (!cold.is_new()) {
        ASSERT_EQ(decode(encoded(cold), read), LayoutProblem::kNone);
      }
      cold = read;
      advance(cold, interaction, config, cold_step);
      ASSERT_EQ(hot_step.outcome, cold_step.outcome);
      ASSERT_EQ(hot_step.fired, cold_step.fired);
      ASSERT_EQ(hot_step.dropped, cold_step.dropped);
      for (const Side side : kBothSides) {
        const DirectionStep &a = hot_step.directions[index(side)], &b = cold_step.directions[index(side)];
        ASSERT_EQ(a.is_judged, b.is_judged);
        ASSERT_EQ(a.tell_risk, b.tell_risk);
        ASSERT_EQ(a.fact_count, b.fact_count);
        if (a.is_judged) {
          ASSERT_EQ(a.assessment.log_odds, b.assessment.log_odds);
        }
      }
      ASSERT_EQ(encoded(hot), encoded(cold));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Streams, Seeded, testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace pairwatch::relationship
