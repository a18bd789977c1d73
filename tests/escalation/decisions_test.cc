// What moderators' decisions do to a case, to its account, and to what is seen afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "processors/core/case_id.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Outcome decide(Room& room, const std::string& escalation_id, v1::Verdict verdict, Duration when,
               std::optional<Duration> snooze_until = std::nullopt) {
  v1::CaseInput input;
  input.set_occurred_at_ms((kBaseTime + when).ms);
  input.set_source_offset(77);
  v1::Decision& decision = *input.mutable_decision();
  decision.set_escalation_id(escalation_id);
  decision.set_verdict(verdict);
  if (snooze_until) decision.mutable_snooze_until()->set_seconds((kBaseTime + *snooze_until).ms / 1000);
  const auto id = read_case_id(escalation_id);
  const auto key = key_with_murmur2(id ? id->routing_hash : 0);
  return room.feed(std::string_view(key.data(), key.size()), input.SerializeAsString());
}

/// A case at REVIEW for the pair with `m1`; its id.
std::string open_pair(Room& room) {
  room.feed(risk("a7", "m1").log_odds(kAtReview).shows(Signal::kGift, 1.4).shows(Signal::kSecrecyRequest, 2.4));
  return room.told().back().escalation_id();
}

/// The same, and again what it shows, later.
CaseInputBuilder again(Duration when, double log_odds = kAtReview) {
  return risk("a7", "m1")
      .at(when)
      .log_odds(log_odds)
      .shows(Signal::kGift, 1.4, 2, {}, when)
      .shows(Signal::kSecrecyRequest, 2.4, 2, {}, when);
}

/// A rule set with one combination, number 3, that makes a case a REVIEW.
escalation::EscalationConfig with_combination() {
  escalation::EscalationConfig config;
  config.rules.combinations = {
      {.number = 3, .name = "both", .at_least = Severity::kReview, .stage = Stage::kIsolating, .sentence = "did both"}};
  return config;
}
constexpr Signal kBoth = signal_of_combination(3);

TEST(Combination, MakesItsCaseAtLeastSoSevereAndIsToldByNameAndSentence) {
  Room room(with_combination());
  room.feed(risk("a7", "m1").log_odds(kBelowWatch).shows(kBoth, 0, 1, hours(1)));
  const v1::Escalation told = room.told().back();
  EXPECT_EQ(told.severity(), v1::SEVERITY_REVIEW);
  ASSERT_EQ(told.evidence_size(), 1);
  EXPECT_EQ(told.evidence(0).signal(), "combination:both");
  EXPECT_EQ(told.evidence(0).stage(), v1::STAGE_ISOLATING);
  EXPECT_FALSE(told.evidence(0).has_source()) << "no single event stands for it";
  EXPECT_THAT(told.explanation(), HasSubstr("the account did both."));
  EXPECT_THAT(told.explanation(), HasSubstr("by its kind and whatever the score"));
}

TEST(Combination, ThatTheRulesNoLongerNameIsToldByItsNumber) {
  Room room;
  room.feed(risk("a7", "m1").log_odds(kAtReview).shows(kBoth, 1));
  EXPECT_EQ(room.told().back().evidence(0).signal(), "combination:3");
  EXPECT_THAT(room.told().back().explanation(), HasSubstr("the rules no longer name"));
}

TEST(Combination, OfADismissedCaseSetsNoSeverityForItsPairAnyMore) {
  Room room(with_combination());
  room.feed(risk("a7", "m1").log_odds(kBelowWatch).shows(kBoth, 0));
  decide(room, room.told().back().escalation_id(), v1::VERDICT_DISMISSED, hours(1));
  const std::size_t told = room.told().size();
  room.feed(risk("a7", "m1").at(days(40)).log_odds(kBelowWatch).shows(kBoth, 0, 1, days(39), days(40)));
  EXPECT_EQ(room.told().size(), told) << "nothing more is told";
  room.feed(risk("a7", "m2").at(days(40)).log_odds(kBelowWatch).shows(kBoth, 0, 1, days(39), days(40)));
  EXPECT_EQ(room.told().size(), told + 1) << "of another pair it is";
}

