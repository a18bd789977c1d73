// What holds in whatever order accounts are heard of, and whatever is stored in between.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "processors/target/snapshot.h"
#include "tests/target/target_inputs.h"

namespace pairwatch::test {
namespace {

/// What is told of some accounts, each in its own order.
std::vector<std::vector<v1::TargetInput>> random_accounts(std::mt19937_64& random) {
  std::vector<std::vector<v1::TargetInput>> accounts(2 + random() % 5);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    Duration at = hours(static_cast<std::int64_t>(random() % 900));
    Severity severity = Severity::kNone;
    for (std::size_t news = 0; news < 1 + random() % 5; ++news) {
      std::string id(1, 'a');
      TargetInputBuilder builder = contact(id.append(std::to_string(i)));
      builder.at(at).risk(static_cast<double>(random() % 10'000) / 10'000);
      if (random() % 3 == 0 && severity < Severity::kUrgent) severity = static_cast<Severity>(static_cast<int>(severity) + 1);
      if (severity != Severity::kNone) builder.has_case(severity);
      if (random() % 3 == 0) builder.reached(static_cast<v1::Stage>(1 + random() % 6), at);
      builder.met(hours(static_cast<std::int64_t>(random() % 100)), static_cast<std::uint32_t>(random() % 3));
      accounts[i].push_back(builder.input());
      at = at + hours(static_cast<std::int64_t>(random() % 200));
    }
  }
  return accounts;
}

/// All of it in one order, in which that of each account holds.
std::vector<v1::TargetInput> interleaved(const std::vector<std::vector<v1::TargetInput>>& accounts, std::mt19937_64& random) {
  std::vector<std::size_t> turns;
  for (std::size_t i = 0; i < accounts.size(); ++i) turns.insert(turns.end(), accounts[i].size(), i);
  std::shuffle(turns.begin(), turns.end(), random);
  std::vector<std::size_t> next(accounts.size(), 0);
  std::vector<v1::TargetInput> all;
  for (const std::size_t turn : turns) all.push_back(accounts[turn][next[turn]++]);
  return all;
}

TEST(TargetOrder, DoesNotChangeWhatIsRememberedNorHowSevereItIsInTheEnd) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  int with_case = 0;
  for (int round = 0; round < 300; ++round) {
    const auto accounts = random_accounts(random);
    Room first(patient()), second(patient());
    for (const v1::TargetInput& input : interleaved(accounts, random)) first.feed(input);
    for (const v1::TargetInput& input : interleaved(accounts, random)) second.feed(input);
    ASSERT_EQ(first.stored().contacts, second.stored().contacts) << "round " << round;
    ASSERT_EQ(first.highest(), second.highest()) << "round " << round;
    with_case += first.highest() != Severity::kNone ? 1 : 0;
  }
  EXPECT_GT(with_case, 100) << "or nothing was tested";
}

TEST(TargetOrder, ATwinOfEachRecordChangesNothing) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; ++round) {
    Room once, twice;
    for (const v1::TargetInput& input : interleaved(random_accounts(random), random)) {
      once.feed(input);
      twice.feed(input);
      twice.feed(input);
    }
    ASSERT_EQ(once.stored(), twice.stored());
    ASSERT_EQ(once.told().size(), twice.told().size());
  }
}

TEST(TargetOrder, ACheckpointAfterEachRecordChangesNothing) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; ++round) {
    Room hot, cold;
    for (const v1::TargetInput& input : interleaved(random_accounts(random), random)) {
      hot.feed(input);
      cold.feed(input);
      cold.room.checkpoint();
      cold.room.rollback();  // nothing stays decoded
    }
    ASSERT_EQ(hot.stored(), cold.stored());
    ASSERT_EQ(hot.sink.outputs.size(), cold.sink.outputs.size());
    for (std::size_t i = 0; i < hot.sink.outputs.size(); ++i) ASSERT_EQ(hot.sink.outputs[i].value, cold.sink.outputs[i].value);
  }
}

TEST(TargetOrder, ShiftingAllTimesShiftsTheCaseAndNothingElse) {
  std::mt19937_64 random(7);
  const std::vector<v1::TargetInput> news = interleaved(random_accounts(random), random);
  Room now, later;
  for (v1::TargetInput input : news) {
    now.feed(input);
    const std::int64_t shift = days(400).ms;
    input.set_occurred_at_ms(input.occurred_at_ms() + shift);
    v1::ContactNews& told = *input.mutable_contact();
    told.set_risky_from_ms(told.risky_from_ms() + shift);
    told.set_risky_until_ms(told.risky_until_ms() + shift);
    later.feed(input);
  }
  ASSERT_EQ(now.told().size(), later.told().size());
  for (std::size_t i = 0; i < now.told().size(); ++i) EXPECT_EQ(now.told()[i].risk(), later.told()[i].risk());
}

TEST(TargetState, StaysBelowItsCapAndForgetsTheLeastRiskyFirst) {
  Room room;
  for (int i = 0; i < 40; ++i) {
    std::string id(249, 'x');
    id.append(std::to_string(i));
    TargetInputBuilder news = contact(id).at(hours(i)).met(hours(i), 3).risk(0.16 + 0.01 * i);
    if (i == 0) news.has_case(Severity::kWatch);
    for (int stage = 1; stage < kStageCount; ++stage) news.reached(static_cast<v1::Stage>(stage));
    room.feed(news);
  }
  const target::TargetState state = room.stored();
  EXPECT_EQ(state.contacts.size(), target::kMostContacts);
  EXPECT_LE(room.store.byte_count(), target::kTargetStateLimit);
  EXPECT_EQ(state.contacts.front().id, std::string(249, 'x') + "0") << "it has a case";
  EXPECT_EQ(room.room.take_tally().evidence_dropped, 24U);
}

TEST(TargetState, IsSmallAsARule) {
  Room room;
  for (int i = 0; i < 3; ++i)
    room.feed(contact(std::string("account-").append(std::to_string(i))).at(days(i)).has_case(Severity::kWatch));
  room.stored();
  EXPECT_LE(room.store.byte_count(), 300U);
}

TEST(TargetState, TellsWhenItWasLastUsedAndCanBeShown) {
  Room room;
  room.feed(contact("a7").at(days(3)).has_case(Severity::kReview));
  room.feed(contact("a8").at(days(4)).has_case(Severity::kReview));
  const target::TargetState state = room.stored();
  EXPECT_EQ(target::last_news_of(room.store.entries.begin()->second), kBaseTime + days(4));
  v1::MinorState shown;
  target::snapshot(state, shown);
  ASSERT_EQ(shown.contacts_size(), 2);
  EXPECT_EQ(shown.contacts(0).actor_id(), "a7");
  EXPECT_EQ(shown.contacts(0).severity(), v1::SEVERITY_REVIEW);
  EXPECT_EQ(shown.target_case().escalation_id(), room.told().back().escalation_id());
}

}  // namespace
}  // namespace pairwatch::test
