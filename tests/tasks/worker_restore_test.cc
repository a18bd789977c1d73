// A worker's state goes into the changelog with each transaction, and comes back from it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pairwatch/v1/interaction.pb.h"
#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WorkerRestoreTest : public WorkerTest {
 protected:
  WorkerRestoreTest() { has_changelog = true; }

  std::vector<ProducedRecord> changelog_records() const {
    std::vector<ProducedRecord> records;
    for (const ProducedRecord& record : broker.written) {
      if (record.topic == kChangelog) records.push_back(record);
    }
    return records;
  }

  /// Commits one transaction for each list of keys of partition 0.
  void commit_each(const std::vector<std::vector<std::string>>& transactions) {
    assign({0});
    for (const auto& keys : transactions) {
      receive(0, keys);
      round_and_commit();
    }
  }
};

TEST_F(WorkerRestoreTest, WritesOneRecordForEachChangedEntryWithTheTransaction) {
  commit_each({{"a", "b", "a", "a"}});
  const std::vector<ProducedRecord> records = changelog_records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].partition, 0);
  EXPECT_EQ(records[0].key, changelog_key(hash128("a")));
  EXPECT_EQ(broker.group_notes[0], as_metadata({2, 2}));
}

TEST_F(WorkerRestoreTest, WritesToThePartitionOfTheInput) {
  assign({0, 1});
  receive(1, {"c"});
  round_and_commit();
  ASSERT_EQ(changelog_records().size(), 1u);
  EXPECT_EQ(changelog_records()[0].partition, 1);
}

TEST_F(WorkerRestoreTest, CommitsHowFarTheChangelogGoesAlsoWhereATransactionChangedNothing) {
  commit_each({{"a"}});
  EXPECT_EQ(note_from(broker.group_notes[0])->changelog_offset, 1);
  broker.append({0, 7, "bad", "bad", {}});  // a dead letter changes no state
  round_and_commit();
  EXPECT_EQ(broker.group_offsets[0], 8);
  EXPECT_EQ(note_from(broker.group_notes[0])->changelog_offset, 1);
}

TEST_F(WorkerRestoreTest, EndsWhereItsChangelogWasMadeAnewWhileItWroteIt) {
  commit_each({{"a", "b", "c"}});
  broker.make_outputs_anew();
  receive(0, {"d"});
  round();
  clock.advance_ms(config.commit_interval.ms);
  EXPECT_FALSE(worker().step());
  EXPECT_THAT(worker().reason(), testing::AllOf(HasSubstr("deleted and made anew"), HasSubstr("pairwatch reset --service")));
  EXPECT_EQ(note_from(broker.group_notes[0])->changelog_offset, 3) << "nothing was committed on it";
}

TEST_F(WorkerRestoreTest, CommitsPastTheMarkerAfterTheLastRecordOnceItIsIdle) {
  broker.tells_ends = true;
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  const int commits = broker.count_of("commit");
  for (int i = 0; i < 5; ++i) {
    clock.advance_ms(1000);
    round();
  }
  EXPECT_EQ(broker.group_offsets[0], 2);
  EXPECT_LE(broker.count_of("commit"), commits + 1);
}

TEST_F(WorkerRestoreTest, GoesOnAfterACrashWithWhatWasCommitted) {
  commit_each({{"a", "b"}, {"a"}});
  receive(0, {"a"});
  round();  // processed, not committed
  crash();
  commit_each({{"b"}});
  EXPECT_THAT(written(), ElementsAre("a=1", "b=1", "a=2", "a=3", "b=2"));
  EXPECT_EQ(changelog.starts.size(), 1u);
}

TEST_F(WorkerRestoreTest, ForgetsInTheChangelogToo) {
  config.time_to_live = days(1);
  config.last_event = [](std::string_view) { return kEarliestEventTime; };
  v1::Interaction interaction;
  interaction.set_occurred_at_ms((kEarliestEventTime + days(2)).ms);
  assign({0});
  broker.append({0, 0, "a", interaction.SerializeAsString(), {}});
  round_and_commit();
  for (int i = 0; i < PartitionStore::kExpiryParts; ++i) {
    clock.advance_ms(1000);
    round();
  }
  clock.advance_ms(config.commit_interval.ms);
  round();
  ASSERT_EQ(changelog_records().size(), 2u);
  EXPECT_FALSE(changelog_records()[1].has_value);
  EXPECT_EQ(broker.group_offsets[0], 1) << "nothing more was read";
  EXPECT_EQ(note_from(broker.group_notes[0])->changelog_offset, changelog_records()[1].offset + 1);
  EXPECT_EQ(observer.total.entries_expired, 1u);
  crash();
  assign({0});
  broker.append({0, 1, "a", interaction.SerializeAsString(), {}});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "a=1"));
}

TEST_F(WorkerRestoreTest, ReadsOnlyWhatThisProcessLacks) {
  commit_each({{"a"}, {"b"}});
  broker.rebalance(Polled::Kind::kRevoked, {0});
  round();
  assign({0});
  EXPECT_THAT(changelog.starts, IsEmpty());
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "b=1", "a=2"));
}

TEST_F(WorkerRestoreTest, StopsWhereTheCommittedOffsetsNoteSaysNotWhereTheLogEnds) {
  commit_each({{"a"}});
  changelog.uncommitted = 50;  // what a dead transaction left
  crash();
  commit_each({{"a"}});
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2"));
}

