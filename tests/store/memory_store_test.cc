// What is MemoryStore's own; what it shares with a store on disk is in partition_store_test.cc.
#include "topology/store/memory_store.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/store/store_worlds.h"

namespace pairwatch::test {
namespace {

TEST(MemoryStore, CommitsWithoutSayingHowFarWhereNobodyAsks) {
  MemoryStore store;
  store.put(key(1), "one");
  store.commit({.input_offset = 4});
  store.put(key(1), "two");
  store.commit();
  EXPECT_EQ(store.get(key(1)), "two");
  EXPECT_EQ(store.progress(), StoreProgress{.input_offset = 4});
}

TEST(MemoryStore, ShowsWhatIsRestoredBeforeItsProgress) {
  MemoryStore store;
  store.restore(key(1), "one");
  EXPECT_EQ(store.get(key(1)), "one");
  EXPECT_EQ(store.entry_count(), 1u);
  EXPECT_EQ(store.progress(), StoreProgress{});
}

}  // namespace
}  // namespace pairwatch::test
