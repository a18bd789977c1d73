#include "topology/kafka/acls.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <string_view>

#include "topology/kafka/client_settings.h"
#include "topology/kafka/topics.h"

namespace pairwatch::kafka {
namespace {

using Resource = Grant::Resource;

std::string_view flag_of(Resource resource) {
  switch (resource) {
    case Resource::kTopic: return "--topic";
    case Resource::kGroup: return "--group";
    case Resource::kTransactionalId: return "--transactional-id";
  }
  return "";
}

/// A name such as `User:CN=pairwatch,O=Example Inc` for a shell.
std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:,=/@";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

/// Gathers operations, each resource and operation once, in the order in which they came.
class Grants {
 public:
  void add(Resource resource, const std::string& name, std::initializer_list<const char*> operations, bool is_prefix = false) {
    auto found = std::find_if(grants_.begin(), grants_.end(),
                              [&](const Grant& grant) { return grant.resource == resource && grant.name == name; });
    if (found == grants_.end()) found = grants_.insert(grants_.end(), {resource, name, is_prefix, {}});
    for (const char* operation : operations) {
      if (std::find(found->operations.begin(), found->operations.end(), operation) == found->operations.end())
        found->operations.emplace_back(operation);
    }
  }

  /// Read and Write bring Describe with them.
  void add_topic(const KafkaConfig& config, const std::string& name, std::initializer_list<const char*> operations) {
    add(Resource::kTopic, name, operations);
    if (config.create_topics) add(Resource::kTopic, name, {"Create"});
  }

  std::vector<Grant> take() { return std::move(grants_); }

 private:
  std::vector<Grant> grants_;
};

/// With warm_up, whoever writes escalations asks how far history has come through every service above it.
void add_warm_up(const Topology& topology, const ServiceSpec& service, Grants& grants) {
  for (const ServiceSpec& above : topology.services) {
    const bool is_above = std::any_of(above.outputs.begin(), above.outputs.end(),
                                      [&](const OutputSpec& output) { return output.topic == service.input; });
    if (!is_above || above.service == service.service) continue;
    grants.add(Resource::kTopic, above.input, {"Describe"});
    grants.add(Resource::kGroup, group_of(topology, above.service), {"Describe"});
    add_warm_up(topology, above, grants);
  }
}

}  // namespace

std::vector<Grant> grants_of(const Topology& topology, Service service, const KafkaConfig& config) {
  const ServiceSpec& spec = topology.service(service);
  const TopicSpec* input = topology.topic(spec.input);
  Grants grants;
  grants.add_topic(config, spec.input, {"Read"});
  // Whose clock its timestamps come from is looked at once, at start.
  if (input != nullptr && input->external) grants.add(Resource::kTopic, spec.input, {"DescribeConfigs"});
  if (!spec.table.empty()) grants.add_topic(config, spec.table, {"Read"});
  for (const OutputSpec& output : spec.outputs) grants.add_topic(config, output.topic, {"Write"});
  if (!spec.store.name.empty()) {
    grants.add_topic(config, changelog_of(topology, spec).name, {"Read", "Write", "DescribeConfigs"});
  }
  grants.add(Resource::kGroup, group_of(topology, service), {"Read"});
  // One for each instance and worker; the dot keeps out services whose names begin alike.
  grants.add(Resource::kTransactionalId, group_of(topology, service) + '.', {"Write"}, true);
  if (config.warm_up.until != WarmUp::Until::kNone && writes_escalations(spec)) add_warm_up(topology, spec, grants);
  return grants.take();
}

std::string grant_command(const Grant& grant, const std::string& principal, const KafkaConfig& config) {
  std::string command =
      "kafka-acls.sh --bootstrap-server " + config.bootstrap_servers + " --add --allow-principal " + quoted(principal);
  for (const std::string& operation : grant.operations) command += " --operation " + operation;
  command += ' ' + std::string(flag_of(grant.resource)) + ' ' + grant.name;
  if (grant.is_prefix) command += " --resource-pattern-type prefixed";
  return command;
}

std::string as_acls(const Topology& topology, const std::vector<Service>& services, const KafkaConfig& config,
                    const std::string& principal) {
  std::string text = "# Where administrators must log in as well, add --command-config FILE to each line.\n";
  for (const Service service : services) {
    text += "\n# " + std::string(service_name(service)) + '\n';
    for (const Grant& grant : grants_of(topology, service, config)) text += grant_command(grant, principal, config) + '\n';
  }
  return text;
}

bool is_refusal(int code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED: return true;
  }
  return false;
}

std::string how_to_allow(int code, const Grant& grant, const KafkaConfig& config) {
  if (!is_refusal(code) || grant.operations.empty()) return {};
  return "; allow it with: " + grant_command(grant, "User:PRINCIPAL", config) +
         " (`pairwatch topology --format acls` prints all it needs)";
}

}  // namespace pairwatch::kafka