TEST(Combination, SetsASeverityAgainWhereTheRiskIsRememberedAndJudgedLater) {
  Room room(with_combination());
  room.feed(risk("a7", "m1").log_odds(kBelowWatch).shows(kBoth, 0));
  room.contact_strangers(40, days(1));
  for (const v1::Escalation& told : room.told_of("m1")) EXPECT_GE(told.severity(), v1::SEVERITY_REVIEW);
}

TEST(Decision, ThatDismissesStandsTheCaseDownInEveryTopicItWasWrittenTo) {
  Room room;
  room.feed(risk("a7", "m1").log_odds(kAtWatch));
  room.feed(risk("a7", "m1").at(hours(1)).log_odds(kAtReview));
  const std::string id = room.told().back().escalation_id();
  EXPECT_EQ(decide(room, id, v1::VERDICT_DISMISSED, hours(2)), Outcome::kEscalated);
  ASSERT_EQ(room.sink.outputs.size(), 4U);
  EXPECT_EQ(room.sink.outputs[2].port, OutputPort::kWatch);
  EXPECT_EQ(room.sink.outputs[3].port, OutputPort::kReview);
  EXPECT_EQ(room.sink.outputs[2].value, room.sink.outputs[3].value);
  EXPECT_EQ(room.sink.outputs[2].key, room.sink.outputs[0].key) << "the routing key, not that of the decision";
  const v1::Escalation told = room.told().back();
  EXPECT_EQ(told.escalation_id(), id);
  EXPECT_EQ(told.revision(), 3U);
  EXPECT_EQ(told.status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(told.reason(), v1::ESCALATION_REASON_DECISION);
  EXPECT_EQ(told.severity(), v1::SEVERITY_REVIEW) << "within a case it never falls";
  EXPECT_EQ(told.subject().actor_id(), "a7");
  EXPECT_EQ(told.subject().target_id(), "m1");
  EXPECT_EQ(told.decided_at().topic(), "moderation.decisions");
  EXPECT_EQ(told.decided_at().offset(), 77);
  EXPECT_EQ(told.raised_at().seconds(), (kBaseTime + hours(2)).ms / 1000);
  EXPECT_THAT(told.explanation(), HasSubstr("A moderator dismissed this case"));
}

TEST(Decision, ThatDismissesKeepsTheSameEvidenceQuiet) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_DISMISSED, hours(1), days(20));
  const std::size_t before = room.sink.outputs.size();
  room.feed(again(hours(2)));
  room.feed(again(days(19)));
  EXPECT_EQ(room.sink.outputs.size(), before);
}

TEST(Decision, ThatDismissesLowersTheSayOfItsSignalsAfterTheSnoozeToo) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_DISMISSED, hours(1), days(2));
  const std::size_t before = room.sink.outputs.size();
  room.feed(again(days(3)));  // 1.2 - 0.75 * 3.8: far below WATCH
  EXPECT_EQ(room.sink.outputs.size(), before);
  room.feed(again(days(4), 4.0).shows(Signal::kThreat, 2.8, 1, days(4)));
  const v1::Escalation next = room.told().back();
  EXPECT_EQ(next.status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(next.revision(), 1U);
  EXPECT_EQ(next.severity(), v1::SEVERITY_REVIEW) << next.risk();
  EXPECT_EQ(next.escalation_id().back(), '2') << "the next case of the pair";
  EXPECT_EQ(next.evidence(0).signal(), "threat") << "in full, the others by a quarter";
  EXPECT_NEAR(next.evidence(1).contribution(), 2.4 / 4, 0.0001);
}

TEST(Decision, ThatDismissesSaysNothingOfOtherPairs) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_DISMISSED, hours(1));
  room.feed(risk("a7", "m2").at(hours(2)).log_odds(kAtReview).shows(Signal::kGift, 1.4));
  EXPECT_EQ(room.told().back().subject().target_id(), "m2");
  EXPECT_NEAR(room.told().back().evidence(0).contribution(), 1.4, 0.0001);
}

