// What the runtime tells about itself: metrics, readiness and progress. Implementations are thread-safe and never block the work.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "processors/core/tally.h"
#include "topology/client_statistics.h"
#include "topology/graph.h"

namespace pairwatch {

/// One escalation that was committed: how long after its input record.
struct EscalationLatency {
  Severity severity;
  double seconds;
};

/// What one committed transaction did.
struct CommitFacts {
  std::uint64_t records = 0;
  double processing_seconds = 0;  ///< spent in the rooms
  double commit_seconds = 0;      ///< from flush to the end of the commit
  std::span<const EscalationLatency> latencies;
  std::uint64_t held_back = 0;        ///< revisions of cases that were not written, because the partition warms up
  std::uint64_t told_of_warm_up = 0;  ///< cases that were held back and are written now
  std::uint64_t headers_dropped = 0;  ///< of inputs, left out of what was written: too large together
};

/// The state of one partition's task.
enum class TaskState : std::uint8_t { kCreated, kRestoring, kRunning, kSuspended, kClosed };
std::string_view task_state_name(TaskState state);

class RuntimeObserver {
 public:
  virtual ~RuntimeObserver() = default;
  virtual void committed(Service service, const Tally& tally, const CommitFacts& facts) = 0;
  virtual void aborted(Service service) = 0;
  /// Records between the position and the end of the partition.
  virtual void lag(Service service, std::string_view topic, std::int32_t partition, std::int64_t records) = 0;
  /// The partition was taken away: its lag is no longer known here.
  virtual void forget(Service service, std::string_view topic, std::int32_t partition) = 0;
  virtual void task(Service service, std::int32_t partition, TaskState state) = 0;
  /// Newest event time a service's partition has seen, milliseconds since 1970.
  virtual void event_time(Service service, std::int32_t partition, EventTime newest) = 0;
  virtual void store(std::string_view store, std::uint64_t entries, std::uint64_t bytes) = 0;
  /// Records that this process has still to restore, at most.
  virtual void restoring(std::string_view store, std::uint64_t records) = 0;
  /// Standby copies of a store that this process keeps, and records that they lack, at most.
  virtual void standby(std::string_view store, std::size_t copies, std::uint64_t behind) = 0;
  /// The table of indicators as this process holds it. Refused and unusable records count from the start of the process.
  virtual void table(const TableCounts& counts) = 0;
  /// A worker has brought the state of the partitions it was given up to date, in so many seconds.
  virtual void restored(std::string_view store, double seconds) = 0;
  /// Whether a partition warms up: its cases are held back.
  virtual void warming(Service service, std::int32_t partition, bool is_warming) = 0;
  /// Whether a worker of the service is in its group with all its tasks running; `waiting_for` says what is missing.
  virtual void ready(Service service, int worker, bool ready, std::string_view waiting_for) = 0;
  /// The worker has got on with what it has, or has nothing to do, or waits for Kafka: liveness. Going round alone does not count.
  virtual void progressed(Service service, int worker) = 0;
  /// The worker has work before it and has not got on with it since progressed(); `what` says which. Told again and again.
  virtual void stands_still(Service service, int worker, std::string_view what) = 0;
  /// What one of the worker's Kafka clients says of itself, every kafka.statistics_interval.
  virtual void client(Service /*service*/, int /*worker*/, const ClientStatistics& /*statistics*/) {}
};

}  // namespace pairwatch
