// What shows only over the whole account: scattergun, several complaints, several cases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

std::string minor(int number) { return numbered("m", number); }

/// `count` minors contacted as a stranger, one an hour; every `answering`th of them replies (0: none).
void contact(Room& room, int count, int answering = 0, v1::AgeBand actor = v1::AGE_BAND_ADULT,
             v1::AgeAssurance assurance = v1::AGE_ASSURANCE_SELF_DECLARED) {
  for (int i = 0; i < count; ++i) {
    room.feed(stranger_contact("a7", minor(i)).at(hours(i)).actor_age(actor, assurance));
    if (answering > 0 && i % answering == 0) {
      room.feed(fact(v1::FACT_KIND_FIRST_REPLY, "a7", minor(i)).at(hours(i)).actor_age(actor, assurance));
    }
  }
}

/// The share of scattergun in a pair's risk, 0 where it is not among the evidence.
double scattergun_in(const v1::Escalation& escalation) {
  for (const v1::Evidence& evidence : escalation.evidence()) {
    if (evidence.signal() == "scattergun") return evidence.contribution();
  }
  return 0;
}

double scattergun_after(Room& room, Duration later) {
  room.feed(risk("a7", "m0").at(later).log_odds(kAtUrgent));
  return scattergun_in(room.told(v1::SUBJECT_KIND_PAIR).back());
}

TEST(Scattergun, IsSilentBelowItsLeastTargets) {
  Room room;
  contact(room, 9, 1);
  EXPECT_EQ(scattergun_after(room, hours(9)), 0);
}

TEST(Scattergun, SpeaksFromItsLeastTargetsOn) {
  Room room;
  contact(room, 10, 1);
  EXPECT_NEAR(scattergun_after(room, hours(9)), 1.2, 0.0001);
}

TEST(Scattergun, GrowsWithTheTargetsUpToTwiceItsStrength) {
  Room few, many, more;
  contact(few, 25, 1);
  contact(many, 40, 1);
  contact(more, 60, 1);
  EXPECT_NEAR(scattergun_after(few, hours(24)), 1.2 * 1.5, 0.0001);
  EXPECT_NEAR(scattergun_after(many, hours(39)), 2.4, 0.0001);
  EXPECT_NEAR(scattergun_after(more, hours(59)), 2.4, 0.0001);
}

TEST(Scattergun, IsStrongerWhereFewAnswer) {
  Room room;
  contact(room, 10, 4);  // 3 of 10
  EXPECT_NEAR(scattergun_after(room, hours(9)), 1.8, 0.0001);
}

TEST(Scattergun, IsNotStrongerWhereEnoughAnswer) {
  Room room;
  contact(room, 10, 3);  // 4 of 10
  EXPECT_NEAR(scattergun_after(room, hours(9)), 1.2, 0.0001);
}

TEST(Scattergun, CountsAnAcceptanceAsAnAnswer) {
  Room room;
  contact(room, 10);
  for (int i = 0; i < 4; ++i) room.feed(fact(v1::FACT_KIND_ACCEPTED, "a7", minor(i)).at(hours(9)));
  EXPECT_NEAR(scattergun_after(room, hours(9)), 1.2, 0.0001);
}

TEST(Scattergun, DoesNotCountARefusalAsAnAnswer) {
  Room room;
  contact(room, 10);
  for (int i = 0; i < 10; ++i) room.feed(fact(v1::FACT_KIND_REFUSED, "a7", minor(i)).at(hours(9)));
  EXPECT_NEAR(scattergun_after(room, hours(9)), 1.8, 0.0001);
}

TEST(Scattergun, NeedsItsTargetsWithinTheWindow) {
  Room room;
  for (int i = 0; i < 20; ++i) room.feed(stranger_contact("a7", minor(i)).at(days(i)));
  EXPECT_EQ(scattergun_after(room, days(20)), 0);
}

TEST(Scattergun, FadesAfterItsDensestWindow) {
  Room room;
  contact(room, 10, 1);
  EXPECT_NEAR(scattergun_after(room, hours(9) + days(14)), 0.6, 0.0001);
}

TEST(Scattergun, CountsOnlyStrangers) {
  Room room;
  for (int i = 0; i < 30; ++i) room.feed(fact(v1::FACT_KIND_FIRST_CONTACT, "a7", minor(i)).at(hours(i)));
  EXPECT_EQ(scattergun_after(room, hours(30)), 0);
}

TEST(Scattergun, CountsOnlyMinors) {
  Room room;
  for (int i = 0; i < 30; ++i) room.feed(stranger_contact("a7", minor(i)).target_age(v1::AGE_BAND_UNSPECIFIED).at(hours(i)));
  EXPECT_EQ(scattergun_after(room, hours(30)), 0);
}

TEST(Scattergun, CountsTheSameTargetOnce) {
  Room room;
  for (int i = 0; i < 30; ++i) room.feed(stranger_contact("a7", minor(i % 9)).at(hours(i)));
  EXPECT_EQ(scattergun_after(room, hours(30)), 0);
}