TEST(Decision, ASnoozeIsBrokenByWhatIsUrgentAndNew) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_DISMISSED, hours(1), days(20));
  room.feed(again(hours(2), 8.0).shows(Signal::kThreat, 5.2, 2, hours(2)));
  EXPECT_EQ(room.told().back().severity(), v1::SEVERITY_URGENT);
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_OPENED);
}

TEST(Decision, ADirectRuleBreaksASnoozeOnlyByWhatIsNewOfItsKind) {
  Room room;
  CaseInputBuilder blackmail = risk("a7", "m1").log_odds(kAtReview).shows(Signal::kBlackmailMoney, 4.0);
  blackmail.raw().mutable_risk()->set_direct_rules(1);
  room.feed(blackmail);
  decide(room, room.told().back().escalation_id(), v1::VERDICT_DISMISSED, hours(1), days(20));
  const std::size_t before = room.sink.outputs.size();
  CaseInputBuilder stale = risk("a7", "m1").at(hours(2)).log_odds(kAtReview).shows(Signal::kBlackmailMoney, 4.0);
  stale.shows(Signal::kGift, 0.7, 1, hours(2)).raw().mutable_risk()->set_direct_rules(1);
  room.feed(stale);
  EXPECT_EQ(room.sink.outputs.size(), before);
  CaseInputBuilder fresh = risk("a7", "m1").at(hours(3)).log_odds(kAtReview).shows(Signal::kBlackmailMoney, 4.0, 2, {}, hours(3));
  fresh.raw().mutable_risk()->set_direct_rules(1);
  room.feed(fresh);
  EXPECT_EQ(room.told().back().severity(), v1::SEVERITY_URGENT);
}

TEST(Decision, ASnoozeHasAnEndWhateverIsAskedFor) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_DISMISSED, {}, days(3000));
  EXPECT_EQ(room.stored("a7").cases[0].snooze_until, kBaseTime + days(180));
  Room without;
  decide(without, open_pair(without), v1::VERDICT_DISMISSED, {});
  EXPECT_EQ(without.stored("a7").cases[0].snooze_until, kBaseTime + days(30));
}

TEST(Decision, ThatConfirmsUpdatesTheCaseAndLeavesItOpen) {
  Room room;
  const std::string id = open_pair(room);
  EXPECT_EQ(decide(room, id, v1::VERDICT_CONFIRMED, hours(1)), Outcome::kEscalated);
  const v1::Escalation told = room.told().back();
  EXPECT_EQ(told.status(), v1::ESCALATION_STATUS_UPDATED);
  EXPECT_EQ(told.revision(), 2U);
  EXPECT_EQ(told.reason(), v1::ESCALATION_REASON_UNSPECIFIED);
  EXPECT_EQ(told.subject().target_id(), "m1");
  EXPECT_THAT(told.explanation(), HasSubstr("A moderator confirmed this case"));
  room.feed(again(hours(2), kAtUrgent));
  EXPECT_EQ(room.told().back().escalation_id(), id);
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_RAISED);
}

TEST(Decision, SaidTwiceIsToldOnce) {
  Room room;
  const std::string id = open_pair(room);
  decide(room, id, v1::VERDICT_CONFIRMED, hours(1));
  EXPECT_EQ(decide(room, id, v1::VERDICT_CONFIRMED, hours(2)), Outcome::kNoted);
  decide(room, id, v1::VERDICT_DISMISSED, hours(3));
  EXPECT_EQ(decide(room, id, v1::VERDICT_DISMISSED, hours(4)), Outcome::kNoted);
  EXPECT_EQ(room.told().size(), 3U);
}

TEST(Decision, ThatNeedsMoreLeavesTheCaseAsItIs) {
  Room room;
  const std::string id = open_pair(room);
  EXPECT_EQ(decide(room, id, v1::VERDICT_NEEDS_MORE, hours(1)), Outcome::kNoted);
  EXPECT_EQ(room.told().size(), 1U);
  room.feed(again(hours(2), kAtUrgent));
  EXPECT_EQ(room.told().back().escalation_id(), id);
}

