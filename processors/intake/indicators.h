// What intake knows of devices, accounts and handles: a table that the runtime fills from `pairwatch.indicators` (a replay: from a
// file) and that intake only reads. What it finds is stamped on the interaction, so that whoever replays the log needs no table.
//
//   in         records of the topic: key as processors/core/indicator.h writes it, value an Indicator; an empty value takes back
//   remembers  one entry a record, at most max_indicators: about 80 bytes each. More are refused and counted; what is known stays
//   cost       a look-up 25 ns where what it touches is in the processor's caches, 0.2 us where a million entries are not, a
//              hash of what is asked for included; a record 40 us where it is published alone (tests/bench/bench_indicators.cc)
//   fails      what cannot be read, or whose key and value say different things, is counted and left out
//   thread     IndicatorTable never changes once published: any number. IndicatorTableBuilder: one
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pairwatch/v1/indicator.pb.h"
#include "processors/core/hash.h"
#include "processors/core/indicator.h"
#include "processors/core/time.h"

namespace pairwatch::intake {

/// What one record says.
struct IndicatorEntry {
  std::uint64_t said_by = 0;  ///< hash of the last part of its key
  std::uint64_t account = 0;  ///< confirmed: digest of the account whose case it was
  EventTime since = kEarliestEventTime;
  IndicatorOrigin origin = IndicatorOrigin::kImported;
};

class IndicatorTable {
 public:
  struct Found {
    bool imported = false;
    bool confirmed = false;  ///< of another account than the one that was asked for
  };

  /// What is known at a time of a digest in a tenant, by those who speak of that tenant or of all. `account`: digest of who asks,
  /// of whom nothing is confirmed here; 0: nobody. A confirmation counts for `confirmed_for`.
  Found find(IndicatorKind kind, std::uint64_t digest, std::string_view tenant, EventTime at, Duration confirmed_for,
             std::uint64_t account) const;

  /// Whether anything is known of that kind and origin: where not, nothing need be hashed to ask for it.
  bool knows(IndicatorKind kind, IndicatorOrigin origin) const { return counts_[place(kind, origin)] > 0; }
  std::size_t size() const { return size_; }

 private:
  friend class IndicatorTableBuilder;
  static constexpr std::size_t kShards = 1024;
  using Shard = absl::flat_hash_map<Hash128, absl::InlinedVector<IndicatorEntry, 1>>;

  static Hash128 slot_of(IndicatorKind kind, std::uint64_t digest, std::string_view tenant);
  static std::size_t shard_of(const Hash128& slot) { return slot.low % kShards; }
  static std::size_t place(IndicatorKind kind, IndicatorOrigin origin) {
    return 2 * static_cast<std::size_t>(kind) + (origin == IndicatorOrigin::kImported ? 1 : 0);
  }

  std::vector<std::shared_ptr<const Shard>> shards_;  ///< null: empty
  std::array<std::size_t, 2 * kIndicatorKindCount> counts_{};
  std::size_t size_ = 0;
};

/// What became of the records that a table was to take.
struct IndicatorCounts {
  std::size_t entries = 0;
  std::uint64_t refused = 0;   ///< beyond max_indicators
  std::uint64_t unusable = 0;  ///< not an indicator, or not what its key says
};

class IndicatorTableBuilder {
 public:
  explicit IndicatorTableBuilder(std::size_t max_indicators);

  /// One record; later ones of the same key take the place of earlier ones. An empty value takes back.
  void apply(std::string_view key, std::string_view value);
  /// What was applied so far. Shares with what was published before all that has not changed since.
  std::shared_ptr<const IndicatorTable> publish();
  IndicatorCounts counts() const { return {table_.size_, refused_, unusable_}; }

 private:
  IndicatorTable::Shard& changeable(std::size_t shard);
  void put(const IndicatorKey& key, const IndicatorEntry& entry);
  void take_back(const IndicatorKey& key);

  std::size_t max_indicators_;
  IndicatorTable table_;
  std::vector<bool> is_own_;  ///< by shard: made since the last publish(), so that nobody else reads it
  v1::Indicator indicator_;
  std::string key_;
  std::uint64_t refused_ = 0;
  std::uint64_t unusable_ = 0;
};

/// The key of an indicator's record, views into `indicator`; `problem`: what is wrong with it, one sentence; empty where nothing
/// is.
IndicatorKey key_of(const v1::Indicator& indicator, std::string& problem);

/// Where intake gets the table from, once at the beginning of each transaction.
class Indicators {
 public:
  virtual ~Indicators() = default;
  /// Never null.
  virtual std::shared_ptr<const IndicatorTable> current() = 0;
};

}  // namespace pairwatch::intake
