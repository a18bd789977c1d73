// A worker that goes round but does not get on is found out; one that has nothing to do, or waits for Kafka, is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class WorkerProgressTest : public WorkerTest {
 protected:
  /// Rounds for that long, as often as polls would end.
  void rounds_for(Duration duration) {
    const std::int64_t end_us = clock.us + duration.ms * 1000;
    while (clock.us < end_us) {
      round();
      clock.advance_ms(500);
    }
  }

  /// Whether anything counted as progress meanwhile.
  bool progresses_within(Duration duration) {
    const int before = observer.progresses;
    rounds_for(duration);
    return observer.progresses > before;
  }
};

TEST_F(WorkerProgressTest, ACommitIsProgress) {
  assign({0});
  receive(0, {"a"});
  const int before = observer.progresses;
  round_and_commit();
  EXPECT_EQ(observer.progresses, before + 1);
}

TEST_F(WorkerProgressTest, GoingRoundWhileRecordsLieUnreadIsNone) {
  assign({0, 1});
  receive(1, {"a"});
  round_and_commit();
  receive(1, {"b"});
  broker.gives_nothing = true;
  rounds_for(config.progress_interval);
  EXPECT_FALSE(progresses_within(minutes(2)));
  EXPECT_THAT(observer.stands_still_with, HasSubstr("pairwatch.interactions/1 is not committed beyond offset 1"));
  broker.gives_nothing = false;
  round_and_commit();
  EXPECT_THAT(observer.stands_still_with, IsEmpty());
}

TEST_F(WorkerProgressTest, HavingNothingToDoCountsAsProgress) {
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  broker.gives_nothing = true;
  EXPECT_TRUE(progresses_within(config.progress_interval + seconds(1)));
  EXPECT_TRUE(progresses_within(config.progress_interval + seconds(1)));
}

TEST_F(WorkerProgressTest, WaitingForKafkaIsNoStall) {
  assign({0});
  receive(0, {"a"});
  broker.gives_nothing = true;
  for (int i = 0; i < 100; ++i) broker.fail("readable_ends", ErrorClass::kRetriable);
  rounds_for(minutes(2));
  EXPECT_THAT(observer.stands_still_with, IsEmpty());
  EXPECT_TRUE(progresses_within(config.progress_interval + seconds(1)));
}

TEST_F(WorkerProgressTest, TransactionsThatFailAgainAndAgainAreNone) {
  assign({0});
  round();
  receive(0, {"a"});
  for (int i = 0; i < 1000; ++i) broker.fail("send_offsets", ErrorClass::kAbortable);
  rounds_for(config.progress_interval);
  EXPECT_FALSE(progresses_within(minutes(2)));
  EXPECT_GT(broker.count_of("abort"), 10);
  EXPECT_THAT(observer.stands_still_with, HasSubstr("pairwatch.interactions/0 is not committed beyond offset 0"));
}

TEST_F(WorkerProgressTest, SlowCommitsThatSucceedAreProgress) {
  assign({0});
  for (int i = 0; i < 5; ++i) {
    receive(0, {"a"});
    for (int retry = 0; retry < 400; ++retry) broker.fail("commit", ErrorClass::kRetriable);  // 50 ms each
    const int before = observer.progresses;
    round_and_commit();
    EXPECT_GT(observer.progresses, before);
  }
  EXPECT_EQ(broker.group_offsets[0], 5);
}

TEST_F(WorkerProgressTest, ARestoreThatMovesIsProgressHoweverLong) {
  has_changelog = true;
  assign({0});
  std::vector<std::string> keys;
  for (int i = 0; i < 3000; ++i) keys.push_back("key" + std::to_string(i));
  receive(0, keys);
  broker.batch = 5000;
  round_and_commit();
  crash();
  changelog.batch = 1;
  assign({0});
  rounds_for(minutes(10));
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRestoring);
  EXPECT_THAT(observer.stands_still_with, IsEmpty());
  EXPECT_TRUE(progresses_within(config.progress_interval + seconds(1)));
}

TEST_F(WorkerProgressTest, ARestoreThatDoesNotMoveIsNone) {
  has_changelog = true;
  assign({0});
  receive(0, {"a", "b"});
  round_and_commit();
  crash();
  changelog.batch = 0;
  assign({0});
  rounds_for(config.progress_interval * 2);
  EXPECT_FALSE(progresses_within(minutes(2)));
  EXPECT_THAT(observer.stands_still_with, HasSubstr("pairwatch.interactions/0 is not restored"));
}

}  // namespace
}  // namespace pairwatch::test
