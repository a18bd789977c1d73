// What the live runtime can be told. Defaults beside meaning and unit; config/pairwatch.yaml ships the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "processors/core/time.h"

namespace pairwatch::kafka {

/// How escalations are written. Internal topics hold protobuf always.
enum class OutputEncoding : std::uint8_t { kJson, kProtobuf };

/// Where a consumer group that has committed nothing starts.
enum class StartAt : std::uint8_t { kEarliest, kLatest };

/// Of which partitions a process keeps copies besides its own.
enum class Standby : std::uint8_t { kNone, kAll };

class Credentials;

/// Where access tokens for OAUTHBEARER come from: from an endpoint by client credentials, or from a file that somebody else renews.
struct OauthConfig {
  std::string token_endpoint;      ///< https
  std::string client_id;           ///< with an endpoint
  std::string client_secret_file;  ///< with an endpoint; read anew for each token
  std::string scope;               ///< empty: none is asked for
  std::string ca_file;             ///< who signs the endpoint's certificate; empty: the system's
  std::string token_file;          ///< instead of an endpoint; read anew for each token

  bool is_set() const { return !token_endpoint.empty() || !token_file.empty(); }

  friend bool operator==(const OauthConfig&, const OauthConfig&) = default;
};

struct WarmUp {
  enum class Until : std::uint8_t {
    kNone,      ///< nothing is held back
    kCaughtUp,  ///< what the platform's topics hold when the service first starts is history
    kTime,      ///< what they received before `time_ms` is
  };
  Until until = Until::kNone;
  std::int64_t time_ms = 0;  ///< since 1970, by the timestamps of the platform's records

  friend bool operator==(const WarmUp&, const WarmUp&) = default;
};

struct KafkaConfig {
  /// Brokers to ask first, `host:port` separated by commas.
  std::string bootstrap_servers = "localhost:9092";
  /// Names this process among those of its consumer groups: part of group.instance.id, client.id and transactional.id, so it must
  /// be stable over restarts and its own for each process. Empty: the host's name.
  std::string instance;
  /// Where a group that has committed nothing starts.
  StartAt start_at = StartAt::kEarliest;

  /// A transaction is committed this long after the one before, and at once if that was longer ago ...
  Duration commit_interval = milliseconds(100);
  /// ... or this long, while what is left to read takes longer than that: a backlog costs less with fewer commits ...
  Duration commit_interval_behind = seconds(1);
  /// ... or at this many records read ...
  std::size_t commit_records = 200'000;
  /// ... or at this many bytes written, whichever comes first. Bounds the memory of what is not yet committed.
  std::size_t commit_bytes = 64u << 20;
  /// Records taken from the client at once. Costs about 100 bytes each.
  std::size_t batch_records = 5'000;
  /// Records fetched ahead, for each worker. Costs this much memory.
  std::size_t fetch_bytes = 64u << 20;

  /// The broker aborts a transaction left open this long (a process that died): up to this long readers of its outputs wait.
  Duration transaction_timeout = seconds(30);
  /// A process silent this long loses its partitions. With a stable `instance`, a restart within it moves nothing.
  Duration session_timeout = seconds(45);
  /// A producer waits this long for more records before it sends. More: fewer requests, later escalations.
  Duration linger = milliseconds(5);
  /// How long commit and close may take after SIGTERM; then the process ends all the same, and the open transaction is aborted.
  Duration shutdown_timeout = seconds(20);
  /// How often what is wrong is told again while a broker or topic is missing.
  Duration diagnosis_interval = seconds(10);

  /// How often each worker's clients say of themselves what becomes pairwatch_kafka_* metrics. Costs each about a millisecond for a
  /// thousand partitions.
  Duration statistics_interval = seconds(15);

  /// Whether every process keeps a copy of every partition of its stores, so that taking one over restores only a tail.
  Standby standby = Standby::kNone;
  /// Whether the first start of a service that writes escalations holds them back until history is through (tasks/warm_up.h).
  WarmUp warm_up;

  /// Topics that are missing are created with their declared settings; false: an error prints the commands that would.
  bool create_topics = true;
  /// Whether the value of a record that cannot be used travels with its dead letter. It may hold a child's words.
  /// False: its length and SHA-256 only.
  bool keep_dead_letter_value = false;
  /// How moderation.escalations.* are written.
  OutputEncoding output_encoding = OutputEncoding::kJson;

  /// Further properties of librdkafka (security.protocol, sasl.mechanism, ssl.ca.location, ...), handed to every client as they
  /// are. Those that exactly-once depends on are refused.
  std::map<std::string, std::string> properties;
  OauthConfig oauth;
  /// Renews what clients log in with while they run; null where nothing can change. The loader makes it.
  std::shared_ptr<Credentials> credentials;

  friend bool operator==(const KafkaConfig&, const KafkaConfig&) = default;
};

}  // namespace pairwatch::kafka
