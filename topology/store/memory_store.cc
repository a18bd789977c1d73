#include "topology/store/memory_store.h"

#include <algorithm>
#include <cstring>
#include <limits>

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
  if (!changes_.empty()) {
    if (const auto found = changed_.find(key); found != changed_.end()) return value_of(changes_[found->second]);
  }
  const Table& table = table_of(key);
  const auto found = table.find(key);
  return found == table.end() ? std::string_view{} : found->second.view();
}

MemoryStore::Change& MemoryStore::change_of(const Hash128& key) {
  const auto [found, inserted] = changed_.try_emplace(key, static_cast<std::uint32_t>(changes_.size()));
  if (inserted) changes_.push_back({key});
  return changes_[found->second];
}

void MemoryStore::put(const Hash128& key, std::string_view value) {
  check(!value.empty(), "an entry has at least one byte");
  Change& change = change_of(key);
  change.offset = transaction_bytes_.size();
  change.size = value.size();
  transaction_bytes_.append(value);
}

void MemoryStore::erase(const Hash128& key) { change_of(key).size = 0; }

void MemoryStore::commit(const StoreProgress& progress) {
  for (const Change& change : changes_) {
    Table& table = table_of(change.key);
    if (change.size == 0) {
      if (const auto found = table.find(change.key); found != table.end()) {
        value_bytes_ -= found->second.view().size();
        --entry_count_;
        table.erase(found);
      }
      continue;
    }
    const auto [found, inserted] = table.try_emplace(change.key);
    if (inserted) ++entry_count_;
    value_bytes_ -= found->second.view().size();
    found->second.assign(value_of(change));
    value_bytes_ += change.size;
  }
  progress_ = progress;
  abort();
}

void MemoryStore::restore(const Hash128& key, std::string_view value) {
  if (value.empty()) {
    erase(key);
  } else {
    put(key, value);
  }
}

void MemoryStore::wipe() {
  abort();
  for (Table& table : tables_) table.clear();
  entry_count_ = value_bytes_ = 0;
  progress_ = {};
}

void MemoryStore::abort() {
  changed_.clear();
  changes_.clear();
  transaction_bytes_.clear();
}

void MemoryStore::changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  for (const Change& change : changes_) visit(change.key, value_of(change));
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
      if (last_event(blob.view()) < before && !changed_.contains(key)) expired.push_back(key);
    }
    next_part_ = (next_part_ + 1) % kParts;
    std::sort(expired.begin(), expired.end());  // the table's own order differs from run to run
    for (const Hash128& key : expired) erase(key);
    erased += expired.size();
  }
  return erased;
}

}  // namespace pairwatch
