// One simulated broker, called as a worker would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "processors/core/hash.h"
#include "tests/simulation/simulated_broker.h"
#include "tests/simulation/simulated_changelog.h"
#include "tests/simulation/still_fate.h"

namespace pairwatch::simulation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kOut = 0;
constexpr std::size_t kChangelog = 1;

class SimulatedBrokerTest : public testing::Test {
 protected:
  SimulatedBrokerTest() {
    cluster.add_topic("out", 3);
    cluster.add_topic("changelog", 2);
    fate.drive(cluster);
    cluster.transactions().most_marker_delay_ms = 0;
  }

  std::unique_ptr<SimulatedBroker> make(const std::string& name) {
    return std::make_unique<SimulatedBroker>(cluster, fate, BrokerIdentity{name, name, "transactions-of-" + name}, "in",
                                             std::vector<std::string>{"out", "changelog"});
  }
  void receive(std::int32_t partition, const std::vector<std::string>& values) {
    for (const std::string& value : values) cluster.log("in", partition).append({"key", value, {{"name", "header"}}, 5});
  }
  /// Polls until an assignment comes, and starts it at the beginning.
  void join(SimulatedBroker& broker) {
    for (int i = 0; i < 100; ++i) {
      const Polled polled = broker.poll(10);
      if (polled.kind != Polled::Kind::kAssigned) continue;
      std::vector<PartitionOffset> starting;
      for (const std::int32_t partition : polled.partitions) starting.push_back({partition, kNoOffset});
      EXPECT_FALSE(broker.assign(starting));
      return;
    }
    FAIL() << "was never assigned anything";
  }
  /// What some polls bring, by partition.
  std::map<std::int32_t, std::vector<std::string>> polled(SimulatedBroker& broker, int polls = 60) {
    std::map<std::int32_t, std::vector<std::string>> values;
    for (int i = 0; i < polls; ++i) {
      const Polled got = broker.poll(10);
      for (const Record& record : got.records) values[record.partition].emplace_back(record.value);
      for (const PartitionOffset& end : got.ends) last_end[end.partition] = end.offset;
    }
    return values;
  }
  void start_producer(SimulatedBroker& broker) {
    ASSERT_FALSE(broker.restart_producer());
    ASSERT_FALSE(broker.begin());
  }
  static Outgoing to_out(std::string_view value) { return {kOut, "key", value, {}, 0, Outgoing::kByKey}; }
  std::vector<std::string> seen(const std::string& topic, std::int32_t partition) {
    std::vector<std::string> values;
    for (const LogEntry* entry : cluster.log(topic, partition).committed()) values.push_back(entry->record.value.value_or("none"));
    return values;
  }
  std::vector<std::string> written() { return seen("out", partition_of("key", 3)); }

  Random random{1};
  StillFate fate{random};
  SimulatedCluster cluster{random, "in", 2};
  std::map<std::int32_t, std::int64_t> last_end;
};

TEST_F(SimulatedBrokerTest, BringsCommittedRecordsInOrderAndOnceAndTellsEnds) {
  receive(0, {"a", "b", "c"});
  cluster.log("in", 1).append({"key", "aborted", {}, 0}, 7);
  cluster.log("in", 1).end_transaction(7, false);
  receive(1, {"d"});
  const auto broker = make("one");
  join(*broker);
  EXPECT_THAT(polled(*broker), ElementsAre(testing::Pair(0, ElementsAre("a", "b", "c")), testing::Pair(1, ElementsAre("d"))));
  EXPECT_THAT(last_end, ElementsAre(testing::Pair(0, 3), testing::Pair(1, 3)));
}

TEST_F(SimulatedBrokerTest, ReadsNothingThatIsStillOpen) {
  cluster.log("in", 0).append({"key", "open", {}, 0}, 7);
  receive(0, {"after"});
  const auto broker = make("one");
  join(*broker);
  EXPECT_THAT(polled(*broker), IsEmpty());
  cluster.log("in", 0).end_transaction(7, true);
  EXPECT_THAT(polled(*broker)[0], ElementsAre("open", "after"));
}

TEST_F(SimulatedBrokerTest, GoesBackToAnOffset) {
  receive(0, {"a", "b", "c"});
  const auto broker = make("one");
  join(*broker);
  polled(*broker);
  const PartitionOffset back{0, 1};
  EXPECT_FALSE(broker->seek({&back, 1}));
  EXPECT_THAT(polled(*broker)[0], ElementsAre("b", "c"));
}

