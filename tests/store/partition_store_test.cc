// What every PartitionStore does, in memory or on disk.
#include "topology/store/partition_store.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/store/store_worlds.h"

namespace pairwatch::test {
namespace {

constexpr StoreProgress kSome{.input_offset = 7, .changelog_offset = 9, .changelog_time_ms = 11};

template <typename World>
class PartitionStores : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(store().failure(), ""); }
  PartitionStore& store() { return world_.store(); }

  World world_;
};

TYPED_TEST_SUITE(PartitionStores, Worlds, WorldNames);

TYPED_TEST(PartitionStores, HasNothingAtFirst) {
  EXPECT_EQ(this->store().get(key(1)), "");
  EXPECT_EQ(this->store().entry_count(), 0u);
  EXPECT_EQ(this->store().byte_count(), 0u);
  EXPECT_EQ(this->store().progress(), StoreProgress{});
}

TYPED_TEST(PartitionStores, VisitsEachCommittedEntryInOneOfItsParts) {
  PartitionStore& store = this->store();
  std::map<Hash128, std::string> expected, found;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Hash128 at = hash128(std::to_string(i));
    store.put(at, std::to_string(i));
    expected[at] = std::to_string(i);
  }
  store.commit(kSome);
  store.put(hash128("more"), "not committed");
  for (int part = 0; part < PartitionStore::kExpiryParts; ++part) {
    store.visit_part(part, [&](const Hash128& at, std::string_view value) { EXPECT_TRUE(found.emplace(at, value).second); });
  }
  EXPECT_EQ(found, expected);
}

TYPED_TEST(PartitionStores, ShowsAPutAtOnceAndCountsItOnceCommitted) {
  PartitionStore& store = this->store();
  store.put(key(1), "one");
  EXPECT_EQ(store.get(key(1)), "one");
  EXPECT_EQ(store.entry_count(), 0u);

  store.commit(kSome);
  EXPECT_EQ(store.get(key(1)), "one");
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(store.byte_count(), 16u + 3u);
  EXPECT_EQ(store.progress(), kSome);
}

TYPED_TEST(PartitionStores, CountsAReplacedValueOnce) {
  PartitionStore& store = this->store();
  store.replace(key(1), "one", 0);
  store.replace(key(2), "two", 0);
  store.commit(kSome);
  store.replace(key(1), "longer", 3);
  store.replace(key(1), "longer still", 6);  // in the same transaction: what stands below is still of three bytes
  store.commit(kSome);
  EXPECT_EQ(store.get(key(1)), "longer still");
  EXPECT_EQ(store.entry_count(), 2u);
  EXPECT_EQ(store.byte_count(), 2u * 16u + 12u + 3u);
  store.erase(key(1));
  store.replace(key(1), "back", 0);  // it was erased before it was written again
  store.commit(kSome);
  EXPECT_EQ(store.entry_count(), 2u);
  EXPECT_EQ(store.byte_count(), 2u * 16u + 4u + 3u);
}

TYPED_TEST(PartitionStores, ForgetsAnAbortedPutAndKeepsTheProgress) {
  PartitionStore& store = this->store();
  store.put(key(1), "one");
  store.commit(kSome);
  store.put(key(1), "changed");
  store.put(key(2), "two");
  store.abort();
  EXPECT_EQ(store.get(key(1)), "one");
  EXPECT_EQ(store.get(key(2)), "");
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(store.progress(), kSome);
}

TYPED_TEST(PartitionStores, HidesAnErasedEntryAtOnceAndBringsItBackOnAbort) {
  PartitionStore& store = this->store();
  store.put(key(1), "one");
  store.commit({});
  store.erase(key(1));
  EXPECT_EQ(store.get(key(1)), "");
  store.abort();
  EXPECT_EQ(store.get(key(1)), "one");
}

TYPED_TEST(PartitionStores, ErasesWhatIsCommitted) {
  PartitionStore& store = this->store();
  store.put(key(1), "one");
  store.commit({});
  store.erase(key(1));
  store.erase(key(2));  // was never there
  store.commit({});
  EXPECT_EQ(store.get(key(1)), "");
  EXPECT_EQ(store.entry_count(), 0u);
  EXPECT_EQ(store.byte_count(), 0u);
}

