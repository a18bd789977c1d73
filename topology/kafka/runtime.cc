#include "topology/kafka/runtime.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "processors/core/check.h"
#include "topology/kafka/librdkafka_broker.h"
#include "topology/kafka/librdkafka_changelog.h"
#include "topology/kafka/topics.h"
#include "topology/tasks/standby.h"

namespace pairwatch::kafka {
namespace {

constexpr std::int64_t kPreparePause_ms = 500;
constexpr std::int64_t kWarmUpPause_ms = 1'000;
constexpr int kStandbyPoll_ms = 50;

EscalationEncoding encoding_of(OutputEncoding encoding) {
  switch (encoding) {
    case OutputEncoding::kJson: return EscalationEncoding::kJson;
    case OutputEncoding::kProtobuf: return EscalationEncoding::kProtobuf;
  }
  return EscalationEncoding::kJson;
}

/// The topics a service writes to, and which of them each port is.
std::vector<std::string> output_topics(const ServiceSpec& service, SinkConfig& sink) {
  std::vector<std::string> topics;
  for (const OutputSpec& output : service.outputs) {
    auto found = std::find(topics.begin(), topics.end(), output.topic);
    if (found == topics.end()) found = topics.insert(topics.end(), output.topic);
    sink.topic_of_port[static_cast<std::size_t>(output.port)] = static_cast<std::size_t>(found - topics.begin());
  }
  return topics;
}

/// As `top -H` shows it; the kernel keeps fifteen bytes.
void name_thread(const std::string& name) { pthread_setname_np(pthread_self(), name.substr(0, 15).c_str()); }

}  // namespace

class Runtime::StoppableClock final : public RuntimeClock {
 public:
  explicit StoppableClock(Runtime& runtime) : runtime_(runtime) {}

  std::int64_t now_ms() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  std::int64_t monotonic_us() override {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  void pause_ms(std::int64_t duration_ms) override {
    std::unique_lock lock(runtime_.mutex_);
    runtime_.changed_.wait_for(lock, std::chrono::milliseconds(duration_ms), [&] { return runtime_.stop_.load(); });
  }

 private:
  Runtime& runtime_;
};

Runtime::Runtime(const Topology& topology, std::vector<Service> services, const KafkaConfig& config, ServiceParts parts,
                 RuntimeObserver& observer, Database* database, CrashNotes* crash_notes, Duration progress_interval)
    : topology_(topology),
      services_(std::move(services)),
      config_(config),
      parts_(std::move(parts)),
      observer_(observer),
      crash_notes_(crash_notes),
      progress_interval_(progress_interval),
      diagnosis_(config_),
      clock_(std::make_unique<StoppableClock>(*this)) {
  for (const Service service : services_) {
    const std::string& store = topology_.service(service).store.name;
    std::unique_ptr<Stores>& stores = shared_[static_cast<std::size_t>(service)].stores;
    if (database != nullptr && !store.empty()) {
      stores = std::make_unique<DiskStores>(*database, store);
    } else {
      stores = std::make_unique<MemoryStores>(*clock_);
    }
  }
  prepare_warm_up();
}

Runtime::~Runtime() {
  stop();
  if (starter_.joinable()) starter_.join();
  for (std::thread& thread : threads_) thread.join();
}

void Runtime::start() {
  starter_ = std::thread([this] { run_starter(); });
}

void Runtime::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
}

Runtime::State Runtime::wait(State seen, int timeout_ms) {
  const auto state = [this] {
    const int all = worker_count();
    return ended_workers_ >= all ? State::kEnded : committed_workers_ >= all ? State::kCommitted : State::kRunning;
  };
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return state() != seen; });
  return state();
}

std::string Runtime::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

int Runtime::worker_count() const {
  int count = 0;
  for (const Service service : services_) count += topology_.service(service).workers;
  return count;
}

void Runtime::fail(const std::string& reason) {
  {
    const std::lock_guard lock(mutex_);
    if (reason_.empty()) reason_ = reason;
  }
  stop();
}

void Runtime::run_starter() {
  bool is_prepared = false;
  try {
    is_prepared = prepare_topics();
  } catch (const std::exception& error) {
    fail(error.what());
  }
  const std::lock_guard lock(mutex_);
  if (!is_prepared || stop_) {
    committed_workers_ = ended_workers_ = worker_count();
    changed_.notify_all();
    return;
  }
  for (const Service service : services_) {
    const bool has_standby = config_.standby == Standby::kAll && !topology_.service(service).store.name.empty();
    if (has_standby) threads_.emplace_back([this, service] { run_standby(service); });
  }
  if (const ServiceSpec* spec = service_with_table()) threads_.emplace_back([this, spec] { run_table(*spec); });
  if (offsets_) threads_.emplace_back([this] { run_warm_up(); });
  for (const Service service : services_) {
    for (int worker = 0; worker < topology_.service(service).workers; ++worker) {
      threads_.emplace_back([this, service, worker] { run_worker(service, worker); });
    }
  }
}

