// The services that are simulated: what their records look like, what processes them, what state they must come to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/simulation/partition_log.h"
#include "tests/simulation/random.h"
#include "topology/graph.h"
#include "topology/tasks/task.h"

namespace pairwatch::simulation {

struct SimulatedService {
  std::string name;
  Service service = Service::kRelationship;
  ProcessorFactory make_processor;
  /// Record number `n` of the input, about one of `keys` subjects.
  std::function<StoredRecord(Random& random, std::int64_t keys, std::int64_t n)> make_record;
  /// Its outputs are cases, and its first start holds them back: of each, some first revisions are never written.
  bool warms_up = false;
};

/// Counts by key and says each count, `key=3`; "reset" begins at 0 again and leaves no entry; "bad" cannot be used.
SimulatedService counting_service();
/// The relationship room on random interactions of few pairs.
SimulatedService relationship_service();

/// Each record is the next revision of the case that its key names; "down" stands it down. With a warm-up.
SimulatedService case_service();

}  // namespace pairwatch::simulation
