// The loop above a broker by hand.
#include "topology/tasks/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "pairwatch/v1/interaction.pb.h"
#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr PartitionOffset at(std::int32_t partition, std::int64_t offset) { return {partition, offset}; }

TEST_F(WorkerTest, CommitsOutputsAndExactlyTheOffsetsItProcessed) {
  assign({0, 1});
  receive(0, {"a", "b", "a"});
  receive(1, {"c"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "b=1", "a=2", "c=1"));
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(0, 3), Pair(1, 1)));
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 4u);
  EXPECT_EQ(observer.records, 4u);
}

TEST_F(WorkerTest, LeavesPartitionsWithoutRecordsOutOfTheTransaction) {
  assign({0, 1});
  receive(1, {"c"});
  round_and_commit();
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(1, 1)));
}

TEST_F(WorkerTest, OpensNoTransactionWhileThereIsNothingToDo) {
  assign({0});
  round_and_commit();
  EXPECT_EQ(broker.count_of("begin"), 0);
  EXPECT_EQ(broker.count_of("commit"), 0);
}

TEST_F(WorkerTest, FlushesBeforeItSendsOffsetsAndCommitsLast) {
  assign({0});
  broker.calls.clear();
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(broker.calls, ElementsAre("begin", "produce", "flush", "send_offsets", "commit"));
}

TEST_F(WorkerTest, CountsNothingBeforeTheCommit) {
  assign({0});
  receive(0, {"a", "b"});
  round();
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 0u);
  clock.advance_ms(config.commit_interval.ms);
  round();
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 2u);
}

TEST_F(WorkerTest, AbortsRewindsAndCountsOnceWhenTheCommitIsRefused) {
  assign({0, 1});
  receive(0, {"a", "a"});
  receive(1, {"c"});
  round_and_commit();
  broker.fail("commit", ErrorClass::kAbortable);
  receive(0, {"a"});
  round_and_commit();
  EXPECT_EQ(broker.count_of("abort"), 1);
  EXPECT_EQ(observer.aborts, 1);
  round_and_commit();
  EXPECT_THAT(broker.seeks, ElementsAre(ElementsAre(at(0, 2), at(1, 1))));  // every partition, also the one without new records
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2", "c=1", "a=3"));
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(0, 3), Pair(1, 1)));
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 4u);
  EXPECT_EQ(observer.records, 4u);
}

TEST_F(WorkerTest, ForgetsStateOfAnAbortedCheckpoint) {
  assign({0});
  broker.fail("send_offsets", ErrorClass::kAbortable);
  receive(0, {"a", "a", "a"});
  round_and_commit();
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2", "a=3"));
}

TEST_F(WorkerTest, DropsTheRestOfABatchWhenAnOutputCannotBeWritten) {
  assign({0, 1});
  broker.fail("produce", ErrorClass::kAbortable);
  receive(0, {"a", "b"});
  receive(1, {"c"});
  round();
  EXPECT_EQ(broker.count_of("produce"), 1);
  round_and_commit();
  EXPECT_THAT(broker.seeks, ElementsAre(ElementsAre(at(0, 0), at(1, 0))));
  EXPECT_THAT(written(), ElementsAre("a=1", "b=1", "c=1"));
}

TEST_F(WorkerTest, CallsAgainWhatMayBeRepeated) {
  assign({0});
  broker.fail("flush", ErrorClass::kRetriable);
  broker.fail("send_offsets", ErrorClass::kRetriable);
  receive(0, {"a"});
  round_and_commit();
  EXPECT_EQ(broker.count_of("flush"), 2);
  EXPECT_EQ(broker.count_of("send_offsets"), 2);
  EXPECT_EQ(broker.count_of("abort"), 0);
  EXPECT_THAT(written(), ElementsAre("a=1"));
}

TEST_F(WorkerTest, GivesUpRepeatingAfterAWhileAndAborts) {
  config.retry_timeout = milliseconds(1000);
  assign({0});
  for (int i = 0; i < 30; ++i) broker.fail("flush", ErrorClass::kRetriable);
  receive(0, {"a"});
  round_and_commit();
  EXPECT_EQ(broker.count_of("abort"), 1);
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 0u);
}

TEST_F(WorkerTest, MakesAFatalProducerAnew) {
  assign({0});
  broker.fail("send_offsets", ErrorClass::kFatal);
  receive(0, {"a"});
  round_and_commit();
  EXPECT_EQ(broker.producers_made, 2);
  EXPECT_EQ(broker.count_of("abort"), 0);
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1"));
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 1u);
}

TEST_F(WorkerTest, MakesTheProducerAnewWhenEvenTheAbortFails) {
  assign({0});
  broker.fail("commit", ErrorClass::kAbortable);
  broker.fail("abort", ErrorClass::kFatal);
  receive(0, {"a"});
  round_and_commit();
  EXPECT_EQ(broker.producers_made, 2);
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1"));
}

