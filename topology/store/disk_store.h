// One partition of one store, on disk: its entries and how far they go, as one; over them what the running transaction changed.
//
// In:        put and erase of the running transaction, or restore; commit() writes them, together with the progress, as one batch.
// Out:       as MemoryStore, but for the order of for_each (by key) and the parts of expiry (ranges of keys; a part that was
// visited
//            is remembered with the next commit, so that restarts do not keep expiry at the beginning).
// Remembers: in memory, the running transaction's values (the runtime bounds its records), or what is restored: up to its share of
//            a quarter of write_buffer_bytes among all partitions that restore, or 4 MiB where that is more. On disk, 25 bytes and
//            the value for each entry, compressed; expiry is what bounds them.
// Progress:  after a crash entries and progress are those of some earlier commit (see database.h). With one exception, during a
//            restore: what is restored is written whenever that much has come together, ahead of the progress that the next
//            commit() writes, and in several batches of which only the last has that progress. That is harmless: the changelog's
//            last record of a key wins, and from the older progress on all of them are read again before the state is used.
// Counts:    entry_count and byte_count are kept beside the progress. Where replace() does not tell the old value's size, it is
//            looked up in memory only; not there, the key is taken for present and of the same size. So they may be off, mostly
//            low and after a restore of more than the memory holds, until expiry visits a part of the keys: it counts it exactly.
//            Looking up every key would take a quarter of a restore: where many are written at once, one in eight speaks for all.
// Cost:      see tests/bench/bench_disk_store.cc. get does not copy what is in the block cache.
// Fails:     by failure(), which names the remedy. From then on get may find nothing and commit writes nothing.
// Thread:    one at a time; stores of one Database side by side.
#pragma once

#include <absl/functional/function_ref.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "processors/core/hash.h"
#include "processors/core/time.h"
#include "topology/store/database.h"
#include "topology/store/overlay.h"
#include "topology/store/partition_store.h"
#include "topology/store/restore_buffer.h"

namespace pairwatch {

class DiskStore final : public PartitionStore {
 public:
  /// A partition of a store is open once in a database. `store` is its name.
  DiskStore(Database& database, std::string_view store, std::int32_t partition);
  ~DiskStore() override;

  std::string_view get(const Hash128& key) override;
  void put(const Hash128& key, std::string_view value) override { overlay_.put(key, value); }
  void replace(const Hash128& key, std::string_view value, std::size_t old_bytes) override { overlay_.put(key, value, old_bytes); }
  void erase(const Hash128& key) override { overlay_.erase(key); }

  void changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override { overlay_.for_each(visit); }
  std::size_t change_count() const override { return overlay_.size(); }

  void commit(const StoreProgress& progress) override;
  void abort() override { overlay_.clear(); }

  void restore(const Hash128& key, std::string_view value) override;
  void wipe() override;
  StoreProgress progress() const override { return stored_.progress; }

  std::size_t expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) override;
  void visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;
  void for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override;
  std::uint64_t entry_count() const override;
  std::uint64_t byte_count() const override;

  const std::string& failure() const override { return failure_; }

 private:
  friend std::size_t forget_partitions_as_of_before(Database& database, std::int64_t before_ms);

  /// The entries of one part of the keys.
  struct Count {
    std::uint64_t entries = 0;
    std::uint64_t value_bytes = 0;
  };
  /// What stands beside the entries.
  struct Stored {
    StoreProgress progress;
    std::uint8_t next_part = 0;
    std::array<Count, kExpiryParts> counts;
  };
  /// RocksDB's side: prepared keys, the batch, the value last read.
  struct Disk;

  static std::string encode(const Stored& stored);
  static bool decode(std::string_view bytes, Stored& stored);
  void load();
  /// Writes what the transaction changed, and `stored_` with this progress, as one batch.
  void write_changed(const StoreProgress& progress);
  /// Writes what was restored, if anything, in batches, each with `stored_` as far as it counts; the last with this progress.
  void write_restored(const StoreProgress& progress);
  void forget_restored();
  /// Writes Disk::entries. One in so many is looked up to be counted where its old size is not known.
  void write(const StoreProgress& progress, std::size_t batch_bytes, std::size_t counted_one_in);
  /// Counts a value, which may be empty, in the place of its key's old one, of `old_bytes` where that is known.
  static void count(const Hash128& key, std::string_view value, std::optional<std::size_t> old_bytes, Stored& stored);
  /// The size of a value as it stands: 0 where there is none, nullopt where it is not in memory.
  std::optional<std::size_t> bytes_in_memory(const Hash128& key);
  /// Takes down what went wrong, here or in RocksDB's own threads. Whether nothing has.
  bool healthy();

  std::unique_ptr<Disk> disk_;
  Overlay overlay_;         ///< what the running transaction changed
  RestoreBuffer restored_;  ///< what was restored and is not written yet
  Stored stored_;           ///< as written last, but for a part that expiry has counted since
  int next_part_ = 0;
  mutable std::string failure_;
};

/// Forgets the partitions that nobody holds and that are as of a time before `before_ms`: what was erased since cannot be told from
/// what is still to be kept, and a partition that has moved away for good would stay for ever. Returns how many.
std::size_t forget_partitions_as_of_before(Database& database, std::int64_t before_ms);

}  // namespace pairwatch
