// A first start over history: cases are held back, and those still open at its end are written once, whatever happens meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "pairwatch/v1/escalation.pb.h"
#include "tests/tasks/world.h"
#include "topology/tasks/warm_up.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

/// Each record is a revision of the case its key names; "down" stands it down.
class CaseProcessor final : public CountsInStore {
 public:
  using CountsInStore::CountsInStore;

  Outcome process(const Record& record, Sink& sink) override {
    const std::string key(record.key);
    int& revision = count_of(key);
    ++revision;
    v1::Escalation escalation;
    escalation.set_escalation_id(key);
    escalation.set_revision(static_cast<std::uint32_t>(revision));
    const bool is_down = record.value == "down";
    escalation.set_status(is_down         ? v1::ESCALATION_STATUS_STOOD_DOWN
                          : revision == 1 ? v1::ESCALATION_STATUS_OPENED
                                          : v1::ESCALATION_STATUS_UPDATED);
    escalation.mutable_subject()->set_kind(v1::SUBJECT_KIND_PAIR);
    escalation.mutable_raised_at()->set_seconds(1'772'388'000);
    sink.emit({OutputPort::kReview, record.key, escalation.SerializeAsString(), {}});
    tally_.count(Outcome::kEscalated);
    tally_.count(Severity::kReview, revision == 1 ? EscalationStatus::kOpened : EscalationStatus::kUpdated, SubjectKind::kPair);
    return Outcome::kEscalated;
  }
};

class GateByHand final : public WarmUpGate {
 public:
  bool is_over(std::int32_t, std::int64_t) override { return over; }
  bool over = false;
};

class WorkerWarmUpTest : public WorkerTest {
 protected:
  WorkerWarmUpTest() {
    has_changelog = true;
    make_processor = [](Store& store) { return std::make_unique<CaseProcessor>(store); };
    config.warm_up = &gate;
  }

  std::vector<v1::Escalation> escalations() const {
    std::vector<v1::Escalation> found;
    for (const std::string& value : written(kEscalations)) found.emplace_back().ParseFromString(value);
    return found;
  }
  /// `id revision`, O for one that opens.
  std::vector<std::string> told() const {
    std::vector<std::string> lines;
    for (const v1::Escalation& escalation : escalations()) {
      lines.push_back(escalation.escalation_id() + ' ' + std::to_string(escalation.revision()) +
                      (escalation.status() == v1::ESCALATION_STATUS_OPENED ? " O" : ""));
    }
    return lines;
  }
  std::uint64_t counted(EscalationStatus status) const {
    return observer.total.escalations[static_cast<std::size_t>(Severity::kReview)][static_cast<std::size_t>(status)]
                                     [static_cast<std::size_t>(SubjectKind::kPair)];
  }
  std::size_t held_entries(std::int32_t partition) {
    std::size_t count = 0;
    std::unique_ptr<PartitionStore> store = stores->open(partition);
    store->for_each([&](const Hash128&, std::string_view entry) { count += is_held_case(entry); });
    stores->give_back(partition, std::move(store));
    return count;
  }

