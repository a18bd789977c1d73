// flattery, payment_for_images, blackmail_money: what is said or given more than once, or about when something else happens.
#include <gtest/gtest.h>

#include <algorithm>

#include "processors/relationship/signals.h"
#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

TEST(Flattery, CountsFromTheSecondComplimentOn) {
  Story story;
  story.adult_does(says(Signal::kFlattery));
  EXPECT_FALSE(story.holds(Signal::kFlattery));
  story.after(days(1)).adult_does(says(Signal::kFlattery));
  EXPECT_TRUE(story.holds(Signal::kFlattery));
}

TEST(Flattery, ShowsHoweverSlowTheCompliments) {
  Story story;
  for (int week = 0; week < 6; ++week) story.after(days(7)).adult_does(says(Signal::kFlattery));
  EXPECT_TRUE(story.holds(Signal::kFlattery));
}

TEST(PaymentForImages, FiresForAGiftOnTheDayOfAnImageRequestWhicheverCameFirst) {
  for (const bool gift_first : {true, false}) {
    Story story;
    story.adult_does(message());
    story.after(days(2)).adult_does(gift_first ? gift(100) : says(Signal::kImageRequest));
    EXPECT_FALSE(story.holds(Signal::kPaymentForImages));
    story.after(hours(2)).adult_does(gift_first ? says(Signal::kImageRequest) : gift(100));
    EXPECT_TRUE(story.holds(Signal::kPaymentForImages));
    EXPECT_NE(story.step.fired & signal_bit(Signal::kPaymentForImages), 0U);
    EXPECT_NE(story.assessment().stages_reached & 1U << index(Stage::kFillingANeed), 0U);
  }
}

TEST(PaymentForImages, FiresForAGiftBesideAnImageThatTheOtherSendsInPrivate) {
  for (const bool gift_first : {true, false}) {
    Story story;
    story.adult_does(message());
    gift_first ? story.after(days(2)).adult_does(gift(100)) : story.after(days(2)).minor_does(picture());
    gift_first ? story.after(hours(20)).minor_does(picture()) : story.after(hours(20)).adult_does(gift(100));
    EXPECT_TRUE(story.holds(Signal::kPaymentForImages));
  }
}

TEST(PaymentForImages, DoesNotFireWhenTheyAreDaysApart) {
  Story story;
  story.adult_does(gift(100));
  story.after(days(3)).minor_does(picture());
  story.after(days(3)).adult_does(gift(100));
  EXPECT_FALSE(story.holds(Signal::kPaymentForImages));
}

TEST(PaymentForImages, DoesNotFireForAPictureInAGroupOrOfUnknownPlace) {
  for (const ChannelKind where : {ChannelKind::kGroup, ChannelKind::kPublicRoom, ChannelKind::kUnknown}) {
    Story story;
    story.adult_does(gift(100));
    story.after(hours(1)).minor_does(picture(MediaKind::kImage, where));
    EXPECT_FALSE(story.holds(Signal::kPaymentForImages)) << index(where);
  }
}

TEST(PaymentForImages, DoesNotFireForTheGiversOwnPicturesOrForStickers) {
  Story story;
  story.adult_does(gift(100));
  story.after(hours(1)).adult_does(picture());
  story.after(hours(1)).minor_does(picture(MediaKind::kSticker));
  EXPECT_FALSE(story.holds(Signal::kPaymentForImages));
}

TEST(PaymentForImages, GrowsWithFurtherDays) {
  Story story;
  story.adult_does(gift(100));
  story.minor_does(picture());
  const double first = story.share_of(Signal::kPaymentForImages);
  story.after(days(3)).adult_does(gift(100));
  story.minor_does(picture());
  EXPECT_GT(story.share_of(Signal::kPaymentForImages), 1.2 * first);
}

TEST(PaymentForImages, IsSeenWhateverTheOrderOfArrival) {
  for (const bool late_gift : {true, false}) {
    Story story;
    story.adult_does(message());
    story.after(days(40));  // the newest day of each is far from the one that matters
    story.adult_does(gift(100));
    story.after(days(5)).minor_does(picture());
    story.after(days(-25));
    story.adult_does(late_gift ? says(Signal::kImageRequest) : gift(100));
    story.adult_does(late_gift ? gift(100) : says(Signal::kImageRequest));
    EXPECT_TRUE(story.holds(Signal::kPaymentForImages));
  }
}

TEST(PaymentForImages, IsNotSeenThroughAnImageRequestRuleThatDoesNotCount) {
  Story story;
  story.config.rules.signals.of(Signal::kImageRequest).state = RuleState::kShadow;
  story.adult_does(says(Signal::kImageRequest));
  story.adult_does(gift(100));
  EXPECT_FALSE(story.holds(Signal::kPaymentForImages));
}

TEST(BlackmailMoney, FiresWithoutItsWordsWhenTheThreatenedOneGivesWhereImagesWereSent) {
  Story story;
  story.adult_does(message());
  story.after(days(1)).minor_does(picture());
  story.after(days(1)).adult_does(labelled(Signal::kThreat, 0.9F));
  EXPECT_FALSE(story.holds(Signal::kBlackmailMoney));
  story.after(days(1)).minor_does(gift(500));
  EXPECT_TRUE(story.holds(Signal::kBlackmailMoney));
}

TEST(BlackmailMoney, DoesNotFireWithoutImagesOrForAGiftBeforeTheThreatOrLongAfterIt) {
  Story no_images;
  no_images.adult_does(labelled(Signal::kThreat, 0.9F));
  no_images.after(hours(1)).minor_does(gift(500));
  EXPECT_FALSE(no_images.holds(Signal::kBlackmailMoney));
  Story before;
  before.minor_does(picture());
  before.minor_does(gift(500));
  before.after(days(1)).adult_does(labelled(Signal::kThreat, 0.9F));
  EXPECT_FALSE(before.holds(Signal::kBlackmailMoney));
  Story long_after;
  long_after.minor_does(picture());
  long_after.adult_does(labelled(Signal::kThreat, 0.9F));
  long_after.after(days(4)).minor_does(gift(500));
  EXPECT_FALSE(long_after.holds(Signal::kBlackmailMoney));
}

TEST(BlackmailMoney, IsSeenWhenTheThreatArrivesLate) {
  Story story;
  story.minor_does(picture());
  story.after(days(2)).minor_does(gift(500));
  story.after(days(-1)).adult_does(labelled(Signal::kThreat, 0.9F));
  EXPECT_TRUE(story.holds(Signal::kBlackmailMoney));
}

TEST(DayMarks, AreTheSameInAnyOrderAndForgetWhatIsOlderThanSixtyThreeDays) {
  const EventTime times[] = {kStoryStart, kStoryStart + days(10), kStoryStart + days(63), kStoryStart + days(64)};
  int order[] = {0, 1, 2, 3};
  do {
    DayMarks marks;
    for (const int i : order) marks.mark(times[i]);
    EXPECT_EQ(marks.newest, day_of(times[3]));
    EXPECT_EQ(marks.days, std::uint64_t{1} << 54 | 3U);
  } while (std::next_permutation(std::begin(order), std::end(order)));
}

}  // namespace
}  // namespace pairwatch::relationship
