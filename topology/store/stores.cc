#include "topology/store/stores.h"

#include <utility>

#include "processors/core/check.h"
#include "topology/store/disk_store.h"
#include "topology/store/memory_store.h"

namespace pairwatch {

bool Claims::take(std::int32_t partition) {
  const std::lock_guard guard(mutex_);
  const bool is_free = held_.insert(partition).second;
  if (is_free) {
    wanted_.erase(partition);
  } else {
    wanted_.insert(partition);
  }
  return is_free;
}

bool Claims::take_as_standby(std::int32_t partition) {
  const std::lock_guard guard(mutex_);
  return !wanted_.contains(partition) && held_.insert(partition).second;
}

void Claims::give_back(std::int32_t partition) {
  const std::lock_guard guard(mutex_);
  check(held_.erase(partition) == 1, "what is given back was opened");
}

bool Claims::is_wanted(std::int32_t partition) const {
  const std::lock_guard guard(mutex_);
  return wanted_.contains(partition);
}

void Claims::withdraw(std::int32_t partition) {
  const std::lock_guard guard(mutex_);
  wanted_.erase(partition);
}

std::unique_ptr<PartitionStore> MemoryStores::open(std::int32_t partition) {
  return claims_.take(partition) ? take_kept(partition) : nullptr;
}

std::unique_ptr<PartitionStore> MemoryStores::open_as_standby(std::int32_t partition) {
  return claims_.take_as_standby(partition) ? take_kept(partition) : nullptr;
}

std::unique_ptr<PartitionStore> MemoryStores::take_kept(std::int32_t partition) {
  std::list<Kept> surplus;
  std::unique_ptr<PartitionStore> store;
  {
    const std::lock_guard guard(mutex_);
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
  claims_.give_back(partition);  // nobody finds the partition free and what was kept of it not there yet
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
  return claims_.take(partition) ? std::make_unique<DiskStore>(database_, store_, partition) : nullptr;
}

std::unique_ptr<PartitionStore> DiskStores::open_as_standby(std::int32_t partition) {
  return claims_.take_as_standby(partition) ? std::make_unique<DiskStore>(database_, store_, partition) : nullptr;
}

void DiskStores::give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) {
  store.reset();  // what is committed is in the database, and what is not was never to last
  claims_.give_back(partition);
}

}  // namespace pairwatch
