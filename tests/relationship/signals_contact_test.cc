// Signals that need no text: who reaches out, from where to where, and who the account is.
#include <gtest/gtest.h>

#include "processors/relationship/signals.h"
#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

Interaction at(ChannelKind kind, bool ephemeral = false) {
  Interaction interaction = message();
  interaction.channel = {"there", kind, ephemeral};
  return interaction;
}

// friend_of_friend_contact

Interaction request_with(std::uint32_t mutual, std::optional<std::uint32_t> recent) {
  Interaction interaction = of_kind(InteractionKind::kContactRequest);
  interaction.mutual_contacts = mutual;
  interaction.mutual_contacts_recent = recent;
  return interaction;
}

TEST(FriendOfFriendContact, HoldsWhereTheFewContactsInCommonAreAllRecentOnes) {
  Story story;
  story.adult_does(request_with(2, 2));
  EXPECT_TRUE(story.holds(Signal::kFriendOfFriendContact));
  EXPECT_FALSE(story.holds(Signal::kStrangerContact));
}

TEST(FriendOfFriendContact, DoesNotHoldForOldManyNoneOrUnknownOnes) {
  for (const auto& [mutual, recent] : {std::pair<std::uint32_t, std::optional<std::uint32_t>>{2, 1}, {4, 4}, {0, 0}, {2, {}}}) {
    Story story;
    story.adult_does(request_with(mutual, recent));
    EXPECT_FALSE(story.holds(Signal::kFriendOfFriendContact)) << mutual;
  }
}

TEST(ManyMutualContacts, ProtectUnlessTheAccountWonThemAllOnlyRecently) {
  Story collected, grown;
  collected.adult_does(request_with(4, 4));
  grown.adult_does(request_with(4, 3));
  EXPECT_DOUBLE_EQ(collected.assessment().log_odds - grown.assessment().log_odds,
                   RelationshipRules{}.protective.many_mutual_contacts_weight);
}

TEST(FriendOfFriendContact, StaysWhenFurtherContactsAreWonLater) {
  Story story;
  story.adult_does(request_with(2, 2));
  story.after(days(3)).adult_does(request_with(6, 6));
  EXPECT_TRUE(story.holds(Signal::kFriendOfFriendContact));
}

// new_account

TEST(NewAccount, HoldsForAnAccountMadeShortlyBeforeTheyMet) {
  Story story;
  story.adult.created_at = kStoryStart - days(2);
  story.adult_does(message());
  EXPECT_TRUE(story.holds(Signal::kNewAccount));
}

TEST(NewAccount, DoesNotHoldForAnOldOneAnUnknownAgeOrOneThatNeverReachedOut) {
  Story old, unknown, silent;
  old.adult.created_at = kStoryStart - days(30);
  old.adult_does(message());
  unknown.adult_does(message());
  silent.adult.created_at = kStoryStart - days(1);
  silent.minor_does(message());
  for (const Story* story : {&old, &unknown, &silent}) EXPECT_FALSE(story->holds(Signal::kNewAccount));
}

TEST(NewAccount, IsNotOutwaitedByALongSilenceAndBelievesTheOldestDate) {
  Story story;
  story.adult.created_at = kStoryStart - days(2);
  story.adult_does(message());
  story.after(days(30)).adult_does(message());
  EXPECT_TRUE(story.holds(Signal::kNewAccount));
  story.adult.created_at = kStoryStart - days(300);
  story.after(days(-1)).adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kNewAccount));
}

TEST(NewAccount, ReachesNoStage) {
  Story story;
  story.mutual_contacts = 4;
  story.adult.created_at = kStoryStart;
  story.adult_does(message());
  EXPECT_TRUE(story.holds(Signal::kNewAccount));
  EXPECT_EQ(story.assessment().stages_reached, 0U);
}

// age_inconsistency

struct Ages {
  AgeBand before;
  AgeAssurance before_by;
  AgeBand after;
  AgeAssurance after_by;
  bool holds;
};

