#include "topology/kafka/topics.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "topology/kafka/acls.h"
#include "topology/kafka/client_settings.h"

namespace pairwatch::kafka {
namespace {

constexpr int kMetadataTimeout_ms = 2'000;
constexpr int kAdminTimeout_ms = 10'000;
constexpr std::size_t kReason = 512;

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
using ConfigResource = std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<rd_kafka_ConfigResource_destroy>>;
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;

Preparation try_again(std::string message) { return {Preparation::State::kTryAgain, std::move(message)}; }

Preparation stop(std::string message) { return {Preparation::State::kStop, std::move(message)}; }

Preparation refused(std::string message) { return {Preparation::State::kRefused, std::move(message)}; }

Grant on_topic(const std::string& name, const char* operation) { return {Grant::Resource::kTopic, name, false, {operation}}; }

std::string commands_for(const std::vector<TopicSpec>& topics, const std::string& bootstrap_servers) {
  std::string commands;
  for (const TopicSpec& topic : topics) commands += "\n  " + creation_command(topic, bootstrap_servers);
  return commands;
}

std::string names_of(const std::vector<TopicSpec>& topics) {
  std::string names;
  for (const TopicSpec& topic : topics) names += (names.empty() ? "" : ", ") + topic.name;
  return names;
}

AdminOptions options_for(rd_kafka_t* admin, rd_kafka_admin_op_t operation) {
  AdminOptions options(rd_kafka_AdminOptions_new(admin, operation));
  char reason[kReason];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kAdminTimeout_ms, reason, sizeof reason);
  return options;
}

}  // namespace

bool writes_escalations(const ServiceSpec& service) {
  return std::any_of(service.outputs.begin(), service.outputs.end(),
                     [](const OutputSpec& output) { return severity_of(output.port).has_value(); });
}

std::vector<TopicSpec> topics_of(const Topology& topology, const std::vector<Service>& services) {
  std::set<std::string> names;
  for (const Service which : services) {
    const ServiceSpec& service = topology.service(which);
    names.insert(service.input);
    if (!service.table.empty()) names.insert(service.table);
    for (const OutputSpec& output : service.outputs) names.insert(output.topic);
  }
  std::vector<TopicSpec> topics;
  std::copy_if(topology.topics.begin(), topology.topics.end(), std::back_inserter(topics),
               [&](const TopicSpec& topic) { return names.contains(topic.name); });
  for (const Service which : services) {
    const ServiceSpec& service = topology.service(which);
    if (!service.store.name.empty()) topics.push_back(changelog_of(topology, service));
  }
  return topics;
}

std::vector<std::pair<std::string, std::string>> settings_of(const TopicSpec& topic) {
  std::vector<std::pair<std::string, std::string>> settings;
  switch (topic.cleanup) {
    case Cleanup::kDelete:
      settings.emplace_back("cleanup.policy", "delete");
      settings.emplace_back("retention.ms", std::to_string(topic.retention.ms));
      break;
    case Cleanup::kCompact:
      settings.emplace_back("cleanup.policy", "compact");
      settings.emplace_back("delete.retention.ms", std::to_string(kDeleteRetention.ms));
      settings.emplace_back("max.compaction.lag.ms", std::to_string(kMaxCompactionLag.ms));
      break;
  }
  if (topic.external) settings.emplace_back("message.timestamp.type", "LogAppendTime");
  return settings;
}

std::string creation_command(const TopicSpec& topic, const std::string& bootstrap_servers) {
  std::string command = "kafka-topics.sh --bootstrap-server " + bootstrap_servers + " --create --topic " + topic.name +
                        " --partitions " + std::to_string(topic.partitions);
  if (topic.replication > 0) command += " --replication-factor " + std::to_string(topic.replication);
  for (const auto& [name, value] : settings_of(topic)) command += " --config " + name + '=' + value;
  return command;
}

