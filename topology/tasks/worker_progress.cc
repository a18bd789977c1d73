// Whether a worker gets on. Its loop going round says nothing: a client can give nothing for ever, and a transaction fail again and
// again. Progress is a commit, a restore that moves, or having nothing to do, which Kafka itself is asked; without an answer it is
// Kafka that stands still, and a new start would not help. A worker that hangs in a call tells nothing at all, which shows as well.

#include <algorithm>
#include <utility>
#include <vector>

#include "topology/tasks/worker.h"

namespace pairwatch {

void Worker::note_progress() {
  looked_us_ = clock_.monotonic_us();
  observer_.progressed(config_.service, config_.worker);
}

void Worker::watch_progress() {
  if (clock_.monotonic_us() - looked_us_ < config_.progress_interval.ms * 1000) return;
  const std::string work = work_left();
  if (work.empty()) return note_progress();
  looked_us_ = clock_.monotonic_us();
  observer_.stands_still(config_.service, config_.worker, work);
}

/// What it should have got on with; empty: nothing, or it is Kafka that does not answer.
std::string Worker::work_left() {
  if (!has_producer_ || tasks_.empty()) return {};
  if (restorer_) {
    const std::pair seen(restorer_->records(), restorer_->remaining());
    if (std::exchange(restore_seen_, seen) != seen) return {};
  }
  std::vector<PartitionOffset> ends;
  for (const auto& [partition, task] : tasks_) ends.push_back({partition, kNoOffset});
  if (broker_.readable_ends(ends)) return {};
  for (const PartitionOffset& end : ends) {
    const Task& task = *tasks_.at(end.partition);
    const std::string name = config_.input_topic + '/' + std::to_string(end.partition);
    if (task.state() != TaskState::kRunning) return name + " is not restored";
    const std::int64_t committed = std::max<std::int64_t>(task.committed_offset(), 0);
    if (end.offset > committed) return name + " is not committed beyond offset " + std::to_string(committed);
  }
  return {};
}

}  // namespace pairwatch