TEST(AgeInconsistency, HoldsForWhatCannotBothBeAndForNothingThatCan) {
  using enum AgeBand;
  constexpr auto kSelf = AgeAssurance::kSelfDeclared, kChecked = AgeAssurance::kVerified;
  for (const Ages& row : {Ages{k13To15, kSelf, kAdult, kChecked, true}, Ages{kAdult, kSelf, k13To15, kSelf, true},
                          Ages{k16To17, kSelf, kUnder13, kSelf, true}, Ages{k16To17, kSelf, kAdult, kChecked, false},
                          Ages{k13To15, kSelf, k16To17, kSelf, false}, Ages{kAdult, kSelf, k13To15, kChecked, false},
                          Ages{kUnknown, kSelf, kAdult, kChecked, false}, Ages{kAdult, kSelf, kAdult, kChecked, false}}) {
    for (const bool late : {false, true}) {  // whichever event arrives first
      Story story;
      for (const bool second : {late, !late}) {
        story.now = kStoryStart + days(second ? 1 : 0);
        story.adult.age_band = second ? row.after : row.before;
        story.adult.age_assurance = second ? row.after_by : row.before_by;
        story.adult_does(message());
      }
      if (row.after == kUnknown) continue;
      EXPECT_EQ(!is_judged(verdict_of(story.state, kAdultSide, story.config.rules.gate)) ? row.holds
                                                                                         : story.holds(Signal::kAgeInconsistency),
                row.holds && verdict_of(story.state, kAdultSide, story.config.rules.gate) != GateVerdict::kJudgedAssured)
          << index(row.before) << " then " << index(row.after);
    }
  }
}

// public_to_private_origin

TEST(PublicToPrivateOrigin, HoldsForWhoGoesFromAPublicRoomToAPrivatePlaceSoon) {
  Story story;
  story.adult_does(at(ChannelKind::kPublicRoom));
  EXPECT_FALSE(story.holds(Signal::kPublicToPrivateOrigin));
  story.after(hours(3)).adult_does(at(ChannelKind::kDirect));
  EXPECT_TRUE(story.holds(Signal::kPublicToPrivateOrigin));
}

TEST(PublicToPrivateOrigin, IsSeenWhenThePublicMeetingArrivesLate) {
  Story story;
  story.adult_does(at(ChannelKind::kDirect));
  story.after(hours(-3)).minor_does(at(ChannelKind::kPublicRoom));
  EXPECT_TRUE(story.holds(Signal::kPublicToPrivateOrigin));
}

TEST(PublicToPrivateOrigin, DoesNotHoldAfterDaysFromAGroupOrWhenTheMinorWentFirst) {
  Story slow, group, minor;
  slow.adult_does(at(ChannelKind::kPublicRoom));
  slow.after(days(2)).adult_does(at(ChannelKind::kDirect));
  group.adult_does(at(ChannelKind::kGroup));
  group.after(minutes(1)).adult_does(at(ChannelKind::kPublicRoom));
  group.after(hours(1)).adult_does(at(ChannelKind::kDirect));
  minor.adult_does(at(ChannelKind::kPublicRoom));
  minor.after(minutes(5)).minor_does(at(ChannelKind::kDirect));
  minor.after(minutes(5)).adult_does(at(ChannelKind::kDirect));
  for (const Story* story : {&slow, &group, &minor}) EXPECT_FALSE(story->holds(Signal::kPublicToPrivateOrigin));
}

// attention_ramp

/// Messages of each day, spread over four hours from `hour` of UTC on.
void write_days(Story& story, std::initializer_list<int> messages, int answers, int hour = 12) {
  const EventTime midnight{kStoryStart.ms / days(1).ms * days(1).ms};
  int day = 0;
  for (const int count : messages) {
    for (int i = 0; i < count; ++i) {
      story.now = midnight + days(day) + hours(hour) + minutes(240 * i / count);
      story.adult_does(message());
      if (i < answers) story.minor_does(message());
    }
    ++day;
  }
}

