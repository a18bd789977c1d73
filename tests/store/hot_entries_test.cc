#include "topology/store/hot_entries.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "topology/store/memory_store.h"

namespace pairwatch {
namespace {

/// A state that is one number, and counts how often it crosses the line between bytes and struct.
struct NumberCodec {
  struct State {
    std::uint64_t number = 0;
  };
  static void decode(std::string_view bytes, State& state) {
    ++decoded;
    state.number = std::stoull(std::string(bytes));
  }
  static void encode(const State& state, std::string& out) {
    ++encoded;
    out += std::to_string(state.number);
  }
  static inline int decoded = 0;
  static inline int encoded = 0;
};

/// A store that notes the order of what is done to it.
class NotingStore final : public Store {
 public:
  std::string_view get(const Hash128& key) override { return store.get(key); }
  void put(const Hash128& key, std::string_view value) override {
    notes.push_back("put " + std::string(value));
    store.put(key, value);
  }
  void replace(const Hash128& key, std::string_view value, std::size_t old_bytes) override {
    EXPECT_EQ(old_bytes, store.get(key).size()) << "told as it stands";
    put(key, value);
  }
  void erase(const Hash128& key) override {
    notes.emplace_back("erase");
    store.erase(key);
  }
  MemoryStore store;
  std::vector<std::string> notes;
};

Hash128 key(std::uint64_t n) { return hash128("key " + std::to_string(n)); }

class HotEntriesTest : public ::testing::Test {
 protected:
  HotEntriesTest() { NumberCodec::decoded = NumberCodec::encoded = 0; }

  void set(HotEntries<NumberCodec>& entries, std::uint64_t at, std::uint64_t number) {
    entries.at(key(at)).number = number;
    entries.changed();
  }
  void commit(HotEntries<NumberCodec>& entries) {
    entries.checkpoint();
    noting.store.commit();
  }
  std::string stored(std::uint64_t at) { return std::string(noting.store.get(key(at))); }

  NotingStore noting;
};

TEST_F(HotEntriesTest, GivesAFreshStateWhereThereIsNone) {
  HotEntries<NumberCodec> entries(noting, 16);
  EXPECT_EQ(entries.at(key(1)).number, 0u);
  EXPECT_FALSE(entries.existed());
}

TEST_F(HotEntriesTest, ReadsWhatTheStoreHolds) {
  noting.store.put(key(1), "41");
  HotEntries<NumberCodec> entries(noting, 16);
  EXPECT_EQ(entries.at(key(1)).number, 41u);
  EXPECT_TRUE(entries.existed());
}

TEST_F(HotEntriesTest, WritesNothingThatWasOnlyLookedAt) {
  noting.store.put(key(1), "41");
  HotEntries<NumberCodec> entries(noting, 16);
  entries.at(key(1));
  entries.at(key(2));
  entries.checkpoint();
  EXPECT_TRUE(noting.notes.empty());
}

TEST_F(HotEntriesTest, EncodesAnEntryOncePerCheckpointHoweverOftenItChanged) {
  HotEntries<NumberCodec> entries(noting, 16);
  for (std::uint64_t i = 1; i <= 100; ++i) set(entries, 7, i);
  EXPECT_EQ(NumberCodec::encoded, 0);
  entries.checkpoint();
  EXPECT_EQ(NumberCodec::encoded, 1);
  EXPECT_EQ(stored(7), "100");
  entries.checkpoint();
  EXPECT_EQ(NumberCodec::encoded, 1);
}

TEST_F(HotEntriesTest, DecodesAHotEntryOnce) {
  noting.store.put(key(1), "41");
  HotEntries<NumberCodec> entries(noting, 16);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(entries.at(key(1)).number, 41u);
  EXPECT_EQ(NumberCodec::decoded, 1);
}

TEST_F(HotEntriesTest, WritesInTheOrderOfFirstChange) {
  HotEntries<NumberCodec> entries(noting, 16);
  set(entries, 3, 30);
  set(entries, 1, 10);
  entries.at(key(2));
  entries.erased();
  set(entries, 3, 31);
  entries.checkpoint();
  EXPECT_EQ(noting.notes, (std::vector<std::string>{"put 31", "put 10", "erase"}));
}

TEST_F(HotEntriesTest, RollbackGoesBackToTheLastCommit) {
  HotEntries<NumberCodec> entries(noting, 16);
  set(entries, 1, 10);
  commit(entries);
  set(entries, 1, 11);
  set(entries, 2, 20);
  entries.rollback();
  EXPECT_EQ(entries.at(key(1)).number, 10u);
  EXPECT_EQ(entries.at(key(2)).number, 0u);
  EXPECT_FALSE(entries.existed());
}

TEST_F(HotEntriesTest, RollbackAlsoForgetsACheckpointWhoseTransactionWasAborted) {
  HotEntries<NumberCodec> entries(noting, 16);
  set(entries, 1, 10);
  commit(entries);
  set(entries, 1, 11);
  entries.checkpoint();
  noting.store.abort();
  entries.rollback();
  EXPECT_EQ(entries.at(key(1)).number, 10u);
}

TEST_F(HotEntriesTest, AnErasedEntryIsFreshAtOnceAndGoneAfterTheCheckpoint) {
  HotEntries<NumberCodec> entries(noting, 16);
  set(entries, 1, 10);
  commit(entries);
  entries.at(key(1));
  entries.erased();
  EXPECT_EQ(entries.at(key(1)).number, 0u);
  EXPECT_FALSE(entries.existed());
  commit(entries);
  EXPECT_EQ(stored(1), "");
  EXPECT_EQ(noting.store.entry_count(), 0u);
}

TEST_F(HotEntriesTest, AnErasedEntryCanBeginAgainWithinTheSameTransaction) {
  HotEntries<NumberCodec> entries(noting, 16);
  set(entries, 1, 10);
  commit(entries);
  entries.at(key(1));
  entries.erased();
  entries.at(key(1)).number += 5;
  entries.changed();
  EXPECT_TRUE(entries.existed());
  commit(entries);
  EXPECT_EQ(stored(1), "5");
}

TEST_F(HotEntriesTest, KeepsAtMostItsCapacityOfUnchangedEntries) {
  HotEntries<NumberCodec> entries(noting, 100);
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    entries.at(key(i));
    ASSERT_LE(entries.size(), 100u);
  }
}

TEST_F(HotEntriesTest, ExceedsItsCapacityByWhatChangedAndGivesTheSurplusBack) {
  HotEntries<NumberCodec> entries(noting, 100);
  std::size_t changed = 0;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    if (i % 10 == 0 || (1000 <= i && i < 1200)) {
      set(entries, i, i + 1);
      ++changed;
    } else {
      entries.at(key(i));
    }
    ASSERT_LE(entries.size(), 100 + changed);
  }
  commit(entries);
  EXPECT_LE(entries.size(), 100u);
  EXPECT_EQ(noting.store.entry_count(), changed);
  EXPECT_EQ(entries.at(key(1100)).number, 1101u);
}

