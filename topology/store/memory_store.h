// One partition of one store, in memory: committed entries as bytes, and over them what the running transaction changed.
//
// In:        put and erase of the running transaction; commit() makes them last, abort() drops them.
// Out:       get sees the running transaction first. changes() is what a changelog has to hold, one for each changed key.
// Remembers: committed entries without a bound of its own (expiry is what bounds them); the running transaction's values, each
//            put once more at full size, until commit or abort (the runtime bounds a transaction's records).
// Cost:      an entry of n bytes takes about n + 60: 16 for the key, 9 for pointer and control byte over the table's load of
//            44 to 87 %, 4 for the size, up to 16 to the allocator. 1 M entries of 250 bytes: see tests/bench/bench_store.cc.
//            get of a cold entry is two cache misses; put copies the value once, commit once more.
// Fails:     not at all: only when memory ends.
// Thread:    one at a time.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/hash.h"
#include "processors/core/time.h"
#include "topology/store/partition_store.h"

namespace pairwatch {

class MemoryStore final : public PartitionStore {
 public:
  /// Expiry visits the entries in this many parts, by key.
  static constexpr int kParts = kExpiryParts;

  std::string_view get(const Hash128& key) override;
  void put(const Hash128& key, std::string_view value) override;
  void erase(const Hash128& key) override;

  void commit(const StoreProgress& progress) override;
  /// As before, of a store that nobody asks how far it goes.
  void commit() { commit(progress_); }
  void abort() override;

  void restore(const Hash128& key, std::string_view value) override;
  void wipe() override;
  StoreProgress progress() const override { return progress_; }
  const std::string& failure() const override { return failure_; }

  void changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;
  std::size_t change_count() const override { return changes_.size(); }

  /// In no particular order.
  void for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;

  std::size_t expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) override;

  std::uint64_t entry_count() const override { return entry_count_; }
  /// Without what the table and the allocator add.
  std::uint64_t byte_count() const override { return value_bytes_ + entry_count_ * sizeof(Hash128); }

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

  /// One changed key: where its newest value stands in transaction_bytes_; size 0 is an erased entry.
  struct Change {
    Hash128 key;
    std::size_t offset = 0;
    std::size_t size = 0;
  };

  Table& table_of(const Hash128& key) { return tables_[key.high % kParts]; }
  Change& change_of(const Hash128& key);
  std::string_view value_of(const Change& change) const { return {transaction_bytes_.data() + change.offset, change.size}; }

  std::array<Table, kParts> tables_;
  StoreProgress progress_;
  std::string failure_;  ///< stays empty
  std::size_t entry_count_ = 0;
  std::size_t value_bytes_ = 0;

  absl::flat_hash_map<Hash128, std::uint32_t> changed_;  ///< index into changes_
  std::vector<Change> changes_;
  std::string transaction_bytes_;
  int next_part_ = 0;
};

}  // namespace pairwatch
