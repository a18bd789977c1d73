// What is loaded from files, environment and flags, and what is said of mistakes. Long because every mistake has its row.
#include "config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/temporary_file.h"

namespace pairwatch::config {
namespace {

using test::TemporaryFile;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> lines_of(const LoadResult& result) {
  std::vector<std::string> lines;
  for (const Problem& problem : result.problems) lines.push_back(as_line(problem));
  return lines;
}

/// Loads without the shipped word lists, which have tests of their own.
LoadResult load(LoadRequest request) {
  request.environment.insert(request.environment.begin(), {"PAIRWATCH_LEXICONS__SHIPPED", "false"});
  return load_settings(request);
}

/// The problems of a file, which is called FILE in them.
std::vector<std::string> problems_in(const std::string& text, bool is_rules) {
  const TemporaryFile file(text);
  LoadRequest request;
  (is_rules ? request.rules_files : request.config_files).push_back(file.path());
  std::vector<std::string> lines = lines_of(load(request));
  for (std::string& line : lines) {
    if (line.starts_with(file.path())) line = "FILE" + line.substr(file.path().size());
  }
  return lines;
}

LoadResult load_text(const std::string& text) {
  const TemporaryFile file(text);
  return load({.config_files = {file.path()}});
}

LoadResult load_variables(std::vector<std::pair<std::string, std::string>> environment) {
  return load({.environment = std::move(environment)});
}

LoadResult load_flags(std::vector<std::string> overrides) { return load({.overrides = std::move(overrides)}); }

struct Case {
  const char* text;
  const char* line;
};

TEST(Load, TellsWhatIsWrongWithASettingWhereItStands) {
  const Case cases[] = {
      {"kafka:\n  bootstrap_server: a:9092\n",
       "FILE:2:3: kafka.bootstrap_server: is not known here; did you mean `bootstrap_servers`?"},
      {"kafak: {}\n", "FILE:1:1: kafak: is not known here; did you mean `kafka`?"},
      {"comit: {interval: 1s}\n", "FILE:1:1: comit: is not known here; did you mean `commit`?"},
      {"commit: {interval: 100}\n",
       "FILE:1:20: commit.interval: `100` is not a duration; write a whole number and its unit (ms, s, m, h, d), such as 1ms"},
      {"commit: {interval: 2m}\n", "FILE:1:20: commit.interval: `2m` is out of range; write 1ms to 10s"},
      {"commit: 100ms\n", "FILE:1:9: commit: is a single value; write a map (name: value)"},
      {"commit: {interval: [1s]}\n", "FILE:1:20: commit.interval: is a list; write a duration such as 1ms"},
      {"commit: {interval: }\n", "FILE:1:20: commit.interval: is empty; write a duration such as 1ms"},
      {"commit: {bytes: 64MB}\n",
       "FILE:1:17: commit.bytes: `64MB` is not a size; write a whole number and its unit (KiB, MiB, GiB; none: bytes), such as "
       "1MiB"},
      {"topics: {create: yes}\n", "FILE:1:18: topics.create: `yes` is neither true nor false; write true or false"},
      {"topics: {partitions: 8.5}\n",
       "FILE:1:22: topics.partitions: `8.5` is not a whole number; write one from 1 to 10000, without unit or separators"},
      {"topics: {partitions: 0}\n", "FILE:1:22: topics.partitions: `0` is out of range; write 1 to 10000"},
      {"output: {encoding: jsonn}\n", "FILE:1:20: output.encoding: `jsonn` is not one of json, protobuf; did you mean `json`?"},
      {"output: {encoding: avro}\n", "FILE:1:20: output.encoding: `avro` is not one of json, protobuf; choose one of them"},
      {"warm_up: sometimes\n",
       "FILE:1:10: warm_up: `sometimes` is neither none nor caught_up nor a time; write a time such as 2026-03-01T18:00:00Z"},
      {"warm_up: 2026-13-01\n",
       "FILE:1:10: warm_up: `2026-13-01` is neither none nor caught_up nor a time; write a time such as 2026-03-01T18:00:00Z"},
      {"kafka: {instance: on}\n", "FILE:1:19: kafka.instance: `on` is a boolean or null in YAML, not text; write it in quotes"},
      {"kafka: {instance: a, instance: b}\n", "FILE:1:22: instance: is given twice, first in line 1; remove one of them"},
      {"kafka: {properties: [a]}\n", "FILE:1:21: kafka.properties: must be a map; write `name: value`, or {}"},
      {"kafka: {properties: {a: [b]}}\n", "FILE:1:25: kafka.properties.a: is not a single value; write text"},
      {"kafka: {bootstrap_servers: \"\"}\n", "FILE:1:9: kafka.bootstrap_servers: is empty; give host:port of at least one broker"},
      {"http: {listen: 9464}\n", "FILE:1:8: http.listen: is not host:port; write an address such as :9464 or 127.0.0.1:9464"},
      {"http: {stall_timeout: 30s}\n",
       "FILE:1:8: http.stall_timeout: is not longer than kafka.transaction_timeout, so a commit that waits for the broker would "
       "look like a worker that stands still; raise it"},
      {"http: {token_file: /nowhere}\n",
       "FILE:1:8: http.token_file: file /nowhere cannot be opened: No such file or directory; check the path and its permissions"},
      {"http: {tls: {certificate_file: /nowhere}}\n",
       "FILE:1:14: http.tls.certificate_file: stands without key_file; name both files or none"},
      {"http: {max_connections: 0}\n", "FILE:1:25: http.max_connections: `0` is out of range; write 2 to 1000"},
      {"http: {listen: \":70000\"}\n", "FILE:1:8: http.listen: is not host:port; write an address such as :9464 or 127.0.0.1:9464"},
      {"rules: {labels: {signals: {\"\": threat}}}\n", "FILE:1:18: rules.labels.signals: a label must be 1 to 64 bytes of UTF-8"},
      {"- kafka\n", "FILE:1:1: is a list; write a map (name: value)"},
      {"kafka: {\n", "FILE:2:1: is not YAML: end of map flow not found; check the indentation and quotes up to here"},
      {"topology: {services: {relationship: {input: [a, b]}}}\n",
       "FILE:1:45: topology.services.relationship.input: is a list, but a service reads exactly one topic (its order is the order "
       "of everything); name one"},
      {"topology: {services: {intake: {input: my.events}}}\n",
       "FILE:1:32: topology.services.intake.input: service `intake` reads topic `my.events`, which is not declared; declare it "
       "under topics or correct "
       "the name"},
      {"topology: {topics: {pairwatch.interactions: {retension: 1d}}}\n",
       "FILE:1:46: topology.topics.pairwatch.interactions.retension: is not known here; did you mean `retention`?"},
      {"topology: {topics: {a.b: {retention: 1d}}}\n",
       "FILE:1:21: topology.topics.a.b: topic `a.b` is neither read nor written; remove it (`a.b: null` where it is a default)"},
      {"topology: {services: {people: {}}}\n",
       "FILE:1:23: topology.services.people: is not known here; valid: intake, relationship, escalation, target, decisions"},
      {"topology:\n  services:\n    intake:\n      outputs: {case_inputs: a.b}\n",
       "FILE:4:17: topology.services.intake.outputs.case_inputs: service `intake` writes topic `a.b`, which is not declared; "
       "declare it "
       "under topics or correct the name"},
      {"topology:\n  topics:\n    platform.events: null\n",
       "(embedded) config/topology.yaml:31:7: topology.services.intake.input: service `intake` reads topic `platform.events`, "
       "which is not "
       "declared; declare it under topics or correct the name"},
      {"topology: {services: {target: {store: null}}}\n",
       "FILE:1:39: topology.services.target.store: cannot be taken away; leave it out, or name the settings in it that change"},
      {"lexicons: {files: [/nowhere.yaml]}\n",
       "FILE:1:12: lexicons.files: file /nowhere.yaml cannot be opened: No such file or directory; check the path and its "
       "permissions"},
      {"pseudonyms: on\npseudonym_key: {id: a, file: \"\"}\n",
       "FILE:2:24: pseudonym_key.file: is empty, but pseudonyms are on; name the file that holds the key"},
      {"rules: {signals: {gift: {weigth: 1}}}\n",
       "FILE:1:26: rules.signals.gift.weigth: is not known here; did you mean `weight`?"},
  };
  for (const Case& one : cases) EXPECT_THAT(problems_in(one.text, false), Contains(one.line)) << one.text;
}

TEST(Load, TellsWhatIsWrongWithARuleWhereItStands) {
  const Case cases[] = {
      {"signals:\n  gfit: {weight: 1}\n", "FILE:2:3: rules.signals.gfit: is not known here; did you mean `gift`?"},
      {"signals: {gift: {state: shaddow}}\n",
       "FILE:1:25: rules.signals.gift.state: `shaddow` is not one of live, shadow, off; did you mean `shadow`?"},
      {"signals: {gift: {weight: -1}}\n", "FILE:1:26: rules.signals.gift.weight: `-1` is out of range; write 0 to 20"},
      {"signals: {gift: {cap: 0.1}}\n",
       "FILE:1:18: rules.signals.gift.cap: is below the weight, which could then never be reached; raise the cap or lower the "
       "weight"},
      {"signals: {gift: {half_life: 30}}\n",
       "FILE:1:29: rules.signals.gift.half_life: `30` is not a duration; write a whole number and its unit (ms, s, m, h, d), such "
       "as 1s"},
      {"signals: {scattergun: {most_targets: 5}}\n",
       "FILE:1:24: rules.signals.scattergun.most_targets: is not above least_targets; raise it or lower least_targets"},
      {"gate: {adult: {adult: judged}}\n",
       "FILE:1:23: rules.gate.adult.adult: `judged` is not one of dropped, context; choose one of them"},
      {"gate: {child: {adult: judged}}\n",
       "FILE:1:8: rules.gate.child: is not known here; valid: adult, unknown, minor, assured_minor"},
      {"severity: {review: 0.3}\n", "FILE:1:12: rules.severity.review: is not above severity.watch; raise it or lower watch"},
      {"severity: {urgent: 0.7}\n", "FILE:1:12: rules.severity.urgent: is not above severity.review; raise it or lower review"},
      {"severity: {urgent: 1.2}\n", "FILE:1:20: rules.severity.urgent: `1.2` is out of range; write 0 to 1"},
      {"labels: {signals: {nudity: sexual}}\n", "FILE:1:28: rules.labels.signals.nudity: `sexual` is not one of"},
      {"kafka: {}\n", "FILE:1:1: rules.kafka: is not known here"},
  };
  for (const Case& one : cases) EXPECT_THAT(problems_in(one.text, true), Contains(HasSubstr(one.line))) << one.text;
}

TEST(Load, TellsAllProblemsOfAllSourcesAtOnce) {
  const TemporaryFile first("kafak: 1\ncommit: {interval: 5}\n");
  const TemporaryFile second("topics: {partitions: no}\n");
  const LoadResult result = load({.config_files = {first.path(), "/nonexistent.yaml", second.path()},
                                  .environment = {{"PAIRWATCH_STAT__PATH", "/x"}},
                                  .overrides = {"http.listn=:1"}});
  EXPECT_THAT(
      lines_of(result),
      ElementsAre(HasSubstr(":1:1: kafak: is not known here"), HasSubstr(":2:20: commit.interval:"),
                  HasSubstr("/nonexistent.yaml: cannot be opened: No such file or directory; check the path and its permissions"),
                  HasSubstr(":1:22: topics.partitions:"),
                  "environment PAIRWATCH_STAT__PATH: stat: is not known here; did you mean `state`?",
                  "flag -X: http.listn: is not known here; did you mean `listen`?"));
}

TEST(Load, PrefersFlagsToEnvironmentToFilesToDefaults) {
  const TemporaryFile first("kafka: {bootstrap_servers: first, instance: first, linger: 1ms}\ncommit: {interval: 1ms}\n");
  const TemporaryFile second("kafka: {bootstrap_servers: second, instance: second, linger: 2ms}\n");
  const LoadResult result =
      load({.config_files = {first.path(), second.path()},
            .environment = {{"PAIRWATCH_KAFKA__BOOTSTRAP_SERVERS", "environment"}, {"PAIRWATCH_KAFKA__INSTANCE", "environment"}},
            .overrides = {"kafka.bootstrap_servers=flag"}});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.kafka.bootstrap_servers, "flag");
  EXPECT_EQ(result.settings.kafka.instance, "environment");
  EXPECT_EQ(result.settings.kafka.linger, milliseconds(2));
  EXPECT_EQ(result.settings.kafka.commit_interval, milliseconds(1));
  EXPECT_EQ(result.settings.kafka.session_timeout, kafka::KafkaConfig{}.session_timeout);
}

TEST(Load, PutsARuleFileOverTheRulesOfConfigFiles) {
  const TemporaryFile config("rules: {severity: {watch: 0.1, review: 0.5}}\n");
  const TemporaryFile rules("version: trial\nseverity: {watch: 0.2}\n");
  const LoadResult result = load({.config_files = {config.path()}, .rules_files = {rules.path()}});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.escalation.rules.severity.watch, 0.2);
  EXPECT_EQ(result.settings.escalation.rules.severity.review, 0.5);
  EXPECT_EQ(result.settings.escalation.rules.version, "trial");
}

