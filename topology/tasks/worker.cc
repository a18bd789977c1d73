#include "topology/tasks/worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "processors/core/check.h"
#include "topology/tasks/rules_notes.h"

namespace pairwatch {
namespace {

constexpr std::int64_t kProgressInterval_us = 1'000'000;
constexpr std::int64_t kRestartPause_ms = 500;
/// How long after their time to live entries go: long after the room itself has treated them as forgotten.
constexpr Duration kExpiryGrace = hours(1);
constexpr int kMostRewindsWithoutEffect = 3;

}  // namespace

Worker::Worker(WorkerConfig config, SinkConfig sink, ProcessorFactory make_processor, Broker& broker, ChangelogReader* changelog,
               Stores& stores, RuntimeClock& clock, RuntimeObserver& observer, SharedState& shared)
    : config_(std::move(config)),
      make_processor_(std::move(make_processor)),
      broker_(broker),
      stores_(stores),
      clock_(clock),
      observer_(observer),
      shared_(shared),
      sink_(std::move(sink), broker, clock),
      crash_watch_(config_.crash_note),
      commit_began_us_(clock_.monotonic_us()),
      name_(std::string(service_name(config_.service)) + '-' + std::to_string(config_.worker)) {
  check((changelog != nullptr) == config_.changelog_topic.has_value(), "who writes a changelog can read it");
  if (changelog != nullptr) restorer_.emplace(*changelog, config_.restore, clock_);
}

Worker::End Worker::run(const std::atomic<bool>& stop) {
  stop_ = &stop;
  while (!is_stopping()) {
    if (!step()) break;
  }
  return finish();
}

bool Worker::step() {
  if (!reason_.empty()) return false;
  watch_progress();
  if (!has_producer_ && !make_producer()) {
    report_readiness();
    return true;
  }
  take_newer_rules();
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
  begin_restores();
  start_restored_tasks();
  if (open_ && is_due()) commit();
  end_warm_ups();
  report_readiness();
  if (clock_.monotonic_us() - reported_us_ >= kProgressInterval_us) {
    report_progress();
    open_for_positions();
    if (!open_ || commit()) {
      fire_timers();
      expire();
    }
  }
  return reason_.empty();
}

Worker::End Worker::finish() {
  const bool had_reason = !reason_.empty();
  const bool committed = !open_ || (!had_reason && commit());
  report_progress();
  while (!tasks_.empty()) remove(tasks_.begin()->first);
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
    if (process_one(records[i])) continue;
    discard(records.subspan(i));
    break;
  }
  pause_processing();
}

/// Only these offsets tell, after the rewind, a record that was fetched before it from the next one.
void Worker::discard(std::span<const Record> records) {
  for (const Record& record : records) {
    if (Task* task = running_task(record.partition)) task->note_discarded(record.offset);
  }
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
  if (const BrokerResult error = begin_transaction()) return end_transaction(*error, {});
  sink_.begin_record(record, task->is_warming() ? &task->store() : nullptr);
  note_rules(*task, record.offset);
  if (crash_watch_.is_poison(record.partition, record.offset)) {
    spdlog::error("{}: deciding {}/{} at offset {} has ended the process {} times: it becomes a dead letter", name_,
                  config_.input_topic, record.partition, record.offset, CrashNotes::kDeaths);
    task->refuse(record, Reject::kCrashed, sink_);
  } else {
    crash_watch_.begin(record.partition, record.offset);
    task->process(record, sink_);
    crash_watch_.end();
  }
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
    tasks_.emplace(partition, std::move(task));
  }
  if (!partitions.empty()) spdlog::info("{}: {} partitions of {} assigned", name_, partitions.size(), config_.input_topic);
  // Answered at once and read from later, so that the group never waits for a restore.
  if (const BrokerResult error = broker_.assign({})) cannot_go_on("cannot accept its partitions: " + error->message);
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
  for (const std::int32_t partition : partitions) remove(partition);
  spdlog::info("{}: {} partitions of {} {}", name_, partitions.size(), config_.input_topic, lost ? "lost" : "given up");
  if (const BrokerResult error = broker_.unassign(partitions)) cannot_go_on("cannot give up its partitions: " + error->message);
}

void Worker::remove(std::int32_t partition) {
  const auto found = tasks_.find(partition);
  if (found == tasks_.end()) return;
  if (restorer_) restorer_->stop(partition);
  restoring_.erase(partition);
  set_state(*found->second, TaskState::kClosed);
  std::unique_ptr<PartitionStore> store = found->second->take_store();
  if (store) {
    stores_.give_back(partition, std::move(store));
  } else {
    stores_.withdraw(partition);
  }
  observer_.forget(config_.service, config_.input_topic, partition);
  if (found->second->is_warming()) observer_.warming(config_.service, partition, false);
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
  stores_.tidy();
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
  if (restorer_) {
    const auto restoring = static_cast<std::int64_t>(restorer_->remaining());
    const std::int64_t before = std::exchange(told_restoring_, restoring);
    observer_.restoring(config_.store,
                        static_cast<std::uint64_t>(shared_.restoring.fetch_add(restoring - before) + restoring - before));
  }
  const std::int64_t all_entries = shared_.entries.fetch_add(entries - told_entries_) + entries - told_entries_;
  const std::int64_t all_bytes = shared_.bytes.fetch_add(bytes - told_bytes_) + bytes - told_bytes_;
  told_entries_ = entries;
  told_bytes_ = bytes;
  observer_.store(config_.store, static_cast<std::uint64_t>(all_entries), static_cast<std::uint64_t>(all_bytes));
}

/// What lies after the last record of a partition, the marker of its transaction, is committed too: others would take it for lag.
void Worker::open_for_positions() {
  if (open_ || rewind_is_due_) return;
  const auto has_moved = [](const auto& entry) { return entry.second->touched(); };
  if (!std::any_of(tasks_.begin(), tasks_.end(), has_moved)) return;
  if (const BrokerResult error = begin_transaction()) end_transaction(*error, {});
}

/// A sixty-fourth of each task's entries is looked at; what goes is erased from the changelog too, in a transaction as any other.
void Worker::expire() {
  if (!config_.last_event || rewind_is_due_) return;
  const LastEvent last_event = [this](std::string_view stored) {
    if (is_rules_note(stored)) return EventTime{std::numeric_limits<std::int64_t>::max()};  // they have a bound of their own
    return is_held_case(stored) ? raised_at_of(stored) : config_.last_event(stored);
  };
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kRunning || task->newest_event() == kNever || task->touched()) continue;
    if (!task->expire(last_event, task->newest_event() - config_.time_to_live - kExpiryGrace)) continue;
    if (const BrokerResult error = begin_transaction()) {
      end_transaction(*error, {});
      return;
    }
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
