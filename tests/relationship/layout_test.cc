#include "processors/relationship/layout.h"

#include <gtest/gtest.h>

#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

Story busy_story() {
  Story story;
  story.adult_does(of_kind(InteractionKind::kContactRequest));
  story.after(minutes(1)).minor_does(of_kind(InteractionKind::kContactAccept));
  for (int i = 0; i < 100; ++i) story.after(seconds(30)).adult_does(message());
  story.after(days(1)).adult_does(says(Signal::kSecrecyRequest));
  story.after(minutes(1)).adult_does(gift(2500));
  Interaction interaction = says(Signal::kThreat);
  interaction.event_id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  interaction.channel.id = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
  interaction.trusted_relation = TrustedRelationKind::kStaff;
  interaction.trusted_until = story.now;
  story.after(days(2)).adult_does(interaction);
  return story;
}

TEST(Layout, ReadsBackWhatItWrote) {
  const std::string bytes = encoded(busy_story().state);
  PairState read;
  ASSERT_EQ(decode(bytes, read), LayoutProblem::kNone);
  EXPECT_EQ(encoded(read), bytes);
}

TEST(Layout, KeepsAUuidInItsShortForm) {
  const Story story = busy_story();
  const Evidence* threat = story.state.evidence_of(kAdultSide, Signal::kThreat);
  ASSERT_NE(threat, nullptr);
  PairState read;
  ASSERT_EQ(decode(encoded(story.state), read), LayoutProblem::kNone);
  const Evidence* read_threat = read.evidence_of(kAdultSide, Signal::kThreat);
  EXPECT_EQ(read.event_ids[static_cast<std::size_t>(read_threat->id_slot)].view(), "0f8fad5b-d9cb-469f-a165-70867728950e");
  EXPECT_EQ(encoded(story.state).find("0f8fad5b"), std::string::npos);
}

TEST(Layout, AnIdThatOnlyLooksLikeAUuidIsKeptAsItIs) {
  for (const char* id : {"0F8FAD5B-D9CB-469F-A165-70867728950E", "0f8fad5b-d9cb-469f-a165-70867728950g",
                         "0f8fad5bxd9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-7086772895", ""}) {
    Story story;
    Interaction interaction = message();
    interaction.channel.id = id;
    story.adult_does(interaction);
    PairState read;
    ASSERT_EQ(decode(encoded(story.state), read), LayoutProblem::kNone);
    EXPECT_EQ(read.channels[0].id.view(), id);
  }
}

TEST(Layout, CountsItsSizeWithoutWriting) {
  const Story story = busy_story();
  EXPECT_EQ(encoded_size(story.state), encoded(story.state).size());
  EXPECT_EQ(encoded_size(PairState{}), encoded(PairState{}).size());
}

TEST(Layout, AnOrdinaryPairTakesWellUnderTwoHundredBytes) {
  Story story;
  for (int i = 0; i < 6; ++i) {
    story.after(minutes(7)).adult_does(message());
    story.after(minutes(3)).minor_does(message());
  }
  EXPECT_LT(encoded(story.state).size(), 170U);
}

TEST(Layout, AnotherVersionIsAProblemWithAName) {
  std::string bytes = encoded(busy_story().state);
  bytes[0] = static_cast<char>(kLayoutVersion + 1);
  PairState read;
  EXPECT_EQ(decode(bytes, read), LayoutProblem::kUnknownVersion);
  EXPECT_NE(layout_problem_message(LayoutProblem::kUnknownVersion).find("version"), std::string_view::npos);
}

TEST(Layout, BytesCutShortAnywhereAreMalformed) {
  const std::string bytes = encoded(busy_story().state);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    PairState read;
    EXPECT_EQ(decode(std::string_view(bytes).substr(0, size), read), LayoutProblem::kMalformed) << size;
  }
}

TEST(Layout, BytesBehindTheEndAreMalformed) {
  PairState read;
  EXPECT_EQ(decode(encoded(busy_story().state) + '\0', read), LayoutProblem::kMalformed);
}

TEST(Layout, DamagedBytesAreNeverReadBeyondTheirBounds) {
  const std::string bytes = encoded(busy_story().state);
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    for (const int flipped : {0x01, 0x40, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ flipped);
      PairState read;
      if (decode(damaged, read) != LayoutProblem::kNone) continue;  // some damage makes another valid state
      EXPECT_LE(read.evidence_count, kEvidenceLimit);
      EXPECT_LE(read.ring_count, kRingLimit);
      EXPECT_LE(encoded_size(read), kLayoutCapBytes);
    }
  }
}

