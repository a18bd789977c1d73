// When a transaction is committed: after an interval, which is longer for a worker that is far behind, or at a count.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST_F(WorkerTest, KeepsATransactionOpenUntilItsIntervalHasPassed) {
  assign({0});
  receive(0, {"a"});
  round();
  clock.advance_ms(config.commit_interval.ms - 1);
  round();
  EXPECT_EQ(broker.count_of("commit"), 0);
  EXPECT_EQ(observer.commits, 0);
  clock.advance_ms(1);
  round();
  EXPECT_EQ(broker.count_of("commit"), 1);
}

TEST_F(WorkerTest, CommitsAtOnceWhatComesAfterAPause) {
  assign({0});
  clock.advance_ms(config.commit_interval.ms);
  receive(0, {"a"});
  round();
  EXPECT_EQ(broker.count_of("commit"), 1);
  receive(0, {"a"});
  round();
  EXPECT_EQ(broker.count_of("commit"), 1) << "and the next one an interval later";
  clock.advance_ms(config.commit_interval.ms);
  round();
  EXPECT_EQ(broker.count_of("commit"), 2);
}

/// Ten records in 100 ms: a hundred and one that are left take longer than the second of commit_interval_behind.
TEST_F(WorkerTest, KeepsATransactionOpenLongerWhileItIsFarBehind) {
  broker.batch = 10;
  assign({0});
  receive(0, std::vector<std::string>(111, "a"));
  round();
  broker.gives_nothing = true;
  clock.advance_ms(config.commit_interval.ms);
  round();
  clock.advance_ms(config.commit_interval_behind.ms - config.commit_interval.ms - 1);
  round();
  EXPECT_EQ(broker.count_of("commit"), 0);
  clock.advance_ms(1);
  round();
  EXPECT_EQ(broker.count_of("commit"), 1);
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(0, 10)));
}

TEST_F(WorkerTest, CommitsAtItsIntervalWhereItIsOnlyAShortWayBehind) {
  broker.batch = 10;
  assign({0});
  receive(0, std::vector<std::string>(110, "a"));
  round();
  broker.gives_nothing = true;
  clock.advance_ms(config.commit_interval.ms);
  round();
  EXPECT_EQ(broker.count_of("commit"), 1);
}

TEST_F(WorkerTest, CommitsAtItsCountOfRecordsInTheMiddleOfABatch) {
  config.commit_records = 2;
  assign({0});
  receive(0, {"a", "a", "a", "a", "a"});
  round();
  EXPECT_EQ(broker.count_of("commit"), 2);
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(0, 4)));
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2", "a=3", "a=4"));
}

TEST_F(WorkerTest, CommitsAtItsCountOfBytes) {
  config.commit_bytes = 1;
  assign({0});
  receive(0, {"a", "b", "c"});
  round();
  EXPECT_EQ(broker.count_of("commit"), 3);
}

}  // namespace
}  // namespace pairwatch::test
