// shared_indicator, and prior_confirmed by the device: what intake has stamped, as evidence of the actor.
#include <gtest/gtest.h>

#include "processors/core/indicator.h"
#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

Interaction stamped(IndicatorMatch match, Interaction interaction = message()) {
  interaction.indicators = match_bit(match);
  return interaction;
}

const Contribution* find(const Assessment& assessed, Signal signal) {
  for (const Contribution& contribution : assessed.all()) {
    if (contribution.signal == signal) return &contribution;
  }
  return nullptr;
}

TEST(SharedIndicator, FiresForAListedDeviceOrAccount) {
  for (const IndicatorMatch match : {IndicatorMatch::kImportedDevice, IndicatorMatch::kImportedAccount}) {
    Story story;
    const Step& step = story.adult_does(stamped(match));
    EXPECT_NE(step.fired & signal_bit(Signal::kSharedIndicator), 0U);
    EXPECT_NEAR(story.share_of(Signal::kSharedIndicator), 1.8, 1e-9);
    EXPECT_FALSE(story.holds(Signal::kPriorConfirmed));
  }
}

TEST(SharedIndicator, FiresWithoutAnyMessage) {
  Story story;
  story.adult_does(stamped(IndicatorMatch::kImportedDevice, of_kind(InteractionKind::kContactRequest)));
  EXPECT_TRUE(story.holds(Signal::kSharedIndicator));
}

TEST(SharedIndicator, WeighsHalfForANameThatWasOnlyNamed) {
  Story story;
  story.adult_does(stamped(IndicatorMatch::kImportedHandle));
  EXPECT_NEAR(story.share_of(Signal::kSharedIndicator), 0.9, 1e-9);
}

TEST(SharedIndicator, IsSilentWhereNothingIsStamped) {
  Story story;
  story.adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kSharedIndicator));
  EXPECT_FALSE(story.holds(Signal::kPriorConfirmed));
}

TEST(SharedIndicator, IsSilentForWhatWasConfirmedHere) {
  Story story;
  story.adult_does(stamped(IndicatorMatch::kConfirmedAccount));
  story.adult_does(stamped(IndicatorMatch::kConfirmedDevice));
  EXPECT_FALSE(story.holds(Signal::kSharedIndicator));
}

TEST(SharedIndicator, SpeaksOfTheOneWhoActs) {
  Story story;
  story.minor_does(stamped(IndicatorMatch::kImportedDevice));
  story.adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kSharedIndicator));
}

TEST(SharedIndicator, SaysNothingOfAnAssuredMinorWhoMayShareAFamilysDevice) {
  Story story;
  story.adult.age_band = AgeBand::k16To17;
  story.adult.age_assurance = AgeAssurance::kVerified;
  story.adult_does(stamped(IndicatorMatch::kImportedDevice));
  EXPECT_FALSE(story.holds(Signal::kSharedIndicator));
}

TEST(SharedIndicator, StaysWhenTheDeviceIsHiddenLater) {
  Story story;
  story.adult_does(stamped(IndicatorMatch::kImportedDevice));
  for (int i = 0; i < 20; ++i) story.after(hours(1)).adult_does(message());
  EXPECT_NEAR(story.share_of(Signal::kSharedIndicator), 1.8, 0.01) << "a year's half-life, over a day";
}

TEST(SharedIndicator, HoweverOftenItIsSeenIsKnownOnceAndNeverEnoughAlone) {
  Story story;
  story.mutual_contacts = 1;
  for (int i = 0; i < 200; ++i) story.after(minutes(30)).adult_does(stamped(IndicatorMatch::kImportedDevice));
  const Assessment assessed = story.assessment();
  const Contribution* shared = find(assessed, Signal::kSharedIndicator);
  ASSERT_NE(shared, nullptr);
  EXPECT_EQ(shared->reading.count, 1U);
  EXPECT_NEAR(shared->log_odds, 1.8, 1e-9);
  EXPECT_LT(story.risk(), 0.35) << "below every threshold";
}

TEST(PriorConfirmedByDevice, FiresForAnotherAccountOfTheDevice) {
  Story story;
  story.adult_does(stamped(IndicatorMatch::kConfirmedDevice));
  EXPECT_NEAR(story.share_of(Signal::kPriorConfirmed), 2.0, 1e-9);
  const Assessment assessed = story.assessment();
  EXPECT_EQ(find(assessed, Signal::kPriorConfirmed)->reading.count, 1U);
}

TEST(PriorConfirmedByDevice, IsSilentForTheAccountsOwnCases) {
  Story story;
  story.adult_does(stamped(IndicatorMatch::kConfirmedAccount));
  EXPECT_FALSE(story.holds(Signal::kPriorConfirmed)) << "escalation knows of those";
}

TEST(PriorConfirmedByDevice, MakesTheAccountANewOneWhateverItsAge) {
  Story story;
  story.adult.created_at = kStoryStart - days(1000);
  story.adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kNewAccount));
  story.adult_does(stamped(IndicatorMatch::kConfirmedDevice));
  EXPECT_TRUE(story.holds(Signal::kNewAccount));
}

TEST(PriorConfirmedByDevice, IsRememberedWithThePair) {
  Story story;
  story.adult_does(stamped(IndicatorMatch::kConfirmedDevice));
  PairState read;
  ASSERT_EQ(decode(encoded(story.state), read), LayoutProblem::kNone);
  story.state = read;
  EXPECT_NEAR(story.share_of(Signal::kPriorConfirmed), 2.0, 1e-9);
}

}  // namespace
}  // namespace pairwatch::relationship
