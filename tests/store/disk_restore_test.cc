// What DiskStore restores in large runs: sorted, in several batches, sharing the room with the other partitions that restore.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/store/store_worlds.h"
#include "topology/store/disk_store.h"
#include "topology/store/rocks.h"

namespace pairwatch::test {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

class DiskRestoreTest : public testing::Test {
 protected:
  DiskRestoreTest() : config_(small_disk(folder_.path())) {}

  /// A record of which some 10,000 fill what may come together.
  static std::string value(std::string_view what) { return std::string(what) + std::string(300, '.'); }
  /// More than may come together, of keys that no test looks at.
  static void restore_much(PartitionStore& store) {
    for (std::uint64_t i = 0; i < 15'000; ++i) store.restore(key(1'000'000 + i), value("much"));
  }

  TemporaryFolder folder_;
  DiskConfig config_;
};

TEST_F(DiskRestoreTest, KeepsTheLaterValueOfAKeyWithinARunAndAcrossRuns) {
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  store.restore(key(1), value("older"));
  store.restore(key(2), value("older"));
  store.restore(key(1), value("newer"));
  restore_much(store);
  store.restore(key(2), value("newer"));
  restore_much(store);
  store.commit({.input_offset = 1});
  EXPECT_EQ(store.get(key(1)), value("newer"));
  EXPECT_EQ(store.get(key(2)), value("newer"));
  EXPECT_EQ(contents(store).size(), 15'002u);
}

TEST_F(DiskRestoreTest, RemovesWithATombstoneWhatCameBeforeItAndNothingAfterIt) {
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  for (const std::uint64_t n : {1u, 2u, 3u, 4u}) store.restore(key(n), value("older"));
  store.restore(key(1), "");
  store.restore(key(2), "");
  store.restore(key(2), value("back"));
  restore_much(store);
  store.restore(key(3), "");
  store.restore(key(4), "");
  restore_much(store);
  store.restore(key(4), value("back"));
  store.commit({.input_offset = 1});
  EXPECT_EQ(store.get(key(1)), "");
  EXPECT_EQ(store.get(key(2)), value("back"));
  EXPECT_EQ(store.get(key(3)), "");
  EXPECT_EQ(store.get(key(4)), value("back"));
  EXPECT_EQ(contents(store).size(), 15'002u);
}

TEST_F(DiskRestoreTest, AgreesWithAMapOverRandomRecordsCommitsAndReopenings) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  Model model;
  std::int64_t offset = 0;
  for (int opening = 0; opening < 4; ++opening) {
    const auto database = open_database(config_);
    DiskStore store(*database, "relationship", 0);
    ASSERT_EQ(contents(store), model);
    ASSERT_EQ(store.progress().changelog_offset, offset);
    for (std::uint64_t left = 20'000 + random() % 20'000; left > 0; --left) {
      const Hash128 at = key(random() % 20'000);
      const std::string bytes = random() % 4 == 0 ? "" : std::string(1 + random() % 700, static_cast<char>('a' + random() % 26));
      store.restore(at, bytes);
      if (bytes.empty()) {
        model.erase(at);
      } else {
        model[at] = bytes;
      }
      ++offset;
      if (random() % 1'000 == 0) {
        ASSERT_EQ(store.get(at), bytes) << "what is restored is seen at once";
      }
      if (random() % 15'000 == 0) store.commit({.changelog_offset = offset});
    }
    store.commit({.changelog_offset = offset});
    ASSERT_EQ(store.failure(), "");
  }
}

TEST_F(DiskRestoreTest, GoesOnAfterACrashBetweenTwoBatchesFromACommitAndComesToTheSame) {
  constexpr std::uint64_t kRecords = 70'000, kKeys = 30'000, kInCommit = 25'000;
  const auto record = [](std::uint64_t n) { return n % 7 == 0 ? std::string() : value(std::to_string(n)); };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto database = open_database(config_);
        DiskStore store(*database, "relationship", 0);
        for (std::uint64_t i = 0; i < kRecords; ++i) {
          if (i > 0 && i % kInCommit == 0) store.commit({.changelog_offset = static_cast<std::int64_t>(i)});
          store.restore(key(i % kKeys), record(i));
        }
        std::_Exit(store.failure().empty() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");

  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  const auto from = static_cast<std::uint64_t>(store.progress().changelog_offset);
  EXPECT_EQ(store.progress().input_offset, -1) << "it is not taken for whole";
  EXPECT_EQ(from % kInCommit, 0u) << "what lasts is a commit, never what a batch in between went up to";
  EXPECT_GT(from, 0u);
  for (std::uint64_t i = from; i < kRecords; ++i) store.restore(key(i % kKeys), record(i));
  store.commit({.input_offset = 5, .changelog_offset = kRecords});
  Model expected;
  for (std::uint64_t i = kRecords - kKeys; i < kRecords; ++i) {
    if (!record(i).empty()) expected.emplace(key(i % kKeys), record(i));
  }
  EXPECT_EQ(contents(store), expected);
}

TEST_F(DiskRestoreTest, SaysSoWhenTheDiskIsFullAndCommitsNothingMore) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto database = open_database(config_);
        DiskStore store(*database, "relationship", 0);
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit least{};
        least.rlim_cur = least.rlim_max = 4096;
        setrlimit(RLIMIT_FSIZE, &least);
        for (int run = 0; run < 1'000 && store.failure().empty(); ++run) restore_much(store);
        store.commit({.input_offset = 1});
        std::fprintf(stderr, "%s, %s\n", store.progress() == StoreProgress{} ? "commits nothing" : "goes on",
                     store.failure().c_str());
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "commits nothing, state on disk, .*room.*start again");
}

TEST_F(DiskRestoreTest, LeavesOtherPartitionsAsTheyAre) {
  const auto database = open_database(config_);
  DiskStore restored(*database, "relationship", 1);
  std::vector<std::unique_ptr<DiskStore>> others;
  for (const std::int32_t partition : {0, 2}) {
    others.push_back(std::make_unique<DiskStore>(*database, "relationship", partition));
    others.back()->put(key(1), value("of another"));
    others.back()->commit({.input_offset = partition});
  }
  restored.restore(key(1), "");
  restore_much(restored);
  restored.commit({.input_offset = 7});
  EXPECT_EQ(contents(restored).size(), 15'000u);
  for (const auto& other : others) EXPECT_EQ(contents(*other), (Model{{key(1), value("of another")}}));
  EXPECT_EQ(others[1]->progress().input_offset, 2);
}

TEST_F(DiskRestoreTest, RestoresNothingWhereThereIsNothing) {
  {
    const auto database = open_database(config_);
    DiskStore store(*database, "relationship", 0);
    store.commit({.input_offset = 3, .changelog_offset = 4});
  }
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  EXPECT_EQ(contents(store), Model{});
  EXPECT_EQ(store.entry_count(), 0u);
  EXPECT_EQ(store.progress(), (StoreProgress{.input_offset = 3, .changelog_offset = 4}));
}

TEST_F(DiskRestoreTest, CountsNewKeysThoughItDoesNotLookEachOfThemUp) {
  const auto database = open_database(config_);
  DiskStore store(*database, "relationship", 0);
  restore_much(store);
  store.commit({.input_offset = 1});
  EXPECT_NEAR(static_cast<double>(store.entry_count()), 15'000, 300);
  restore_much(store);
  store.commit({.input_offset = 2});
  EXPECT_NEAR(static_cast<double>(store.entry_count()), 15'000, 300) << "they are there already";
}

TEST_F(DiskRestoreTest, SharesTheRoomAmongThePartitionsThatRestore) {
  config_.write_buffer_bytes = 256 * kMiB;
  const auto database = open_database(config_);
  const Database::Rocks& rocks = database->rocks();
  std::vector<std::unique_ptr<DiskStore>> stores;
  for (std::int32_t partition = 0; partition < 32; ++partition) {
    stores.push_back(std::make_unique<DiskStore>(*database, "relationship", partition));
  }
  EXPECT_EQ(rocks.restore_bytes(), 64 * kMiB) << "a quarter of the buffers";
  stores[0]->restore(key(1), value("one"));
  EXPECT_EQ(rocks.restore_bytes(), 64 * kMiB);
  stores[1]->restore(key(1), value("one"));
  EXPECT_EQ(rocks.restore_bytes(), 32 * kMiB);
  for (const auto& store : stores) store->restore(key(2), value("two"));
  EXPECT_EQ(rocks.restore_bytes(), 4 * kMiB) << "and no less";
  stores.resize(4);
  EXPECT_EQ(rocks.restore_bytes(), 16 * kMiB) << "what is closed needs none";
  stores[3]->wipe();
  stores[2]->commit({});
  EXPECT_EQ(rocks.restore_bytes(), 32 * kMiB);
  stores[1]->get(key(1));
  EXPECT_EQ(rocks.restore_bytes(), 64 * kMiB) << "who reads has it written first";
}

}  // namespace
}  // namespace pairwatch::test
