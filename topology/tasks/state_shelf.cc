#include "topology/tasks/state_shelf.h"

#include <utility>

namespace pairwatch {

void StateShelf::put(std::int32_t partition, std::int64_t offset, std::unique_ptr<MemoryStore> state, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  entries_.insert_or_assign(partition, Entry{offset, now_ms, std::move(state)});
}

std::unique_ptr<MemoryStore> StateShelf::take(std::int32_t partition, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(partition);
  if (found == entries_.end()) return nullptr;
  Entry entry = std::move(found->second);
  entries_.erase(found);
  return entry.offset == offset ? std::move(entry.state) : nullptr;
}

void StateShelf::tidy(std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return now_ms - entry.second.since_ms >= kKeep_ms; });
}

}  // namespace pairwatch
