// Where the workers of a process get the partitions of one store from, and give them back to.
//
// In:        open() before a partition's first record, give_back() after its last. Each that was opened is given back: also one
// that
//            failed, and one whose transaction was not committed, which is aborted then.
// Out:       a store as far as the process knows the partition; progress() says how far that is.
// Remembers: MemoryStores: what was given back, for keep_ms and at most `most_kept` partitions, the oldest leaves first: another
//            worker of the process finds it. DiskStores: nothing, the disk does.
// Fails:     not at all: a partition that another worker of the process has not given back yet is not opened, the caller asks
// again.
//            A store on disk that cannot be read is opened all the same, and says so by failure().
// Thread:    any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "topology/ports.h"
#include "topology/store/database.h"
#include "topology/store/partition_store.h"

namespace pairwatch {

/// One for each store's name in a process.
class Stores {
 public:
  virtual ~Stores() = default;
  /// nullptr: another worker still holds it.
  virtual std::unique_ptr<PartitionStore> open(std::int32_t partition) = 0;
  /// `store` is what open() gave; nullptr: there is nothing worth keeping.
  virtual void give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) = 0;
  /// Lets go of what nobody has come for. Now and then.
  virtual void tidy() {}
};

class MemoryStores final : public Stores {
 public:
  /// What has gone to another process is not asked for again: a rebalance within the process takes seconds.
  static constexpr std::int64_t kKeep_ms = 60'000;
  static constexpr std::size_t kMostKept = 1024;

  /// `clock` has to be usable from any thread.
  explicit MemoryStores(Clock& clock, std::int64_t keep_ms = kKeep_ms, std::size_t most_kept = kMostKept)
      : clock_(clock), keep_ms_(keep_ms), most_kept_(most_kept) {}

  std::unique_ptr<PartitionStore> open(std::int32_t partition) override;
  void give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) override;
  void tidy() override;

  /// Partitions it keeps at the moment.
  std::size_t kept_count() const;

 private:
  struct Kept {
    std::int32_t partition = 0;
    std::int64_t since_ms = 0;
    std::unique_ptr<PartitionStore> store;
  };
  /// Takes out what is too old or too many: the caller destroys it without the mutex, because that takes its time.
  std::list<Kept> take_surplus();

  Clock& clock_;
  const std::int64_t keep_ms_;
  const std::size_t most_kept_;
  mutable std::mutex mutex_;
  std::list<Kept> kept_;         ///< the oldest first; guarded by mutex_
  std::set<std::int32_t> held_;  ///< by workers; guarded by mutex_
};

class DiskStores final : public Stores {
 public:
  DiskStores(Database& database, std::string store) : database_(database), store_(std::move(store)) {}

  std::unique_ptr<PartitionStore> open(std::int32_t partition) override;
  void give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) override;

 private:
  Database& database_;
  const std::string store_;
  std::mutex mutex_;
  std::set<std::int32_t> held_;  ///< by workers; guarded by mutex_
};

}  // namespace pairwatch
