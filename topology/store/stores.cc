#include "topology/store/stores.h"

#include <utility>

#include "processors/core/check.h"
#include "topology/store/memory_store.h"

namespace pairwatch {

std::unique_ptr<PartitionStore> MemoryStores::open(std::int32_t partition) {
  const std::lock_guard lock(mutex_);
  check(open_.insert(partition).second, "a partition's state is held by one worker at a time");
  const auto found = kept_.find(partition);
  if (found == kept_.end()) return std::make_unique<MemoryStore>();
  std::unique_ptr<PartitionStore> store = std::move(found->second);
  kept_.erase(found);
  return store;
}

void MemoryStores::give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) {
  const std::lock_guard lock(mutex_);
  check(open_.erase(partition) == 1, "what is given back was open");
  if (store->failure().empty()) kept_[partition] = std::move(store);
}

}  // namespace pairwatch