TEST(AttentionRamp, HoldsForMessagesThatBecomeMoreOverDaysWithoutAnswers) {
  Story story;
  write_days(story, {2, 2, 3, 3, 4, 5, 8, 40, 90}, 1);
  EXPECT_TRUE(story.holds(Signal::kAttentionRamp));
}

TEST(AttentionRamp, DoesNotHoldForEvenAnsweredOrBriefTalk) {
  Story even, answered, brief;
  write_days(even, {30, 30, 30, 30, 30, 30, 30, 30}, 1);
  write_days(answered, {2, 2, 3, 3, 4, 5, 8, 40, 90}, 60);
  write_days(brief, {2, 40}, 0);
  for (const Story* story : {&even, &answered, &brief}) EXPECT_FALSE(story->holds(Signal::kAttentionRamp));
}

TEST(AttentionRamp, WeighsMoreAtNightWhereTheOtherLivesAndOnlyWhereThatIsKnown) {
  Story day, night, unknown;
  day.minor.utc_offset_minutes = 0;
  night.minor.utc_offset_minutes = 12 * 60;
  for (Story* story : {&day, &night, &unknown}) write_days(*story, {2, 2, 3, 3, 4, 5, 8, 40, 90}, 1);
  EXPECT_GT(night.share_of(Signal::kAttentionRamp), 1.2 * day.share_of(Signal::kAttentionRamp));
  EXPECT_EQ(unknown.share_of(Signal::kAttentionRamp), day.share_of(Signal::kAttentionRamp));
}

// ephemeral_channel

TEST(EphemeralChannel, HoldsForWhoSwitchesToWhereMessagesDisappear) {
  Story wrote, moved;
  wrote.adult_does(at(ChannelKind::kDirect));
  wrote.after(days(1)).adult_does(at(ChannelKind::kDirect, true));
  Interaction switched = move(ChannelKind::kDirect, ChannelKind::kDirect);
  switched.moved_to.ephemeral = true;
  moved.adult_does(switched);
  for (const Story* story : {&wrote, &moved}) EXPECT_TRUE(story->holds(Signal::kEphemeralChannel));
}

TEST(EphemeralChannel, DoesNotHoldWhereMessagesAlwaysDisappearOrTheMinorSwitchedFirst) {
  Story always, minor;
  for (int i = 0; i < 5; ++i) always.after(days(1)).adult_does(at(ChannelKind::kDirect, true));
  minor.adult_does(at(ChannelKind::kDirect));
  minor.after(minutes(5)).minor_does(at(ChannelKind::kDirect, true));
  minor.after(minutes(5)).adult_does(at(ChannelKind::kDirect, true));
  for (const Story* story : {&always, &minor}) EXPECT_FALSE(story->holds(Signal::kEphemeralChannel));
}

TEST(EphemeralChannel, IsNotHiddenByGoingBack) {
  Story story;
  story.adult_does(at(ChannelKind::kDirect));
  story.after(days(1)).adult_does(at(ChannelKind::kDirect, true));
  story.after(days(1)).adult_does(at(ChannelKind::kDirect));
  EXPECT_TRUE(story.holds(Signal::kEphemeralChannel));
}

// image_sent, video_call

TEST(ImageSent, FiresForAnImageOrVideoToAMinorInAPrivatePlace) {
  for (const MediaKind media : {MediaKind::kImage, MediaKind::kVideo}) {
    Story story;
    story.adult_does(picture(media));
    EXPECT_TRUE(story.holds(Signal::kImageSent));
    EXPECT_EQ(story.assessment().stages_reached & 1U << index(Stage::kSexualizing), 0U) << "an image alone reaches no stage";
  }
}

TEST(ImageSent, DoesNotFireInAGroupForAStickerOrToAnUnknownAge) {
  Story group, sticker, unknown;
  group.adult_does(picture(MediaKind::kImage, ChannelKind::kGroup));
  sticker.adult_does(picture(MediaKind::kSticker));
  unknown.minor.age_band = AgeBand::kUnknown;
  unknown.adult_does(picture());
  for (const Story* story : {&group, &sticker, &unknown}) EXPECT_FALSE(story->holds(Signal::kImageSent));
}

