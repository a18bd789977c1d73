// Cases that stand down by themselves: when, in which order, what it says, and that it does not matter who looks when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "processors/core/cases.h"
#include "processors/core/decay.h"
#include "processors/escalation/timers.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

const StandDownRules kRules;

/// A pair whose risk is `log_odds` by one secrecy request, beside -3 that do not fade.
CaseInputBuilder fading_risk(std::string_view target, Duration at, double log_odds = kAtWatch) {
  return risk("a7", target).at(at).log_odds(log_odds).shows(Signal::kSecrecyRequest, log_odds + 3, 1, at);
}

EventTime time_of(const google::protobuf::Timestamp& time) { return {time.seconds() * 1000 + time.nanos() / 1'000'000}; }

/// What a runtime does that looks for what is due.
void sweep(Room& room, EventTime before) {
  room.room.checkpoint();
  std::vector<Hash128> keys;
  for (const auto& [key, stored] : room.store.entries) {
    const EventTime due = escalation::next_due_of(stored);
    if (due != kNever && due < before) keys.push_back(key);
  }
  for (const Hash128& key : keys) {
    const EventTime next = room.room.fire(key, before, room.sink);
    EXPECT_TRUE(next == kNever || next >= before);
  }
}

v1::Escalation last_of(const Room& room) {
  const auto told = room.told();
  EXPECT_FALSE(told.empty());
  return told.empty() ? v1::Escalation{} : told.back();
}

