#include "topology/store/memory_store.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "processors/core/check.h"

namespace pairwatch {
namespace {

using Size = std::uint32_t;

/// The allocator hands out 16 n + 8 bytes; what lies between is free to grow into.
constexpr std::size_t allocation_for(std::size_t value_bytes) { return (value_bytes + sizeof(Size) + 7) / 16 * 16 + 8; }

}  // namespace

std::string_view MemoryStore::Blob::view() const {
  if (!bytes_) return {};
  Size size;
  std::memcpy(&size, bytes_.get(), sizeof size);
  return {bytes_.get() + sizeof size, size};
}

void MemoryStore::Blob::assign(std::string_view value) {
  check(value.size() < std::numeric_limits<Size>::max() - 64, "an entry is smaller than 4 GiB");
  const auto size = static_cast<Size>(value.size());
  if (!bytes_ || allocation_for(view().size()) != allocation_for(value.size())) {
    bytes_.reset(new char[allocation_for(value.size())]);
  }
  std::memcpy(bytes_.get(), &size, sizeof size);
  std::memcpy(bytes_.get() + sizeof size, value.data(), value.size());
}

std::string_view MemoryStore::get(const Hash128& key) {
  if (const auto changed = overlay_.find(key)) return *changed;
  const Table& table = table_of(key);
  const auto found = table.find(key);
  return found == table.end() ? std::string_view{} : found->second.view();
}

void MemoryStore::set(const Hash128& key, std::string_view value) {
  Table& table = table_of(key);
  if (value.empty()) {
    if (const auto found = table.find(key); found != table.end()) {
      value_bytes_ -= found->second.view().size();
      --entry_count_;
      table.erase(found);
    }
    return;
  }
  const auto [found, inserted] = table.try_emplace(key);
  if (inserted) ++entry_count_;
  value_bytes_ -= found->second.view().size();
  found->second.assign(value);
  value_bytes_ += value.size();
}

void MemoryStore::commit(const StoreProgress& progress) {
  overlay_.for_each([this](const Hash128& key, std::string_view value) { set(key, value); });
  overlay_.clear();
  progress_ = progress;
}

void MemoryStore::restore(const Hash128& key, std::string_view value) {
  check(overlay_.empty(), "nothing is restored within a transaction");
  set(key, value);
}

void MemoryStore::wipe() {
  overlay_.clear();
  for (Table& table : tables_) table = Table{};  // clear() would keep the memory
  entry_count_ = 0;
  value_bytes_ = 0;
  progress_ = {};
}

void MemoryStore::visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  for (const auto& [key, blob] : tables_[static_cast<std::size_t>(part)]) visit(key, blob.view());
}

void MemoryStore::for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  for (const Table& table : tables_) {
    for (const auto& [key, blob] : table) visit(key, blob.view());
  }
}

std::size_t MemoryStore::expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) {
  std::size_t erased = 0;
  std::vector<Hash128> expired;
  for (int part = 0; part < std::min(parts, kParts); ++part) {
    expired.clear();
    for (const auto& [key, blob] : tables_[static_cast<std::size_t>(next_part_)]) {
      if (last_event(blob.view()) < before && !overlay_.contains(key)) expired.push_back(key);
    }
    next_part_ = (next_part_ + 1) % kParts;
    std::sort(expired.begin(), expired.end());  // the table's own order differs from run to run
    for (const Hash128& key : expired) erase(key);
    erased += expired.size();
  }
  return erased;
}

}  // namespace pairwatch
