// A record that kills the process becomes a dead letter at the third death.
#include "topology/tasks/crash_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace pairwatch::test {
namespace {

class CrashNotesDeathTest : public testing::Test {
 protected:
  CrashNotesDeathTest() {
    GTEST_FLAG_SET(death_test_style, "fast");  // the child shares the folder
    std::string pattern = testing::TempDir() + "crash-notes-XXXXXX";
    folder = mkdtemp(pattern.data());
  }
  ~CrashNotesDeathTest() override { std::filesystem::remove_all(folder); }

  /// A process that decides a record and dies of it.
  void die_at(std::int32_t partition, std::int64_t offset, int signal = SIGABRT) {
    const auto decide = [&] {
      CrashNotes notes(folder);
      CrashWatch watch(notes.of(Service::kRelationship, 1));
      watch.begin(partition, offset);
      raise(signal);
    };
    EXPECT_EXIT(decide(), testing::KilledBySignal(signal), "");
  }

  bool is_poison(std::int32_t partition, std::int64_t offset, Service service = Service::kRelationship, int worker = 1) {
    CrashNotes notes(folder);
    return CrashWatch(notes.of(service, worker)).is_poison(partition, offset);
  }

  std::string folder;
};

TEST_F(CrashNotesDeathTest, CallsARecordPoisonAtTheThirdDeath) {
  for (const int signal : {SIGABRT, SIGSEGV}) {
    die_at(2, 0, signal);
    EXPECT_FALSE(is_poison(2, 0));
  }
  die_at(2, 0);
  EXPECT_TRUE(is_poison(2, 0));
  EXPECT_TRUE(is_poison(2, 0)) << "still at the next start";
  EXPECT_FALSE(is_poison(2, 1));
  EXPECT_FALSE(is_poison(1, 0));
  EXPECT_FALSE(is_poison(2, 0, Service::kRelationship, 0));
  EXPECT_FALSE(is_poison(2, 0, Service::kEscalation));
}

TEST_F(CrashNotesDeathTest, CountsDeathsInARowOnly) {
  die_at(2, 7);
  die_at(2, 7);
  die_at(2, 8);
  die_at(2, 7);
  EXPECT_FALSE(is_poison(2, 7));
}

TEST_F(CrashNotesDeathTest, DoesNotBlameARecordForBeingKilledFromOutside) {
  for (int i = 0; i < 4; ++i) die_at(2, 7, SIGKILL);
  EXPECT_FALSE(is_poison(2, 7));
}

TEST_F(CrashNotesDeathTest, DoesNotBlameARecordThatWasDecided) {
  const auto decide = [&] {
    CrashNotes notes(folder);
    CrashWatch watch(notes.of(Service::kRelationship, 1));
    watch.begin(2, 7);
    watch.end();
    std::abort();
  };
  for (int i = 0; i < 4; ++i) EXPECT_EXIT(decide(), testing::KilledBySignal(SIGABRT), "");
  EXPECT_FALSE(is_poison(2, 7));
}

TEST(CrashNotes, RunsWithoutWhereTheFolderCannotBeWritten) {
  CrashNotes notes("/proc/nowhere");
  EXPECT_THAT(notes.problem(), testing::HasSubstr("/proc/nowhere/crash-notes"));
  EXPECT_EQ(notes.of(Service::kIntake, 0), nullptr);
  CrashWatch watch(nullptr);
  watch.begin(0, 0);
  watch.end();
  EXPECT_FALSE(watch.is_poison(0, 0));
}

}  // namespace
}  // namespace pairwatch::test
