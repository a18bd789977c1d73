// What a service must be allowed on a cluster with an authorizer: the least it needs, as kafka-acls.sh takes it, and the sentence
// that names what is missing where a broker refuses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/graph.h"
#include "topology/kafka/config.h"

namespace pairwatch::kafka {

struct Grant {
  enum class Resource : std::uint8_t { kTopic, kGroup, kTransactionalId };
  Resource resource;
  std::string name;
  bool is_prefix = false;               ///< every name that begins so
  std::vector<std::string> operations;  ///< as Kafka names them: Read, Write, Create, Describe, DescribeConfigs

  friend bool operator==(const Grant&, const Grant&) = default;
};

/// What `pairwatch run --services SERVICE` needs with these settings, each resource once. Nothing on the cluster: a transactional
/// producer needs no IdempotentWrite, and topics are created by Create on their own names, where topics.create is set.
std::vector<Grant> grants_of(const Topology& topology, Service service, const KafkaConfig& config);

/// The command that gives it to a principal such as `User:pairwatch`, to be typed as it is.
std::string grant_command(const Grant& grant, const std::string& principal, const KafkaConfig& config);

/// For scripts and people: the commands of each service below a comment that names it.
std::string as_acls(const Topology& topology, const std::vector<Service>& services, const KafkaConfig& config,
                    const std::string& principal);

/// Whether an error of librdkafka says that something is not allowed.
bool is_refusal(int code);

/// How to allow it, as the end of a message: `; allow it with: kafka-acls.sh ...`. Empty where `code` is no refusal.
std::string how_to_allow(int code, const Grant& grant, const KafkaConfig& config);

}  // namespace pairwatch::kafka
