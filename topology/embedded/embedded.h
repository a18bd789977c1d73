// Every service in one process, files in, escalations out: what `pairwatch replay` and the quick start run.
//
// In:        records of an InputSource, as the platform's topic would hold them.
// Out:       escalations in the order raised, rejected records, progress: through a Listener, on the calling thread.
// Remembers: the pairs, actors and minors of the input (see MemoryStore for what each costs), and some batches of records. Entries
// expire
//            by event time as they do live.
// Cost:      read, intake over slices of the batch, relationship by pair, escalation by actor, target by minor: each phase on all
//            threads, with the results put back into input order between them. Reading the next batch overlaps with relationship.
// Fails:     what is wrong with a record is told and counted; an input that cannot be read ends the run with
// EmbeddedResult::failure. Thread:    run_embedded returns when all is done; its threads end with it.
//
// The same input gives the same calls in the same order, on any number of threads: batches, partitions and the order within both
// depend on the input alone. Records travel between the stages as the bytes that the topics would hold.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/tally.h"
#include "topology/embedded/input.h"
#include "topology/services/services.h"

namespace pairwatch::embedded {

struct EmbeddedConfig {
  ServiceConfigs services;  ///< decode.encoding does not matter: see services_for
  int threads = 1;
  /// Ends at the first record that intake rejects; what came before it is decided as ever.
  bool stop_at_first_reject = false;
  /// Decisions of moderators, each a record of their topic, numbered from zero; empty ones are none. One is applied before the
  /// first interaction with which the file is past its decided_at (file_time.h), those left at the end.
  std::vector<std::string> decisions;
  /// Partitions of each stateful service. Results do not depend on it but for the time at which expired entries go.
  std::int32_t partitions = 64;
};

struct Progress {
  std::uint64_t events = 0;
  std::uint64_t bytes_read = 0;
  std::optional<std::uint64_t> bytes_total;
};

/// What a run tells. Views live during the call.
class Listener {
 public:
  virtual ~Listener() = default;
  /// A binary pairwatch.v1.Escalation. False ends the run, for instance because nobody reads any more.
  virtual bool escalation(std::string_view bytes) = 0;
  /// A record that a service cannot use. `number`: of the input's record, from zero; for Service::kDecisions, of the decision.
  virtual void rejected(Service service, std::int64_t number, Reject reason) = 0;
  /// After each batch.
  virtual void progress(const Progress& progress) = 0;
};

struct ServiceTotals {
  std::uint64_t read = 0;  ///< records; the sum of the tally's outcomes
  Tally tally;
  std::uint64_t entries = 0;  ///< in its store at the end
  std::uint64_t bytes = 0;
};

struct EmbeddedResult {
  std::array<ServiceTotals, kServiceCount> services;
  std::uint64_t bytes_read = 0;
  bool stopped = false;                ///< at a reject, or by the listener
  std::optional<std::string> failure;  ///< of the input

  const ServiceTotals& of(Service service) const { return services[static_cast<std::size_t>(service)]; }
  ServiceTotals& of(Service service) { return services[static_cast<std::size_t>(service)]; }
};

/// `configs` for an input of that framing, which says whether its records are JSON or protobuf: nothing is left to recognise.
/// kAuto: the records of a topic, as decode.encoding says.
ServiceConfigs services_for(ServiceConfigs configs, Framing framing);

EmbeddedResult run_embedded(const EmbeddedConfig& config, InputSource& input, Listener& listener);

}  // namespace pairwatch::embedded
