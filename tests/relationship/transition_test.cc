#include "processors/relationship/transition.h"

#include <gtest/gtest.h>

#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

TEST(Advance, ARepeatedEventIdChangesNothing) {
  Story story;
  Interaction interaction = says(Signal::kSecrecyRequest);
  interaction.event_id = "once";
  story.adult_does(interaction);
  const std::string before = encoded(story.state);
  EXPECT_EQ(story.after(hours(1)).adult_does(interaction).outcome, Outcome::kDuplicate);
  EXPECT_EQ(encoded(story.state), before);
}

TEST(Advance, ARepeatIsSeenAmongTheLastSixtyFourAndNotBeyond) {
  Story story;
  Interaction interaction = message();
  interaction.event_id = "once";
  story.adult_does(interaction);
  for (int i = 0; i < 63; ++i) story.after(seconds(1)).minor_does(message());
  EXPECT_EQ(story.adult_does(interaction).outcome, Outcome::kDuplicate);
  story.minor_does(message());
  EXPECT_NE(story.adult_does(interaction).outcome, Outcome::kDuplicate);
}

// Time to live

TEST(Advance, ForgetsAPairAfterItsTimeToLive) {
  Story story;
  story.adult_does(says(Signal::kSecrecyRequest));
  story.after(story.config.time_to_live + milliseconds(1)).adult_does(message());
  EXPECT_TRUE(story.step.expired);
  EXPECT_EQ(story.state.first_at, story.now);
  EXPECT_EQ(story.state.evidence_count, 0);
}

TEST(Advance, KeepsAPairUntilTheLastMomentOfItsTimeToLive) {
  Story story;
  story.adult_does(says(Signal::kSecrecyRequest));
  story.after(story.config.time_to_live).adult_does(message());
  EXPECT_FALSE(story.step.expired);
  EXPECT_EQ(story.state.first_at, kStoryStart);
}

TEST(Advance, ALateEventNeverForgetsAPair) {
  Story story;
  story.adult_does(says(Signal::kSecrecyRequest));
  story.after(story.config.time_to_live * -2).adult_does(message());
  EXPECT_FALSE(story.step.expired);
  EXPECT_EQ(story.state.evidence_count, 1);
}

TEST(Advance, EverythingIsJudgedAsOfTheNewestEvent) {
  Story story;
  story.adult_does(says(Signal::kSecrecyRequest));
  const double before = story.assessment().log_odds;
  story.after(days(-60)).minor_does(message());
  EXPECT_LE(story.step.directions[0].assessment.log_odds, before) << "a late event must not make older evidence fresher";
}

// Trusted relations

TEST(TrustedRelation, IsRememberedWithoutBeingJudged) {
  Story story;
  Interaction interaction = labelled(Signal::kSexualContent, 1);
  interaction.trusted_relation = TrustedRelationKind::kTeacher;
  EXPECT_EQ(story.adult_does(interaction).outcome, Outcome::kTrusted);
  EXPECT_FALSE(story.step.directions[0].is_judged);
  EXPECT_EQ(story.step.directions[0].fact_count, 0U);
  EXPECT_EQ(story.state.evidence_count, 1);
}

TEST(TrustedRelation, HoldsForLaterEventsThatDoNotNameIt) {
  Story story;
  Interaction interaction = message();
  interaction.trusted_relation = TrustedRelationKind::kFamily;
  story.adult_does(interaction);
  EXPECT_EQ(story.after(days(100)).adult_does(message()).outcome, Outcome::kTrusted);
}

TEST(TrustedRelation, IsJudgedFromTheMomentItExpires) {
  Story story;
  Interaction interaction = says(Signal::kSecrecyRequest);
  interaction.trusted_relation = TrustedRelationKind::kTeacher;
  interaction.trusted_until = kStoryStart + days(1);
  story.adult_does(interaction);
  EXPECT_EQ(story.after(days(1) - milliseconds(1)).adult_does(message()).outcome, Outcome::kTrusted);
  story.after(milliseconds(1)).adult_does(message());
  EXPECT_EQ(story.step.outcome, Outcome::kTold);
  EXPECT_TRUE(told(story.step, kAdultSide, FactKind::kFirstContact)) << "what was not told then is told now";
  EXPECT_TRUE(story.holds(Signal::kSecrecyRequest));
}

