// The room's shell: what it reads, what it writes and where, what it counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <map>
#include <random>

#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

std::uint64_t sum_of_outcomes(const Tally& tally) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : tally.outcomes) sum += count;
  return sum;
}

TEST(Escalations, KeysItsOutputByTheActorWithinItsTenant) {
  Room room;
  room.feed(risk("a7", "m3").tenant("shop"));
  EXPECT_EQ(room.sink.outputs.at(0).key,
            "shop\x1f"
            "a7");
  EXPECT_EQ(room.told()[0].subject().tenant(), "shop");
}

// murmur2 of "shop\x1f" "a7" and XXH3-128 of "shop\x1f" "P\x1f" "a7\x1f" "m3": fixed for ever, consumers keep ids.
TEST(Escalations, HasAKnownIdForAKnownPair) {
  Room room;
  room.feed(risk("a7", "m3").tenant("shop"));
  EXPECT_EQ(room.told()[0].escalation_id(), "P-711106eb-2dd42362ed074b76179b4054838b6a08-1");
}

TEST(Escalations, HasTheSameIdWhateverTheTimeAndThePlace) {
  Room early, late;
  early.feed(risk("a7", "m3").at(minutes(1)).source(0, 5));
  late.feed(risk("a7", "m4").at(days(1)));
  late.feed(risk("a7", "m3").at(days(300)).source(3, 99).log_odds(kAtUrgent));
  EXPECT_EQ(early.told()[0].escalation_id(), late.told(v1::SUBJECT_KIND_PAIR).back().escalation_id());
}

TEST(Escalations, CarriesTheHeadersOfTheRecordThrough) {
  Room room;
  room.headers = {{"traceparent", "00-abc-def-01"}};
  room.feed(risk("a7", "m3"));
  EXPECT_EQ(room.sink.outputs.at(0).header("traceparent"), "00-abc-def-01");
}

TEST(Escalations, SaysAtWhichEventOfThePlatformItDecided) {
  escalation::EscalationConfig config;
  config.source_topic = "our.events";
  Room room(config);
  room.feed(risk("a7", "m3").source(3, 4711));
  const v1::SourcePosition decided = room.told()[0].decided_at();
  EXPECT_EQ(decided.topic(), "our.events");
  EXPECT_EQ(decided.partition(), 3);
  EXPECT_EQ(decided.offset(), 4711);
}

TEST(Escalations, TellsWhatThePairHasShown) {
  escalation::EscalationConfig config;
  config.rules.version = "2026-03";
  config.rules.sha256 = "abc";
  Room room(config);
  CaseInputBuilder input = risk("a7", "m3")
                               .at(minutes(42))
                               .shows(Signal::kGift, 0.71234567, 2, minutes(3), minutes(9))
                               .shows(Signal::kSecrecyRequest, 1.4, 1, minutes(40))
                               .reached(v1::STAGE_FILLING_A_NEED, minutes(3))
                               .reached(v1::STAGE_ISOLATING, minutes(40));
  v1::ChannelSeen& channel = *input.raw().mutable_risk()->add_channels();
  channel.set_channel_id("c1");
  channel.set_kind(v1::CHANNEL_KIND_DIRECT);
  channel.mutable_first_seen_at()->set_seconds(kBaseTime.ms / 1000);
  channel.mutable_last_seen_at()->set_seconds(kBaseTime.ms / 1000 + 60);
  room.feed(input);
  const v1::Escalation told = room.told()[0];
  EXPECT_EQ(told.subject().kind(), v1::SUBJECT_KIND_PAIR);
  EXPECT_EQ(told.subject().actor_id(), "a7");
  EXPECT_EQ(told.subject().target_id(), "m3");
  EXPECT_EQ(told.subject().actor_age_band(), v1::AGE_BAND_ADULT);
  EXPECT_EQ(told.subject().target_age_band(), v1::AGE_BAND_13_TO_15);
  EXPECT_EQ(told.risk(), 0.7685);  // sigmoid(1.2)
  EXPECT_EQ(told.stage(), v1::STAGE_ISOLATING);
  ASSERT_EQ(told.stages_size(), 2);
  EXPECT_EQ(told.stages(0).stage(), v1::STAGE_FILLING_A_NEED);
  EXPECT_EQ(told.stages(1).reached_at().seconds(), (kBaseTime + minutes(40)).ms / 1000);
  ASSERT_EQ(told.evidence_size(), 2);
  EXPECT_EQ(told.evidence(1).signal(), "gift");
  EXPECT_EQ(told.evidence(1).stage(), v1::STAGE_FILLING_A_NEED);
  EXPECT_EQ(told.evidence(1).contribution(), 0.7123);
  EXPECT_EQ(told.evidence(1).count(), 2U);
  EXPECT_EQ(told.evidence(1).event_id(), "event-16");
  EXPECT_EQ(told.evidence(1).source().topic(), "platform.events");
  EXPECT_EQ(told.evidence(1).source().offset(), 160);
  EXPECT_EQ(told.evidence(1).occurred_at().seconds(), (kBaseTime + minutes(3)).ms / 1000);
  ASSERT_EQ(told.channels_size(), 1);
  EXPECT_EQ(told.channels(0).channel_id(), "c1");
  EXPECT_EQ(told.channels(0).last_seen_at().seconds() - told.channels(0).first_seen_at().seconds(), 60);
  EXPECT_EQ(told.first_contact_at().seconds(), kBaseTime.ms / 1000);
  EXPECT_EQ(told.raised_at().seconds(), (kBaseTime + minutes(42)).ms / 1000);
  EXPECT_EQ(told.rules().version(), "2026-03");
  EXPECT_EQ(told.rules().sha256(), "abc");
  EXPECT_EQ(told.priority(), 60U);  // 40 + 20 x 0.7685 + 5 for the first hour
}

