// How a worker's new partitions come to run: their stores opened, restored, and read from where the group stands.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "topology/tasks/worker.h"

namespace pairwatch {
namespace {

constexpr std::uint64_t kTellingRestore = 50'000;  ///< records from which on a restore's rate says something of the next

}  // namespace

/// Takes what this process holds of each new partition, unless another of its workers is still at it.
void Worker::open_created_tasks() {
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kCreated) continue;
    std::unique_ptr<PartitionStore> store = stores_.open(partition);
    if (!store) continue;
    task->open(std::move(store));
    observer_.task(config_.service, partition, task->state());
  }
}

/// Learns where the group stands, for tasks of which that is not known yet, and begins to bring their state there.
void Worker::begin_restores() {
  open_created_tasks();
  std::vector<CommittedOffset> asked;
  for (const auto& [partition, task] : tasks_) {
    if (task->state() == TaskState::kRestoring && !restoring_.contains(partition)) asked.push_back({partition, kNoOffset, {}});
  }
  if (asked.empty() || !reason_.empty()) return;
  if (const BrokerResult error = broker_.committed(asked)) {
    if (may_tell()) spdlog::warn("{}: cannot read what its group has committed: {}; trying again", name_, error->message);
    return;
  }
  if (restoring_.empty()) {
    restore_began_us_ = clock_.monotonic_us();
    restored_before_ = restorer_ ? restorer_->records() : 0;
  }
  for (const CommittedOffset& committed : asked) {
    if (!begin_restore(*tasks_.at(committed.partition), committed)) return;
    if (const std::optional<OffsetNote> note = note_from(committed.metadata))
      transaction_ = std::max(transaction_, note->transaction + 1);
    restoring_.emplace(committed.partition, committed);
  }
  if (!restorer_ || restorer_->remaining() == 0) return;
  may_tell();  // that is told now; rate and time left are worth telling once there is one
  spdlog::info("{}: restores {} partitions from {}: at most {} records, about {:.0f} s at {:.0f} a second", name_,
               restoring_.size(), config_.restore.changelog, restorer_->remaining(),
               static_cast<double>(restorer_->remaining()) / restore_rate_, restore_rate_);
}

/// False: not now, or never.
bool Worker::begin_restore(Task& task, const CommittedOffset& committed) {
  if (!restorer_) {
    // What this process holds is good where the group stands exactly there.
    if (task.store().progress().input_offset != committed.offset) {
      task.store().wipe();
      task.store().commit({committed.offset, 0, 0});
    }
    return true;
  }
  const BrokerResult error = restorer_->begin(task.store(), committed);
  if (!error) return true;
  if (error->error_class != ErrorClass::kRetriable) {
    cannot_go_on(error->message);
  } else if (may_tell()) {
    spdlog::warn("{}: cannot read the changelog {}: {}; trying again", name_, config_.restore.changelog, error->message);
  }
  return false;
}

/// While this worker was held up, the partitions may have gone to another, who has committed the first offset of them: then what
/// was asked for is out of date, and the restore begins again.
void Worker::resolve_doubts() {
  std::vector<CommittedOffset> asked;
  for (const std::int32_t partition : restorer_->in_doubt()) asked.push_back({partition, kNoOffset, {}});
  if (asked.empty() || broker_.committed(asked)) return;  // asked again in the next round
  for (const CommittedOffset& committed : asked) {
    if (committed.offset == kNoOffset) return restorer_->refuse(committed.partition);
    restorer_->stop(committed.partition);
    restoring_.erase(committed.partition);
  }
}

void Worker::start_restored_tasks() {
  if (restoring_.empty() || !reason_.empty()) return;
  if (restorer_) {
    // While others run, only what has been fetched already is taken.
    const bool others_run = restoring_.size() < tasks_.size();
    restorer_->advance(others_run ? 0 : config_.poll_timeout_ms);
    resolve_doubts();
    if (!restorer_->reason().empty()) return cannot_go_on(restorer_->reason());
  }
  std::vector<PartitionOffset> starting;
  std::set<std::int32_t> is_warming;
  for (const auto& [partition, committed] : restoring_) {
    if (restorer_ && !restorer_->is_done(partition)) continue;
    starting.push_back({partition, committed.offset});
    const std::optional<OffsetNote> note = note_from(committed.metadata);
    // Whether a start is the first of its partition is decided once: what is committed says so from then on.
    if (committed.offset == kNoOffset ? config_.warm_up != nullptr : note && note->is_warming) is_warming.insert(partition);
  }
  if (!starting.empty()) {
    if (const BrokerResult error = broker_.assign(starting)) {
      if (may_tell()) spdlog::warn("{}: cannot start reading {}: {}; trying again", name_, config_.input_topic, error->message);
      return;
    }
  }
  for (const PartitionOffset& start : starting) {
    if (restorer_) restorer_->stop(start.partition);
    restoring_.erase(start.partition);
    if (is_warming.contains(start.partition)) {
      observer_.warming(config_.service, start.partition, true);
      spdlog::info("{}: partition {} warms up: cases are held back until its history is through (warm_up)", name_, start.partition);
    }
    tasks_.at(start.partition)->start(start.offset, make_processor_, is_warming.contains(start.partition));
    observer_.task(config_.service, start.partition, TaskState::kRunning);
  }
  tell_of_restore();
}

/// How far restoring has come, now and then, and at its end.
void Worker::tell_of_restore() {
  if (!restorer_) return;
  const std::uint64_t records = restorer_->records() - restored_before_;
  const double seconds = static_cast<double>(clock_.monotonic_us() - restore_began_us_) / 1e6;
  if (restoring_.empty()) {
    observer_.restored(config_.store, seconds);
    if (records >= kTellingRestore) restore_rate_ = static_cast<double>(records) / std::max(seconds, 0.001);
    if (records > 0)
      spdlog::info("{}: state is restored: {} records of {} in {:.1f} s", name_, records, config_.restore.changelog, seconds);
  } else if (records > 0 && may_tell()) {
    const double rate = static_cast<double>(records) / std::max(seconds, 0.001);
    spdlog::info("{}: restores {} partitions from {}: {} records read, at most {} left, {:.0f} a second, about {:.0f} s to go",
                 name_, restoring_.size(), config_.restore.changelog, records, restorer_->remaining(), rate,
                 static_cast<double>(restorer_->remaining()) / rate);
  }
}

}  // namespace pairwatch
