#include "processors/relationship/weigh.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

// What the default weights are for. Escalation's WATCH begins at 0.35, REVIEW at 0.70, URGENT at 0.92.

TEST(Risk, ASequenceOfGroomingIsSeenBeforeTheImageRequestAndCertainAfterIt) {
  Story story;
  story.adult_does(message());
  story.after(hours(2)).minor_does(message());
  story.after(hours(1)).adult_does(says(Signal::kPersonalInfoProbe));
  story.after(days(1)).adult_does(gift(500));
  story.after(hours(6)).adult_does(move(ChannelKind::kGroup, ChannelKind::kDirect));
  story.after(days(1)).adult_does(says(Signal::kSecrecyRequest));
  EXPECT_GT(story.risk(), 0.35);
  EXPECT_LT(story.risk(), 0.96);
  story.after(hours(1)).adult_does(says(Signal::kImageRequest));
  EXPECT_GT(story.risk(), 0.90);
}

TEST(Risk, TheSameSequenceIsSeenWhereContactsInCommonAreUnknown) {
  Story story;
  story.mutual_contacts.reset();
  story.adult_does(message());
  story.after(hours(3)).adult_does(says(Signal::kPersonalInfoProbe));
  story.after(days(1)).adult_does(gift(500));
  story.after(hours(6)).adult_does(move(ChannelKind::kGroup, ChannelKind::kDirect));
  story.after(days(1)).adult_does(says(Signal::kSecrecyRequest));
  EXPECT_GT(story.risk(), 0.35);
  story.after(hours(1)).adult_does(says(Signal::kImageRequest));
  EXPECT_GT(story.risk(), 0.88);
}

TEST(Risk, TheSameSequenceOverAMonthStillReachesAReview) {
  Story story;
  story.adult_does(message());
  story.after(days(5)).adult_does(says(Signal::kPersonalInfoProbe));
  story.after(days(5)).adult_does(gift(500));
  story.after(days(5)).adult_does(move(ChannelKind::kGroup, ChannelKind::kDirect));
  story.after(days(5)).adult_does(says(Signal::kSecrecyRequest));
  story.after(days(5)).adult_does(says(Signal::kImageRequest));
  EXPECT_GT(story.risk(), 0.70);
}

TEST(Risk, TheSameSequenceFromAnAccountOfUnknownAgeReachesAModerator) {
  Story story;
  story.adult.age_band = AgeBand::kUnknown;
  story.minor.age_band = AgeBand::kUnknown;
  story.adult_does(message());
  story.after(hours(3)).adult_does(says(Signal::kPersonalInfoProbe));
  story.after(days(1)).adult_does(gift(500));
  story.after(hours(6)).adult_does(move(ChannelKind::kGroup, ChannelKind::kDirect));
  story.after(days(1)).adult_does(says(Signal::kSecrecyRequest));
  story.after(hours(1)).adult_does(says(Signal::kImageRequest));
  EXPECT_GT(story.risk(), 0.70);
}

TEST(Risk, ASolicitationNineteenSecondsAfterFirstContactReachesAReview) {
  for (const bool mutual_contacts_known : {true, false}) {
    Story story;
    if (!mutual_contacts_known) story.mutual_contacts.reset();
    story.adult_does(message());
    story.after(seconds(19)).adult_does(says(Signal::kImageRequest));
    EXPECT_GT(story.risk(), 0.70);
  }
}

TEST(Risk, AnOrdinaryChatOfAnAdultAndAMinorStaysLow) {
  Story story;
  Interaction in_game = message();
  in_game.channel = {"guild", ChannelKind::kGroup, false};
  for (int evening = 0; evening < 10; ++evening) {
    for (int i = 0; i < 30; ++i) {
      story.after(seconds(20)).adult_does(in_game);
      story.after(seconds(20)).minor_does(in_game);
    }
    if (evening == 0) story.adult_does(says(Signal::kPersonalInfoProbe));
    if (evening == 0) story.adult_does(move(ChannelKind::kGroup, ChannelKind::kVoice, true));
    if (evening == 3) story.adult_does(says(Signal::kPersonalInfoProbe));
    EXPECT_LT(story.risk(), 0.32) << "evening " << evening << ": not even a WATCH";
    story.after(days(1));
  }
}

