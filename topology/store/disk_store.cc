#include "topology/store/disk_store.h"

#include <rocksdb/slice.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "processors/core/check.h"
#include "processors/core/layout.h"
#include "topology/store/rocks.h"

namespace pairwatch {
namespace {

// Keys: what they lead to, the store's number, the partition, the entry's own key; big-endian, so that a partition, and each part
// of it for expiry, is one range.
constexpr char kEntry = 'e';
constexpr char kProgress = 'p';
constexpr std::size_t kPrefixBytes = 1 + 4 + 4;
constexpr std::size_t kKeyBytes = kPrefixBytes + sizeof(Hash128);
constexpr std::uint8_t kProgressVersion = 1;

template <typename Number>
void write_big_endian(char* to, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i) to[i] = static_cast<char>(number >> (8 * (sizeof number - 1 - i)));
}

std::uint64_t read_big_endian(const char* from) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | static_cast<unsigned char>(from[i]);
  return number;
}

std::uint32_t read_big_endian_32(const char* from) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | static_cast<unsigned char>(from[i]);
  return number;
}

std::string prefix_of(char kind, std::uint32_t store, std::uint32_t partition) {
  std::string prefix(kPrefixBytes, kind);
  write_big_endian(prefix.data() + 1, store);
  write_big_endian(prefix.data() + 5, partition);
  return prefix;
}

Hash128 key_of(const rocksdb::Slice& bytes) {
  return {read_big_endian(bytes.data() + kPrefixBytes), read_big_endian(bytes.data() + kPrefixBytes + 8)};
}

/// Of kExpiryParts, so that a part is what has the same first six bits.
static_assert(PartitionStore::kExpiryParts == 64);
std::size_t part_of(const Hash128& key) { return key.high >> 58; }

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

/// What is restored is written in batches of about so much: each stays in the processor's cache until it is in the memtable, and a
/// memtable that is full goes to disk while the next one is filled.
constexpr std::size_t kRestoreBatchBytes = std::size_t{1} << 20;

/// Where so many entries are restored at once, one in kCountedOneIn is looked up to be counted.
constexpr std::size_t kCountedAll = 8192;
constexpr std::size_t kCountedOneIn = 8;

/// A batch this large gives its memory back.
constexpr std::size_t kBatchBytesKept = std::size_t{16} << 20;

/// What is to be written.
struct Entry {
  Hash128 key;
  std::string_view value;
  std::optional<std::size_t> old_bytes;
};

}  // namespace

struct DiskStore::Disk {
  Disk(Database::Rocks& of, std::string_view store, std::int32_t number)
      : rocks(of),
        partition(number),
        store_number(of.claim(store, number)),
        begin(prefix_of(kEntry, store_number, static_cast<std::uint32_t>(number))),
        end(prefix_of(kEntry, store_number, static_cast<std::uint32_t>(number) + 1)),
        progress_key(prefix_of(kProgress, store_number, static_cast<std::uint32_t>(number))) {
    std::copy(begin.begin(), begin.end(), key.begin());
    in_memory.read_tier = rocksdb::kBlockCacheTier;
    without_log.disableWAL = true;
  }
  ~Disk() {
    value.Reset();
    rocks.release(store_number, partition);
  }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// Lives until the next call.
  rocksdb::Slice key_for(const Hash128& hash) {
    write_big_endian(key.data() + kPrefixBytes, hash.high);
    write_big_endian(key.data() + kPrefixBytes + 8, hash.low);
    return {key.data(), key.size()};
  }

  /// Where part `n` of kExpiryParts begins; the end of the last is the partition's.
  std::string part_begin(int n) const { return n == kExpiryParts ? end : begin + static_cast<char>(n << 2); }

  /// Visits the entries from `from` up to `to` as they are at this moment.
  template <typename Visit>
  rocksdb::Status scan(const std::string& from, const std::string& to, Visit&& visit) const {
    const rocksdb::Slice bound(to);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    options.fill_cache = false;  // so that a sweep does not drive out what is in use
    const std::unique_ptr<rocksdb::Iterator> at(rocks.db->NewIterator(options));
    for (at->Seek(from); at->Valid(); at->Next()) visit(key_of(at->key()), view(at->value()));
    return at->status();
  }