TEST(Scattergun, IsNotHeldAgainstPeers) {
  for (const auto assurance : {v1::AGE_ASSURANCE_SELF_DECLARED, v1::AGE_ASSURANCE_VERIFIED}) {
    Room room;
    contact(room, 60, 0, v1::AGE_BAND_13_TO_15, assurance);
    room.feed(risk("a7", "m0").at(hours(60)).actor_age(v1::AGE_BAND_13_TO_15, assurance).log_odds(kAtUrgent));
    EXPECT_EQ(scattergun_in(room.told().back()), 0);
    EXPECT_THAT(room.told(v1::SUBJECT_KIND_ACTOR), testing::IsEmpty());
  }
}

TEST(Scattergun, IsSeenWithUnknownAge) {
  Room room;
  contact(room, 40, 0, v1::AGE_BAND_UNSPECIFIED);
  EXPECT_THAT(room.told(v1::SUBJECT_KIND_ACTOR), testing::Not(testing::IsEmpty()));
}

TEST(Scattergun, IsEvaluatedAndCountedButWeighsNothingInTheShadow) {
  escalation::EscalationConfig config;
  config.rules.signals.of(Signal::kScattergun).state = RuleState::kShadow;
  Room room(config);
  contact(room, 12, 1);
  EXPECT_EQ(scattergun_after(room, hours(12)), 0);
  EXPECT_EQ(room.room.take_tally().signals[static_cast<std::size_t>(signal_index(Signal::kScattergun))], 3U);
}

TEST(Scattergun, IsNotEvenCountedWhenOff) {
  escalation::EscalationConfig config;
  config.rules.signals.of(Signal::kScattergun).state = RuleState::kOff;
  Room room(config);
  contact(room, 12, 1);
  EXPECT_EQ(scattergun_after(room, hours(12)), 0);
  EXPECT_EQ(room.room.take_tally().signals[static_cast<std::size_t>(signal_index(Signal::kScattergun))], 0U);
}

