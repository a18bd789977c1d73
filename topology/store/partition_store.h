// One partition of one store as the runtime sees it: what rooms put and get, the transaction around it, and how far it has come.
//
// The life of a change:
//
//   put, erase -> overlay --commit(progress)--> stored, together with how far it goes
//                         \-abort()-----------> gone
//
// A store that lasts (DiskStore) keeps entries and progress as one: after a crash they fit together, and are never ahead of what
// Kafka has committed. What the disk lacks is restored from the changelog; see topology/changelog.h.
//
// Fails:   by failure(): the first thing that went wrong stays there. Nothing the store says after that may be committed.
// Thread:  one at a time.
#pragma once

#include <absl/functional/function_ref.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "processors/core/hash.h"
#include "processors/core/time.h"
#include "topology/ports.h"

namespace pairwatch {

/// How far stored state goes.
struct StoreProgress {
  /// All records of the input before it are in the state; -1: not known, or a restore has not ended.
  std::int64_t input_offset = -1;
  /// All records of the changelog before it are in the state; the next one to be restored.
  std::int64_t changelog_offset = 0;
  /// Wall clock, milliseconds since 1970, up to which no erasure can have been missed: of the last commit, or of the restore. 0:
  /// none.
  std::int64_t changelog_time_ms = 0;

  friend bool operator==(const StoreProgress&, const StoreProgress&) = default;
};

class PartitionStore : public Store {
 public:
  /// Each key the running transaction changed and its newest value, empty for an erased one, in the order in which the keys
  /// first changed: what the changelog has to hold. The views live during the call.
  virtual void changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const = 0;
  virtual std::size_t change_count() const = 0;

  /// What the running transaction changed becomes what is stored, together with how far that goes.
  virtual void commit(const StoreProgress& progress) = 0;
  /// What the running transaction changed is dropped.
  virtual void abort() = 0;

  /// One record of the changelog; an empty value erases. Lasts with the next commit(). Not within a transaction.
  virtual void restore(const Hash128& key, std::string_view value) = 0;
  /// Forgets every entry and the progress.
  virtual void wipe() = 0;
  virtual StoreProgress progress() const = 0;

  /// Erases, within the running transaction, the committed entries of the next `parts` of kExpiryParts whose last event lies
  /// before `before`, but for those the transaction has changed. `last_event` is given by the room that wrote the bytes. Work: at
  /// most parts / kExpiryParts of the entries. Returns how many were erased.
  virtual std::size_t expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) = 0;
  /// Expiry visits the entries in this many parts, by key.
  static constexpr int kExpiryParts = 64;

  /// Calls with each committed entry of one of kExpiryParts.
  virtual void visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const = 0;
  /// Calls with each committed entry.
  virtual void for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const = 0;
  /// Committed entries, and the bytes of their keys and values. A store on disk may estimate.
  virtual std::uint64_t entry_count() const = 0;
  virtual std::uint64_t byte_count() const = 0;

  /// The first thing that went wrong, and what helps; empty: nothing has.
  virtual const std::string& failure() const = 0;
};

}  // namespace pairwatch