TYPED_TEST(PartitionStores, TellsEachChangedKeyOnceWithItsNewestValueInOrderOfFirstChange) {
  PartitionStore& store = this->store();
  store.put(key(1), "kept");
  store.put(key(3), "gone");
  store.commit({});

  store.put(key(2), "first");
  store.erase(key(3));
  store.put(key(1), "other");
  store.put(key(2), "second, and longer");

  std::vector<std::pair<Hash128, std::string>> changes;
  store.changes([&](const Hash128& at, std::string_view value) { changes.emplace_back(at, value); });
  const std::vector<std::pair<Hash128, std::string>> expected = {{key(2), "second, and longer"}, {key(3), ""}, {key(1), "other"}};
  EXPECT_EQ(changes, expected);
  EXPECT_EQ(store.change_count(), 3u);
  store.commit({});
  EXPECT_EQ(store.change_count(), 0u);
}

TYPED_TEST(PartitionStores, KeepsValuesOfEverySizeThroughGrowthAndShrinking) {
  PartitionStore& store = this->store();
  for (const std::size_t size : {1u, 4u, 5u, 11u, 12u, 20u, 21u, 27u, 28u, 1024u, 70'000u, 3u}) {
    const std::string value(size, static_cast<char>('a' + size % 26));
    store.put(key(1), value);
    store.commit({});
    ASSERT_EQ(store.get(key(1)), value) << "size " << size;
    ASSERT_EQ(store.byte_count(), 16 + size);
  }
}

TYPED_TEST(PartitionStores, ReadsAnyBytesBack) {
  std::string value;
  for (int byte = 0; byte < 256; ++byte) value.push_back(static_cast<char>(byte));
  for (const Hash128 at : {Hash128{0, 0}, Hash128{~0ull, ~0ull}, Hash128{0, ~0ull}, Hash128{~0ull, 0}}) {
    this->store().put(at, value);
    this->store().commit({});
    this->world_.reopen();
    ASSERT_EQ(this->store().get(at), value);
  }
}

TYPED_TEST(PartitionStores, CommitsProgressWithoutAChange) {
  this->store().commit(kSome);
  EXPECT_EQ(this->store().progress(), kSome);
  this->world_.reopen();
  EXPECT_EQ(this->store().progress(), kSome);
}

TYPED_TEST(PartitionStores, RestoresWhatAChangelogHoldsOutsideOfAnyTransaction) {
  PartitionStore& store = this->store();
  store.restore(key(1), "old");
  store.restore(key(2), "gone");
  store.restore(key(1), "one");
  store.restore(key(2), "");
  EXPECT_EQ(store.change_count(), 0u) << "what comes from the changelog does not go there again";
  EXPECT_EQ(store.progress(), StoreProgress{});
  store.commit(kSome);
  EXPECT_EQ(contents(store), (Model{{key(1), "one"}}));
  EXPECT_EQ(store.progress(), kSome);
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(store.byte_count(), 19u);
}

TYPED_TEST(PartitionStores, RestoresOverWhatItHas) {
  PartitionStore& store = this->store();
  store.put(key(1), "one");
  store.put(key(2), "two");
  store.commit({});
  store.restore(key(1), "");
  store.restore(key(2), "changed");
  EXPECT_EQ(store.get(key(2)), "changed");
  store.commit(kSome);
  EXPECT_EQ(contents(store), (Model{{key(2), "changed"}}));
  EXPECT_EQ(store.byte_count(), 16u + 7u);
}

TYPED_TEST(PartitionStores, KeepsWhatIsRestoredThroughAnAbort) {
  PartitionStore& store = this->store();
  store.restore(key(1), "one");
  store.put(key(2), "two");
  store.abort();
  store.commit(kSome);
  EXPECT_EQ(contents(store), (Model{{key(1), "one"}}));
}

TYPED_TEST(PartitionStores, LetsATransactionFollowARestoreAtOnce) {
  PartitionStore& store = this->store();
  store.restore(key(1), "one");
  store.restore(key(2), "two");
  store.put(key(1), "newer");
  store.erase(key(2));
  store.commit(kSome);
  EXPECT_EQ(contents(store), (Model{{key(1), "newer"}}));
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(store.byte_count(), 21u);
}

TYPED_TEST(PartitionStores, WipesEntriesAndProgress) {
  PartitionStore& store = this->store();
  for (std::uint64_t i = 0; i < 2000; ++i) store.put(key(i), std::string(200, 'x'));
  store.commit(kSome);
  store.put(key(1), "running");
  store.wipe();
  EXPECT_EQ(store.get(key(1)), "");
  EXPECT_EQ(store.change_count(), 0u);
  EXPECT_EQ(store.progress(), StoreProgress{});
  EXPECT_EQ(store.entry_count(), 0u);
  EXPECT_EQ(store.byte_count(), 0u);
  EXPECT_EQ(contents(store), Model{});

  store.put(key(1), "anew");
  store.commit({.input_offset = 1});
  this->world_.reopen();
  EXPECT_EQ(contents(this->store()), (Model{{key(1), "anew"}}));
}

TYPED_TEST(PartitionStores, ForgetsWhatWasRestoredWithAWipe) {
  this->store().restore(key(1), "one");
  this->store().wipe();
  this->store().commit(kSome);
  EXPECT_EQ(contents(this->store()), Model{});
}

TYPED_TEST(PartitionStores, ExpiresOnlyWhatIsOlderAndWithinTheTransaction) {
  PartitionStore& store = this->store();
  store.put(key(1), dated(EventTime{999}));
  store.put(key(2), dated(EventTime{1000}));
  store.commit({});

  EXPECT_EQ(store.expire(date_of, EventTime{1000}, PartitionStore::kExpiryParts), 1u);
  EXPECT_EQ(store.get(key(1)), "");
  store.abort();
  EXPECT_EQ(date_of(store.get(key(1))), EventTime{999});

  EXPECT_EQ(store.expire(date_of, EventTime{1000}, PartitionStore::kExpiryParts), 1u);
  store.commit({});
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(date_of(store.get(key(2))), EventTime{1000});
}

TYPED_TEST(PartitionStores, DoesNotExpireWhatTheTransactionHasChanged) {
  PartitionStore& store = this->store();
  store.put(key(1), dated(EventTime{1}));
  store.commit({});
  store.put(key(1), dated(EventTime{5000}));
  EXPECT_EQ(store.expire(date_of, EventTime{1000}, PartitionStore::kExpiryParts), 0u);
  store.commit({});
  EXPECT_EQ(date_of(store.get(key(1))), EventTime{5000});
}

TYPED_TEST(PartitionStores, ExpiresPartByPartUntilAllAreVisited) {
  PartitionStore& store = this->store();
  constexpr std::size_t kEntries = 2000;
  for (std::size_t i = 0; i < kEntries; ++i) store.put(key(i), dated(EventTime{1}));
  store.put(Hash128{0, 0}, dated(EventTime{1}));
  store.put(Hash128{~0ull, ~0ull}, dated(EventTime{1}));
  store.commit({});

  std::size_t erased = 0;
  for (int part = 0; part < PartitionStore::kExpiryParts; ++part) {
    const std::size_t in_this_part = store.expire(date_of, EventTime{1000}, 1);
    EXPECT_LT(in_this_part, kEntries / 16) << "one call does a bounded share of the work";
    erased += in_this_part;
    store.commit({});
  }
  EXPECT_EQ(erased, kEntries + 2);
  EXPECT_EQ(store.entry_count(), 0u);
}

TYPED_TEST(PartitionStores, ExpiresTheSameKeysInTheSameOrderWhateverOrderTheyCameIn) {
  const auto tombstones = [](bool backwards) {
    TypeParam world;
    PartitionStore& store = world.store();
    for (std::uint64_t i = 0; i < 500; ++i) store.put(key(backwards ? 499 - i : i), dated(EventTime{1}));
    store.commit({});
    store.expire(date_of, EventTime{1000}, 7);
    std::vector<Hash128> keys;
    store.changes([&](const Hash128& at, std::string_view) { keys.push_back(at); });
    return keys;
  };
  EXPECT_FALSE(tombstones(false).empty());
  EXPECT_EQ(tombstones(false), tombstones(true));
}

template <typename World>
class PartitionStoresDeathTest : public testing::Test {};
TYPED_TEST_SUITE(PartitionStoresDeathTest, Worlds, WorldNames);

TYPED_TEST(PartitionStoresDeathTest, RefusesAnEmptyValueBecauseItMeansNoEntry) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const TemporaryFolder folder;  // what the process that dies cannot clear away
  EXPECT_DEATH(TypeParam().store().put(key(1), ""), "at least one byte");
}

TYPED_TEST(PartitionStoresDeathTest, RefusesToRestoreWithinATransaction) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const TemporaryFolder folder;  // what the process that dies cannot clear away
  EXPECT_DEATH(
      {
        TypeParam world;
        world.store().put(key(1), "one");
        world.store().restore(key(2), "two");
      },
      "nothing is restored within a transaction");
}

}  // namespace
}  // namespace pairwatch::test