TEST(Escalations, OrdersEvidenceByContributionThenByNumber) {
  Room room;
  room.feed(risk("a7", "m3")
                .shows(Signal::kThreat, 0.5)
                .shows(Signal::kGift, 0.5)
                .shows(Signal::kImageRequest, 2.0)
                .shows(Signal::kStrangerContact, 0.1));
  const v1::Escalation told = room.told()[0];
  std::vector<std::string> signals;
  for (const v1::Evidence& evidence : told.evidence()) signals.push_back(evidence.signal());
  EXPECT_THAT(signals, testing::ElementsAre("image_request", "gift", "threat", "stranger_contact"));
}

TEST(Escalations, OrdersStagesByFirstReach) {
  Room room;
  room.feed(risk("a7", "m3").reached(v1::STAGE_ISOLATING, minutes(9)).reached(v1::STAGE_SEXUALIZING, minutes(2)));
  EXPECT_EQ(room.told()[0].stages(0).stage(), v1::STAGE_SEXUALIZING);
  EXPECT_EQ(room.told()[0].stage(), v1::STAGE_SEXUALIZING) << "the furthest";
}

TEST(Escalations, GivesEventIdsOfTheWeightiestEightOnly) {
  Room room;
  CaseInputBuilder input = risk("a7", "m3");
  double weight = 2;
  for (const SignalInfo& row : all_signals()) {
    if (row.signal != Signal::kScattergun) input.shows(row.signal, weight -= 0.1);
  }
  input.raw().mutable_risk()->mutable_evidence(2)->set_event_id(std::string(37, 'x'));
  room.feed(input);
  const v1::Escalation told = room.told()[0];
  ASSERT_EQ(told.evidence_size(), kSignalCount - 1);
  for (int i = 0; i < told.evidence_size(); ++i) EXPECT_EQ(!told.evidence(i).event_id().empty(), i < 8 && i != 2) << i;
}

TEST(Escalations, RaisesPriorityForAMarkedTarget) {
  Room plain, marked;
  plain.feed(risk("a7", "m3"));
  marked.feed(risk("a7", "m3").vulnerable_target());
  EXPECT_EQ(marked.told()[0].priority(), plain.told()[0].priority() + 5);
  EXPECT_EQ(marked.told()[0].risk(), plain.told()[0].risk());
}

/// News of a pair to which a direct rule applies.
v1::CaseInput direct(const CaseInputBuilder& builder) {
  v1::CaseInput input = builder.input();
  input.mutable_risk()->set_direct_rules(direct_bit(DirectRule::kMeetup));
  return input;
}

TEST(Escalations, AreUrgentByADirectRuleWhateverTheRisk) {
  Room room;
  room.feed(direct(risk("a7", "m3").shows(Signal::kMeetupRequest, 1.6).log_odds(kBelowWatch)));
  ASSERT_EQ(room.told().size(), 1U);
  EXPECT_EQ(room.told()[0].severity(), v1::SEVERITY_URGENT);
  EXPECT_LT(room.told()[0].risk(), 0.35);
  EXPECT_NE(room.told()[0].explanation().find("by its kind and whatever the score"), std::string::npos);
}

