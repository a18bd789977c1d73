// Puts a service back to where it has read nothing: its group's offsets and its store's changelog go together. What its processes
// hold on disk is forgotten at their next start (topology/tasks/restore_plan.h).
#pragma once

#include <string>
#include <vector>

#include "topology/graph.h"
#include "topology/kafka/config.h"

namespace pairwatch::kafka {

struct Reset {
  std::vector<std::string> done;  ///< what was done, a sentence each; with `dry_run`, what would be
  std::string problem;            ///< what kept it from being done, and what helps; empty: nothing
};

/// Waits some seconds for each step. May be repeated: what is gone already is no problem.
Reset reset_service(const Topology& topology, Service service, const KafkaConfig& config, bool dry_run);

}  // namespace pairwatch::kafka
