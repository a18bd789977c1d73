// What is due in silence. A room lets it happen before the next record of its key; where none comes, a sweep does, which changes
// when it is written, never what it says. Only of a partition that has followed the clock for an hour: while history is read, what
// a key has still to hear may lie weeks before what others have heard.

#include <algorithm>
#include <utility>
#include <vector>

#include "topology/tasks/rules_notes.h"
#include "topology/tasks/worker.h"

namespace pairwatch {
namespace {

/// How long a partition has followed the clock, before silence is believed ...
constexpr Duration kSettling = hours(1);
/// ... and how far behind the clock what was due is written.
constexpr Duration kBehindTheClock = hours(1);
/// Entries of one partition in one transaction.
constexpr std::size_t kMostFired = 1'000;

}  // namespace

/// Once a second a sixty-fourth of each settled task's entries is looked at, as in expire().
void Worker::fire_timers() {
  if (!config_.next_due || rewind_is_due_) return;
  const EventTime until{clock_.now_ms() - kBehindTheClock.ms};
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kRunning || task->next_offset() == kNoOffset) continue;
    const std::int64_t end = broker_.end_offset(partition);
    const bool is_near = task->newest_event() >= until;
    const bool is_at_end = end != kNoOffset && task->next_offset() >= end;
    if (!task->has_settled(is_near, is_at_end, clock_.monotonic_us(), kSettling.ms * 1000) || task->touched()) continue;
    if (!fire_timers_of(*task, until)) return;
  }
  timer_part_ = (timer_part_ + 1) % PartitionStore::kExpiryParts;
}

/// In the order of due time, then key. False: there is no transaction for it.
bool Worker::fire_timers_of(Task& task, EventTime until) {
  std::vector<std::pair<EventTime, Hash128>> due;
  task.store().visit_part(timer_part_, [&](const Hash128& key, std::string_view stored) {
    if (is_rules_note(stored) || is_held_case(stored)) return;
    const EventTime at = config_.next_due(stored);
    if (at != kNever && at < until) due.emplace_back(at, key);
  });
  if (due.empty()) return true;
  std::sort(due.begin(), due.end());
  if (due.size() > kMostFired) due.resize(kMostFired);
  if (const BrokerResult error = begin_transaction()) {
    end_transaction(*error, {});
    return false;
  }
  sink_.begin_sweep(task.is_warming() ? &task.store() : nullptr);
  for (const auto& [at, key] : due) task.fire(key, until, sink_);
  if (!sink_.error()) return true;
  end_transaction(BrokerError(*sink_.error()), {});
  return false;
}

}  // namespace pairwatch
