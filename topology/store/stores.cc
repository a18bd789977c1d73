#include "topology/store/stores.h"

#include <utility>

#include "processors/core/check.h"
#include "topology/store/disk_store.h"
#include "topology/store/memory_store.h"

namespace pairwatch {

std::unique_ptr<PartitionStore> MemoryStores::open(std::int32_t partition) {
  std::list<Kept> surplus;
  std::unique_ptr<PartitionStore> store;
  {
    const std::lock_guard guard(mutex_);
    if (!held_.insert(partition).second) return nullptr;
    surplus = take_surplus();
    for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
      if (kept->partition != partition) continue;
      store = std::move(kept->store);
      kept_.erase(kept);
      break;
    }
  }
  return store ? std::move(store) : std::make_unique<MemoryStore>();
}

void MemoryStores::give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) {
  if (store) store->abort();
  std::list<Kept> surplus;
  const std::lock_guard guard(mutex_);
  check(held_.erase(partition) == 1, "what is given back was opened");
  if (store && store->failure().empty()) kept_.push_back({partition, clock_.now_ms(), std::move(store)});
  surplus = take_surplus();
}

void MemoryStores::tidy() {
  std::list<Kept> surplus;
  const std::lock_guard guard(mutex_);
  surplus = take_surplus();
}

std::size_t MemoryStores::kept_count() const {
  const std::lock_guard guard(mutex_);
  return kept_.size();
}

std::list<MemoryStores::Kept> MemoryStores::take_surplus() {
  std::list<Kept> surplus;
  const std::int64_t now_ms = clock_.now_ms();
  while (!kept_.empty() && (kept_.size() > most_kept_ || now_ms - kept_.front().since_ms >= keep_ms_)) {
    surplus.splice(surplus.end(), kept_, kept_.begin());
  }
  return surplus;
}

std::unique_ptr<PartitionStore> DiskStores::open(std::int32_t partition) {
  {
    const std::lock_guard guard(mutex_);
    if (!held_.insert(partition).second) return nullptr;
  }
  return std::make_unique<DiskStore>(database_, store_, partition);
}

void DiskStores::give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) {
  store.reset();  // what is committed is in the database, and what is not was never to last
  const std::lock_guard guard(mutex_);
  check(held_.erase(partition) == 1, "what is given back was opened");
}

}  // namespace pairwatch
