// Which risks of an actor's pairs are remembered, for how long, and what a case tells that one of them opens.
#include "processors/escalation/risks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "processors/escalation/risk_story.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

TEST(RememberedRisk, TellsItsCaseAsFarAsItIsKept) {
  Room room;
  CaseInputBuilder input = risk("a7", "m50")
                               .at(hours(40))
                               .vulnerable_target()
                               .log_odds(kBelowWatch)
                               .shows(Signal::kGift, 0.71234567, 2, minutes(3), minutes(9))
                               .reached(v1::STAGE_FILLING_A_NEED, minutes(3));
  for (const auto& [id, seen] : {std::pair<const char*, int>{"c1", 60}, {"c2", 90}}) {
    v1::ChannelSeen& channel = *input.raw().mutable_risk()->add_channels();
    channel.set_channel_id(id);
    channel.set_kind(v1::CHANNEL_KIND_DIRECT);
    channel.mutable_first_seen_at()->set_seconds(kBaseTime.ms / 1000);
    channel.mutable_last_seen_at()->set_seconds(kBaseTime.ms / 1000 + seen);
  }
  room.feed(input);
  room.contact_strangers(40);
  ASSERT_FALSE(room.told_of("m50").empty());
  const v1::Escalation told = room.told_of("m50").front();
  EXPECT_EQ(told.subject().target_age_band(), v1::AGE_BAND_13_TO_15);
  EXPECT_EQ(told.first_contact_at().seconds(), kBaseTime.ms / 1000);
  EXPECT_EQ(told.raised_at().seconds(), (kBaseTime + hours(40)).ms / 1000) << "no earlier than the risk";
  ASSERT_EQ(told.stages_size(), 1);
  ASSERT_EQ(told.channels_size(), 1);
  EXPECT_EQ(told.channels(0).channel_id(), "c2") << "the newest";
  ASSERT_EQ(told.evidence_size(), 2);
  EXPECT_EQ(told.evidence(0).signal(), "scattergun");
  EXPECT_EQ(told.evidence(1).signal(), "gift");
  EXPECT_EQ(told.evidence(1).contribution(), 0.7123);
  EXPECT_EQ(told.evidence(1).count(), 2U);
  EXPECT_EQ(told.evidence(1).event_id(), "");
  EXPECT_EQ(told.evidence(1).source().offset(), 160);
  EXPECT_NE(told.explanation().find("sent 2 gifts"), std::string::npos) << told.explanation();
}

TEST(RememberedRisk, OutlivesAPause) {
  Room room;
  room.feed(risk("a7", "m50").at(hours(40)).log_odds(kBelowWatch).shows(Signal::kGift, 0.7));
  room.room.checkpoint();
  room.room.rollback();  // nothing is hot any more
  room.contact_strangers(40);
  EXPECT_FALSE(room.told_of("m50").empty());
}

TEST(RememberedRisk, IsForgottenOnceItsCaseIsUrgent) {
  Room room;
  room.feed(risk("a7", "m50").log_odds(kAtWatch));
  EXPECT_EQ(room.stored("a7").risks.size(), 1U);
  room.feed(risk("a7", "m50").log_odds(kAtUrgent));
  EXPECT_THAT(room.stored("a7").risks, testing::IsEmpty());
}

TEST(RememberedRisk, IsNotWorthwhileWhereNothingCouldMakeACaseOfIt) {
  Room room;
  room.feed(risk("a7", "m50").log_odds(-15));
  EXPECT_THAT(room.stored("a7").risks, testing::IsEmpty());
}

TEST(RememberedRisk, StaysForThePairsWithTheHighestAndCountsTheOthers) {
  for (const bool rising : {true, false}) {
    escalation::EscalationConfig config;
    config.max_risks = 3;
    Room room(config);
    for (int i = 0; i < 8; ++i)
      room.feed(risk("a7", numbered("m", rising ? i : 7 - i)).log_odds(-2.0 + 0.1 * (rising ? i : 7 - i)));
    const escalation::ActorState state = room.stored("a7");
    std::vector<double> kept;
    for (const escalation::RiskRecord& record : state.risks) kept.push_back(record.highest_log_odds());
    EXPECT_THAT(kept, testing::UnorderedElementsAre(testing::DoubleEq(-1.3), testing::DoubleEq(-1.4), testing::DoubleEq(-1.5)));
    EXPECT_EQ(room.room.take_tally().evidence_dropped, 5U);
  }
}

TEST(RememberedRisk, KeepsAnEarlierHigherOneOfItsPair) {
  Room room;
  room.feed(risk("a7", "m50").log_odds(kAtWatch));
  room.feed(risk("a7", "m50").at(days(60)).log_odds(-1.0).shows(Signal::kGift, 0.1));
  room.contact_strangers(12);
  EXPECT_EQ(room.told_of("m50").back().severity(), v1::SEVERITY_REVIEW) << "beside the risk of the first day";
}

