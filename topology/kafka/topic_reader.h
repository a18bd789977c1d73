// A topic from one point to another, all partitions, in one order: for tools, that read what services read.
//
// In:        a topic, and optionally record timestamps from which and up to which; the end is what was committed when it was
// opened. Out:       records by timestamp, then partition; each partition in its own order, also where its timestamps are not. So
// the same
//            topic and range give the same records in the same order, however the brokers deliver them.
// Remembers: for each partition what the client has fetched ahead, at most kafka.fetch_bytes shared out among them; one batch.
// Fails:     failure() says what; next() is then empty. A broker that does not answer for kPatience_ms is one.
// Thread:    one. Joins no group, commits nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topology/kafka/config.h"
#include "topology/kafka/handles.h"
#include "topology/ports.h"

namespace pairwatch::kafka {

/// Wall clock of records, milliseconds since 1970; nullopt: from the oldest, up to the newest.
struct TimeRange {
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> to_ms;  ///< not included
};

class TopicReader final : public Source {
 public:
  static constexpr int kPatience_ms = 30'000;

  /// `only_of_key`: reads only the partition that `murmur2_random` gives this key.
  TopicReader(const KafkaConfig& config, std::string topic, const TimeRange& range,
              const std::optional<std::string>& only_of_key = {});
  ~TopicReader() override;

  std::span<const Record> next(std::size_t most) override;

  const std::optional<std::string>& failure() const { return failure_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  struct Partition {
    std::int32_t number = 0;
    std::int64_t next = 0;  ///< offset
    std::int64_t end = 0;   ///< offset, not included
    Queue queue;
    std::deque<rd_kafka_message_t*> fetched;

    bool is_done() const { return fetched.empty() && next >= end; }
  };

  void find_partitions(const TimeRange& range, const std::optional<std::string>& only_of_key);
  void find_offsets(const TimeRange& range);
  void offsets_at(std::int64_t time_ms, std::int64_t Partition::* where);
  void assign();
  static void accept(Partition& partition, rd_kafka_message_t* message);
  void take_what_came_early();
  bool fetch(Partition& partition);
  Partition* earliest();
  void take(Partition& partition);
  void return_messages();
  void fail(std::string what) { failure_ = "topic " + topic_ + ": " + std::move(what); }

  KafkaConfig config_;
  std::string topic_;
  std::optional<std::string> failure_;
  std::uint64_t bytes_read_ = 0;
  Client consumer_;
  std::vector<Partition> partitions_;
  std::vector<rd_kafka_message_t*> given_;
  std::vector<std::vector<Header>> headers_;
  std::vector<Record> records_;
};

}  // namespace pairwatch::kafka
