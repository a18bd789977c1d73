// Writes records to a topic, for tools: idempotent, in the order given for each key, no transaction.
//
// Bound:  what is under way takes at most kBufferBytes; write() waits where it is full.
// Fails:  failure() says what; write() is then false. A record that the brokers do not take within kPatience_ms is one.
// Thread: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "topology/kafka/config.h"
#include "topology/kafka/handles.h"

namespace pairwatch::kafka {

class TopicWriter {
 public:
  static constexpr std::size_t kBufferBytes = 64u << 20;
  static constexpr int kPatience_ms = 30'000;

  /// Asks for the topic, which it does not create.
  TopicWriter(const KafkaConfig& config, std::string topic);

  /// Copies both. The partition is the one that every Java client gives the key.
  bool write(std::string_view key, std::string_view value);
  /// Waits for all that was written. Whether the brokers have it.
  bool finish();

  const std::optional<std::string>& failure() const { return failure_; }
  std::uint64_t delivered() const { return delivered_; }
  int partition_count() const { return partition_count_; }

 private:
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);
  void find_topic(const KafkaConfig& config);
  void fail(const std::string& what);

  std::string topic_;
  std::optional<std::string> failure_;
  std::uint64_t delivered_ = 0;
  int partition_count_ = 0;
  Client producer_;
  TopicHandle handle_;
};

}  // namespace pairwatch::kafka
