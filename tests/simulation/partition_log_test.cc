#include "tests/simulation/partition_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pairwatch::simulation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kRetention_ms = 100;

StoredRecord record(const std::string& key, const std::string& value) { return {key, value, {}, 0}; }
StoredRecord tombstone(const std::string& key) { return {key, std::nullopt, {}, 0}; }

std::vector<std::string> seen(const PartitionLog& log) {
  std::vector<std::string> values;
  for (const LogEntry* entry : log.committed()) {
    values.push_back(std::to_string(entry->offset) + ' ' + *entry->record.key + '=' + entry->record.value.value_or("none"));
  }
  return values;
}

TEST(PartitionLog, HidesAnOpenTransactionAndAllThatCameAfterIt) {
  PartitionLog log;
  log.append(record("a", "1"));
  log.append(record("b", "1"), 7);
  log.append(record("c", "1"));
  EXPECT_EQ(log.last_stable(), 1);
  EXPECT_THAT(seen(log), ElementsAre("0 a=1"));
  log.end_transaction(7, true);
  EXPECT_EQ(log.last_stable(), 4);
  EXPECT_THAT(seen(log), ElementsAre("0 a=1", "1 b=1", "2 c=1"));
}

TEST(PartitionLog, SkipsWhatWasAbortedAndMarkers) {
  PartitionLog log;
  log.append(record("a", "1"), 7);
  log.append(record("b", "1"), 8);
  log.end_transaction(7, false);
  log.end_transaction(8, true);
  log.append(record("c", "1"), 7);  // the next transaction of the same producer
  EXPECT_THAT(seen(log), ElementsAre("1 b=1"));
  log.end_transaction(7, true);
  EXPECT_THAT(seen(log), ElementsAre("1 b=1", "4 c=1"));
  EXPECT_EQ(log.end(), 6);
}

TEST(PartitionLog, StableUpToTheOldestOfSeveralOpenTransactions) {
  PartitionLog log;
  log.append(record("a", "1"), 7);
  log.append(record("b", "1"), 8);
  log.end_transaction(8, true);
  EXPECT_EQ(log.last_stable(), 0);
  log.end_transaction(7, false);
  EXPECT_THAT(seen(log), ElementsAre("1 b=1"));
}

TEST(PartitionLog, MarksAlsoWhereNothingWasWritten) {
  PartitionLog log;
  log.end_transaction(7, true);
  EXPECT_EQ(log.end(), 1);
  EXPECT_EQ(log.last_stable(), 1);
  EXPECT_THAT(seen(log), IsEmpty());
}

TEST(PartitionLog, CompactionKeepsTheLastCommittedValueOfEachKey) {
  PartitionLog log;
  log.append(record("a", "1"));
  log.append(record("b", "1"));
  log.append(record("a", "aborted"), 7);
  log.end_transaction(7, false);
  log.append(record("a", "2"));
  log.append(record("c", "1"));
  log.compact(log.end(), 0, kRetention_ms);
  EXPECT_THAT(seen(log), ElementsAre("1 b=1", "4 a=2", "5 c=1"));
  EXPECT_EQ(log.end(), 6);
}

TEST(PartitionLog, CompactionStopsAtItsPointAndAtWhatIsOpen) {
  PartitionLog log;
  log.append(record("a", "1"));
  log.append(record("a", "2"));
  log.append(record("a", "3"));
  log.compact(2, 0, kRetention_ms);
  EXPECT_THAT(seen(log), ElementsAre("1 a=2", "2 a=3"));
  log.append(record("a", "4"), 7);
  log.append(record("a", "5"));
  log.compact(log.end(), 0, kRetention_ms);
  log.end_transaction(7, true);
  EXPECT_THAT(seen(log), ElementsAre("2 a=3", "3 a=4", "4 a=5"));
}

TEST(PartitionLog, ATombstoneStaysForItsTimeAfterTheCompactionThatTookWhatItErases) {
  PartitionLog log;
  log.append(record("a", "1"));
  log.append(tombstone("a"));
  log.append(record("b", "1"));
  log.compact(log.end(), 5'000, kRetention_ms);
  EXPECT_THAT(seen(log), ElementsAre("1 a=none", "2 b=1"));
  log.compact(log.end(), 5'000 + kRetention_ms - 1, kRetention_ms);
  EXPECT_THAT(seen(log), ElementsAre("1 a=none", "2 b=1"));
  log.compact(log.end(), 5'000 + kRetention_ms, kRetention_ms);
  EXPECT_THAT(seen(log), ElementsAre("2 b=1"));
}

}  // namespace
}  // namespace pairwatch::simulation