  GateByHand gate;
};

TEST_F(WorkerWarmUpTest, WritesNothingUntilItIsOverAndThenTheNewestRevisionOfEachCaseOnce) {
  assign({0});
  EXPECT_THAT(observer.warming_partitions, ElementsAre(0));
  receive(0, {"a", "b", "a", "a"});
  round_and_commit();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(observer.held_back, 4u);
  EXPECT_EQ(counted(EscalationStatus::kOpened), 0u);
  EXPECT_THAT(broker.group_notes[0], HasSubstr(";warm-up"));
  gate.over = true;
  round();
  EXPECT_THAT(told(), UnorderedElementsAre("a 3 O", "b 1 O"));
  EXPECT_EQ(observer.told_of_warm_up, 2u);
  EXPECT_EQ(counted(EscalationStatus::kOpened), 2u);
  EXPECT_THAT(observer.latencies, IsEmpty());
  EXPECT_THAT(broker.group_notes[0], Not(HasSubstr("warm-up")));
  EXPECT_THAT(observer.warming_partitions, IsEmpty());
  for (int i = 0; i < 5; ++i) round_and_commit();
  EXPECT_EQ(told().size(), 2u);
}

TEST_F(WorkerWarmUpTest, WritesEachRevisionAsItComesAfterwards) {
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  gate.over = true;
  round();
  receive(0, {"a", "c"});
  round_and_commit();
  EXPECT_THAT(told(), ElementsAre("a 1 O", "a 2", "c 1 O"));
  EXPECT_EQ(observer.held_back, 1u);
}

TEST_F(WorkerWarmUpTest, TellsWhereACaseCameFromAndWhenItWasReceived) {
  assign({0});
  broker.append({0, 0, "a", "good", {{"pairwatch-received", "1234"}}});
  round_and_commit();
  gate.over = true;
  round();
  const auto found = std::find_if(broker.written.begin(), broker.written.end(),
                                  [](const ProducedRecord& record) { return record.topic == kEscalations; });
  ASSERT_NE(found, broker.written.end());
  EXPECT_EQ(found->header("pairwatch-source"), "pairwatch.interactions/0/0");
  EXPECT_EQ(found->header("pairwatch-received"), "1234");
  EXPECT_EQ(found->header("content-type"), "application/x-protobuf");
  EXPECT_EQ(found->key, "a");
}

TEST_F(WorkerWarmUpTest, NeverHearsOfACaseThatStoodDownMeanwhile) {
  assign({0});
  receive(0, {"a", "b"});
  broker.append({0, 2, "a", "down", {}});
  round_and_commit();
  gate.over = true;
  round();
  EXPECT_THAT(told(), ElementsAre("b 1 O"));
}

TEST_F(WorkerWarmUpTest, GoesOnAfterACrashWithWhatItHeldBack) {
  assign({0});
  receive(0, {"a", "b"});
  round_and_commit();
  crash();
  assign({0});
  round();
  EXPECT_THAT(observer.warming_partitions, ElementsAre(0));
  gate.over = true;
  round();
  EXPECT_THAT(told(), UnorderedElementsAre("a 1 O", "b 1 O"));
  crash();
  gate.over = false;  // after a restart it is not known yet: what is committed says that it is over
  receive(0, {"a"});
  assign({0});
  round_and_commit();
  EXPECT_EQ(told().back(), "a 2");
}

TEST_F(WorkerWarmUpTest, DoesNotBeginWhereTheGroupHasCommittedBefore) {
  broker.group_offsets[0] = 0;
  broker.group_notes[0] = as_metadata({0, 1});
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(told(), ElementsAre("a 1 O"));
}

TEST_F(WorkerWarmUpTest, EndsWhatWasBegunWhereItIsSwitchedOff) {
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  crash();
  config.warm_up = nullptr;
  assign({0});
  round_and_commit();
  EXPECT_THAT(told(), ElementsAre("a 1 O"));
}

TEST_F(WorkerWarmUpTest, EndsWithNothingToTellWhereNothingWasRead) {
  gate.over = true;
  assign({0});
  round();
  EXPECT_THAT(observer.warming_partitions, IsEmpty());
  EXPECT_EQ(broker.count_of("commit"), 0);
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(told(), ElementsAre("a 1 O"));
}

TEST_F(WorkerWarmUpTest, TellsManyCasesInSeveralTransactions) {
  assign({0});
  std::vector<std::string> keys;
  for (int i = 0; i < 2'500; ++i) keys.push_back("case" + std::to_string(i));
  receive(0, keys);
  broker.batch = 5'000;
  round_and_commit();
  const int commits = broker.count_of("commit");
  broker.fail("commit", ErrorClass::kAbortable);
  gate.over = true;
  for (int i = 0; i < 3; ++i) round();
  EXPECT_EQ(told().size(), 2'500u);
  EXPECT_EQ(broker.count_of("commit"), commits + 1 + 3);
}

TEST_F(WorkerWarmUpTest, WhatIsHeldBackExpiresWithTheStore) {
  const HeldCase held{OutputPort::kUrgent, "key", "value", "x/0/1", 5, EventTime{77}};
  EXPECT_EQ(held_case_from(as_entry(held)), held);
  EXPECT_TRUE(is_held_case(as_entry(held)));
  EXPECT_EQ(raised_at_of(as_entry(held)), EventTime{77});
  EXPECT_FALSE(is_held_case("1"));
  EXPECT_FALSE(is_held_case(""));
  std::string newer = as_entry(held);
  newer[1] = 2;
  EXPECT_EQ(held_case_from(newer), std::nullopt);
  EXPECT_EQ(held_case_from(as_entry(held).substr(0, 12)), std::nullopt);
}

/// Errors at any call, crashes, partitions that come and go: each case is heard of once it is over, with no revision missing or
/// twice.
TEST_F(WorkerWarmUpTest, NoRevisionIsDoubledOrLostWhateverHappens) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto one_in = [&](std::uint32_t n) { return random() % n == 0; };
    crash();
    broker = FakeBroker();
    gate.over = false;
    std::map<std::string, int> expected;
    std::int64_t next[] = {0, 0};
    const auto feed = [&] {
      const auto partition = static_cast<std::int32_t>(random() % 2);
      const std::string key = std::to_string(partition) + "-" + std::to_string(random() % 6);
      broker.append({partition, next[partition]++, key, "good", {}});
      ++expected[key];
    };
    assign({0, 1});
    constexpr const char* kCalls[] = {"begin", "produce", "flush", "send_offsets", "commit", "committed", "seek"};
    for (int i = 0; i < 120; ++i) {
      if (one_in(3)) feed();
      if (one_in(8)) {
        const std::string call = kCalls[random() % std::size(kCalls)];
        const bool is_reading = call == "committed" || call == "seek";
        broker.unknown_commit_took_effect = one_in(2);
        broker.fail(call, is_reading || one_in(3)         ? ErrorClass::kRetriable
                          : call == "commit" && one_in(2) ? ErrorClass::kOutcomeUnknown
                          : one_in(4)                     ? ErrorClass::kFatal
                                                          : ErrorClass::kAbortable);
      }
      if (one_in(25)) {
        crash();
        broker.rebalance(Polled::Kind::kAssigned, {0, 1});
      } else if (one_in(25)) {
        broker.rebalance(one_in(2) ? Polled::Kind::kRevoked : Polled::Kind::kLost, {1});
        broker.rebalance(Polled::Kind::kAssigned, {1});
      }
      if (i > 40 && one_in(20)) gate.over = true;
      if (!gate.over) {
        ASSERT_THAT(told(), IsEmpty());
      }
      round();
      clock.advance_ms(static_cast<std::int64_t>(random() % 150));
    }
    gate.over = true;
    for (int i = 0; i < 60; ++i) round_and_commit();

    std::map<std::string, int> newest;
    for (const v1::Escalation& escalation : escalations()) {
      const auto [at, is_first] = newest.try_emplace(escalation.escalation_id(), escalation.revision());
      if (is_first) {
        EXPECT_EQ(escalation.status(), v1::ESCALATION_STATUS_OPENED);
      } else {
        EXPECT_EQ(escalation.revision(), ++at->second) << escalation.escalation_id();
      }
    }
    EXPECT_EQ(newest, expected);
    worker().finish();
    EXPECT_EQ(held_entries(0) + held_entries(1), 0u);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace pairwatch::test
