// Everything the program can be told, as plain structs. The defaults here are what ships in config/*.yaml; a test compares them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "processors/decode/config.h"
#include "processors/escalation/config.h"
#include "processors/intake/config.h"
#include "processors/relationship/config.h"
#include "processors/target/config.h"
#include "processors/text_signals/config.h"
#include "topology/graph.h"
#include "topology/http/config.h"
#include "topology/kafka/config.h"

namespace pairwatch::config {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class LogFormat : std::uint8_t { kText, kJson };

struct LoggingConfig {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  /// Of messages that differ in their numbers only, this many are told in each interval; the others are counted.
  std::size_t repeat_limit = 10;
  Duration repeat_interval = minutes(1);

  friend bool operator==(const LoggingConfig&, const LoggingConfig&) = default;
};

enum class StateStore : std::uint8_t { kRocksdb, kMemory };

/// Where `run` keeps state between restarts. Whatever is lost is restored from the changelog topics.
struct StateConfig {
  StateStore store = StateStore::kRocksdb;
  /// The folder, of one process alone. Empty: a folder for this application, instance and services under /var/lib/pairwatch, or
  /// under the user's state directory where that cannot be written.
  std::string path;
  std::size_t block_cache_bytes = std::size_t{512} << 20;
  std::size_t write_buffer_bytes = std::size_t{256} << 20;
  int background_threads = 2;
  int open_files = 1024;
  Duration flush_interval = minutes(10);

  friend bool operator==(const StateConfig&, const StateConfig&) = default;
};

/// Ids as pseudonyms. The key itself is in intake.pseudonym_key once loaded.
struct PseudonymsConfig {
  bool on = false;
  std::string key_id;    ///< 1 to 16 letters and digits, told in every pseudonym
  std::string key_file;  ///< 32 to 1024 bytes; one newline at the end does not count

  friend bool operator==(const PseudonymsConfig&, const PseudonymsConfig&) = default;
};

struct ProcessConfig {
  /// Whether the process may leave core dumps and be looked at by a debugger of its user. They hold what children wrote.
  bool core_dumps = false;

  friend bool operator==(const ProcessConfig&, const ProcessConfig&) = default;
};

/// Where the word lists come from. Part of the rule set's hash by content, not by name.
struct LexiconsConfig {
  bool shipped = true;             ///< use those embedded in the program
  std::vector<std::string> files;  ///< further ones

  friend bool operator==(const LexiconsConfig&, const LexiconsConfig&) = default;
};

struct Settings {
  Topology topology = default_topology();
  decode::DecodeConfig decode;
  intake::IntakeConfig intake;  ///< its gate and labels belong to the rule set
  relationship::RelationshipConfig relationship;
  escalation::EscalationConfig escalation;  ///< rules.version and rules.sha256 name the bundle: rules, lexicons and gate
  target::TargetConfig target;
  text_signals::Lexicon lexicon;  ///< loaded from the lexicon files
  LexiconsConfig lexicons;
  kafka::KafkaConfig kafka;
  /// Properties of librdkafka whose value is the content of a file; once loaded they are in kafka.properties too.
  std::map<std::string, std::string> kafka_property_files;
  http::HttpConfig http;
  StateConfig state;
  PseudonymsConfig pseudonyms;
  LoggingConfig logging;
  /// How often `run` looks whether the files of rules and word lists have changed; 0: never, only SIGHUP makes it read them again.
  Duration reload_interval = milliseconds(0);
  ProcessConfig process;
  /// Partitions of each topic whose declaration in the topology names none.
  std::int32_t topic_partitions = 8;

  friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace pairwatch::config
