#include "topology/tasks/task.h"

#include <utility>

#include "processors/core/check.h"

namespace pairwatch {
namespace {

bool is_arrow(TaskState from, TaskState to) {
  switch (from) {
    case TaskState::kCreated: return to == TaskState::kRestoring || to == TaskState::kClosed;
    case TaskState::kRestoring: return to == TaskState::kRunning || to == TaskState::kClosed;
    case TaskState::kRunning: return to == TaskState::kSuspended || to == TaskState::kClosed;
    case TaskState::kSuspended: return to == TaskState::kClosed;
    case TaskState::kClosed: return false;
  }
  return false;
}

}  // namespace

void Task::become(TaskState next) {
  check(is_arrow(state_, next), "a task moves along the arrows of its life-cycle");
  state_ = next;
}

void Task::open(std::unique_ptr<PartitionStore> store) {
  become(TaskState::kRestoring);
  store_ = std::move(store);
}

void Task::start(std::int64_t committed, const ProcessorFactory& make_processor, bool is_warming) {
  become(TaskState::kRunning);
  processor_ = make_processor(*store_);
  next_offset_ = committed_offset_ = committed;
  is_warming_ = is_warming;
}

void Task::renew(const ProcessorFactory& make_processor) {
  check(state_ == TaskState::kRunning && store_->change_count() == 0, "rules change between two transactions");
  processor_.reset();  // the one before lets go of the store first
  processor_ = make_processor(*store_);
}

std::unique_ptr<PartitionStore> Task::take_store() {
  check(state_ == TaskState::kClosed, "state is taken from a closed task");
  processor_.reset();
  if (store_) store_->abort();
  return std::move(store_);
}

Task::Admission Task::admit(std::int64_t offset) const {
  if (next_offset_ != kNoOffset && offset < next_offset_) return Admission::kSeenBefore;
  if (expected_after_rewind_ != kNoOffset && offset > expected_after_rewind_) return Admission::kSkipsAhead;
  return Admission::kProcess;
}

void Task::note_first(std::int64_t offset) {
  if (next_offset_ == kNoOffset) next_offset_ = committed_offset_ = offset;
}

void Task::note_discarded(std::int64_t offset) {
  if (expected_after_rewind_ == kNoOffset && offset >= next_offset_) expected_after_rewind_ = offset;
}

void Task::process(const Record& record, Sink& sink) {
  check(state_ == TaskState::kRunning, "only a running task processes");
  if (first_in_transaction_ == kNoOffset) first_in_transaction_ = record.offset;
  expected_after_rewind_ = kNoOffset;
  processor_->process(record, sink);
  next_offset_ = record.offset + 1;
}

void Task::refuse(const Record& record, Reject reason, Sink& sink) {
  check(state_ == TaskState::kRunning, "only a running task refuses");
  if (first_in_transaction_ == kNoOffset) first_in_transaction_ = record.offset;
  expected_after_rewind_ = kNoOffset;
  sink.reject(record, reason);
  own_.count(reason);
  own_.count(Outcome::kDeadLetter);
  next_offset_ = record.offset + 1;
}

void Task::reached_end(std::int64_t offset) {
  if (next_offset_ == kNoOffset) {
    next_offset_ = committed_offset_ = offset;
  } else if (offset > next_offset_ && expected_after_rewind_ == kNoOffset) {
    next_offset_ = offset;
  }
}

bool Task::expire(const LastEvent& last_event, EventTime before) {
  check(!touched(), "entries expire at the beginning of a transaction");
  const std::size_t expired = store_->expire([&](std::string_view stored) { return last_event(stored); }, before, 1);
  if (expired == 0) return false;
  processor_->rollback();  // what is hot is dropped too, so that it does not matter what was
  own_.entries_expired += expired;
  return true;
}

bool Task::has_settled(bool is_near, bool is_at_end, std::int64_t now_us, std::int64_t for_us) {
  const bool has_moved = std::exchange(looked_offset_, next_offset_) != next_offset_;
  if (!is_near && (!is_at_end || has_moved)) {
    settled_since_us_ = -1;
    return false;
  }
  if (settled_since_us_ < 0) settled_since_us_ = now_us;
  return now_us - settled_since_us_ >= for_us;
}

void Task::fire(const Hash128& key, EventTime before, Sink& sink) {
  check(state_ == TaskState::kRunning, "only a running task fires timers");
  processor_->fire(key, before, sink);
  has_fired_ = true;
}

void Task::note_changelog_end(std::int64_t offset) {
  if (offset != kNoOffset) changelog_end_ = offset;
}

Tally Task::commit(std::int64_t now_ms) {
  const std::int64_t changelog = changelog_offset();
  store_->commit({next_offset_, changelog, now_ms});
  changelog_end_ = kNoOffset;
  if (std::exchange(ends_warm_up_, false)) is_warming_ = false;
  has_fired_ = false;
  committed_offset_ = next_offset_;
  noted_rules_ = noting_rules_;
  first_in_transaction_ = kNoOffset;
  Tally tally = processor_->take_tally();
  newest_event_ = std::max(newest_event_, tally.newest_event);
  tally.add(std::exchange(own_, {}));
  return tally;
}

void Task::abort() {
  if (processor_) {
    processor_->rollback();
    processor_->take_tally();
    store_->abort();
  }
  own_ = {};
  ends_warm_up_ = has_fired_ = false;
  noting_rules_ = noted_rules_;
  changelog_end_ = kNoOffset;
  next_offset_ = committed_offset_;
  if (first_in_transaction_ != kNoOffset) expected_after_rewind_ = first_in_transaction_;
  first_in_transaction_ = kNoOffset;
}

}  // namespace pairwatch
