#include "topology/tasks/restore_plan.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace pairwatch {
namespace {

std::string remedy(const RestoreRules& rules) {
  return "; stop every process of " + rules.service + ", then `pairwatch reset --service " + rules.service +
         "` clears its state, changelog and offsets together, and it starts anew from its input";
}

RestorePlan refuse(std::string reason, const RestoreRules& rules) {
  RestorePlan plan;
  plan.way = RestorePlan::Way::kRefuse;
  plan.reason = std::move(reason) + remedy(rules);
  return plan;
}

/// Reads up to `bound` what `held` lacks, or everything where what it holds cannot be built upon.
RestorePlan read_up_to(std::int64_t bound, const StoreProgress& held, const ChangelogBounds& log, std::int64_t now_ms,
                       const RestoreRules& rules) {
  RestorePlan plan;
  plan.bound = bound;
  plan.from = held.changelog_offset;
  if (held.changelog_offset > 0) {
    if (held.changelog_offset > bound) {
      plan.reason = "it goes further than what was committed";
    } else if (held.changelog_offset < log.begin) {
      plan.reason = "what it lacks is no longer in " + rules.changelog;
    } else if (held.changelog_offset < bound && now_ms - held.changelog_time_ms > (rules.delete_retention - days(1)).ms) {
      plan.reason = "it is older than the erasures that " + rules.changelog + " still tells of";
    }
  }
  if (!plan.reason.empty()) {
    plan.wipe_first = true;
    plan.from = log.begin;
  }
  plan.from = std::max(plan.from, log.begin);
  plan.way = plan.from < plan.bound ? RestorePlan::Way::kRead : RestorePlan::Way::kUpToDate;
  return plan;
}

std::string partition_of_input(const CommittedOffset& committed, const RestoreRules& rules) {
  return "partition " + std::to_string(committed.partition) + " of " + rules.service;
}

}  // namespace

std::string refusal_of_lost_offsets(std::int32_t partition, const RestoreRules& rules) {
  return "partition " + std::to_string(partition) + " of " + rules.service + ": " + rules.changelog +
         " holds state, but the group has committed no offset, so where to go on is not known" + remedy(rules);
}

std::string refusal_of_foreign_record(std::int32_t partition, std::int64_t offset, const RestoreRules& rules) {
  return rules.changelog + "/" + std::to_string(partition) + " holds at offset " + std::to_string(offset) +
         " a record that is not a changelog's: something else writes there; `pairwatch reset --service " + rules.service +
         "` clears it";
}

RestorePlan plan_standby(const StoreProgress& held, const ChangelogBounds& log, std::int64_t now_ms, const RestoreRules& rules) {
  return read_up_to(log.end, held, log, now_ms, rules);
}

RestorePlan plan_restore(const StoreProgress& held, const CommittedOffset& committed, const ChangelogBounds& log,
                         std::int64_t now_ms, const RestoreRules& rules) {
  if (committed.offset == kNoOffset) {
    const bool was_reset = log.end == 0;  // offsets and changelog are gone together
    if (held.input_offset > 0 && !was_reset) {
      return refuse(partition_of_input(committed, rules) + ": its state goes up to offset " + std::to_string(held.input_offset) +
                        ", but the group has committed none (its offsets were deleted, or have expired)",
                    rules);
    }
    RestorePlan plan = read_up_to(log.end, {}, log, now_ms, rules);
    plan.wipe_first = held.input_offset > 0 || held.changelog_offset > 0;
    if (was_reset && plan.wipe_first) plan.reason = rules.service + " was reset";
    plan.must_be_empty = true;
    return plan;
  }
  if (held.input_offset > committed.offset) {
    return refuse(partition_of_input(committed, rules) + ": its state goes up to offset " + std::to_string(held.input_offset) +
                      ", but the group stands at " + std::to_string(committed.offset) +
                      " (its offsets were set back), so records would count twice",
                  rules);
  }
  const std::optional<OffsetNote> note = note_from(committed.metadata);
  const std::int64_t bound = note ? note->changelog_offset : log.end;
  if (bound > log.end) {
    return refuse(partition_of_input(committed, rules) + ": " + rules.changelog + " ends at offset " + std::to_string(log.end) +
                      ", before what was committed (" + std::to_string(bound) + "): it was deleted and made anew",
                  rules);
  }
  if (!note && held.input_offset == committed.offset) {
    RestorePlan plan;
    plan.bound = held.changelog_offset;
    return plan;
  }
  return read_up_to(bound, held, log, now_ms, rules);
}

}  // namespace pairwatch
