// The volume of a simulated process: partitions of its store as they were synced, and what was committed since.
//
// In:        open() by a worker through Stores; commits, each a point at which the process may die, before or after it took effect.
// Out:       after the process was killed everything committed is there; after the machine lost power some prefix of what was
// committed
//            since the last sync. Entries and progress always fit together.
// Fails:     failure() now and then, when `failure_rate` says so: nothing is stored from there on.
// Remembers: a copy of the entries for each commit since the last sync.
// Thread:    one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processors/core/hash.h"
#include "tests/simulation/fate.h"
#include "topology/store/partition_store.h"

namespace pairwatch::simulation {

/// The entries of one partition, and how far they go.
struct StoredImage {
  std::map<Hash128, std::string> entries;
  StoreProgress progress;
};

class SimulatedStore;

class SimulatedDisk {
 public:
  SimulatedDisk() = default;
  SimulatedDisk(const SimulatedDisk&) = delete;
  SimulatedDisk& operator=(const SimulatedDisk&) = delete;

  /// Of how many commits one syncs.
  std::int64_t sync_one_in = 4;
  /// Of a commit.
  double failure_rate = 0;

  /// The disk outlives the store. Held by one at a time, of one living process; throws Violation.
  std::unique_ptr<PartitionStore> open(std::int32_t partition, Fate& fate);
  /// Whether a store of a living process holds the partition.
  bool is_held(std::int32_t partition) const;

  /// The machine goes down: what was not synced is there up to some commit.
  void lose_power(Random& random);
  /// Another disk.
  void wipe() { volumes_.clear(); }

  /// As a process started now would find it.
  std::map<std::int32_t, StoredImage> images() const;

 private:
  friend class SimulatedStore;
  struct Volume {
    StoredImage synced;
    std::vector<StoredImage> unsynced;  ///< after each commit since
    const SimulatedStore* holder = nullptr;

    const StoredImage& newest() const { return unsynced.empty() ? synced : unsynced.back(); }
  };

  std::map<std::int32_t, Volume> volumes_;
};

/// One partition, open.
class SimulatedStore final : public PartitionStore {
 public:
  SimulatedStore(SimulatedDisk& disk, std::int32_t partition, Fate& fate);
  ~SimulatedStore() override;
  SimulatedStore(const SimulatedStore&) = delete;
  SimulatedStore& operator=(const SimulatedStore&) = delete;

  std::string_view get(const Hash128& key) override;
  void put(const Hash128& key, std::string_view value) override;
  void erase(const Hash128& key) override;
  void changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;
  std::size_t change_count() const override { return order_.size(); }
  void commit(const StoreProgress& progress) override;
  void abort() override;
  void restore(const Hash128& key, std::string_view value) override;
  void wipe() override;
  StoreProgress progress() const override { return image_.progress; }
  std::size_t expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) override;
  void visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;
  void for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;
  std::uint64_t entry_count() const override { return image_.entries.size(); }
  std::uint64_t byte_count() const override;
  const std::string& failure() const override { return failure_; }

  bool is_alive() const { return fate_.is_alive(); }

 private:
  void write(const Hash128& key, std::string_view value);
  void keep();

  SimulatedDisk& disk_;
  std::int32_t partition_;
  Fate& fate_;
  StoredImage image_;                       ///< committed, and what restore() added
  std::map<Hash128, std::string> overlay_;  ///< empty: erased
  std::vector<Hash128> order_;              ///< keys of the overlay as they first changed
  int next_part_ = 0;
  std::string failure_;
};

}  // namespace pairwatch::simulation
