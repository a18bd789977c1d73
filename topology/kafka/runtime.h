// The live runtime: services on Kafka, each with its workers, one thread a worker.
//
// start() returns at once; a starter thread waits for the brokers, prepares the topics, then lets the workers run. A broker that is
// not there is told again and again (kafka.diagnosis_interval), nothing is ready, and everything goes on once it comes. Ends when
// asked to stop, or when one worker cannot go on (crash-only: what it held is read again by the next start).
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "topology/graph.h"
#include "topology/kafka/config.h"
#include "topology/kafka/diagnosis.h"
#include "topology/kafka/handles.h"
#include "topology/kafka/librdkafka_offsets.h"
#include "topology/observer.h"
#include "topology/store/database.h"
#include "topology/tasks/caught_up.h"
#include "topology/tasks/worker.h"

namespace pairwatch::kafka {

/// What the runtime needs to know of the services. Called from every worker's thread.
struct ServiceParts {
  /// The rules in force where they are others than those `known`, and how a service's processors are made with them.
  std::function<std::optional<RulesBundle>(Service, std::uint64_t known)> newer_rules;
  /// The event time from which the time to live of an entry counts that the service's processor has stored.
  std::function<EventTime(Service, std::string_view)> last_event_of;
  std::function<EventTime(Service, std::string_view)> next_due_of;  ///< of entries of escalation and target
  /// Where the records of a service's table go (ServiceSpec::table); nullptr: nobody wants them.
  GlobalTable* table = nullptr;
};

class Runtime {
 public:
  /// `observer`, `database` and `crash_notes` outlive the runtime. `crash_notes`: nullptr: a record that kills the process does so
  /// again and again. `database`: where state is kept; nullptr: in memory. `progress_interval`: how long a worker may
  /// stand still before it looks whether it has work. `problems_of(config)` must be empty.
  Runtime(const Topology& topology, std::vector<Service> services, const KafkaConfig& config, ServiceParts parts,
          RuntimeObserver& observer, Database* database, CrashNotes* crash_notes, Duration progress_interval);
  /// Waits for its threads; stop() comes before.
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  void start();
  /// Asks every worker to commit what it has processed and end. Any thread; may be called again.
  void stop();

  enum class State : std::uint8_t {
    kRunning,
    kCommitted,  ///< every worker has committed and only leaves its group now, which may take long and may be cut off
    kEnded,
  };
  /// Waits until the state is not `seen`, at most `timeout_ms`; returns the state.
  State wait(State seen, int timeout_ms);

  /// Why it ended where nobody asked it to; empty: it was asked, and everything processed is committed.
  std::string reason() const;

 private:
  class StoppableClock;
  struct SharedService {
    SharedState state;
    std::unique_ptr<Stores> stores;
  };

  void run_starter();
  bool prepare_topics();
  void warn_of_timestamps(rd_kafka_t* admin);
  void run_worker(Service service, int worker);
  void work(Service service, int worker);
  void run_standby(Service service);
  void keep_standby(Service service);
  const ServiceSpec* service_with_table() const;
  void run_table(const ServiceSpec& spec);
  void follow_table(const ServiceSpec& spec);
  bool wait_for_table(Service service, int worker);
  void prepare_warm_up();
  void run_warm_up();
  void fail(const std::string& reason);
  int worker_count() const;

  Topology topology_;
  std::vector<Service> services_;
  KafkaConfig config_;
  ServiceParts parts_;
  RuntimeObserver& observer_;
  CrashNotes* crash_notes_;
  Duration progress_interval_;
  Diagnosis diagnosis_;
  std::unique_ptr<RuntimeClock> clock_;
  std::array<SharedService, kServiceCount> shared_;

  std::atomic<bool> stop_{false};
  std::atomic<bool> is_table_loaded_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int committed_workers_ = 0;  ///< guarded by mutex_, as what follows
  int ended_workers_ = 0;
  std::string reason_;
  std::vector<std::thread> threads_;
  std::thread starter_;
  /// Of the services that write escalations, where warm_up says so; asked for by one thread.
  std::unique_ptr<LibrdkafkaOffsets> offsets_;
  std::array<std::unique_ptr<CaughtUp>, kServiceCount> caught_up_;
};

}  // namespace pairwatch::kafka
