// Copies of the partitions that this process does not own, kept up to date from the changelog, so that taking one over restores
// only the tail that the copy lacks.
//
// In:        every partition of a changelog that no worker of the process holds, through Stores, in which a copy is what any other
//            partition is: entries, and how far they go. A worker that wants one is given it with the next step.
// Out:       stores that stand behind a committed record of the changelog. A take-over is planned from there as after a restart
//            (restore_plan.h), so all that it refuses, forgets and reads anew holds for copies too. A copy never stands behind the
//            markers and aborted records that follow the last committed one: the group's own note does not either.
// Age:       a copy misses no erasure as long as it has been at the changelog's end less than its delete_retention (less a day)
// ago;
//            one that was not is made anew. Each is looked at in turn, one every kLookInterval_us.
// Bound:     one poll of the reader, and what a store keeps of what is restored.
// Fails:     with a reason, for good: a changelog that does not fit, a store that fails.
// Thread:    one, beside the workers'.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "topology/changelog.h"
#include "topology/store/stores.h"
#include "topology/tasks/clock.h"
#include "topology/tasks/restore_plan.h"

namespace pairwatch {

class Standby {
 public:
  static constexpr std::int64_t kTakeInterval_us = 500'000;
  static constexpr std::int64_t kLookInterval_us = 1'000'000;
  static constexpr std::int64_t kSaveInterval_us = 1'000'000;

  /// `partitions`: of the changelog. References outlive it.
  Standby(std::int32_t partitions, ChangelogReader& reader, Stores& stores, RestoreRules rules, RuntimeClock& clock)
      : partitions_(partitions), reader_(reader), stores_(stores), rules_(std::move(rules)), clock_(clock) {}

  /// Gives back what is wanted, takes what is free, reads on. Waits at most `timeout_ms` for records.
  void step(int timeout_ms);
  /// Gives everything back.
  void close();

  /// Copies that it keeps at the moment.
  std::size_t copies() const { return copies_.size(); }
  /// Records that they lack, at most, as of the last look at each.
  std::uint64_t behind() const;
  /// What cannot be repaired; empty: nothing.
  const std::string& reason() const { return reason_; }

 private:
  struct Copy {
    std::unique_ptr<PartitionStore> store;
    std::int64_t position = 0;  ///< behind the last record applied
    std::int64_t read_to = 0;   ///< the reader's next offset
    std::int64_t log_end = 0;   ///< when it was looked at
    std::int64_t as_of_ms = 0;  ///< wall clock up to which no erasure is missed
    bool is_saved = true;
  };

  void give_back_wanted();
  void take_free();
  bool begin(std::int32_t partition, Copy& copy);
  void read(int timeout_ms);
  void apply(const Record& record, Copy& copy);
  void save(Copy& copy);
  void save_all();
  void look_at_next();
  bool is_out_of_date(const Copy& copy) const;
  void let_go(std::int32_t partition, Copy& copy);

  std::int32_t partitions_;
  ChangelogReader& reader_;
  Stores& stores_;
  RestoreRules rules_;
  RuntimeClock& clock_;
  std::map<std::int32_t, Copy> copies_;
  std::int32_t looked_at_ = 0;
  std::int64_t next_take_us_ = 0;
  std::int64_t next_look_us_ = 0;
  std::int64_t next_save_us_ = 0;
  std::string reason_;
};

}  // namespace pairwatch
