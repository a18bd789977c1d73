#include "processors/relationship/state.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

TEST(PairState, RemembersWhoStartedAndWhen) {
  Story story;
  story.minor_does(message());
  story.after(hours(1)).adult_does(message());
  EXPECT_EQ(story.state.first_at, kStoryStart);
  EXPECT_EQ(story.state.last_at, kStoryStart + hours(1));
  EXPECT_EQ(story.state.started_by, kMinorSide);
  EXPECT_EQ(story.minor_side().last_at, kStoryStart);
  EXPECT_EQ(story.adult_side().first_at, kStoryStart + hours(1));
}

TEST(PairState, FirstContactIsTheEarliestEvenWhenItComesLate) {
  Story story;
  story.adult_does(message());
  story.after(days(-2)).minor_does(message());
  EXPECT_EQ(story.state.first_at, kStoryStart - days(2));
  EXPECT_EQ(story.state.last_at, kStoryStart);
  EXPECT_EQ(story.state.started_by, kMinorSide);
}

TEST(PairState, ARefusalMeansThatTheOtherReachedOutFirst) {
  for (const InteractionKind kind :
       {InteractionKind::kBlock, InteractionKind::kReport, InteractionKind::kContactRemove, InteractionKind::kContactAccept}) {
    Story story;
    story.minor_does(of_kind(kind));
    EXPECT_EQ(story.state.started_by, kAdultSide) << index(kind);
  }
}

TEST(PairState, CountsEveryKindEachWay) {
  Story story;
  Interaction with_picture = message();
  with_picture.media = MediaKind::kImage;
  story.adult_does(message());
  story.adult_does(with_picture);
  story.adult_does(gift(1));
  story.adult_does(call(CallKind::kVideo));
  story.adult_does(of_kind(InteractionKind::kContactRequest));
  story.adult_does(move(ChannelKind::kGroup, ChannelKind::kDirect));
  story.minor_does(of_kind(InteractionKind::kContactAccept));
  story.minor_does(of_kind(InteractionKind::kContactRemove));
  story.minor_does(of_kind(InteractionKind::kBlock));
  story.minor_does(of_kind(InteractionKind::kReport));
  const auto& adult = story.adult_side();
  EXPECT_EQ(adult.count(Count::kMessages), 2U);
  EXPECT_EQ(adult.count(Count::kMedia), 1U);
  EXPECT_EQ(adult.count(Count::kGifts), 1U);
  EXPECT_EQ(adult.count(Count::kCalls), 1U);
  EXPECT_EQ(adult.count(Count::kContactRequests), 1U);
  EXPECT_EQ(adult.count(Count::kChannelMoves), 1U);
  EXPECT_EQ(adult.sent(), 6U);
  const auto& minor = story.minor_side();
  EXPECT_EQ(minor.count(Count::kContactAccepts), 1U);
  EXPECT_EQ(minor.count(Count::kContactRemoves), 1U);
  EXPECT_EQ(minor.count(Count::kBlocks), 1U);
  EXPECT_EQ(minor.count(Count::kReports), 1U);
  EXPECT_EQ(minor.sent(), 4U);
  EXPECT_EQ(minor.reached_out(), 0U);
}

TEST(PairState, MessageRatesFadeWithEachHalfLife) {
  Story story;
  story.adult_does(message());
  story.after(days(1)).adult_does(message());
  const Rates& rates = story.adult_side().rates;
  EXPECT_NEAR(rates.values[kRateOfHour], 1 + 1.0 / (1 << 24), 1e-8);
  EXPECT_NEAR(rates.values[kRateOfDay], 1.5, 1e-8);
  EXPECT_NEAR(rates.values[kRateOfFortnight], 1.9517, 1e-4);
  EXPECT_EQ(story.minor_side().rates.at, kNever);
}

TEST(PairState, KeepsGiftsOfEachCurrencyAndDirectionApart) {
  Story story;
  story.adult_does(gift(100, "COIN"));
  story.after(days(1)).adult_does(gift(300, "COIN"));
  story.after(days(1)).adult_does(gift(200, "COIN"));
  story.after(days(1)).adult_does(gift(7, "AAA"));
  story.after(days(1)).minor_does(gift(50, "COIN"));
  ASSERT_EQ(story.state.currency_count, 2);
  EXPECT_EQ(story.state.gifts[0].currency(), "AAA");
  const GiftLine& given = story.state.gifts[1].from[index(kAdultSide)];
  EXPECT_EQ(given.count, 3U);
  EXPECT_EQ(given.sum, 600);
  EXPECT_EQ(given.first_value, 100);
  EXPECT_EQ(given.latest_value, 200);
  EXPECT_EQ(given.largest_value, 300);
  EXPECT_EQ(given.largest_at, kStoryStart + days(1));
  EXPECT_EQ(story.state.gifts[1].from[index(kMinorSide)].sum, 50);
}