TEST_F(WorkerTest, KeepsTryingToMakeAProducerAndReadsNothingMeanwhile) {
  for (int i = 0; i < 3; ++i) broker.fail("restart_producer", ErrorClass::kRetriable);
  receive(0, {"a"});
  round();
  EXPECT_FALSE(observer.ready_now);
  EXPECT_EQ(observer.waiting_for, "its transactional producer");
  round();
  round();
  EXPECT_EQ(broker.producers_made, 0);
  assign({0});
  EXPECT_EQ(broker.producers_made, 1);
  EXPECT_TRUE(observer.ready_now);
}

TEST_F(WorkerTest, AppliesACommitOfUnknownOutcomeThatTookEffect) {
  assign({0});
  broker.fail("commit", ErrorClass::kOutcomeUnknown);
  broker.unknown_commit_took_effect = true;
  receive(0, {"a", "a"});
  round_and_commit();
  EXPECT_EQ(broker.producers_made, 2);
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 2u);
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2", "a=3"));
  EXPECT_EQ(observer.aborts, 0);
}

TEST_F(WorkerTest, DropsACommitOfUnknownOutcomeThatDidNotTakeEffect) {
  assign({0});
  broker.fail("commit", ErrorClass::kOutcomeUnknown);
  broker.fail("committed", ErrorClass::kRetriable);  // not stable at once
  receive(0, {"a", "a"});
  round_and_commit();
  EXPECT_EQ(broker.producers_made, 2);
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 0u);
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2"));
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), 2u);
}

TEST_F(WorkerTest, RewindsAgainWhenARewindDidNotTake) {
  config.commit_records = 1;
  broker.batch = 1;
  assign({0});
  receive(0, {"a", "b"});
  broker.fail("commit", ErrorClass::kAbortable);
  round();  // reads a, is refused
  broker.seek_is_lost = true;
  round();  // rewinds in vain: b comes
  EXPECT_TRUE(written().empty());
  broker.seek_is_lost = false;
  round();
  round();
  EXPECT_THAT(written(), ElementsAre("a=1", "b=1"));
}

TEST_F(WorkerTest, RewindsAgainAlsoWhereWhatWasDroppedHadNotBeenProcessed) {
  config.commit_records = 1;
  broker.batch = 2;
  assign({0, 1});
  receive(0, {"a"});
  receive(1, {"c", "d"});
  broker.fail("commit", ErrorClass::kAbortable);
  round();  // a is refused, c goes with it
  broker.seek_is_lost = true;
  round();  // the rewind does not take: d comes
  broker.seek_is_lost = false;
  for (int i = 0; i < 3; ++i) round();
  EXPECT_THAT(written(), ElementsAre("a=1", "c=1", "d=1"));
}

TEST_F(WorkerTest, GoesOnWhereRecordsAreGoneAfterSomeRewinds) {
  config.commit_records = 1;
  broker.batch = 1;
  assign({0});
  receive(0, {"a", "b"});
  broker.fail("commit", ErrorClass::kAbortable);
  round();
  broker.seek_is_lost = true;
  broker.append({0, 2, "c", "good", {}});
  broker.append({0, 3, "d", "good", {}});
  broker.append({0, 4, "e", "good", {}});
  for (int i = 0; i < 5; ++i) round();
  EXPECT_THAT(written(), ElementsAre("e=1"));
}

TEST_F(WorkerTest, IgnoresRecordsThatItHasProcessed) {
  assign({0});
  receive(0, {"a", "b"});
  round();
  const PartitionOffset back = at(0, 0);
  ASSERT_FALSE(broker.seek({&back, 1}));
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "b=1"));
}

TEST_F(WorkerTest, CountsMarkersAtTheEndOfAPartitionAsRead) {
  broker.tells_ends = true;
  assign({0});
  receive(0, {"a"});
  round();
  EXPECT_EQ(worker().task(0)->next_offset(), 2);
  clock.advance_ms(1000);
  round();
  EXPECT_EQ(observer.lags[0], 0);
}

TEST_F(WorkerTest, TellsHowFarItIsBehind) {
  config.commit_records = 1;
  broker.batch = 2;
  assign({0});
  receive(0, {"a", "b", "c", "d", "e"});
  clock.advance_ms(1000);
  round();
  EXPECT_EQ(observer.lags[0], 3);
  EXPECT_EQ(observer.store_entries, 2u);
}

