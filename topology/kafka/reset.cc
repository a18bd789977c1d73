#include "topology/kafka/reset.h"

#include <chrono>
#include <memory>
#include <thread>

#include "topology/kafka/client_settings.h"
#include "topology/kafka/handles.h"
#include "topology/kafka/topics.h"

namespace pairwatch::kafka {
namespace {

constexpr int kTimeout_ms = 15'000;
constexpr int kCreateAttempts = 60;
constexpr std::chrono::milliseconds kCreatePause{500};

using DeleteGroup = std::unique_ptr<rd_kafka_DeleteGroup_t, Destroy<rd_kafka_DeleteGroup_destroy>>;
using DeleteTopic = std::unique_ptr<rd_kafka_DeleteTopic_t, Destroy<rd_kafka_DeleteTopic_destroy>>;

/// Why the group's offsets are still there; empty: they are gone.
std::string delete_offsets(rd_kafka_t* admin, const std::string& group) {
  const DeleteGroup request(rd_kafka_DeleteGroup_new(group.c_str()));
  rd_kafka_DeleteGroup_t* requests[] = {request.get()};
  const Queue queue(rd_kafka_queue_new(admin));
  rd_kafka_DeleteGroups(admin, requests, 1, nullptr, queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), kTimeout_ms));
  if (!event) return "the brokers do not answer";
  if (rd_kafka_event_error(event.get())) return rd_kafka_event_error_string(event.get());
  std::size_t count = 0;
  const rd_kafka_group_result_t** results =
      rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event.get()), &count);
  const rd_kafka_error_t* error = count == 1 ? rd_kafka_group_result_error(results[0]) : nullptr;
  if (error == nullptr) return {};
  switch (rd_kafka_error_code(error)) {
    case RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND: return {};
    case RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP:
      return "processes of the service still run, or have ended less than kafka.session_timeout ago; stop them all, wait that "
             "long, "
             "and try again";
    default: return rd_kafka_error_string(error);
  }
}

/// Why the topic is still there; empty: it is gone.
std::string delete_topic(rd_kafka_t* admin, const std::string& topic) {
  const DeleteTopic request(rd_kafka_DeleteTopic_new(topic.c_str()));
  rd_kafka_DeleteTopic_t* requests[] = {request.get()};
  const Queue queue(rd_kafka_queue_new(admin));
  rd_kafka_DeleteTopics(admin, requests, 1, nullptr, queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), kTimeout_ms));
  if (!event) return "the brokers do not answer";
  if (rd_kafka_event_error(event.get())) return rd_kafka_event_error_string(event.get());
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  const rd_kafka_resp_err_t code = count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_NO_ERROR;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return {};
  const char* words = rd_kafka_topic_result_error_string(results[0]);
  return words == nullptr ? rd_kafka_err2str(code) : words;
}

/// Why the topic is not there again, empty; empty: it is. The brokers may take some seconds over the deletion.
std::string create_again(rd_kafka_t* admin, const std::vector<TopicSpec>& topics, const KafkaConfig& config) {
  std::string waiting_for;
  for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
    const Preparation preparation = TopicPreparer(admin, config).prepare(topics);
    switch (preparation.state) {
      case Preparation::State::kReady: return {};
      case Preparation::State::kStop:
      case Preparation::State::kRefused: return preparation.message;
      case Preparation::State::kTryAgain: waiting_for = preparation.message; break;
    }
    std::this_thread::sleep_for(kCreatePause);
  }
  return waiting_for;
}

}  // namespace

Reset reset_service(const Topology& topology, Service service, const KafkaConfig& config, bool dry_run) {
  const ServiceSpec& spec = topology.service(service);
  const std::string group = identity_of(topology, service, config, 0).group;
  const bool has_state = !spec.store.name.empty();
  const std::string changelog = has_state ? changelog_of(topology, spec).name : std::string();
  Reset reset;
  const std::string offsets_done =
      "the offsets of group " + group + " are gone: it reads " + spec.input + " from where kafka.start_at says";
  const std::string changelog_done = "changelog " + changelog + " is empty: state on disk is forgotten at the next start";
  if (dry_run) {
    reset.done.push_back(offsets_done);
    if (has_state) reset.done.push_back(changelog_done);
    return reset;
  }
  const Client admin = make_client(RD_KAFKA_PRODUCER, admin_settings(config), {});
  if (const std::string why = delete_offsets(admin.get(), group); !why.empty()) {
    reset.problem = "group " + group + ": " + why;
    return reset;
  }
  reset.done.push_back(offsets_done);
  if (!has_state) return reset;
  std::string why = delete_topic(admin.get(), changelog);
  if (why.empty()) why = create_again(admin.get(), topics_of(topology, {service}), config);
  if (why.empty()) {
    reset.done.push_back(changelog_done);
  } else {
    reset.problem = "changelog " + changelog + ": " + why + "; the service refuses to start until this has been done: run it again";
  }
  return reset;
}

}  // namespace pairwatch::kafka
