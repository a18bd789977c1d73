// Where topics begin and end and what groups have committed, asked of Kafka without joining any group (topology/tasks/caught_up.h).
//
// Bound:  a client for each group that was asked about.
// Thread: one. A call waits at most some seconds.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "topology/graph.h"
#include "topology/kafka/acls.h"
#include "topology/kafka/client_settings.h"
#include "topology/kafka/config.h"
#include "topology/kafka/diagnosis.h"
#include "topology/kafka/handles.h"
#include "topology/tasks/caught_up.h"

namespace pairwatch::kafka {

class LibrdkafkaOffsets final : public PipelineOffsets {
 public:
  /// `diagnosis` outlives it.
  LibrdkafkaOffsets(const Topology& topology, const KafkaConfig& config, Diagnosis& diagnosis)
      : topology_(topology), config_(config), diagnosis_(diagnosis) {}

  std::optional<std::vector<TopicRange>> ranges(const std::string& topic) override;
  std::optional<std::vector<std::int64_t>> offsets_at(const std::string& topic, std::int64_t time_ms) override;
  std::optional<std::vector<std::int64_t>> committed(Service service, std::size_t partitions) override;

  /// How many partitions a topic has; 0: there was no answer.
  std::int32_t partition_count(const std::string& topic);
  /// Lets go of its clients.
  void close() { clients_.clear(); }

 private:
  void tell_refusal(int code, const Grant& needed);
  static void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque);
  rd_kafka_t* client_of(const std::string& group);
  /// Offsets of the partitions for a time, or for one of librdkafka's own marks.
  std::optional<std::vector<std::int64_t>> listed(const std::string& topic, std::int64_t time);

  Topology topology_;
  KafkaConfig config_;
  Diagnosis& diagnosis_;
  std::map<std::string, Client> clients_;  ///< by group
};

}  // namespace pairwatch::kafka
