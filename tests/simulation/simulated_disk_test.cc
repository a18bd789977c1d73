#include "tests/simulation/simulated_disk.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/simulation/still_fate.h"

namespace pairwatch::simulation {
namespace {

constexpr Hash128 kKey{1, 2};

class SimulatedDiskTest : public testing::Test {
 protected:
  SimulatedDiskTest() { fate.drive(cluster); }

  void commit(PartitionStore& store, const std::string& value, std::int64_t input_offset) {
    store.put(kKey, value);
    store.commit({input_offset, 0, 0});
  }

  Random random{1};
  StillFate fate{random};
  SimulatedCluster cluster{random, "in", 1};
  SimulatedDisk disk;
};

TEST_F(SimulatedDiskTest, KeepsWhatWasCommittedWhenItsProcessDies) {
  auto store = disk.open(0, fate);
  commit(*store, "1", 1);
  store->put(kKey, "2");
  store.reset();
  store = disk.open(0, fate);
  EXPECT_EQ(store->get(kKey), "1");
  EXPECT_EQ(store->progress().input_offset, 1);
}

TEST_F(SimulatedDiskTest, FallsBackToSomeCommitSinceTheLastSyncWhenPowerIsLost) {
  disk.sync_one_in = 1;
  std::set<std::string> found;
  for (int i = 0; i < 100; ++i) {
    disk.wipe();
    auto store = disk.open(0, fate);
    disk.sync_one_in = 1;
    commit(*store, "synced", 0);
    disk.sync_one_in = 1'000'000;
    commit(*store, "1", 1);
    commit(*store, "2", 2);
    store.reset();
    disk.lose_power(random);
    const StoredImage image = disk.images().at(0);
    EXPECT_EQ(image.entries.at(kKey), image.progress.input_offset == 0 ? "synced" : std::to_string(image.progress.input_offset));
    found.insert(image.entries.at(kKey));
  }
  EXPECT_EQ(found, (std::set<std::string>{"synced", "1", "2"}));
}

TEST_F(SimulatedDiskTest, DiesBeforeOrAfterACommitTookEffect) {
  for (const bool before : {true, false}) {
    disk.wipe();
    auto store = disk.open(0, fate);
    fate.dies_at = before ? "store.commit.before" : "store.commit.after";
    EXPECT_THROW(commit(*store, "1", 1), Crash);
    fate.dies_at.clear();
    store.reset();
    EXPECT_EQ(disk.images().at(0).entries.size(), before ? 0u : 1u);
  }
}

TEST_F(SimulatedDiskTest, IsHeldByOneAtATime) {
  const auto store = disk.open(0, fate);
  EXPECT_TRUE(disk.is_held(0));
  EXPECT_THROW(disk.open(0, fate), Violation);
}

TEST_F(SimulatedDiskTest, StoresNothingAfterItFailed) {
  disk.failure_rate = 1;
  const auto store = disk.open(0, fate);
  commit(*store, "1", 1);
  EXPECT_NE(store->failure(), "");
  EXPECT_EQ(disk.images().at(0).progress.input_offset, -1);
}

}  // namespace
}  // namespace pairwatch::simulation
