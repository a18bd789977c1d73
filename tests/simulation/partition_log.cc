#include "tests/simulation/partition_log.h"

#include <algorithm>

namespace pairwatch::simulation {

std::string StoredRecord::header(const std::string& name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? std::string() : found->second;
}

std::int64_t PartitionLog::append(StoredRecord record, std::int64_t producer_id) {
  const bool is_open = producer_id != kNoTransaction;
  if (is_open) open_.try_emplace(producer_id, end_);
  entries_.push_back({end_, producer_id, false, is_open ? EntryState::kOpen : EntryState::kCommitted, std::move(record)});
  return end_++;
}

void PartitionLog::end_transaction(std::int64_t producer_id, bool commit) {
  const EntryState state = commit ? EntryState::kCommitted : EntryState::kAborted;
  if (const auto found = open_.find(producer_id); found != open_.end()) {
    for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->offset >= found->second; ++entry) {
      if (entry->producer_id == producer_id && !entry->is_marker && entry->state == EntryState::kOpen) entry->state = state;
    }
    open_.erase(found);
  }
  entries_.push_back({end_++, producer_id, true, state, {}});
}

std::int64_t PartitionLog::last_stable() const {
  std::int64_t stable = end_;
  for (const auto& [producer, first] : open_) stable = std::min(stable, first);
  return stable;
}

const LogEntry* PartitionLog::next_committed(std::int64_t offset) const {
  const std::int64_t stable = last_stable();
  auto entry = std::lower_bound(entries_.begin(), entries_.end(), offset,
                                [](const LogEntry& left, std::int64_t right) { return left.offset < right; });
  for (; entry != entries_.end() && entry->offset < stable; ++entry) {
    if (!entry->is_marker && entry->state == EntryState::kCommitted) return &*entry;
  }
  return nullptr;
}

const LogEntry* PartitionLog::next(std::int64_t offset) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const LogEntry& entry) { return entry.offset >= offset && !entry.is_marker; });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<const LogEntry*> PartitionLog::committed() const {
  std::vector<const LogEntry*> found;
  for (const LogEntry* entry = next_committed(0); entry != nullptr; entry = next_committed(entry->offset + 1))
    found.push_back(entry);
  return found;
}

void PartitionLog::compact(std::int64_t before, std::int64_t now_ms, std::int64_t retention_ms) {
  before = std::min({before, last_stable(), end_ - 1});
  std::map<std::string, std::int64_t> last;
  for (const LogEntry& entry : entries_) {
    if (entry.offset >= before) break;
    if (!entry.is_marker && entry.state == EntryState::kCommitted && entry.record.key) last[*entry.record.key] = entry.offset;
  }
  std::erase_if(entries_, [&](LogEntry& entry) {
    if (entry.offset >= before) return false;
    if (entry.is_marker || entry.state != EntryState::kCommitted || !entry.record.key) return true;
    if (last.at(*entry.record.key) != entry.offset) return true;
    if (entry.record.value) return false;
    if (entry.delete_at_ms < 0) entry.delete_at_ms = now_ms + retention_ms;
    return entry.delete_at_ms <= now_ms;
  });
}

}  // namespace pairwatch::simulation
