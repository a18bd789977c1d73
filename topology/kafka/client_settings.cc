#include "topology/kafka/client_settings.h"

#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string_view>

namespace pairwatch::kafka {
namespace {

/// librdkafka 2.6.1 is the first whose SCRAM login a Kafka 4 broker accepts (confluentinc/librdkafka #4895).
constexpr int kFirstVersionWithStrictScram = 0x020601ff;

constexpr std::array<std::string_view, 24> kOurs = {"bootstrap.servers",
                                                    "metadata.broker.list",
                                                    "client.id",
                                                    "group.id",
                                                    "group.instance.id",
                                                    "group.protocol",
                                                    "enable.auto.commit",
                                                    "enable.auto.offset.store",
                                                    "isolation.level",
                                                    "partition.assignment.strategy",
                                                    "auto.offset.reset",
                                                    "enable.partition.eof",
                                                    "allow.auto.create.topics",
                                                    "transactional.id",
                                                    "transaction.timeout.ms",
                                                    "enable.idempotence",
                                                    "partitioner",
                                                    "acks",
                                                    "request.required.acks",
                                                    "session.timeout.ms",
                                                    "linger.ms",
                                                    "queue.buffering.max.ms",
                                                    "message.timeout.ms",
                                                    "statistics.interval.ms"};

ClientSettings common_settings(const KafkaConfig& config, const std::string& client_id) {
  ClientSettings settings = {{"bootstrap.servers", config.bootstrap_servers},
                             {"client.id", client_id},
                             {"socket.nagle.disable", "true"},
                             {"reconnect.backoff.max.ms", "2000"},
                             {"topic.metadata.refresh.interval.ms", "30000"}};
  settings.credentials = config.credentials;
  return settings;
}

enum class Role { kConsumer, kProducer };

/// Properties that mean something to one kind of client only; the other would warn of them. librdkafka tells which in the table
/// that its CONFIGURATION.md is made from: `name | C or P or * | ...`.
std::map<std::string, Role> properties_of_one_role() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* file = open_memstream(&text, &size);
  if (file == nullptr) return {};
  rd_kafka_conf_properties_show(file);
  std::fclose(file);
  const std::unique_ptr<char, void (*)(void*)> owner(text, std::free);
  std::istringstream lines(std::string(text, size));
  std::map<std::string, Role> roles;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, bar, role;
    words >> name >> bar >> role;
    if (bar == "|" && role == "C") roles.emplace(name, Role::kConsumer);
    if (bar == "|" && role == "P") roles.emplace(name, Role::kProducer);
  }
  return roles;
}

/// Those of the configuration that this kind of client knows.
std::map<std::string, std::string> properties_for(Role role, const KafkaConfig& config) {
  static const std::map<std::string, Role> kOfOneRole = properties_of_one_role();
  std::map<std::string, std::string> known = config.properties;
  std::erase_if(known, [&](const auto& property) {
    const auto found = kOfOneRole.find(property.first);
    return found != kOfOneRole.end() && found->second != role;
  });
  return known;
}

ClientSettings merged(ClientSettings settings, const std::map<std::string, std::string>& over) {
  for (const auto& [name, value] : over) settings[name] = value;
  return settings;
}

/// What whoever reads needs; what the configuration may not change comes last. `role`: the end of the client's id.
ClientSettings reading_settings(const KafkaConfig& config, const Identity& identity, const std::string& isolation,
                                const std::string& role) {
  const ClientSettings own = {{"group.id", identity.group},
                              {"enable.auto.commit", "false"},
                              {"enable.auto.offset.store", "false"},
                              {"isolation.level", isolation},
                              // Positions come from committed offsets; one that is gone must be told, not papered over.
                              {"auto.offset.reset", "error"},
                              {"enable.partition.eof", "true"},
                              {"allow.auto.create.topics", "false"},
                              {"check.crcs", "true"},
                              {"queued.min.messages", "1000000"},
                              {"queued.max.messages.kbytes", std::to_string(config.fetch_bytes / 1024)}};
  return merged(merged(common_settings(config, identity.client_id + role), properties_for(Role::kConsumer, config)), own);
}

/// What whoever writes needs: what the configuration may change comes first, what must stay comes last.
ClientSettings writing_settings(const KafkaConfig& config, const std::string& client_id) {
  const ClientSettings preferred = {{"compression.type", "lz4"},
                                    {"batch.size", "262144"},
                                    {"batch.num.messages", "100000"},
                                    // The broker's limit counts, which an operator can raise while we run.
                                    {"message.max.bytes", "67108864"},
                                    {"queue.buffering.max.messages", "1000000"}};
  return merged(merged(merged(common_settings(config, client_id), preferred), properties_for(Role::kProducer, config)),
                {{"partitioner", "murmur2_random"}});
}

std::string value_of(const KafkaConfig& config, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto found = config.properties.find(name); found != config.properties.end()) return found->second;
  }
  return {};
}