TEST(ActorCase, OpensOnceForManyStrangersOfWhomFewAnswer) {
  Room room;
  contact(room, 40);
  const auto told = room.told();
  ASSERT_EQ(told.size(), 1);
  EXPECT_EQ(told[0].status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(told[0].severity(), v1::SEVERITY_WATCH);
  EXPECT_EQ(told[0].subject().kind(), v1::SUBJECT_KIND_ACTOR);
  EXPECT_EQ(told[0].subject().actor_id(), "a7");
  EXPECT_EQ(told[0].subject().target_id(), "");
  EXPECT_EQ(told[0].stage(), v1::STAGE_TARGETING);
  EXPECT_EQ(room.sink.outputs[0].port, OutputPort::kWatch);
}

TEST(ActorCase, DoesNotOpenForManyStrangersWhoAnswer) {
  Room room;
  contact(room, 30, 1);
  EXPECT_THAT(room.told(), testing::IsEmpty());
}

TEST(ActorCase, RisesWhenSeveralMinorsComplain) {
  Room room;
  contact(room, 40);
  EXPECT_EQ(room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", "m1").at(hours(40))), Outcome::kNoted);
  EXPECT_EQ(room.feed(fact(v1::FACT_KIND_REPORTED, "a7", "m2").at(hours(41))), Outcome::kEscalated);
  EXPECT_EQ(room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", "m3").at(hours(42))), Outcome::kEscalated);
  const auto told = room.told();
  ASSERT_EQ(told.size(), 3);
  EXPECT_EQ(told[2].status(), v1::ESCALATION_STATUS_RAISED);
  EXPECT_EQ(told[2].severity(), v1::SEVERITY_REVIEW);
  EXPECT_EQ(told[2].evidence(0).signal(), "scattergun");
  EXPECT_EQ(told[2].evidence(1).signal(), "blocked_or_reported");
  EXPECT_EQ(told[2].evidence(1).count(), 3U);
}

TEST(ActorCase, CountsOneMinorThatBlocksAndReportsOnce) {
  Room room;
  contact(room, 40);
  room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", "m1").at(hours(40)));
  EXPECT_EQ(room.feed(fact(v1::FACT_KIND_REPORTED, "a7", "m1").at(hours(41))), Outcome::kNoted);
}

TEST(ActorCase, ForgetsComplaintsThatLieFarApart) {
  Room room;
  room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", "m1"));
  room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", "m2").at(days(31)));
  room.feed(risk("a7", "m9").at(days(31)).log_odds(kAtUrgent));
  EXPECT_EQ(room.told().back().evidence_size(), 0);
}

TEST(ActorCase, OpensForThreePairsAtReview) {
  Room room;
  room.feed(risk("a7", "m1").log_odds(kAtReview));
  room.feed(risk("a7", "m2").log_odds(kAtUrgent));
  EXPECT_THAT(room.told(v1::SUBJECT_KIND_ACTOR), testing::IsEmpty());
  room.feed(risk("a7", "m3").log_odds(kAtReview));
  const auto told = room.told();
  ASSERT_EQ(told.size(), 4);
  EXPECT_EQ(told[2].subject().kind(), v1::SUBJECT_KIND_PAIR) << "the pair is told first";
  EXPECT_EQ(told[3].subject().kind(), v1::SUBJECT_KIND_ACTOR);
  EXPECT_EQ(told[3].related_escalation_ids_size(), 3);
  EXPECT_EQ(told[3].related_escalation_ids(0), told[1].escalation_id()) << "the most severe first";
}

TEST(ActorCase, DoesNotCountPairsAtWatch) {
  Room room;
  for (int i = 0; i < 9; ++i) room.feed(risk("a7", minor(i)).log_odds(kAtWatch));
  EXPECT_THAT(room.told(v1::SUBJECT_KIND_ACTOR), testing::IsEmpty());
}

TEST(ActorCase, NamesTheNewestTargetsAndCountsAll) {
  Room room;
  contact(room, 40);
  const v1::Escalation first = room.told().at(0);
  EXPECT_EQ(first.subject().distinct_targets(), static_cast<std::uint32_t>(first.subject().target_ids_size()));
  for (int i = 40; i < 150; ++i) room.feed(stranger_contact("a7", minor(i)).at(hours(i)));
  room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", "m148").at(hours(150)));
  room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", "m149").at(hours(151)));
  const v1::Escalation last = room.told().back();
  EXPECT_EQ(last.subject().distinct_targets(), 150U);
  ASSERT_EQ(last.subject().target_ids_size(), 100);
  EXPECT_EQ(last.subject().target_ids(0), "m149");
  EXPECT_EQ(last.subject().target_ids(99), "m50");
}

TEST(ActorCase, IsNotOpenedForAMinor) {
  Room room;
  for (int i = 0; i < 9; ++i) room.feed(risk("a7", minor(i)).actor_age(v1::AGE_BAND_16_TO_17).log_odds(kAtReview));
  EXPECT_THAT(room.told(v1::SUBJECT_KIND_ACTOR), testing::IsEmpty());
}

TEST(ActorCase, FollowsTheNewestAgeOfTheAccount) {
  Room room;
  EXPECT_EQ(room.feed(account_change("a7").at(days(1)).actor_age(v1::AGE_BAND_13_TO_15, v1::AGE_ASSURANCE_VERIFIED)),
            Outcome::kNoted);
  contact(room, 24);  // all of it before the change
  EXPECT_THAT(room.told(), testing::IsEmpty());
  EXPECT_EQ(room.stored("a7").age(), AgeClass::kMinorAssured);
}

TEST(PairCase, GainsWhatTheWholeAccountShows) {
  Room alone, scattering;
  alone.feed(risk("a7", "m0").at(hours(40)).log_odds(kBelowWatch));
  contact(scattering, 40);
  scattering.feed(risk("a7", "m0").at(hours(40)).log_odds(kBelowWatch).shows(Signal::kImageRequest, 1.5));
  EXPECT_THAT(alone.told(), testing::IsEmpty());
  const v1::Escalation told = scattering.told(v1::SUBJECT_KIND_PAIR).at(0);
  EXPECT_EQ(told.severity(), v1::SEVERITY_REVIEW);
  EXPECT_NEAR(told.risk(), 0.7095, 0.002);  // sigmoid(-1.5 + 2.4), faded by an hour
  EXPECT_EQ(told.evidence(0).signal(), "scattergun");
  EXPECT_FALSE(told.evidence(0).has_source());
  EXPECT_THAT(told.related_escalation_ids(), testing::ElementsAre(scattering.told(v1::SUBJECT_KIND_ACTOR).at(0).escalation_id()));
}

TEST(PairCase, AddsTheAccountsComplaintsToItsOwnUnderOneCap) {
  Room room;
  for (int i = 1; i < 6; ++i) room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", minor(i)));
  room.feed(risk("a7", "m1").log_odds(kAtWatch).shows(Signal::kBlockedOrReported, 1.0));
  const v1::Escalation told = room.told(v1::SUBJECT_KIND_PAIR).at(0);
  ASSERT_EQ(told.evidence_size(), 1);
  EXPECT_NEAR(told.evidence(0).contribution(), 2.0, 0.0001);
  EXPECT_NEAR(told.risk(), 0.7311, 0.0001);  // sigmoid(0 + 1)
  EXPECT_EQ(told.evidence(0).count(), 5U);
}

TEST(PairCase, NamesAtMostEightEarlierCases) {
  Room room;
  for (int i = 0; i < 12; ++i) room.feed(risk("a7", minor(i)).at(minutes(i)).log_odds(kAtWatch));
  const v1::Escalation last = room.told().back();
  EXPECT_EQ(last.related_escalation_ids_size(), 8);
  EXPECT_EQ(last.related_escalation_ids(0), room.told().at(10).escalation_id());
  EXPECT_THAT(last.related_escalation_ids(), testing::Not(testing::Contains(last.escalation_id())));
}

}  // namespace
}  // namespace pairwatch::test
