#include "topology/tasks/standby.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace pairwatch {

void Standby::step(int timeout_ms) {
  give_back_wanted();
  const std::int64_t now_us = clock_.monotonic_us();
  if (now_us >= next_take_us_) {
    next_take_us_ = now_us + kTakeInterval_us;
    take_free();
  }
  if (now_us >= next_look_us_) {
    next_look_us_ = now_us + kLookInterval_us;
    look_at_next();
  }
  if (copies_.empty()) return clock_.pause_ms(timeout_ms);
  read(timeout_ms);
  if (now_us >= next_save_us_) {
    next_save_us_ = now_us + kSaveInterval_us;
    save_all();
  }
}

void Standby::close() {
  for (auto& [partition, copy] : copies_) let_go(partition, copy);
  copies_.clear();
}

void Standby::let_go(std::int32_t partition, Copy& copy) {
  reader_.stop(partition);
  save(copy);
  stores_.give_back(partition, std::move(copy.store));
}

void Standby::give_back_wanted() {
  for (auto entry = copies_.begin(); entry != copies_.end();) {
    if (!stores_.is_wanted(entry->first)) {
      ++entry;
      continue;
    }
    let_go(entry->first, entry->second);
    entry = copies_.erase(entry);
  }
}

void Standby::take_free() {
  for (std::int32_t partition = 0; partition < partitions_; ++partition) {
    if (copies_.contains(partition)) continue;
    Copy copy;
    copy.store = stores_.open_as_standby(partition);
    if (!copy.store) continue;
    if (begin(partition, copy)) {
      copies_.emplace(partition, std::move(copy));
    } else {
      stores_.give_back(partition, std::move(copy.store));  // until the next time
    }
  }
}

/// Reads on from what is held, or from the beginning where that cannot be built upon. False: not now.
bool Standby::begin(std::int32_t partition, Copy& copy) {
  const std::int64_t now_ms = clock_.now_ms();
  ChangelogBounds log;
  if (reader_.bounds(partition, log)) return false;
  const RestorePlan plan = plan_standby(copy.store->progress(), log, now_ms, rules_);
  if (plan.wipe_first) {
    spdlog::warn("{} partition {}: the standby copy held here is made anew from {}: {}", rules_.service, partition,
                 rules_.changelog, plan.reason);
    copy.store->wipe();
  }
  const StoreProgress held = copy.store->progress();
  copy.position = copy.read_to = plan.from;
  copy.log_end = log.end;
  copy.as_of_ms = held.changelog_offset == 0 || copy.read_to >= log.end ? now_ms : held.changelog_time_ms;
  copy.is_saved = true;
  return !reader_.start({partition, plan.from});
}

void Standby::read(int timeout_ms) {
  const ChangelogRead read = reader_.poll(timeout_ms);
  for (const Record& record : read.records) {
    const auto found = copies_.find(record.partition);
    if (found != copies_.end()) apply(record, found->second);
    if (!reason_.empty()) return;
  }
  for (const PartitionOffset& moved : read.positions) {
    const auto found = copies_.find(moved.partition);
    // What is out of date takes nothing, so it must not seem to have come to the end either.
    if (found == copies_.end() || is_out_of_date(found->second)) continue;
    found->second.read_to = std::max(found->second.read_to, moved.offset);
  }
}

void Standby::apply(const Record& record, Copy& copy) {
  if (record.offset < copy.read_to || is_out_of_date(copy)) return;  // out of date: made anew with the next look
  const std::optional<Hash128> key = changelog_key_from(record.key);
  if (!key) {
    reason_ = refusal_of_foreign_record(record.partition, record.offset, rules_);
    return;
  }
  copy.store->restore(*key, record.value);
  copy.position = copy.read_to = record.offset + 1;
  copy.is_saved = false;
}

void Standby::save_all() {
  for (auto& [partition, copy] : copies_) save(copy);
}

void Standby::save(Copy& copy) {
  const StoreProgress held = copy.store->progress();
  // Where nothing came, what a worker has said of the input still holds.
  if (!copy.is_saved)
    copy.store->commit({kNoOffset, copy.position, copy.as_of_ms});
  else if (copy.as_of_ms - held.changelog_time_ms > hours(1).ms)
    copy.store->commit({held.input_offset, held.changelog_offset, copy.as_of_ms});
  copy.is_saved = true;
  if (reason_.empty()) reason_ = copy.store->failure();
}

bool Standby::is_out_of_date(const Copy& copy) const {
  return clock_.now_ms() - copy.as_of_ms > (rules_.delete_retention - days(1)).ms;
}

/// Whether one of the copies has come to the changelog's end, and can still be built upon.
void Standby::look_at_next() {
  if (copies_.empty()) return;
  auto next = copies_.upper_bound(looked_at_);
  if (next == copies_.end()) next = copies_.begin();
  const std::int32_t partition = looked_at_ = next->first;
  Copy& copy = next->second;
  const std::int64_t now_ms = clock_.now_ms();
  ChangelogBounds log;
  if (reader_.bounds(partition, log)) return;
  copy.log_end = log.end;
  const bool is_gone = copy.read_to < log.begin || copy.read_to > log.end;
  if (is_gone) {
    copy.store->wipe();
    copy.position = 0;
    copy.is_saved = false;
  }
  if (copy.read_to == log.end) {
    copy.as_of_ms = now_ms;
  } else if (is_gone || is_out_of_date(copy)) {
    let_go(partition, copy);  // and taken again at once: then its age, or that it goes too far, makes it anew
    copies_.erase(partition);
  }
}

std::uint64_t Standby::behind() const {
  std::uint64_t records = 0;
  for (const auto& [partition, copy] : copies_) {
    if (copy.log_end > copy.read_to) records += static_cast<std::uint64_t>(copy.log_end - copy.read_to);
  }
  return records;
}

}  // namespace pairwatch
