// The readable form of an actor tells what the room remembers, with the names under which moderators know it.
#include "processors/escalation/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "processors/core/keys.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::escalation {
namespace {

using test::kBaseTime;
using test::Room;
using test::stranger_contact;
using testing::ElementsAre;
using testing::IsEmpty;

v1::ActorState readable(Room& room, std::string_view actor) {
  std::string key;
  write_account_key("", {actor}, key);
  v1::ActorState out;
  snapshot(room.stored(actor), key, out);
  return out;
}

TEST(ActorSnapshot, NamesAPairCaseAsItsEscalationIsNamed) {
  Room room;
  room.feed(test::risk("a7", "m3").log_odds(test::kAtReview).shows(Signal::kSecrecyRequest, 1.4, 2).reached(v1::STAGE_ISOLATING));
  const v1::Escalation told = room.told().back();
  const v1::ActorState state = readable(room, "a7");
  ASSERT_EQ(state.pair_cases_size(), 1);
  EXPECT_EQ(state.pair_cases(0).escalation_id(), told.escalation_id());
  EXPECT_EQ(state.pair_cases(0).revision(), told.revision());
  EXPECT_EQ(state.pair_cases(0).severity(), told.severity());
  EXPECT_EQ(state.pair_cases(0).risk(), told.risk());
  EXPECT_THAT(state.pair_cases(0).signals(), ElementsAre("secrecy_request"));
  EXPECT_THAT(state.pair_cases(0).stages(), ElementsAre(v1::STAGE_ISOLATING));
  EXPECT_EQ(state.pair_cases(0).since_ms(), kBaseTime.ms);
  EXPECT_EQ(state.last_news_at_ms(), kBaseTime.ms);
  EXPECT_EQ(state.age_band(), v1::AGE_BAND_ADULT);
  EXPECT_FALSE(state.has_actor_case());
}

TEST(ActorSnapshot, TellsARememberedRiskWithItsEvidenceInOrderOfWeight) {
  Room room;
  room.feed(test::risk("a7", "m3")
                .log_odds(test::kBelowWatch)
                .shows(Signal::kFlattery, 0.3, 5)
                .shows(Signal::kSecrecyRequest, 1.4, 2, minutes(1), minutes(9)));
  const v1::ActorState state = readable(room, "a7");
  EXPECT_EQ(state.pair_cases_size(), 0);
  ASSERT_EQ(state.risks_size(), 1);
  const v1::RiskState& risk = state.risks(0);
  EXPECT_EQ(risk.target_id(), "m3");
  EXPECT_EQ(risk.target_age_band(), v1::AGE_BAND_13_TO_15);
  ASSERT_EQ(risk.points_size(), 1);
  EXPECT_EQ(risk.points(0).log_odds(), test::kBelowWatch);
  ASSERT_EQ(risk.evidence_size(), 2);
  EXPECT_EQ(risk.evidence(0).signal(), "secrecy_request");
  EXPECT_EQ(risk.evidence(0).contribution(), 1.4);
  EXPECT_EQ(risk.evidence(0).count(), 2U);
  EXPECT_EQ(risk.evidence(0).first_at_ms(), (kBaseTime + minutes(1)).ms);
  EXPECT_EQ(risk.evidence(0).last_at_ms(), (kBaseTime + minutes(9)).ms);
  EXPECT_EQ(risk.evidence(1).signal(), "flattery");
}

TEST(ActorSnapshot, TellsWhomItReachedAndTheCaseAboutTheWholeAccount) {
  Room room;
  room.contact_strangers(30);
  room.feed(test::fact(v1::FACT_KIND_BLOCKED, "a7", "m0").at(hours(40)));
  const v1::Escalation told = room.told(v1::SUBJECT_KIND_ACTOR).back();
  const v1::ActorState state = readable(room, "a7");
  EXPECT_EQ(state.distinct_targets(), 30U);
  ASSERT_EQ(state.targets_size(), 30);
  EXPECT_EQ(state.targets(0).target_id(), "m0");
  EXPECT_TRUE(state.targets(0).contacted());
  EXPECT_TRUE(state.targets(0).stranger());
  EXPECT_TRUE(state.targets(0).minor());
  EXPECT_TRUE(state.targets(0).blocked());
  EXPECT_EQ(state.targets(0).complained_last_at_ms(), (kBaseTime + hours(40)).ms);
  EXPECT_FALSE(state.targets(1).blocked());
  EXPECT_FALSE(state.targets(1).has_complained_last_at_ms());
  EXPECT_EQ(state.first_contact_at_ms(), kBaseTime.ms);
  EXPECT_EQ(state.actor_case().escalation_id(), told.escalation_id());
  EXPECT_EQ(state.actor_case().revision(), told.revision());
}

TEST(ActorSnapshot, TellsOfCasesThatWereLetGoWhatTheirIdsNeed) {
  EscalationConfig config;
  config.max_cases = 1;
  Room room(config);
  room.feed(test::risk("a7", "m1").log_odds(test::kAtReview).shows(Signal::kSecrecyRequest, 1.4));
  const v1::Escalation first = room.told().back();
  room.feed(test::risk("a7", "m2").at(days(1)).log_odds(test::kAtReview).shows(Signal::kSecrecyRequest, 1.4));
  const v1::ActorState state = readable(room, "a7");
  ASSERT_EQ(state.let_go_cases_size(), 1);
  EXPECT_EQ(state.let_go_cases(0).escalation_id(), first.escalation_id());
  EXPECT_EQ(state.let_go_cases(0).severity(), first.severity());
}

TEST(ActorSnapshot, OfNothingIsNothing) {
  Room room;
  const v1::ActorState state = readable(room, "a7");
  EXPECT_THAT(state.targets(), IsEmpty());
  EXPECT_FALSE(state.has_first_contact_at_ms());
  EXPECT_FALSE(state.has_age_at_ms());
}

}  // namespace
}  // namespace pairwatch::escalation
