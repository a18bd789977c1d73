// Everything that is measured, as Prometheus sees it, and what health and readiness are answered from.
//
// In:        RuntimeObserver calls from the workers, any thread. Counters move when a transaction has been committed.
// Out:       the text of /metrics; health(), readiness(), topology_json().
// Remembers: one cell for each combination of closed labels (services, outcomes, reasons, signals, stores, topics and
//            partitions of the topology, combinations of the rule set): no label ever holds an account, pair, channel or event id.
//            All exist at zero from the start but those of partitions, which exist while they are assigned, and those of brokers
//            (client_metrics.h).
// Cost:      a commit costs some 100 atomic adds; a scrape never waits for the work and the work never for a scrape, but for a
//            mutex held for the length of a map look-up.
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "processors/core/combination.h"
#include "topology/graph.h"
#include "topology/http/admin_metrics.h"
#include "topology/http/client_metrics.h"
#include "topology/http/config.h"
#include "topology/http/log_metrics.h"
#include "topology/http/rules_metrics.h"
#include "topology/observer.h"

namespace pairwatch::http {

/// An answer of /healthz or /readyz: `body` is JSON that says what is waited for.
struct Condition {
  bool holds = false;
  std::string body;
};

/// A worker that has not got on with its work for too long.
struct Stall {
  Service service;
  int worker;
  std::int64_t since_ms;  ///< wall clock of its last progress
  std::string what;
};

class Metrics final : public RuntimeObserver {
 public:
  using SteadyNow = std::function<std::chrono::steady_clock::time_point()>;
  using WallNowMs = std::function<std::int64_t()>;

  /// `services`: those that this process runs. The clocks can be replaced in tests.
  Metrics(
      const Topology& topology, const std::vector<Service>& services, const BuildInfo& build, const HttpConfig& config,
      SteadyNow steady_now = [] { return std::chrono::steady_clock::now(); },
      WallNowMs wall_now_ms =
          [] {
            return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
          });
  ~Metrics() override;

  /// The combinations of the rule set that is used from now on: each live or shadow one has a cell from here on, at zero.
  void combinations(const std::vector<Combination>& combinations);
  /// When a certificate that this process uses runs out. `name`: what it is for, one of a few of the program's own.
  void certificate(const std::string& name, std::int64_t expires_s);

  void committed(Service service, const Tally& tally, const CommitFacts& facts) override;
  void aborted(Service service) override;
  void lag(Service service, std::string_view topic, std::int32_t partition, std::int64_t records) override;
  void forget(Service service, std::string_view topic, std::int32_t partition) override;
  void task(Service service, std::int32_t partition, TaskState state) override;
  void event_time(Service service, std::int32_t partition, EventTime newest) override;
  void store(std::string_view store, std::uint64_t entries, std::uint64_t bytes) override;
  void restoring(std::string_view store, std::uint64_t records) override;
  void standby(std::string_view store, std::size_t copies, std::uint64_t behind) override;
  void table(const TableCounts& counts) override;
  void restored(std::string_view store, double seconds) override;
  void warming(Service service, std::int32_t partition, bool is_warming) override;
  void ready(Service service, int worker, bool ready, std::string_view waiting_for) override;
  void progressed(Service service, int worker) override;
  void stands_still(Service service, int worker, std::string_view what) override;
  void client(Service service, int worker, const ClientStatistics& statistics) override;

  /// Told by whoever changes the rules while running.
  RulesMetrics& rules() { return rules_; }
  /// Told by the admin port, and by whoever renews secrets.
  AdminMetrics& admin() { return admin_; }
  /// Told by whoever keeps the log.
  LogMetrics& logs() { return logs_; }

  /// The Prometheus text exposition.
  std::string text();
  /// Holds while every worker gets on with what it has; without a broker too. Names those that have not for http.stall_timeout.
  Condition health();
  /// Those, for the log.
  std::vector<Stall> stalls();
  /// Holds once every worker is in its group with all its tasks running, with no partitions too.
  Condition readiness();
  /// Services with their workers, stores and partitions as they are now, and topics, as JSON.
  std::string topology_json();

 private:
  struct Cells;
  struct Worker {
    bool ready = false;
    std::string waiting_for = "the first poll";
    bool is_known = false;
    std::chrono::steady_clock::time_point progressed;  ///< last
    std::string what;                                  ///< it stands still with; empty: it has not told
  };
  struct StoreFigures {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t to_restore = 0;
  };
  Worker& known(Service service, int worker);
  void count_combinations(const Tally& tally);

  Topology topology_;
  HttpConfig config_;
  SteadyNow steady_now_;
  WallNowMs wall_now_ms_;
  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Throw};
  std::unique_ptr<Cells> cells_;
  ClientMetrics clients_;
  RulesMetrics rules_;
  AdminMetrics admin_;
  LogMetrics logs_;

  std::mutex mutex_;  ///< guards what follows
  std::map<std::pair<Service, int>, Worker> workers_;
  std::map<std::pair<Service, std::int32_t>, TaskState> tasks_;
  std::map<std::pair<Service, std::int32_t>, EventTime> event_times_;
  std::set<std::pair<Service, std::int32_t>> warming_;
  std::map<std::pair<Service, std::int32_t>, std::int64_t> lags_;  ///< records
  std::map<std::string, StoreFigures, std::less<>> stores_;
  std::set<Service> services_;  ///< that this process runs; never changes
};

/// The outcomes a service can count, in the order of the enum.
std::vector<Outcome> outcomes_of(Service service);

}  // namespace pairwatch::http
