#include "tests/simulation/simulated_process.h"

#include <algorithm>
#include <utility>

#include "tests/simulation/simulated_broker.h"
#include "tests/simulation/simulated_changelog.h"
#include "topology/tasks/standby.h"
#include "topology/tasks/worker.h"

namespace pairwatch::simulation {
namespace {

class SilentObserver final : public RuntimeObserver {
 public:
  void committed(Service, const Tally&, const CommitFacts&) override {}
  void aborted(Service) override {}
  void lag(Service, std::string_view, std::int32_t, std::int64_t) override {}
  void forget(Service, std::string_view, std::int32_t) override {}
  void task(Service, std::int32_t, TaskState) override {}
  void event_time(Service, std::int32_t, EventTime) override {}
  void store(std::string_view, std::uint64_t, std::uint64_t) override {}
  void restoring(std::string_view, std::uint64_t) override {}
  void standby(std::string_view, std::size_t, std::uint64_t) override {}
  void table(const TableCounts&) override {}
  void restored(std::string_view, double) override {}
  void ready(Service, int, bool, std::string_view) override {}
  void warming(Service, std::int32_t, bool) override {}
  void progressed(Service, int) override {}
  void stands_still(Service, int, std::string_view) override {}
};

SinkConfig sink_config(const SimulatedService& service) {
  SinkConfig sink;
  sink.service = service.name;
  sink.input_topic = kInputTopic;
  sink.topic_of_port[static_cast<std::size_t>(OutputPort::kCaseInputs)] = 0;
  sink.topic_of_port[static_cast<std::size_t>(OutputPort::kReview)] = 0;
  sink.topic_of_port[static_cast<std::size_t>(OutputPort::kDeadLetters)] = 1;
  sink.escalation_encoding = EscalationEncoding::kProtobuf;
  return sink;
}

WorkerConfig worker_config(const Setting& setting, const SimulatedService& service, bool ignores_age, int worker) {
  WorkerConfig config;
  config.service = service.service;
  config.worker = worker;
  config.input_topic = kInputTopic;
  config.store = "state";
  config.changelog_topic = 2;
  config.restore.service = service.name;
  config.restore.changelog = kChangelogTopic;
  // The worker takes a day off as a margin; here a margin of half of it is left.
  config.restore.delete_retention = days(1) + (ignores_age ? days(1'000) : milliseconds(kTombstonesKept_ms / 2));
  config.commit_interval = milliseconds(setting.commit_interval_ms);
  config.commit_interval_behind = milliseconds(setting.commit_interval_behind_ms);
  config.commit_records = static_cast<std::size_t>(setting.commit_records);
  config.retry_timeout = milliseconds(setting.retry_timeout_ms);
  return config;
}

}  // namespace

class SimulatedProcess::ProcessClock final : public RuntimeClock {
 public:
  explicit ProcessClock(SimulatedProcess& process) : process_(process) {}
  std::int64_t now_ms() override { return process_.now_ms(); }
  std::int64_t monotonic_us() override { return process_.surroundings_.now_us(); }
  void pause_ms(std::int64_t duration_ms) override { process_.wait_ms(duration_ms); }

 private:
  SimulatedProcess& process_;
};

class SimulatedProcess::ProcessGate final : public WarmUpGate {
 public:
  explicit ProcessGate(Surroundings& surroundings) : surroundings_(surroundings) {}
  bool is_over(std::int32_t, std::int64_t) override { return surroundings_.is_history_over(); }

 private:
  Surroundings& surroundings_;
};

class SimulatedProcess::ProcessStores final : public Stores {
 public:
  ProcessStores(SimulatedProcess& process, const Interposer& interposer) : process_(process), interposer_(interposer) {}

  std::unique_ptr<PartitionStore> open(std::int32_t partition) override {
    process_.point("store.open");
    if (process_.disk_->is_held(partition)) {
      // Another worker of this process has not given it up yet, although the group has given it to this one: it was put out of the
      // group while it was in a long call.
      process_.surroundings_.note("waits: a store that another worker or a standby copy still holds");
      if (claims_.take(partition)) throw Violation("a partition is held by nobody of its process, yet its store is open");
      return nullptr;
    }
    return claims_.take(partition) ? opened(partition) : nullptr;
  }
  std::unique_ptr<PartitionStore> open_as_standby(std::int32_t partition) override {
    process_.point("store.open_as_standby");
    if (process_.disk_->is_held(partition) || !claims_.take_as_standby(partition)) return nullptr;
    return opened(partition);
  }
  bool is_wanted(std::int32_t partition) const override { return claims_.is_wanted(partition); }
  void withdraw(std::int32_t partition) override { claims_.withdraw(partition); }
  void give_back(std::int32_t partition, std::unique_ptr<PartitionStore> store) override {
    store.reset();
    claims_.give_back(partition);
  }

 private:
  std::unique_ptr<PartitionStore> opened(std::int32_t partition) {
    std::unique_ptr<PartitionStore> store = process_.disk_->open(partition, process_);
    return interposer_.store ? interposer_.store(std::move(store)) : std::move(store);
  }

  Claims claims_;
  SimulatedProcess& process_;
  const Interposer& interposer_;
};

/// What keeps the copies of a process, as a worker beside the others.
struct SimulatedProcess::Copies {
  std::unique_ptr<ChangelogReader> changelog;
  std::unique_ptr<Standby> standby;
  bool is_busy = false;
};

/// One worker with what it stands on.
struct SimulatedProcess::Member {
  std::unique_ptr<Broker> broker;
  std::unique_ptr<ChangelogReader> changelog;
  SilentObserver observer;
  SharedState shared;
  std::unique_ptr<Worker> worker;
  bool is_busy = false;
};

SimulatedProcess::SimulatedProcess(Surroundings& surroundings, const Setting& setting, const SimulatedService& service,
                                   const Interposer& interposer, std::shared_ptr<SimulatedDisk> disk, std::string instance,
                                   std::string name)
    : surroundings_(surroundings),
      disk_(std::move(disk)),
      instance_(std::move(instance)),
      name_(std::move(name)),
      clock_(std::make_unique<ProcessClock>(*this)),
      stores_(std::make_unique<ProcessStores>(*this, interposer)) {
  if (service.warms_up) gate_ = std::make_unique<ProcessGate>(surroundings_);
  for (int i = 0; i < setting.workers; ++i) {
    auto member = std::make_unique<Member>();
    const std::string number = '-' + std::to_string(i);
    BrokerIdentity identity{name_ + number, instance_ + number, "transactions-" + instance_ + number};
    const std::vector<std::string> topics = {kOutputTopic, kDeadLetterTopic, kChangelogTopic};
    auto broker = std::make_unique<SimulatedBroker>(surroundings_.cluster(), *this, std::move(identity), kInputTopic, topics);
    broker->isolation = interposer.broker_isolation;
    member->broker = std::move(broker);
    if (interposer.broker) member->broker = interposer.broker(std::move(member->broker));
    auto changelog = std::make_unique<SimulatedChangelog>(surroundings_.cluster(), *this, kChangelogTopic);
    changelog->isolation = interposer.changelog_isolation;
    member->changelog = std::move(changelog);
    if (interposer.changelog) member->changelog = interposer.changelog(std::move(member->changelog));
    WorkerConfig config = worker_config(setting, service, interposer.ignores_age, i);
    config.warm_up = gate_.get();
    member->worker = std::make_unique<Worker>(std::move(config), sink_config(service), service.make_processor, *member->broker,
                                              member->changelog.get(), *stores_, *clock_, member->observer, member->shared);
    members_.push_back(std::move(member));
  }
  if (!setting.standby) return;
  copies_ = std::make_unique<Copies>();
  auto changelog = std::make_unique<SimulatedChangelog>(surroundings_.cluster(), *this, kChangelogTopic);
  changelog->isolation = interposer.changelog_isolation;
  copies_->changelog = std::move(changelog);
  if (interposer.changelog) copies_->changelog = interposer.changelog(std::move(copies_->changelog));
  if (interposer.copied_changelog) copies_->changelog = interposer.copied_changelog(std::move(copies_->changelog));
  copies_->standby = std::make_unique<Standby>(setting.partitions, *copies_->changelog, *stores_,
                                               worker_config(setting, service, interposer.ignores_age, 0).restore, *clock_);
}

SimulatedProcess::~SimulatedProcess() { is_alive_ = false; }

std::size_t SimulatedProcess::worker_count() const { return members_.size() + (copies_ ? 1 : 0); }

bool SimulatedProcess::is_busy(std::size_t worker) const {
  return worker < members_.size() ? members_[worker]->is_busy : copies_->is_busy;
}

bool SimulatedProcess::is_any_busy() const {
  return (copies_ && copies_->is_busy) ||
         std::any_of(members_.begin(), members_.end(), [](const auto& member) { return member->is_busy; });
}

bool SimulatedProcess::step(std::size_t worker) {
  if (worker == members_.size()) {
    copies_->is_busy = true;
    copies_->standby->step(50);
    copies_->is_busy = false;
    return copies_->standby->reason().empty();
  }
  Member& member = *members_[worker];
  member.is_busy = true;
  const bool goes_on = member.worker->step();  // on a Crash the process is gone, so that nobody asks whether it is busy
  member.is_busy = false;
  return goes_on;
}

void SimulatedProcess::finish() {
  for (const auto& member : members_) {
    member->is_busy = true;
    member->worker->finish();
    member->broker->close();  // and it stays busy: nobody steps it again
  }
  if (!copies_) return;
  copies_->is_busy = true;
  copies_->standby->close();
}

std::string SimulatedProcess::reason(std::size_t worker) const {
  return worker < members_.size() ? members_[worker]->worker->reason() : copies_->standby->reason();
}

std::size_t SimulatedProcess::running_tasks() const { return count_tasks(TaskState::kRunning); }

bool SimulatedProcess::is_restoring() const { return count_tasks(TaskState::kRestoring) > 0; }

std::size_t SimulatedProcess::count_tasks(TaskState state) const {
  std::size_t count = 0;
  for (const auto& member : members_) {
    for (std::int32_t partition = 0; partition < surroundings_.cluster().partition_count(kInputTopic); ++partition) {
      const Task* task = member->worker->task(partition);
      if (task != nullptr && task->state() == state) ++count;
    }
  }
  return count;
}

std::int64_t SimulatedProcess::now_ms() const { return kWallClockAtStart_ms + surroundings_.now_us() / 1000; }

}  // namespace pairwatch::simulation
