// One partition of one store, in memory: committed entries as bytes, and over them what the running transaction changed.
//
// In:        put and erase of the running transaction; commit() makes them last, abort() drops them.
// Out:       get sees the running transaction first. changes() is what a changelog has to hold, one for each changed key. What is
//            restored is seen at once and stays after an abort; only its progress waits for commit().
// Remembers: committed entries without a bound of its own (expiry is what bounds them); the running transaction's values, each
//            put once more at full size, until commit or abort (the runtime bounds a transaction's records).
// Cost:      an entry of n bytes takes about n + 60: 16 for the key, 9 for pointer and control byte over the table's load of
//            44 to 87 %, 4 for the size, up to 16 to the allocator. 1 M entries of 250 bytes: see tests/bench/bench_store.cc.
//            get of a cold entry is two cache misses; put copies the value once, commit once more.
// Fails:     not at all: only when memory ends. failure() is always empty.
// Thread:    one at a time.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "processors/core/hash.h"
#include "processors/core/time.h"
#include "topology/store/overlay.h"
#include "topology/store/partition_store.h"

namespace pairwatch {

class MemoryStore final : public PartitionStore {
 public:
  static constexpr int kParts = kExpiryParts;

  std::string_view get(const Hash128& key) override;
  void put(const Hash128& key, std::string_view value) override { overlay_.put(key, value); }
  void erase(const Hash128& key) override { overlay_.erase(key); }

  void changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override { overlay_.for_each(visit); }
  std::size_t change_count() const override { return overlay_.size(); }

  void commit(const StoreProgress& progress) override;
  /// Where nobody asks how far the state goes, as in a replay.
  void commit() { commit(progress_); }
  void abort() override { overlay_.clear(); }

  void restore(const Hash128& key, std::string_view value) override;
  void wipe() override;
  StoreProgress progress() const override { return progress_; }

  std::size_t expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) override;
  /// In no particular order.
  void visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;
  void for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;

  /// Exact.
  std::uint64_t entry_count() const override { return entry_count_; }
  /// Exact, without what the table and the allocator add.
  std::uint64_t byte_count() const override { return value_bytes_ + entry_count_ * sizeof(Hash128); }

  const std::string& failure() const override { return no_failure_; }

 private:
  /// Bytes on the heap behind one pointer. Allocated in steps, so that a value that grows a little stays where it is.
  class Blob {
   public:
    std::string_view view() const;
    void assign(std::string_view value);

   private:
    std::unique_ptr<char[]> bytes_;
  };
  using Table = absl::flat_hash_map<Hash128, Blob>;

  Table& table_of(const Hash128& key) { return tables_[key.high % kParts]; }
  /// Makes a value what is stored; an empty one erases.
  void set(const Hash128& key, std::string_view value);

  std::array<Table, kParts> tables_;
  std::size_t entry_count_ = 0;
  std::size_t value_bytes_ = 0;

  Overlay overlay_;  ///< what the running transaction changed
  StoreProgress progress_;
  int next_part_ = 0;
  std::string no_failure_;
};

}  // namespace pairwatch