TEST(Load, GivesGateAndSignalsToEveryRoomThatHasThem) {
  const LoadResult result = load_flags({"rules.gate.unknown.unknown=context", "rules.signals.gift.weight=0.25"});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.intake.gate.verdict(AgeClass::kUnknown, AgeClass::kUnknown), GateVerdict::kContext);
  EXPECT_EQ(result.settings.relationship.rules.gate, result.settings.intake.gate);
  EXPECT_EQ(result.settings.relationship.rules.signals.of(Signal::kGift).weight, 0.25);
  EXPECT_EQ(result.settings.escalation.rules.signals, result.settings.relationship.rules.signals);
  EXPECT_EQ(result.settings.target.rules.signals, result.settings.relationship.rules.signals);
}

TEST(Load, ReadsEveryKindOfValueFromTheEnvironment) {
  const LoadResult result = load_variables({{"PAIRWATCH_COMMIT__INTERVAL", "250ms"},
                                            {"PAIRWATCH_TOPICS__CREATE", "false"},
                                            {"PAIRWATCH_MAX_LATENESS", "10m"},
                                            {"PAIRWATCH_STATE__PATH", "/var/state"},
                                            {"PAIRWATCH_KAFKA__PROPERTIES__SECURITY__PROTOCOL", "SSL"},
                                            {"PAIRWATCH_TOPOLOGY__SERVICES__RELATIONSHIP__WORKERS", "4"}});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.kafka.commit_interval, milliseconds(250));
  EXPECT_FALSE(result.settings.kafka.create_topics);
  EXPECT_EQ(result.settings.relationship.max_lateness, minutes(10));
  EXPECT_EQ(result.settings.state.path, "/var/state");
  EXPECT_THAT(result.settings.lexicon.rows, IsEmpty());
  EXPECT_EQ(result.settings.kafka.properties.at("security.protocol"), "SSL");
  EXPECT_EQ(result.settings.topology.service(Service::kRelationship).workers, 4);
}