TEST(Risk, PeersWhoExchangeEverythingAllNightStayLow) {
  Story story;
  story.adult.age_band = AgeBand::k13To15;
  story.adult_does(message());
  story.after(hours(1));
  for (int round = 0; round < 15; ++round) {
    for (const Signal signal : {Signal::kPersonalInfoProbe, Signal::kRiskAssessmentProbe, Signal::kSecrecyRequest,
                                Signal::kContactExchange, Signal::kImageRequest, Signal::kMoveToPrivate, Signal::kFlattery,
                                Signal::kExclusivity, Signal::kGameOrDare, Signal::kMeetupRequest}) {
      story.after(minutes(2)).adult_does(says(signal));
      story.after(minutes(2)).minor_does(says(signal));
    }
    story.adult_does(gift(100));
    story.minor_does(gift(100));
    story.adult_does(picture());
    story.minor_does(picture());
    story.adult_does(call(CallKind::kVideo));
    EXPECT_LT(story.risk(kAdultSide), 0.3) << "round " << round;
    EXPECT_LT(story.risk(kMinorSide), 0.3) << "round " << round;
  }
}

TEST(Risk, BlackmailByAPeerReachesAModerator) {
  for (const AgeAssurance assurance : {AgeAssurance::kSelfDeclared, AgeAssurance::kVerified}) {
    Story story;
    story.adult.age_band = AgeBand::k16To17;
    story.adult.age_assurance = assurance;
    story.adult_does(message());
    for (int i = 0; i < 3; ++i) {
      story.after(days(1)).adult_does(says(Signal::kImageRequest));
      story.after(hours(1)).adult_does(says(Signal::kThreat));
    }
    EXPECT_GT(story.risk(), 0.35);
  }
}

struct Innocent {
  std::string name;
  Interaction interaction;
};

/// One thing each that may be innocent. Left out: what never is (a threat, blackmail, what a classifier rates as sexual), and an
/// image request, which is told soon after first contact.
std::vector<Innocent> innocent_things() {
  std::vector<Innocent> things = {{"greeting", message()},
                                  {"gift", gift(100)},
                                  {"large gift", gift(5000)},
                                  {"come to voice", move(ChannelKind::kGroup, ChannelKind::kVoice)},
                                  {"come to another app", move(ChannelKind::kPublicRoom, ChannelKind::kExternal, true)},
                                  {"contact request", of_kind(InteractionKind::kContactRequest)},
                                  {"call", call(CallKind::kVoice)},
                                  {"video call", call(CallKind::kVideo)},
                                  {"picture", picture()},
                                  {"video", picture(MediaKind::kVideo)}};
  Interaction vanishing = message();
  vanishing.channel.ephemeral = true;
  things.push_back({"message that vanishes", vanishing});
  for (const SignalRow& row : signal_rows()) {
    if (!row.from_words) continue;
    if (row.signal == Signal::kThreat || row.signal == Signal::kBlackmailMoney || row.signal == Signal::kSexualContent) continue;
    if (row.signal == Signal::kImageRequest) continue;
    things.push_back({std::string(info(row.signal).name), says(row.signal)});
  }
  return things;
}

TEST(Risk, TwentyRepeatsOfOneInnocentThingNeverReachAReview) {
  for (const Innocent& thing : innocent_things()) {
    for (const AgeBand actor_age : {AgeBand::kAdult, AgeBand::kUnknown, AgeBand::k13To15}) {
      for (const Duration pause : {seconds(10), minutes(10), hours(1), days(1), days(7)}) {
        Story story;
        story.adult.age_band = actor_age;
        story.adult.created_at = kStoryStart - days(1);
        story.minor.utc_offset_minutes = 300;
        for (int i = 0; i < 20; ++i) story.after(pause).adult_does(thing.interaction);
        EXPECT_LT(story.risk(), 0.5) << thing.name << " every " << pause.ms << " ms by age band " << index(actor_age);
      }
    }
  }
}

