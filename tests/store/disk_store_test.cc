// What is DiskStore's own; what it shares with a store in memory is in partition_store_test.cc, opening in database_test.cc.
#include "topology/store/disk_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/store/store_worlds.h"

namespace pairwatch::test {
namespace {

class DiskStoreTest : public testing::Test {
 protected:
  DiskStoreTest() : config_(small_disk(folder_.path())) {}

  /// Twenty keys that all hold the number of the transaction that wrote them.
  static void commit_number(PartitionStore& store, int number) {
    for (std::uint64_t i = 0; i < 20; ++i) store.put(key(i), std::to_string(number) + std::string(400, '.'));
    store.commit({.input_offset = number, .changelog_offset = 20 * number});
  }
  static int number_of(std::string_view value) { return std::stoi(std::string(value.substr(0, value.find('.')))); }

  TemporaryFolder folder_;
  DiskConfig config_;
};

TEST_F(DiskStoreTest, KeepsEntriesProgressAndCountsThroughAReopening) {
  {
    const auto database = open_database(config_);
    DiskStore store(*database, "relationship", 0);
    store.put(key(1), "one");
    store.put(key(2), "two");
    store.commit({.input_offset = 5, .changelog_offset = 6, .changelog_time_ms = 7});
    store.put(key(3), "never committed");
  }
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  EXPECT_EQ(contents(store), (Model{{key(1), "one"}, {key(2), "two"}}));
  EXPECT_EQ(store.progress(), (StoreProgress{.input_offset = 5, .changelog_offset = 6, .changelog_time_ms = 7}));
  EXPECT_EQ(store.entry_count(), 2u);
  EXPECT_EQ(store.byte_count(), 38u);
}

TEST_F(DiskStoreTest, KeepsPartitionsAndStoresApart) {
  const auto database = open_database(config_);
  DiskStore first(*database, "relationship", 0);
  DiskStore second(*database, "relationship", 1);
  DiskStore last(*database, "relationship", 0x7fff'ffff);
  DiskStore other(*database, "escalation", 0);
  const Hash128 least{0, 0};
  const Hash128 greatest{~0ull, ~0ull};
  const auto fill = [&](DiskStore& store, const std::string& name) {
    for (const Hash128 at : {least, greatest, key(1)}) store.put(at, dated(EventTime{1}, name));
    store.commit({.input_offset = static_cast<std::int64_t>(name.size())});
  };
  fill(first, "a");
  fill(second, "bb");
  fill(last, "ccc");
  fill(other, "dddd");

  EXPECT_EQ(first.expire(date_of, EventTime{2}, PartitionStore::kExpiryParts), 3u);
  first.commit({});
  second.wipe();
  EXPECT_EQ(contents(first), Model{});
  EXPECT_EQ(contents(second), Model{});
  EXPECT_EQ(second.progress(), StoreProgress{});
  for (const auto& [store, name] : {std::pair{&last, "ccc"}, std::pair{&other, "dddd"}}) {
    const std::string value = dated(EventTime{1}, name);
    EXPECT_EQ(contents(*store), (Model{{least, value}, {greatest, value}, {key(1), value}}));
    EXPECT_EQ(store->progress().input_offset, static_cast<std::int64_t>(std::string_view(name).size()));
    EXPECT_EQ(store->entry_count(), 3u);
  }
}

TEST_F(DiskStoreTest, AfterACrashHoldsEntriesAndProgressOfOneEarlierCommit) {
  constexpr int kCommits = 600;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto database = open_database(config_);
        DiskStore first(*database, "relationship", 0);
        DiskStore second(*database, "relationship", 1);
        for (int number = 1; number <= kCommits; ++number) {
          commit_number(first, number);
          commit_number(second, number);
        }
        std::_Exit(first.failure().empty() && second.failure().empty() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");

  const auto database = open_database(config_);
  for (const int partition : {0, 1}) {
    DiskStore store(*database, "relationship", partition);
    const std::int64_t number = store.progress().input_offset;
    EXPECT_GT(number, 0) << "some memtables were written";
    EXPECT_LT(number, kCommits) << "the last one was not";
    EXPECT_EQ(store.progress().changelog_offset, 20 * number);
    EXPECT_EQ(store.entry_count(), 20u);
    for (std::uint64_t i = 0; i < 20; ++i) EXPECT_EQ(number_of(store.get(key(i))), number);
  }
}

TEST_F(DiskStoreTest, AfterACrashHasWhatWasFlushed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto database = open_database(config_);
        DiskStore store(*database, "relationship", 0);
        commit_number(store, 1);
        std::_Exit(database->flush() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
  const auto database = open_database(config_);
  EXPECT_EQ(DiskStore(*database, "relationship", 0).progress().input_offset, 1);
}

TEST_F(DiskStoreTest, FlushesByItselfOnceTheIntervalHasPassed) {
  config_.flush_interval_ms = 0;
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  commit_number(store, 1);
  const auto is_flushed = [this] {
    for (const auto& file : std::filesystem::directory_iterator(config_.path + "/database")) {
      if (file.path().extension() == ".sst") return true;
    }
    return false;
  };
  bool flushed = false;
  for (int look = 0; look < 1'000'000 && !flushed; ++look) flushed = is_flushed();
  EXPECT_TRUE(flushed) << "far below the size of a memtable";
}

TEST_F(DiskStoreTest, AfterACrashWithinARestoreIsAtMostAheadOfItsProgress) {
  constexpr std::uint64_t kRecords = 60'000;  // some times what may come together of a restore
  const auto value = [](std::uint64_t n) { return std::to_string(n) + std::string(300, 'v'); };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto database = open_database(config_);
        DiskStore store(*database, "relationship", 0);
        store.restore(key(0), "first");
        store.commit({.input_offset = -1, .changelog_offset = 1});
        for (std::uint64_t i = 1; i < kRecords; ++i) store.restore(key(i % 30'000), value(i));
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "");

  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  EXPECT_EQ(store.progress().changelog_offset, 1);
  EXPECT_GT(store.entry_count(), 1'000u);
  EXPECT_NEAR(static_cast<double>(store.entry_count()), static_cast<double>(contents(store).size()), 900) << "counts what is ahead";
  for (std::uint64_t i = 1; i < kRecords; ++i) store.restore(key(i % 30'000), value(i));
  store.commit({.input_offset = 5, .changelog_offset = static_cast<std::int64_t>(kRecords)});
  EXPECT_EQ(contents(store).size(), 30'000u);
  for (const std::uint64_t i : {0u, 1u, 17u, 29'999u}) EXPECT_EQ(store.get(key(i)), value(30'000 + i));
  EXPECT_NEAR(static_cast<double>(store.entry_count()), 30'000, 900) << "an estimate, because not everything was in memory";
}

TEST_F(DiskStoreTest, CountsNearlyAndExactlyOnceExpiryHasVisitedAll) {
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  std::mt19937_64 random(4);
  Model model;
  for (int transaction = 0; transaction < 60; ++transaction) {
    for (int step = 0; step < 200; ++step) {
      const Hash128 at = key(random() % 6'000);
      store.get(at);
      if (random() % 5 == 0) {
        store.erase(at);
        model.erase(at);
      } else {
        model[at] = std::string(1 + random() % 900, 'x');
        store.put(at, model[at]);
      }
    }
    store.commit({});
  }
  const auto entries = static_cast<double>(model.size());
  const auto bytes = static_cast<double>(bytes_of(model));
  EXPECT_NEAR(static_cast<double>(store.entry_count()), entries, 0.03 * entries);
  EXPECT_NEAR(static_cast<double>(store.byte_count()), bytes, 0.03 * bytes);

  EXPECT_EQ(store.expire([](std::string_view) { return kLatestEventTime; }, kEarliestEventTime, PartitionStore::kExpiryParts), 0u);
  EXPECT_EQ(store.entry_count(), model.size());
  EXPECT_EQ(store.byte_count(), bytes_of(model));
}

TEST_F(DiskStoreTest, GoesOnWithExpiryWhereItStoodBeforeAReopening) {
  constexpr int kHalf = PartitionStore::kExpiryParts / 2;
  std::size_t erased = 0;
  for (const bool again : {false, true}) {
    const auto database = open_database(config_);
    DiskStore store(*database, "relationship", 0);
    if (!again) {
      for (std::uint64_t i = 0; i < 500; ++i) store.put(key(i), dated(EventTime{1}));
      store.commit({});
    }
    erased += store.expire(date_of, EventTime{2}, kHalf);
    store.commit({});
  }
  EXPECT_EQ(erased, 500u);
}

TEST_F(DiskStoreTest, LeavesNothingToReadAfterAWipeAndAReopening) {
  {
    const auto database = open_database(config_);
    DiskStore store(*database, "relationship", 0);
    for (int number = 1; number < 200; ++number) commit_number(store, number);
    ASSERT_TRUE(database->flush());
    store.wipe();
  }
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  EXPECT_EQ(contents(store), Model{});
  EXPECT_EQ(store.get(key(1)), "");
  EXPECT_EQ(store.progress(), StoreProgress{});
  EXPECT_EQ(store.entry_count(), 0u);
}

TEST_F(DiskStoreTest, ForgetsPartitionsThatNobodyHoldsAndThatAreTooOld) {
  const auto database = open_database(config_);
  const auto fill = [&](const char* name, std::int32_t partition, std::int64_t as_of_ms) {
    auto store = std::make_unique<DiskStore>(*database, name, partition);
    store->put(key(1), "one");
    store->commit({.input_offset = 5, .changelog_offset = 6, .changelog_time_ms = as_of_ms});
    return store;
  };
  fill("relationship", 0, 99);
  fill("relationship", 1, 100);
  fill("escalation", 0, 99);
  const auto held = fill("escalation", 1, 99);
  EXPECT_EQ(forget_partitions_as_of_before(*database, 100), 2u);
  EXPECT_EQ(contents(DiskStore(*database, "relationship", 0)), Model{});
  EXPECT_EQ(DiskStore(*database, "relationship", 0).progress(), StoreProgress{});
  EXPECT_EQ(contents(DiskStore(*database, "relationship", 1)).size(), 1u);
  EXPECT_EQ(contents(DiskStore(*database, "escalation", 0)), Model{});
  EXPECT_EQ(contents(*held).size(), 1u);
  EXPECT_EQ(forget_partitions_as_of_before(*database, 100), 0u);
  EXPECT_EQ(database->failure(), "");
}

TEST_F(DiskStoreTest, ServesThreadsWithAPartitionEach) {
  const auto database = open_database(config_);
  std::vector<std::thread> workers;
  std::vector<std::string> failures(4);
  for (int partition = 0; partition < 4; ++partition) {
    workers.emplace_back([&, partition] {
      DiskStore store(*database, "relationship", partition);
      for (int number = 1; number <= 150; ++number) {
        commit_number(store, number * 10 + partition);
        if (number_of(store.get(key(5))) != number * 10 + partition) failures[partition] = "reads what another wrote";
      }
      if (!store.failure().empty()) failures[partition] = store.failure();
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(failures, std::vector<std::string>(4));
  for (int partition = 0; partition < 4; ++partition) {
    EXPECT_EQ(number_of(DiskStore(*database, "relationship", partition).get(key(5))), 1500 + partition);
  }
}

TEST_F(DiskStoreTest, SaysSoWhenTheDiskTakesNoMoreAndLosesNothingCommittedBefore) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto database = open_database(config_);
        DiskStore store(*database, "relationship", 0);
        commit_number(store, 1);
        database->flush();
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit least{};
        least.rlim_cur = least.rlim_max = 4096;
        setrlimit(RLIMIT_FSIZE, &least);
        int number = 2;
        while (store.failure().empty() && number < 100'000) commit_number(store, number++);
        const StoreProgress before = store.progress();
        commit_number(store, number);
        const bool stays = store.progress() == before && store.change_count() == 0;
        std::fprintf(stderr, "%s, %s\n", stays ? "commits nothing more" : "goes on", store.failure().c_str());
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "commits nothing more, state on disk, .*room.*start again");

  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  EXPECT_GE(store.progress().input_offset, 1);
  EXPECT_EQ(number_of(store.get(key(3))), store.progress().input_offset);
}

using DiskStoreDeathTest = DiskStoreTest;

TEST_F(DiskStoreDeathTest, RefusesToOpenAPartitionTwice) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const auto database = open_database(config_);
        const DiskStore store(*database, "relationship", 0);
        const DiskStore again(*database, "relationship", 0);
      },
      "open once");
}

}  // namespace
}  // namespace pairwatch::test
