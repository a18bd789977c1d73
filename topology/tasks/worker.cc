#include "topology/tasks/worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "topology/tasks/record_time.h"

namespace pairwatch {
namespace {

constexpr std::int64_t kProgressInterval_us = 1'000'000;
constexpr std::int64_t kRestartPause_ms = 500;
/// How long after their time to live entries go: long after the room itself has treated them as forgotten.
constexpr Duration kExpiryGrace = hours(1);
constexpr int kMostRewindsWithoutEffect = 3;

}  // namespace

Worker::Worker(WorkerConfig config, SinkConfig sink, ProcessorFactory make_processor, Broker& broker, RuntimeClock& clock,
               RuntimeObserver& observer, SharedState& shared)
    : config_(std::move(config)),
      make_processor_(std::move(make_processor)),
      broker_(broker),
      clock_(clock),
      observer_(observer),
      shared_(shared),
      sink_(std::move(sink), broker, clock),
      name_(std::string(service_name(config_.service)) + '-' + std::to_string(config_.worker)) {}

Worker::End Worker::run(const std::atomic<bool>& stop) {
  stop_ = &stop;
  while (!is_stopping()) {
    if (!step()) break;
  }
  return finish();
}

bool Worker::step() {
  if (!reason_.empty()) return false;
  observer_.alive(config_.service, config_.worker);
  if (!has_producer_ && !make_producer()) {
    report_readiness();
    return true;
  }
  if (rewind_is_due_) rewind();
  if (!reason_.empty()) return false;

  const Polled polled = broker_.poll(config_.poll_timeout_ms);
  switch (polled.kind) {
    case Polled::Kind::kRecords:
      process(polled.records);
      for (const PartitionOffset& end : polled.ends) {
        // After a rewind the end is met again.
        if (Task* task = running_task(end.partition); task != nullptr && !rewind_is_due_) task->reached_end(end.offset);
      }
      break;
    case Polled::Kind::kAssigned: assigned(polled.partitions); break;
    case Polled::Kind::kRevoked: give_up(polled.partitions, false); break;
    case Polled::Kind::kLost: give_up(polled.partitions, true); break;
    case Polled::Kind::kEnded: cannot_go_on(std::string(polled.reason)); return false;
  }
  start_created_tasks();
  if (open_ && is_due()) commit();
  report_readiness();
  if (clock_.monotonic_us() - reported_us_ >= kProgressInterval_us) {
    report_progress();
    if (!open_ || commit()) expire();
  }
  return reason_.empty();
}

Worker::End Worker::finish() {
  const bool had_reason = !reason_.empty();
  const bool committed = !open_ || (!had_reason && commit());
  report_progress();
  while (!tasks_.empty()) remove(tasks_.begin()->first, Keep::kNothing);
  if (!reason_.empty()) return End::kCannotGoOn;
  return committed ? End::kStopped : End::kNotCommitted;
}

const Task* Worker::task(std::int32_t partition) const {
  const auto found = tasks_.find(partition);
  return found == tasks_.end() ? nullptr : found->second.get();
}

bool Worker::make_producer() {
  const BrokerResult error = broker_.restart_producer();
  has_producer_ = !error;
  if (!error) return true;
  if (may_tell()) spdlog::warn("{}: cannot start its transactional producer: {}; trying again", name_, error->message);
  if (!is_stopping()) clock_.pause_ms(kRestartPause_ms);
  return false;
}

Task* Worker::running_task(std::int32_t partition) {
  if (last_task_ == nullptr || last_task_->partition() != partition) {
    const auto found = tasks_.find(partition);
    last_task_ = found == tasks_.end() ? nullptr : found->second.get();
  }
  return last_task_ != nullptr && last_task_->state() == TaskState::kRunning ? last_task_ : nullptr;
}

void Worker::process(std::span<const Record> records) {
  if (records.empty()) return;
  batch_began_us_ = clock_.monotonic_us();
  std::int32_t partition = -1;
  for (const Record& record : records) {
    if (record.partition == partition) continue;
    partition = record.partition;
    if (Task* task = running_task(partition)) task->note_first(record.offset);
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!process_one(records[i])) break;
    // One of each run of records tells well enough how far the partition has come.
    const bool ends_run = i + 1 == records.size() || records[i + 1].partition != records[i].partition;
    if (!ends_run || last_task_ == nullptr) continue;
    if (const std::optional<EventTime> at = event_time_of(config_.service, records[i].value)) last_task_->note_event_time(*at);
  }
  pause_processing();
}