TEST(Timers, AFadedCaseStandsDownBeforeTheNextNewsOfItsActorStampedWithTheDueTime) {
  Room room;
  room.feed(fading_risk("m3", {}));
  const EventTime due = room.stored("a7").next_due;
  EXPECT_GE(due, kBaseTime + kRules.quiet_watch);
  EXPECT_LT(due, kBaseTime + kRules.longest);
  EXPECT_EQ(room.feed(account_change("a7").at(due - kBaseTime)), Outcome::kNoted);
  EXPECT_EQ(room.told().size(), 1U) << "what is due at that very time comes after it";
  EXPECT_EQ(room.feed(account_change("a7").at(due - kBaseTime + milliseconds(1))), Outcome::kNoted) << "it is not by that record";
  const v1::Escalation told = last_of(room);
  EXPECT_EQ(told.status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(told.reason(), v1::ESCALATION_REASON_DECAY);
  EXPECT_EQ(told.revision(), 2U);
  EXPECT_EQ(time_of(told.raised_at()), due);
  EXPECT_FALSE(told.has_decided_at()) << "no record has decided it";
  EXPECT_EQ(told.subject().actor_id(), "a7");
  EXPECT_EQ(told.subject().target_id(), "m3");
  EXPECT_EQ(told.risk(), room.told()[0].risk());
  EXPECT_THAT(told.explanation(), testing::HasSubstr("has faded"));
  EXPECT_EQ(room.stored("a7").next_due, kNever);
}

TEST(Timers, TheDueTimeIsTheFirstHourAtWhichTheRiskHasFaded) {
  escalation::EscalationConfig config;
  config.rules.stand_down.quiet_urgent = days(1);
  Room room(config);
  room.feed(fading_risk("m3", {}, kAtUrgent));
  const EventTime due = room.stored("a7").next_due;
  const Duration half_life = escalation::EscalationRules{}.signals.of(Signal::kSecrecyRequest).half_life;
  const auto risk_at = [&](EventTime at) { return sigmoid(-3 + 6 * decay(at - kBaseTime, half_life)); };
  EXPECT_LT(risk_at(due), kRules.risk);
  EXPECT_GE(risk_at(due - hours(1)), kRules.risk);
  EXPECT_EQ((due - kBaseTime).ms % hours(1).ms, 0);
}

TEST(Timers, ACaseIsQuietForAsLongAsItsSeverityAsks) {
  for (const auto& [log_odds, quiet] : {std::pair{kAtWatch, kRules.quiet_watch}, std::pair{kAtReview, kRules.quiet_review},
                                        std::pair{kAtUrgent, kRules.quiet_urgent}}) {
    Room room;
    // All of it fades within days.
    room.feed(risk("a7", "m3").log_odds(log_odds).shows(Signal::kMessageBurstNewContact, log_odds + 2));
    EXPECT_EQ(room.stored("a7").next_due, kBaseTime + quiet);
  }
}

TEST(Timers, ARiskThatDoesNotFadeStandsDownAsExpiredInTheEnd) {
  Room room;
  room.feed(risk("a7", "m3").log_odds(kAtWatch));
  sweep(room, kBaseTime + days(400));
  EXPECT_EQ(last_of(room).reason(), v1::ESCALATION_REASON_EXPIRED);
  EXPECT_EQ(time_of(last_of(room).raised_at()), kBaseTime + kRules.longest);
}

TEST(Timers, StandingDownGoesToEveryTopicTheCaseWasWrittenTo) {
  Room room;
  room.feed(fading_risk("m3", {}, kAtWatch));
  room.feed(fading_risk("m3", hours(1), kAtUrgent));
  room.sink.clear();
  sweep(room, kBaseTime + days(300));
  ASSERT_EQ(room.sink.outputs.size(), 2U);
  EXPECT_EQ(room.sink.outputs[0].port, OutputPort::kWatch);
  EXPECT_EQ(room.sink.outputs[1].port, OutputPort::kUrgent);
  EXPECT_EQ(room.sink.outputs[0].value, room.sink.outputs[1].value);
  EXPECT_THAT(room.told_of_minors(), testing::SizeIs(2)) << "minors are told of what was seen, their own time fades it";
}

TEST(Timers, NewsPutsItOff) {
  Room room;
  room.feed(fading_risk("m3", {}));
  const EventTime before = room.stored("a7").next_due;
  room.feed(fading_risk("m3", days(20)));
  EXPECT_EQ(room.stored("a7").next_due, before + days(20));
  room.feed(fading_risk("m3", days(10), -0.5));
  EXPECT_EQ(room.stored("a7").next_due, before + days(20)) << "late, it says nothing of what came later";
}

TEST(Timers, WhatComesAfterAStandDownOpensTheNextCase) {
  Room room;
  room.feed(fading_risk("m3", {}));
  room.feed(fading_risk("m3", days(100)));
  const auto told = room.told_of("m3");
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[1].status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(told[2].status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(told[2].revision(), 1U);
  EXPECT_EQ(told[2].escalation_id().back(), '2');
  EXPECT_EQ(told[2].risk(), told[0].risk()) << "nothing weighs less after it";
}

TEST(Timers, WhatWasKnownBeforeOpensNoOther) {
  Room room;
  room.feed(fading_risk("m3", {}));
  const CaseInputBuilder old_news = risk("a7", "m3").at(days(100)).log_odds(kAtWatch).shows(Signal::kSecrecyRequest, 3);
  EXPECT_EQ(room.feed(old_news), Outcome::kBelowThreshold);
  EXPECT_EQ(room.told().size(), 2U);
}

TEST(Timers, ALateRiskThatWouldHaveKeptTheCaseOpenOpensTheNext) {
  Room room;
  room.feed(fading_risk("m3", {}));
  const EventTime due = room.stored("a7").next_due;
  room.feed(account_change("a7").at(days(200)));
  room.feed(fading_risk("m3", due - kBaseTime - days(1)));
  const auto told = room.told_of("m3");
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[2].status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(told[2].escalation_id().back(), '2');
}

TEST(Timers, AConfirmedCaseStaysOpen) {
  Room room;
  room.feed(fading_risk("m3", {}));
  v1::CaseInput decision;
  decision.set_occurred_at_ms((kBaseTime + days(1)).ms);
  decision.mutable_decision()->set_escalation_id(room.told()[0].escalation_id());
  decision.mutable_decision()->set_verdict(v1::VERDICT_CONFIRMED);
  EXPECT_EQ(room.feed("", decision.SerializeAsString()), Outcome::kEscalated);
  EXPECT_EQ(room.stored("a7").next_due, kNever);
  sweep(room, kBaseTime + days(399));
  EXPECT_EQ(last_of(room).status(), v1::ESCALATION_STATUS_UPDATED);
}

TEST(Timers, ASnoozedCaseHasNone) {
  Room room;
  room.feed(fading_risk("m3", {}));
  v1::CaseInput decision;
  decision.set_occurred_at_ms((kBaseTime + days(1)).ms);
  decision.mutable_decision()->set_escalation_id(room.told()[0].escalation_id());
  decision.mutable_decision()->set_verdict(v1::VERDICT_DISMISSED);
  room.feed("", decision.SerializeAsString());
  const auto dismissed = room.stored("a7").cases.at(0);
  EXPECT_EQ(room.stored("a7").next_due, kNever);
  sweep(room, kBaseTime + days(399));
  EXPECT_EQ(room.stored("a7").cases.at(0), dismissed);
}

TEST(Timers, FireInTheOrderOfDueTimeThenSubject) {
  Room room;
  for (int i = 0; i < 6; ++i) room.feed(fading_risk(numbered("m", i), hours(i / 2)));
  room.sink.clear();
  room.feed(account_change("a7").at(days(200)));
  std::vector<std::pair<std::int64_t, std::string>> told;
  for (const v1::Escalation& one : room.told()) told.emplace_back(time_of(one.raised_at()).ms, one.escalation_id());
  EXPECT_EQ(told.size(), 6U);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
}

TEST(Timers, AnActorCaseStandsDownOnceItsFanOutHasFaded) {
  Room room;
  room.contact_strangers(40);
  ASSERT_EQ(room.told(v1::SUBJECT_KIND_ACTOR).size(), 1U);
  sweep(room, kBaseTime + days(399));
  const v1::Escalation told = last_of(room);
  EXPECT_EQ(told.subject().kind(), v1::SUBJECT_KIND_ACTOR);
  EXPECT_EQ(told.status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(told.reason(), v1::ESCALATION_REASON_DECAY);
  EXPECT_GT(time_of(told.raised_at()), kBaseTime + hours(39) + kRules.quiet_watch - hours(40));
}

TEST(Timers, APairWaitsForWhatTheAccountAddsToFade) {
  Room alone, busy;
  for (Room* room : {&alone, &busy}) room->feed(risk("a7", "m50").log_odds(kAtWatch).shows(Signal::kMessageBurstNewContact, 2.5));
  busy.contact_strangers(40, days(20));
  for (Room* room : {&alone, &busy}) sweep(*room, kBaseTime + days(399));
  ASSERT_EQ(alone.told_of("m50").back().status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  ASSERT_EQ(busy.told_of("m50").back().status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_GT(time_of(busy.told_of("m50").back().raised_at()), time_of(alone.told_of("m50").back().raised_at()));
}

/// News of one actor over two years, in order.
std::vector<CaseInputBuilder> long_story(std::mt19937_64& random) {
  const auto some = [&](std::uint64_t limit) { return static_cast<std::int64_t>(random() % limit); };
  std::vector<CaseInputBuilder> all;
  Duration now{};
  for (int i = 0; i < 60; ++i) {
    now = now + (some(4) == 0 ? hours(some(2000)) : minutes(some(3000)));
    const std::string minor = numbered("m", some(6));
    switch (some(6)) {
      case 0: all.push_back(stranger_contact("a7", numbered("s", some(60))).at(now)); break;
      case 1: all.push_back(fact(v1::FACT_KIND_BLOCKED, "a7", minor).at(now)); break;
      case 2: all.push_back(account_change("a7").at(now)); break;
      default: {
        const double log_odds = static_cast<double>(some(700)) / 100 - 3;
        all.push_back(risk("a7", minor).at(now).log_odds(log_odds));
        all.back().shows(Signal::kSecrecyRequest, 1 + static_cast<double>(some(200)) / 100, 1, now);
        if (some(2) == 0) all.back().shows(Signal::kFlattery, 1.5, 2, now);
      }
    }
  }
  return all;
}

TEST(Timers, WhatIsToldDoesNotDependOnWhoLooksWhen) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random(seed);
  std::size_t stood_down = 0, reopened = 0;
  for (int round = 0; round < 150; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    const auto story = long_story(random);
    Room lazy, swept;
    for (const CaseInputBuilder& one : story) {
      const EventTime now{one.input().occurred_at_ms()};
      if (random() % 2 == 0) sweep(swept, now - hours(static_cast<std::int64_t>(random() % 500)));
      if (random() % 2 == 0) sweep(swept, now);
      EXPECT_EQ(lazy.feed(one), swept.feed(one));
    }
    const EventTime end = kBaseTime + days(2000);
    sweep(swept, end - days(1900));
    sweep(swept, end);
    sweep(lazy, end);
    const auto expected = lazy.told(), found = swept.told();
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(found[i].SerializeAsString(), expected[i].SerializeAsString()) << i;
      if (found[i].status() == v1::ESCALATION_STATUS_STOOD_DOWN) ++stood_down;
      if (found[i].status() == v1::ESCALATION_STATUS_OPENED && found[i].escalation_id().back() != '1') ++reopened;
    }
    ASSERT_EQ(swept.stored("a7"), lazy.stored("a7"));
  }
  EXPECT_GT(stood_down, 150U);
  EXPECT_GT(reopened, 20U);
}

}  // namespace
}  // namespace pairwatch::test
