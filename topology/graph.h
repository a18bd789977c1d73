// What runs and what flows: services, topics, stores. Declared in config/topology.yaml, proved before anything starts,
// drawn by `pairwatch topology`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/time.h"
#include "topology/ports.h"

namespace pairwatch {

enum class Service : std::uint8_t { kIntake, kRelationship, kEscalation, kDecisions, kTarget };
inline constexpr int kServiceCount = 5;

/// For instance `relationship`: in flags, metrics, consumer groups.
std::string_view service_name(Service service);
std::optional<Service> service_named(std::string_view name);

enum class Cleanup : std::uint8_t { kDelete, kCompact };

struct TopicSpec {
  std::string name;
  bool external = false;  ///< the platform's own: made only for a quick start, where it is missing; may be written by others
  std::int32_t partitions = 8;
  std::int16_t replication = -1;  ///< -1: the broker's default
  Cleanup cleanup = Cleanup::kDelete;
  Duration retention = days(30);
  /// A changelog has the partitions of its service's input topic, which is named here; empty: it has its own number.
  std::string partitions_as{};

  friend bool operator==(const TopicSpec&, const TopicSpec&) = default;
};

struct OutputSpec {
  OutputPort port;
  std::string topic;

  friend bool operator==(const OutputSpec&, const OutputSpec&) = default;
};

struct StoreSpec {
  std::string name;  ///< empty: the service keeps nothing
  std::size_t max_entry_bytes = 1024;
  Duration time_to_live = days(180);

  friend bool operator==(const StoreSpec&, const StoreSpec&) = default;
};

struct ServiceSpec {
  Service service;
  std::string input;  ///< exactly one topic
  std::vector<OutputSpec> outputs;
  StoreSpec store;
  /// A compacted topic that every process holds whole and only reads (GlobalTable); empty: none. No input: it orders nothing, so
  /// what a service leads to may come back to it here.
  std::string table{};
  int workers = 1;  ///< threads in one process, each with a consumer and a producer of its own

  friend bool operator==(const ServiceSpec&, const ServiceSpec&) = default;
};

struct Topology {
  std::string application = "pairwatch";  ///< prefixes groups, transactional ids and changelogs
  std::vector<TopicSpec> topics;
  std::vector<ServiceSpec> services;

  const TopicSpec* topic(std::string_view name) const;
  const ServiceSpec& service(Service which) const;

  friend bool operator==(const Topology&, const Topology&) = default;
};

/// How long a compacted topic keeps the records of what was erased, and how long at most it keeps what is outdated.
inline constexpr Duration kDeleteRetention = days(7);
inline constexpr Duration kMaxCompactionLag = days(1);

/// The changelog of a stateful service's store: `<application>.<store>.changelog`, compacted, partitioned as its input.
TopicSpec changelog_of(const Topology& topology, const ServiceSpec& service);

/// What ships (config/topology.yaml says the same).
Topology default_topology();

/// One thing that is wrong with a topology.
struct TopologyProblem {
  std::string setting;  ///< where it is declared: `services.intake.input`, `topics.my.events`
  std::string message;  ///< a sentence with its remedy

  friend bool operator==(const TopologyProblem&, const TopologyProblem&) = default;
};

/// What is wrong with it; empty when it holds: every input and output is declared, everything read is written by someone or
/// external, no service reads what it writes in a circle, each store has a bound, names are valid for Kafka.
std::vector<TopologyProblem> problems_of(const Topology& topology);

/// For people, for Graphviz, and the topics one a line (`name partitions cleanup retention_ms`).
std::string as_text(const Topology& topology);
std::string as_dot(const Topology& topology);
std::string as_topics(const Topology& topology);

}  // namespace pairwatch
