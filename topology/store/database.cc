#include "topology/store/database.h"

#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <chrono>
#include <cstdarg>

#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "topology/store/rocks.h"

namespace pairwatch {
namespace {

constexpr int kWriteBuffers = 4;
constexpr std::size_t kLeastRestoreBytes = std::size_t{4} << 20;

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Hears what goes wrong in RocksDB's own threads. A disk that is full is not waited for: the process ends, and restores what it
/// lacks once there is room again.
class Listener final : public rocksdb::EventListener {
 public:
  explicit Listener(std::shared_ptr<Failures> failures) : failures_(std::move(failures)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    failures_->add("writing in the background", *error);
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  std::shared_ptr<Failures> failures_;
};

/// RocksDB's own log is not kept: where the disk is full, writing it is what fails first, and Debian's RocksDB, which has its
/// assertions on, ends the process over that.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;  // read and written by RocksDB 6.6 and all later ones: Debian 12 and 13 read each other's files
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;  // so that the cache's size bounds them as well
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(12));  // bits a key: 0.4 % of the look-ups for nothing read a block
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  return table;
}

rocksdb::Options options_of(const DiskConfig& config, const std::shared_ptr<rocksdb::Cache>& cache,
                            const std::shared_ptr<Failures>& failures) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(cache)));
  const auto linked = rocksdb::GetSupportedCompressions();
  const bool has_lz4 = std::find(linked.begin(), linked.end(), rocksdb::kLZ4Compression) != linked.end();
  options.compression = has_lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;

  // Equal parts, so that one is filled while others are written. Where all are full, a write waits: that is the bound.
  options.write_buffer_size = std::max<std::size_t>(config.write_buffer_bytes / kWriteBuffers, std::size_t{64} << 10);
  options.max_write_buffer_number = kWriteBuffers;
  options.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(config.write_buffer_bytes);
  options.memtable_whole_key_filtering = true;  // a cold entry is in none of the memtables: their filters say so
  options.memtable_prefix_bloom_size_ratio = 0.01;

  options.level_compaction_dynamic_level_bytes = true;
  options.max_background_jobs = std::max(2, config.background_threads);
  options.max_open_files = config.open_files;
  options.periodic_compaction_seconds = config.rewrite_interval_s;

  options.max_bgerror_resume_count = 0;  // see Listener
  options.listeners.push_back(std::make_shared<Listener>(failures));
  options.info_log = std::make_shared<NoLog>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

std::string remedy_for(const rocksdb::Status& status, const std::string& folder) {
  if (is_damage(status)) return "start again: " + folder + " is set aside then, and the state restored from the changelog";
  if (status.IsNoSpace()) return "the disk is full: make room and start again, what is not on disk is restored from the changelog";
  return "see whether the disk of " + folder + " has room, is writable and healthy, then start again: nothing committed is lost";
}

}  // namespace

bool is_damage(const rocksdb::Status& status) { return status.IsCorruption() || status.IsPathNotFound(); }

std::string Failures::add(const char* while_doing, const rocksdb::Status& status) {
  std::string words = std::string("state on disk, ") + while_doing + ": " + status.ToString() + "; " + remedy_for(status, folder_);
  const std::lock_guard guard(mutex_);
  if (first_.empty()) first_ = words;
  any_.store(true, std::memory_order_release);
  if (is_damage(status)) rocksdb::WriteStringToFile(rocksdb::Env::Default(), words, damage_mark(folder_), /*should_sync=*/true);
  return words;
}

std::string Failures::first() const {
  const std::lock_guard guard(mutex_);
  return first_;
}

Database::Rocks::Rocks(const DiskConfig& given)
    : config(given),
      folder(given.path + "/database"),
      failures(std::make_shared<Failures>(folder)),
      cache(rocksdb::NewLRUCache(given.block_cache_bytes)) {}

rocksdb::Status Database::Rocks::open() {
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options_of(config, cache, failures), folder, &opened);
  db.reset(opened);
  next_flush_ms = steady_ms() + config.flush_interval_ms;
  return status;
}

Database::Rocks::~Rocks() {
  if (db) {
    check(partitions.empty(), "the partitions of a database are closed before it");
    // Closing flushes too; this one says so where it fails, in the next start's restore at the latest.
    if (!failures->any()) db->Flush({});
    db->Close();
    db.reset();
  }
  if (lock) rocksdb::Env::Default()->UnlockFile(lock);
}

void Database::Rocks::flush_when_due() {
  const std::int64_t now_ms = steady_ms();
  std::int64_t due_ms = next_flush_ms.load(std::memory_order_relaxed);
  if (now_ms < due_ms || !next_flush_ms.compare_exchange_strong(due_ms, now_ms + config.flush_interval_ms)) return;
  rocksdb::FlushOptions options;
  options.wait = false;
  options.allow_write_stall = true;
  if (const rocksdb::Status status = db->Flush(options); !status.ok()) failures->add("flushing", status);
}

std::size_t Database::Rocks::restore_bytes() const {
  const std::size_t sharing = std::max<std::size_t>(restoring.load(std::memory_order_relaxed), 1);
  return std::max(config.write_buffer_bytes / kWriteBuffers / sharing, kLeastRestoreBytes);
}

std::uint32_t Database::Rocks::claim(std::string_view store, std::int32_t partition) {
  const auto number = static_cast<std::uint32_t>(hash64(store));
  const std::lock_guard guard(mutex);
  const auto [name, is_new] = names.try_emplace(number, store);
  check(is_new || name->second == store, "two stores of a database do not have the same number: rename one");
  check(partitions.emplace(number, partition).second, "a partition of a store is open once");
  return number;
}

void Database::Rocks::release(std::uint32_t store, std::int32_t partition) {
  const std::lock_guard guard(mutex);
  partitions.erase({store, partition});
}

Database::Database(std::unique_ptr<Rocks> rocks) : rocks_(std::move(rocks)) {}
Database::~Database() = default;

bool Database::flush() {
  const rocksdb::Status status = rocks_->db->Flush({});
  if (!status.ok()) rocks_->failures->add("flushing", status);
  return status.ok();
}

std::string Database::failure() const { return rocks_->failures->first(); }

}  // namespace pairwatch