TEST(Decision, AboutACaseThatNobodyKnowsIsADeadLetter) {
  Room room;
  const std::string id = open_pair(room);
  const std::string next = id.substr(0, id.size() - 1) + "2", other = id.substr(0, 11) + std::string(32, 'a') + "-1";
  for (const std::string& unknown : {next, other}) {
    EXPECT_EQ(decide(room, unknown, v1::VERDICT_CONFIRMED, hours(1)), Outcome::kDeadLetter);
    EXPECT_EQ(room.sink.rejects.back().reason, Reject::kUnknownCase);
  }
  EXPECT_EQ(room.told().size(), 1U);
  EXPECT_EQ(room.stored("a7").confirmed_count, 0U);
}

TEST(Decision, IsFoundAfterARestart) {
  Room room;
  const std::string id = open_pair(room);
  room.room.checkpoint();
  room.room.rollback();
  EXPECT_EQ(decide(room, id, v1::VERDICT_DISMISSED, hours(1)), Outcome::kEscalated);
  room.room.checkpoint();
  room.room.rollback();
  room.feed(again(hours(2)));
  EXPECT_EQ(room.told().size(), 2U) << "the snooze lasts too";
}

TEST(Decision, OfACaseThatWasLetGoIsTaken) {
  escalation::EscalationConfig config;
  config.max_cases = 1;
  Room room(config);
  const std::string id = open_pair(room);
  room.feed(risk("a7", "m2").at(hours(1)).log_odds(kAtReview));
  EXPECT_EQ(decide(room, id, v1::VERDICT_DISMISSED, hours(2)), Outcome::kEscalated);
  EXPECT_EQ(room.told().back().escalation_id(), id);
}

TEST(Decision, IsCountedByVerdictAndSeverity) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_CONFIRMED, hours(1));
  const Tally tally = room.room.take_tally();
  EXPECT_EQ(tally.decisions[static_cast<std::size_t>(Verdict::kConfirmed)][static_cast<std::size_t>(Severity::kReview)], 1U);
}

TEST(Decision, AboutTheAccountDismissesItsCase) {
  Room room;
  room.contact_strangers(40);
  const std::string id = room.told(v1::SUBJECT_KIND_ACTOR).back().escalation_id();
  EXPECT_EQ(decide(room, id, v1::VERDICT_DISMISSED, hours(40)), Outcome::kEscalated);
  EXPECT_EQ(room.told().back().subject().kind(), v1::SUBJECT_KIND_ACTOR);
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  const std::size_t before = room.told().size();
  for (int i = 40; i < 60; ++i) room.feed(stranger_contact("a7", numbered("m", i)).at(hours(i + 1)));
  EXPECT_EQ(room.told().size(), before) << "more of the same during the snooze";
}

double share_of(const v1::Escalation& escalation, std::string_view signal) {
  for (const v1::Evidence& evidence : escalation.evidence()) {
    if (evidence.signal() == signal) return evidence.contribution();
  }
  return 0;
}

TEST(PriorConfirmed, SpeaksInOtherCasesOfTheAccount) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_CONFIRMED, hours(1));
  room.feed(risk("a7", "m2").at(hours(2)).log_odds(kBelowWatch));
  const v1::Escalation told = room.told_of("m2").back();
  EXPECT_NEAR(share_of(told, "prior_confirmed"), 2.0, 0.001);
  EXPECT_THAT(told.explanation(), HasSubstr("had another case that a moderator confirmed"));
}

TEST(PriorConfirmed, OfTheDeviceAndOfTheAccountShareOneCap) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_CONFIRMED, hours(1));
  room.feed(risk("a7", "m2").at(hours(2)).log_odds(kBelowWatch + 2).shows(Signal::kPriorConfirmed, 2));
  const v1::Escalation told = room.told_of("m2").back();
  EXPECT_NEAR(share_of(told, "prior_confirmed"), 2.0, 0.001);
  EXPECT_NEAR(told.risk(), 0.6225, 1e-9) << "the sigmoid of 0.5: nothing is added to what the pair shows";
  EXPECT_THAT(told.explanation(), HasSubstr("uses a device of another account with a case that a moderator confirmed"));
}