TEST(Load, RefusesAnUnknownVariable) {
  EXPECT_THAT(lines_of(load_variables({{"PAIRWATCH_KAFKA__BOOTSTRAP_SERVER", "x"}})),
              ElementsAre("environment PAIRWATCH_KAFKA__BOOTSTRAP_SERVER: kafka.bootstrap_server: is not known here; did you mean "
                          "`bootstrap_servers`?"));
}

TEST(Load, RefusesAVariableThatNamesAWholeSection) {
  EXPECT_THAT(lines_of(load_variables({{"PAIRWATCH_KAFKA", "x"}})),
              ElementsAre("environment PAIRWATCH_KAFKA: kafka: is a single value; write a map (name: value)"));
}

TEST(Load, IgnoresTheVariablesKubernetesSetsForAServiceOfThatName) {
  EXPECT_THAT(lines_of(load_variables({{"PAIRWATCH_SERVICE_HOST", "10.0.0.1"},
                                       {"PAIRWATCH_SERVICE_PORT", "9464"},
                                       {"PAIRWATCH_SERVICE_PORT_HTTP", "9464"},
                                       {"PAIRWATCH_PORT", "tcp://10.0.0.1:9464"},
                                       {"PAIRWATCH_PORT_9464_TCP_ADDR", "10.0.0.1"},
                                       {"PAIRWATCH_INTAKE_SERVICE_HOST", "10.0.0.1"},
                                       {"PAIRWATCH_INTAKE_SERVICE_PORT", "9464"},
                                       {"PAIRWATCH_INTAKE_SERVICE_PORT_HTTP", "9464"},
                                       {"PAIRWATCH_INTAKE_PORT", "tcp://10.0.0.1:9464"},
                                       {"PAIRWATCH_INTAKE_PORT_9464_TCP", "tcp://10.0.0.1:9464"},
                                       {"HOME", "/root"}})),
              IsEmpty());
}

