// TARGET cases that stand down by themselves, once their accounts are no longer several at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/target/target_inputs.h"

namespace pairwatch::test {
namespace {

const StandDownRules kRules;

EventTime time_of(const google::protobuf::Timestamp& time) { return {time.seconds() * 1000 + time.nanos() / 1'000'000}; }

void sweep(Room& room, EventTime before) {
  room.room.checkpoint();
  for (const auto& [key, stored] : std::map(room.store.entries)) room.room.fire(key, before, room.sink);
}

/// A case of two accounts, the second a day after the first.
void open_case(Room& room) {
  room.feed(contact("a7").has_case(Severity::kWatch));
  room.feed(contact("a8").at(days(1)).has_case(Severity::kWatch));
  ASSERT_EQ(room.told().size(), 1U);
  ASSERT_EQ(room.highest(), Severity::kWatch);
}

TEST(TargetTimers, StandDownWhenAllAccountsButOneWereQuietForLongEnough) {
  Room room;
  open_case(room);
  for (int day = 5; day <= 25; day += 5) room.feed(contact("a8").at(days(day)).has_case(Severity::kWatch));
  const EventTime due = kBaseTime + days(1) + kRules.quiet_watch + milliseconds(1);  // a day after the first: it opened then
  sweep(room, due);
  EXPECT_EQ(room.told().size(), 1U);
  room.feed(contact("a8").at(days(40)).has_case(Severity::kWatch));
  ASSERT_EQ(room.told().size(), 2U);
  const v1::Escalation told = room.told().back();
  EXPECT_EQ(told.status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(told.reason(), v1::ESCALATION_REASON_DECAY);
  EXPECT_EQ(time_of(told.raised_at()), due);
  EXPECT_FALSE(told.has_decided_at());
  EXPECT_EQ(told.risk(), room.told()[0].risk());
  EXPECT_THAT(told.explanation(), testing::HasSubstr("no several accounts at once"));
}

TEST(TargetTimers, ASweepSaysWhatTheNextNewsWould) {
  Room lazy, swept;
  for (Room* room : {&lazy, &swept}) open_case(*room);
  sweep(swept, kBaseTime + days(50));
  for (Room* room : {&lazy, &swept}) {
    room->feed(contact("a7").at(days(90)).has_case(Severity::kWatch, 2));
    room->feed(contact("a9").at(days(91)).has_case(Severity::kReview));
  }
  const auto expected = lazy.told(), found = swept.told();
  ASSERT_EQ(expected.size(), 3U);
  ASSERT_EQ(found.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(found[i].SerializeAsString(), expected[i].SerializeAsString());
  EXPECT_EQ(found[2].status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(found[2].escalation_id().back(), '2');
  EXPECT_EQ(lazy.stored(), swept.stored());
}

TEST(TargetTimers, OneAccountThatGoesOnAloneOpensNoOther) {
  Room room;
  open_case(room);
  for (int day = 10; day < 120; day += 10) room.feed(contact("a8").at(days(day)).has_case(Severity::kUrgent));
  ASSERT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(room.told().back().escalation_id().back(), '1');
}

TEST(TargetTimers, AConfirmedCaseStaysOpen) {
  Room room;
  open_case(room);
  EXPECT_EQ(room.decide(room.told()[0].escalation_id(), v1::VERDICT_CONFIRMED, days(2)), Outcome::kEscalated);
  sweep(room, kBaseTime + days(390));
  EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_UPDATED);
}

TEST(TargetTimers, TheNextCaseOfAPairBeginsAnew) {
  Room room;
  room.feed(contact("a7").has_case(Severity::kUrgent, 1));
  room.feed(contact("a7").at(days(100)).has_case(Severity::kWatch, 2));
  EXPECT_EQ(room.stored().contacts.at(0).severity, Severity::kWatch);
  EXPECT_EQ(room.stored().contacts.at(0).risky_from, kBaseTime + days(100));
}

}  // namespace
}  // namespace pairwatch::test