TEST_F(WorkerRestoreTest, ReadsReadyPartitionsWhileAnotherRestores) {
  assign({0, 1});
  for (int i = 0; i < 5; ++i) {
    receive(0, {"a" + std::to_string(i)});
    round_and_commit();
  }
  crash();
  changelog.batch = 1;
  assign({0, 1});
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRestoring);
  EXPECT_EQ(worker().task(1)->state(), TaskState::kRunning);
  EXPECT_FALSE(observer.ready_now);
  EXPECT_THAT(observer.waiting_for, HasSubstr("restore"));
  receive(1, {"c"});
  round_and_commit();
  EXPECT_EQ(written().back(), "c=1");
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRestoring);
  for (int i = 0; i < 10; ++i) round();
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRunning);
  EXPECT_TRUE(observer.ready_now);
}

TEST_F(WorkerRestoreTest, GivesUpAPartitionThatStillRestores) {
  commit_each({{"a"}, {"b"}, {"c"}});
  crash();
  changelog.batch = 1;
  assign({0});
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRestoring);
  broker.rebalance(Polled::Kind::kRevoked, {0});
  round();
  EXPECT_EQ(worker().task(0), nullptr);
  assign({0});
  for (int i = 0; i < 10; ++i) round();
  receive(0, {"a"});
  round_and_commit();
  EXPECT_EQ(written().back(), "a=2");
}

TEST_F(WorkerRestoreTest, TriesAgainWhereTheChangelogCannotBeRead) {
  commit_each({{"a"}});
  crash();
  changelog.failures = 3;
  assign({0});
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRestoring);
  for (int i = 0; i < 4; ++i) round();
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRunning);
}

TEST_F(WorkerRestoreTest, EndsWithTheRemedyWhereTheGroupsOffsetsAreGone) {
  commit_each({{"a"}});
  crash();
  broker.group_offsets.clear();
  broker.group_notes.clear();
  broker.rebalance(Polled::Kind::kAssigned, {0});
  for (int i = 0; i < 3; ++i) worker().step();
  EXPECT_THAT(worker().reason(), HasSubstr("pairwatch reset --service relationship"));
}

TEST_F(WorkerRestoreTest, BeginsAgainWhereAnotherCommittedTheFirstOffsetMeanwhile) {
  commit_each({{"a"}});
  crash();
  const auto offsets = std::exchange(broker.group_offsets, {});
  const auto notes = std::exchange(broker.group_notes, {});
  changelog.batch = 0;  // what was written does not come yet
  broker.rebalance(Polled::Kind::kAssigned, {0});
  round();
  broker.group_offsets = offsets;
  broker.group_notes = notes;
  changelog.batch = 100;
  receive(0, {"a"});
  for (int i = 0; i < 4; ++i) round();
  round_and_commit();
  EXPECT_EQ(written().back(), "a=2");
}

TEST_F(WorkerRestoreTest, StartsWhereOnlyTransactionsThatNeverCommittedWroteToTheLog) {
  changelog.uncommitted = 5;
  assign({0});
  round();
  EXPECT_EQ(worker().task(0)->state(), TaskState::kRunning);
}

TEST_F(WorkerRestoreTest, EndsWhereSomethingElseWritesToTheChangelog) {
  commit_each({{"a"}});
  for (ProducedRecord& record : broker.written) {
    if (record.topic == kChangelog) record.key = "not a key";
  }
  crash();
  broker.rebalance(Polled::Kind::kAssigned, {0});
  for (int i = 0; i < 3; ++i) worker().step();
  EXPECT_THAT(worker().reason(), HasSubstr("something else writes there"));
}

TEST_F(WorkerRestoreTest, TellsTwoTransactionsApartThatCommitTheSameOffset) {
  commit_each({{"a"}});
  const std::string first = broker.group_notes[0];
  crash();
  assign({0});
  round();
  receive(0, {"a"});
  broker.fail("commit", ErrorClass::kOutcomeUnknown);
  broker.unknown_commit_took_effect = true;
  round_and_commit();
  EXPECT_GT(note_from(broker.group_notes[0])->transaction, note_from(first)->transaction);
  EXPECT_THAT(written(), ElementsAre("a=1", "a=2"));
  EXPECT_EQ(observer.aborts, 0);
}

TEST_F(WorkerRestoreTest, MakesADeadLetterOfARecordThatKillsTheProcess) {
  CrashNote note;
  note.last_offset = 1 + 1;  // offset 1
  note.deaths = CrashNotes::kDeaths;
  config.crash_note = &note;
  assign({0});
  receive(0, {"a", "b", "c"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1", "c=1"));
  EXPECT_EQ(written(kDeadLetters).size(), 1u);
  EXPECT_EQ(observer.total.count_of(Outcome::kDeadLetter), 1u);
  EXPECT_EQ(observer.total.rejects[static_cast<std::size_t>(Reject::kCrashed)], 1u);
  EXPECT_EQ(broker.group_offsets[0], 3);
  EXPECT_EQ(note.offset, 0);
}

TEST_F(WorkerRestoreTest, TellsHowMuchIsLeft) {
  commit_each({{"a"}, {"b"}, {"c"}, {"d"}});
  crash();
  changelog.batch = 1;
  broker.rebalance(Polled::Kind::kAssigned, {0});
  clock.advance_ms(2000);
  round();
  clock.advance_ms(2000);
  round();
  EXPECT_GT(observer.restore_remaining, 0u);
  for (int i = 0; i < 10; ++i) round();
  clock.advance_ms(2000);
  round();
  EXPECT_EQ(observer.restore_remaining, 0u);
  EXPECT_GE(observer.restores, 1);
}

}  // namespace
}  // namespace pairwatch::test
