// Reads a compacted topic whole and goes on with it, into a table that a service holds (GlobalTable in topology/ports.h).
//
// In:        every partition of the topic from its first record on, committed records only; in no group.
// Out:       GlobalTable::apply for each record, in the order of its partition; publish() once the ends found at the start
//            are reached, and from then on when nothing more comes at once, or kPublishInterval_ms after the last.
// Remembers: a position for each partition.
// Fails:     what can be tried again is told by waiting_for() and tried again; what cannot ends it: reason().
// Thread:    one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/changelog.h"
#include "topology/ports.h"
#include "topology/tasks/clock.h"

namespace pairwatch {

class TableFollower {
 public:
  static constexpr std::int64_t kPublishInterval_ms = 250;

  /// `reader`, `table` and `clock` outlive it.
  TableFollower(std::int32_t partitions, ChangelogReader& reader, GlobalTable& table, RuntimeClock& clock);

  /// Once round: what is not started yet, then what comes within `timeout_ms`.
  void step(int timeout_ms);
  /// Stops reading.
  void close();

  /// Whether the table has been published with all that the topic held at the start.
  bool is_loaded() const { return is_loaded_; }
  /// Records between here and the ends found at the start, at most; 0 once loaded.
  std::uint64_t behind() const;
  /// What keeps it from starting; empty: nothing.
  const std::string& waiting_for() const { return waiting_for_; }
  /// Why it cannot go on; empty: it can.
  const std::string& reason() const { return reason_; }

 private:
  struct Partition {
    bool is_started = false;
    std::int64_t next = 0;  ///< offset
    std::int64_t end = 0;   ///< when it was started
  };

  bool start(std::int32_t number);
  void take(const ChangelogRead& read);
  void publish_what_is_due(bool is_quiet);

  std::vector<Partition> partitions_;
  ChangelogReader& reader_;
  GlobalTable& table_;
  RuntimeClock& clock_;
  bool is_loaded_ = false;
  bool is_changed_ = true;  ///< since the last publish()
  std::int64_t published_us_ = 0;
  std::string waiting_for_;
  std::string reason_;
};

}  // namespace pairwatch
