// The seam between a worker that restores state and the changelog topic it restores from: librdkafka (topology/kafka) or a
// simulator.
//
// A changelog has the partitions of its service's input topic. Its records: 16 bytes of key (Hash128, high then low, big-endian);
// as value the entry, or none where it was erased. Each transaction of a worker writes one record for each key it changed, and puts
// the offset after the last of them into the metadata of the input offsets it commits: that is how far a restore has to go, to
// the record.
//
// Contract: records of a started partition come in offset order, only those whose transaction was committed; positions move past
// what was aborted, compacted away, or is a marker. Errors that may pass are answered by the reader itself, by trying on; `bounds`
// and `start` say kRetriable, anything else cannot be repaired here.
// Thread: one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "processors/core/hash.h"
#include "topology/broker.h"
#include "topology/ports.h"

namespace pairwatch {

/// What there is of a changelog partition.
struct ChangelogBounds {
  std::int64_t begin = 0;  ///< first offset that is still there
  std::int64_t end = 0;    ///< after the newest record, committed or not
};

/// What came. The views live until the next poll().
struct ChangelogRead {
  std::span<const Record> records;
  /// The next offset of each partition that moved: everything before it has come, or will never.
  std::span<const PartitionOffset> positions;
};

class ChangelogReader {
 public:
  virtual ~ChangelogReader() = default;
  virtual BrokerResult bounds(std::int32_t partition, ChangelogBounds& found) = 0;
  /// Reads a partition from an offset on, besides those already started.
  virtual BrokerResult start(PartitionOffset from) = 0;
  /// Stops reading a partition, whether started or not.
  virtual void stop(std::int32_t partition) = 0;
  /// Waits at most `timeout_ms`; returns at once where nothing is started.
  virtual ChangelogRead poll(int timeout_ms) = 0;
};

/// A store's key as the key of a changelog record, and back; nullopt for bytes that are no such key.
std::string changelog_key(const Hash128& key);
std::optional<Hash128> changelog_key_from(std::string_view bytes);

/// What stands beside a committed input offset: `changelog=<offset>;transaction=<number>` in ASCII, and `;warm-up` where the
/// partition warms up.
struct OffsetNote {
  /// After the last changelog record of that partition; 0: nothing was ever written there.
  std::int64_t changelog_offset = 0;
  /// Counts the worker's transactions: two that commit the same offsets can be told apart.
  std::uint64_t transaction = 0;
  /// Cases are held back (topology/tasks/warm_up.h).
  bool is_warming = false;

  friend bool operator==(const OffsetNote&, const OffsetNote&) = default;
};
std::string as_metadata(const OffsetNote& note);
/// Nullopt: empty, or written by something else.
std::optional<OffsetNote> note_from(std::string_view metadata);

}  // namespace pairwatch
