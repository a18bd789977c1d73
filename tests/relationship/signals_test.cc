#include "processors/relationship/signals.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

std::string name_of_signal(const testing::TestParamInfo<Signal>& signal) { return std::string(info(signal.param).name); }

TEST(SignalTable, HasOneRowForEverySignalOfThePair) {
  std::uint64_t rows = 0;
  for (const SignalRow& row : signal_rows()) {
    EXPECT_EQ(rows & signal_bit(row.signal), 0U) << info(row.signal).name;
    EXPECT_TRUE(row.observe != nullptr || row.read != nullptr) << info(row.signal).name;
    rows |= signal_bit(row.signal);
  }
  std::uint64_t all = 0;
  for (const SignalInfo& row : all_signals()) all |= signal_bit(row.signal);
  const std::uint64_t of_the_account = signal_bit(Signal::kScattergun) | signal_bit(Signal::kCopiedOpening) |
                                       signal_bit(Signal::kAttentionSkew) | signal_bit(Signal::kPeerImpersonation);
  const std::uint64_t of_the_minor = signal_bit(Signal::kMultipleRiskyAdults);
  EXPECT_EQ(rows, all & ~of_the_account & ~of_the_minor) << "those need what is known of the whole actor or minor";
}

TEST(SignalTable, EverySignalOfThePairHasAWeightAndACap) {
  const RelationshipRules rules;
  for (const SignalRow& row : signal_rows()) {
    const SignalRule& rule = rules.signals.of(row.signal);
    EXPECT_GT(rule.weight, 0) << info(row.signal).name;
    EXPECT_GE(rule.cap, rule.weight) << info(row.signal).name;
    EXPECT_GT(rule.half_life.ms, 0) << info(row.signal).name;
    EXPECT_GT(rule.peer_share, 0) << info(row.signal).name;
    EXPECT_LE(rule.peer_share, 1) << info(row.signal).name;
  }
}

// stranger_contact

TEST(StrangerContact, HoldsWhenAnAdultWithoutMutualContactsWritesFirst) {
  Story story;
  story.adult_does(message());
  EXPECT_TRUE(story.holds(Signal::kStrangerContact));
  EXPECT_NE(story.step.fired & signal_bit(Signal::kStrangerContact), 0U);
  EXPECT_NE(story.assessment().stages_reached & 1U << index(Stage::kTargeting), 0U);
}

TEST(StrangerContact, HoldsForAContactRequestAfterTheMinorWroteFirst) {
  Story story;
  story.minor_does(message());
  EXPECT_FALSE(story.holds(Signal::kStrangerContact));
  story.after(minutes(1)).adult_does(of_kind(InteractionKind::kContactRequest));
  EXPECT_TRUE(story.holds(Signal::kStrangerContact));
}

TEST(StrangerContact, DoesNotHoldWithContactsInCommon) {
  Story story;
  story.mutual_contacts = 2;
  story.adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kStrangerContact));
}

TEST(StrangerContact, StaysWhenContactsInCommonAppearLater) {
  Story story;
  story.adult_does(message());
  story.mutual_contacts = 3;
  story.after(days(1)).adult_does(message());
  EXPECT_TRUE(story.holds(Signal::kStrangerContact));
}

TEST(StrangerContact, WeighsLessWhereContactsInCommonAreUnknown) {
  Story known, unknown;
  unknown.mutual_contacts.reset();
  known.adult_does(message());
  unknown.adult_does(message());
  EXPECT_GT(unknown.share_of(Signal::kStrangerContact), 0);
  EXPECT_LT(unknown.share_of(Signal::kStrangerContact), known.share_of(Signal::kStrangerContact));
}

TEST(StrangerContact, FadesWithItsHalfLife) {
  Story story;
  story.adult_does(message());
  const double at_first = story.share_of(Signal::kStrangerContact);
  story.after(story.config.rules.signals.of(Signal::kStrangerContact).half_life).adult_does(message());
  EXPECT_NEAR(story.share_of(Signal::kStrangerContact), at_first / 2, 1e-9);
}

// message_burst_new_contact

TEST(MessageBurst, HoldsForManyMessagesSoonAfterFirstContact) {
  Story story;
  for (int i = 0; i < 80; ++i) story.after(minutes(1)).adult_does(message());
  EXPECT_TRUE(story.holds(Signal::kMessageBurstNewContact));
}

