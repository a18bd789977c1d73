// What a Database is made of, for database.cc and disk_store.cc and what tests and measures them: RocksDB's types stay behind this
// header.
//
// Thread:    any for Failures and Rocks; each says what guards it.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "topology/store/database.h"

namespace pairwatch {

/// Whether files of the database are damaged or gone, as against a disk that is full or does not answer.
bool is_damage(const rocksdb::Status& status);

/// Where it is written down that a folder is damaged.
inline std::string damage_mark(const std::string& folder) { return folder + "/pairwatch-damaged"; }

/// The first failure of a database, whichever thread met it. Damage leaves a mark in the folder, so that the next opening does not
/// stumble over it again.
class Failures {
 public:
  explicit Failures(std::string folder) : folder_(std::move(folder)) {}

  /// Takes a failure down. Returns it in words that help.
  std::string add(const char* while_doing, const rocksdb::Status& status);
  bool any() const { return any_.load(std::memory_order_acquire); }
  std::string first() const;

 private:
  const std::string folder_;
  std::atomic<bool> any_ = false;
  mutable std::mutex mutex_;
  std::string first_;  ///< guarded by mutex_
};

struct Database::Rocks {
  explicit Rocks(const DiskConfig& config);
  ~Rocks();

  /// Opens RocksDB in the folder.
  rocksdb::Status open();
  /// Starts a flush where the last is flush_interval_ms ago. Does not wait.
  void flush_when_due();
  /// So much of what a partition restores may come together before it is written: all that restore share what a memtable holds,
  /// because a memtable that is filled in the order of the keys is hardly searched. Four MiB at least.
  std::size_t restore_bytes() const;

  /// A partition of a store is open once. The store's number in the keys.
  std::uint32_t claim(std::string_view store, std::int32_t partition);
  void release(std::uint32_t store, std::int32_t partition);

  const DiskConfig config;
  const std::string folder;  ///< <path>/database
  rocksdb::FileLock* lock = nullptr;
  std::shared_ptr<Failures> failures;  ///< shared with RocksDB's listener
  std::shared_ptr<rocksdb::Cache> cache;
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<std::int64_t> next_flush_ms = 0;  ///< of the steady clock
  std::atomic<std::size_t> restoring = 0;       ///< partitions with something restored that is not written

  std::mutex mutex;
  std::map<std::uint32_t, std::string> names;                   ///< of stores by number; guarded by mutex
  std::set<std::pair<std::uint32_t, std::int32_t>> partitions;  ///< that are open; guarded by mutex
};

}  // namespace pairwatch
