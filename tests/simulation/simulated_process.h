// One simulated process: real workers of one service on simulated brokers, their stores on one volume.
//
// A crash is the loss of all of this at once: the world drops the object wherever one of its workers stands, and only what the
// cluster and the volume hold remains.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/fate.h"
#include "tests/simulation/setting.h"
#include "tests/simulation/simulated_broker.h"
#include "tests/simulation/simulated_changelog.h"
#include "tests/simulation/simulated_cluster.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/simulation/simulated_service.h"
#include "topology/broker.h"
#include "topology/changelog.h"
#include "topology/observer.h"
#include "topology/store/stores.h"

namespace pairwatch::simulation {

inline const std::string kInputTopic = "input";
inline const std::string kOutputTopic = "output";
inline const std::string kDeadLetterTopic = "dead-letters";
inline const std::string kChangelogTopic = "changelog";

/// Wall clock of every process when a simulation begins.
inline constexpr std::int64_t kWallClockAtStart_ms = 1'780'000'000'000;
/// How long a tombstone stays in the changelog at least.
inline constexpr std::int64_t kTombstonesKept_ms = 90'000;

class SimulatedProcess;

/// What a process sees of the world around it.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual SimulatedCluster& cluster() = 0;
  virtual Random& random() = 0;
  virtual const FaultRates& rates() const = 0;
  virtual std::int64_t now_us() const = 0;
  /// See Fate.
  virtual void point(SimulatedProcess& process, std::string_view what) = 0;
  virtual void wait_ms(SimulatedProcess& process, std::int64_t duration_ms) = 0;
  /// Whether what was written so far is no history any more.
  virtual bool is_history_over() const = 0;
  virtual bool is_traced() const = 0;
  virtual void trace(const std::string& line) = 0;
  /// Something worth counting has happened.
  virtual void note(const std::string& what) = 0;
};

/// Stands between a worker and what it is given, to plant a bug (mutations.h); each returns what it was given, or a wrapper of it.
struct Interposer {
  std::function<std::unique_ptr<Broker>(std::unique_ptr<Broker>)> broker;
  std::function<std::unique_ptr<ChangelogReader>(std::unique_ptr<ChangelogReader>)> changelog;
  std::function<std::unique_ptr<ChangelogReader>(std::unique_ptr<ChangelogReader>)> copied_changelog;  ///< of standby copies
  std::function<std::unique_ptr<PartitionStore>(std::unique_ptr<PartitionStore>)> store;
  BrokerIsolation broker_isolation;
  ChangelogIsolation changelog_isolation;
  bool ignores_age = false;  ///< of stored state that is restored upon
};

class SimulatedProcess final : public Fate {
 public:
  /// `instance` is what stays when a process is started again: its identity in group and transactions. References outlive it.
  SimulatedProcess(Surroundings& surroundings, const Setting& setting, const SimulatedService& service,
                   const Interposer& interposer, std::shared_ptr<SimulatedDisk> disk, std::string instance, std::string name);
  ~SimulatedProcess() override;
  SimulatedProcess(const SimulatedProcess&) = delete;
  SimulatedProcess& operator=(const SimulatedProcess&) = delete;

  std::size_t worker_count() const;
  /// In a call of its own, below on the stack.
  bool is_busy(std::size_t worker) const;
  bool is_any_busy() const;
  /// One round of a worker. False: it has ended, reason() says why. Throws Crash and Violation.
  bool step(std::size_t worker);
  /// As at the end of a process that is asked to stop. Throws Crash and Violation.
  void finish();
  std::string reason(std::size_t worker) const;
  /// Partitions that one of its workers is processing.
  std::size_t running_tasks() const;
  /// Whether one of its workers has yet to bring a partition's state up to date.
  bool is_restoring() const;

  void die() { is_alive_ = false; }
  void set_paused(bool paused) { is_paused_ = paused; }
  bool is_paused() const { return is_paused_; }
  const std::string& name() const { return name_; }
  const std::string& instance() const { return instance_; }
  const std::shared_ptr<SimulatedDisk>& disk() const { return disk_; }

  void point(std::string_view what) override { surroundings_.point(*this, what); }
  void wait_ms(std::int64_t duration_ms) override { surroundings_.wait_ms(*this, duration_ms); }
  bool is_alive() const override { return is_alive_; }
  bool is_running() const override { return is_alive_ && !is_paused_; }
  std::int64_t now_ms() const override;
  Random& random() override { return surroundings_.random(); }
  const FaultRates& rates() const override { return surroundings_.rates(); }
  bool is_traced() const override { return surroundings_.is_traced(); }
  void trace(const std::string& line) override { surroundings_.trace(line); }
  void note(const std::string& what) override { surroundings_.note(what); }

 private:
  std::size_t count_tasks(TaskState state) const;

  class ProcessClock;
  class ProcessGate;
  class ProcessStores;
  struct Copies;
  struct Member;

  Surroundings& surroundings_;
  std::shared_ptr<SimulatedDisk> disk_;
  std::string instance_;
  std::string name_;
  bool is_alive_ = true;
  bool is_paused_ = false;
  std::unique_ptr<ProcessClock> clock_;
  std::unique_ptr<ProcessStores> stores_;
  std::unique_ptr<ProcessGate> gate_;  ///< where the service warms up
  std::vector<std::unique_ptr<Member>> members_;
  std::unique_ptr<Copies> copies_;  ///< where the setting has standby copies; a worker beyond the members
};

}  // namespace pairwatch::simulation
