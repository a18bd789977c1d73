#include "processors/core/signal.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "processors/core/rules.h"

namespace pairwatch {
namespace {

TEST(Signals, StandInTheOrderOfTheirNumbers) {
  int last = 0;
  for (const SignalInfo& row : all_signals()) {
    EXPECT_GT(static_cast<int>(row.signal), last) << row.name;
    EXPECT_LT(static_cast<int>(row.signal), kSignalNumberLimit) << row.name;
    last = static_cast<int>(row.signal);
  }
}

TEST(Signals, HaveNamesOfTheirOwnFitForMetrics) {
  std::set<std::string_view> names;
  for (const SignalInfo& row : all_signals()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << row.name;
  }
}

TEST(Signals, AreFoundByNameNumberAndIndex) {
  for (int i = 0; i < kSignalCount; ++i) {
    const SignalInfo& row = all_signals()[static_cast<std::size_t>(i)];
    EXPECT_EQ(signal_index(row.signal), i);
    EXPECT_EQ(signal_named(row.name), row.signal);
    EXPECT_EQ(signal_numbered(static_cast<std::uint32_t>(row.signal)), row.signal);
    EXPECT_EQ(info(row.signal).name, row.name);
  }
}

TEST(Signals, AreNotFoundWhereThereAreNone) {
  std::set<std::uint32_t> known;
  for (const SignalInfo& row : all_signals()) known.insert(static_cast<std::uint32_t>(row.signal));
  for (std::uint32_t number = 0; number < 200; ++number) {
    EXPECT_EQ(signal_numbered(number).has_value(), known.contains(number)) << number;
  }
  EXPECT_EQ(signal_numbered(0xffffffffU), std::nullopt);
  EXPECT_EQ(signal_named("no_such_signal"), std::nullopt);
  EXPECT_EQ(signal_named(""), std::nullopt);
}

TEST(SignalsDeathTest, StopTheProcessForANumberThatIsNoSignal) {
  EXPECT_DEATH(signal_index(static_cast<Signal>(63)), "row of the table");
}

TEST(Signals, HaveOneBitEach) {
  std::uint64_t all = 0;
  for (const SignalInfo& row : all_signals()) {
    EXPECT_EQ(all & signal_bit(row.signal), 0U) << row.name;
    all |= signal_bit(row.signal);
  }
}

TEST(Stages, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int stage = 0; stage < kStageCount; ++stage) EXPECT_TRUE(names.insert(stage_name(static_cast<Stage>(stage))).second);
  EXPECT_EQ(stage_name(Stage::kNone), "none");
  EXPECT_EQ(stage_name(Stage::kGainingTrust), "gaining_trust");
}

TEST(SignalRules, WeighEverySignalWithinItsCap) {
  const SignalRules rules;
  for (const SignalInfo& row : all_signals()) {
    const SignalRule& rule = rules.of(row.signal);
    EXPECT_GT(rule.weight, 0) << row.name;
    EXPECT_GE(rule.cap, rule.weight) << row.name;
    EXPECT_GT(rule.half_life.ms, 0) << row.name;
    EXPECT_EQ(rule.state, RuleState::kLive) << row.name;
  }
}

TEST(SignalRules, AskLessOfAnAssuredMinor) {
  const SignalRules rules;
  EXPECT_TRUE(rules.of(Signal::kThreat).for_assured_minors);
  EXPECT_TRUE(rules.of(Signal::kImageRequest).for_assured_minors);
  EXPECT_FALSE(rules.of(Signal::kGift).for_assured_minors);
  EXPECT_FALSE(rules.of(Signal::kSecrecyRequest).for_assured_minors);
}

}  // namespace
}  // namespace pairwatch