TEST(ImageSent, SaysNothingOfAnOldContactAndIsCappedHoweverMany) {
  Story old, many;
  old.adult_does(message());
  old.after(days(31)).adult_does(picture());
  EXPECT_FALSE(old.holds(Signal::kImageSent));
  for (int i = 0; i < 50; ++i) many.after(minutes(1)).adult_does(picture());
  EXPECT_LE(many.share_of(Signal::kImageSent), many.config.rules.signals.of(Signal::kImageSent).cap);
}

TEST(VideoCall, FiresForACallOrAMoveToVideoWithARecentContact) {
  Story called, moved;
  called.adult_does(call(CallKind::kVideo));
  moved.adult_does(move(ChannelKind::kDirect, ChannelKind::kVideo));
  for (const Story* story : {&called, &moved}) EXPECT_TRUE(story->holds(Signal::kVideoCall));
}

TEST(VideoCall, DoesNotFireForAVoiceCallAnOldContactOrTheMinorsCall) {
  Story voice, old, minor;
  voice.adult_does(call(CallKind::kVoice));
  old.adult_does(message());
  old.after(days(31)).adult_does(call(CallKind::kVideo));
  minor.minor_does(call(CallKind::kVideo));
  for (const Story* story : {&voice, &old, &minor}) EXPECT_FALSE(story->holds(Signal::kVideoCall));
}

// recontact_after_block

TEST(RecontactAfterBlock, HoldsForWhoReachesOutAgainAfterABlockAndLessAfterARemoval) {
  Story blocked, removed;
  for (Story* story : {&blocked, &removed}) {
    story->adult_does(message());
    story->after(hours(1)).minor_does(of_kind(story == &blocked ? InteractionKind::kBlock : InteractionKind::kContactRemove));
    EXPECT_FALSE(story->holds(Signal::kRecontactAfterBlock));
    story->after(hours(1)).adult_does(message());
    EXPECT_TRUE(story->holds(Signal::kRecontactAfterBlock));
  }
  EXPECT_LT(removed.share_of(Signal::kRecontactAfterBlock), blocked.share_of(Signal::kRecontactAfterBlock));
}

TEST(RecontactAfterBlock, DoesNotHoldForWhatWasOnItsWayOrForAReport) {
  Story on_its_way, reported;
  on_its_way.minor_does(of_kind(InteractionKind::kBlock));
  on_its_way.after(seconds(30)).adult_does(message());
  reported.minor_does(of_kind(InteractionKind::kReport));
  reported.after(hours(1)).adult_does(message());
  for (const Story* story : {&on_its_way, &reported}) EXPECT_FALSE(story->holds(Signal::kRecontactAfterBlock));
}

TEST(RecontactAfterBlock, DoesNotHoldWhereTheOtherWantedTheContactAgain) {
  Story story;
  story.minor_does(of_kind(InteractionKind::kContactRemove));
  story.after(days(1)).minor_does(of_kind(InteractionKind::kContactRequest));
  story.after(days(1)).adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kRecontactAfterBlock));
  story.after(days(1)).minor_does(of_kind(InteractionKind::kBlock));
  story.after(days(1)).adult_does(message());
  EXPECT_TRUE(story.holds(Signal::kRecontactAfterBlock)) << "refused once more since";
}

TEST(RecontactAfterBlock, IsSeenWhenTheBlockArrivesLateAndHalfWhereTheOtherAnswers) {
  Story story;
  story.adult_does(message());
  story.after(days(2)).adult_does(message());
  story.after(days(-1)).minor_does(of_kind(InteractionKind::kBlock));
  const double share = story.share_of(Signal::kRecontactAfterBlock);
  EXPECT_GT(share, 0);
  story.after(days(1) + hours(1)).minor_does(message());
  EXPECT_NEAR(story.share_of(Signal::kRecontactAfterBlock), share / 2, 0.05);
}

}  // namespace
}  // namespace pairwatch::relationship
