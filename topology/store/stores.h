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

/// Who holds which partition. A worker that does not get one that is kept as a standby copy wants it, and is given it before any
/// copy is taken again. Any thread.
class Claims {
 public:
  bool take(std::int32_t partition);
  bool take_as_standby(std::int32_t partition);
  void give_back(std::int32_t partition);
  bool is_wanted(std::int32_t partition) const;
  void withdraw(std::int32_t partition);

 private:
  mutable std::mutex mutex_;
  std::set<std::int32_t> held_;
  std::set<std::int32_t> wanted_;
};

/// One for each store's name in a process.
class Stores {
 public:
  virtual ~Stores() = default;
  /// nullptr: another worker still holds it, or it is a standby copy, which is given back then.
  virtual std::unique_ptr<PartitionStore> open(std::int32_t partition) = 0;
  /// As a standby copy (topology/tasks/standby.h). nullptr: a worker holds or wants it.
  virtual std::unique_ptr<PartitionStore> open_as_standby(std::int32_t partition) = 0;
  /// Whether a worker waits for a standby copy.
  virtual bool is_wanted(std::int32_t partition) const = 0;
  /// A worker that was not given a partition waits for it no longer.
  virtual void withdraw(std::int32_t partition) = 0;
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
  std::unique_ptr<PartitionStore> open_as_standby(std::int32_t partition) override;
  bool is_wanted(std::int32_t partition) const override { return claims_.is_wanted(partition); }
  void withdraw(std::int32_t partition) override { claims_.withdraw(partition); }
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
  /// What was given back of a partition that is claimed, or a new one.
  std::unique_ptr<PartitionStore> take_kept(std::int32_t partition);

  Clock& clock_;
  const std::int64_t keep_ms_;
  const std::size_t most_kept_;
  mutable std::mutex mutex_;
  std::list<Kept> kept_;  ///< the oldest first; guarded by mutex_
  Claims claims_;
};

class DiskStores final : public Stores {
 public:
  DiskStores(Database& database, std::string store) : database_(database), store_(std::move(store)) {}

  std::unique_ptr<PartitionStore> open(std::int32_t partition) override;
  std::unique_ptr<PartitionStore> open_as_standby(std::int32_t partition) override;
  bool is_wanted(std::int32_t partition) const override { return claims_.is_wanted(partition); }
  void withdraw(std::int32_t partition) override { claims_.withdraw(partition); }
  void give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) override;

 private:
  Database& database_;
  const std::string store_;
  Claims claims_;
};

}  // namespace pairwatch
