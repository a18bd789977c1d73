// How a partition's state gets from what this process holds to what the group has committed: a pure decision.
//
//   what is held      what the group says        the way
//   goes as far       -                          nothing to do
//   lacks the end     note: how far to go        read the changelog's tail
//   nothing           note                       read the changelog from its start
//   too old           note                       forget, then read from the start: what was erased since may have left the log
//   goes further      -                          refuse: somebody set the group's offsets back
//   anything          no offset                  refuse, unless nothing was ever committed
//   anything          no offset, empty changelog the service was reset: forget
#pragma once

#include <cstdint>
#include <string>

#include "processors/core/time.h"
#include "topology/broker.h"
#include "topology/changelog.h"
#include "topology/store/partition_store.h"

namespace pairwatch {

struct RestoreRules {
  std::string service;    ///< as told in remedies
  std::string changelog;  ///< topic, likewise
  /// How long the changelog keeps the records of erased entries (delete.retention.ms). State older than this less a day is made
  /// anew.
  Duration delete_retention = days(7);
};

struct RestorePlan {
  enum class Way : std::uint8_t { kUpToDate, kRead, kRefuse };
  Way way = Way::kUpToDate;
  bool wipe_first = false;
  std::int64_t from = 0;   ///< kRead: offsets of the changelog from here ...
  std::int64_t bound = 0;  ///< ... up to, not including, here. kUpToDate: how far the changelog goes
  /// kRead: the group has committed nothing, so the log may hold nothing committed either; a record there means that the group's
  /// offsets are gone.
  bool must_be_empty = false;
  /// kRefuse: what is wrong and what helps. Else: why what was held is forgotten.
  std::string reason;
};

RestorePlan plan_restore(const StoreProgress& held, const CommittedOffset& committed, const ChangelogBounds& log,
                         std::int64_t now_ms, const RestoreRules& rules);

/// The same for a copy that nobody asks to be at any offset of the input: it is to come to the end of the log, and follow it.
RestorePlan plan_standby(const StoreProgress& held, const ChangelogBounds& log, std::int64_t now_ms, const RestoreRules& rules);

/// Why a changelog that holds a record of somebody else's is refused.
std::string refusal_of_foreign_record(std::int32_t partition, std::int64_t offset, const RestoreRules& rules);

/// Why a restore that must find nothing, but found a committed record, is refused.
std::string refusal_of_lost_offsets(std::int32_t partition, const RestoreRules& rules);

}  // namespace pairwatch
