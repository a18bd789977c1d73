// The signal `multiple_risky_adults` and the case it makes: when, when not, and who tries to stay below it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/target/target_inputs.h"

namespace pairwatch::test {
namespace {

constexpr double kMild = 0.2;

std::string numbered(int number) { return std::string(1, 'a').append(std::to_string(number)); }

/// What comes of so many accounts at that severity, one a day.
Severity highest_with(int count, Severity severity) {
  Room room;
  for (int i = 0; i < count; ++i) room.feed(contact(numbered(i)).at(days(i)).has_case(severity));
  return room.highest();
}

TEST(MultipleRiskyAdults, TwoAtWatchAreAWatch) { EXPECT_EQ(highest_with(2, Severity::kWatch), Severity::kWatch); }

TEST(MultipleRiskyAdults, ThreeAtWatchAreAReview) { EXPECT_EQ(highest_with(3, Severity::kWatch), Severity::kReview); }

TEST(MultipleRiskyAdults, TwoAtReviewAreAReviewAndThreeAreUrgent) {
  EXPECT_EQ(highest_with(2, Severity::kReview), Severity::kReview);
  EXPECT_EQ(highest_with(3, Severity::kReview), Severity::kUrgent);
}

TEST(MultipleRiskyAdults, OneAloneIsNotSeveralHoweverUrgent) {
  Room room;
  EXPECT_EQ(room.feed(contact("a7").risk(0.99).has_case(Severity::kUrgent)), Outcome::kBelowThreshold);
  EXPECT_EQ(room.feed(contact("a7").at(days(1)).risk(0.99).has_case(Severity::kUrgent)), Outcome::kBelowThreshold);
  EXPECT_TRUE(room.told().empty());
}

TEST(MultipleRiskyAdults, TwoOfMildRiskAreNothingAndFourAWatch) {
  Room room;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(room.feed(contact(numbered(i)).at(days(i)).risk(kMild)), Outcome::kBelowThreshold);
  EXPECT_EQ(room.feed(contact(numbered(3)).at(days(3)).risk(kMild)), Outcome::kBelowThreshold) << "the first has faded a little";
  for (int i = 0; i < 4; ++i) room.feed(contact(numbered(i)).at(days(3)).risk(kMild));
  EXPECT_EQ(room.highest(), Severity::kWatch);
}

TEST(MultipleRiskyAdults, AreNotSeveralWhenOneCameAfterTheWindowOfTheOther) {
  Room room;
  room.feed(contact("a7").has_case(Severity::kReview));
  EXPECT_EQ(room.feed(contact("a8").at(days(31)).has_case(Severity::kReview)), Outcome::kBelowThreshold);
  EXPECT_EQ(room.feed(contact("a7").at(days(32)).has_case(Severity::kReview)), Outcome::kEscalated) << "it is back";
}

TEST(MultipleRiskyAdults, CountForLessTheLongerTheyAreQuiet) {
  Room room;
  room.feed(contact("a7").has_case(Severity::kReview));
  room.feed(contact("a8").at(days(25)).has_case(Severity::kReview));
  EXPECT_EQ(room.highest(), Severity::kWatch) << "together at once they would be a review";
}

TEST(MultipleRiskyAdults, CountAccountsOfUnknownAge) {
  Room room;
  for (const char* id : {"a7", "a8", "a9"}) {
    room.feed(contact(id).actor_age(v1::AGE_BAND_UNSPECIFIED, v1::AGE_ASSURANCE_UNSPECIFIED).has_case(Severity::kWatch));
  }
  EXPECT_EQ(room.highest(), Severity::kReview);
}

TEST(MultipleRiskyAdults, CountThoseThatOnlySayTheyAreMinorsForLess) {
  Room room;
  for (const char* id : {"a7", "a8"}) room.feed(contact(id).actor_age(v1::AGE_BAND_13_TO_15).has_case(Severity::kReview));
  EXPECT_EQ(room.highest(), Severity::kNone);
  room.feed(contact("a9").actor_age(v1::AGE_BAND_13_TO_15).has_case(Severity::kReview));
  EXPECT_EQ(room.highest(), Severity::kWatch);
}

TEST(MultipleRiskyAdults, DoNotCountThoseAssuredToBeMinors) {
  Room room;
  for (int i = 0; i < 8; ++i) {
    room.feed(contact(numbered(i)).actor_age(v1::AGE_BAND_13_TO_15, v1::AGE_ASSURANCE_VERIFIED).has_case(Severity::kReview));
  }
  EXPECT_TRUE(room.told().empty());
}

TEST(MultipleRiskyAdults, AreNothingAroundAnAdult) {
  Room room;
  for (int i = 0; i < 4; ++i) room.feed(contact(numbered(i)).target_age(v1::AGE_BAND_ADULT).has_case(Severity::kReview));
  EXPECT_TRUE(room.told().empty());
}

TEST(MultipleRiskyAdults, EndWhereTheMinorTurnsAdult) {
  Room room;
  room.feed(contact("a7").has_case(Severity::kReview));
  room.feed(contact("a8").at(days(1)).target_age(v1::AGE_BAND_ADULT).has_case(Severity::kReview));
  EXPECT_TRUE(room.told().empty());
}

// Evasion

TEST(MultipleRiskyAdults, AreSeenWhereEachStaysJustBelowAWatch) {
  Room room;
  for (int i = 0; i < 5; ++i) room.feed(contact(numbered(i)).at(hours(i)).risk(0.34));
  EXPECT_EQ(room.highest(), Severity::kWatch);
  room.feed(contact(numbered(5)).at(hours(5)).risk(0.34));
  EXPECT_EQ(room.highest(), Severity::kReview);
}

TEST(MultipleRiskyAdults, AreSeenWhereTheyTakeTurnsSlowly) {
  Room room;
  for (int i = 0; i < 4; ++i) room.feed(contact(numbered(i)).at(days(9 * i)).has_case(Severity::kWatch));
  EXPECT_GE(room.highest(), Severity::kWatch);
}

TEST(MultipleRiskyAdults, OneAccountThatIsSeenAgainAndAgainStaysOne) {
  Room room;
  for (int i = 0; i < 40; ++i) room.feed(contact("a7").at(hours(i)).has_case(Severity::kUrgent, static_cast<std::uint32_t>(i + 1)));
  EXPECT_TRUE(room.told().empty());
}

TEST(MultipleRiskyAdults, DoNotCountWhereTheSignalIsOffAndOnlyInMetricsWhereItIsInTheShadow) {
  for (const RuleState state : {RuleState::kOff, RuleState::kShadow}) {
    target::TargetConfig config;
    config.rules.signals.of(Signal::kMultipleRiskyAdults).state = state;
    Room room(config);
    for (int i = 0; i < 5; ++i) room.feed(contact(numbered(i)).has_case(Severity::kReview));
    EXPECT_TRUE(room.told().empty());
    const auto index = static_cast<std::size_t>(signal_index(Signal::kMultipleRiskyAdults));
    EXPECT_EQ(room.room.take_tally().signals[index], state == RuleState::kShadow ? 4U : 0U);
  }
}

}  // namespace
}  // namespace pairwatch::test
