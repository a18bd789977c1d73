// Everything that can be set, as a table: topology, connections, bounds.
#include <algorithm>
#include <ctime>
#include <limits>
#include <optional>

#include "config/tables.h"

namespace pairwatch::config {
namespace {

constexpr Duration kShortest = milliseconds(1);
constexpr Duration kLongest = days(3650);
constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kGiB = 1 << 30;

constexpr Choice<Cleanup> kCleanups[] = {{"delete", Cleanup::kDelete}, {"compact", Cleanup::kCompact}};
constexpr Choice<decode::Encoding> kInputEncodings[] = {{"auto", decode::Encoding::kAuto},
                                                        {"protobuf", decode::Encoding::kProtobuf},
                                                        {"json", decode::Encoding::kJson},
                                                        {"confluent", decode::Encoding::kConfluent},
                                                        {"cloudevents", decode::Encoding::kCloudEvents}};
constexpr Choice<kafka::OutputEncoding> kOutputEncodings[] = {{"json", kafka::OutputEncoding::kJson},
                                                              {"protobuf", kafka::OutputEncoding::kProtobuf}};
constexpr Choice<Language> kLanguages[] = {{"en", Language::kEnglish}, {"es", Language::kSpanish}};
constexpr Choice<kafka::Standby> kStandbys[] = {{"none", kafka::Standby::kNone}, {"all", kafka::Standby::kAll}};
constexpr Choice<kafka::StartAt> kStarts[] = {{"earliest", kafka::StartAt::kEarliest}, {"latest", kafka::StartAt::kLatest}};
constexpr Choice<LogLevel> kLevels[] = {
    {"debug", LogLevel::kDebug}, {"info", LogLevel::kInfo}, {"warning", LogLevel::kWarning}, {"error", LogLevel::kError}};
constexpr Choice<LogFormat> kFormats[] = {{"text", LogFormat::kText}, {"json", LogFormat::kJson}};
constexpr Choice<StateStore> kStateStores[] = {{"rocksdb", StateStore::kRocksdb}, {"memory", StateStore::kMemory}};

void describe(Section& table, TopicSpec& topic) {
  table.add("external", flag(topic.external), "");
  table.add("partitions", whole(topic.partitions, 1, 10'000), "");
  table.add("replication", whole(topic.replication, -1, 32'767), "");
  table.add("cleanup", choice(topic.cleanup, kCleanups), "");
  table.add("retention", duration(topic.retention, kShortest, kLongest), "");
}

/// `name: {...}` for each topic, kept in the order in which they came; `name: null` removes one.
Value topics(std::vector<TopicSpec>& variable) {
  const auto read = [&variable](const Node& node, const std::string& key, Reading& reading) {
    if (node.kind != Node::Kind::kMap) {
      reading.problems.push_back({node.place, key, "must be a map; write `name: {retention: 30d}`"});
      return;
    }
    for (const Entry& entry : node.entries) {
      const auto has_name = [&](const TopicSpec& topic) { return topic.name == entry.key; };
      reading.places[key + "." + entry.key] = entry.place;
      if (entry.value.kind == Node::Kind::kNull) {
        std::erase_if(variable, has_name);
        continue;
      }
      auto found = std::find_if(variable.begin(), variable.end(), has_name);
      if (found == variable.end()) found = variable.insert(variable.end(), TopicSpec{.name = entry.key});
      Section table;
      describe(table, *found);
      table.read(entry.value, key + "." + entry.key, reading);
    }
  };
  const auto show = [&variable](int indent) {
    std::string map;
    for (TopicSpec topic : variable) {
      Section table;
      describe(table, topic);
      map += "\n" + std::string(static_cast<std::size_t>(indent), ' ') + written(topic.name) + ":\n" +
             table.as_yaml(false, indent + 2);
      map.pop_back();
    }
    return map.empty() ? std::string("{}") : map;
  };
  return {.read = read, .show = show, .is_map = true, .fields = {"external", "partitions", "replication", "cleanup", "retention"}};
}

/// One topic's name; says why where several stand there.
Value input(std::string& variable) {
  Value one = text(variable);
  const auto read_one = one.read;
  one.read = [read_one](const Node& node, const std::string& key, Reading& reading) {
    if (node.kind != Node::Kind::kList) return read_one(node, key, reading);
    reading.problems.push_back(
        {node.place, key, "is a list, but a service reads exactly one topic (its order is the order of everything); name one"});
  };
  return one;
}

void describe(Section& table, ServiceSpec& service) {
  table.add("input", input(service.input), "the one topic it reads");
  table.add("workers", whole(service.workers, 1, 256), "threads in one process, each with a consumer and a producer of its own");
  Section& outputs = table.section("outputs", "which topic each output goes to");
  for (OutputSpec& output : service.outputs) outputs.add(std::string(port_name(output.port)), text(output.topic), "");
  if (service.service == Service::kIntake)
    table.add("table", text(service.table), "a compacted topic that every process holds whole: the indicators; empty: none");
  if (service.store.name.empty()) return;
  table.section("store", "what it remembers; how long is set by pair.time_to_live and actor.time_to_live")
      .add("name", text(service.store.name), "part of the changelog's name");
}

void describe(Section& table, Topology& topology) {
  table.add("application", text(topology.application),
            "Prefix of consumer groups, transactional ids and changelogs: a second one can run beside the first");
  table.add("topics", topics(topology.topics), "Topics: external ones are the platform's own, made only where they are missing");
  Section& services = table.section("services", "What runs, what it reads and writes");
  for (ServiceSpec& service : topology.services) describe(services.section(std::string(service_name(service.service))), service);
}

/// The milliseconds since 1970 of `2026-03-01T18:00:00Z` or, of its beginning, `2026-03-01`; nullopt: it is neither.
std::optional<std::int64_t> time_from(const std::string& text) {
  std::tm time{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%d", &time);
  if (rest != nullptr && *rest == 'T') rest = strptime(rest, "T%H:%M:%SZ", &time);
  if (rest == nullptr || *rest != '\0') return {};
  return std::int64_t{timegm(&time)} * 1000;
}

std::string written_time(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm time{};
  gmtime_r(&seconds, &time);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &time)};
}

Value warm_up(kafka::WarmUp& variable) {
  using Until = kafka::WarmUp::Until;
  const auto read_words = [&variable](const Node& node, const std::string& key, Reading& reading) {
    std::string given;
    const std::size_t before = reading.problems.size();
    text(given).read(node, key, reading);
    if (reading.problems.size() > before) return;
    if (given == "none") {
      variable = {Until::kNone, 0};
    } else if (given == "caught_up") {
      variable = {Until::kCaughtUp, 0};
    } else if (const auto time_ms = time_from(given)) {
      variable = {Until::kTime, *time_ms};
    } else {
      reading.problems.push_back(
          {node.place, key, "`" + given + "` is neither none nor caught_up nor a time; write a time such as 2026-03-01T18:00:00Z"});
    }
  };
  const auto show = [&variable](int) -> std::string {
    switch (variable.until) {
      case Until::kNone: return "none";
      case Until::kCaughtUp: return "caught_up";
      case Until::kTime: return written_time(variable.time_ms);
    }
    return {};
  };
  return {.read = read_words, .show = show};
}

void describe(Section& table, kafka::KafkaConfig& kafka) {
  table.add("bootstrap_servers", text(kafka.bootstrap_servers), "brokers to ask first, host:port separated by commas");
  table.add("instance", text(kafka.instance),
            "name of this process among those of its consumer groups, stable over restarts; empty: the host's name");
  table.add("start_at", choice(kafka.start_at, kStarts), "where a consumer group that has committed nothing starts");
  table.add("batch_records", whole(kafka.batch_records, 1, 100'000), "records taken from the client at once; about 100 bytes each");
  table.add("fetch_bytes", size(kafka.fetch_bytes, kMiB, 2000 * kMiB), "fetched ahead, for each worker");
  table.add("transaction_timeout", duration(kafka.transaction_timeout, seconds(10), minutes(15)),
            "the broker aborts a transaction left open this long");
  table.add("session_timeout", duration(kafka.session_timeout, seconds(6), minutes(30)),
            "a process silent this long loses its partitions");
  table.add("linger", duration(kafka.linger, milliseconds(0), seconds(1)),
            "how long a producer waits for more records before it sends");
  table.add("shutdown_timeout", duration(kafka.shutdown_timeout, seconds(1), hours(1)),
            "how long commit and close may take after SIGTERM; then the process ends all the same");
  table.add("diagnosis_interval", duration(kafka.diagnosis_interval, milliseconds(100), hours(1)),
            "how often what is wrong is told again while a broker or topic is missing");
  table.add("statistics_interval", duration(kafka.statistics_interval, milliseconds(100), hours(1)),
            "how often clients say of themselves what becomes pairwatch_kafka_* metrics");
  Section& oauth = table.section("oauth", "Where access tokens for OAUTHBEARER come from: an endpoint, or a file");
  oauth.add("token_endpoint", text(kafka.oauth.token_endpoint), "https address that gives tokens for client credentials");
  oauth.add("client_id", text(kafka.oauth.client_id), "who asks it");
  oauth.add("client_secret_file", text(kafka.oauth.client_secret_file), "holds the client's secret; read anew for each token");
  oauth.add("scope", text(kafka.oauth.scope), "what is asked for; empty: nothing");
  oauth.add("ca_file", text(kafka.oauth.ca_file), "who signs the endpoint's certificate; empty: the system's");
  oauth.add("token_file", text(kafka.oauth.token_file), "instead of an endpoint: holds a JWT that somebody else renews");
  table.add("properties", properties(kafka.properties), "further properties of librdkafka, handed to every client as they are");
}

}  // namespace

void describe_settings(Section& table, Settings& settings) {
  kafka::KafkaConfig& kafka = settings.kafka;
  describe(table.section("kafka", "How to reach Kafka, and how its clients work"), kafka);
  table.section("kafka").add("property_files", properties(settings.kafka_property_files),
                             "properties whose value is the content of a file: secrets");

  Section& commit = table.section("commit", "When a transaction is committed, whichever comes first");
  commit.add("interval", duration(kafka.commit_interval, milliseconds(1), seconds(10)),
             "after the one before, at once after a pause");
  commit.add("interval_behind", duration(kafka.commit_interval_behind, milliseconds(1), seconds(10)),
             "after the one before, while what is left to read takes longer than this");
  commit.add("records", whole(kafka.commit_records, 1, 10'000'000), "at this many records read");
  commit.add("bytes", size(kafka.commit_bytes, kMiB, 4 * kGiB),
             "at this many bytes written: the memory of what is not yet committed");

  Section& new_topics = table.section("topics", "Topics that are missing");
  new_topics.add("create", flag(kafka.create_topics),
                 "create them with their declared settings; false: an error that prints the commands");
  new_topics.add("partitions", whole(settings.topic_partitions, 1, 10'000), "partitions of topics whose declaration names none");

  Section& input = table.section("input", "The platform's events");
  input.add("encoding", choice(settings.decode.encoding, kInputEncodings), "how they are written; auto tells them apart");
  input.add("max_record_bytes", size(settings.intake.max_record_bytes, kKiB, 64 * kMiB), "larger records are dead letters");

  Section& output = table.section("output", "Escalations");
  output.add("encoding", choice(kafka.output_encoding, kOutputEncodings), "how they are written");
  output.add("language", choice(settings.escalation.language, kLanguages), "what their explanations are in");
  table.section("dead_letters", "Records that cannot be used")
      .add("keep_value", flag(kafka.keep_dead_letter_value), "whether the value, which may hold a child's words, travels with it");

  table.add("max_lateness", duration(settings.relationship.max_lateness, milliseconds(0), days(1)),
            "How far out of order events of a pair may come before features that look at the most recent ones skip them");
  table.add("max_future_skew", duration(settings.intake.max_future_skew, milliseconds(0), days(1)),
            "An event further ahead of its record's timestamp than this is a dead letter");

  table.add("warm_up", warm_up(kafka.warm_up),
            "Whether a first start over history holds its cases back and then writes those still open, once");

  Section& pair = table.section("pair", "What is remembered of a pair");
  pair.add("time_to_live", duration(settings.relationship.time_to_live, days(1), kLongest), "since its last event");
  pair.add("hot_entries", whole(settings.relationship.hot_entries, 16, 100'000'000), "pairs kept decoded, for each partition");

  Section& indicators = table.section("indicators", "Known devices, accounts and handles, held by intake");
  indicators.add("max_entries", whole(settings.intake.max_indicators, 1, 100'000'000),
                 "more are refused and counted; about 80 bytes each, once a process");
  indicators.add("confirmed_for", duration(settings.intake.confirmed_for, days(1), kLongest),
                 "how long after a case was confirmed another account of its device is seen");

  Section& actor = table.section("actor", "What is remembered of an account");
  actor.add("time_to_live", duration(settings.escalation.time_to_live, days(1), kLongest), "since its last news");
  actor.add("max_targets", whole(settings.escalation.max_targets, 1, 1000), "accounts it reached, newest first");
  actor.add("max_busy_targets", whole(settings.escalation.max_busy_targets, 1, 100),
            "accounts with which there were 16 interactions or more, the busiest");
  actor.add("max_risks", whole(settings.escalation.max_risks, 1, 100), "pairs whose risk is remembered, the highest");
  actor.add("max_cases", whole(settings.escalation.max_cases, 1, 1000), "cases open at once");
  actor.add("max_updates_per_day", whole(settings.escalation.max_updates_per_day, 1, 1'000'000),
            "revisions of one case that only update; a raise is never held back");
  actor.add("hot_entries", whole(settings.escalation.hot_entries, 16, 100'000'000), "actors kept decoded, for each partition");

  Section& minor = table.section("minor", "What is remembered of a minor with risky contacts");
  minor.add("time_to_live", duration(settings.target.time_to_live, days(1), kLongest), "since its last news");
  minor.add("max_contacts", whole(settings.target.max_contacts, 2, target::kMostContacts), "accounts around it, the riskiest");
  minor.add("max_updates_per_day", whole(settings.target.max_updates_per_day, 1, 1'000'000),
            "revisions of one case that only update; a raise is never held back");
  minor.add("hot_entries", whole(settings.target.hot_entries, 16, 100'000'000), "minors kept decoded, for each partition");

  table.add("pseudonyms", flag(settings.pseudonyms.on), "Ids travel as keyed hashes of themselves");
  Section& key = table.section("pseudonym_key", "The key they are hashed with");
  key.add("id", text(settings.pseudonyms.key_id), "1 to 16 letters and digits, told in every pseudonym");
  key.add("file", text(settings.pseudonyms.key_file), "holds 32 to 1024 bytes");
  table.section("text").add("fingerprint_seed",
                            whole(settings.intake.fingerprint_seed, 0, std::numeric_limits<std::int64_t>::max()),
                            "seed of the fingerprints that find copied texts; with pseudonyms, derived from their key instead");

  Section& state = table.section("state", "Where state is kept");
  state.add("store", choice(settings.state.store, kStateStores), "rocksdb: on disk; memory: all of it restored at each start");
  state.add("path", text(settings.state.path), "a folder of this process alone; empty: under /var/lib/pairwatch or the user's own");
  state.add("standby", choice(kafka.standby, kStandbys),
            "all: a copy of every partition is kept up to date in every process; costs the disk and the reading of all of them");
  state.add("block_cache", size(settings.state.block_cache_bytes, kMiB, 1024 * kGiB), "memory for what was read from disk");
  state.add("write_buffers", size(settings.state.write_buffer_bytes, 4 * kMiB, 64 * kGiB),
            "memory for what is not on disk yet; while partitions are restored a quarter more, or 4 MiB for each of them");
  state.add("background_threads", whole(settings.state.background_threads, 1, 64), "threads that write and compact");
  state.add("open_files", whole(settings.state.open_files, 64, 1'000'000), "files held open, of about 64 MiB each");
  state.add("flush_interval", duration(settings.state.flush_interval, seconds(1), hours(24)),
            "what was written is on disk after this time at the latest");
  Section& http = table.section("http", "The admin port: /metrics, /healthz, /readyz, /topology");
  http.add("listen", text(settings.http.listen), "host:port, or :port for every interface");
  Section& tls = http.section("tls", "Both files, and it speaks TLS 1.2 or newer and nothing else");
  tls.add("certificate_file", text(settings.http.tls.certificate_file),
          "PEM: the certificate, then those between it and its authority; looked at every five seconds");
  tls.add("key_file", text(settings.http.tls.key_file), "PEM, without a password; likewise");
  http.add("token_file", text(settings.http.token_file),
           "holds the bearer token that /metrics and /topology ask for; looked at every five seconds; empty: they ask for none");
  http.add("max_request_bytes", size(settings.http.max_request_bytes, kKiB, 16 * kKiB), "larger requests are refused");
  http.add("request_timeout", duration(settings.http.request_timeout, milliseconds(100), minutes(1)),
           "from a request's first byte to the end of its answer");
  http.add("max_connections", whole(settings.http.max_connections, 2, 1000), "at once; further ones are refused");
  http.add("stall_timeout", duration(settings.http.stall_timeout, seconds(1), hours(1)),
           "a worker that has work and does not get on with it this long makes /healthz answer 503");
  Section& logging = table.section("logging", "Diagnostics, on standard error");
  logging.add("level", choice(settings.logging.level, kLevels), "the least that is told");
  logging.add("format", choice(settings.logging.format, kFormats), "text for people, json for collectors");
  logging.add("repeat_limit", whole(settings.logging.repeat_limit, 1, 1'000'000),
              "of messages that differ in their numbers only, this many are told in each interval; the others are counted");
  logging.add("repeat_interval", duration(settings.logging.repeat_interval, seconds(1), hours(24)), "that interval");

  table.section("reload", "Changing the rules while services run: they are read again at SIGHUP")
      .add("interval", duration(settings.reload_interval, milliseconds(0), hours(24)),
           "how often files are looked at for changes besides; 0s: never");

  table.section("process", "What the process may")
      .add("core_dumps", flag(settings.process.core_dumps), "leave core dumps, and be debugged; they hold what children wrote");

  Section& lexicons = table.section("lexicons", "Word lists for text signals");
  lexicons.add("shipped", flag(settings.lexicons.shipped), "use those embedded in the program");
  lexicons.add("files", texts(settings.lexicons.files), "further files");

  describe(table.section("topology", "Services, topics, stores"), settings.topology);
  describe_rules(table.section("rules", "The rule set"), settings);
}

}  // namespace pairwatch::config