TEST(PriorConfirmed, OfTheDeviceFillsWhatTheCapLeavesInARememberedRiskToo) {
  Room room;
  room.feed(risk("a7", "m2").at(hours(0)).log_odds(-1).shows(Signal::kPriorConfirmed, 1.5));
  EXPECT_TRUE(room.told_of("m2").empty());
  decide(room, open_pair(room), v1::VERDICT_CONFIRMED, hours(1));
  const std::vector<v1::Escalation> told = room.told_of("m2");
  ASSERT_FALSE(told.empty());
  EXPECT_NEAR(share_of(told.back(), "prior_confirmed"), 2.0, 0.001);
  EXPECT_EQ(told.back().severity(), v1::SEVERITY_WATCH) << "the sigmoid of -0.5";
}

TEST(PriorConfirmed, OfTheDeviceIsUrgentBesideSexualContent) {
  Room room;
  room.feed(risk("a8", "m2").log_odds(kBelowWatch).shows(Signal::kPriorConfirmed, 2).reached(v1::STAGE_SEXUALIZING));
  EXPECT_EQ(room.told_of("m2").back().severity(), v1::SEVERITY_URGENT);
  room.feed(risk("a9", "m3").log_odds(kBelowWatch).shows(Signal::kPriorConfirmed, 2));
  EXPECT_TRUE(room.told_of("m3").empty());
}

TEST(PriorConfirmed, DoesNotSpeakForItself) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_CONFIRMED, hours(1));
  room.feed(again(hours(2), kAtUrgent));
  EXPECT_EQ(share_of(room.told_of("m1").back(), "prior_confirmed"), 0);
}

TEST(PriorConfirmed, IsSilentForOtherAccountsAndOtherVerdicts) {
  Room room;
  decide(room, open_pair(room), v1::VERDICT_NEEDS_MORE, hours(1));
  room.feed(risk("a7", "m2").at(hours(2)).log_odds(kBelowWatch));
  EXPECT_THAT(room.told_of("m2"), IsEmpty());
  decide(room, room.told().front().escalation_id(), v1::VERDICT_CONFIRMED, hours(3));
  room.feed(risk("a8", "m3").at(hours(4)).log_odds(kBelowWatch));
  EXPECT_THAT(room.told_of("m3"), IsEmpty());
}

TEST(PriorConfirmed, IsTakenBackWithTheConfirmation) {
  Room room;
  const std::string id = open_pair(room);
  decide(room, id, v1::VERDICT_CONFIRMED, hours(1));
  decide(room, id, v1::VERDICT_DISMISSED, hours(2));
  room.feed(risk("a7", "m2").at(hours(3)).log_odds(kBelowWatch));
  EXPECT_THAT(room.told_of("m2"), IsEmpty());
}

TEST(PriorConfirmed, JudgesWhatWasSeenBeforeAgainSoThatGoingQuietDoesNotHelp) {
  Room room;
  room.feed(risk("a7", "m2").log_odds(kBelowWatch));
  decide(room, open_pair(room), v1::VERDICT_CONFIRMED, hours(1));
  EXPECT_FALSE(room.told_of("m2").empty());
}

TEST(PriorConfirmed, IsUrgentBesideSexualContentOrImages) {
  Room before, after, without;
  for (Room* room : {&before, &after, &without}) {
    const std::string id = open_pair(*room);
    if (room == &before) decide(*room, id, v1::VERDICT_CONFIRMED, hours(1));
    room->feed(
        risk("a7", "m2").at(hours(2)).log_odds(kBelowWatch).shows(Signal::kImageRequest, 1.5).reached(v1::STAGE_SEXUALIZING));
    if (room == &after) decide(*room, id, v1::VERDICT_CONFIRMED, hours(3));
  }
  EXPECT_EQ(before.told_of("m2").back().severity(), v1::SEVERITY_URGENT);
  EXPECT_EQ(after.told_of("m2").back().severity(), v1::SEVERITY_URGENT);
  EXPECT_THAT(without.told_of("m2"), IsEmpty());
}

}  // namespace
}  // namespace pairwatch::test
