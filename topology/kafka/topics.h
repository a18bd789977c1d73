// The topics of the services that run: there, or made with their declared settings, or told with the command that would make them.
#pragma once

#include <string>
#include <vector>

#include "topology/graph.h"
#include "topology/kafka/config.h"
#include "topology/kafka/handles.h"

namespace pairwatch::kafka {

/// The topics that `services` read and write, each once, in the order of the topology; then the changelogs of their stores.
std::vector<TopicSpec> topics_of(const Topology& topology, const std::vector<Service>& services);

/// Whether a moderator reads what the service writes.
bool writes_escalations(const ServiceSpec& service);

/// The settings a topic is created with, as Kafka names them.
std::vector<std::pair<std::string, std::string>> settings_of(const TopicSpec& topic);

/// The command that creates a topic, to be typed as it is.
std::string creation_command(const TopicSpec& topic, const std::string& bootstrap_servers);

/// How far preparing has come.
struct Preparation {
  enum class State : std::uint8_t {
    kReady,
    kTryAgain,  ///< nothing is wrong that time may not mend; `message` says what
    kRefused,   ///< something is not allowed, and goes on by itself once it is; `message` says what
    kStop,      ///< `message` says what a human has to do
  };
  State state = State::kReady;
  std::string message;
};

/// Asks the brokers which topics there are and creates those that are missing. Waits some seconds at most; one thread at a time.
class TopicPreparer {
 public:
  /// `admin` outlives the preparer.
  TopicPreparer(rd_kafka_t* admin, const KafkaConfig& config) : admin_(admin), config_(config) {}

  Preparation prepare(const std::vector<TopicSpec>& topics);

  /// The value of a topic's setting; empty where it cannot be told. Not being allowed to ask is told in the log.
  std::string setting_of(const std::string& topic, const std::string& setting);

 private:
  rd_kafka_resp_err_t ask_by_name(const std::string& topic);
  Preparation look(const std::vector<TopicSpec>& topics, std::vector<TopicSpec>& missing);
  Preparation check_changelog(const TopicSpec& topic, int partitions, int partitions_of_input);
  Preparation create(const std::vector<TopicSpec>& missing);

  rd_kafka_t* admin_;
  const KafkaConfig& config_;
};

/// For tools: sees to it that a topic is there, with its declared settings where it has to be made. What is wrong; empty: it is
/// there. Tries for kPreparePatience_ms.
inline constexpr int kPreparePatience_ms = 30'000;
std::string prepare_topic(const TopicSpec& topic, const KafkaConfig& config);

}  // namespace pairwatch::kafka
