// What a running transaction changed: the newest value of each changed key, over whatever is stored below.
//
// Remembers: each value that was put, at full size, also those put again, until clear() (the runtime bounds a transaction's
//            records).
// Cost:      one hash look-up for each put, erase and find; put copies the value. An empty overlay costs find one comparison.
// Fails:     not at all: only when memory ends.
// Thread:    one at a time.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/check.h"
#include "processors/core/hash.h"

namespace pairwatch {

class Overlay {
 public:
  /// `old_bytes`: of the value stored below, where the caller knows them; of several puts the first one's holds.
  void put(const Hash128& key, std::string_view value, std::optional<std::size_t> old_bytes = {}) {
    check(!value.empty(), "an entry has at least one byte");
    Change& change = change_of(key, old_bytes);
    change.offset = bytes_.size();
    change.size = value.size();
    bytes_.append(value);
  }

  void erase(const Hash128& key) { change_of(key, std::nullopt).size = 0; }

  /// The newest value of a changed key, empty for an erased one; nullopt: it was not changed. Lives until the next put or clear.
  std::optional<std::string_view> find(const Hash128& key) const {
    if (changes_.empty()) return std::nullopt;
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    return value_of(changes_[found->second]);
  }

  bool contains(const Hash128& key) const { return !changes_.empty() && index_.contains(key); }

  /// Calls with each changed key and its newest value, empty for an erased one, in the order in which the keys first changed.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const Change& change : changes_) visit(change.key, value_of(change));
  }

  /// The same, with the size of the value stored below where it is known.
  template <typename Visit>
  void for_each_with_old_bytes(Visit&& visit) const {
    for (const Change& change : changes_) visit(change.key, value_of(change), change.old_bytes);
  }

  void clear() {
    index_.clear();
    changes_.clear();
    bytes_.clear();
  }

  /// Changed keys.
  std::size_t size() const { return changes_.size(); }
  bool empty() const { return changes_.empty(); }
  /// Bytes it holds of values.
  std::size_t value_bytes() const { return bytes_.size(); }

 private:
  /// One changed key: where its newest value stands in bytes_; size 0 is an erased entry.
  struct Change {
    Hash128 key;
    std::size_t offset = 0;
    std::size_t size = 0;
    std::optional<std::size_t> old_bytes;
  };

  Change& change_of(const Hash128& key, std::optional<std::size_t> old_bytes) {
    const auto [found, inserted] = index_.try_emplace(key, static_cast<std::uint32_t>(changes_.size()));
    if (inserted) changes_.push_back({.key = key, .old_bytes = old_bytes});
    return changes_[found->second];
  }

  std::string_view value_of(const Change& change) const { return {bytes_.data() + change.offset, change.size}; }

  absl::flat_hash_map<Hash128, std::uint32_t> index_;  ///< into changes_
  std::vector<Change> changes_;
  std::string bytes_;
};

}  // namespace pairwatch