TEST(PairState, ASumOfGiftsStopsAtTheLargestNumber) {
  Story story;
  for (int i = 0; i < 3; ++i) story.adult_does(gift(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(story.state.gifts[0].from[0].sum, std::numeric_limits<std::int64_t>::max());
}

TEST(PairState, AFifthCurrencyIsCountedAndNotKept) {
  Story story;
  for (const char* currency : {"A", "B", "C", "D"}) EXPECT_EQ(story.adult_does(gift(1, currency)).dropped, 0U);
  EXPECT_EQ(story.adult_does(gift(1, "E")).dropped, 1U);
  EXPECT_EQ(story.state.currency_count, kCurrencyLimit);
  EXPECT_EQ(story.adult_side().count(Count::kGifts), 5U);
}

TEST(PairState, RemembersWhenEachRungOfTheChannelLadderWasReached) {
  Story story;
  Interaction in_public = message();
  in_public.channel = {"lobby", ChannelKind::kPublicRoom, false};
  story.adult_does(in_public);
  story.after(hours(1)).adult_does(move(ChannelKind::kPublicRoom, ChannelKind::kDirect, false));
  EXPECT_EQ(story.adult_side().ladder[index(ChannelKind::kDirect)], kNever) << "an invitation is not an arrival";
  story.after(hours(1)).adult_does(move(ChannelKind::kPublicRoom, ChannelKind::kDirect, true));
  story.after(hours(1)).adult_does(call(CallKind::kVideo));
  const auto& ladder = story.adult_side().ladder;
  EXPECT_EQ(ladder[index(ChannelKind::kPublicRoom)], kStoryStart);
  EXPECT_EQ(ladder[index(ChannelKind::kDirect)], kStoryStart + hours(2));
  EXPECT_EQ(ladder[index(ChannelKind::kVideo)], kStoryStart + hours(3));
  EXPECT_EQ(ladder[index(ChannelKind::kVoice)], kNever);
}

TEST(PairState, KeepsTheNewestFourChannels) {
  Story story;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    Interaction there = message();
    there.channel.id = id;
    story.after(minutes(1)).adult_does(there);
  }
  ASSERT_EQ(story.state.channel_count, kChannelLimit);
  EXPECT_EQ(story.state.channels[0].id.view(), "b");
  EXPECT_EQ(story.state.channels[3].id.view(), "e");
}

TEST(PairState, AChannelWithALongIdIsKeptWithoutIt) {
  const std::string id(kShortIdBytes + 1, 'x');
  Story story;
  Interaction there = message();
  there.channel.id = id;
  story.adult_does(there);
  ASSERT_EQ(story.state.channel_count, 1);
  EXPECT_EQ(story.state.channels[0].id.view(), "");
  EXPECT_EQ(story.state.channels[0].kind, ChannelKind::kDirect);
}

TEST(PairState, EvidenceKeepsTheFirstEventWhateverComesFirst) {
  Story story;
  Interaction later = says(Signal::kSecrecyRequest), earlier = says(Signal::kSecrecyRequest);
  later.event_id = "later";
  earlier.event_id = "earlier";
  story.adult_does(later);
  story.after(hours(-1)).adult_does(earlier);
  const Evidence* evidence = story.state.evidence_of(kAdultSide, Signal::kSecrecyRequest);
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->count, 2U);
  EXPECT_EQ(evidence->first_at, kStoryStart - hours(1));
  EXPECT_EQ(evidence->strength.at, kStoryStart);
  ASSERT_GE(evidence->id_slot, 0);
  EXPECT_EQ(story.state.event_ids[static_cast<std::size_t>(evidence->id_slot)].view(), "earlier");
}

TEST(PairState, EvidenceFadesAndAddsUpInAnyOrder) {
  Story in_order, reversed;
  const Duration half_life = in_order.config.rules.signals.of(Signal::kGift).half_life;
  in_order.adult_does(gift(1));
  in_order.after(half_life).adult_does(gift(1));
  reversed.adult_does(gift(1));
  reversed.after(half_life * -1).adult_does(gift(1));
  EXPECT_NEAR(in_order.state.evidence_of(kAdultSide, Signal::kGift)->strength.value, 1.5, 1e-8);
  EXPECT_NEAR(reversed.state.evidence_of(kAdultSide, Signal::kGift)->strength.value, 1.5, 1e-8);
}

