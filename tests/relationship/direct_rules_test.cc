// What is URGENT by its kind, whatever the score.
#include <gtest/gtest.h>

#include "processors/relationship/weigh.h"
#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

bool is_direct(const Story& story, DirectRule rule, Side actor = kAdultSide) {
  return (story.assessment(actor).direct_rules & direct_bit(rule)) != 0;
}

TEST(DirectRules, BlackmailByAnAdultIsUrgentOnTheFirstText) {
  Story story;
  story.mutual_contacts = 9;
  story.adult_does(says(Signal::kBlackmailMoney));
  EXPECT_TRUE(is_direct(story, DirectRule::kBlackmail));
}

TEST(DirectRules, BlackmailByAPeerIsUrgentOnlyBesideAnotherSign) {
  Story alone, twice, beside, pictured;
  for (Story* story : {&alone, &twice, &beside, &pictured}) {
    story->adult.age_band = AgeBand::k13To15;
    if (story == &pictured) story->minor_does(picture());
    story->adult_does(says(Signal::kBlackmailMoney));
    if (story == &twice) story->after(hours(1)).adult_does(says(Signal::kBlackmailMoney));
    if (story == &beside) story->after(hours(1)).adult_does(says(Signal::kImageRequest));
  }
  EXPECT_FALSE(is_direct(alone, DirectRule::kBlackmail));
  for (const Story* story : {&twice, &beside, &pictured}) EXPECT_TRUE(is_direct(*story, DirectRule::kBlackmail));
}

TEST(DirectRules, AMeetingIsUrgentWithoutContactsInCommonOrWithAnotherStage) {
  Story stranger, unknown, further, old_friend, well_known;
  unknown.mutual_contacts.reset();
  further.mutual_contacts = 2;
  old_friend.mutual_contacts = 2;
  well_known.mutual_contacts = 3;
  for (Story* story : {&further, &well_known}) story->adult_does(says(Signal::kSecrecyRequest));
  for (Story* story : {&stranger, &unknown, &further, &old_friend, &well_known})
    story->after(hours(1)).adult_does(says(Signal::kMeetupRequest));
  EXPECT_TRUE(is_direct(stranger, DirectRule::kMeetup));
  EXPECT_TRUE(is_direct(further, DirectRule::kMeetup));
  EXPECT_FALSE(is_direct(unknown, DirectRule::kMeetup)) << "being a stranger is the only stage";
  EXPECT_FALSE(is_direct(old_friend, DirectRule::kMeetup));
  EXPECT_FALSE(is_direct(well_known, DirectRule::kMeetup)) << "families and their friends pick up from school";
}

TEST(DirectRules, AMeetingBetweenPeersNeverIs) {
  Story story;
  story.adult.age_band = AgeBand::k16To17;
  for (const Signal signal : {Signal::kSecrecyRequest, Signal::kMeetupRequest, Signal::kImageRequest}) {
    story.adult_does(says(signal));
  }
  EXPECT_EQ(story.assessment().direct_rules, 0U);
}

TEST(DirectRules, AreToldOnceEvenBelowTheFloorAndFade) {
  Story story;
  story.adult.age_band = story.minor.age_band = AgeBand::kUnknown;
  story.adult_does(says(Signal::kMeetupRequest));
  EXPECT_LT(story.assessment().log_odds, story.config.rules.news.floor_log_odds);
  EXPECT_TRUE(story.step.directions[index(kAdultSide)].tell_risk);
  EXPECT_FALSE(story.after(minutes(1)).adult_does(message()).directions[index(kAdultSide)].tell_risk);
  story.after(days(31)).adult_does(message());
  EXPECT_FALSE(is_direct(story, DirectRule::kMeetup));
}

TEST(DirectRules, DoNotHoldWhereTheyAreSwitchedOff) {
  Story story;
  story.config.rules.direct.blackmail = story.config.rules.direct.meetup = false;
  story.adult_does(says(Signal::kMeetupRequest));
  story.adult_does(says(Signal::kBlackmailMoney));
  EXPECT_EQ(story.assessment().direct_rules, 0U);
}

}  // namespace
}  // namespace pairwatch::relationship