TEST(Escalations, AreRaisedByADirectRuleAndStayUrgentWithoutIt) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtWatch));
  room.feed(direct(risk("a7", "m3").at(minutes(5)).log_odds(kAtWatch)));
  room.feed(risk("a7", "m3").at(days(2)).shows(Signal::kGift, 0.7).log_odds(kAtReview));
  ASSERT_EQ(room.told().size(), 3U);
  EXPECT_EQ(room.told()[1].status(), v1::ESCALATION_STATUS_RAISED);
  EXPECT_EQ(room.told()[2].severity(), v1::SEVERITY_URGENT);
}

TEST(Escalations, AreNeverBetweenTwoAdultsEvenByADirectRule) {
  Room room;
  v1::CaseInput input = direct(risk("a7", "m3").log_odds(kAtUrgent));
  input.mutable_risk()->mutable_target()->set_age_band(v1::AGE_BAND_ADULT);
  room.feed(input);
  EXPECT_TRUE(room.told().empty());
}

TEST(Escalations, NotesFactsAndAccountChanges) {
  Room room;
  EXPECT_EQ(room.feed(stranger_contact("a7", "m3")), Outcome::kNoted);
  EXPECT_EQ(room.feed(account_change("a7").actor_age(v1::AGE_BAND_16_TO_17)), Outcome::kNoted);
  EXPECT_EQ(room.stored("a7").age_band, AgeBand::k16To17);
  EXPECT_EQ(room.stored("a7").distinct_targets(), 1U);
}

TEST(Escalations, ForgetsAnActorAfterItsTimeToLive) {
  Room room(patient());
  room.feed(risk("a7", "m3").log_odds(kAtUrgent));
  EXPECT_EQ(room.feed(risk("a7", "m3").at(days(400)).log_odds(kAtUrgent)), Outcome::kNoNews);
  EXPECT_EQ(room.feed(risk("a7", "m3").at(days(801)).log_odds(kAtWatch)), Outcome::kEscalated);
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(room.room.take_tally().entries_expired, 1U);
}

TEST(Escalations, ForgetsARolledBackCase) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtWatch));
  room.room.checkpoint();
  room.feed(risk("a7", "m3").log_odds(kAtUrgent));
  room.room.rollback();
  EXPECT_EQ(room.feed(risk("a7", "m3").log_odds(kAtUrgent)), Outcome::kEscalated);
  EXPECT_EQ(room.told().back().revision(), 2U);
}

TEST(Escalations, CountsCasesBySeverityStatusAndSubject) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtWatch));
  room.feed(risk("a7", "m3").log_odds(kAtUrgent));
  const Tally tally = room.room.take_tally();
  const auto pair = static_cast<std::size_t>(SubjectKind::kPair);
  EXPECT_EQ(tally.escalations[1][static_cast<std::size_t>(EscalationStatus::kOpened)][pair], 1U);
  EXPECT_EQ(tally.escalations[3][static_cast<std::size_t>(EscalationStatus::kRaised)][pair], 1U);
  EXPECT_EQ(sum_of_outcomes(room.room.take_tally()), 0U) << "taken once";
}

TEST(Escalations, CountsCasesLetGoForWantOfRoom) {
  escalation::EscalationConfig config;
  config.max_cases = 2;
  Room room(config);
  for (int i = 0; i < 3; ++i) room.feed(risk("a7", numbered("m", i)).at(minutes(i)).log_odds(kAtWatch));
  EXPECT_EQ(room.room.take_tally().evidence_dropped, 1U);
  room.feed(risk("a7", "m0").at(hours(1)).log_odds(kAtUrgent));
  EXPECT_EQ(room.told().back().revision(), 2U) << "revisions outlive the rest";
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_RAISED);
}

struct BadInput {
  const char* what;
  void (*spoil)(v1::CaseInput&);
};

class BadCaseInput : public testing::TestWithParam<BadInput> {};

