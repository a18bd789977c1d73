// Partitions that come and go: the loop above a broker by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tasks/world.h"
#include "topology/tasks/worker.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr PartitionOffset at(std::int32_t partition, std::int64_t offset) { return {partition, offset}; }

TEST_F(WorkerTest, StartsWhereTheGroupHasCommittedAndLeavesTheRestToTheBroker) {
  broker.group_offsets[0] = 2;
  receive(0, {"a", "b", "c"});
  assign({0, 1});
  EXPECT_THAT(broker.assignments, ElementsAre(ElementsAre(), ElementsAre(at(0, 2), at(1, kNoOffset))));
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("c=1"));
}

TEST_F(WorkerTest, AnswersAnAssignmentBeforeItsTasksAreReady) {
  broker.fail("committed", ErrorClass::kRetriable);
  assign({0});
  EXPECT_THAT(broker.assignments, ElementsAre(ElementsAre()));
  EXPECT_THAT(observer.states[0], ElementsAre(TaskState::kCreated, TaskState::kRestoring));
  EXPECT_FALSE(observer.ready_now);
  round();
  EXPECT_THAT(observer.states[0], ElementsAre(TaskState::kCreated, TaskState::kRestoring, TaskState::kRunning));
  EXPECT_TRUE(observer.ready_now);
}

TEST_F(WorkerTest, IsReadyWithNoPartitionsOnceItHasJoined) {
  round();
  EXPECT_FALSE(observer.ready_now);
  EXPECT_EQ(observer.waiting_for, "its consumer group");
  assign({});
  EXPECT_TRUE(observer.ready_now);
}

TEST_F(WorkerTest, CommitsWhatItProcessedBeforeItGivesAPartitionUp) {
  assign({0, 1});
  receive(0, {"a"});
  receive(1, {"c"});
  round();
  broker.rebalance(Polled::Kind::kRevoked, {0});
  broker.calls.clear();
  round();
  EXPECT_THAT(broker.calls, ElementsAre("flush", "send_offsets", "commit", "unassign"));
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(0, 1), Pair(1, 1)));
  EXPECT_EQ(worker().task(0), nullptr);
  EXPECT_NE(worker().task(1), nullptr);
  EXPECT_THAT(observer.states[0], testing::Contains(TaskState::kSuspended));
  EXPECT_EQ(observer.states[0].back(), TaskState::kClosed);
}

TEST_F(WorkerTest, DropsWhatItProcessedWhenAPartitionWasLost) {
  assign({0, 1});
  receive(0, {"a"});
  receive(1, {"c"});
  round();
  broker.rebalance(Polled::Kind::kLost, {0});
  round();
  EXPECT_EQ(broker.count_of("commit"), 0);
  EXPECT_EQ(broker.count_of("abort"), 1);
  EXPECT_TRUE(broker.group_offsets.empty());
  round_and_commit();
  EXPECT_THAT(broker.seeks, ElementsAre(ElementsAre(at(1, 0))));  // only what stays
  EXPECT_THAT(written(), ElementsAre("c=1"));
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(1, 1)));
}

TEST_F(WorkerTest, GivesUpAPartitionThatNeverRan) {
  for (int i = 0; i < 2; ++i) broker.fail("committed", ErrorClass::kRetriable);
  assign({0});
  broker.rebalance(Polled::Kind::kRevoked, {0});
  round();
  EXPECT_EQ(worker().task(0), nullptr);
  EXPECT_EQ(broker.count_of("unassign"), 1);
}

TEST_F(WorkerTest, LeavesItsStateToTheNextWorkerOfThePartition) {
  assign({0});
  receive(0, {"a", "a"});
  round_and_commit();
  broker.rebalance(Polled::Kind::kRevoked, {0});
  round();
  const std::unique_ptr<Worker> next = make_worker();
  broker.rebalance(Polled::Kind::kAssigned, {0});
  receive(0, {"a"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(next->step());
    clock.advance_ms(config.commit_interval.ms);
  }
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2", "a=3"));
}

TEST_F(WorkerTest, WaitsForAPartitionThatAnotherWorkerOfTheProcessStillHolds) {
  std::unique_ptr<PartitionStore> held = stores->open(0);
  assign({0});
  round();
  EXPECT_EQ(worker().task(0)->state(), TaskState::kCreated);
  EXPECT_FALSE(observer.ready_now);
  stores->give_back(0, std::move(held));
  round();
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1"));
}

TEST_F(WorkerTest, GivesUpAPartitionThatItNeverGotHoldOf) {
  const std::unique_ptr<PartitionStore> held = stores->open(0);
  assign({0});
  broker.rebalance(Polled::Kind::kRevoked, {0});
  round();
  EXPECT_EQ(worker().task(0), nullptr);
}

TEST_F(WorkerTest, StartsWithEmptyStateWhereAnotherProcessHasGoneOn) {
  assign({0});
  receive(0, {"a", "a", "b"});
  config.commit_records = 2;
  round_and_commit();
  broker.rebalance(Polled::Kind::kRevoked, {0});
  round();
  broker.group_offsets[0] = 4;
  receive(0, {"a", "a"});
  assign({0});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2", "b=1", "a=1"));  // what was known does not fit any more, and a warning says so
}

TEST_F(WorkerTest, TakesBackTheStateOfALostPartitionThatNobodyElseHasRead) {
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  receive(0, {"a"});
  round();
  broker.rebalance(Polled::Kind::kLost, {0});
  round();
  assign({0});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2"));  // the second one was dropped, and read again
}

}  // namespace
}  // namespace pairwatch::test
