// How rules change under a running worker: all its tasks at once, between two transactions, so that each record is decided by one
// rule set and what was decided before stays decided. State is kept, only what was hot is read again. The changelog says from which
// record on (rules_notes.h).

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "topology/tasks/rules_notes.h"
#include "topology/tasks/worker.h"

namespace pairwatch {

void Worker::take_newer_rules() {
  if (!config_.newer_rules) return;
  std::optional<RulesBundle> newer = config_.newer_rules(rules_number_);
  if (!newer) return;
  if (open_ && !commit()) return;  // in the next round, after the rewind
  if (!reason_.empty()) return;
  make_processor_ = std::move(newer->make_processor);
  rules_sha256_ = newer->sha256;
  std::size_t renewed = 0;
  for (const auto& [partition, task] : tasks_) {
    if (task->state() != TaskState::kRunning) continue;
    task->renew(make_processor_);
    ++renewed;
  }
  if (std::exchange(rules_number_, newer->number) != 0)
    spdlog::info("{}: {} partitions go on by rules {:.12}", name_, renewed, newer->sha256);
}

/// In the transaction of the first record that they decide. Also after a start, since a new release may have brought other rules.
void Worker::note_rules(Task& task, std::int64_t from_offset) {
  if (rules_sha256_.empty() || !config_.changelog_topic || task.has_noted(rules_number_)) return;
  const std::optional<RulesNote> last = rules_note_from(task.store().get(newest_rules_note_key()));
  if (!last || last->sha256 != rules_sha256_) {
    const RulesNote note{last ? last->change + 1 : 1, from_offset, rules_sha256_};
    task.store().put(newest_rules_note_key(), as_entry(note));
    task.store().put(rules_note_key(note.change), as_entry(note));
  }
  task.note_rules(rules_number_);
}

}  // namespace pairwatch