TEST(TrustedRelation, TheNewestEventThatNamesOneCounts) {
  Story story;
  Interaction forever = message(), ended = message();
  forever.trusted_relation = ended.trusted_relation = TrustedRelationKind::kStaff;
  ended.trusted_until = kStoryStart;
  story.after(days(1)).adult_does(ended);
  story.after(days(-1)).adult_does(forever);
  EXPECT_NE(story.after(days(2)).adult_does(message()).outcome, Outcome::kTrusted);
}

// Facts

TEST(Facts, AFirstContactIsToldOnceOfTheOneWhoMadeIt) {
  Story story;
  story.adult_does(message());
  ASSERT_EQ(story.step.directions[0].fact_count, 1U);
  const FactTold fact = story.step.directions[0].facts[0];
  EXPECT_EQ(fact.kind, FactKind::kFirstContact);
  EXPECT_TRUE(fact.stranger);
  EXPECT_TRUE(fact.is_opening);
  EXPECT_FALSE(told(story.after(minutes(1)).adult_does(message()), kAdultSide, FactKind::kFirstContact));
}

TEST(Facts, AFirstContactWithContactsInCommonIsNotByAStranger) {
  Story story;
  story.mutual_contacts = 2;
  story.adult_does(message());
  EXPECT_FALSE(story.step.directions[0].facts[0].stranger);
}

TEST(Facts, TheFirstTextIsToldOnceWhereTheFirstContactHeldNone) {
  Story story;
  Interaction text = message();
  text.text_fingerprint = 7;
  story.adult_does(of_kind(InteractionKind::kContactRequest));
  EXPECT_FALSE(told(story.after(minutes(1)).adult_does(message()), kAdultSide, FactKind::kFirstText)) << "no text in it";
  EXPECT_FALSE(told(story.after(minutes(1)).minor_does(text), kAdultSide, FactKind::kFirstText)) << "of the other";
  EXPECT_TRUE(told(story.after(minutes(1)).adult_does(text), kAdultSide, FactKind::kFirstText));
  EXPECT_FALSE(told(story.after(minutes(1)).adult_does(text), kAdultSide, FactKind::kFirstText));
}

TEST(Facts, TheTextOfTheFirstContactIsToldWithIt) {
  Story story;
  Interaction text = message();
  text.text_fingerprint = 7;
  story.adult_does(text);
  EXPECT_TRUE(story.step.directions[0].facts[0].is_opening);
  EXPECT_EQ(story.step.directions[0].fact_count, 1U);
  EXPECT_FALSE(told(story.after(minutes(1)).adult_does(text), kAdultSide, FactKind::kFirstText));
}

TEST(Facts, AFirstReplyIsToldOfTheOneWhoStarted) {
  Story story;
  story.adult_does(message());
  story.after(minutes(1)).adult_does(message());
  EXPECT_FALSE(told(story.step, kAdultSide, FactKind::kFirstReply));
  EXPECT_TRUE(told(story.after(minutes(1)).minor_does(message()), kAdultSide, FactKind::kFirstReply));
  EXPECT_EQ(story.step.outcome, Outcome::kTold);
  EXPECT_FALSE(told(story.after(minutes(1)).minor_does(message()), kAdultSide, FactKind::kFirstReply));
}

TEST(Facts, NoReplyIsToldWhereTheMinorStarted) {
  Story story;
  story.minor_does(message());
  EXPECT_EQ(story.step.outcome, Outcome::kRemembered);
  story.after(minutes(1)).adult_does(message());
  EXPECT_EQ(story.step.directions[0].fact_count, 0U);
}