TEST(Layout, TellsTheNewestInteractionWithoutReadingTheRest) {
  const Story story = busy_story();
  EXPECT_EQ(last_event_of(encoded(story.state)), story.state.last_at);
  EXPECT_EQ(last_event_of(""), kNever);
  EXPECT_EQ(last_event_of("\x63 another version"), kNever);
}

TEST(Fit, DropsNothingBelowTheCap) {
  Story story = busy_story();
  const std::string before = encoded(story.state);
  EXPECT_EQ(fit(story.state, story.config.rules.signals), 0U);
  EXPECT_EQ(encoded(story.state), before);
}

/// Twelve signals, sexual_content last: of great weight.
constexpr Signal kCrowd[] = {Signal::kStrangerContact,
                             Signal::kMessageBurstNewContact,
                             Signal::kPersonalInfoProbe,
                             Signal::kRiskAssessmentProbe,
                             Signal::kGift,
                             Signal::kGiftEscalation,
                             Signal::kMoveToPrivate,
                             Signal::kContactExchange,
                             Signal::kSecrecyRequest,
                             Signal::kImageRequest,
                             Signal::kThreat,
                             Signal::kSexualContent};

/// A peer pair with as much of everything as there is room for in memory.
Story overfull_story(std::size_t evidences_each_way, int channels, int currencies) {
  Story story;
  story.adult.age_band = AgeBand::k13To15;
  const std::string id(kShortIdBytes, 'x');
  for (int i = 0; i < 64; ++i) story.after(seconds(10)).adult_does(message());
  const SignalRules rules;
  for (std::size_t i = 0; i < evidences_each_way; ++i) {
    Interaction interaction = message();
    interaction.event_id = id;
    interaction.at = story.now;
    interaction.source = {7, 1'000'000'000'000};
    add_evidence(story.state, kAdultSide, kCrowd[i], 1, interaction, 1, rules);
    add_evidence(story.state, kMinorSide, kCrowd[i], 1, interaction, 1, rules);
  }
  story.state.channel_count = story.state.currency_count = 0;
  for (int i = 0; i < channels; ++i) {
    ChannelSeenAt& channel = story.state.channels[story.state.channel_count++];
    channel.id.assign(id);
    channel.kind = static_cast<ChannelKind>(i);
    channel.first_at = story.now;
    channel.last_at = story.now - seconds(i);
  }
  for (int i = 0; i < currencies; ++i) {
    GiftsInCurrency& gifts = story.state.gifts[story.state.currency_count++];
    gifts.name_size = kCurrencyBytes;
    gifts.name.fill(static_cast<char>('A' + i));
    for (int n = 0; n <= i; ++n) gifts.from[0].add(4'000'000'000'000'000, story.now);
    gifts.from[1].add(4'000'000'000'000'000, story.now);
  }
  return story;
}

TEST(Fit, DropsTheLeastWeightyEvidenceFirst) {
  Story story = overfull_story(12, 0, 0);
  ASSERT_GT(encoded_size(story.state), kLayoutCapBytes);
  EXPECT_GT(fit(story.state, story.config.rules.signals), 0U);
  EXPECT_LE(encoded_size(story.state), kLayoutCapBytes);
  EXPECT_LT(story.state.evidence_count, 24);
  EXPECT_GE(story.state.evidence_count, 8);
  EXPECT_EQ(story.state.ring_count, kRingLimit);
  EXPECT_NE(story.state.evidence_of(kAdultSide, Signal::kSexualContent), nullptr);
}

TEST(Fit, DropsTheRingThenTheSmallerCurrenciesOnceTheWeightiestEightAreLeft) {
  Story story = overfull_story(4, 4, 4);
  ASSERT_GT(encoded_size(story.state), kLayoutCapBytes);
  fit(story.state, story.config.rules.signals);
  EXPECT_LE(encoded_size(story.state), kLayoutCapBytes);
  EXPECT_EQ(story.state.evidence_count, 8);
  EXPECT_EQ(story.state.ring_count, 0);
  ASSERT_GE(story.state.currency_count, 1);
  ASSERT_LT(story.state.currency_count, 4);
  EXPECT_EQ(story.state.gifts[story.state.currency_count - 1U].currency()[0], 'D') << "the one with most gifts stays";
}

TEST(Fit, AlwaysEndsBelowTheCap) {
  for (std::size_t evidences = 0; evidences <= 12; ++evidences) {
    for (int others = 0; others <= 4; ++others) {
      Story story = overfull_story(evidences, others, others);
      fit(story.state, story.config.rules.signals);
      EXPECT_LE(encoded_size(story.state), kLayoutCapBytes);
    }
  }
}

}  // namespace
}  // namespace pairwatch::relationship