Preparation TopicPreparer::prepare(const std::vector<TopicSpec>& topics) {
  std::vector<TopicSpec> missing;
  Preparation found = look(topics, missing);
  if (found.state != Preparation::State::kReady || missing.empty()) return found;
  if (!config_.create_topics) {
    return stop("missing topics: " + names_of(missing) +
                " (topics.create is false). Create them with:" + commands_for(missing, config_.bootstrap_servers));
  }
  const Preparation created = create(missing);
  if (created.state != Preparation::State::kReady) return created;
  return try_again("waiting for the leaders of new topics");  // the next look finds them
}

/// What the broker says of a topic when it is asked by its name: a list of all leaves out what may not be seen.
rd_kafka_resp_err_t TopicPreparer::ask_by_name(const std::string& topic) {
  const TopicHandle handle(rd_kafka_topic_new(admin_, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  if (const auto code = rd_kafka_metadata(admin_, 0, handle.get(), &metadata, kMetadataTimeout_ms)) return code;
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner(metadata);
  return metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

Preparation TopicPreparer::look(const std::vector<TopicSpec>& topics, std::vector<TopicSpec>& missing) {
  const rd_kafka_metadata_t* metadata = nullptr;
  if (const rd_kafka_resp_err_t code = rd_kafka_metadata(admin_, 1, nullptr, &metadata, kMetadataTimeout_ms)) {
    return try_again(std::string("no answer from Kafka at ") + config_.bootstrap_servers + ": " + rd_kafka_err2str(code));
  }
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner(metadata);
  const auto known = [&](const std::string& name) -> const rd_kafka_metadata_topic* {
    const auto* end = metadata->topics + metadata->topic_cnt;
    const auto* found = std::find_if(static_cast<const rd_kafka_metadata_topic*>(metadata->topics), end,
                                     [&](const rd_kafka_metadata_topic& topic) { return name == topic.topic; });
    return found == end || found->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ? nullptr : found;
  };
  std::string not_yet;
  for (const TopicSpec& topic : topics) {
    const rd_kafka_metadata_topic* input = topic.partitions_as.empty() ? nullptr : known(topic.partitions_as);
    const rd_kafka_metadata_topic* found = known(topic.name);
    if (found == nullptr) {
      const rd_kafka_resp_err_t said = ask_by_name(topic.name);
      if (is_refusal(said)) {
        return refused("topic " + topic.name + " may not be seen" +
                       how_to_allow(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, on_topic(topic.name, "Describe"), config_));
      }
      if (said != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {  // made, or allowed, since the list was asked for
        return try_again("topic " + topic.name + " was not listed, but may be there");
      }
      missing.push_back(topic);
      if (input != nullptr && input->partition_cnt > 0) missing.back().partitions = input->partition_cnt;
      continue;
    }
    const bool has_leaders = found->err == RD_KAFKA_RESP_ERR_NO_ERROR && found->partition_cnt > 0 &&
                             std::all_of(found->partitions, found->partitions + found->partition_cnt,
                                         [](const rd_kafka_metadata_partition& partition) { return partition.leader >= 0; });
    if (!has_leaders) {
      not_yet = topic.name;
    } else if (!topic.partitions_as.empty()) {
      const Preparation checked = check_changelog(topic, found->partition_cnt, input == nullptr ? 0 : input->partition_cnt);
      if (checked.state == Preparation::State::kStop) return checked;
    }
  }
  if (missing.empty() && !not_yet.empty()) return try_again("topic " + not_yet + " has partitions without a leader");
  return {};
}

/// State goes where its input goes, and must not be deleted by age.
Preparation TopicPreparer::check_changelog(const TopicSpec& topic, int partitions, int partitions_of_input) {
  if (partitions_of_input > 0 && partitions != partitions_of_input) {
    return stop("changelog " + topic.name + " has " + std::to_string(partitions) + " partitions, but its input " +
                topic.partitions_as + " has " + std::to_string(partitions_of_input) +
                ": state and input would not meet. If partitions were added to the input, give the application another name "
                "(topology.application) and let it build its state anew beside the old one; otherwise delete the changelog: "
                "kafka-topics.sh --bootstrap-server " +
                config_.bootstrap_servers + " --delete --topic " + topic.name);
  }
  const std::string policy = setting_of(topic.name, "cleanup.policy");
  if (policy.empty() || policy == "compact") return {};
  return stop("changelog " + topic.name + " has cleanup.policy=" + policy +
              ", so state would be deleted by age; set it with: kafka-configs.sh --bootstrap-server " + config_.bootstrap_servers +
              " --alter --entity-type topics --entity-name " + topic.name + " --add-config cleanup.policy=compact");
}

Preparation TopicPreparer::create(const std::vector<TopicSpec>& missing) {
  std::vector<NewTopic> owners;
  std::vector<rd_kafka_NewTopic_t*> topics;
  char reason[kReason] = {};
  for (const TopicSpec& topic : missing) {
    owners.emplace_back(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication, reason, sizeof reason));
    if (!owners.back()) return stop("cannot create topic " + topic.name + ": " + reason);
    for (const auto& [name, value] : settings_of(topic))
      rd_kafka_NewTopic_set_config(owners.back().get(), name.c_str(), value.c_str());
    topics.push_back(owners.back().get());
  }
  const Queue queue(rd_kafka_queue_new(admin_));
  rd_kafka_CreateTopics(admin_, topics.data(), topics.size(), options_for(admin_, RD_KAFKA_ADMIN_OP_CREATETOPICS).get(),
                        queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), kAdminTimeout_ms + 1'000));
  if (!event) return try_again("the broker does not answer a request to create topics");
  if (rd_kafka_event_error(event.get()))
    return try_again(std::string("cannot create topics: ") + rd_kafka_event_error_string(event.get()));

  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);
    const std::string name = rd_kafka_topic_result_name(results[i]);
    const auto spec = std::find_if(missing.begin(), missing.end(), [&](const TopicSpec& topic) { return topic.name == name; });
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      spdlog::info("created topic {} with {} partitions{}", name, spec->partitions,
                   spec->external ? " (it is the platform's own, and was missing)" : "");
    } else if (is_refusal(code)) {
      return refused("topic " + name + " is missing and may not be created" +
                     how_to_allow(code, on_topic(name, "Create"), config_) +
                     ". Or create what is missing with:" + commands_for(missing, config_.bootstrap_servers));
    } else if (code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {  // another process of ours was quicker
      const char* words = rd_kafka_topic_result_error_string(results[i]);
      return stop("cannot create topic " + name + ": " + (words != nullptr ? words : rd_kafka_err2str(code)) +
                  ". Create what is missing with:" + commands_for(missing, config_.bootstrap_servers));
    }
  }
  return {};
}

std::string prepare_topic(const TopicSpec& topic, const KafkaConfig& config) {
  const Client admin = make_client(RD_KAFKA_PRODUCER, admin_settings(config), {});
  TopicPreparer preparer(admin.get(), config);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPreparePatience_ms);
  for (;;) {
    const Preparation preparation = preparer.prepare({topic});
    if (preparation.state == Preparation::State::kReady) return {};
    if (preparation.state == Preparation::State::kStop || std::chrono::steady_clock::now() > deadline) return preparation.message;
    rd_kafka_poll(admin.get(), 100);
  }
}

std::string TopicPreparer::setting_of(const std::string& topic, const std::string& setting) {
  const ConfigResource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  const Queue queue(rd_kafka_queue_new(admin_));
  rd_kafka_DescribeConfigs(admin_, resources, 1, options_for(admin_, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS).get(), queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), kAdminTimeout_ms + 1'000));
  if (!event || rd_kafka_event_error(event.get())) return {};
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** answers =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (count != 1) return {};
  if (const rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(answers[0]); is_refusal(code)) {
    spdlog::warn("the settings of topic {} may not be looked at, so nobody checks whether its {} is right{}", topic, setting,
                 how_to_allow(code, on_topic(topic, "DescribeConfigs"), config_));
  }
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(answers[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (setting != rd_kafka_ConfigEntry_name(entries[i])) continue;
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    return value == nullptr ? std::string() : value;
  }
  return {};
}

}  // namespace pairwatch::kafka