TEST(Load, TakesABooleanWordFromAFlagAsText) {
  const LoadResult result = load_flags({"kafka.instance=no"});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.kafka.instance, "no");
}

TEST(Load, SetsOneTopicByAFlagThoughItsNameHasDots) {
  const LoadResult result = load_flags({"topology.topics.pairwatch.case-inputs.partitions=32"});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.topology.topic("pairwatch.case-inputs")->partitions, 32);
  EXPECT_EQ(result.settings.topology.topic("pairwatch.interactions")->partitions, 8);
}

TEST(Load, GivesEveryTopicWithoutItsOwnThePartitionsOfAll) {
  const LoadResult result = load_text("topics: {partitions: 24}\ntopology: {topics: {pairwatch.dead-letters: {partitions: 1}}}\n");
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.topology.topic("pairwatch.interactions")->partitions, 24);
  EXPECT_EQ(result.settings.topology.topic("pairwatch.dead-letters")->partitions, 1);
}

TEST(Load, ReadsUntilWhenAFirstStartIsSilent) {
  using Until = kafka::WarmUp::Until;
  EXPECT_EQ(load_text("warm_up: caught_up\n").settings.kafka.warm_up, (kafka::WarmUp{Until::kCaughtUp, 0}));
  for (const char* text : {"warm_up: 2026-03-01\n", "warm_up: 2026-03-01T00:00:00Z\n"})
    EXPECT_EQ(load_text(text).settings.kafka.warm_up, (kafka::WarmUp{Until::kTime, 1'772'323'200'000})) << text;
}