TEST_F(HotEntriesTest, TheBusyStayAndTheIdleLeave) {
  HotEntries<NumberCodec> entries(noting, 100);
  for (std::uint64_t i = 0; i < 50; ++i) set(entries, i, i + 1);
  commit(entries);
  for (std::uint64_t round = 0; round < 100; ++round) {
    for (std::uint64_t busy = 0; busy < 50; ++busy) entries.at(key(busy));
    for (std::uint64_t idle = 0; idle < 10; ++idle) entries.at(key(1000 + 10 * round + idle));
  }
  EXPECT_LT(NumberCodec::decoded, 200) << "of 5,000 looks at busy entries nearly all found them decoded";
}

TEST_F(HotEntriesTest, AgreesWithAMapOverRandomTransactions) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  HotEntries<NumberCodec> entries(noting, 32);
  std::map<std::uint64_t, std::uint64_t> committed;
  for (int transaction = 0; transaction < 500; ++transaction) {
    auto running = committed;
    for (std::uint64_t step = random() % 200; step > 0; --step) {
      const std::uint64_t at = random() % 150;
      NumberCodec::State& state = entries.at(key(at));
      ASSERT_EQ(entries.existed(), running.contains(at));
      ASSERT_EQ(state.number, running.contains(at) ? running.at(at) : 0);
      switch (random() % 4) {
        case 0:
          state.number = running[at] = random() % 1000;
          entries.changed();
          break;
        case 1:
          running.erase(at);
          entries.erased();
          break;
        default: break;
      }
      ASSERT_LE(entries.size(), 32u + 150u);
    }
    switch (random() % 3) {
      case 0:
        entries.rollback();
        noting.store.abort();
        break;
      case 1:
        entries.checkpoint();
        noting.store.abort();
        entries.rollback();
        break;
      default:
        commit(entries);
        committed = running;
        break;
    }
    ASSERT_EQ(noting.store.entry_count(), committed.size());
  }
}

}  // namespace
}  // namespace pairwatch
