// What an entry on disk costs: read, changed and committed, through HotEntries as a room does it.
//
// `--pairs=N` (2,000,000) is how many entries the cold benchmarks have; a tenth of them fits decoded, a fifth of their bytes in the
// block cache. What RocksDB does not hold is in the page cache where the machine has room for it: measure with N as large as that
// matters. The database is in the folder for temporary files.
#include <benchmark/benchmark.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "topology/store/disk_store.h"
#include "topology/store/hot_entries.h"
#include "topology/store/rocks.h"

namespace pairwatch {
namespace {

std::uint64_t pairs = 2'000'000;

constexpr std::size_t kEntryBytes = 250;
constexpr int kRecordsInCommit = 50'000;

Hash128 key(std::uint64_t n) { return hash128({reinterpret_cast<const char*>(&n), sizeof n}); }

/// A state like that of a pair: fixed size, encoded by one copy, half of it zeros.
struct PlainCodec {
  struct State {
    char bytes[kEntryBytes] = {};
  };
  static void decode(std::string_view bytes, State& state) { std::memcpy(state.bytes, bytes.data(), kEntryBytes); }
  static void encode(const State& state, std::string& out) { out.append(state.bytes, kEntryBytes); }
};

class Disk {
 public:
  explicit Disk(std::size_t block_cache_bytes) {
    path_ = (std::filesystem::temp_directory_path() / "pairwatch-bench-XXXXXX").string();
    if (!mkdtemp(path_.data())) std::abort();
    DiskConfig config;
    config.path = path_;
    config.block_cache_bytes = block_cache_bytes;
    database_ = Database::open(config).database;
    if (!database_) std::abort();
    store_ = std::make_unique<DiskStore>(*database_, "relationship", 0);
  }
  ~Disk() {
    store_.reset();
    database_.reset();
    std::filesystem::remove_all(path_);
  }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  void fill(std::uint64_t entries) {
    for_each_record(entries, [&](const Hash128& at, std::string_view value) { store_->restore(at, value); });
    commit();
    database_->flush();
  }
  /// As a worker does it.
  void restore(std::uint64_t entries, std::int32_t partitions) {
    constexpr std::uint64_t kCommitRecords = 200'000;  // Restorer's
    std::vector<std::unique_ptr<DiskStore>> stores;
    for (std::int32_t i = 0; i < partitions; ++i) stores.push_back(std::make_unique<DiskStore>(*database_, "restored", i));
    std::uint64_t n = 0;
    for_each_record(entries, [&](const Hash128& at, std::string_view value) {
      const std::uint64_t dealt = n++;
      DiskStore& store = *stores[dealt % stores.size()];
      store.restore(at, value);
      const std::uint64_t of_store = dealt / stores.size() + 1;
      if (of_store % kCommitRecords == 0) store.commit({.changelog_offset = static_cast<std::int64_t>(of_store)});
    });
    for (const auto& store : stores) store->commit({.input_offset = 1});
    database_->flush();
  }
  /// In batches, without a log.
  void load_plainly(std::uint64_t entries) {
    constexpr int kRecordsInBatch = 1'000;
    rocksdb::WriteOptions without_log;
    without_log.disableWAL = true;
    rocksdb::WriteBatch batch;
    const auto write = [&] {
      if (!database_->rocks().db->Write(without_log, &batch).ok()) std::abort();
      batch.Clear();
    };
    for_each_record(entries, [&](const Hash128& at, std::string_view value) {
      if (!batch.Put({reinterpret_cast<const char*>(&at), sizeof at}, {value.data(), value.size()}).ok()) std::abort();
      if (batch.Count() == kRecordsInBatch) write();
    });
    write();
    database_->flush();
  }
  void commit() { store_->commit({.input_offset = ++offset_}); }
  DiskStore& store() { return *store_; }

 private:
  template <typename Visit>
  static void for_each_record(std::uint64_t entries, Visit&& visit) {
    std::mt19937_64 random(1);
    std::string value(kEntryBytes, '\0');
    for (std::uint64_t i = 0; i < entries; ++i) {
      for (std::size_t at = 0; at < kEntryBytes / 2; at += 8) {
        const std::uint64_t bits = random();
        std::memcpy(value.data() + at, &bits, sizeof bits);
      }
      visit(key(i), value);
    }
  }

  std::string path_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<DiskStore> store_;
  std::int64_t offset_ = 0;
};

void change_entries(benchmark::State& state, Disk& disk, std::uint64_t keys, std::size_t hot) {
  HotEntries<PlainCodec> entries(disk.store(), hot);
  std::mt19937_64 random(2);
  for (auto _ : state) {
    for (int i = 0; i < kRecordsInCommit; ++i) {
      ++entries.at(key(random() % keys)).bytes[0];
      entries.changed();
    }
    entries.checkpoint();
    disk.commit();
  }
  if (!disk.store().failure().empty()) state.SkipWithError(disk.store().failure().c_str());
  state.SetItemsProcessed(state.iterations() * kRecordsInCommit);
}

/// All entries are decoded; each commit writes all that changed. Argument: keys.
void ChangeHotEntries(benchmark::State& state) {
  Disk disk(std::size_t{512} << 20);
  const auto keys = static_cast<std::uint64_t>(state.range(0));
  disk.fill(keys);
  change_entries(state, disk, keys, keys);
}
BENCHMARK(ChangeHotEntries)->Arg(1024)->Arg(8192)->Arg(65'536)->MinTime(4)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Keys drawn evenly: nine of ten are read from disk, and all that changed is written.
void ChangeColdEntries(benchmark::State& state) {
  Disk disk(pairs * kEntryBytes / 5);
  disk.fill(pairs);
  change_entries(state, disk, pairs, pairs / 10);
  state.counters["pairs"] = static_cast<double>(pairs);
}
BENCHMARK(ChangeColdEntries)->MinTime(20)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Records of a changelog. Argument: partitions that are restored side by side.
void Restore(benchmark::State& state) {
  for (auto _ : state) {
    Disk disk(pairs * kEntryBytes / 5);
    disk.restore(pairs, static_cast<std::int32_t>(state.range(0)));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pairs));
}

/// What a restore is measured by: the same records as a program would load them that knows RocksDB and nothing else.
void PlainLoad(benchmark::State& state) {
  for (auto _ : state) {
    Disk disk(pairs * kEntryBytes / 5);
    disk.load_plainly(pairs);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pairs));
}
BENCHMARK(PlainLoad)->Iterations(1)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Restore)->Arg(1)->Arg(8)->Iterations(1)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

void SweepOnePart(benchmark::State& state) {
  Disk disk(pairs * kEntryBytes / 5);
  disk.fill(pairs);
  for (auto _ : state) {
    benchmark::DoNotOptimize(disk.store().expire([](std::string_view) { return kLatestEventTime; }, EventTime{1}, 1));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pairs) / DiskStore::kExpiryParts);
}
BENCHMARK(SweepOnePart)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pairwatch

int main(int count, char** arguments) {
  static constexpr std::string_view kFlag = "--pairs=";
  char** const end = std::remove_if(arguments, arguments + count, [](std::string_view argument) {
    if (!argument.starts_with(kFlag)) return false;
    pairwatch::pairs = std::max<std::uint64_t>(1'000, std::strtoull(argument.data() + kFlag.size(), nullptr, 10));
    return true;
  });
  count = static_cast<int>(end - arguments);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