  Database::Rocks& rocks;
  const std::int32_t partition;
  const std::uint32_t store_number;
  const std::string begin, end, progress_key;
  rocksdb::ReadOptions anywhere, in_memory;
  rocksdb::WriteOptions without_log;
  std::array<char, kKeyBytes> key;
  rocksdb::WriteBatch batch;
  std::vector<Entry> entries;        ///< what is being written
  rocksdb::PinnableSlice value;      ///< what get found
  rocksdb::PinnableSlice old_value;  ///< what count found
};

DiskStore::DiskStore(Database& database, std::string_view store, std::int32_t partition)
    : disk_(std::make_unique<Disk>(database.rocks(), store, partition)) {
  load();
}

DiskStore::~DiskStore() { forget_restored(); }

std::string DiskStore::encode(const Stored& stored) {
  std::string bytes;
  LayoutWriter out(bytes);
  out.fixed(kProgressVersion);
  out.fixed(stored.progress.input_offset);
  out.fixed(stored.progress.changelog_offset);
  out.fixed(stored.progress.changelog_time_ms);
  out.fixed(stored.next_part);
  for (const Count& count : stored.counts) {
    out.varint(count.entries);
    out.varint(count.value_bytes);
  }
  return bytes;
}

bool DiskStore::decode(std::string_view bytes, Stored& stored) {
  LayoutReader in(bytes);
  const auto version = in.fixed<std::uint8_t>();
  stored.progress.input_offset = in.fixed<std::int64_t>();
  stored.progress.changelog_offset = in.fixed<std::int64_t>();
  stored.progress.changelog_time_ms = in.fixed<std::int64_t>();
  stored.next_part = in.fixed<std::uint8_t>();
  for (Count& count : stored.counts) {
    count.entries = in.varint();
    count.value_bytes = in.varint();
  }
  return in.ok() && in.at_end() && version == kProgressVersion && stored.next_part < kExpiryParts;
}

void DiskStore::load() {
  if (!healthy()) return;
  std::string bytes;
  const rocksdb::Status status = disk_->rocks.db->Get(disk_->anywhere, disk_->progress_key, &bytes);
  if (status.IsNotFound()) return;
  if (!status.ok()) {
    failure_ = disk_->rocks.failures->add("reading the progress of a partition", status);
  } else if (!decode(bytes, stored_)) {
    stored_ = {};
    failure_ =
        disk_->rocks.failures->add("reading the progress of a partition", rocksdb::Status::Corruption("not as it was written"));
  }
  next_part_ = stored_.next_part;
}

bool DiskStore::healthy() {
  if (failure_.empty() && disk_->rocks.failures->any()) failure_ = disk_->rocks.failures->first();
  return failure_.empty();
}

std::string_view DiskStore::get(const Hash128& key) {
  if (const auto changed = overlay_.find(key)) return *changed;
  write_restored(stored_.progress);
  disk_->value.Reset();
  const rocksdb::Status status =
      disk_->rocks.db->Get(disk_->anywhere, disk_->rocks.db->DefaultColumnFamily(), disk_->key_for(key), &disk_->value);
  if (status.ok()) return view(disk_->value);
  if (!status.IsNotFound() && failure_.empty()) failure_ = disk_->rocks.failures->add("reading an entry", status);
  return {};
}

std::optional<std::size_t> DiskStore::bytes_in_memory(const Hash128& key) {
  rocksdb::DB& db = *disk_->rocks.db;
  disk_->old_value.Reset();
  const rocksdb::Status status = db.Get(disk_->in_memory, db.DefaultColumnFamily(), disk_->key_for(key), &disk_->old_value);
  if (status.IsNotFound()) return 0;
  return status.ok() ? std::optional(disk_->old_value.size()) : std::nullopt;
}

