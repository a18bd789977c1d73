// The life of a PAIR case: opens once, rises, is updated only with news, never falls, never repeats itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

TEST(CaseLifeCycle, SaysNothingBelowEveryThreshold) {
  Room room;
  EXPECT_EQ(room.feed(risk("a7", "m3").log_odds(kBelowWatch)), Outcome::kBelowThreshold);
  EXPECT_THAT(room.told(), testing::IsEmpty());
}

TEST(CaseLifeCycle, OpensOnceAndIsNotRepeated) {
  Room room;
  EXPECT_EQ(room.feed(risk("a7", "m3")), Outcome::kEscalated);
  EXPECT_EQ(room.feed(risk("a7", "m3").at(minutes(1))), Outcome::kNoNews);
  ASSERT_EQ(room.told().size(), 1);
  EXPECT_EQ(room.told()[0].status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(room.told()[0].severity(), v1::SEVERITY_REVIEW);
  EXPECT_EQ(room.told()[0].revision(), 1U);
}

TEST(CaseLifeCycle, OpensAtTheSeverityOfItsRisk) {
  const struct {
    double log_odds;
    v1::Severity severity;
    OutputPort port;
  } cases[] = {{kAtWatch, v1::SEVERITY_WATCH, OutputPort::kWatch},
               {kAtReview, v1::SEVERITY_REVIEW, OutputPort::kReview},
               {kAtUrgent, v1::SEVERITY_URGENT, OutputPort::kUrgent}};
  for (const auto& expected : cases) {
    Room room;
    room.feed(risk("a7", "m3").log_odds(expected.log_odds));
    ASSERT_EQ(room.told().size(), 1);
    EXPECT_EQ(room.told()[0].severity(), expected.severity);
    EXPECT_EQ(room.sink.outputs[0].port, expected.port);
  }
}

TEST(CaseLifeCycle, RisesWithItsRiskAndMovesToTheTopicOfItsSeverity) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtWatch));
  room.feed(risk("a7", "m3").log_odds(kAtReview));
  room.feed(risk("a7", "m3").log_odds(kAtUrgent));
  const auto told = room.told();
  ASSERT_EQ(told.size(), 3);
  EXPECT_EQ(told[1].status(), v1::ESCALATION_STATUS_RAISED);
  EXPECT_EQ(told[2].status(), v1::ESCALATION_STATUS_RAISED);
  EXPECT_EQ(told[2].severity(), v1::SEVERITY_URGENT);
  EXPECT_EQ(room.sink.outputs[1].port, OutputPort::kReview);
  EXPECT_EQ(room.sink.outputs[2].port, OutputPort::kUrgent);
}

TEST(CaseLifeCycle, KeepsItsIdAndCountsItsRevisions) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtWatch));
  room.feed(risk("a7", "m3").log_odds(kAtReview));
  room.feed(risk("a7", "m3").log_odds(kAtReview).shows(Signal::kGift, 0.7));
  const auto told = room.told();
  ASSERT_EQ(told.size(), 3);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].escalation_id(), told[0].escalation_id());
    EXPECT_EQ(told[i].revision(), i + 1);
  }
}

TEST(CaseLifeCycle, NeverFalls) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtUrgent));
  room.feed(risk("a7", "m3").log_odds(kAtWatch).shows(Signal::kGift, 0.7));
  const auto told = room.told();
  ASSERT_EQ(told.size(), 2);
  EXPECT_EQ(told[1].status(), v1::ESCALATION_STATUS_UPDATED);
  EXPECT_EQ(told[1].severity(), v1::SEVERITY_URGENT);
  EXPECT_EQ(room.sink.outputs[1].port, OutputPort::kUrgent);
}

TEST(CaseLifeCycle, StaysQuietWhenTheRiskFalls) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtUrgent));
  EXPECT_EQ(room.feed(risk("a7", "m3").log_odds(kBelowWatch)), Outcome::kNoNews);
}

TEST(CaseLifeCycle, IsUpdatedByANewSignal) {
  Room room;
  room.feed(risk("a7", "m3").shows(Signal::kGift, 0.7));
  EXPECT_EQ(room.feed(risk("a7", "m3").shows(Signal::kGift, 0.7).shows(Signal::kThreat, 0.1)), Outcome::kEscalated);
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_UPDATED);
}

TEST(CaseLifeCycle, IsUpdatedByANewStage) {
  Room room;
  room.feed(risk("a7", "m3").reached(v1::STAGE_TARGETING));
  EXPECT_EQ(room.feed(risk("a7", "m3").reached(v1::STAGE_TARGETING).reached(v1::STAGE_ISOLATING)), Outcome::kEscalated);
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_UPDATED);
}

TEST(CaseLifeCycle, IsUpdatedByARiseInRiskOfAWholeStepOnly) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(1.0));                                     // 0.7311
  EXPECT_EQ(room.feed(risk("a7", "m3").log_odds(1.40)), Outcome::kNoNews);       // 0.8022: 0.0711 more
  EXPECT_EQ(room.feed(risk("a7", "m3").log_odds(1.4655)), Outcome::kEscalated);  // 0.8124: 0.0813 more
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_UPDATED);
}

