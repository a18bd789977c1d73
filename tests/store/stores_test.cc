#include "topology/store/stores.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/store/store_worlds.h"

namespace pairwatch::test {
namespace {

class SetClock final : public Clock {
 public:
  std::int64_t now_ms() override { return now_ms_; }
  void set(std::int64_t now_ms) { now_ms_ = now_ms; }

 private:
  std::int64_t now_ms_ = 1'000;
};

void commit_one(PartitionStore& store, std::int64_t offset) {
  store.put(key(1), "one");
  store.commit({.input_offset = offset});
}

class MemoryStoresTest : public testing::Test {
 protected:
  /// Opens a partition, commits one entry, gives it back.
  void use(std::int32_t partition) {
    auto store = stores_.open(partition);
    commit_one(*store, partition);
    stores_.give_back(partition, std::move(store));
  }

  SetClock clock_;
  MemoryStores stores_{clock_, /*keep_ms=*/100, /*most_kept=*/3};
};

TEST_F(MemoryStoresTest, GivesWhatWasGivenBackToTheNext) {
  use(4);
  const auto again = stores_.open(4);
  EXPECT_EQ(again->get(key(1)), "one");
  EXPECT_EQ(again->progress().input_offset, 4);
  EXPECT_EQ(stores_.kept_count(), 0u);
}

TEST_F(MemoryStoresTest, DropsWhatWasNotCommittedOnceGivenBack) {
  auto store = stores_.open(4);
  commit_one(*store, 4);
  store->put(key(1), "running");
  stores_.give_back(4, std::move(store));
  const auto again = stores_.open(4);
  EXPECT_EQ(again->get(key(1)), "one");
  EXPECT_EQ(again->change_count(), 0u);
}

TEST_F(MemoryStoresTest, BeginsAnewWhereNothingWasWorthKeeping) {
  use(4);
  stores_.open(4).reset();
  stores_.give_back(4, nullptr);
  EXPECT_EQ(stores_.open(4)->entry_count(), 0u);
}

TEST_F(MemoryStoresTest, LetsGoOfWhatNobodyComesFor) {
  use(1);
  clock_.set(1'099);
  use(2);
  stores_.tidy();
  EXPECT_EQ(stores_.kept_count(), 2u);
  clock_.set(1'100);
  stores_.tidy();
  EXPECT_EQ(stores_.kept_count(), 1u);
  EXPECT_EQ(stores_.open(1)->entry_count(), 0u);
  EXPECT_EQ(stores_.open(2)->entry_count(), 1u);
}

TEST_F(MemoryStoresTest, LetsGoOfTheOldestWhereTooManyAreKept) {
  for (const std::int32_t partition : {5, 6, 7, 8}) use(partition);
  EXPECT_EQ(stores_.kept_count(), 3u);
  EXPECT_EQ(stores_.open(5)->entry_count(), 0u);
  EXPECT_EQ(stores_.open(8)->entry_count(), 1u);
}

using MemoryStoresDeathTest = MemoryStoresTest;

TEST_F(MemoryStoresTest, DoesNotOpenAPartitionThatAnotherHolds) {
  auto held = stores_.open(1);
  EXPECT_EQ(stores_.open(1), nullptr);
  stores_.give_back(1, std::move(held));
  EXPECT_NE(stores_.open(1), nullptr);
}

TEST_F(MemoryStoresDeathTest, RefusesToTakeBackWhatItNeverGave) { EXPECT_DEATH(stores_.give_back(1, nullptr), "was opened"); }

TEST(DiskStoresTest, OpensEachPartitionAsItWasLeft) {
  const TemporaryFolder folder;
  const auto database = open_database(small_disk(folder.path()));
  DiskStores relationship(*database, "relationship");
  DiskStores escalation(*database, "escalation");
  auto store = relationship.open(1);
  commit_one(*store, 8);
  store->put(key(2), "running");
  relationship.give_back(1, std::move(store));

  const auto again = relationship.open(1);
  EXPECT_EQ(contents(*again), (Model{{key(1), "one"}}));
  EXPECT_EQ(again->progress().input_offset, 8);
  EXPECT_EQ(escalation.open(1)->entry_count(), 0u);
}

TEST(DiskStoresTest, DoesNotOpenAPartitionThatAnotherHolds) {
  const TemporaryFolder folder;
  const auto database = open_database(small_disk(folder.path()));
  DiskStores stores(*database, "relationship");
  auto held = stores.open(1);
  EXPECT_EQ(stores.open(1), nullptr);
  stores.give_back(1, std::move(held));
  held = stores.open(1);
  EXPECT_NE(held, nullptr);
}

TEST_F(MemoryStoresTest, GivesAStandbyCopyToTheWorkerThatWantsIt) {
  use(4);
  std::unique_ptr<PartitionStore> copy = stores_.open_as_standby(4);
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(copy->get(key(1)), "one");
  EXPECT_FALSE(stores_.is_wanted(4));
  EXPECT_EQ(stores_.open(4), nullptr);
  EXPECT_TRUE(stores_.is_wanted(4));
  stores_.give_back(4, std::move(copy));
  EXPECT_EQ(stores_.open_as_standby(4), nullptr) << "it is wanted";
  const auto opened = stores_.open(4);
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(opened->get(key(1)), "one");
  EXPECT_FALSE(stores_.is_wanted(4));
  EXPECT_EQ(stores_.open_as_standby(4), nullptr) << "it is held";
}

}  // namespace
}  // namespace pairwatch::test
