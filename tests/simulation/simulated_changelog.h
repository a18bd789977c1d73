// topology/changelog.h on a simulated cluster: committed records of a changelog topic in slices of any size.
//
// Bound:  most_records a poll, across partitions.
// Fails:  `bounds` and `start` say kRetriable as the fate decides; polls bring nothing now and then.
// Thread: one.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/fate.h"
#include "tests/simulation/simulated_cluster.h"
#include "topology/changelog.h"

namespace pairwatch::simulation {

/// What the reader is asked to hide and to wait for; anything else is a wrong reader.
struct ChangelogIsolation {
  bool committed_records_only = true;
  bool waits_for_markers = true;  ///< false: takes the last stable offset for the end of the partition
};

class SimulatedChangelog final : public ChangelogReader {
 public:
  /// Cluster and fate outlive the reader.
  SimulatedChangelog(SimulatedCluster& cluster, Fate& fate, std::string topic)
      : cluster_(cluster), fate_(fate), topic_(std::move(topic)) {}

  BrokerResult bounds(std::int32_t partition, ChangelogBounds& found) override;
  BrokerResult start(PartitionOffset from) override;
  void stop(std::int32_t partition) override { positions_.erase(partition); }
  ChangelogRead poll(int timeout_ms) override;

  std::int64_t most_records = 12;
  ChangelogIsolation isolation;

 private:
  SimulatedCluster& cluster_;
  Fate& fate_;
  std::string topic_;
  std::map<std::int32_t, std::int64_t> positions_;  ///< of started partitions
  std::deque<StoredRecord> kept_;                   ///< what the last poll gave
  std::vector<Record> records_;
  std::vector<PartitionOffset> moved_;
};

}  // namespace pairwatch::simulation