void Runtime::run_standby(Service service) {
  try {
    keep_standby(service);
  } catch (const std::exception& error) {
    fail("standby of " + std::string(service_name(service)) + ": " + error.what());
  }
}

void Runtime::keep_standby(Service service) {
  const ServiceSpec& spec = topology_.service(service);
  const std::string changelog = changelog_of(topology_, spec).name;
  Identity identity = identity_of(topology_, service, config_, 0);
  identity.client_id += ".standby";
  std::int32_t partitions = 0;
  LibrdkafkaOffsets offsets(topology_, config_, diagnosis_);
  while (!stop_ && (partitions = offsets.partition_count(changelog)) == 0) clock_->pause_ms(kPreparePause_ms);
  offsets.close();
  LibrdkafkaChangelog reader(config_, identity, changelog, diagnosis_);
  pairwatch::Standby standby(partitions, reader, *shared_[static_cast<std::size_t>(service)].stores,
                             {std::string(service_name(service)), changelog, kDeleteRetention}, *clock_);
  std::int64_t told_us = 0;
  while (!stop_ && standby.reason().empty()) {
    standby.step(kStandbyPoll_ms);
    const std::int64_t now_us = clock_->monotonic_us();
    if (now_us - told_us < 1'000'000) continue;
    told_us = now_us;
    observer_.standby(spec.store.name, standby.copies(), standby.behind());
  }
  if (!standby.reason().empty()) fail("standby of " + std::string(service_name(service)) + ": " + standby.reason());
  standby.close();
}

void Runtime::prepare_warm_up() {
  if (config_.warm_up.until == WarmUp::Until::kNone) return;
  for (const Service service : services_) {
    if (!writes_escalations(topology_.service(service))) continue;
    const bool has_time = config_.warm_up.until == WarmUp::Until::kTime;
    if (!offsets_) offsets_ = std::make_unique<LibrdkafkaOffsets>(topology_, config_, diagnosis_);
    const auto until_ms = has_time ? std::optional(config_.warm_up.time_ms) : std::nullopt;
    caught_up_[static_cast<std::size_t>(service)] =
        std::make_unique<CaughtUp>(topology_, service, until_ms, *offsets_, [this] { return clock_->now_ms(); });
  }
}

void Runtime::run_warm_up() {
  try {
    while (!stop_) {
      for (const auto& gate : caught_up_) {
        const std::string what = gate ? gate->look() : "";
        if (!what.empty()) diagnosis_.tell("warm-up", "warm-up: waits for " + what);
      }
      clock_->pause_ms(kWarmUpPause_ms);
    }
    offsets_->close();
  } catch (const std::exception& error) {
    fail(std::string("warm-up: ") + error.what());
  }
}

bool Runtime::prepare_topics() {
  const std::vector<TopicSpec> topics = topics_of(topology_, services_);
  Callbacks callbacks{.opaque = &diagnosis_};
  callbacks.error = [](rd_kafka_t*, int code, const char* reason, void* opaque) {
    static_cast<Diagnosis*>(opaque)->client_error(code, reason);
  };
  const Client admin = make_client(RD_KAFKA_PRODUCER, admin_settings(config_), callbacks);
  TopicPreparer preparer(admin.get(), config_);
  const auto tell_all = [&](const std::string& waiting_for) {
    for (const Service service : services_) {
      for (int worker = 0; worker < topology_.service(service).workers; ++worker) {
        observer_.progressed(service, worker);
        observer_.ready(service, worker, false, waiting_for);
      }
    }
  };
  tell_all("Kafka at " + config_.bootstrap_servers);
  while (!stop_) {
    rd_kafka_poll(admin.get(), 0);
    const Preparation preparation = preparer.prepare(topics);
    switch (preparation.state) {
      case Preparation::State::kReady: warn_of_timestamps(admin.get()); return true;
      case Preparation::State::kStop: fail(preparation.message); return false;
      case Preparation::State::kRefused:
        tell_all(preparation.message);
        diagnosis_.tell("refused", preparation.message + "; trying again");
        clock_->pause_ms(kPreparePause_ms);
        break;
      case Preparation::State::kTryAgain:
        rd_kafka_poll(admin.get(), 0);  // what the client itself has to say is more exact, so it comes first
        tell_all(preparation.message);
        spdlog::debug("{}", preparation.message);
        clock_->pause_ms(kPreparePause_ms);
        break;
    }
  }
  return false;
}