TEST(Risk, TwentyRepeatsAmongOrdinaryTalkAfterAPublicMeetingNeverReachAReview) {
  Interaction in_public = message();
  in_public.channel = {"lobby", ChannelKind::kPublicRoom, false};
  for (const Innocent& thing : innocent_things()) {
    Story story;
    story.adult_does(in_public);
    story.after(minutes(5)).minor_does(in_public);
    for (int i = 0; i < 20; ++i) {
      story.after(hours(3)).adult_does(message());
      story.after(minutes(1)).minor_does(message());
      story.after(minutes(1)).adult_does(thing.interaction);
    }
    EXPECT_LT(story.risk(), 0.7) << thing.name;
  }
}

TEST(Risk, LogOddsAreThePriorAndEveryContribution) {
  Story story;
  story.adult_does(says(Signal::kSecrecyRequest));
  story.after(days(1)).adult_does(gift(100));
  const Assessment assessment = story.assessment();
  double sum = assessment.prior;
  for (const Contribution& contribution : assessment.all()) sum += contribution.log_odds;
  EXPECT_NEAR(assessment.log_odds, sum, 1e-12);
  EXPECT_EQ(assessment.prior, story.config.rules.priors.judged);
}

TEST(Risk, ManyContactsInCommonProtect) {
  Story few, many;
  few.mutual_contacts = 1;
  many.mutual_contacts = 5;
  few.adult_does(message());
  many.adult_does(message());
  EXPECT_NEAR(few.assessment().log_odds - many.assessment().log_odds, 2.5, 1e-12);
}

TEST(Risk, ALongReciprocalHistoryProtects) {
  Story story;
  for (int i = 0; i < 50; ++i) {
    story.after(days(2)).adult_does(message());
    if (i < 49) story.after(minutes(1)).minor_does(message());
  }
  const double before = story.assessment().log_odds;
  story.after(minutes(1)).minor_does(message());
  EXPECT_NEAR(before - story.assessment().log_odds, 1.0, 1e-3);
}

// Rule states

TEST(RuleState, AShadowSignalIsCountedAndNeverPartOfTheRisk) {
  Story live, shadow;
  shadow.config.rules.signals.of(Signal::kSecrecyRequest).state = RuleState::kShadow;
  for (Story* story : {&live, &shadow}) story->adult_does(says(Signal::kSecrecyRequest));
  EXPECT_NE(shadow.step.fired & signal_bit(Signal::kSecrecyRequest), 0U);
  EXPECT_FALSE(shadow.holds(Signal::kSecrecyRequest));
  EXPECT_EQ(shadow.assessment().stages_reached & 1U << index(Stage::kIsolating), 0U);
  EXPECT_LT(shadow.assessment().log_odds, live.assessment().log_odds);
}

TEST(RuleState, AShadowDerivedSignalIsCountedAndReachesNoStage) {
  Story story;
  story.config.rules.signals.of(Signal::kStrangerContact).state = RuleState::kShadow;
  story.adult_does(message());
  EXPECT_NE(story.step.fired & signal_bit(Signal::kStrangerContact), 0U);
  EXPECT_FALSE(story.holds(Signal::kStrangerContact));
  EXPECT_EQ(story.assessment().stages_reached, 0U);
}

TEST(RuleState, ASignalThatIsOffIsNotEvaluated) {
  Story story;
  story.config.rules.signals.of(Signal::kSecrecyRequest).state = RuleState::kOff;
  story.config.rules.signals.of(Signal::kStrangerContact).state = RuleState::kOff;
  story.adult_does(says(Signal::kSecrecyRequest));
  EXPECT_EQ(story.step.fired, 0U);
  EXPECT_EQ(story.state.evidence_count, 0);
}

// The gate

