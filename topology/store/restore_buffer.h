// What is restored of a partition and is not written yet: the more is written in the order of the keys at once, the less each
// costs.
//
// Remembers: every record that was added, also of a key added before, until clear(); the caller looks at bytes().
// Cost:      add copies the value, and looks nothing up.
// Fails:     not at all: only when memory ends.
// Thread:    one at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/hash.h"

namespace pairwatch {

class RestoreBuffer {
 public:
  /// What a record takes beside its value, while it is sorted and written too.
  static constexpr std::size_t kRecordBytes = 104;

  /// An empty value erases.
  void add(const Hash128& key, std::string_view value) {
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < value.size()) {
      blocks_.emplace_back().reserve(std::max(value.size(), kBlockBytes));
    }
    std::string& block = blocks_.back();
    records_.push_back({key, {block.data() + block.size(), value.size()}});
    block.append(value);
    bytes_ += value.size() + kRecordBytes;
  }

  /// Calls with each record, in the order in which they were added. The views live until clear().
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const Record& record : records_) visit(record.key, record.value);
  }

  void clear() {
    records_.clear();
    blocks_.clear();
    bytes_ = 0;
  }

  bool empty() const { return records_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Record {
    Hash128 key;
    std::string_view value;  ///< in a block
  };
  /// Values stand in blocks, because one string of all would be copied each time it grows, and take twice its size then.
  static constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

  std::vector<Record> records_;
  std::vector<std::string> blocks_;
  std::size_t bytes_ = 0;
};

}  // namespace pairwatch