TEST(MessageBurst, DoesNotHoldForAFewMessagesADay) {
  Story story;
  for (int i = 0; i < 80; ++i) story.after(hours(2)).adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kMessageBurstNewContact));
}

TEST(MessageBurst, DoesNotHoldForAnOldContact) {
  Story story;
  story.adult_does(message());
  story.after(days(15));
  for (int i = 0; i < 80; ++i) story.after(minutes(1)).adult_does(message());
  EXPECT_FALSE(story.holds(Signal::kMessageBurstNewContact));
}

TEST(MessageBurst, FadesWhenTheMessagesStop) {
  Story story;
  for (int i = 0; i < 80; ++i) story.after(minutes(1)).adult_does(message());
  const double at_end = story.share_of(Signal::kMessageBurstNewContact);
  story.after(days(7)).minor_does(message());
  EXPECT_NEAR(story.share_of(Signal::kMessageBurstNewContact), at_end / 2, 0.01);
}

// Words and labels

class WordSignal : public testing::TestWithParam<Signal> {};

TEST_P(WordSignal, FiresWhereTheWordsOfAMessageSpeakForIt) {
  Story story;
  story.adult_does(message());
  EXPECT_FALSE(story.holds(GetParam()));
  story.after(days(1)).adult_does(says(GetParam()));
  EXPECT_TRUE(story.holds(GetParam()));
  EXPECT_NE(story.step.fired & signal_bit(GetParam()), 0U);
}

TEST_P(WordSignal, IsNotTheAdultsWhenTheMinorSaysIt) {
  Story story;
  story.adult_does(message());
  story.after(days(1)).minor_does(says(GetParam()));
  EXPECT_FALSE(story.holds(GetParam()));
}

TEST_P(WordSignal, NeverExceedsItsCap) {
  Story story;
  for (int i = 0; i < 20; ++i) story.after(minutes(1)).adult_does(says(GetParam()));
  EXPECT_LE(story.share_of(GetParam()), story.config.rules.signals.of(GetParam()).cap);
}

INSTANTIATE_TEST_SUITE_P(EachSignalOfWords, WordSignal,
                         testing::Values(Signal::kPersonalInfoProbe, Signal::kRiskAssessmentProbe, Signal::kMoveToPrivate,
                                         Signal::kContactExchange, Signal::kSecrecyRequest, Signal::kSexualContent,
                                         Signal::kImageRequest, Signal::kThreat, Signal::kPersonaOffer, Signal::kPaymentForImages,
                                         Signal::kExclusivity, Signal::kGameOrDare, Signal::kMeetupRequest, Signal::kBlackmailMoney,
                                         Signal::kSecrecyByFear),
                         name_of_signal);

class LabelSignal : public testing::TestWithParam<Signal> {};

TEST_P(LabelSignal, FiresFromItsThresholdOnAndWeighsByTheScore) {
  Story story;
  story.adult_does(message());
  story.after(days(1)).adult_does(labelled(GetParam(), 0.69F));
  EXPECT_FALSE(story.holds(GetParam()));
  story.after(minutes(1)).adult_does(labelled(GetParam(), 0.75F));
  EXPECT_NEAR(story.share_of(GetParam()), 0.75 * story.config.rules.signals.of(GetParam()).weight, 1e-6);
}