TEST_F(WorkerTest, ForgetsEntriesAfterTheirTimeToLive) {
  config.time_to_live = days(1);
  config.last_event = [](std::string_view) { return kEarliestEventTime; };
  assign({0});
  v1::Interaction interaction;
  interaction.set_occurred_at_ms((kEarliestEventTime + days(2)).ms);
  broker.append({0, 0, "a", interaction.SerializeAsString(), {}});
  round_and_commit();
  for (int i = 0; i < MemoryStore::kParts; ++i) {
    clock.advance_ms(1000);
    round();
  }
  EXPECT_EQ(worker().task(0)->entry_count(), 0u);
  EXPECT_EQ(observer.times[0], kEarliestEventTime + days(2));
  broker.append({0, 1, "a", interaction.SerializeAsString(), {}});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "a=1"));
  EXPECT_EQ(observer.total.entries_expired, 1u);
}

TEST_F(WorkerTest, EndsWithTheReasonOfABrokerThatCannotGoOn) {
  assign({0});
  broker.end("another process has joined");
  EXPECT_FALSE(worker().step());
  EXPECT_EQ(worker().finish(), Worker::End::kCannotGoOn);
  EXPECT_EQ(worker().reason(), "another process has joined");
}

TEST_F(WorkerTest, CommitsWhatIsOpenWhenAskedToStop) {
  assign({0});
  receive(0, {"a"});
  round();
  EXPECT_EQ(worker().finish(), Worker::End::kStopped);
  EXPECT_THAT(written(), ElementsAre("a=1"));
  EXPECT_EQ(observer.states[0].back(), TaskState::kClosed);
}

TEST_F(WorkerTest, SaysWhenTheLastTransactionCouldNotBeCommitted) {
  assign({0});
  receive(0, {"a"});
  round();
  broker.fail("commit", ErrorClass::kAbortable);
  EXPECT_EQ(worker().finish(), Worker::End::kNotCommitted);
  EXPECT_TRUE(written().empty());
}

TEST_F(WorkerTest, StopsWhenToldThoughNoProducerCanBeMade) {
  for (int i = 0; i < 100; ++i) broker.fail("restart_producer", ErrorClass::kRetriable);
  std::atomic<bool> stop{true};
  EXPECT_EQ(worker().run(stop), Worker::End::kStopped);
}

/// Whatever fails, and wherever: each record counts once, in order, and the offsets say so.
TEST_F(WorkerTest, CountsEveryRecordOnceWhateverFails) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<std::uint64_t>(below)); };
  config.commit_records = 7;
  broker.batch = 5;
  assign({0, 1});
  const std::vector<std::pair<std::string, ErrorClass>> failures = {
      {"begin", ErrorClass::kFatal},        {"produce", ErrorClass::kAbortable},   {"produce", ErrorClass::kFatal},
      {"flush", ErrorClass::kAbortable},    {"flush", ErrorClass::kRetriable},     {"send_offsets", ErrorClass::kAbortable},
      {"send_offsets", ErrorClass::kFatal}, {"commit", ErrorClass::kAbortable},    {"commit", ErrorClass::kOutcomeUnknown},
      {"abort", ErrorClass::kFatal},        {"committed", ErrorClass::kRetriable}, {"restart_producer", ErrorClass::kRetriable},
      {"seek", ErrorClass::kRetriable},
  };
  std::map<std::string, int> sent;
  for (int i = 0; i < 2000; ++i) {
    const int what = pick(10);
    if (what < 5) {
      const int partition = pick(2);
      const std::string key = std::string(1, static_cast<char>('a' + pick(3))) + std::to_string(partition);
      receive(partition, {key});
      ++sent[key];
    } else if (what < 7) {
      broker.unknown_commit_took_effect = pick(2) == 0;
      const auto& [call, error_class] = failures[static_cast<std::size_t>(pick(static_cast<int>(failures.size())))];
      broker.fail(call, error_class);
    } else if (what == 7) {
      clock.advance_ms(60);
    } else {
      ASSERT_TRUE(worker().step()) << worker().reason();
    }
  }
  for (int i = 0; i < 3000 && observer.lags[0] + observer.lags[1] + (i < 1500 ? 1 : 0) > 0; ++i) {
    clock.advance_ms(100);
    ASSERT_TRUE(worker().step()) << worker().reason();
  }
  std::map<std::string, int> last;
  for (const std::string& value : written()) {
    const std::size_t equals = value.find('=');
    EXPECT_EQ(std::stoi(value.substr(equals + 1)), ++last[value.substr(0, equals)]) << value;
  }
  EXPECT_EQ(last, sent);
  EXPECT_EQ(observer.total.count_of(Outcome::kTold), written().size());
  EXPECT_EQ(observer.records, written().size());
  for (const std::int32_t partition : {0, 1}) EXPECT_EQ(broker.group_offsets[partition], broker.end_offset(partition)) << partition;
}

}  // namespace
}  // namespace pairwatch::test