TEST(CaseLifeCycle, HoldsBackUpdatesBeyondTheDaysCapAndCountsThem) {
  Room room;
  room.config.max_updates_per_day = 1;
  Room capped(room.config);
  capped.feed(risk("a7", "m3"));
  EXPECT_EQ(capped.feed(risk("a7", "m3").shows(Signal::kGift, 0.1)), Outcome::kEscalated);
  EXPECT_EQ(capped.feed(risk("a7", "m3").shows(Signal::kThreat, 0.1)), Outcome::kNoted);
  EXPECT_EQ(capped.feed(risk("a7", "m3").shows(Signal::kImageRequest, 0.1)), Outcome::kNoted);
  EXPECT_EQ(capped.told().size(), 2);
  EXPECT_EQ(capped.stored("a7").cases.at(0).held_back, 2U);
}

TEST(CaseLifeCycle, TellsOnTheNextDayWhatWasHeldBack) {
  escalation::EscalationConfig config;
  config.max_updates_per_day = 1;
  Room room(config);
  room.feed(risk("a7", "m3"));
  room.feed(risk("a7", "m3").shows(Signal::kGift, 0.1));
  room.feed(risk("a7", "m3").shows(Signal::kThreat, 0.1));
  EXPECT_EQ(room.feed(risk("a7", "m3").at(days(1)).shows(Signal::kThreat, 0.1)), Outcome::kEscalated);
  const auto told = room.told();
  ASSERT_EQ(told.size(), 3);
  EXPECT_EQ(told[2].held_back_count(), 1U);
  EXPECT_EQ(told[2].revision(), 3U);
  EXPECT_EQ(room.feed(risk("a7", "m3").at(days(2)).shows(Signal::kThreat, 0.1)), Outcome::kNoNews);
}

TEST(CaseLifeCycle, CountsWhatIsHeldBackOnlyOnce) {
  escalation::EscalationConfig config;
  config.max_updates_per_day = 0;
  Room room(config);
  room.feed(risk("a7", "m3"));
  EXPECT_EQ(room.feed(risk("a7", "m3").shows(Signal::kThreat, 0.1)), Outcome::kNoted);
  EXPECT_EQ(room.feed(risk("a7", "m3").shows(Signal::kThreat, 0.1)), Outcome::kNoNews);
}

TEST(CaseLifeCycle, NeverHoldsBackARaise) {
  escalation::EscalationConfig config;
  config.max_updates_per_day = 0;
  Room room(config);
  room.feed(risk("a7", "m3").log_odds(kAtWatch));
  room.feed(risk("a7", "m3").log_odds(kAtWatch).shows(Signal::kGift, 0.1));
  EXPECT_EQ(room.feed(risk("a7", "m3").log_odds(kAtUrgent).shows(Signal::kGift, 0.1)), Outcome::kEscalated);
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_RAISED);
  EXPECT_EQ(room.told().back().held_back_count(), 1U);
}

TEST(CaseLifeCycle, CountsALateUpdateToTheNewestDay) {
  escalation::EscalationConfig config;
  config.max_updates_per_day = 1;
  Room room(config);
  room.feed(risk("a7", "m3").at(days(3)));
  EXPECT_EQ(room.feed(risk("a7", "m3").at(days(3)).shows(Signal::kGift, 0.1)), Outcome::kEscalated);
  EXPECT_EQ(room.feed(risk("a7", "m3").at(days(1)).shows(Signal::kThreat, 0.1)), Outcome::kNoted);
}

TEST(CaseLifeCycle, JudgesEachPairOfAnActorOnItsOwn) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtUrgent));
  room.feed(risk("a7", "m4").log_odds(kAtWatch));
  const auto told = room.told(v1::SUBJECT_KIND_PAIR);
  ASSERT_EQ(told.size(), 2);
  EXPECT_EQ(told[1].status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(told[1].severity(), v1::SEVERITY_WATCH);
  EXPECT_NE(told[0].escalation_id(), told[1].escalation_id());
}

TEST(CaseLifeCycle, NeverEscalatesBetweenTwoAdults) {
  Room room;
  EXPECT_EQ(room.feed(risk("a7", "a8").target_age(v1::AGE_BAND_ADULT).log_odds(kAtUrgent)), Outcome::kBelowThreshold);
  EXPECT_THAT(room.told(), testing::IsEmpty());
}

TEST(CaseLifeCycle, GoesOnAfterAPauseWhereItStopped) {
  FakeStore store;
  SplitSink sink;
  const escalation::EscalationConfig config;
  const auto feed = [&](const CaseInputBuilder& builder) {
    escalation::Escalations room(config, store);
    std::string key;
    write_account_key("", {"a7"}, key);
    const Outcome outcome = room.process({key, builder.input().SerializeAsString(), {}, 0, 0, 0}, sink);
    room.checkpoint();
    return outcome;
  };
  EXPECT_EQ(feed(risk("a7", "m3").log_odds(kAtWatch)), Outcome::kEscalated);
  EXPECT_EQ(feed(risk("a7", "m3").log_odds(kAtWatch)), Outcome::kNoNews);
  EXPECT_EQ(feed(risk("a7", "m3").log_odds(kAtUrgent)), Outcome::kEscalated);
  v1::Escalation last;
  ASSERT_TRUE(last.ParseFromString(sink.outputs.back().value));
  EXPECT_EQ(last.revision(), 2U);
  EXPECT_EQ(last.status(), v1::ESCALATION_STATUS_RAISED);
}

}  // namespace
}  // namespace pairwatch::test