TEST_F(SimulatedBrokerTest, ASeekMayTakeEffectLateButNotForever) {
  fate.faults.late_seek = 1;
  std::vector<std::string> many;
  for (int i = 0; i < 200; ++i) many.push_back(std::to_string(i));
  receive(0, many);
  const auto broker = make("one");
  join(*broker);
  bool was_late = false;
  for (int i = 0; i < 40; ++i) {
    const PartitionOffset back{0, 0};
    EXPECT_FALSE(broker->seek({&back, 1}));
    std::string first;
    for (int polls = 0; polls < 20 && first.empty(); ++polls) {
      const Polled got = broker->poll(10);
      if (!got.records.empty()) first = std::string(got.records.front().value);
    }
    was_late = was_late || first != "0";
    if (i % 3 == 2) {
      EXPECT_EQ(first, "0") << "the third in a row is not late";
    }
  }
  EXPECT_TRUE(was_late);
}

TEST_F(SimulatedBrokerTest, WritesOutputsAndOffsetsTogether) {
  const auto broker = make("one");
  join(*broker);
  start_producer(*broker);
  EXPECT_FALSE(broker->produce(to_out("1")));
  EXPECT_FALSE(broker->produce({kChangelog, "k", "v", {}, 0, 1}));
  EXPECT_FALSE(broker->produce({kChangelog, "k", {}, {}, 0, 1}));
  EXPECT_FALSE(broker->flush());
  EXPECT_EQ(broker->written_end(kChangelog, 1), 2);
  EXPECT_EQ(broker->written_end(kChangelog, 0), kNoOffset);
  const CommittedOffset next{0, 3, "note"};
  EXPECT_FALSE(broker->send_offsets({&next, 1}));
  EXPECT_THAT(written(), IsEmpty());
  EXPECT_FALSE(broker->commit());
  fate.pass_ms(0);
  EXPECT_THAT(written(), ElementsAre("1"));
  EXPECT_THAT(seen("changelog", 1), ElementsAre("v", "none"));
  CommittedOffset found{0, 0, ""};
  EXPECT_FALSE(broker->committed({&found, 1}));
  EXPECT_EQ(found, next);
}

TEST_F(SimulatedBrokerTest, WhatIsNotFlushedIsNotCommitted) {
  fate.faults.delivery = 1;
  const auto broker = make("one");
  join(*broker);
  start_producer(*broker);
  EXPECT_FALSE(broker->produce(to_out("1")));
  EXPECT_FALSE(broker->commit());
  fate.pass_ms(0);
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(SimulatedBrokerTest, NothingOfAnAbortedTransactionShows) {
  const auto broker = make("one");
  join(*broker);
  start_producer(*broker);
  EXPECT_FALSE(broker->produce(to_out("1")));
  const CommittedOffset next{0, 3, ""};
  EXPECT_FALSE(broker->send_offsets({&next, 1}));
  EXPECT_FALSE(broker->abort());
  fate.pass_ms(0);
  EXPECT_THAT(written(), IsEmpty());
  EXPECT_EQ(cluster.group().committed(0), std::nullopt);
  EXPECT_FALSE(broker->begin());
}

TEST_F(SimulatedBrokerTest, CommittedOffsetsAreToldOnlyWhenNothingIsUnderWay) {
  const auto broker = make("one");
  join(*broker);
  start_producer(*broker);
  const CommittedOffset next{0, 3, ""};
  EXPECT_FALSE(broker->send_offsets({&next, 1}));
  CommittedOffset found{0, 0, ""};
  const BrokerResult result = broker->committed({&found, 1});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error_class, ErrorClass::kRetriable);
  found.partition = 1;
  EXPECT_FALSE(broker->committed({&found, 1}));
  EXPECT_EQ(found.offset, kNoOffset);
}

