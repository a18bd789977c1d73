#include "topology/store/memory_store.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "processors/core/layout.h"

namespace pairwatch {
namespace {

Hash128 key(std::uint64_t n) { return hash128("key " + std::to_string(n)); }

using Model = std::map<Hash128, std::string>;

Model contents(const MemoryStore& store) {
  Model entries;
  store.for_each([&](const Hash128& at, std::string_view value) { entries.emplace(at, value); });
  return entries;
}

/// Entries of these tests that expire: the time of the last event, then anything.
std::string dated(EventTime at, std::string_view rest = "") {
  std::string bytes;
  LayoutWriter(bytes).fixed(at.ms);
  return bytes.append(rest);
}

EventTime date_of(std::string_view bytes) { return {LayoutReader(bytes).fixed<std::int64_t>()}; }

TEST(MemoryStore, HasNothingAtFirst) {
  MemoryStore store;
  EXPECT_EQ(store.get(key(1)), "");
  EXPECT_EQ(store.entry_count(), 0u);
  EXPECT_EQ(store.byte_count(), 0u);
}

TEST(MemoryStore, ShowsAPutAtOnceAndCountsItOnceCommitted) {
  MemoryStore store;
  store.put(key(1), "one");
  EXPECT_EQ(store.get(key(1)), "one");
  EXPECT_EQ(store.entry_count(), 0u);

  store.commit();
  EXPECT_EQ(store.get(key(1)), "one");
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(store.byte_count(), 16u + 3u);
}

TEST(MemoryStore, ForgetsAnAbortedPut) {
  MemoryStore store;
  store.put(key(1), "one");
  store.commit();
  store.put(key(1), "changed");
  store.put(key(2), "two");
  store.abort();
  EXPECT_EQ(store.get(key(1)), "one");
  EXPECT_EQ(store.get(key(2)), "");
  EXPECT_EQ(store.entry_count(), 1u);
}

TEST(MemoryStore, HidesAnErasedEntryAtOnceAndBringsItBackOnAbort) {
  MemoryStore store;
  store.put(key(1), "one");
  store.commit();
  store.erase(key(1));
  EXPECT_EQ(store.get(key(1)), "");
  store.abort();
  EXPECT_EQ(store.get(key(1)), "one");
}

TEST(MemoryStore, ErasesWhatIsCommitted) {
  MemoryStore store;
  store.put(key(1), "one");
  store.commit();
  store.erase(key(1));
  store.erase(key(2));  // was never there
  store.commit();
  EXPECT_EQ(store.entry_count(), 0u);
  EXPECT_EQ(store.byte_count(), 0u);
}

TEST(MemoryStore, TellsEachChangedKeyOnceWithItsNewestValueInOrderOfFirstChange) {
  MemoryStore store;
  store.put(key(1), "kept");
  store.put(key(3), "gone");
  store.commit();

  store.put(key(2), "first");
  store.erase(key(3));
  store.put(key(1), "other");
  store.put(key(2), "second, and longer");

  std::vector<std::pair<Hash128, std::string>> changes;
  store.changes([&](const Hash128& at, std::string_view value) { changes.emplace_back(at, value); });
  const std::vector<std::pair<Hash128, std::string>> expected = {{key(2), "second, and longer"}, {key(3), ""}, {key(1), "other"}};
  EXPECT_EQ(changes, expected);
  EXPECT_EQ(store.change_count(), 3u);
  store.commit();
  EXPECT_EQ(store.change_count(), 0u);
}

TEST(MemoryStore, KeepsValuesOfEverySizeThroughGrowthAndShrinking) {
  MemoryStore store;
  for (const std::size_t size : {1u, 4u, 5u, 11u, 12u, 20u, 21u, 27u, 28u, 1024u, 70'000u, 3u}) {
    const std::string value(size, static_cast<char>('a' + size % 26));
    store.put(key(1), value);
    store.commit();
    ASSERT_EQ(store.get(key(1)), value) << "size " << size;
    ASSERT_EQ(store.byte_count(), 16 + size);
  }
}

TEST(MemoryStore, ExpiresOnlyWhatIsOlderAndWithinTheTransaction) {
  MemoryStore store;
  store.put(key(1), dated(EventTime{999}));
  store.put(key(2), dated(EventTime{1000}));
  store.commit();

  EXPECT_EQ(store.expire(date_of, EventTime{1000}, MemoryStore::kParts), 1u);
  EXPECT_EQ(store.get(key(1)), "");
  store.abort();
  EXPECT_EQ(date_of(store.get(key(1))), EventTime{999});

  EXPECT_EQ(store.expire(date_of, EventTime{1000}, MemoryStore::kParts), 1u);
  store.commit();
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(date_of(store.get(key(2))), EventTime{1000});
}

TEST(MemoryStore, DoesNotExpireWhatTheTransactionHasChanged) {
  MemoryStore store;
  store.put(key(1), dated(EventTime{1}));
  store.commit();
  store.put(key(1), dated(EventTime{5000}));
  EXPECT_EQ(store.expire(date_of, EventTime{1000}, MemoryStore::kParts), 0u);
  store.commit();
  EXPECT_EQ(date_of(store.get(key(1))), EventTime{5000});
}

TEST(MemoryStore, ExpiresPartByPartUntilAllAreVisited) {
  MemoryStore store;
  constexpr std::size_t kEntries = 2000;
  for (std::size_t i = 0; i < kEntries; ++i) store.put(key(i), dated(EventTime{1}));
  store.commit();

  std::size_t erased = 0;
  for (int part = 0; part < MemoryStore::kParts; ++part) {
    const std::size_t in_this_part = store.expire(date_of, EventTime{1000}, 1);
    EXPECT_LT(in_this_part, kEntries / 16) << "one call does a bounded share of the work";
    erased += in_this_part;
    store.commit();
  }
  EXPECT_EQ(erased, kEntries);
  EXPECT_EQ(store.entry_count(), 0u);
}

TEST(MemoryStore, ExpiresInAnOrderThatDependsOnTheKeysAlone) {
  const auto tombstones = [](bool backwards) {
    MemoryStore store;
    for (std::uint64_t i = 0; i < 500; ++i) store.put(key(backwards ? 499 - i : i), dated(EventTime{1}));
    store.commit();
    store.expire(date_of, EventTime{1000}, 7);
    std::vector<Hash128> keys;
    store.changes([&](const Hash128& at, std::string_view) { keys.push_back(at); });
    return keys;
  };
  EXPECT_FALSE(tombstones(false).empty());
  EXPECT_EQ(tombstones(false), tombstones(true));
}

TEST(MemoryStore, AgreesWithAMapOverRandomTransactions) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  MemoryStore store;
  Model committed;
  for (int transaction = 0; transaction < 400; ++transaction) {
    Model running = committed;
    for (std::uint64_t step = random() % 60; step > 0; --step) {
      const Hash128 at = key(random() % 80);
      if (random() % 4 == 0) {
        store.erase(at);
        running.erase(at);
      } else {
        const std::string value(1 + random() % 300, static_cast<char>('a' + random() % 26));
        store.put(at, value);
        running[at] = value;
      }
      const Hash128 looked_at = key(random() % 80);
      const auto found = running.find(looked_at);
      ASSERT_EQ(store.get(looked_at), found == running.end() ? std::string_view{} : std::string_view{found->second});
    }
    if (random() % 3 == 0) {
      store.abort();
    } else {
      store.commit();
      committed = running;
    }
    ASSERT_EQ(contents(store), committed);
    std::size_t bytes = 0;
    for (const auto& [at, value] : committed) bytes += sizeof at + value.size();
    ASSERT_EQ(store.byte_count(), bytes);
    ASSERT_EQ(store.entry_count(), committed.size());
  }
}

TEST(MemoryStoreDeathTest, RefusesAnEmptyValueBecauseItMeansNoEntry) {
  MemoryStore store;
  EXPECT_DEATH(store.put(key(1), ""), "at least one byte");
}

}  // namespace
}  // namespace pairwatch
