// Brings stores up to what the group has committed, from the changelog, in slices between a worker's other work: partitions that
// are ready never wait for those that are not.
//
// In:        stores with what this process holds of them, and what the group has committed (restore_plan.h decides the way).
// Out:       stores that stand exactly there. What was read lasts every kCommitRecords, so that a restore that is cut off goes on
//            from there.
// Bound:     one poll of the reader at a time.
// Fails:     with a reason, for good: offsets that were set back, a changelog that does not fit, a store that fails.
// Thread:    one, the worker's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "topology/changelog.h"
#include "topology/store/partition_store.h"
#include "topology/tasks/clock.h"
#include "topology/tasks/restore_plan.h"

namespace pairwatch {

class Restorer {
 public:
  static constexpr std::uint64_t kCommitRecords = 200'000;

  /// References outlive the restorer.
  Restorer(ChangelogReader& reader, RestoreRules rules, RuntimeClock& clock)
      : reader_(reader), rules_(std::move(rules)), clock_(clock) {}

  /// Begins with one partition. An error: nothing was begun; kRetriable may be tried again. `store` outlives its restore.
  BrokerResult begin(PartitionStore& store, const CommittedOffset& committed);
  /// Reads on, waiting at most `timeout_ms` for records.
  void advance(int timeout_ms);
  /// Whether the partition's store stands where its group does.
  bool is_done(std::int32_t partition) const;
  /// Partitions of which the group had committed nothing, but whose changelog has a committed record all the same. Their offsets
  /// are gone - or somebody has committed the first since they were asked for: only asking again tells.
  std::vector<std::int32_t> in_doubt() const;
  /// Says that they are gone, for good.
  void refuse(std::int32_t partition) { reason_ = refusal_of_lost_offsets(partition, rules_); }
  /// Lets go of a partition, done or not.
  void stop(std::int32_t partition);

  bool is_idle() const { return partitions_.empty(); }
  /// Records still to be read, at most: offsets without records count too.
  std::uint64_t remaining() const;
  /// Records read so far by all restores.
  std::uint64_t records() const { return records_; }
  /// What cannot be repaired; empty: nothing.
  const std::string& reason() const { return reason_; }

 private:
  struct Partition {
    PartitionStore* store = nullptr;
    std::int64_t input_offset = kNoOffset;
    std::int64_t position = 0;  ///< of the changelog: the next offset
    std::int64_t bound = 0;
    std::int64_t began_ms = 0;  ///< wall clock at which this restore began
    /// From when on what is held misses no erasure: when a restore of it first began, as long as it has not ended.
    std::int64_t as_of_ms = 0;
    bool must_be_empty = false;
    bool is_in_doubt = false;
    bool is_done = false;
    std::uint64_t uncommitted = 0;  ///< records not yet lasting in the store
  };

  void take(const Record& record, Partition& partition);
  void finish(std::int32_t number, Partition& partition);
  void save(Partition& partition, std::int64_t input_offset);

  ChangelogReader& reader_;
  RestoreRules rules_;
  RuntimeClock& clock_;
  std::map<std::int32_t, Partition> partitions_;
  std::uint64_t records_ = 0;
  std::string reason_;
};

}  // namespace pairwatch
