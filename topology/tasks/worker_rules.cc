// How rules change under a running worker: all its tasks at once, between two transactions, so that each record is decided by one
// rule set and what was decided before stays decided. State is kept, only what was hot is read again.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "topology/tasks/worker.h"

namespace pairwatch {

void Worker::take_newer_rules() {
  if (!config_.newer_rules) return;
  std::optional<RulesBundle> newer = config_.newer_rules(rules_number_);
  if (!newer) return;
  if (open_ && !commit()) return;  // in the next round, after the rewind
  if (!reason_.empty()) return;
  make_processor_ = std::move(newer->make_processor);
  std::size_t renewed = 0;
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kRunning) continue;
    task->renew(make_processor_);
    ++renewed;
  }
  if (std::exchange(rules_number_, newer->number) != 0)
    spdlog::info("{}: {} partitions go on by rules {:.12}", name_, renewed, newer->sha256);
}

}  // namespace pairwatch
