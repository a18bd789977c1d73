// How a worker's transaction ends: committed, or as if it had never been.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "topology/tasks/worker.h"

namespace pairwatch {
namespace {

constexpr std::int64_t kRetryPause_ms = 50;

/// Revisions that were held back count as such, not as written.
std::uint64_t take_escalations(Tally& tally) {
  std::uint64_t count = 0;
  for (auto& of_severity : tally.escalations) {
    for (auto& of_status : of_severity) {
      for (std::uint64_t& of_subject : of_status) count += std::exchange(of_subject, 0);
    }
  }
  return count;
}

double as_seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

}  // namespace

/// Counted from commit to commit: what comes after a pause is committed at once, and a commit's own time does not add to the
/// interval. While a backlog is worked off, it makes the latency, not the commits: fewer of them write an entry that changes often
/// less often.
bool Worker::is_due() {
  const std::int64_t now_us = clock_.monotonic_us(), since_us = now_us - commit_began_us_;
  if (since_us < config_.commit_interval.ms * 1000) return false;
  return since_us >= config_.commit_interval_behind.ms * 1000 || !is_behind(now_us - opened_us_);
}

/// Whether what is left takes longer than commit_interval_behind, at the pace of the transaction that has been open for `open_us`.
bool Worker::is_behind(std::int64_t open_us) {
  std::int64_t left = 0;
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kRunning || task->next_offset() == kNoOffset) continue;
    const std::int64_t end = broker_.end_offset(partition);
    if (end != kNoOffset) left += std::max<std::int64_t>(0, end - task->next_offset());
  }
  const double pace = static_cast<double>(records_in_transaction_) / static_cast<double>(std::max<std::int64_t>(1, open_us));
  return static_cast<double>(left) > pace * static_cast<double>(config_.commit_interval_behind.ms * 1000);
}

BrokerResult Worker::begin_transaction() {
  if (open_) return {};
  if (BrokerResult error = retried([&] { return broker_.begin(); })) return error;
  open_ = true;
  opened_us_ = clock_.monotonic_us();
  return {};
}

bool Worker::commit() {
  const bool within_batch = pause_processing();
  commit_began_us_ = clock_.monotonic_us();
  bool committed = true;
  std::vector<CommittedOffset> sent;
  if (const BrokerResult error = commit_steps(sent)) {
    committed = end_transaction(*error, sent);
  } else {
    apply();
  }
  if (within_batch) batch_began_us_ = clock_.monotonic_us();
  return committed;
}

/// The time of rooms is told apart from that of commits. Whether it ran.
bool Worker::pause_processing() {
  const std::int64_t began_us = std::exchange(batch_began_us_, kNotProcessing);
  if (began_us != kNotProcessing) processing_us_ += clock_.monotonic_us() - began_us;
  return began_us != kNotProcessing;
}

BrokerResult Worker::commit_steps(std::vector<CommittedOffset>& sent) {
  if (BrokerResult error = write_changelog()) return error;
  if (BrokerResult error = retried([&] { return broker_.flush(); })) return error;
  ++transaction_;
  for (const auto& [partition, task] : tasks_) {
    if (!task->touched()) continue;
    if (!task->store().failure().empty()) {
      cannot_go_on("its state cannot be kept: " + task->store().failure());
      return BrokerError{ErrorClass::kAbortable, task->store().failure()};
    }
    if (config_.changelog_topic) {
      const std::int64_t end = broker_.written_end(*config_.changelog_topic, partition);
      if (end != kNoOffset && end <= task->changelog_offset()) {
        // What is restored from it would lack all that the old one held.
        cannot_go_on(config_.restore.changelog + " was deleted and made anew while it was written: stop every process of " +
                     config_.restore.service + ", then `pairwatch reset --service " + config_.restore.service + "`");
        return BrokerError{ErrorClass::kAbortable, "the changelog was made anew"};
      }
      task->note_changelog_end(end);
    }
    sent.push_back(
        {partition, task->next_offset(), as_metadata({task->changelog_offset(), transaction_, task->will_be_warming()})});
  }
  if (BrokerResult error = retried([&] { return broker_.send_offsets(sent); })) return error;
  return retried([&] { return broker_.commit(); });
}

/// One record for each entry that the transaction changed: the last value, or none where it was erased.
BrokerResult Worker::write_changelog() {
  BrokerResult first_error;
  for (const auto& [partition, task] : tasks_) {
    if (!task->touched()) continue;
    task->checkpoint();
    if (!config_.changelog_topic) continue;
    task->changes([&, to = partition](const Hash128& key, std::string_view value) {
      if (first_error) return;
      const std::string key_bytes = changelog_key(key);
      const std::string_view value_or_none = value.empty() ? std::string_view{} : value;
      first_error = broker_.produce({*config_.changelog_topic, key_bytes, value_or_none, {}, 0, to});
    });
    if (first_error) return first_error;
  }
  return {};
}

