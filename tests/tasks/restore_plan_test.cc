// How state gets to where its group stands.
#include "topology/tasks/restore_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pairwatch::test {
namespace {

using testing::HasSubstr;
using Way = RestorePlan::Way;

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr std::int64_t kFresh = kNow - days(1).ms;
const RestoreRules kRules{"relationship", "pairwatch.pairs.changelog", days(7)};

CommittedOffset committed(std::int64_t offset, std::int64_t changelog) { return {3, offset, as_metadata({changelog, 1})}; }

RestorePlan plan(const StoreProgress& held, const CommittedOffset& group, const ChangelogBounds& log) {
  return plan_restore(held, group, log, kNow, kRules);
}

TEST(RestorePlan, HasNothingToDoWhereTheStoreStandsWhereTheGroupDoes) {
  const RestorePlan found = plan({100, 40, kFresh}, committed(100, 40), {0, 40});
  EXPECT_EQ(found.way, Way::kUpToDate);
  EXPECT_FALSE(found.wipe_first);
}

TEST(RestorePlan, ReadsOnlyTheTailThatTheStoreLacks) {
  const RestorePlan found = plan({90, 30, kFresh}, committed(100, 40), {0, 55});
  EXPECT_EQ(found.way, Way::kRead);
  EXPECT_EQ(found.from, 30);
  EXPECT_EQ(found.bound, 40) << "not what lies behind it: that was never committed with these offsets";
  EXPECT_FALSE(found.wipe_first);
}

TEST(RestorePlan, ReadsTheTailOfATransactionThatOnlyForgot) {
  const RestorePlan found = plan({100, 30, kFresh}, committed(100, 40), {0, 40});
  EXPECT_EQ(found.way, Way::kRead);
  EXPECT_EQ(found.from, 30);
}

TEST(RestorePlan, ReadsEverythingWhereNothingIsHeld) {
  const RestorePlan found = plan({}, committed(100, 40), {5, 40});
  EXPECT_EQ(found.way, Way::kRead);
  EXPECT_EQ(found.from, 5);
  EXPECT_EQ(found.bound, 40);
}

TEST(RestorePlan, GoesOnWithARestoreThatWasCutOff) {
  const RestorePlan found = plan({-1, 20, kFresh}, committed(100, 40), {0, 40});
  EXPECT_EQ(found.way, Way::kRead);
  EXPECT_EQ(found.from, 20);
  EXPECT_FALSE(found.wipe_first);
}

TEST(RestorePlan, StartsEmptyWhereNothingWasEverCommitted) {
  const RestorePlan found = plan({}, {3, kNoOffset, {}}, {0, 0});
  EXPECT_EQ(found.way, Way::kUpToDate);
}

TEST(RestorePlan, LooksForCommittedRecordsWhereTheGroupHasNoOffsetButTheLogIsNotEmpty) {
  const RestorePlan found = plan({}, {3, kNoOffset, {}}, {0, 12});
  EXPECT_EQ(found.way, Way::kRead);
  EXPECT_TRUE(found.must_be_empty) << "what a first transaction left that never committed is fine";
}

TEST(RestorePlan, RefusesWhereTheGroupsOffsetsAreGone) {
  const RestorePlan found = plan({100, 40, kFresh}, {3, kNoOffset, {}}, {0, 40});
  EXPECT_EQ(found.way, Way::kRefuse);
  EXPECT_THAT(found.reason, HasSubstr("partition 3 of relationship"));
  EXPECT_THAT(found.reason, HasSubstr("pairwatch reset --service relationship"));
}

TEST(RestorePlan, ForgetsWhereOffsetsAndChangelogWereResetTogether) {
  const RestorePlan found = plan({100, 40, kFresh}, {3, kNoOffset, {}}, {0, 0});
  EXPECT_EQ(found.way, Way::kUpToDate);
  EXPECT_TRUE(found.wipe_first);
  EXPECT_THAT(found.reason, HasSubstr("reset"));
}

TEST(RestorePlan, RefusesWhereTheGroupsOffsetsWereSetBack) {
  const RestorePlan found = plan({100, 40, kFresh}, committed(60, 40), {0, 40});
  EXPECT_EQ(found.way, Way::kRefuse);
  EXPECT_THAT(found.reason, HasSubstr("the group stands at 60"));
  EXPECT_THAT(found.reason, HasSubstr("pairwatch reset"));
}

TEST(RestorePlan, RefusesAChangelogThatWasMadeAnew) {
  const RestorePlan found = plan({}, committed(100, 40), {0, 7});
  EXPECT_EQ(found.way, Way::kRefuse);
  EXPECT_THAT(found.reason, HasSubstr("pairwatch.pairs.changelog ends at offset 7"));
}

TEST(RestorePlan, ForgetsAndReadsAnewWhereTheTailIsNoLongerInTheLog) {
  const RestorePlan found = plan({90, 30, kFresh}, committed(100, 60), {35, 60});
  EXPECT_EQ(found.way, Way::kRead);
  EXPECT_TRUE(found.wipe_first);
  EXPECT_EQ(found.from, 35);
}

TEST(RestorePlan, ForgetsWhatIsOlderThanTheErasuresTheLogStillTellsOf) {
  const std::int64_t six_days_ago = kNow - days(6).ms;
  EXPECT_FALSE(plan({90, 30, six_days_ago}, committed(100, 60), {0, 60}).wipe_first);
  const RestorePlan found = plan({90, 30, six_days_ago - 1}, committed(100, 60), {0, 60});
  EXPECT_TRUE(found.wipe_first) << "an erased child's data would come back";
  EXPECT_EQ(found.from, 0);
}

TEST(RestorePlan, KeepsWhatIsOldButLacksNothing) {
  const RestorePlan found = plan({100, 60, kNow - days(300).ms}, committed(100, 60), {0, 60});
  EXPECT_EQ(found.way, Way::kUpToDate);
  EXPECT_FALSE(found.wipe_first);
}

TEST(RestorePlan, ForgetsWhatGoesFurtherThanWhatWasCommitted) {
  const RestorePlan found = plan({-1, 50, kFresh}, committed(100, 40), {0, 60});
  EXPECT_TRUE(found.wipe_first);
  EXPECT_EQ(found.bound, 40);
}

TEST(RestorePlan, ReadsToTheEndOfTheLogWhereTheOffsetHasNoNote) {
  const RestorePlan found = plan({}, {3, 100, "set by hand"}, {0, 40});
  EXPECT_EQ(found.way, Way::kRead);
  EXPECT_EQ(found.bound, 40);
  EXPECT_EQ(plan({100, 30, kFresh}, {3, 100, {}}, {0, 40}).way, Way::kUpToDate);
}

TEST(OffsetNote, IsReadBackAndRefusedWhereItIsSomethingElse) {
  for (const OffsetNote& note :
       {OffsetNote{0, 0}, OffsetNote{123, 45}, OffsetNote{123, 45, true}, OffsetNote{INT64_MAX, UINT64_MAX}}) {
    EXPECT_EQ(note_from(as_metadata(note)), note);
  }
  EXPECT_EQ(as_metadata({123, 45}), "changelog=123;transaction=45");
  for (const char* other :
       {"", "changelog=", "changelog=1", "changelog=1;transaction=", "changelog=1;transaction=2 ", "changelog=-1;transaction=2",
        "transaction=2;changelog=1", "changelog=99999999999999999999;transaction=1"}) {
    EXPECT_EQ(note_from(other), std::nullopt) << other;
  }
}

TEST(ChangelogKey, IsReadBackAndSortsAsTheHashDoes) {
  const Hash128 key{0x0102030405060708, 0x090a0b0c0d0e0f10};
  EXPECT_EQ(changelog_key(key), std::string("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10", 16));
  EXPECT_EQ(changelog_key_from(changelog_key(key)), key);
  EXPECT_EQ(changelog_key_from("short"), std::nullopt);
  EXPECT_EQ(changelog_key_from(std::string(17, 'x')), std::nullopt);
}

}  // namespace
}  // namespace pairwatch::test
