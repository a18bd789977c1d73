// The stores of one name in one process, a partition each: opened by the worker that is given a partition, given back by the one
// that gives it up, so that whoever gets it next in this process finds what is known of it.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "topology/store/partition_store.h"

namespace pairwatch {

class Stores {
 public:
  virtual ~Stores() = default;
  /// What this process holds of a partition; progress() tells how far it goes. Held by one at a time.
  virtual std::unique_ptr<PartitionStore> open(std::int32_t partition) = 0;
  virtual void give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) = 0;
};

/// In memory.
class MemoryStores final : public Stores {
 public:
  std::unique_ptr<PartitionStore> open(std::int32_t partition) override;
  void give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) override;

 private:
  std::mutex mutex_;
  std::map<std::int32_t, std::unique_ptr<PartitionStore>> kept_;  ///< guarded by mutex_, as what follows
  std::set<std::int32_t> open_;
};

}  // namespace pairwatch