void DiskStore::count(const Hash128& key, std::string_view value, std::optional<std::size_t> old_bytes, Stored& stored) {
  Count& part = stored.counts[part_of(key)];
  if (old_bytes != std::size_t{0} && part.entries > 0) {
    // Not in memory: taken for as large as the new value or, where that is none, as the average.
    const std::uint64_t guess = value.empty() ? part.value_bytes / part.entries : value.size();
    part.value_bytes -= std::min<std::uint64_t>(part.value_bytes, old_bytes.value_or(guess));
    --part.entries;
  }
  if (value.empty()) return;
  ++part.entries;
  part.value_bytes += value.size();
}

std::uint64_t DiskStore::entry_count() const {
  std::uint64_t entries = 0;
  for (const Count& part : stored_.counts) entries += part.entries;
  return entries;
}

std::uint64_t DiskStore::byte_count() const {
  std::uint64_t bytes = 0;
  for (const Count& part : stored_.counts) bytes += part.value_bytes + part.entries * sizeof(Hash128);
  return bytes;
}

void DiskStore::write(const StoreProgress& progress, std::size_t batch_bytes, std::size_t counted_one_in) {
  if (!healthy()) return;
  Stored stored = stored_;
  stored.next_part = static_cast<std::uint8_t>(next_part_);
  rocksdb::WriteBatch& batch = disk_->batch;
  const auto write_batch = [&] {
    rocksdb::Status status = batch.Put(disk_->progress_key, encode(stored));
    if (status.ok()) status = disk_->rocks.db->Write(disk_->without_log, &batch);
    if (batch.GetDataSize() > kBatchBytesKept) batch = rocksdb::WriteBatch();
    batch.Clear();
    return status;
  };
  batch.Clear();
  rocksdb::Status status;
  std::optional<std::size_t> looked_up;
  for (std::size_t i = 0; i < disk_->entries.size() && status.ok(); ++i) {
    const auto& [key, value, old_bytes] = disk_->entries[i];
    // Keys are hashes: what holds for one says as much about those that follow it as about any other.
    if (!old_bytes && i % counted_one_in == 0) looked_up = bytes_in_memory(key);
    count(key, value, old_bytes ? old_bytes : looked_up, stored);
    const rocksdb::Slice at = disk_->key_for(key);
    status = value.empty() ? batch.Delete(at) : batch.Put(at, slice(value));
    if (status.ok() && batch.GetDataSize() >= batch_bytes) status = write_batch();
  }
  stored.progress = progress;
  if (status.ok()) status = write_batch();
  if (!status.ok()) {
    failure_ = disk_->rocks.failures->add("writing", status);
    return;
  }
  stored_ = stored;
  disk_->rocks.flush_when_due();
}

void DiskStore::write_changed(const StoreProgress& progress) {
  auto& entries = disk_->entries;
  entries.clear();
  overlay_.for_each_with_old_bytes([&](const Hash128& key, std::string_view value, std::optional<std::size_t> old_bytes) {
    entries.push_back({key, value, old_bytes});
  });
  // In the order of the keys: a memtable finds the place of the next one from the last, which takes a third off a batch.
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  write(progress, std::numeric_limits<std::size_t>::max(), 1);
  overlay_.clear();
}

void DiskStore::write_restored(const StoreProgress& progress) {
  if (restored_.empty()) return;
  auto& entries = disk_->entries;
  entries.clear();
  restored_.for_each([&](const Hash128& key, std::string_view value) { entries.push_back({key, value, std::nullopt}); });
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  const auto older = std::unique(entries.rbegin(), entries.rend(), [](const Entry& a, const Entry& b) { return a.key == b.key; });
  entries.erase(entries.begin(), older.base());  // from behind, so that the last value of a key is what stays
  write(progress, kRestoreBatchBytes, entries.size() < kCountedAll ? 1 : kCountedOneIn);
  entries = {};
  forget_restored();
}

void DiskStore::forget_restored() {
  if (restored_.empty()) return;
  restored_.clear();
  --disk_->rocks.restoring;
}

void DiskStore::commit(const StoreProgress& progress) {
  if (overlay_.empty() && !restored_.empty()) {
    write_restored(progress);
  } else {
    write_restored(stored_.progress);  // one after the other: counting looks keys up as the database has them
    write_changed(progress);
  }
  restored_ = {};  // gives its memory back: most that is restored is followed by transactions
}

