#include "topology/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>

namespace pairwatch {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

ServiceSpec& spec_of(Topology& topology, Service service) {
  return *std::find_if(topology.services.begin(), topology.services.end(),
                       [&](const ServiceSpec& spec) { return spec.service == service; });
}

TopicSpec& topic_of(Topology& topology, std::string_view name) {
  return *std::find_if(topology.topics.begin(), topology.topics.end(), [&](const TopicSpec& spec) { return spec.name == name; });
}

TEST(Topology, OfTheProgramHolds) { EXPECT_THAT(problems_of(default_topology()), IsEmpty()); }

TEST(Topology, NamesEveryServiceOnce) {
  for (const Service service :
       {Service::kIntake, Service::kRelationship, Service::kEscalation, Service::kTarget, Service::kDecisions}) {
    EXPECT_EQ(service_named(service_name(service)), service);
    EXPECT_EQ(default_topology().service(service).service, service);
  }
  EXPECT_EQ(service_named("targets"), std::nullopt);
}

struct Case {
  const char* what;
  std::function<void(Topology&)> change;
  const char* setting;
  const char* problem;
};

TEST(Topology, TellsEachProblemWithItsRemedy) {
  const std::string long_topic = "topics." + std::string(250, 'a');
  const Case cases[] = {
      {"input not declared", [](Topology& t) { spec_of(t, Service::kIntake).input = "a.b"; }, "services.intake.input",
       "service `intake` reads topic `a.b`, which is not declared; declare it under topics or correct the name"},
      {"no input", [](Topology& t) { spec_of(t, Service::kIntake).input = ""; }, "services.intake.input",
       "service `intake` reads nothing; name its input topic"},
      {"output not declared", [](Topology& t) { spec_of(t, Service::kIntake).outputs[0].topic = "a.b"; },
       "services.intake.outputs.interactions",
       "service `intake` writes topic `a.b`, which is not declared; declare it under topics or correct the name"},
      {"nobody writes what is read", [](Topology& t) { t.topics[0].external = false; }, "topics.platform.events",
       "topic `platform.events` is read but nothing writes it; mark it `external: true` or name it as an output"},
      {"nobody uses a topic", [](Topology& t) { t.topics.push_back({.name = "a.b"}); }, "topics.a.b",
       "topic `a.b` is neither read nor written; remove it (`a.b: null` where it is a default)"},
      {"output missing",
       [](Topology& t) { spec_of(t, Service::kEscalation).outputs.erase(spec_of(t, Service::kEscalation).outputs.begin()); },
       "services.escalation.outputs.urgent", "service `escalation` has no topic for its output `urgent`; name one under outputs"},
      {"output twice",
       [](Topology& t) { spec_of(t, Service::kIntake).outputs.push_back({OutputPort::kInteractions, "pairwatch.interactions"}); },
       "services.intake.outputs.interactions", "service `intake` has several topics for its output `interactions`; name one"},
      {"output of another service",
       [](Topology& t) {
         spec_of(t, Service::kRelationship).outputs.push_back({OutputPort::kUrgent, "moderation.escalations.urgent"});
       },
       "services.relationship.outputs.urgent", "service `relationship` never writes to `urgent`; remove that output"},
      {"table not declared", [](Topology& t) { spec_of(t, Service::kIntake).table = "a.b"; }, "services.intake.table",
       "service `intake` holds topic `a.b`, which is not declared; declare it under topics or correct the name"},
      {"table that forgets", [](Topology& t) { topic_of(t, "pairwatch.indicators").cleanup = Cleanup::kDelete; },
       "topics.pairwatch.indicators.cleanup",
       "topic `pairwatch.indicators` is held as a table, but what is old would be deleted; declare `cleanup: compact`"},
      {"table of another service", [](Topology& t) { spec_of(t, Service::kRelationship).table = "pairwatch.indicators"; },
       "services.relationship.table",
       "service `relationship` holds no table; remove `pairwatch.indicators` (intake holds the indicators)"},
      {"service missing", [](Topology& t) { t.services.pop_back(); }, "services.decisions",
       "service `decisions` is not declared; declare its input and outputs"},
      {"service twice", [](Topology& t) { t.services.push_back(t.services[1]); }, "services.relationship",
       "service `relationship` is declared more than once; every service reads exactly one topic, so declare it once"},
      {"circle of one", [](Topology& t) { spec_of(t, Service::kRelationship).outputs[0].topic = "pairwatch.interactions"; },
       "services.relationship.outputs", "service `relationship` reads, in a circle, what comes of its own output"},
      {"circle of two", [](Topology& t) { spec_of(t, Service::kEscalation).outputs[2].topic = "pairwatch.interactions"; },
       "services.escalation.outputs", "service `escalation` reads, in a circle, what comes of its own output"},
      {"no workers", [](Topology& t) { t.services[0].workers = 0; }, "services.intake.workers",
       "service `intake` has no usable number of workers; declare 1 to 256"},
      {"store of a stateless service", [](Topology& t) { spec_of(t, Service::kIntake).store.name = "x"; },
       "services.intake.store.name", "service `intake` keeps nothing, but declares store `x`; remove it"},
      {"store without a name", [](Topology& t) { spec_of(t, Service::kRelationship).store.name = ""; },
       "services.relationship.store.name", "service `relationship` needs a store with a name Kafka takes"},
      {"store without a bound", [](Topology& t) { spec_of(t, Service::kRelationship).store.max_entry_bytes = 0; },
       "services.relationship.store.name", "store `pairs` has no usable bound for an entry; give it 1 byte to 1 MiB"},
      {"store that never forgets", [](Topology& t) { spec_of(t, Service::kRelationship).store.time_to_live = {0}; },
       "services.relationship.store.name", "store `pairs` never forgets; declare a time to live above zero"},
      {"two services, one store", [](Topology& t) { spec_of(t, Service::kEscalation).store.name = "pairs"; },
       "services.escalation.store.name", "store `pairs` belongs to two services; give each its own"},
      {"topic twice", [](Topology& t) { t.topics.push_back(t.topics[1]); }, "topics.pairwatch.interactions",
       "topic `pairwatch.interactions` is declared twice; remove one"},
      {"topics alike", [](Topology& t) { t.topics.push_back({.name = "pairwatch_interactions"}); }, "topics.pairwatch_interactions",
       "topics `pairwatch.interactions` and `pairwatch_interactions` differ only in `.` and `_`, which Kafka refuses; rename one"},
      {"illegal topic", [](Topology& t) { t.topics.push_back({.name = "a b"}); }, "topics.a b",
       "topic `a b` is not a name Kafka takes; use 1 to 249 of a-z, A-Z, 0-9, `.`, `_` and `-`"},
      {"dots", [](Topology& t) { t.topics.push_back({.name = ".."}); }, "topics...", "topic `..` is not a name Kafka takes"},
      {"long topic", [](Topology& t) { t.topics.push_back({.name = std::string(250, 'a')}); }, long_topic.c_str(),
       "is not a name Kafka takes"},
      {"no partitions", [](Topology& t) { t.topics[1].partitions = 0; }, "topics.pairwatch.interactions.partitions",
       "topic `pairwatch.interactions` has no usable number of partitions; declare 1 to 10,000"},
      {"no replication", [](Topology& t) { t.topics[1].replication = 0; }, "topics.pairwatch.interactions.replication",
       "topic `pairwatch.interactions` has no usable replication"},
      {"no retention", [](Topology& t) { t.topics[1].retention = {0}; }, "topics.pairwatch.interactions.retention",
       "topic `pairwatch.interactions` keeps nothing; declare a retention above zero"},
      {"illegal application", [](Topology& t) { t.application = "a/b"; }, "application",
       "application `a/b` is not a name Kafka takes"},
  };
  for (const Case& one : cases) {
    Topology topology = default_topology();
    one.change(topology);
    EXPECT_THAT(problems_of(topology), Contains(AllOf(Field(&TopologyProblem::setting, one.setting),
                                                      Field(&TopologyProblem::message, HasSubstr(one.problem)))))
        << one.what;
  }
}

TEST(Topology, AsDotNamesEveryTopicServiceAndStoreItConnects) {
  const Topology topology = default_topology();
  std::istringstream dot(as_dot(topology));
  std::set<std::string> declared;
  std::set<std::string> connected;
  std::string line;
  std::getline(dot, line);
  EXPECT_EQ(line, "digraph pairwatch {");
  std::string last;
  while (std::getline(dot, line)) {
    last = line;
    if (!line.starts_with("  \"")) continue;
    const std::size_t first = 2;
    const std::size_t end = line.find('"', first + 1);
    ASSERT_NE(end, std::string::npos) << line;
    const std::string name = line.substr(first + 1, end - first - 1);
    const std::size_t arrow = line.find("\" -> \"");
    if (arrow == std::string::npos) {
      declared.insert(name);
    } else {
      connected.insert(name);
      connected.insert(line.substr(arrow + 6, line.find('"', arrow + 6) - arrow - 6));
    }
    EXPECT_TRUE(line.ends_with(";")) << line;
  }
  EXPECT_EQ(last, "}");
  EXPECT_EQ(declared, connected);
  EXPECT_EQ(declared.size(), topology.topics.size() + topology.services.size() + 3);
}

TEST(Topology, AsTopicsListsOneTopicALineWithTheChangelogsButNotThePlatformsOwn) {
  std::istringstream lines(as_topics(default_topology()));
  std::string name, cleanup;
  std::int64_t partitions = 0, retention_ms = 0;
  int count = 0, changelogs = 0;
  while (lines >> name >> partitions >> cleanup >> retention_ms) {
    EXPECT_NE(name, "platform.events");
    EXPECT_EQ(partitions, 8);
    ++count;
    if (name.ends_with(".changelog") || name == "pairwatch.indicators") {
      EXPECT_EQ(cleanup, "compact");
      EXPECT_EQ(retention_ms, -1);
      if (name != "pairwatch.indicators") ++changelogs;
    } else {
      EXPECT_EQ(cleanup, "delete");
      EXPECT_GE(retention_ms, days(14).ms);
    }
  }
  EXPECT_EQ(count, 11);
  EXPECT_EQ(changelogs, 3);
}

TEST(Topology, AsTextShowsServicesWithTheirBoundsAndAllTopics) {
  const std::string text = as_text(default_topology());
  EXPECT_THAT(text, HasSubstr("application pairwatch\n"));
  EXPECT_THAT(text, HasSubstr("relationship  (1 worker, store pairs: at most 1024 bytes an entry, forgotten after 180d)\n"));
  EXPECT_THAT(text, HasSubstr("  reads                pairwatch.interactions\n"));
  EXPECT_THAT(text, HasSubstr("  writes urgent        moderation.escalations.urgent\n"));
  for (const TopicSpec& topic : default_topology().topics) EXPECT_THAT(text, HasSubstr("\n" + topic.name + " "));
}

}  // namespace
}  // namespace pairwatch
