// The properties of librdkafka's clients, as exactly-once and speed need them, and over them what the configuration adds.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "topology/graph.h"
#include "topology/kafka/config.h"

namespace pairwatch::kafka {

/// Properties of librdkafka by name, and what renews a client's login while it runs (null: nothing does).
struct ClientSettings : std::map<std::string, std::string> {
  using map::map;

  std::shared_ptr<Credentials> credentials;
};

/// The names under which one worker is known to the brokers. Stable over restarts.
struct Identity {
  std::string group;             ///< `<application>.<service>`
  std::string group_instance;    ///< `<instance>-<worker>`
  std::string transactional_id;  ///< `<application>.<service>.<instance>.<worker>`
  std::string client_id;         ///< its own for each client: the sticky assignor may loop otherwise (2.0.2)
};

/// `config.instance`, or the host's name where it is empty.
std::string instance_of(const KafkaConfig& config);
/// The consumer group of a service's workers: `<application>.<service>`.
std::string group_of(const Topology& topology, Service service);
Identity identity_of(const Topology& topology, Service service, const KafkaConfig& config, int worker);

ClientSettings consumer_settings(const KafkaConfig& config, const Identity& identity);
ClientSettings producer_settings(const KafkaConfig& config, const Identity& identity);
/// Of a reader of changelogs that belongs to no group; `isolation`: read_committed or read_uncommitted.
ClientSettings restore_settings(const KafkaConfig& config, const Identity& identity, const std::string& isolation);
/// Of a tool's writer: idempotent, no transaction.
ClientSettings idempotent_settings(const KafkaConfig& config);
ClientSettings admin_settings(const KafkaConfig& config);

/// What is wrong with the configuration, each a sentence with its remedy: properties unknown to librdkafka, or of values it
/// refuses, or that exactly-once depends on; limits that contradict each other. Never holds a property's value: it may be a secret.
std::vector<std::string> problems_of(const KafkaConfig& config);

/// Of the librdkafka that is linked, for instance `2.0.2`.
std::string librdkafka_version();

/// What works but will not work well, for instance SCRAM with a librdkafka that cannot log in to Kafka 4.
std::vector<std::string> warnings_of(const KafkaConfig& config);

}  // namespace pairwatch::kafka
