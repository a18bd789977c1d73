#include "topology/tasks/restorer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "processors/core/check.h"

namespace pairwatch {

BrokerResult Restorer::begin(PartitionStore& store, const CommittedOffset& committed) {
  check(!partitions_.contains(committed.partition), "a partition is restored once at a time");
  ChangelogBounds log;
  if (BrokerResult error = reader_.bounds(committed.partition, log)) return error;
  const RestorePlan plan = plan_restore(store.progress(), committed, log, clock_.now_ms(), rules_);
  if (plan.way == RestorePlan::Way::kRefuse) return BrokerError{ErrorClass::kFatal, plan.reason};
  if (plan.wipe_first) {
    if (!plan.reason.empty()) {
      spdlog::warn("{} partition {}: the state held here is made anew from {}: {}", rules_.service, committed.partition,
                   rules_.changelog, plan.reason);
    }
    store.wipe();
  }
  Partition partition;
  partition.store = &store;
  partition.input_offset = committed.offset;
  partition.bound = plan.bound;
  partition.must_be_empty = plan.must_be_empty;
  partition.began_ms = clock_.now_ms();
  partition.as_of_ms = store.progress().changelog_offset > 0 ? store.progress().changelog_time_ms : partition.began_ms;
  switch (plan.way) {
    case RestorePlan::Way::kRefuse: break;
    case RestorePlan::Way::kUpToDate:
      partition.position = plan.bound;
      finish(committed.partition, partition);
      break;
    case RestorePlan::Way::kRead:
      partition.position = plan.from;
      if (BrokerResult error = reader_.start({committed.partition, plan.from})) return error;
      break;
  }
  partitions_.emplace(committed.partition, partition);
  return {};
}

void Restorer::advance(int timeout_ms) {
  const bool is_reading =
      std::any_of(partitions_.begin(), partitions_.end(), [](const auto& entry) { return !entry.second.is_done; });
  if (!is_reading || !reason_.empty()) return;
  const ChangelogRead read = reader_.poll(timeout_ms);
  for (const Record& record : read.records) {
    const auto found = partitions_.find(record.partition);
    if (found != partitions_.end() && !found->second.is_done) take(record, found->second);
    if (!reason_.empty()) return;
  }
  for (const PartitionOffset& moved : read.positions) {
    const auto found = partitions_.find(moved.partition);
    if (found == partitions_.end() || found->second.is_done || found->second.is_in_doubt) continue;
    Partition& partition = found->second;
    partition.position = std::max(partition.position, moved.offset);
    if (partition.position >= partition.bound) {
      finish(moved.partition, partition);
    } else if (partition.uncommitted >= kCommitRecords) {
      save(partition, kNoOffset);
    }
  }
}

void Restorer::take(const Record& record, Partition& partition) {
  if (record.offset < partition.position || record.offset >= partition.bound) return;
  if (partition.must_be_empty) {
    partition.is_in_doubt = true;
    return;
  }
  const std::optional<Hash128> key = changelog_key_from(record.key);
  if (!key) {
    reason_ = refusal_of_foreign_record(record.partition, record.offset, rules_);
    return;
  }
  partition.store->restore(*key, record.value);
  partition.position = record.offset + 1;
  ++partition.uncommitted;
  ++records_;
}

void Restorer::finish(std::int32_t number, Partition& partition) {
  reader_.stop(number);
  partition.position = std::max(partition.position, partition.bound);
  partition.is_done = true;
  partition.as_of_ms = partition.began_ms;
  save(partition, partition.input_offset);
}

void Restorer::save(Partition& partition, std::int64_t input_offset) {
  partition.store->commit({input_offset, std::min(partition.position, partition.bound), partition.as_of_ms});
  partition.uncommitted = 0;
  if (!partition.store->failure().empty()) reason_ = partition.store->failure();
}

bool Restorer::is_done(std::int32_t partition) const {
  const auto found = partitions_.find(partition);
  return found != partitions_.end() && found->second.is_done;
}

std::vector<std::int32_t> Restorer::in_doubt() const {
  std::vector<std::int32_t> found;
  for (const auto& [number, partition] : partitions_) {
    if (partition.is_in_doubt) found.push_back(number);
  }
  return found;
}

void Restorer::stop(std::int32_t partition) {
  if (partitions_.erase(partition) > 0) reader_.stop(partition);
}

std::uint64_t Restorer::remaining() const {
  std::uint64_t records = 0;
  for (const auto& [number, partition] : partitions_) {
    if (partition.bound > partition.position) records += static_cast<std::uint64_t>(partition.bound - partition.position);
  }
  return records;
}

}  // namespace pairwatch