TEST(Load, RefusesAFlagWithoutAValue) {
  EXPECT_THAT(
      lines_of(load_flags({"kafka.instance", "=x"})),
      ElementsAre("flag -X: kafka.instance: has no value; write -X key=value", "flag -X: has no value; write -X key=value"));
}

TEST(Load, SplitsAListFromAFlagAtItsCommas) {
  const TemporaryFile first("version: 1\nlanguage: en\n");
  const TemporaryFile second("version: 1\nlanguage: de\n");
  const LoadResult result = load_flags({"lexicons.files=" + first.path() + "," + second.path()});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_THAT(result.settings.lexicons.files, ElementsAre(first.path(), second.path()));
}

TEST(Load, TellsWhereAListStandsThatCannotBeCompiled) {
  const TemporaryFile lexicon("version: 1\nlanguage: en\nlists:\n  nothing: [\"...\"]\n");
  EXPECT_THAT(lines_of(load_flags({"lexicons.files=" + lexicon.path()})),
              ElementsAre(HasSubstr(lexicon.path() + ":4:3: list `en.nothing`")));
}

TEST(Load, RenamesATopicWhereItIsDeclaredReadAndTold) {
  const LoadResult result = load_text(
      "topology:\n  topics:\n    my.events: {external: true}\n    platform.events: null\n  services:\n    intake: {input: "
      "my.events}\n");
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.topology.topic("platform.events"), nullptr);
  EXPECT_EQ(result.settings.intake.source_topic, "my.events");
  EXPECT_EQ(result.settings.escalation.source_topic, "my.events");
}

TEST(Load, AddsReplacesAndRemovesLabels) {
  const LoadResult result =
      load_text("rules: {labels: {signals: {nudity: sexual_content, threat: null, image_request: sexual_content}}}\n");
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_THAT(result.settings.intake.labels, ElementsAre(intake::LabelRule{"sexual", Signal::kSexualContent},
                                                         intake::LabelRule{"image_request", Signal::kSexualContent},
                                                         intake::LabelRule{"nudity", Signal::kSexualContent}));
}