TEST(RememberedRisk, KeepsNoMoreThanFourOfAPair) {
  Room room;
  for (int i = 0; i < 9; ++i) room.feed(risk("a7", "m50").at(days(30 * i)).log_odds(-2 + 0.1 * i));
  const escalation::ActorState state = room.stored("a7");
  ASSERT_EQ(state.risks.size(), 1U);
  EXPECT_EQ(state.risks[0].point_count, escalation::kRiskPointLimit);
  EXPECT_DOUBLE_EQ(state.risks[0].highest_log_odds(), -1.2);
}

TEST(RememberedRisk, IsOutdoneByAHigherOneNearby) {
  const escalation::EscalationRules rules;
  const EventTime now = kBaseTime;
  EXPECT_TRUE(escalation::outdoes({now, 1, 0}, {now, 1, 0}, rules)) << "the same";
  EXPECT_TRUE(escalation::outdoes({now, 1, 0}, {now, 0.9, 0}, rules));
  EXPECT_FALSE(escalation::outdoes({now, 0.9, 0}, {now, 1, 0}, rules)) << "lower";
  EXPECT_FALSE(escalation::outdoes({now + days(30), 1, 0}, {now, 0.9, 0}, rules)) << "a month apart";
  EXPECT_FALSE(escalation::outdoes({now, 1, 0.5}, {now, 0.9, 0}, rules)) << "has less room for complaints";
  EXPECT_TRUE(escalation::outdoes({now + days(3000), 13.7, 0}, {now, 0, 0}, rules)) << "by more than the account can ever add";
}

TEST(RiskStory, LeavesTheChannelOutWhereItDoesNotFit) {
  const std::string long_id(256, 'x');
  escalation::RiskNews risk;
  risk.target.id = {long_id};
  for (const SignalInfo& row : all_signals()) {
    escalation::EvidenceItem item;
    item.signal = row.signal;
    item.contribution = 5.2;
    item.count = 100'000;
    item.first_at = kBaseTime - days(300);
    item.last_at = kBaseTime;
    item.source = SourcePosition{1000, 1'000'000'000'000};
    risk.evidence.items[risk.evidence.count++] = item;
    if (risk.evidence.count == 17) break;
  }
  risk.channels[risk.channel_count++] = {long_id, ChannelKind::kDirect, kBaseTime, kBaseTime};
  risk.channels[0].id = std::string_view(long_id).substr(0, 40);
  std::string story;
  ASSERT_TRUE(escalation::write_story(risk, kBaseTime, story));
  escalation::RiskNews read;
  escalation::read_story(story, read);
  EXPECT_EQ(read.channel_count, 1U);
  EXPECT_EQ(read.evidence.count, risk.evidence.count);

  const std::string longer(600, 'x');
  risk.channels[0].id = longer;
  ASSERT_TRUE(escalation::write_story(risk, kBaseTime, story));
  EXPECT_LE(story.size(), escalation::kRiskStoryLimit);
  escalation::RiskNews without;
  escalation::read_story(story, without);
  EXPECT_EQ(without.channel_count, 0U);
  EXPECT_EQ(without.target.id.value, long_id);
}

TEST(RiskStory, LeavesOutTheLeastWeightyEvidenceWhereEvenThatDoesNotFit) {
  const std::string long_id(256, 'm');
  escalation::RiskNews risk;
  risk.target.id = {long_id};
  for (const SignalInfo& row : all_signals()) {
    escalation::EvidenceItem item;
    item.signal = row.signal;
    item.contribution = 6.0 - 0.1 * static_cast<double>(risk.evidence.count);
    item.count = 4'000'000'000;
    item.first_at = kBaseTime - days(300);
    item.last_at = kBaseTime - days(200);
    item.source = SourcePosition{1'000'000'000, 1'000'000'000'000'000'000};
    risk.evidence.items[risk.evidence.count++] = item;
  }
  std::string story;
  ASSERT_TRUE(escalation::write_story(risk, kBaseTime, story));
  EXPECT_LE(story.size(), escalation::kRiskStoryLimit);
  escalation::RiskNews read;
  escalation::read_story(story, read);
  ASSERT_LT(read.evidence.count, risk.evidence.count);
  ASSERT_GT(read.evidence.count, 15U);
  EXPECT_EQ(read.evidence.items[0].signal, risk.evidence.items[0].signal);
}

TEST(RiskStoryDeathTest, RefusesBytesThatItDidNotWrite) {
  escalation::RiskNews risk, other;
  std::string story;
  ASSERT_TRUE(escalation::write_story(risk, kBaseTime, story));
  EXPECT_DEATH(escalation::read_story(std::string_view(story).substr(0, story.size() - 1), other), "is whole");
}

}  // namespace
}  // namespace pairwatch::test
