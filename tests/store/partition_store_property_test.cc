// Every PartitionStore against a map, over random transactions, restores, wipes and reopenings.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <type_traits>

#include "tests/store/store_worlds.h"
#include "topology/store/partition_store.h"

namespace pairwatch::test {
namespace {

/// Random transactions, restores, wipes and reopenings, with a map beside them.
template <typename World>
class AgainstAModel {
 public:
  explicit AgainstAModel(std::uint64_t seed) : random_(seed) {}

  void step() {
    switch (random_() % 12) {
      case 0:
        for (std::uint64_t i = random_() % 40; i > 0; --i) restore();
        commit();
        break;
      case 1:
        if (random_() % 4 == 0) {
          world_.store().wipe();
          committed_.clear();
          progress_ = {};
        }
        break;
      case 2: world_.reopen(); break;
      default: transaction(); break;
    }
    verify();
  }

 private:
  Hash128 any_key() { return key(random_() % 80); }
  std::string any_value() { return std::string(1 + random_() % 900, static_cast<char>('a' + random_() % 26)); }

  void restore() {
    const Hash128 at = any_key();
    const std::string value = random_() % 4 == 0 ? "" : any_value();
    world_.store().restore(at, value);
    change(committed_, at, value);
  }

  void transaction() {
    Model running = committed_;
    PartitionStore& store = world_.store();
    for (std::uint64_t step = random_() % 60; step > 0; --step) {
      const Hash128 at = any_key();
      const std::string value = random_() % 4 == 0 ? "" : any_value();
      if (value.empty()) {
        store.erase(at);
      } else {
        store.put(at, value);
      }
      change(running, at, value);
      const Hash128 looked_at = any_key();
      const auto found = running.find(looked_at);
      ASSERT_EQ(store.get(looked_at), found == running.end() ? std::string_view{} : std::string_view{found->second});
    }
    const std::uint64_t end = random_() % 8;
    if (end == 0) {
      store.abort();
    } else if (end == 1) {
      world_.reopen();  // what was not committed does not outlive it
    } else {
      committed_ = running;
      commit();
    }
  }

  void commit() {
    progress_.input_offset = static_cast<std::int64_t>(random_() % 1000);
    progress_.changelog_offset = static_cast<std::int64_t>(random_() % 1000);
    world_.store().commit(progress_);
  }

  static void change(Model& model, const Hash128& at, const std::string& value) {
    if (value.empty()) {
      model.erase(at);
    } else {
      model[at] = value;
    }
  }

  void verify() {
    const PartitionStore& store = world_.store();
    ASSERT_EQ(store.failure(), "");
    ASSERT_EQ(contents(store), committed_);
    ASSERT_EQ(store.progress(), progress_);
    ASSERT_EQ(store.change_count(), 0u);
    if (std::is_same_v<World, MemoryWorld>) {  // on disk they are estimates: see DiskStoreTest
      ASSERT_EQ(store.byte_count(), bytes_of(committed_));
      ASSERT_EQ(store.entry_count(), committed_.size());
    }
  }

  World world_;
  std::mt19937_64 random_;
  Model committed_;
  StoreProgress progress_;
};

template <typename World>
class AnyPartitionStore : public testing::Test {};
TYPED_TEST_SUITE(AnyPartitionStore, Worlds, WorldNames);

TYPED_TEST(AnyPartitionStore, AgreesWithAMapWhateverHappens) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  AgainstAModel<TypeParam> model(seed);
  for (int step = 0; step < 400 && !this->HasFatalFailure(); ++step) model.step();
}

}  // namespace
}  // namespace pairwatch::test
