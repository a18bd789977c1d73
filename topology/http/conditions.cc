// What /healthz, /readyz and /topology answer.

#include <chrono>
#include <nlohmann/json.hpp>

#include "topology/http/metrics.h"
#include "topology/http/stall_log.h"

namespace pairwatch {

std::string_view task_state_name(TaskState state) {
  switch (state) {
    case TaskState::kCreated: return "created";
    case TaskState::kRestoring: return "restoring";
    case TaskState::kRunning: return "running";
    case TaskState::kSuspended: return "suspended";
    case TaskState::kClosed: return "closed";
  }
  return "unknown";
}

namespace http {
namespace {

std::string text_of(std::string_view view) { return std::string(view); }

}  // namespace

std::vector<Stall> Metrics::stalls() {
  const std::lock_guard lock(mutex_);
  const auto now = steady_now_();
  std::vector<Stall> stalls;
  for (const auto& [key, worker] : workers_) {
    const std::int64_t still_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - worker.progressed).count();
    if (still_ms <= config_.stall_timeout.ms) continue;
    stalls.push_back({key.first, key.second, wall_now_ms_() - still_ms,
                      worker.what.empty() ? "it does not come back from what it is doing" : worker.what});
  }
  return stalls;
}

Condition Metrics::health() {
  nlohmann::json stalled = nlohmann::json::array();
  for (const Stall& stall : stalls()) {
    stalled.push_back({{"service", service_name(stall.service)},
                       {"worker", stall.worker},
                       {"since", as_utc(stall.since_ms)},
                       {"what", stall.what}});
  }
  const bool healthy = stalled.empty();
  return {healthy, nlohmann::json{{"healthy", healthy}, {"stalled", stalled}}.dump() + "\n"};
}

Condition Metrics::readiness() {
  const std::lock_guard lock(mutex_);
  nlohmann::json waiting = nlohmann::json::array();
  for (const auto& [key, worker] : workers_) {
    if (!worker.ready) {
      waiting.push_back({{"service", service_name(key.first)}, {"worker", key.second}, {"waiting_for", worker.waiting_for}});
    }
  }
  if (workers_.empty()) waiting.push_back({{"waiting_for", "the first worker to start"}});
  const bool ready = waiting.empty();
  return {ready, nlohmann::json{{"ready", ready}, {"waiting", waiting}}.dump() + "\n"};
}

std::string Metrics::topology_json() {
  const std::lock_guard lock(mutex_);
  nlohmann::json services = nlohmann::json::array();
  for (const ServiceSpec& spec : topology_.services) {
    nlohmann::json outputs = nlohmann::json::object();
    for (const OutputSpec& output : spec.outputs) outputs[text_of(port_name(output.port))] = output.topic;
    nlohmann::json tasks = nlohmann::json::array();
    for (const auto& [key, state] : tasks_) {
      if (key.first != spec.service) continue;
      nlohmann::json task = {{"partition", key.second}, {"state", task_state_name(state)}, {"warms_up", warming_.contains(key)}};
      if (const auto lag = lags_.find(key); lag != lags_.end()) task["lag"] = lag->second;
      if (const auto time = event_times_.find(key); time != event_times_.end()) task["newest_event"] = as_utc(time->second.ms);
      tasks.push_back(std::move(task));
    }
    nlohmann::json workers = nlohmann::json::array();
    for (const auto& [key, worker] : workers_) {
      if (key.first != spec.service) continue;
      workers.push_back({{"worker", key.second}, {"ready", worker.ready}, {"waiting_for", worker.waiting_for}});
    }
    nlohmann::json service = {{"name", service_name(spec.service)},
                              {"runs_here", services_.contains(spec.service)},
                              {"input", spec.input},
                              {"outputs", std::move(outputs)},
                              {"table", spec.table},
                              {"store", spec.store.name},
                              {"workers", std::move(workers)},
                              {"tasks", std::move(tasks)}};
    if (const auto found = stores_.find(spec.store.name); found != stores_.end()) {
      const StoreFigures& figures = found->second;
      service["kept"] = {{"entries", figures.entries}, {"bytes", figures.bytes}, {"records_to_restore", figures.to_restore}};
    }
    services.push_back(std::move(service));
  }
  nlohmann::json topics = nlohmann::json::array();
  for (const TopicSpec& topic : topology_.topics) {
    topics.push_back({{"name", topic.name}, {"external", topic.external}, {"partitions", topic.partitions}});
  }
  return nlohmann::json{{"application", topology_.application}, {"services", services}, {"topics", topics}}.dump(2) + "\n";
}

}  // namespace http
}  // namespace pairwatch
