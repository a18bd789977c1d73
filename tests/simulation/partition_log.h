// One partition of one topic of a simulated Kafka: records and transaction markers at their offsets.
//
// In:        records, inside a producer's transaction or outside; a marker that ends a producer's transaction; compaction.
// Out:       what a reader of committed records sees: nothing from the first record of an open transaction on (the last stable
//            offset), nothing that was aborted, no marker. Offsets that do not show are gaps.
// Remembers: everything but what compaction took. The end never goes back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pairwatch::simulation {

/// A record that owns its bytes.
struct StoredRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;  ///< none: a tombstone
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t timestamp_ms = 0;

  /// The value of the first header of that name; empty where there is none.
  std::string header(const std::string& name) const;
};

enum class EntryState : std::uint8_t { kOpen, kCommitted, kAborted };

struct LogEntry {
  std::int64_t offset = 0;
  std::int64_t producer_id = 0;
  bool is_marker = false;
  EntryState state = EntryState::kOpen;  ///< of a marker: what it made of its transaction
  StoredRecord record;                   ///< of a marker: empty
  std::int64_t delete_at_ms = -1;        ///< of a tombstone that compaction has met; -1: not yet
};

class PartitionLog {
 public:
  /// As a producer id: the record belongs to no transaction.
  static constexpr std::int64_t kNoTransaction = -1;

  /// Returns the record's offset.
  std::int64_t append(StoredRecord record, std::int64_t producer_id = kNoTransaction);
  /// Ends what the producer has open here, and takes an offset for the marker also where that is nothing.
  void end_transaction(std::int64_t producer_id, bool commit);

  /// After the newest entry of whatever kind.
  std::int64_t end() const { return end_; }
  /// Before the first record of the oldest open transaction; end() where there is none.
  std::int64_t last_stable() const;
  /// The first committed record at or after an offset and before last_stable(), or nullptr.
  const LogEntry* next_committed(std::int64_t offset) const;
  /// The first record at or after an offset, of whatever transaction, or nullptr.
  const LogEntry* next(std::int64_t offset) const;
  /// Every committed record before last_stable(), by offset.
  std::vector<const LogEntry*> committed() const;

  /// Below `before` (never above last_stable(); the newest entry stays): what was aborted goes, of the committed records of one key
  /// all but the last, markers and records without a key. A tombstone that is the last goes in a later compaction, `retention_ms`
  /// after the first that found it: who had read what it erases until then finds it (Kafka's KIP-534).
  void compact(std::int64_t before, std::int64_t now_ms, std::int64_t retention_ms);
  std::size_t entry_count() const { return entries_.size(); }

 private:
  std::vector<LogEntry> entries_;
  std::map<std::int64_t, std::int64_t> open_;  ///< first offset of each producer's open transaction
  std::int64_t end_ = 0;
};

}  // namespace pairwatch::simulation
