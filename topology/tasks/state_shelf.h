// State of partitions on their way from one worker of a process to another.
//
// A worker that gives a partition up puts its committed state here; the worker of the same service that gets the partition next
// takes it, if the group still stands at the offset up to which the state goes. In memory this is all that outlives a move within
// the process.
//
// Remembers: one state for each partition, for kKeep_ms: what has gone to another process is let go then.
// Thread:    any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "topology/store/memory_store.h"

namespace pairwatch {

class StateShelf {
 public:
  static constexpr std::int64_t kKeep_ms = 60'000;

  /// `state` goes up to, and not including, `offset`; nothing in it is uncommitted.
  void put(std::int32_t partition, std::int64_t offset, std::unique_ptr<MemoryStore> state, std::int64_t now_ms);
  /// The state of a partition as of `offset`, or nullptr.
  std::unique_ptr<MemoryStore> take(std::int32_t partition, std::int64_t offset);
  /// Lets go of what nobody has come for.
  void tidy(std::int64_t now_ms);

 private:
  struct Entry {
    std::int64_t offset = 0;
    std::int64_t since_ms = 0;
    std::unique_ptr<MemoryStore> state;
  };

  std::mutex mutex_;
  std::map<std::int32_t, Entry> entries_;  ///< guarded by mutex_
};

}  // namespace pairwatch