struct GateRow {
  AgeBand actor, target;
  AgeAssurance assurance;
  bool judged;
  double prior;
};

TEST(Gate, JudgesEachDirectionByItsOwnPrior) {
  using enum AgeBand;
  const Priors priors;
  constexpr auto kSelf = AgeAssurance::kSelfDeclared, kChecked = AgeAssurance::kVerified;
  for (const GateRow& row :
       {GateRow{kAdult, k13To15, kSelf, true, priors.judged}, GateRow{kAdult, kUnknown, kSelf, true, priors.judged_lower},
        GateRow{kUnknown, k13To15, kSelf, true, priors.judged_lower},
        GateRow{kUnknown, kUnknown, kSelf, true, priors.judged_lowest}, GateRow{k13To15, kUnder13, kSelf, true, priors.judged_peer},
        GateRow{k13To15, kUnder13, kChecked, true, priors.judged_assured}, GateRow{kAdult, kAdult, kSelf, false, 0},
        GateRow{k13To15, kAdult, kSelf, false, 0}, GateRow{kUnknown, kAdult, kSelf, false, 0},
        GateRow{k13To15, kUnknown, kChecked, false, 0}}) {
    Story story;
    story.adult.age_band = row.actor;
    story.adult.age_assurance = story.minor.age_assurance = row.assurance;
    story.minor.age_band = row.target;
    story.adult_does(message());
    const DirectionStep& direction = story.step.directions[index(kAdultSide)];
    EXPECT_EQ(direction.is_judged, row.judged) << index(row.actor) << " towards " << index(row.target);
    if (row.judged) {
      EXPECT_EQ(direction.assessment.prior, row.prior);
    }
  }
}

TEST(Gate, AnAssuredMinorIsJudgedOnlyByTheSignalsMarkedForIt) {
  Story story;
  story.adult.age_band = AgeBand::k16To17;
  story.adult.age_assurance = AgeAssurance::kEstimated;
  story.adult_does(says(Signal::kSecrecyRequest));
  story.adult_does(gift(100));
  story.after(days(1)).adult_does(says(Signal::kThreat));
  story.after(days(1)).adult_does(says(Signal::kImageRequest));
  story.minor_does(of_kind(InteractionKind::kBlock));
  EXPECT_EQ(story.assessment().signals,
            signal_bit(Signal::kThreat) | signal_bit(Signal::kImageRequest) | signal_bit(Signal::kBlockedOrReported));
  EXPECT_EQ(story.state.evidence_of(kAdultSide, Signal::kSecrecyRequest), nullptr) << "what is never judged is not kept";
}

TEST(Gate, ADirectionBetweenTwoKnownAdultsIsNeverJudgedWhateverTheScores) {
  Story story;
  for (int i = 0; i < 5; ++i) story.after(seconds(5)).adult_does(labelled(Signal::kSexualContent, 1));
  EXPECT_GT(story.risk(), 0.9);
  story.minor.age_band = AgeBand::kAdult;  // a newer event knows better
  story.after(minutes(1)).adult_does(labelled(Signal::kThreat, 1));
  EXPECT_FALSE(story.step.directions[0].is_judged);
  EXPECT_FALSE(story.step.directions[1].is_judged);
  EXPECT_EQ(story.step.outcome, Outcome::kRemembered);
}

TEST(Gate, TheTwoDirectionsAreJudgedApart) {
  Story story;
  story.adult.age_band = AgeBand::k13To15;
  story.adult_does(message());
  story.after(hours(1)).minor_does(labelled(Signal::kThreat, 1));
  EXPECT_TRUE(story.holds(Signal::kThreat, kMinorSide));
  EXPECT_FALSE(story.holds(Signal::kThreat, kAdultSide));
  EXPECT_TRUE(story.holds(Signal::kStrangerContact, kAdultSide));
  EXPECT_FALSE(story.holds(Signal::kStrangerContact, kMinorSide));
}

}  // namespace
}  // namespace pairwatch::relationship