TEST(PairState, KeepsTheEventIdsOfTheWeightiestEight) {
  Story story;
  story.adult.age_band = AgeBand::k16To17;  // peers: both directions have evidence
  const Signal signals[] = {Signal::kPersonalInfoProbe,
                            Signal::kRiskAssessmentProbe,
                            Signal::kContactExchange,
                            Signal::kSecrecyRequest,
                            Signal::kSexualContent,
                            Signal::kImageRequest,
                            Signal::kThreat,
                            Signal::kMoveToPrivate,
                            Signal::kGift};
  for (const Signal signal : signals) story.after(days(1)).adult_does(signal == Signal::kGift ? gift(1) : says(signal));
  std::size_t with_id = 0;
  for (const Signal signal : signals) with_id += story.state.evidence_of(kAdultSide, signal)->id_slot >= 0 ? 1 : 0;
  EXPECT_EQ(with_id, kEventIdLimit);
  EXPECT_LT(story.state.evidence_of(kAdultSide, Signal::kGift)->id_slot, 0) << "of all these a gift can weigh least";
  story.after(days(1)).minor_does(says(Signal::kThreat));
  EXPECT_GE(story.state.evidence_of(kMinorSide, Signal::kThreat)->id_slot, 0);
}

TEST(PairState, ALongEventIdIsNotKept) {
  const std::string id(kShortIdBytes + 1, 'x');
  Story story;
  Interaction interaction = says(Signal::kThreat);
  interaction.event_id = id;
  story.adult_does(interaction);
  const Evidence* evidence = story.state.evidence_of(kAdultSide, Signal::kThreat);
  EXPECT_EQ(story.state.event_ids[static_cast<std::size_t>(evidence->id_slot)].view(), "");
}

TEST(PairState, TheRingHoldsTheNewestSixteenWithinTheLatenessAllowed) {
  Story story;
  for (int i = 0; i < 20; ++i) story.after(seconds(1)).adult_does(message());
  EXPECT_EQ(story.state.ring_count, kRingLimit);
  EXPECT_EQ(story.state.ring[0].at, kStoryStart + seconds(5));
  story.after(story.config.max_lateness).minor_does(gift(1));
  ASSERT_EQ(story.state.ring_count, 2) << "one exactly as old as is allowed stays";
  EXPECT_EQ(story.state.ring[1].kind, InteractionKind::kGift);
  EXPECT_EQ(story.state.ring[1].actor, kMinorSide);
}

TEST(PairState, AnInteractionThatIsTooLateSkipsOnlyTheRing) {
  Story story;
  story.adult_does(message());
  story.after(story.config.max_lateness * -1 - milliseconds(1)).adult_does(gift(100));
  EXPECT_EQ(story.state.ring_count, 1);
  EXPECT_EQ(story.adult_side().count(Count::kGifts), 1U);
  EXPECT_TRUE(story.holds(Signal::kGift));
}

TEST(PairState, AgesAreThoseOfTheNewestEvent) {
  Story story;
  story.adult_does(message());
  story.minor.age_band = AgeBand::k16To17;
  story.minor.heightened_vulnerability = true;
  story.after(hours(1)).adult_does(message());
  story.minor.age_band = AgeBand::kUnder13;
  story.after(hours(-2)).adult_does(message());
  EXPECT_EQ(story.minor_side().age_band, AgeBand::k16To17);
  EXPECT_TRUE(story.minor_side().heightened_vulnerability);
}

TEST(PairState, OfTwoAgesAtTheSameTimeTheYoungerCounts) {
  for (const bool younger_first : {true, false}) {
    Story story;
    story.minor.age_band = younger_first ? AgeBand::kUnder13 : AgeBand::k16To17;
    story.adult_does(message());
    story.minor.age_band = younger_first ? AgeBand::k16To17 : AgeBand::kUnder13;
    story.adult_does(message());
    EXPECT_EQ(story.minor_side().age_band, AgeBand::kUnder13);
  }
}

TEST(PairState, KeepsTheFirstAndTheNewestNumberOfMutualContacts) {
  Story story;
  story.mutual_contacts = 4;
  story.adult_does(message());
  story.mutual_contacts = 9;
  story.after(days(1)).adult_does(message());
  story.mutual_contacts.reset();
  story.after(days(1)).adult_does(message());
  EXPECT_EQ(story.state.mutual_first.count, 4U);
  EXPECT_EQ(story.state.mutual_newest.count, 9U);
}

TEST(PairState, QuantisedNumbersLoseLessThanTwoInABillion) {
  for (const double value : {1.0, 1.0 / 3, 267.123456789, -4.7, 1e-12}) {
    EXPECT_NEAR(quantise(value), value, 2e-9 * (value < 0 ? -value : value));
    EXPECT_EQ(quantise(quantise(value)), quantise(value));
  }
}

}  // namespace
}  // namespace pairwatch::relationship