TEST_F(SimulatedBrokerTest, ACommitInDoubtIsDecidedOnceTheProducerIsMadeAnew) {
  fate.faults.unknown = 1;
  int committed = 0, dropped = 0;
  const auto broker = make("one");
  join(*broker);
  for (int i = 1; i <= 60; ++i) {
    start_producer(*broker);
    EXPECT_FALSE(broker->produce(to_out(std::to_string(i))));
    EXPECT_FALSE(broker->flush());
    const CommittedOffset next{0, i, ""};
    EXPECT_FALSE(broker->send_offsets({&next, 1}));
    EXPECT_EQ(broker->commit()->error_class, ErrorClass::kOutcomeUnknown);
    if (i % 2 == 0) fate.pass_ms(500);
    EXPECT_FALSE(broker->restart_producer());
    CommittedOffset found{0, 0, ""};
    EXPECT_FALSE(broker->committed({&found, 1}));
    const bool shows = !written().empty() && written().back() == std::to_string(i);
    EXPECT_EQ(found.offset == i, shows);
    ++(shows ? committed : dropped);
  }
  EXPECT_GT(committed, 5);
  EXPECT_GT(dropped, 5);
}

TEST_F(SimulatedBrokerTest, ADeadProcessLeavesItsTransactionOpenUntilTheNextOfItsName) {
  auto broker = make("one");
  join(*broker);
  start_producer(*broker);
  EXPECT_FALSE(broker->produce(to_out("1")));
  fate.dies_at = "flush.after";
  EXPECT_THROW(broker->flush(), Crash);
  fate.dies_at.clear();
  broker.reset();
  const PartitionLog& log = cluster.log("out", partition_of("key", 3));
  EXPECT_EQ(log.last_stable(), 0);
  broker = make("one");
  EXPECT_FALSE(broker->restart_producer());
  EXPECT_EQ(log.last_stable(), log.end());
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(SimulatedBrokerTest, AZombieCannotCommit) {
  const auto zombie = make("one");
  join(*zombie);
  start_producer(*zombie);
  EXPECT_FALSE(zombie->produce(to_out("1")));
  EXPECT_FALSE(zombie->flush());
  const auto next = make("one");
  EXPECT_FALSE(next->restart_producer());
  EXPECT_EQ(zombie->commit()->error_class, ErrorClass::kFatal);
  EXPECT_EQ(zombie->poll(10).kind, Polled::Kind::kEnded);
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(SimulatedBrokerTest, CallsOutOfTheContractsOrderAreFound) {
  const auto broker = make("one");
  EXPECT_THROW(broker->begin(), Violation) << "no producer";
  EXPECT_FALSE(broker->restart_producer());
  EXPECT_THROW(broker->produce(to_out("1")), Violation) << "no transaction";
  EXPECT_FALSE(broker->begin());
  EXPECT_THROW(broker->begin(), Violation) << "in a transaction";
  const PartitionOffset somewhere{0, 0};
  EXPECT_THROW(broker->seek({&somewhere, 1}), Violation) << "not read";
  EXPECT_THROW(broker->assign({&somewhere, 1}), Violation) << "not assigned";
  fate.faults.abortable = 1;
  EXPECT_EQ(broker->produce(to_out("1"))->error_class, ErrorClass::kAbortable);
  EXPECT_THROW(broker->produce(to_out("2")), Violation) << "after an error";
}

TEST_F(SimulatedBrokerTest, AChangelogIsReadInOrderUpToWhatIsStable) {
  PartitionLog& log = cluster.log("changelog", 1);
  for (int i = 0; i < 30; ++i) log.append({"key", std::to_string(i), {}, 0});
  log.append({"key", "open", {}, 0}, 7);
  SimulatedChangelog reader(cluster, fate, "changelog");
  ChangelogBounds bounds;
  EXPECT_FALSE(reader.bounds(1, bounds));
  EXPECT_EQ(bounds.end, 31);
  EXPECT_FALSE(reader.start({1, 10}));
  std::vector<std::string> values;
  std::int64_t position = 0;
  for (int i = 0; i < 60; ++i) {
    const ChangelogRead read = reader.poll(1);
    for (const Record& record : read.records) values.emplace_back(record.value);
    for (const PartitionOffset& moved : read.positions) position = moved.offset;
  }
  ASSERT_EQ(values.size(), 20u);
  EXPECT_EQ(values.front(), "10");
  EXPECT_EQ(position, 30);
  log.end_transaction(7, false);
  for (int i = 0; i < 20; ++i) {
    const ChangelogRead read = reader.poll(1);
    EXPECT_THAT(read.records, IsEmpty());
    for (const PartitionOffset& moved : read.positions) position = moved.offset;
  }
  EXPECT_EQ(position, 32);
  reader.stop(1);
  EXPECT_THAT(reader.poll(1).positions, IsEmpty());
}

}  // namespace
}  // namespace pairwatch::simulation
