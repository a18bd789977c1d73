// Copies of partitions that others own: they follow the changelog, and whoever takes one over restores only what it lacks.
#include "topology/tasks/standby.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Another process has written the changelog; this one keeps copies, and its worker may take over.
class StandbyTest : public WorkerTest {
 protected:
  StandbyTest() { has_changelog = true; }

  /// What the other process does: transactions of partition 0, one for each list of keys. Then it is gone.
  void others_commit(const std::vector<std::vector<std::string>>& transactions) {
    assign({0});
    for (const auto& keys : transactions) {
      receive(0, keys);
      round_and_commit();
    }
    crash();
    changelog.starts.clear();
  }
  Standby& standby() {
    if (!standby_) {
      const RestoreRules rules{"relationship", "pairwatch.pairs.changelog", days(7)};
      standby_ = std::make_unique<Standby>(2, reader, *stores, rules, clock);
    }
    return *standby_;
  }
  void steps(int count = 5) {
    for (int i = 0; i < count; ++i) {
      standby().step(0);
      clock.advance_ms(1'100);
    }
  }
  /// What is kept of a partition, once nobody holds it.
  std::string kept(std::int32_t partition, const std::string& key) {
    std::unique_ptr<PartitionStore> store = stores->open(partition);
    std::string value(store->get(hash128(key)));
    stores->give_back(partition, std::move(store));
    return value;
  }
  StoreProgress progress(std::int32_t partition) {
    std::unique_ptr<PartitionStore> store = stores->open(partition);
    const StoreProgress found = store->progress();
    stores->give_back(partition, std::move(store));
    return found;
  }

  FakeChangelog reader{broker, kChangelog};

 private:
  std::unique_ptr<Standby> standby_;
};

TEST_F(StandbyTest, FollowsWhatIsCommittedAndStandsBehindTheLastRecordNotItsMarker) {
  others_commit({{"a", "b"}, {"a"}});
  steps();
  EXPECT_EQ(standby().copies(), 2u);
  standby().close();
  EXPECT_EQ(standby().copies(), 0u);
  EXPECT_EQ(kept(0, "a"), "2");
  EXPECT_EQ(kept(0, "b"), "1");
  EXPECT_EQ(progress(0).changelog_offset, note_from(broker.group_notes[0])->changelog_offset);
  EXPECT_EQ(progress(0).input_offset, kNoOffset);
}

TEST_F(StandbyTest, AWorkerThatTakesOverReadsNothingWhereTheCopyIsUpToDate) {
  others_commit({{"a", "b"}, {"a"}});
  steps();
  assign({0});
  EXPECT_EQ(worker().task(0)->state(), TaskState::kCreated);
  steps(1);
  EXPECT_EQ(standby().copies(), 1u);
  receive(0, {"a"});
  for (int i = 0; i < 2; ++i) round_and_commit();
  EXPECT_THAT(changelog.starts, IsEmpty());
  EXPECT_THAT(written().back(), "a=3");
}

TEST_F(StandbyTest, AWorkerThatTakesOverReadsTheTailThatTheCopyLacks) {
  others_commit({{"a", "b"}, {"a", "b", "c", "d"}});
  reader.batch = 1;
  standby().step(0);
  standby().step(0);
  assign({0});
  standby().step(0);  // gives it back before it reads on
  receive(0, {"a", "c"});
  for (int i = 0; i < 2; ++i) round_and_commit();
  EXPECT_THAT(changelog.starts, ElementsAre(PartitionOffset{0, 2}));
  EXPECT_THAT(written(), testing::IsSupersetOf({"a=3", "c=2"}));
}

TEST_F(StandbyTest, TakesAgainWhatAWorkerHasGivenUpWithAllThatItKnew) {
  others_commit({{"a"}});
  assign({0});
  receive(0, {"a", "b"});
  round_and_commit();
  steps();
  EXPECT_EQ(standby().copies(), 1u) << "what a worker holds is not taken";
  broker.rebalance(Polled::Kind::kRevoked, {0});
  round();
  steps();
  EXPECT_EQ(standby().copies(), 2u);
  EXPECT_EQ(reader.starts.back(), (PartitionOffset{0, note_from(broker.group_notes[0])->changelog_offset}));
  standby().close();
  EXPECT_EQ(kept(0, "a"), "2");
  EXPECT_EQ(progress(0).input_offset, broker.group_offsets[0]) << "nothing came, so what the worker said still holds";
}

TEST_F(StandbyTest, LeavesWhatIsWantedToTheWorkerAndTakesItOnceItIsNotWantedAnyMore) {
  steps();
  EXPECT_EQ(stores->open(1), nullptr);
  EXPECT_TRUE(stores->is_wanted(1));
  steps(3);
  EXPECT_EQ(standby().copies(), 1u);
  stores->withdraw(1);
  steps(3);
  EXPECT_EQ(standby().copies(), 2u);
}

TEST_F(StandbyTest, TellsHowFarItIsBehind) {
  others_commit({{"a", "b", "c"}});
  reader.batch = 0;
  steps();
  EXPECT_EQ(standby().behind(), 4u);  // three records and a marker
  reader.batch = 100;
  steps();
  EXPECT_EQ(standby().behind(), 0u);
}

TEST_F(StandbyTest, MakesACopyAnewThatMayHaveMissedErasures) {
  others_commit({{"a"}, {"b"}});
  reader.batch = 1;
  steps(1);
  reader.batch = 0;  // nothing comes for a week
  clock.advance_ms(days(7).ms);
  steps(3);
  EXPECT_GE(std::count(reader.starts.begin(), reader.starts.end(), (PartitionOffset{0, 0})), 2);
  reader.batch = 100;
  steps();
  standby().close();
  EXPECT_EQ(kept(0, "a"), "1");
  EXPECT_EQ(kept(0, "b"), "1");
}

TEST_F(StandbyTest, ACopyThatIsAtTheEndStaysYoungHoweverLongNothingComes) {
  others_commit({{"a"}});
  for (int hour = 0; hour < 24 * 30; ++hour) {
    steps(2);
    clock.advance_ms(hours(1).ms);
  }
  EXPECT_EQ(std::count_if(reader.starts.begin(), reader.starts.end(), [](PartitionOffset start) { return start.partition == 0; }),
            1);
  standby().close();
  EXPECT_GT(progress(0).changelog_time_ms, clock.wall_ms - hours(3).ms);
}

TEST_F(StandbyTest, BeginsAnewWhereTheChangelogWasMadeAnew) {
  others_commit({{"a"}, {"b"}});
  steps();
  broker = FakeBroker();
  steps(6);
  standby().close();
  EXPECT_EQ(kept(0, "a"), "");
  EXPECT_EQ(progress(0).changelog_offset, 0);
}

TEST_F(StandbyTest, TriesAgainWhereKafkaDoesNotAnswer) {
  others_commit({{"a"}});
  reader.failures = 5;
  steps(2);
  EXPECT_EQ(standby().copies(), 0u);
  EXPECT_EQ(stores->is_wanted(0), false);
  steps(6);
  EXPECT_EQ(standby().copies(), 2u);
}

TEST_F(StandbyTest, RefusesAChangelogThatSomebodyElseWritesTo) {
  broker.written.push_back({kChangelog, "short", "value", true, {}, 0, 0, 0});
  broker.begin();
  EXPECT_FALSE(broker.produce({kChangelog, "short", "value", {}, 0, 0}));
  broker.commit();
  steps();
  EXPECT_THAT(standby().reason(), HasSubstr("something else writes there"));
}

}  // namespace
}  // namespace pairwatch::test
