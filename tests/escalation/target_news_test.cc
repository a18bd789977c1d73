// What escalation tells of minors: when, and what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

v1::CaseInput decision_about(const v1::Escalation& told, v1::Verdict verdict, Duration at) {
  v1::CaseInput input;
  input.set_occurred_at_ms((kBaseTime + at).ms);
  input.set_source_partition(2);
  input.set_source_offset(77);
  input.mutable_decision()->set_escalation_id(told.escalation_id());
  input.mutable_decision()->set_verdict(verdict);
  return input;
}

TEST(WhatIsToldOfMinors, IsHowAnAccountStandsWhereItsCaseOpens) {
  Room room;
  room.feed(risk("a7", "m3")
                .at(days(1))
                .source(2, 9)
                .vulnerable_target()
                .log_odds(kAtReview)
                .shows(Signal::kSecrecyRequest, 1.4)
                .reached(v1::STAGE_ISOLATING, hours(3)));
  ASSERT_THAT(room.told_of_minors(), SizeIs(1));
  const v1::TargetInput told = room.told_of_minors().front();
  EXPECT_EQ(told.target().account_id(), "m3");
  EXPECT_EQ(told.target().age_band(), v1::AGE_BAND_13_TO_15);
  EXPECT_TRUE(told.target().heightened_vulnerability());
  EXPECT_EQ(told.occurred_at_ms(), (kBaseTime + days(1)).ms);
  EXPECT_EQ(told.source_partition(), 2);
  EXPECT_EQ(told.source_offset(), 9);
  EXPECT_FALSE(told.by_decision());
  EXPECT_EQ(told.contact().actor().account_id(), "a7");
  EXPECT_EQ(told.contact().actor().age_band(), v1::AGE_BAND_ADULT);
  EXPECT_EQ(told.contact().severity(), v1::SEVERITY_REVIEW);
  EXPECT_EQ(told.contact().case_number(), 1U);
  EXPECT_EQ(told.contact().risk(), room.told().front().risk());
  EXPECT_EQ(told.contact().risky_from_ms(), told.occurred_at_ms());
  EXPECT_EQ(told.contact().first_contact_at_ms(), kBaseTime.ms);
  ASSERT_EQ(told.contact().stages_size(), 1);
  EXPECT_EQ(told.contact().stages(0).stage(), v1::STAGE_ISOLATING);
}

TEST(WhatIsToldOfMinors, IsKeyedByTheMinorWithItsTenant) {
  Room room;
  room.headers = {{"traceparent", "00-1"}};
  room.feed(risk("a7", "m3").tenant("shop").log_odds(kAtReview));
  std::string key;
  write_account_key("shop", {"m3"}, key);
  ASSERT_THAT(room.sink.of_minors.outputs, SizeIs(1));
  EXPECT_EQ(room.sink.of_minors.outputs[0].key, key);
  EXPECT_EQ(room.sink.of_minors.outputs[0].header("traceparent"), "00-1");
}

TEST(WhatIsToldOfMinors, IsARiskAboveTheFloorThoughThereIsNoCase) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(-1.5));  // 0.18
  ASSERT_THAT(room.told(), IsEmpty());
  ASSERT_THAT(room.told_of_minors(), SizeIs(1));
  EXPECT_EQ(room.told_of_minors().front().contact().severity(), v1::SEVERITY_UNSPECIFIED);
  EXPECT_NEAR(room.told_of_minors().front().contact().risk(), 0.1824, 1e-4);
  room.feed(risk("a7", "m4").log_odds(-1.8));  // 0.14
  EXPECT_THAT(room.told_of_minors(), SizeIs(1)) << "below the floor";
}

TEST(WhatIsToldOfMinors, IsTheSeverityThatStandsWhereThereIsNoNews) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtReview));
  EXPECT_EQ(room.feed(risk("a7", "m3").at(days(3)).log_odds(-1.0)), Outcome::kNoNews);
  const v1::ContactNews told = room.told_of_minors().back().contact();
  EXPECT_EQ(told.severity(), v1::SEVERITY_REVIEW);
  EXPECT_EQ(told.risky_until_ms(), (kBaseTime + days(3)).ms);
}

TEST(WhatIsToldOfMinors, CountsThePairAloneAndNotWhatTheAccountDoesElsewhere) {
  Room room;
  room.contact_strangers(40);
  room.feed(risk("a7", "m3").at(days(2)).log_odds(-1.5));
  ASSERT_THAT(room.told_of("m3"), SizeIs(1)) << "the fan-out makes a case of it";
  EXPECT_NEAR(room.told_of_minors().back().contact().risk(), 0.1824, 1e-4);
  EXPECT_EQ(room.told_of_minors().back().contact().severity(), room.told_of("m3").back().severity());
}

TEST(WhatIsToldOfMinors, ReachesThoseWhoseCasesTheAccountRaisesElsewhere) {
  Room room;
  room.feed(risk("a7", "m99").at(hours(1)).log_odds(-2.5).reached(v1::STAGE_ISOLATING));
  ASSERT_THAT(room.told_of_minors(), IsEmpty());
  room.contact_strangers(40);
  ASSERT_THAT(room.told_of_minors(), testing::Not(IsEmpty()));
  const v1::TargetInput told = room.told_of_minors().front();
  EXPECT_EQ(told.target().account_id(), "m99");
  EXPECT_EQ(told.contact().risky_from_ms(), (kBaseTime + hours(1)).ms) << "when the pair showed it, not when it was raised";
  EXPECT_EQ(told.contact().stages_size(), 1);
}

TEST(WhatIsToldOfMinors, IsTheEndOfACaseThatWasDismissedAndTheWordOfOneThatWasConfirmed) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtReview));
  const v1::Escalation told = room.told().front();
  room.feed("any!", decision_about(told, v1::VERDICT_CONFIRMED, days(1)).SerializeAsString());
  ASSERT_THAT(room.told_of_minors(), SizeIs(2));
  EXPECT_TRUE(room.told_of_minors().back().contact().confirmed());
  EXPECT_TRUE(room.told_of_minors().back().by_decision());
  EXPECT_EQ(room.told_of_minors().back().source_offset(), 77);
  room.feed("any!", decision_about(told, v1::VERDICT_DISMISSED, days(2)).SerializeAsString());
  ASSERT_THAT(room.told_of_minors(), SizeIs(3));
  const v1::TargetInput ended = room.told_of_minors().back();
  EXPECT_TRUE(ended.contact().ended());
  EXPECT_EQ(ended.contact().severity(), v1::SEVERITY_UNSPECIFIED);
  EXPECT_EQ(ended.target().account_id(), "m3");
  EXPECT_EQ(ended.target().age_band(), v1::AGE_BAND_UNSPECIFIED) << "not told again";
  EXPECT_EQ(ended.contact().actor().age_band(), v1::AGE_BAND_ADULT);
}

TEST(WhatIsToldOfMinors, SaysNothingOfAdults) {
  Room room;
  room.feed(risk("a7", "b2").actor_age(v1::AGE_BAND_UNSPECIFIED).target_age(v1::AGE_BAND_ADULT).log_odds(kAtReview));
  room.feed(risk("a7", "b3").target_age(v1::AGE_BAND_ADULT).log_odds(kAtReview));
  EXPECT_THAT(room.told_of_minors(), IsEmpty());
}

}  // namespace
}  // namespace pairwatch::test
