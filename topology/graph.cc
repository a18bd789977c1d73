// The proof of a topology, and its drawings. Long because both speak of every part of it with the same words.
#include "topology/graph.h"

#include <algorithm>
#include <map>
#include <set>

#include "processors/core/check.h"

namespace pairwatch {
namespace {

constexpr std::size_t kMaxTopicName = 249;        // Kafka's own bound
constexpr std::size_t kMaxApplicationName = 100;  // leaves room for `.<store>.changelog`
constexpr std::int32_t kMaxPartitions = 10'000;
constexpr int kMaxWorkers = 256;
constexpr std::size_t kMaxEntryBytes = 1u << 20;  // a changelog record must fit Kafka's usual message.max.bytes

constexpr std::array kServices = {Service::kIntake, Service::kRelationship, Service::kEscalation, Service::kTarget,
                                  Service::kDecisions};

/// Every port that a service writes to.
std::vector<OutputPort> ports_of(Service service) {
  switch (service) {
    case Service::kIntake: return {OutputPort::kInteractions, OutputPort::kCaseInputs, OutputPort::kDeadLetters};
    case Service::kRelationship: return {OutputPort::kCaseInputs, OutputPort::kDeadLetters};
    case Service::kEscalation:
      return {OutputPort::kUrgent,       OutputPort::kReview,     OutputPort::kWatch,
              OutputPort::kTargetInputs, OutputPort::kIndicators, OutputPort::kDeadLetters};
    case Service::kTarget: return {OutputPort::kUrgent, OutputPort::kReview, OutputPort::kWatch, OutputPort::kDeadLetters};
    case Service::kDecisions: return {OutputPort::kCaseInputs, OutputPort::kTargetInputs, OutputPort::kDeadLetters};
  }
  return {};
}

bool is_stateful(Service service) {
  return service == Service::kRelationship || service == Service::kEscalation || service == Service::kTarget;
}

/// What Kafka takes as the name of a topic or group.
bool is_legal_name(std::string_view name, std::size_t longest) {
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= longest && name != "." && name != ".." && std::all_of(name.begin(), name.end(), legal);
}

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

/// `7d`, `12h`, `90s`: the largest unit that divides it.
std::string in_words(Duration duration) {
  struct Unit {
    std::int64_t ms;
    const char* name;
  };
  for (const Unit& unit : {Unit{86'400'000, "d"}, Unit{3'600'000, "h"}, Unit{60'000, "m"}, Unit{1000, "s"}}) {
    if (duration.ms != 0 && duration.ms % unit.ms == 0) return std::to_string(duration.ms / unit.ms) + unit.name;
  }
  return std::to_string(duration.ms) + "ms";
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  result.resize(std::max(width, result.size()), ' ');
  return result;
}

const char* cleanup_name(Cleanup cleanup) {
  switch (cleanup) {
    case Cleanup::kDelete: return "delete";
    case Cleanup::kCompact: return "compact";
  }
  return "delete";
}

/// Those declared, and the changelogs of the stores.
std::vector<TopicSpec> with_changelogs(const Topology& topology) {
  std::vector<TopicSpec> topics = topology.topics;
  for (const ServiceSpec& service : topology.services) {
    if (!service.store.name.empty()) topics.push_back(changelog_of(topology, service));
  }
  return topics;
}

std::string setting_of(const TopicSpec& topic) { return "topics." + topic.name; }
std::string setting_of(Service service) { return "services." + std::string(service_name(service)); }

/// Gathers what is wrong, one check of the topology after the other.
class Proof {
 public:
  explicit Proof(const Topology& topology) : topology_(topology) {}

  std::vector<TopologyProblem> problems() {
    check_application();
    for (const TopicSpec& topic : topology_.topics) check_topic(topic);
    check_names_differ();
    check_every_service_once();
    for (const ServiceSpec& service : topology_.services) check_service(service);
    check_stores_differ();
    check_flow();
    check_no_circle();
    return std::move(problems_);
  }

 private:
  void tell(std::string setting, std::string message) { problems_.push_back({std::move(setting), std::move(message)}); }

  void check_application() {
    if (is_legal_name(topology_.application, kMaxApplicationName)) return;
    tell("application", "application " + quoted(topology_.application) +
                            " is not a name Kafka takes; use 1 to 100 of a-z, A-Z, 0-9, `.`, `_` and `-`");
  }

  void check_topic(const TopicSpec& topic) {
    const std::string who = "topic " + quoted(topic.name);
    const std::string where = setting_of(topic);
    if (!is_legal_name(topic.name, kMaxTopicName))
      tell(where, who + " is not a name Kafka takes; use 1 to 249 of a-z, A-Z, 0-9, `.`, `_` and `-`");
    if (topic.partitions < 1 || topic.partitions > kMaxPartitions)
      tell(where + ".partitions", who + " has no usable number of partitions; declare 1 to 10,000");
    if (topic.replication != -1 && topic.replication < 1)
      tell(where + ".replication", who + " has no usable replication; declare 1 or more, or -1 for the broker's default");
    if (topic.retention.ms < 1) tell(where + ".retention", who + " keeps nothing; declare a retention above zero");
  }

  void check_names_differ() {
    std::map<std::string, std::string> seen;
    for (const TopicSpec& topic : topology_.topics) {
      std::string flat = topic.name;  // Kafka refuses names that differ only in `.` and `_`: its metrics cannot tell them apart
      std::replace(flat.begin(), flat.end(), '_', '.');
      const auto [other, inserted] = seen.try_emplace(flat, topic.name);
      if (inserted) continue;
      tell(setting_of(topic), other->second == topic.name ? "topic " + quoted(topic.name) + " is declared twice; remove one"
                                                          : "topics " + quoted(other->second) + " and " + quoted(topic.name) +
                                                                " differ only in `.` and `_`, which Kafka refuses; rename one");
    }
  }

  void check_every_service_once() {
    for (const Service service : kServices) {
      const auto count = std::count_if(topology_.services.begin(), topology_.services.end(),
                                       [&](const ServiceSpec& spec) { return spec.service == service; });
      const std::string who = "service " + quoted(service_name(service));
      const std::string where = setting_of(service);
      if (count == 0) tell(where, who + " is not declared; declare its input and outputs");
      if (count > 1) tell(where, who + " is declared more than once; every service reads exactly one topic, so declare it once");
    }
  }

  void check_service(const ServiceSpec& service) {
    const std::string who = "service " + quoted(service_name(service.service));
    const std::string where = setting_of(service.service);
    if (service.workers < 1 || service.workers > kMaxWorkers)
      tell(where + ".workers", who + " has no usable number of workers; declare 1 to 256");
    if (service.input.empty()) {
      tell(where + ".input", who + " reads nothing; name its input topic");
    } else if (topology_.topic(service.input) == nullptr) {
      tell(where + ".input",
           who + " reads topic " + quoted(service.input) + ", which is not declared; declare it under topics or correct the name");
    }
    check_outputs(service, who);
    check_store(service, who);
    check_table(service, who);
  }

  void check_table(const ServiceSpec& service, const std::string& who) {
    if (service.table.empty()) return;
    const TopicSpec* topic = topology_.topic(service.table);
    const std::string where = setting_of(service.service) + ".table";
    if (service.service != Service::kIntake) {
      tell(where, who + " holds no table; remove " + quoted(service.table) + " (intake holds the indicators)");
    } else if (topic == nullptr) {
      tell(where,
           who + " holds topic " + quoted(service.table) + ", which is not declared; declare it under topics or correct the name");
    } else if (!topic->external && topic->cleanup != Cleanup::kCompact) {
      tell(setting_of(*topic) + ".cleanup",
           "topic " + quoted(service.table) + " is held as a table, but what is old would be deleted; declare `cleanup: compact`");
    }
  }

  void check_outputs(const ServiceSpec& service, const std::string& who) {
    const std::vector<OutputPort> ports = ports_of(service.service);
    const auto where = [&](OutputPort port) { return setting_of(service.service) + ".outputs." + std::string(port_name(port)); };
    for (const OutputPort port : ports) {
      const auto count = std::count_if(service.outputs.begin(), service.outputs.end(),
                                       [&](const OutputSpec& output) { return output.port == port; });
      if (count == 0)
        tell(where(port), who + " has no topic for its output " + quoted(port_name(port)) + "; name one under outputs");
      if (count > 1) tell(where(port), who + " has several topics for its output " + quoted(port_name(port)) + "; name one");
    }
    for (const OutputSpec& output : service.outputs) {
      if (std::find(ports.begin(), ports.end(), output.port) == ports.end()) {
        tell(where(output.port), who + " never writes to " + quoted(port_name(output.port)) + "; remove that output");
      }
      if (topology_.topic(output.topic) == nullptr) {
        tell(where(output.port), who + " writes topic " + quoted(output.topic) +
                                     ", which is not declared; declare it under topics or correct the name");
      }
    }
  }

  void check_store(const ServiceSpec& service, const std::string& who) {
    const StoreSpec& store = service.store;
    const std::string where = setting_of(service.service) + ".store.name";
    if (!is_stateful(service.service)) {
      if (!store.name.empty()) tell(where, who + " keeps nothing, but declares store " + quoted(store.name) + "; remove it");
      return;
    }
    if (!is_legal_name(store.name, kMaxApplicationName)) {
      tell(
          where,
          who +
              " needs a store with a name Kafka takes (its changelog's name holds it); use 1 to 100 of a-z, A-Z, 0-9, `.`, `_` and "
              "`-`");
    }
    if (store.max_entry_bytes < 1 || store.max_entry_bytes > kMaxEntryBytes) {
      tell(where, "store " + quoted(store.name) + " has no usable bound for an entry; give it 1 byte to 1 MiB");
    }
    if (store.time_to_live.ms < 1) tell(where, "store " + quoted(store.name) + " never forgets; declare a time to live above zero");
  }

  void check_stores_differ() {
    std::set<std::string> seen;
    for (const ServiceSpec& service : topology_.services) {
      if (service.store.name.empty() || seen.insert(service.store.name).second) continue;
      tell(setting_of(service.service) + ".store.name",
           "store " + quoted(service.store.name) + " belongs to two services; give each its own");
    }
  }

  void check_flow() {
    std::set<std::string> written;
    std::set<std::string> read;
    for (const ServiceSpec& service : topology_.services) {
      read.insert(service.input);
      if (!service.table.empty()) read.insert(service.table);
      for (const OutputSpec& output : service.outputs) written.insert(output.topic);
    }
    for (const TopicSpec& topic : topology_.topics) {
      const bool is_read = read.contains(topic.name);
      const bool is_written = written.contains(topic.name);
      if (is_read && !is_written && !topic.external) {
        tell(setting_of(topic),
             "topic " + quoted(topic.name) + " is read but nothing writes it; mark it `external: true` or name it as an output");
      }
      if (!is_read && !is_written)
        tell(setting_of(topic), "topic " + quoted(topic.name) + " is neither read nor written; remove it (`" + topic.name +
                                    ": null` where it is a default)");
    }
  }

  /// The services that read what `service` writes.
  std::vector<const ServiceSpec*> readers_of(const ServiceSpec& service) const {
    std::vector<const ServiceSpec*> readers;
    for (const ServiceSpec& other : topology_.services) {
      const bool reads = std::any_of(service.outputs.begin(), service.outputs.end(),
                                     [&](const OutputSpec& output) { return output.topic == other.input; });
      if (reads) readers.push_back(&other);
    }
    return readers;
  }

  void check_no_circle() {
    for (const ServiceSpec& start : topology_.services) {
      std::vector<const ServiceSpec*> ahead = readers_of(start);
      std::set<const ServiceSpec*> seen;
      bool returns = false;
      while (!ahead.empty() && !returns) {
        const ServiceSpec* next = ahead.back();
        ahead.pop_back();
        returns = next == &start;
        if (!seen.insert(next).second) continue;
        for (const ServiceSpec* reader : readers_of(*next)) ahead.push_back(reader);
      }
      if (returns) {
        tell(setting_of(start.service) + ".outputs",
             "service " + quoted(service_name(start.service)) +
                 " reads, in a circle, what comes of its own output; let it write to a topic that no stage before it reads");
      }
    }
  }

  const Topology& topology_;
  std::vector<TopologyProblem> problems_;
};

}  // namespace

std::string_view service_name(Service service) {
  switch (service) {
    case Service::kIntake: return "intake";
    case Service::kRelationship: return "relationship";
    case Service::kEscalation: return "escalation";
    case Service::kTarget: return "target";
    case Service::kDecisions: return "decisions";
  }
  return "unknown";
}

std::optional<Service> service_named(std::string_view name) {
  for (const Service service : kServices) {
    if (service_name(service) == name) return service;
  }
  return std::nullopt;
}

const TopicSpec* Topology::topic(std::string_view name) const {
  const auto found = std::find_if(topics.begin(), topics.end(), [&](const TopicSpec& topic) { return topic.name == name; });
  return found == topics.end() ? nullptr : &*found;
}

const ServiceSpec& Topology::service(Service which) const {
  const auto found = std::find_if(services.begin(), services.end(), [&](const ServiceSpec& spec) { return spec.service == which; });
  check(found != services.end(), "the topology declares every service");
  return *found;
}

TopicSpec changelog_of(const Topology& topology, const ServiceSpec& service) {
  check(!service.store.name.empty(), "a service that keeps nothing has no changelog");
  TopicSpec changelog;
  changelog.name = topology.application + '.' + service.store.name + ".changelog";
  changelog.cleanup = Cleanup::kCompact;
  changelog.partitions_as = service.input;
  if (const TopicSpec* input = topology.topic(service.input)) {
    changelog.partitions = input->partitions;
    changelog.replication = input->replication;
  }
  return changelog;
}

Topology default_topology() {
  Topology topology;
  topology.topics = {
      {.name = "platform.events", .external = true},
      {.name = "pairwatch.interactions"},
      {.name = "pairwatch.case-inputs"},
      {.name = "pairwatch.target-inputs"},
      {.name = "pairwatch.indicators", .cleanup = Cleanup::kCompact},
      {.name = "moderation.escalations.urgent", .retention = days(90)},
      {.name = "moderation.escalations.review", .retention = days(90)},
      {.name = "moderation.escalations.watch", .retention = days(90)},
      {.name = "moderation.decisions", .external = true},
      {.name = "pairwatch.dead-letters", .retention = days(14)},
  };
  const OutputSpec dead_letters{OutputPort::kDeadLetters, "pairwatch.dead-letters"};
  topology.services = {
      {.service = Service::kIntake,
       .input = "platform.events",
       .outputs = {{OutputPort::kInteractions, "pairwatch.interactions"},
                   {OutputPort::kCaseInputs, "pairwatch.case-inputs"},
                   dead_letters},
       .store = {},
       .table = "pairwatch.indicators"},
      {.service = Service::kRelationship,
       .input = "pairwatch.interactions",
       .outputs = {{OutputPort::kCaseInputs, "pairwatch.case-inputs"}, dead_letters},
       .store = {.name = "pairs", .max_entry_bytes = 1024, .time_to_live = days(180)}},
      {.service = Service::kEscalation,
       .input = "pairwatch.case-inputs",
       .outputs = {{OutputPort::kUrgent, "moderation.escalations.urgent"},
                   {OutputPort::kReview, "moderation.escalations.review"},
                   {OutputPort::kWatch, "moderation.escalations.watch"},
                   {OutputPort::kTargetInputs, "pairwatch.target-inputs"},
                   {OutputPort::kIndicators, "pairwatch.indicators"},
                   dead_letters},
       .store = {.name = "actors", .max_entry_bytes = 8 * 1024, .time_to_live = days(400)}},
      {.service = Service::kTarget,
       .input = "pairwatch.target-inputs",
       .outputs = {{OutputPort::kUrgent, "moderation.escalations.urgent"},
                   {OutputPort::kReview, "moderation.escalations.review"},
                   {OutputPort::kWatch, "moderation.escalations.watch"},
                   dead_letters},
       .store = {.name = "minors", .max_entry_bytes = 8 * 1024, .time_to_live = days(400)}},
      {.service = Service::kDecisions,
       .input = "moderation.decisions",
       .outputs = {{OutputPort::kCaseInputs, "pairwatch.case-inputs"},
                   {OutputPort::kTargetInputs, "pairwatch.target-inputs"},
                   dead_letters},
       .store = {}},
  };
  return topology;
}

std::vector<TopologyProblem> problems_of(const Topology& topology) { return Proof(topology).problems(); }

std::string as_text(const Topology& topology) {
  std::string text = "application " + topology.application + "\n";
  for (const ServiceSpec& service : topology.services) {
    text += "\n" + std::string(service_name(service.service)) + "  (" + std::to_string(service.workers) +
            (service.workers == 1 ? " worker" : " workers");
    if (service.store.name.empty()) {
      text += ", keeps nothing)\n";
    } else {
      text += ", store " + service.store.name + ": at most " + std::to_string(service.store.max_entry_bytes) +
              " bytes an entry, forgotten after " + in_words(service.store.time_to_live) + ")\n";
      text += "  restores from        " + changelog_of(topology, service).name + "\n";
    }
    text += "  reads                " + service.input + "\n";
    if (!service.table.empty()) text += "  holds                " + service.table + "\n";
    for (const OutputSpec& output : service.outputs)
      text += "  writes " + padded(port_name(output.port), 13) + " " + output.topic + "\n";
  }

  const std::vector<TopicSpec> topics = with_changelogs(topology);
  std::size_t width = 5;
  for (const TopicSpec& topic : topics) width = std::max(width, topic.name.size());
  text += "\n" + padded("topic", width) + "  partitions  cleanup  retention\n";
  for (const TopicSpec& topic : topics) {
    text += padded(topic.name, width) + "  ";
    text += topic.external ? "the platform's own\n"
                           : padded(std::to_string(topic.partitions), 10) + "  " + padded(cleanup_name(topic.cleanup), 7) + "  " +
                                 (topic.cleanup == Cleanup::kCompact ? "the newest of each key" : in_words(topic.retention)) + "\n";
  }
  return text;
}

std::string as_dot(const Topology& topology) {
  std::string text = "digraph pairwatch {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n";
  for (const TopicSpec& topic : topology.topics) {
    text += "  \"topic:" + topic.name + "\" [label=\"" + topic.name + "\", shape=cds" + (topic.external ? ", style=dashed" : "") +
            "];\n";
  }
  for (const ServiceSpec& service : topology.services) {
    const std::string name(service_name(service.service));
    text += "  \"service:" + name + "\" [label=\"" + name + "\", shape=box, style=rounded];\n";
    if (!service.store.name.empty()) {
      text += "  \"store:" + service.store.name + "\" [label=\"" + service.store.name + "\", shape=cylinder];\n";
      text += "  \"service:" + name + "\" -> \"store:" + service.store.name + "\" [dir=both, style=dotted];\n";
    }
    text += "  \"topic:" + service.input + "\" -> \"service:" + name + "\";\n";
    if (!service.table.empty())
      text += "  \"topic:" + service.table + "\" -> \"service:" + name + "\" [label=\"table\", style=dashed];\n";
    for (const OutputSpec& output : service.outputs) {
      text +=
          "  \"service:" + name + "\" -> \"topic:" + output.topic + "\" [label=\"" + std::string(port_name(output.port)) + "\"];\n";
    }
  }
  return text + "}\n";
}

std::string as_topics(const Topology& topology) {
  std::string text;
  for (const TopicSpec& topic : with_changelogs(topology)) {
    if (topic.external) continue;
    text += topic.name + " " + std::to_string(topic.partitions) + " " + cleanup_name(topic.cleanup) + " " +
            (topic.cleanup == Cleanup::kCompact ? "-1" : std::to_string(topic.retention.ms)) + "\n";
  }
  return text;
}

}  // namespace pairwatch
