// A ChangelogReader by hand, over what a FakeBroker's transactions wrote to one topic.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "tests/support/fake_broker.h"
#include "topology/changelog.h"

namespace pairwatch::test {

class FakeChangelog final : public ChangelogReader {
 public:
  /// `broker` outlives the reader.
  FakeChangelog(FakeBroker& broker, std::size_t topic) : broker_(broker), topic_(topic) {}

  /// Records handed out by one poll at most.
  std::size_t batch = 100;
  /// So many calls of bounds() fail with kRetriable.
  int failures = 0;
  /// Offsets before it are gone.
  std::int64_t begin = 0;
  /// What the log ends with beyond what was committed.
  std::int64_t uncommitted = 0;
  std::vector<PartitionOffset> starts;  ///< what start() was called with
  int polls = 0;

  BrokerResult bounds(std::int32_t partition, ChangelogBounds& found) override {
    if (failures > 0) {
      --failures;
      return BrokerError{ErrorClass::kRetriable, "bounds was made to fail"};
    }
    found = {begin, end(partition)};
    return {};
  }
  BrokerResult start(PartitionOffset from) override {
    starts.push_back(from);
    positions_[from.partition] = from.offset;
    return {};
  }
  void stop(std::int32_t partition) override { positions_.erase(partition); }
  ChangelogRead poll(int) override {
    ++polls;
    records_.clear();
    moved_.clear();
    for (auto& [partition, position] : positions_) {
      for (const ProducedRecord& record : broker_.written) {
        const bool is_ours = record.topic == topic_ && record.partition == partition && record.offset >= position;
        if (!is_ours || records_.size() >= batch) continue;
        records_.push_back({record.key, record.value, {}, record.timestamp_ms, partition, record.offset});
        position = record.offset + 1;
      }
      if (records_.size() < batch) position = end(partition);
      moved_.push_back({partition, position});
    }
    return {records_, moved_};
  }

 private:
  std::int64_t end(std::int32_t partition) const { return broker_.end_of_output(topic_, partition) + uncommitted; }

  FakeBroker& broker_;
  std::size_t topic_;
  std::map<std::int32_t, std::int64_t> positions_;
  std::vector<Record> records_;
  std::vector<PartitionOffset> moved_;
};

}  // namespace pairwatch::test