TEST(Load, ForgetsPairsInTheStoreWhenTheSettingSaysSo) {
  const LoadResult result = load_flags({"pair.time_to_live=30d", "actor.time_to_live=60d"});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.topology.service(Service::kRelationship).store.time_to_live, days(30));
  EXPECT_EQ(result.settings.topology.service(Service::kEscalation).store.time_to_live, days(60));
}

TEST(Load, ReadsTheBoundOfARecordForDecoderAndIntakeAlike) {
  const LoadResult result = load_flags({"input.max_record_bytes=64KiB"});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.intake.max_record_bytes, 64u << 10);
  EXPECT_EQ(result.settings.decode.max_record_bytes, 64u << 10);
}

// --- secrets ---

TEST(Load, ReadsThePseudonymKeyFromItsFile) {
  const std::string secret(32, 's');
  const TemporaryFile file(secret + "\n");
  const LoadResult result = load_flags({"pseudonyms=on", "pseudonym_key.id=2026a", "pseudonym_key.file=" + file.path()});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.intake.pseudonym_key, (intake::PseudonymKey{"2026a", secret}));
}

TEST(Load, LeavesThePseudonymKeyAloneWherePseudonymsAreOff) {
  const LoadResult result = load_flags({"pseudonym_key.id=2026a", "pseudonym_key.file=/nonexistent"});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.intake.pseudonym_key, intake::PseudonymKey{});
}

TEST(Load, RefusesAPseudonymKeyThatIsTooShortWithoutShowingIt) {
  const TemporaryFile file("hunter2");
  const std::vector<std::string> lines =
      lines_of(load_flags({"pseudonyms=on", "pseudonym_key.id=a", "pseudonym_key.file=" + file.path()}));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("32 to 1024 bytes")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("hunter2"))));
}

TEST(Load, TellsWhichFileOfASecretIsMissing) {
  EXPECT_THAT(lines_of(load_flags({"kafka.property_files.sasl.password=/nonexistent"})),
              ElementsAre("flag -X: kafka.property_files.sasl.password: file /nonexistent cannot be opened: No such file or "
                          "directory; check the path and its permissions"));
}

TEST(Load, ReadsASecretPropertyFromItsFileAndNeverShowsIt) {
  const TemporaryFile file("hunter2\n");
  const LoadResult result = load_flags({"kafka.property_files.sasl.password=" + file.path()});
  ASSERT_THAT(lines_of(result), IsEmpty());
  EXPECT_EQ(result.settings.kafka.properties.at("sasl.password"), "hunter2");
  EXPECT_THAT(as_yaml(result.settings), Not(HasSubstr("hunter2")));
  EXPECT_THAT(as_yaml(result.settings), HasSubstr("sasl.password: \"(hidden)\""));
}

TEST(Load, RefusesASecretOnTheCommandLineWhereEverybodyCanReadIt) {
  const std::vector<std::string> lines = lines_of(load_flags({"kafka.properties.sasl.password=hunter2"}));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("name a file under kafka.property_files")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("hunter2"))));
}

// --- the bundle's name ---

std::string sha256_of(const LoadResult& result) { return result.settings.escalation.rules.sha256; }

TEST(Load, GivesTheSameRulesTheSameHash) {
  const std::string shipped = sha256_of(load({}));
  EXPECT_EQ(shipped.size(), 64u);
  EXPECT_EQ(shipped, sha256_of(load({})));
  EXPECT_EQ(std::stoull(shipped.substr(0, 16), nullptr, 16), load({}).settings.intake.rules);
  EXPECT_EQ(shipped, sha256_of(load_flags({"kafka.instance=other", "pair.hot_entries=100"})));
}

TEST(Load, GivesOtherRulesGatesAndLexiconsAnotherHash) {
  const TemporaryFile lexicon("version: 1\nlanguage: en\nlists:\n  a: [b]\n");
  const std::string shipped = sha256_of(load({}));
  EXPECT_NE(shipped, sha256_of(load_flags({"rules.signals.gift.weight=0.71"})));
  EXPECT_NE(shipped, sha256_of(load_flags({"rules.gate.unknown.unknown=context"})));
  EXPECT_NE(shipped, sha256_of(load_flags({"rules.labels.signals.nudity=sexual_content"})));
  EXPECT_NE(shipped, sha256_of(load_flags({"lexicons.files=" + lexicon.path()})));
}

}  // namespace
}  // namespace pairwatch::config
