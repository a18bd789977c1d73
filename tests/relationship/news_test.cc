// When a pair's risk is told.
#include <gtest/gtest.h>

#include <utility>

#include "processors/relationship/weigh.h"
#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

TEST(News, NothingIsToldBelowTheFloor) {
  Story story;
  story.adult_does(message());
  EXPECT_FALSE(story.step.directions[0].tell_risk);
}

TEST(News, ANewSignalIsToldOnceAboveTheFloor) {
  Story story;
  story.adult_does(message());
  EXPECT_TRUE(story.after(days(1)).adult_does(says(Signal::kSecrecyRequest)).directions[0].tell_risk);
  EXPECT_FALSE(story.after(minutes(1)).adult_does(message()).directions[0].tell_risk);
  EXPECT_TRUE(story.after(minutes(1)).adult_does(gift(1)).directions[0].tell_risk);
}

TEST(News, ARiseByTheStepIsTold) {
  Story story;
  story.adult_does(message());
  story.after(days(1)).adult_does(says(Signal::kExclusivity));
  EXPECT_TRUE(story.after(minutes(1)).adult_does(says(Signal::kExclusivity)).directions[0].tell_risk) << "nearly 1 more";
  EXPECT_FALSE(story.after(minutes(1)).adult_does(says(Signal::kExclusivity)).directions[0].tell_risk) << "no more than the cap";
}

TEST(News, ARiseIsMeasuredFromTheLowestSinceTheLastTelling) {
  Story story;
  story.adult_does(message());
  story.adult_does(says(Signal::kExclusivity));
  story.adult_does(says(Signal::kExclusivity));
  EXPECT_FALSE(story.after(days(30)).minor_does(message()).directions[0].tell_risk) << "it faded";
  EXPECT_TRUE(story.after(minutes(1)).adult_does(says(Signal::kExclusivity)).directions[0].tell_risk);
}

TEST(News, ARiskThatLastsIsToldAgainWithTheFirstEventOfAWeek) {
  const NewsRule rule;
  Told told;
  Assessment assessment;
  assessment.signals = 1;
  assessment.log_odds = 0;
  const EventTime monday{rule.renewal.ms * 2900}, sunday = monday - milliseconds(1);
  EXPECT_FALSE(is_renewal(assessment, rule, told, sunday, monday)) << "nothing was told yet";
  is_news(assessment, GateVerdict::kJudged, rule, told);
  EXPECT_TRUE(is_renewal(assessment, rule, told, sunday, monday));
  EXPECT_FALSE(is_renewal(assessment, rule, told, monday, monday + days(6)));
  EXPECT_FALSE(is_renewal(assessment, rule, told, kNever, monday)) << "it is the first event";
  assessment.log_odds = -1.5;
  EXPECT_FALSE(is_renewal(assessment, rule, told, sunday, monday)) << "it has faded";
}

TEST(News, ALateEventRenewsNothing) {
  Story story;
  for (int i = 0; i < 2; ++i) story.adult_does(says(Signal::kSecrecyRequest));
  for (int i = 0; i < 2; ++i) story.adult_does(says(Signal::kImageRequest));
  const bool renewed = story.after(days(8)).minor_does(message()).directions[0].tell_risk;
  EXPECT_TRUE(renewed);
  EXPECT_FALSE(story.after(days(-8)).minor_does(message()).directions[0].tell_risk);
}

TEST(News, OfAMinorByItsOwnWordIsToldFromALowerFloorOn) {
  const NewsRule rule;
  Assessment assessment;
  assessment.signals = 1;
  for (const auto& [verdict, floor] :
       {std::pair(GateVerdict::kJudged, rule.floor_log_odds), std::pair(GateVerdict::kJudgedAssured, rule.floor_log_odds),
        std::pair(GateVerdict::kJudgedPeer, rule.peer_floor_log_odds)}) {
    Told below, above;
    assessment.log_odds = floor - 0.01;
    EXPECT_FALSE(is_news(assessment, verdict, rule, below)) << floor;
    assessment.log_odds = floor + 0.01;
    EXPECT_TRUE(is_news(assessment, verdict, rule, above)) << floor;
  }
}

TEST(News, SmallRisesAddUpUntilTheyAreTold) {
  Told told;
  const NewsRule rule;
  Assessment assessment;
  assessment.signals = 1;
  assessment.log_odds = 0;
  EXPECT_TRUE(is_news(assessment, GateVerdict::kJudged, rule, told));
  assessment.log_odds = 0.2;
  EXPECT_FALSE(is_news(assessment, GateVerdict::kJudged, rule, told));
  assessment.log_odds = 0.3001;
  EXPECT_TRUE(is_news(assessment, GateVerdict::kJudged, rule, told));
}

}  // namespace
}  // namespace pairwatch::relationship