void DiskStore::restore(const Hash128& key, std::string_view value) {
  check(overlay_.empty(), "nothing is restored within a transaction");
  if (restored_.empty()) ++disk_->rocks.restoring;
  restored_.add(key, value);
  if (restored_.bytes() >= disk_->rocks.restore_bytes()) write_restored(stored_.progress);
}

void DiskStore::wipe() {
  overlay_.clear();
  forget_restored();
  disk_->value.Reset();
  if (!healthy()) return;
  rocksdb::WriteBatch batch;
  rocksdb::Status status = batch.DeleteRange(disk_->begin, disk_->end);
  if (status.ok()) status = batch.Delete(disk_->progress_key);
  if (status.ok()) status = disk_->rocks.db->Write(disk_->without_log, &batch);
  if (!status.ok()) {
    failure_ = disk_->rocks.failures->add("wiping a partition", status);
    return;
  }
  stored_ = {};
  next_part_ = 0;
}

std::size_t DiskStore::expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) {
  write_restored(stored_.progress);
  std::size_t erased = 0;
  for (int part = 0; part < std::min(parts, kExpiryParts); ++part) {
    Count counted;
    const rocksdb::Status status = disk_->scan(disk_->part_begin(next_part_), disk_->part_begin(next_part_ + 1),
                                               [&](const Hash128& key, std::string_view value) {
                                                 ++counted.entries;
                                                 counted.value_bytes += value.size();
                                                 if (!(last_event(value) < before) || overlay_.contains(key)) return;
                                                 overlay_.erase(key);
                                                 ++erased;
                                               });
    if (status.ok()) {
      stored_.counts[static_cast<std::size_t>(next_part_)] = counted;
    } else if (failure_.empty()) {
      failure_ = disk_->rocks.failures->add("reading what may expire", status);
    }
    next_part_ = (next_part_ + 1) % kExpiryParts;
  }
  return erased;
}

void DiskStore::visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  const rocksdb::Status status = disk_->scan(disk_->part_begin(part), disk_->part_begin(part + 1), visit);
  if (!status.ok() && failure_.empty()) failure_ = disk_->rocks.failures->add("reading a part of the entries", status);
}

void DiskStore::for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  const rocksdb::Status status = disk_->scan(disk_->begin, disk_->end, visit);
  if (!status.ok() && failure_.empty()) failure_ = disk_->rocks.failures->add("reading all entries", status);
}

std::size_t forget_partitions_as_of_before(Database& database, std::int64_t before_ms) {
  Database::Rocks& rocks = database.rocks();
  const std::string after_all(1, kProgress + 1);
  const rocksdb::Slice bound(after_all);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> at(rocks.db->NewIterator(options));
  std::size_t forgotten = 0;
  rocksdb::WriteBatch batch;
  for (at->Seek(std::string(1, kProgress)); at->Valid(); at->Next()) {
    DiskStore::Stored stored;
    const std::string key = at->key().ToString();
    if (key.size() != kPrefixBytes || !DiskStore::decode(view(at->value()), stored)) continue;
    if (stored.progress.changelog_time_ms >= before_ms) continue;
    const std::uint32_t store = read_big_endian_32(key.data() + 1);
    const std::uint32_t partition = read_big_endian_32(key.data() + 5);
    const std::lock_guard guard(rocks.mutex);
    if (rocks.partitions.contains({store, static_cast<std::int32_t>(partition)})) continue;
    batch.DeleteRange(prefix_of(kEntry, store, partition), prefix_of(kEntry, store, partition + 1));
    batch.Delete(key);
    ++forgotten;
  }
  rocksdb::WriteOptions without_log;
  without_log.disableWAL = true;
  rocksdb::Status status = at->status();
  if (status.ok() && forgotten > 0) status = rocks.db->Write(without_log, &batch);
  if (!status.ok()) rocks.failures->add("forgetting partitions that nobody holds", status);
  return forgotten;
}

}  // namespace pairwatch
