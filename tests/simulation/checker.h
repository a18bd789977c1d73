// The judge of a simulation. It recomputes from the input log alone, record by record, what the service must have told and must
// remember, and compares that with what readers of committed records find. It knows nothing of workers.
//
// Cost: the input processed once, and once more for each partition on a disk.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "processors/core/hash.h"
#include "tests/simulation/simulated_cluster.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/simulation/simulated_service.h"

namespace pairwatch::simulation {

class Checker {
 public:
  /// Both outlive the checker.
  Checker(const SimulatedCluster& cluster, const SimulatedService& service) : cluster_(cluster), service_(service) {}

  /// Each input record has its outputs or its dead letter exactly once, in its partition's order; the group stands behind the last
  /// record; the changelog holds the state. The first thing that does not hold, in words; empty: all does.
  std::string check_cluster() const;
  /// What a disk holds of each partition does not go beyond what the group has committed, and comes to the state with the
  /// changelog's records from where it says it stands. (Alone it may lack what was written anew since: whoever restored up to
  /// offsets that were out of date may have found the old value compacted away.)
  std::string check_disk(const SimulatedDisk& disk, const std::string& name) const;

 private:
  struct Expected {
    std::vector<std::string> outputs;        ///< one line each, in order
    std::vector<std::int64_t> dead_letters;  ///< offsets
    std::map<Hash128, std::string> state;
  };
  /// What the records of an input partition must come to.
  Expected expected(std::int32_t partition) const;
  /// The committed records of a changelog partition from an offset on. False: one is no changelog's.
  bool apply_changelog(std::int32_t partition, std::int64_t from, std::map<Hash128, std::string>& state) const;

  std::string check_outputs(std::int32_t partition, const Expected& expected) const;
  /// Of each case the last revisions stand there, in order, without a gap, each once; none only where it stood down at last.
  std::string check_cases(std::int32_t partition, const Expected& expected) const;
  /// What readers of committed records find of an input partition, by partition of the output.
  std::vector<std::string> found_outputs(std::int32_t partition) const;
  std::string check_dead_letters(std::int32_t partition, const Expected& expected) const;
  std::string check_offsets(std::int32_t partition) const;
  std::string check_changelog(std::int32_t partition, const Expected& expected) const;

  const SimulatedCluster& cluster_;
  const SimulatedService& service_;
};

}  // namespace pairwatch::simulation