/// False: what follows in the batch must not be processed; it will be read again.
bool Worker::process_one(const Record& record) {
  Task* task = running_task(record.partition);
  if (task == nullptr) return true;  // given up meanwhile: its new owner reads it
  switch (task->admit(record.offset)) {
    case Task::Admission::kProcess: break;
    case Task::Admission::kSeenBefore: return true;
    case Task::Admission::kSkipsAhead:
      if (++rewinds_without_effect_ <= kMostRewindsWithoutEffect) {
        rewind_is_due_ = true;
        return false;
      }
      spdlog::error("{}: records of {}/{} that were read before are gone; going on at offset {}", name_, config_.input_topic,
                    record.partition, record.offset);
      task->forget_rewind();
      break;
  }
  rewinds_without_effect_ = 0;
  if (!open_) {
    if (const BrokerResult error = retried([&] { return broker_.begin(); })) return end_transaction(*error, {});
    open_ = true;
    opened_us_ = clock_.monotonic_us();
  }
  sink_.begin_record(record);
  task->process(record, sink_);
  ++records_in_transaction_;
  if (sink_.error()) return end_transaction(BrokerError(*sink_.error()), {});
  if (records_in_transaction_ >= config_.commit_records || sink_.bytes() >= config_.commit_bytes) return commit();
  return true;
}

void Worker::assigned(std::span<const std::int32_t> partitions) {
  has_joined_ = true;
  for (const std::int32_t partition : partitions) {
    if (tasks_.contains(partition)) continue;
    auto task = std::make_unique<Task>(partition);
    observer_.task(config_.service, partition, TaskState::kCreated);
    set_state(*task, TaskState::kRestoring);
    tasks_.emplace(partition, std::move(task));
  }
  if (!partitions.empty()) spdlog::info("{}: {} partitions of {} assigned", name_, partitions.size(), config_.input_topic);
  // Answered at once and read from later, so that the group never waits for a restore.
  if (const BrokerResult error = broker_.assign({})) cannot_go_on("cannot accept its partitions: " + error->message);
}

void Worker::start_created_tasks() {
  std::vector<PartitionOffset> starting;
  for (const auto& [partition, task] : tasks_) {
    if (task->state() == TaskState::kRestoring) starting.push_back({partition, kNoOffset});
  }
  if (starting.empty() || !reason_.empty()) return;
  if (const BrokerResult error = broker_.committed(starting)) {
    if (may_tell()) spdlog::warn("{}: cannot read what its group has committed: {}; trying again", name_, error->message);
    return;
  }
  if (const BrokerResult error = broker_.assign(starting)) {
    if (may_tell()) spdlog::warn("{}: cannot start reading {}: {}; trying again", name_, config_.input_topic, error->message);
    return;
  }
  std::size_t without_state = 0;
  for (const PartitionOffset& start : starting) {
    std::unique_ptr<MemoryStore> state = shared_.shelf.take(start.partition, start.offset);
    if (!state && start.offset > 0) ++without_state;
    tasks_.at(start.partition)->start(start.offset, std::move(state), make_processor_);
    observer_.task(config_.service, start.partition, TaskState::kRunning);
  }
  warn_of_empty_state(without_state, starting.size());
}

void Worker::warn_of_empty_state(std::size_t without_state, std::size_t all) const {
  if (config_.store.empty() || without_state == 0) return;
  spdlog::warn(
      "{}: {} of {} partitions go on in the middle of {} with empty state: state is kept in memory and does not survive a "
      "restart or a move to another process yet, so what was known of these pairs and accounts is learned anew",
      name_, without_state, all, config_.input_topic);
}

