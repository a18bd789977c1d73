// The folder on disk that a process keeps its state in: one RocksDB for all stores and partitions (see DiskStore for one of them).
//
//   <path>/lock                  held while the process lives: two processes never share a folder
//   <path>/database/             RocksDB's files, and
//   <path>/database/pairwatch-store      whose they are: format, application, topics; written before anything else
//   <path>/database/pairwatch-damaged    why the next opening sets the folder aside; written when damage was read
//   <path>/database.set-aside-<n>/       what was there and could not be used; nobody reads it, delete it once looked at
//
// In:        batches of DiskStores, each atomic. There is no write-ahead log: what was written is in memory until a memtable is
//            full, or flush_interval_ms have passed, or the process ends in order. After a crash the database is as it was after
//            some earlier batch: never half a batch, and never a batch without those before it, because a batch goes into one
//            memtable as a whole and memtables become part of the database in the order in which they were filled (one column
//            family). What is lost is read again from the changelog. So nothing may ever be deleted past that order: no
//            DeleteFilesInRange.
// Remembers: block_cache_bytes + write_buffer_bytes in memory, a quarter of the latter more while partitions are restored (or 4 MiB
//            for each of them, where that is more), and what RocksDB takes for open_files files. On disk about 1.1 to 1.5 times
//            what the entries take compressed, twice that during a compaction of everything.
// Cost:      see tests/bench/bench_disk_store.cc.
// Fails:     open() in words that help. What belongs to another application or to other topics, is damaged or half written is set
//            aside and said in `notices`: the state is restored from the changelog. What a newer release wrote is refused, because
//            a rollback must not lose what a roll-forward will want again. Later: failure(), once for all stores.
// Thread:    any, but the last DiskStore goes before the Database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pairwatch {

struct DiskConfig {
  /// A folder of this process alone, on a local disk; made where it is missing.
  std::string path;
  /// The pipeline the state belongs to, and the input topics it was made from, one line each, as the caller likes to tell them
  /// apart (a topic's id is better than its name: a topic that was made anew has other offsets). State of others is set aside.
  std::string application;
  std::string topics;

  /// Memory for what was read: blocks, filters and indexes. More makes cold entries cheaper.
  std::size_t block_cache_bytes = std::size_t{512} << 20;
  /// Memory for what was written and is not on disk yet, in four equal parts. More means fewer writes, and more to be read again
  /// from the changelog after a crash, and a faster restore: see Remembers.
  std::size_t write_buffer_bytes = std::size_t{256} << 20;
  /// Threads that write and compact. Two keep up with two busy cores.
  int background_threads = 2;
  /// Files held open. A file has about 64 MiB; one opened anew costs some reads.
  int open_files = 1024;
  /// What was written lasts after this time at the latest, milliseconds of wall clock. A restore after a crash reads no more.
  std::int64_t flush_interval_ms = 600'000;
  /// What was erased has left the disk after about this time, seconds, because every file is written anew then. Less costs writes.
  std::uint64_t rewrite_interval_s = 7 * 86'400;
  /// So many folders set aside may stand beside the database; one more is an error, so that a disk is not filled with them.
  int most_set_aside = 3;
};

class Database {
 public:
  /// The newest format of this program: keys, progress records and the files' layout. Older ones are read.
  static constexpr int kFormat = 1;

  struct Opened {
    std::unique_ptr<Database> database;  ///< nullptr: see error
    std::string error;                   ///< what is wrong, and what helps
    std::vector<std::string> notices;    ///< what was set aside, where, and why: for the log
  };
  static Opened open(const DiskConfig& config);

  /// What was written lasts after an end in order.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Makes what was written last; waits for it. Whether that went well.
  bool flush();
  /// The first thing that went wrong for all stores, such as a full disk, and what helps; empty: nothing has.
  std::string failure() const;

  /// RocksDB's side, known to topology/store alone (rocks.h).
  struct Rocks;
  Rocks& rocks() { return *rocks_; }

 private:
  explicit Database(std::unique_ptr<Rocks> rocks);

  std::unique_ptr<Rocks> rocks_;
};

}  // namespace pairwatch