/// Whether librdkafka was built with it, for instance `sasl_scram`.
bool has_feature(std::string_view feature) {
  const std::unique_ptr<rd_kafka_conf_t, void (*)(rd_kafka_conf_t*)> conf(rd_kafka_conf_new(), rd_kafka_conf_destroy);
  char features[512] = {};
  std::size_t size = sizeof features;
  if (rd_kafka_conf_get(conf.get(), "builtin.features", features, &size) != RD_KAFKA_CONF_OK) return true;
  return (',' + std::string(features) + ',').find(',' + std::string(feature) + ',') != std::string::npos;
}

/// Refuses logins that cannot be, before anything is started.
void check_login(const KafkaConfig& config, std::vector<std::string>& problems) {
  struct Mechanism {
    std::string_view name;
    std::string_view feature;
  };
  constexpr std::array kMechanisms = {Mechanism{"PLAIN", "sasl_plain"}, Mechanism{"SCRAM-SHA-256", "sasl_scram"},
                                      Mechanism{"SCRAM-SHA-512", "sasl_scram"}, Mechanism{"OAUTHBEARER", "sasl_oauthbearer"},
                                      Mechanism{"GSSAPI", "sasl_gssapi"}};
  std::string protocol = value_of(config, {"security.protocol"});
  std::transform(protocol.begin(), protocol.end(), protocol.begin(), [](unsigned char c) { return std::toupper(c); });
  const bool is_tls = protocol == "SSL" || protocol == "SASL_SSL";
  if (is_tls && !has_feature("ssl"))
    problems.push_back(std::string("kafka.properties.security.protocol: librdkafka ") + rd_kafka_version_str() +
                       " was built without TLS");
  if (!protocol.starts_with("SASL_")) return;
  const std::string name = value_of(config, {"sasl.mechanism", "sasl.mechanisms"});
  if (name.empty())
    return problems.push_back("kafka.properties.sasl.mechanism: is missing, but security.protocol is " + protocol +
                              "; set PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER");
  const auto found = std::find_if(kMechanisms.begin(), kMechanisms.end(), [&](const Mechanism& one) { return one.name == name; });
  if (found == kMechanisms.end()) {
    return problems.push_back(
        "kafka.properties.sasl.mechanism: there is no such mechanism; set PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER");
  }
  if (!has_feature(found->feature)) {
    return problems.push_back(std::string("kafka.properties.sasl.mechanism: librdkafka ") + rd_kafka_version_str() +
                              " was built without " + name + "; use another mechanism, or a librdkafka that has it");
  }
  const bool is_by_password = name == "PLAIN" || name.starts_with("SCRAM-");
  if (is_by_password && value_of(config, {"sasl.username"}).empty())
    problems.push_back("kafka.properties.sasl.username: is missing, but " + name + " logs in with it");
  if (is_by_password && value_of(config, {"sasl.password"}).empty())
    problems.push_back("kafka.property_files.sasl.password: is missing, but " + name +
                       " logs in with it; name the file that holds it");
  const bool brings_its_own = !value_of(config, {"sasl.oauthbearer.method"}).empty() ||
                              value_of(config, {"enable.sasl.oauthbearer.unsecure.jwt"}) == "true";
  if (name == "OAUTHBEARER" && !config.oauth.is_set() && !brings_its_own)
    problems.push_back("kafka.oauth: is empty, but OAUTHBEARER logs in with a token; set token_endpoint, or token_file");
}

/// Refuses what `properties` may not hold or librdkafka does not take.
void check_properties(const KafkaConfig& config, std::vector<std::string>& problems) {
  const std::unique_ptr<rd_kafka_conf_t, void (*)(rd_kafka_conf_t*)> conf(rd_kafka_conf_new(), rd_kafka_conf_destroy);
  for (const auto& [name, value] : config.properties) {
    if (std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end()) {
      problems.push_back("kafka.properties." + name +
                         ": exactly-once depends on it, or a setting of pairwatch's own says it; remove it");
      continue;
    }
    char reason[512];
    switch (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason, sizeof reason)) {
      case RD_KAFKA_CONF_OK: break;
      case RD_KAFKA_CONF_UNKNOWN:
        problems.push_back("kafka.properties." + name + ": librdkafka " + rd_kafka_version_str() +
                           " has no such property; see its CONFIGURATION.md");
        break;
      case RD_KAFKA_CONF_INVALID:
        problems.push_back("kafka.properties." + name + ": librdkafka does not take this value; see its CONFIGURATION.md");
        break;
    }
  }
}

}  // namespace

std::string instance_of(const KafkaConfig& config) {
  if (!config.instance.empty()) return config.instance;
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "local";
  return name;
}

std::string group_of(const Topology& topology, Service service) {
  return topology.application + '.' + std::string(service_name(service));
}

Identity identity_of(const Topology& topology, Service service, const KafkaConfig& config, int worker) {
  const std::string instance = instance_of(config), number = std::to_string(worker);
  const std::string group = group_of(topology, service);
  return {group, instance + '-' + number, group + '.' + instance + '.' + number, group + '.' + instance + '.' + number};
}