TEST_P(BadCaseInput, IsRejectedAndChangesNothing) {
  Room room;
  CaseInputBuilder input = risk("a7", "m3").shows(Signal::kGift, 1).reached(v1::STAGE_FILLING_A_NEED);
  GetParam().spoil(input.raw());
  EXPECT_EQ(room.feed(input), Outcome::kDeadLetter);
  ASSERT_EQ(room.sink.rejects.size(), 1U);
  EXPECT_EQ(room.sink.rejects[0].reason, Reject::kMalformedInternalRecord);
  EXPECT_THAT(room.sink.outputs, testing::IsEmpty());
  const Tally tally = room.room.take_tally();
  EXPECT_EQ(tally.count_of(Outcome::kDeadLetter), 1U);
  EXPECT_EQ(tally.rejects[static_cast<std::size_t>(Reject::kMalformedInternalRecord)], 1U);
  room.room.checkpoint();
  EXPECT_EQ(room.store.entries.size(), 0U);
}

const BadInput kBadInputs[] = {
    {"nothing_said", [](v1::CaseInput& input) { input.clear_what(); }},
    {"a_decision", [](v1::CaseInput& input) { input.mutable_decision(); }},
    {"an_erasure", [](v1::CaseInput& input) { input.mutable_erasure(); }},
    {"no_actor", [](v1::CaseInput& input) { input.clear_actor(); }},
    {"no_target", [](v1::CaseInput& input) { input.mutable_risk()->clear_target(); }},
    {"actor_is_target", [](v1::CaseInput& input) { input.mutable_risk()->mutable_target()->set_account_id("a7"); }},
    {"no_time", [](v1::CaseInput& input) { input.clear_occurred_at_ms(); }},
    {"time_out_of_bounds", [](v1::CaseInput& input) { input.set_occurred_at_ms(kLatestEventTime.ms + 1); }},
    {"unknown_age_band", [](v1::CaseInput& input) { input.mutable_actor()->set_age_band(static_cast<v1::AgeBand>(9)); }},
    {"log_odds_not_a_number",
     [](v1::CaseInput& input) { input.mutable_risk()->set_log_odds(std::numeric_limits<double>::quiet_NaN()); }},
    {"log_odds_infinite",
     [](v1::CaseInput& input) { input.mutable_risk()->set_log_odds(std::numeric_limits<double>::infinity()); }},
    {"unknown_signal", [](v1::CaseInput& input) { input.mutable_risk()->mutable_evidence(0)->set_signal(kFirstCombination - 1); }},
    {"signal_out_of_range", [](v1::CaseInput& input) { input.mutable_risk()->mutable_evidence(0)->set_signal(4'000'000'000U); }},
    {"signal_twice", [](v1::CaseInput& input) { *input.mutable_risk()->add_evidence() = input.risk().evidence(0); }},
    {"contribution_not_a_number",
     [](v1::CaseInput& input) {
       input.mutable_risk()->mutable_evidence(0)->set_contribution(std::numeric_limits<double>::quiet_NaN());
     }},
    {"evidence_without_time", [](v1::CaseInput& input) { input.mutable_risk()->mutable_evidence(0)->clear_first_at_ms(); }},
    {"stage_twice", [](v1::CaseInput& input) { *input.mutable_risk()->add_stages() = input.risk().stages(0); }},
    {"unknown_stage", [](v1::CaseInput& input) { input.mutable_risk()->mutable_stages(0)->set_stage(static_cast<v1::Stage>(40)); }},
    {"stage_without_time", [](v1::CaseInput& input) { input.mutable_risk()->mutable_stages(0)->clear_reached_at(); }},
    {"too_many_channels",
     [](v1::CaseInput& input) {
       for (int i = 0; i < 5; ++i) input.mutable_risk()->add_channels();
     }},
    {"unknown_fact", [](v1::CaseInput& input) { input.mutable_fact()->set_kind(static_cast<v1::FactKind>(50)); }},
    {"fact_without_kind", [](v1::CaseInput& input) { input.mutable_fact()->mutable_target()->set_account_id("m3"); }},
};

INSTANTIATE_TEST_SUITE_P(Each, BadCaseInput, testing::ValuesIn(kBadInputs),
                         [](const auto& param) { return std::string(param.param.what); });

TEST(Escalations, RejectsARecordWhoseKeyIsNotItsActors) {
  Room room;
  EXPECT_EQ(room.feed("\x1f"
                      "a8",
                      risk("a7", "m3").input().SerializeAsString()),
            Outcome::kDeadLetter);
  EXPECT_EQ(room.feed("", risk("a7", "m3").input().SerializeAsString()), Outcome::kDeadLetter);
}

TEST(Escalations, RejectsBytesThatAreNoMessage) {
  Room room;
  EXPECT_EQ(room.feed("\x1f"
                      "a7",
                      "\xff\xff\xff"),
            Outcome::kDeadLetter);
  EXPECT_EQ(room.feed("\x1f"
                      "a7",
                      ""),
            Outcome::kDeadLetter);
}

/// A stream of anything, of a few actors and targets.
CaseInputBuilder anything(std::mt19937_64& random) {
  const std::string actor = numbered("a", random() % 4);
  const std::string target = numbered("m", random() % 60);
  const Duration when = minutes(static_cast<std::int64_t>(random() % 100'000));
  if (random() % 50 == 0) {
    return account_change(actor).at(when).actor_age(static_cast<v1::AgeBand>(random() % 5),
                                                    static_cast<v1::AgeAssurance>(random() % 4));
  }
  if (random() % 3 == 0) {
    CaseInputBuilder input = fact(static_cast<v1::FactKind>(random() % 9), actor, target).at(when);  // 0 and 8 are none
    input.raw().mutable_fact()->set_stranger(random() % 2 == 0);
    return input;
  }
  CaseInputBuilder input = risk(actor, target).at(when).log_odds(static_cast<double>(random() % 1000) / 100 - 6);
  for (const SignalInfo& row : all_signals()) {
    if (row.signal != Signal::kScattergun && random() % 4 == 0) {
      input.shows(row.signal, static_cast<double>(random() % 300) / 100, 1 + static_cast<std::uint32_t>(random() % 9));
    }
  }
  return input;
}

TEST(Escalations, GivesEveryRecordOneOutcomeAndHoldsItsPromises) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  Room room(patient());
  std::array<std::uint64_t, kOutcomeCount> seen{};
  constexpr std::uint64_t kRecords = 5000;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    const std::size_t told_before = room.sink.outputs.size();
    const Outcome outcome = room.feed(anything(random));
    ++seen[static_cast<std::size_t>(outcome)];
    ASSERT_EQ(outcome == Outcome::kEscalated, room.sink.outputs.size() > told_before);
    if (random() % 100 == 0) room.room.checkpoint();
  }
  const Tally tally = room.room.take_tally();
  EXPECT_EQ(tally.outcomes, seen);
  EXPECT_EQ(sum_of_outcomes(tally), kRecords);
  EXPECT_EQ(tally.count_of(Outcome::kDeadLetter), room.sink.rejects.size());

  std::map<std::string, v1::Escalation> newest;
  for (std::size_t i = 0; i < room.sink.outputs.size(); ++i) {
    v1::Escalation told;
    ASSERT_TRUE(told.ParseFromString(room.sink.outputs[i].value));
    v1::Escalation& before = newest[told.escalation_id()];
    ASSERT_EQ(told.revision(), before.revision() + 1);
    ASSERT_EQ(told.status() == v1::ESCALATION_STATUS_OPENED, told.revision() == 1U);
    ASSERT_GE(told.severity(), before.severity());
    const bool rose = told.revision() > 1 && told.severity() > before.severity();
    ASSERT_EQ(told.status() == v1::ESCALATION_STATUS_RAISED, rose);
    ASSERT_LE(told.priority(), 100U);
    ASSERT_GE(told.risk(), 0);
    ASSERT_LE(told.risk(), 1);
    for (int j = 1; j < told.evidence_size(); ++j) ASSERT_GE(told.evidence(j - 1).contribution(), told.evidence(j).contribution());
    const OutputPort port = told.severity() == v1::SEVERITY_URGENT   ? OutputPort::kUrgent
                            : told.severity() == v1::SEVERITY_REVIEW ? OutputPort::kReview
                                                                     : OutputPort::kWatch;
    ASSERT_EQ(room.sink.outputs[i].port, port);
    before = told;
  }
  EXPECT_GT(newest.size(), 50U);
  for (const auto& [key, bytes] : room.store.entries) EXPECT_LE(bytes.size(), escalation::kActorStateLimit);
}

TEST(Escalations, SaysTheSameTwice) {
  Room first, second;
  std::mt19937_64 random(4), again(4);
  for (int i = 0; i < 2000; ++i) {
    first.feed(anything(random));
    second.feed(anything(again));
    second.room.checkpoint();  // stored and read in between or not
  }
  ASSERT_EQ(first.sink.outputs.size(), second.sink.outputs.size());
  for (std::size_t i = 0; i < first.sink.outputs.size(); ++i) ASSERT_EQ(first.sink.outputs[i].value, second.sink.outputs[i].value);
}

}  // namespace
}  // namespace pairwatch::test