TEST_P(LabelSignal, IsNotReadFromAnythingButAMessage) {
  Story story;
  Interaction interaction = labelled(GetParam(), 1);
  interaction.kind = InteractionKind::kCall;
  story.adult_does(interaction);
  EXPECT_FALSE(story.holds(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(EachSignalOfLabels, LabelSignal,
                         testing::Values(Signal::kSexualContent, Signal::kImageRequest, Signal::kThreat, Signal::kMeetupRequest,
                                         Signal::kBlackmailMoney),
                         name_of_signal);

// gift, gift_escalation

TEST(Gift, FiresForAGiftFromARecentContact) {
  Story story;
  story.adult_does(message());
  story.after(days(1)).adult_does(gift(100));
  EXPECT_NEAR(story.share_of(Signal::kGift), story.config.rules.signals.of(Signal::kGift).weight, 1e-9);
}

TEST(Gift, CountsTwiceWhenItIsLarge) {
  Story story;
  story.adult_does(gift(story.config.rules.gift.large_value_minor));
  EXPECT_NEAR(story.share_of(Signal::kGift), 2 * story.config.rules.signals.of(Signal::kGift).weight, 1e-9);
}

TEST(Gift, DoesNotWeighBetweenOldContactsWhoGiveEachOther) {
  Story story;
  story.adult_does(message());
  story.after(days(61)).minor_does(gift(100));
  story.after(days(1)).adult_does(gift(100));
  EXPECT_FALSE(story.holds(Signal::kGift));
}

TEST(Gift, WeighsFromAnOldContactWhoGetsNothingBack) {
  Story story;
  story.adult_does(message());
  story.after(days(61)).adult_does(gift(100));
  EXPECT_TRUE(story.holds(Signal::kGift));
}

TEST(GiftEscalation, FiresWhenGiftsGrowOneWay) {
  Story story;
  for (const int value : {100, 150, 250}) story.after(days(1)).adult_does(gift(value));
  EXPECT_TRUE(story.holds(Signal::kGiftEscalation));
}

TEST(GiftEscalation, DoesNotFireForGiftsOfOneSize) {
  Story story;
  for (const int value : {100, 100, 110, 100}) story.after(days(1)).adult_does(gift(value));
  EXPECT_FALSE(story.holds(Signal::kGiftEscalation));
}

TEST(GiftEscalation, DoesNotFireWhenGiftsAreReturned) {
  Story story;
  story.minor_does(gift(100));
  for (const int value : {100, 150, 250}) story.after(days(1)).adult_does(gift(value));
  EXPECT_FALSE(story.holds(Signal::kGiftEscalation));
}

TEST(GiftEscalation, DoesNotCompareDifferentCurrencies) {
  Story story;
  story.adult_does(gift(1, "GOLD"));
  for (const int value : {100, 150}) story.after(days(1)).adult_does(gift(value, "COIN"));
  EXPECT_FALSE(story.holds(Signal::kGiftEscalation));
}

// move_to_private

struct MoveRow {
  ChannelKind from;
  ChannelKind to;
  bool fires;
};

TEST(MoveToPrivate, FiresForEachStepUpTheLadderAndForNoneDown) {
  using enum ChannelKind;
  for (const MoveRow& row :
       {MoveRow{kPublicRoom, kGroup, true}, MoveRow{kGroup, kDirect, true}, MoveRow{kDirect, kVoice, true},
        MoveRow{kDirect, kVideo, true}, MoveRow{kVoice, kExternal, true}, MoveRow{kPublicRoom, kExternal, true},
        MoveRow{kUnknown, kDirect, true}, MoveRow{kVoice, kVideo, false}, MoveRow{kDirect, kGroup, false},
        MoveRow{kDirect, kDirect, false}, MoveRow{kUnknown, kPublicRoom, false}}) {
    Story story;
    story.adult_does(move(row.from, row.to));
    EXPECT_EQ(story.holds(Signal::kMoveToPrivate), row.fires) << "from " << index(row.from) << " to " << index(row.to);
  }
}

// blocked_or_reported

TEST(BlockedOrReported, SpeaksAgainstTheOneWhoIsBlocked) {
  Story story;
  story.adult_does(message());
  story.after(minutes(1)).minor_does(of_kind(InteractionKind::kBlock));
  EXPECT_TRUE(story.holds(Signal::kBlockedOrReported));
  EXPECT_NE(story.step.fired_other & signal_bit(Signal::kBlockedOrReported), 0U);
  EXPECT_EQ(story.state.evidence_of(kMinorSide, Signal::kBlockedOrReported), nullptr);
}

TEST(BlockedOrReported, FiresForAReport) {
  Story story;
  story.adult_does(message());
  story.after(minutes(1)).minor_does(of_kind(InteractionKind::kReport));
  EXPECT_TRUE(story.holds(Signal::kBlockedOrReported));
}

TEST(BlockedOrReported, DoesNotFireWhenTheAdultBlocksTheMinor) {
  Story story;
  story.minor_does(message());
  story.after(minutes(1)).adult_does(of_kind(InteractionKind::kBlock));
  EXPECT_FALSE(story.holds(Signal::kBlockedOrReported));
}

// instant_solicitation

TEST(InstantSolicitation, FiresNineteenSecondsAfterFirstContact) {
  for (const Signal signal : {Signal::kSexualContent, Signal::kImageRequest, Signal::kThreat, Signal::kBlackmailMoney}) {
    Story story;
    story.adult_does(message());
    story.after(seconds(19)).adult_does(labelled(signal, 0.9F));
    EXPECT_TRUE(story.holds(Signal::kInstantSolicitation)) << info(signal).name;
  }
}

TEST(InstantSolicitation, FiresAtTheLastMomentOfItsTimeAndNotAfter) {
  Story inside, outside;
  const Duration within = inside.config.rules.instant_solicitation.within;
  inside.adult_does(message());
  inside.after(within).adult_does(says(Signal::kImageRequest));
  EXPECT_TRUE(inside.holds(Signal::kInstantSolicitation));
  outside.adult_does(message());
  outside.after(within + milliseconds(1)).adult_does(says(Signal::kImageRequest));
  EXPECT_FALSE(outside.holds(Signal::kInstantSolicitation));
}

TEST(InstantSolicitation, WeighsLessWhereTheTwoHadContactsInCommon) {
  Story story;
  story.mutual_contacts = 1;
  story.adult_does(says(Signal::kImageRequest));
  const InstantSolicitationRule rule;
  EXPECT_NEAR(story.share_of(Signal::kInstantSolicitation),
              rule.known_contact_strength * story.config.rules.signals.of(Signal::kInstantSolicitation).weight, 1e-9);
}

TEST(InstantSolicitation, IsNotTheAdultsWhenTheMinorAsks) {
  Story story;
  story.adult_does(message());
  story.after(seconds(10)).minor_does(says(Signal::kImageRequest));
  EXPECT_FALSE(story.holds(Signal::kInstantSolicitation));
}

// rapid_stage_progress, stage_breadth

TEST(RapidStageProgress, FiresForThreeStagesInADay) {
  Story story;
  story.adult_does(says(Signal::kPersonalInfoProbe));  // and a stranger's contact
  EXPECT_FALSE(story.holds(Signal::kRapidStageProgress));
  story.after(hours(20)).adult_does(says(Signal::kSecrecyRequest));
  EXPECT_TRUE(story.holds(Signal::kRapidStageProgress));
}

TEST(RapidStageProgress, DoesNotFireWhenTheStagesAreDaysApart) {
  Story story;
  story.adult_does(message());
  story.after(days(2)).adult_does(says(Signal::kPersonalInfoProbe));
  story.after(days(2)).adult_does(says(Signal::kSecrecyRequest));
  story.after(days(2)).adult_does(gift(100));
  EXPECT_FALSE(story.holds(Signal::kRapidStageProgress));
}

TEST(RapidStageProgress, GrowsWithFurtherStages) {
  Story story;
  story.adult_does(says(Signal::kPersonalInfoProbe));
  story.after(minutes(1)).adult_does(says(Signal::kSecrecyRequest));
  const double with_three = story.share_of(Signal::kRapidStageProgress);
  story.after(minutes(1)).adult_does(gift(100));
  EXPECT_NEAR(story.share_of(Signal::kRapidStageProgress), 1.5 * with_three, 1e-4);
}

TEST(StageBreadth, FiresFromFourStagesOnHoweverSlow) {
  Story story;
  story.adult_does(message());
  story.after(days(10)).adult_does(says(Signal::kPersonalInfoProbe));
  story.after(days(10)).adult_does(gift(100));
  EXPECT_FALSE(story.holds(Signal::kStageBreadth));
  story.after(days(10)).adult_does(says(Signal::kSecrecyRequest));
  EXPECT_TRUE(story.holds(Signal::kStageBreadth));
  const double with_four = story.share_of(Signal::kStageBreadth);
  story.adult_does(says(Signal::kImageRequest));
  EXPECT_NEAR(story.share_of(Signal::kStageBreadth), 2 * with_four, 1e-9);
}

TEST(Stages, AreAllReachedWithoutAnyText) {
  Story story;
  story.adult_does(of_kind(InteractionKind::kContactRequest));
  for (int i = 0; i < 80; ++i) story.after(minutes(1)).adult_does(message());
  story.adult_does(gift(500));
  story.adult_does(move(ChannelKind::kDirect, ChannelKind::kVideo));
  story.adult_does(labelled(Signal::kSexualContent, 0.9F));
  story.adult_does(labelled(Signal::kThreat, 0.9F));
  EXPECT_EQ(story.assessment().stages_reached, 0b1111110U);
}

}  // namespace
}  // namespace pairwatch::relationship
