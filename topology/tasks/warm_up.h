// A first start over months of history that does not flood moderators: state is built, cases are not written but held back, and
// when the partition has come through its history those that are still open are written, once.
//
//   the group has committed nothing -> warming: each case's newest revision is an entry of the partition's store, beside the room's
//   the gate says it is over        -> every case held back is written as newly opened and its entry erased, in the same
//   transaction
//                                      the note beside the offset no longer says `warm-up`
//
// Both are part of transactions as everything else, so a crash, a restart or a rebalance anywhere in between neither loses nor
// doubles a case: whoever has the partition goes on with what its note and its entries say. A case that stands down meanwhile is
// never heard of.
//
// Bound:  one entry of about 1 to 3 KiB for each open case, until the warm-up ends; they expire with the store's time to live.
// Thread: values only; a gate is asked from any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "processors/core/hash.h"
#include "processors/core/time.h"
#include "topology/ports.h"

namespace pairwatch {

/// Decides when a partition that warms up has come through its history. Thread-safe.
class WarmUpGate {
 public:
  virtual ~WarmUpGate() = default;
  /// `next_offset`: the partition's input has been decided up to it; kNoOffset: nothing was read.
  virtual bool is_over(std::int32_t partition, std::int64_t next_offset) = 0;
};

/// The newest revision of a case that was held back.
struct HeldCase {
  OutputPort port = OutputPort::kWatch;
  std::string key;
  std::string value;   ///< binary pairwatch.v1.Escalation
  std::string source;  ///< the record that caused it, as in `pairwatch-source`
  std::int64_t received_ms = 0;
  EventTime raised_at = kNever;  ///< from when on its time to live counts

  friend bool operator==(const HeldCase&, const HeldCase&) = default;
};

/// The bytes of its entry. The first one is none with which a room's layout begins.
std::string as_entry(const HeldCase& held);
/// Whether a store's entry is a case that was held back.
bool is_held_case(std::string_view entry);
/// Nullopt: the bytes are none, or of a newer release.
std::optional<HeldCase> held_case_from(std::string_view entry);
/// From when on its time to live counts. `entry`: is_held_case() says so.
EventTime raised_at_of(std::string_view entry);
/// Where the entry of a case stands.
Hash128 held_case_key(std::string_view escalation_id);

}  // namespace pairwatch