TEST(Facts, AnAcceptanceIsToldOfTheOneWhoAsked) {
  Story story;
  story.adult_does(of_kind(InteractionKind::kContactRequest));
  story.after(minutes(1)).minor_does(of_kind(InteractionKind::kContactAccept));
  EXPECT_TRUE(told(story.step, kAdultSide, FactKind::kAccepted));
  EXPECT_FALSE(told(story.step, kAdultSide, FactKind::kFirstReply));
}

TEST(Facts, ARemovalAfterARequestIsARefusalUnlessItWasAccepted) {
  Story refused, ended;
  refused.adult_does(of_kind(InteractionKind::kContactRequest));
  EXPECT_TRUE(told(refused.after(minutes(1)).minor_does(of_kind(InteractionKind::kContactRemove)), kAdultSide, FactKind::kRefused));
  ended.adult_does(of_kind(InteractionKind::kContactRequest));
  ended.after(minutes(1)).minor_does(of_kind(InteractionKind::kContactAccept));
  EXPECT_FALSE(told(ended.after(days(1)).minor_does(of_kind(InteractionKind::kContactRemove)), kAdultSide, FactKind::kRefused));
}

TEST(Facts, ABlockIsARefusalToo) {
  Story story;
  story.adult_does(message());
  story.after(minutes(1)).minor_does(of_kind(InteractionKind::kBlock));
  EXPECT_TRUE(told(story.step, kAdultSide, FactKind::kRefused));
  EXPECT_TRUE(told(story.step, kAdultSide, FactKind::kBlocked));
  EXPECT_FALSE(told(story.step, kAdultSide, FactKind::kReported));
}

TEST(Facts, AReportIsTold) {
  Story story;
  story.adult_does(message());
  EXPECT_TRUE(told(story.after(minutes(1)).minor_does(of_kind(InteractionKind::kReport)), kAdultSide, FactKind::kReported));
}

TEST(Facts, ActivityIsToldAtEachDoublingFromSixteenOn) {
  Story story;
  std::vector<std::uint32_t> counts;
  for (int i = 0; i < 70; ++i) {
    const Step& step = story.after(hours(1)).adult_does(message());
    for (const FactTold& fact : step.directions[0].all_facts()) {
      if (fact.kind == FactKind::kActivityDoubled) counts.push_back(fact.count);
    }
  }
  EXPECT_EQ(counts, (std::vector<std::uint32_t>{16, 32, 64}));
}

TEST(Facts, NothingIsToldOfADirectionThatIsNotJudged) {
  Story story;
  for (int i = 0; i < 20; ++i) story.after(hours(1)).minor_does(message());
  story.adult_does(of_kind(InteractionKind::kBlock));
  EXPECT_EQ(story.minor_side().told.facts, 0);
  EXPECT_EQ(story.minor_side().told.activity_level, 0);
}

// Counting

TEST(Advance, ADerivedSignalIsCountedWhenItFirstHolds) {
  Story story;
  story.adult_does(message());
  EXPECT_NE(story.step.fired & signal_bit(Signal::kStrangerContact), 0U);
  story.after(minutes(1)).adult_does(message());
  EXPECT_EQ(story.step.fired & signal_bit(Signal::kStrangerContact), 0U);
}

TEST(Advance, EvidenceBeyondItsLimitDropsTheLeastWeightyAndSaysSo) {
  Story story;
  story.adult.age_band = AgeBand::k13To15;
  std::uint32_t dropped = 0;
  const SignalRules rules;
  for (const Party* actor : {&story.adult, &story.minor}) {
    const Party& target = actor == &story.adult ? story.minor : story.adult;
    for (const SignalInfo& row : all_signals()) {
      dropped += add_evidence(story.state, side_of(actor->id, target.id), row.signal, 1, message(), 1, rules);
    }
  }
  EXPECT_EQ(story.state.evidence_count, kEvidenceLimit);
  EXPECT_EQ(dropped, 2 * kSignalCount - kEvidenceLimit);
  EXPECT_NE(story.state.evidence_of(kAdultSide, Signal::kThreat), nullptr);
  EXPECT_EQ(story.state.evidence_of(kMinorSide, Signal::kStrangerContact), nullptr);
}

}  // namespace
}  // namespace pairwatch::relationship