void Worker::give_up(std::span<const std::int32_t> partitions, bool lost) {
  if (lost) {
    if (open_) end_transaction({ErrorClass::kAbortable, "partitions were lost"}, {});
  } else {
    for (const std::int32_t partition : partitions) {
      if (Task* task = running_task(partition)) set_state(*task, TaskState::kSuspended);
    }
    if (open_) commit();
  }
  // Also what was lost may come back to this process; the offset tells whether somebody else has gone on meanwhile.
  for (const std::int32_t partition : partitions) remove(partition, Keep::kState);
  spdlog::info("{}: {} partitions of {} {}", name_, partitions.size(), config_.input_topic, lost ? "lost" : "given up");
  if (const BrokerResult error = broker_.unassign(partitions)) cannot_go_on("cannot give up its partitions: " + error->message);
}

void Worker::remove(std::int32_t partition, Keep keep) {
  const auto found = tasks_.find(partition);
  if (found == tasks_.end()) return;
  Task& task = *found->second;
  set_state(task, TaskState::kClosed);
  if (keep == Keep::kState && task.entry_count() > 0) {
    shared_.shelf.put(partition, task.committed_offset(), task.take_state(), clock_.monotonic_us() / 1000);
  }
  observer_.forget(config_.service, config_.input_topic, partition);
  last_task_ = nullptr;
  tasks_.erase(found);
}

void Worker::set_state(Task& task, TaskState state) {
  task.become(state);
  observer_.task(config_.service, task.partition(), state);
}

void Worker::report_readiness() {
  std::string waiting_for;
  const auto is_running = [](const auto& entry) { return entry.second->state() == TaskState::kRunning; };
  if (!has_producer_) {
    waiting_for = "its transactional producer";
  } else if (!has_joined_) {
    waiting_for = "its consumer group";
  } else if (!std::all_of(tasks_.begin(), tasks_.end(), is_running)) {
    waiting_for = "tasks that restore";
  }
  if (waiting_for == told_readiness_) return;
  told_readiness_ = waiting_for;
  observer_.ready(config_.service, config_.worker, waiting_for.empty(), waiting_for);
}

void Worker::report_progress() {
  reported_us_ = clock_.monotonic_us();
  shared_.shelf.tidy(reported_us_ / 1000);
  std::int64_t entries = 0, bytes = 0;
  for (const auto& [partition, task] : tasks_) {
    entries += static_cast<std::int64_t>(task->entry_count());
    bytes += static_cast<std::int64_t>(task->byte_count());
    const std::int64_t end = broker_.end_offset(partition), next = task->next_offset();
    if (task->newest_event() != kNever) observer_.event_time(config_.service, partition, task->newest_event());
    if (end != kNoOffset && next != kNoOffset)
      observer_.lag(config_.service, config_.input_topic, partition, std::max<std::int64_t>(0, end - next));
  }
  if (config_.store.empty()) return;
  const std::int64_t all_entries = shared_.entries.fetch_add(entries - told_entries_) + entries - told_entries_;
  const std::int64_t all_bytes = shared_.bytes.fetch_add(bytes - told_bytes_) + bytes - told_bytes_;
  told_entries_ = entries;
  told_bytes_ = bytes;
  observer_.store(config_.store, static_cast<std::uint64_t>(all_entries), static_cast<std::uint64_t>(all_bytes));
}

/// A sixty-fourth of each task's entries is looked at.
void Worker::expire() {
  if (!config_.last_event) return;
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kRunning || task->newest_event() == kNever || task->touched()) continue;
    task->expire(config_.last_event, task->newest_event() - config_.time_to_live - kExpiryGrace);
  }
}

bool Worker::may_tell() {
  const std::int64_t now_us = clock_.monotonic_us();
  if (told_us_ >= 0 && now_us - told_us_ < config_.diagnosis_interval.ms * 1000) return false;
  told_us_ = now_us;
  return true;
}

void Worker::cannot_go_on(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
}

}  // namespace pairwatch