void Runtime::warn_of_timestamps(rd_kafka_t* admin) {
  TopicPreparer preparer(admin, config_);
  for (const Service service : services_) {
    const std::string& input = topology_.service(service).input;
    const TopicSpec* topic = topology_.topic(input);
    if (topic == nullptr || !topic->external) continue;
    const std::string type = preparer.setting_of(input, "message.timestamp.type");
    if (type.empty() || type == "LogAppendTime") continue;
    spdlog::warn(
        "topic {} has message.timestamp.type={}: a producer's wrong clock then decides which events are too far in the future. Set "
        "it with: "
        "kafka-configs.sh --bootstrap-server {} --alter --entity-type topics --entity-name {} --add-config "
        "message.timestamp.type=LogAppendTime",
        input, type, config_.bootstrap_servers, input);
  }
}

void Runtime::run_worker(Service service, int worker) {
  name_thread(std::string(service_name(service)) + '-' + std::to_string(worker));
  try {
    if (wait_for_table(service, worker)) {
      work(service, worker);
    } else {
      const std::lock_guard lock(mutex_);
      ++committed_workers_;
    }
  } catch (const std::exception& error) {
    fail(std::string(service_name(service)) + '-' + std::to_string(worker) + ": " + error.what());
    const std::lock_guard lock(mutex_);
    ++committed_workers_;
  }
  const std::lock_guard lock(mutex_);
  ++ended_workers_;
  changed_.notify_all();
}

void Runtime::work(Service service, int worker) {
  const ServiceSpec& spec = topology_.service(service);
  const TopicSpec* input = topology_.topic(spec.input);
  check(input != nullptr, "the topology has been proved");
  SinkConfig sink;
  sink.service = service_name(service);
  sink.input_topic = spec.input;
  sink.input_is_external = input->external;
  sink.escalation_encoding = encoding_of(config_.output_encoding);
  sink.keep_dead_letter_value = config_.keep_dead_letter_value;
  std::vector<std::string> topics = output_topics(spec, sink);

  WorkerConfig settings;
  settings.service = service;
  settings.worker = worker;
  settings.input_topic = spec.input;
  settings.store = spec.store.name;
  settings.time_to_live = spec.store.time_to_live;
  if (!spec.store.name.empty())
    settings.last_event = [this, service](std::string_view stored) { return parts_.last_event_of(service, stored); };
  if (service == Service::kEscalation || service == Service::kTarget)
    settings.next_due = [this, service](std::string_view stored) { return parts_.next_due_of(service, stored); };
  settings.commit_interval = config_.commit_interval;
  settings.commit_interval_behind = config_.commit_interval_behind;
  settings.commit_records = config_.commit_records;
  settings.commit_bytes = config_.commit_bytes;
  settings.retry_timeout = config_.transaction_timeout;
  settings.diagnosis_interval = config_.diagnosis_interval;
  settings.progress_interval = progress_interval_;
  settings.warm_up = caught_up_[static_cast<std::size_t>(service)].get();
  if (crash_notes_ != nullptr) settings.crash_note = crash_notes_->of(service, worker);

  const Identity identity = identity_of(topology_, service, config_, worker);
  std::unique_ptr<LibrdkafkaChangelog> changelog;
  if (!spec.store.name.empty()) {
    settings.restore = {sink.service, changelog_of(topology_, spec).name, kDeleteRetention};
    settings.changelog_topic = topics.size();
    topics.push_back(settings.restore.changelog);
    changelog = std::make_unique<LibrdkafkaChangelog>(config_, identity, settings.restore.changelog, diagnosis_);
  }
  LibrdkafkaBroker broker(config_, identity, spec.input, topics, diagnosis_,
                          [&](const ClientStatistics& statistics) { observer_.client(service, worker, statistics); });
  settings.newer_rules = [this, service](std::uint64_t known) { return parts_.newer_rules(service, known); };
  const std::optional<RulesBundle> rules = settings.newer_rules(0);
  check(rules.has_value(), "there are rules from the start");
  SharedService& shared = shared_[static_cast<std::size_t>(service)];
  Worker loop(settings, sink, rules->make_processor, broker, changelog.get(), *shared.stores, *clock_, observer_, shared.state);
  const std::string name = sink.service + '-' + std::to_string(worker);
  switch (loop.run(stop_)) {
    case Worker::End::kStopped: break;
    case Worker::End::kNotCommitted:
      fail(name + ": its last transaction could not be committed; the next start reads those records again");
      break;
    case Worker::End::kCannotGoOn: fail(name + ": " + loop.reason()); break;
  }
  {
    const std::lock_guard lock(mutex_);
    ++committed_workers_;
  }
  changed_.notify_all();
  broker.close();
}

}  // namespace pairwatch::kafka