bool Worker::end_transaction(const BrokerError& error, const std::vector<CommittedOffset>& sent) {
  if (may_tell()) spdlog::warn("{}: a transaction of {} records did not commit: {}", name_, records_in_transaction_, error.message);
  bool committed = false;
  switch (error.error_class) {
    case ErrorClass::kRetriable:  // called again until retry_timeout
    case ErrorClass::kAbortable:
      if (open_ && retried([&] { return broker_.abort(); })) restart_producer();
      break;
    case ErrorClass::kFatal: restart_producer(); break;
    case ErrorClass::kOutcomeUnknown: committed = restart_producer() && was_committed(sent); break;
  }
  if (committed) {
    apply();
  } else {
    drop();
  }
  return committed;
}

/// False: the process is to stop before there is one.
bool Worker::restart_producer() {
  has_producer_ = false;
  report_readiness();
  while (!make_producer()) {
    watch_progress();
    if (is_stopping()) return false;
  }
  return true;
}

/// The group's offsets tell: they and the outputs became visible together, or neither did. One partition is enough; where none
/// holds what was sent, it was not committed, or the partitions have gone to others, who have committed since: then nothing of ours
/// can follow.
bool Worker::was_committed(const std::vector<CommittedOffset>& sent) {
  if (sent.empty()) return false;
  std::vector<CommittedOffset> found = sent;
  for (;;) {
    const BrokerResult error = retried([&] { return broker_.committed(found); });
    if (!error) break;
    if (error->error_class != ErrorClass::kRetriable || is_stopping()) {
      cannot_go_on("cannot learn whether its last transaction was committed: " + error->message +
                   "; the next start reads it from the broker");
      return false;
    }
    watch_progress();
  }
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (found[i] == sent[i]) return true;
  }
  return false;
}

void Worker::apply() {
  Tally tally;
  std::uint64_t silent = 0;
  const std::int64_t now_ms = clock_.now_ms();
  for (const auto& [partition, task] : tasks_) {
    if (!task->touched()) continue;
    const bool held_back = task->is_warming();
    Tally counted = task->commit(now_ms);
    if (held_back) silent += take_escalations(counted);
    tally.add(counted);
    // Kafka has it all: the next start restores what could not be kept here.
    if (!task->store().failure().empty()) cannot_go_on("its state cannot be kept: " + task->store().failure());
  }
  std::vector<EscalationLatency> latencies;
  for (const PendingLatency& pending : sink_.latencies()) {
    latencies.push_back({pending.severity, static_cast<double>(std::max<std::int64_t>(0, now_ms - pending.received_ms)) / 1e3});
  }
  tally.add(std::exchange(told_, {}));
  const std::int64_t commit_us = clock_.monotonic_us() - commit_began_us_;
  observer_.committed(config_.service, tally,
                      {records_in_transaction_, as_seconds(std::exchange(processing_us_, 0)), as_seconds(commit_us), latencies,
                       silent, std::exchange(told_count_, 0), sink_.headers_dropped()});
  records_in_transaction_ = 0;
  sink_.clear();
  open_ = false;
  note_progress();
}

void Worker::drop() {
  for (const auto& [partition, task] : tasks_) task->abort();
  if (open_) observer_.aborted(config_.service);
  processing_us_ = 0;
  told_ = {};
  told_count_ = 0;
  records_in_transaction_ = 0;
  sink_.clear();
  open_ = false;
  rewind_is_due_ = true;
}

void Worker::rewind() {
  std::vector<PartitionOffset> positions;
  for (const auto& [partition, task] : tasks_) {
    const bool is_read = task->state() == TaskState::kRunning && task->next_offset() != kNoOffset;
    if (is_read) positions.push_back({partition, task->next_offset()});
  }
  rewind_is_due_ = false;
  if (positions.empty()) return;
  if (const BrokerResult error = retried([&] { return broker_.seek(positions); })) {
    cannot_go_on("cannot go back to where its last transaction began: " + error->message);
  }
}

BrokerResult Worker::retried(const std::function<BrokerResult()>& call) {
  const std::int64_t began_us = clock_.monotonic_us();
  for (;;) {
    BrokerResult error = call();
    if (!error || error->error_class != ErrorClass::kRetriable) return error;
    if (clock_.monotonic_us() - began_us >= config_.retry_timeout.ms * 1000) return error;
    watch_progress();
    clock_.pause_ms(kRetryPause_ms);
  }
}

}  // namespace pairwatch
