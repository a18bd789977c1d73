// How a partition's warm-up ends: the cases that were held back are written, and the note beside its offset says that it is over.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "processors/core/check.h"
#include "topology/tasks/warm_up.h"
#include "topology/tasks/worker.h"

namespace pairwatch {

void Worker::end_warm_ups() {
  if (rewind_is_due_ || !reason_.empty()) return;
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kRunning || !task->is_warming()) continue;
    if (config_.warm_up != nullptr && !config_.warm_up->is_over(partition, task->next_offset())) continue;
    if (!tell_held_cases(*task)) return;
  }
}

/// Everything in transactions of at most kToldAtOnce cases; the last one ends the warm-up. False: one did not commit. What was told
/// by then has no entry any more, and the next round goes on with the rest.
bool Worker::tell_held_cases(Task& task) {
  if (open_ && !commit()) return false;
  std::vector<Hash128> keys;
  task.store().for_each([&](const Hash128& key, std::string_view entry) {
    if (is_held_case(entry)) keys.push_back(key);
  });
  std::sort(keys.begin(), keys.end());  // in an order of their own, not of the store's
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!tell_held_case(task, keys[i])) return false;
    const bool is_full = (i + 1) % kToldAtOnce == 0 || sink_.bytes() >= config_.commit_bytes;
    if (is_full && !commit()) return false;
  }
  if (task.next_offset() == kNoOffset) {
    task.end_warm_up_unsaid();  // nothing was ever read: there is no offset beside which to say it, and nothing to lose
  } else {
    if (const BrokerResult error = begin_transaction()) return end_transaction(*error, {});
    task.end_warm_up();
    if (!commit()) return false;
  }
  observer_.warming(config_.service, task.partition(), false);
  spdlog::info("{}: partition {} has warmed up: {} open cases are written, and from here on each as it comes", name_,
               task.partition(), keys.size());
  return true;
}

bool Worker::tell_held_case(Task& task, const Hash128& key) {
  const std::optional<HeldCase> held = held_case_from(task.store().get(key));
  if (!held) {
    cannot_go_on("a case that was held back during the warm-up cannot be read: it was written by a newer release; use that one");
    return false;
  }
  if (const BrokerResult error = begin_transaction()) return end_transaction(*error, {});
  const Severity severity = sink_.tell(*held);
  told_.count(severity, EscalationStatus::kOpened, sink_.told_subject());
  ++told_count_;
  task.store().erase(key);
  if (sink_.error()) return end_transaction(BrokerError(*sink_.error()), {});
  return true;
}

}  // namespace pairwatch
