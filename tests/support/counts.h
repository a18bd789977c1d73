// What the small processors of the tests of the loop have in common: a count for each key, in memory until a checkpoint.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "processors/core/hash.h"
#include "topology/ports.h"

namespace pairwatch::test {

/// A key's count lies in the store as a decimal number; at 0 the store has no entry.
class CountsInStore : public Processor {
 public:
  explicit CountsInStore(Store& store) : store_(store) {}

  void checkpoint() override {
    for (const auto& [key, count] : changed_) {
      if (count == 0) {
        store_.erase(hash128(key));
      } else {
        store_.put(hash128(key), std::to_string(count));
      }
    }
    changed_.clear();
  }
  void rollback() override { changed_.clear(); }
  Tally take_tally() override { return std::exchange(tally_, {}); }

 protected:
  /// The count of a key as it stands, to be changed. Lives until the next checkpoint or rollback.
  int& count_of(const std::string& key) {
    const std::string_view stored = store_.get(hash128(key));
    return changed_.try_emplace(key, stored.empty() ? 0 : std::stoi(std::string(stored))).first->second;
  }
  Outcome reject(const Record& record, Sink& sink) {
    tally_.count(Outcome::kDeadLetter);
    tally_.count(Reject::kMalformedJson);
    sink.reject(record, Reject::kMalformedJson);
    return Outcome::kDeadLetter;
  }
  Tally tally_;

 private:
  Store& store_;
  std::map<std::string, int> changed_;
};

}  // namespace pairwatch::test