ClientSettings consumer_settings(const KafkaConfig& config, const Identity& identity) {
  const ClientSettings own = {{"group.instance.id", identity.group_instance},
                              {"session.timeout.ms", std::to_string(config.session_timeout.ms)},
                              {"statistics.interval.ms", std::to_string(config.statistics_interval.ms)},
                              {"partition.assignment.strategy", "cooperative-sticky"}};
  return merged(reading_settings(config, identity, "read_committed", ".consumer"), own);
}

ClientSettings producer_settings(const KafkaConfig& config, const Identity& identity) {
  const ClientSettings own = {{"transactional.id", identity.transactional_id},
                              {"transaction.timeout.ms", std::to_string(config.transaction_timeout.ms)},
                              {"linger.ms", std::to_string(config.linger.ms)},
                              {"statistics.interval.ms", std::to_string(config.statistics_interval.ms)}};
  return merged(writing_settings(config, identity.client_id + ".producer"), own);
}

ClientSettings idempotent_settings(const KafkaConfig& config) {
  return merged(writing_settings(config, "pairwatch." + instance_of(config) + ".tool"),
                {{"enable.idempotence", "true"}, {"linger.ms", "50"}});
}

ClientSettings restore_settings(const KafkaConfig& config, const Identity& identity, const std::string& isolation) {
  // librdkafka wants a group; it joins none, as it never subscribes.
  return reading_settings(config, identity, isolation, ".restore");
}

ClientSettings admin_settings(const KafkaConfig& config) {
  // Asking for a topic must not make it: the brokers' own settings for topics are not ours.
  return merged(
      merged(common_settings(config, "pairwatch." + instance_of(config) + ".admin"), properties_for(Role::kProducer, config)),
      {{"allow.auto.create.topics", "false"}});
}

std::vector<std::string> problems_of(const KafkaConfig& config) {
  std::vector<std::string> problems;
  const auto want = [&](bool holds, const char* problem) {
    if (!holds) problems.emplace_back(problem);
  };
  want(!config.bootstrap_servers.empty(), "kafka.bootstrap_servers: is empty; give host:port of at least one broker");
  want(config.commit_interval.ms >= 1 && config.commit_interval.ms <= 10'000, "commit.interval: must lie between 1 ms and 10 s");
  want(config.commit_interval_behind.ms >= 1 && config.commit_interval_behind.ms <= 10'000,
       "commit.interval_behind: must lie between 1 ms and 10 s");
  want(config.commit_records >= 1, "commit.records: must be at least 1");
  want(config.commit_bytes >= 64u << 10, "commit.bytes: must be at least 64 KiB");
  want(config.batch_records >= 1 && config.batch_records <= 100'000, "kafka.batch_records: must lie between 1 and 100,000");
  want(config.fetch_bytes >= 1u << 20 && config.fetch_bytes <= 2000u << 20,
       "kafka.fetch_bytes: must lie between 1 MiB and 2,000 MiB");
  want(config.transaction_timeout.ms >= 10'000 && config.transaction_timeout.ms <= 900'000,
       "kafka.transaction_timeout: must lie between 10 s and 15 min (brokers refuse more by default)");
  want(config.transaction_timeout.ms >= 10 * std::max(config.commit_interval.ms, config.commit_interval_behind.ms),
       "kafka.transaction_timeout: must be at least ten times commit.interval and commit.interval_behind, or slow commits are "
       "aborted");
  want(config.session_timeout.ms >= 6'000 && config.session_timeout.ms <= 1'800'000,
       "kafka.session_timeout: must lie between 6 s and 30 min (what brokers accept by default)");
  want(config.linger.ms >= 0 && config.linger.ms <= 1'000, "kafka.linger: must lie between 0 and 1 s");
  want(config.shutdown_timeout.ms >= 1'000, "kafka.shutdown_timeout: must be at least 1 s");
  want(config.diagnosis_interval.ms >= 100, "kafka.diagnosis_interval: must be at least 100 ms");
  check_properties(config, problems);
  check_login(config, problems);
  return problems;
}

std::string librdkafka_version() { return rd_kafka_version_str(); }

std::vector<std::string> warnings_of(const KafkaConfig& config) {
  std::vector<std::string> warnings;
  for (const char* name : {"sasl.mechanism", "sasl.mechanisms"}) {
    const auto found = config.properties.find(name);
    if (found == config.properties.end() || !found->second.starts_with("SCRAM-")) continue;
    if (rd_kafka_version() < kFirstVersionWithStrictScram) {
      warnings.push_back(
          std::string("librdkafka ") + rd_kafka_version_str() +
          " cannot log in with SCRAM to Kafka 4.0 or newer (it can to 3.9): install librdkafka 2.6.1 or newer, or use mTLS or "
          "OAUTHBEARER");
    }
  }
  return warnings;
}

}  // namespace pairwatch::kafka
