// Where the outputs of a worker's tasks go: into its transaction, as the topics of the topology file, encoded and with headers.
//
// In:        outputs and rejects of the processors, for the record named by begin_record().
// Out:       Broker::produce. Internal records as they are; escalations as configured, with a `content-type` header; what cannot be
// used as
//            a dead letter: key, headers and timestamp of the original, `__pairwatch.errors.{reason,message,topic,partition,offset,
//            service}`, and the value or, by default, its length and SHA-256 (`__pairwatch.errors.value_{length,sha256}`).
//            Every other record, but those that time alone has caused, carries `pairwatch-source` (topic/partition/offset of the
//            record that caused it), and `pairwatch-received`: when the platform's record was written, in milliseconds, so that
//            latency can be told at the end.
// Bound:     of the headers of one output those that do not fit into kMostHeaderBytes are left out and counted; of a dead letter
// too
//            large for a record, first the value, then the headers (counted), then the key.
// Fails:     the first error of the broker is kept, nothing further is written: see error().
// Thread:    one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processors/core/kinds.h"
#include "topology/broker.h"
#include "topology/graph.h"
#include "topology/ports.h"
#include "topology/tasks/warm_up.h"

namespace pairwatch {

/// How escalations are written.
enum class EscalationEncoding : std::uint8_t { kJson, kProtobuf };

struct SinkConfig {
  std::string service;      ///< as told in dead letters
  std::string input_topic;  ///< as told in dead letters and pairwatch-source
  /// Whether the input topic is the platform's own: then its timestamps are when an event was received.
  bool input_is_external = false;
  /// For each port, the index of its topic among the broker's; nullopt: the service does not write there.
  std::array<std::optional<std::size_t>, kOutputPortCount> topic_of_port{};
  EscalationEncoding escalation_encoding = EscalationEncoding::kJson;
  bool keep_dead_letter_value = false;
};

/// An escalation of the running transaction.
struct PendingLatency {
  Severity severity;
  std::int64_t received_ms;
};

class TransactionSink final : public Sink {
 public:
  static constexpr std::size_t kMostHeaderBytes = 64 << 10;
  static constexpr std::size_t kMostRecordBytes = 900 << 10;  ///< Kafka's default limit is 1 MiB with all that surrounds a record

  /// `broker` and `clock` outlive the sink.
  TransactionSink(SinkConfig config, Broker& broker, Clock& clock) : config_(std::move(config)), broker_(broker), clock_(clock) {}

  /// The record whose outputs follow; lives until the next call. `hold_in`: where its escalations are held back (warm_up.h);
  /// nullptr: they are written.
  void begin_record(const Record& record, Store* hold_in = nullptr);
  /// What follows is caused by no record, but by time: it has neither source nor latency.
  void begin_sweep(Store* hold_in = nullptr);
  void emit(const Output& output) override;
  void reject(const Record& record, Reject reason) override;

  /// Writes a case that was held back, as newly opened. Its latency is that of a warm-up, and not counted.
  Severity tell(const HeldCase& held);
  /// The subject of the case told last.
  SubjectKind told_subject() const { return told_subject_; }

  /// The first thing that went wrong since clear().
  const BrokerResult& error() const { return error_; }
  /// Bytes written since clear().
  std::size_t bytes() const { return bytes_; }
  const std::vector<PendingLatency>& latencies() const { return latencies_; }
  /// Headers left out since clear().
  std::uint64_t headers_dropped() const { return headers_dropped_; }
  /// Begins anew, for the next transaction.
  void clear();

 private:
  std::string_view encoded(const Output& output);
  std::string_view content_type() const;
  void note_origin();
  void hold(const Output& output);
  void produce(OutputPort port, std::string_view key, std::string_view value, std::int64_t timestamp_ms);

  SinkConfig config_;
  Broker& broker_;
  Clock& clock_;
  const Record* record_ = nullptr;
  bool is_sweep_ = false;
  Store* hold_in_ = nullptr;
  SubjectKind told_subject_{};
  BrokerResult error_;
  std::size_t bytes_ = 0;
  std::vector<PendingLatency> latencies_;
  std::uint64_t headers_dropped_ = 0;
  std::int64_t received_ms_ = 0;
  std::string source_;
  std::string received_;
  std::string encoded_;
  std::vector<Header> headers_;
};

}  // namespace pairwatch
