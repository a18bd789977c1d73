#include "topology/tasks/table_follower.h"

#include <algorithm>

namespace pairwatch {

TableFollower::TableFollower(std::int32_t partitions, ChangelogReader& reader, GlobalTable& table, RuntimeClock& clock)
    : partitions_(static_cast<std::size_t>(partitions)), reader_(reader), table_(table), clock_(clock) {}

bool TableFollower::start(std::int32_t number) {
  ChangelogBounds bounds;
  BrokerResult problem = reader_.bounds(number, bounds);
  if (!problem) problem = reader_.start({number, bounds.begin});
  if (!problem) {
    partitions_[static_cast<std::size_t>(number)] = {true, bounds.begin, bounds.end};
    return true;
  }
  (problem->error_class == ErrorClass::kFatal ? reason_ : waiting_for_) = problem->message;
  return false;
}

void TableFollower::step(int timeout_ms) {
  waiting_for_.clear();
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (!partitions_[i].is_started && !start(static_cast<std::int32_t>(i))) return;
  }
  const ChangelogRead read = reader_.poll(timeout_ms);
  take(read);
  publish_what_is_due(read.records.empty());
}

void TableFollower::take(const ChangelogRead& read) {
  for (const Record& record : read.records) table_.apply(record.key, record.value);
  is_changed_ |= !read.records.empty();
  for (const PartitionOffset& position : read.positions) {
    Partition& partition = partitions_[static_cast<std::size_t>(position.partition)];
    partition.next = std::max(partition.next, position.offset);
  }
}

void TableFollower::publish_what_is_due(bool is_quiet) {
  const std::int64_t now_us = clock_.monotonic_us();
  const bool is_first = !is_loaded_;
  if (is_first && behind() > 0) return;
  if (!is_first && (!is_changed_ || (!is_quiet && now_us - published_us_ < kPublishInterval_ms * 1000))) return;
  table_.publish();
  is_loaded_ = true;
  is_changed_ = false;
  published_us_ = now_us;
}

std::uint64_t TableFollower::behind() const {
  if (is_loaded_) return 0;
  std::uint64_t records = 0;
  for (const Partition& partition : partitions_) {
    if (!partition.is_started) {
      ++records;  // at least one, as far as anybody knows
    } else if (partition.next < partition.end) {
      records += static_cast<std::uint64_t>(partition.end - partition.next);
    }
  }
  return records;
}

void TableFollower::close() {
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (partitions_[i].is_started) reader_.stop(static_cast<std::int32_t>(i));
  }
}

}  // namespace pairwatch
