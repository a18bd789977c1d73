// topology/changelog.h on librdkafka: one consumer of a changelog, outside of any group.
//
// Bound:  kafka.fetch_bytes fetched ahead while a restore runs. Nothing is held between restores: the clients are made for the
// first
//         one and closed after the last.
// Thread: one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "topology/changelog.h"
#include "topology/kafka/client_settings.h"
#include "topology/kafka/config.h"
#include "topology/kafka/diagnosis.h"
#include "topology/kafka/handles.h"

namespace pairwatch::kafka {

class LibrdkafkaChangelog final : public ChangelogReader {
 public:
  /// `diagnosis` outlives the reader.
  LibrdkafkaChangelog(const KafkaConfig& config, const Identity& identity, std::string topic, Diagnosis& diagnosis);
  ~LibrdkafkaChangelog() override;

  BrokerResult bounds(std::int32_t partition, ChangelogBounds& found) override;
  BrokerResult start(PartitionOffset from) override;
  void stop(std::int32_t partition) override;
  ChangelogRead poll(int timeout_ms) override;

 private:
  static void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque);

  void open();
  void close();
  int partition_count();
  void return_messages();

  KafkaConfig config_;
  Identity identity_;
  std::string topic_;
  Diagnosis& diagnosis_;

  Client uncommitted_;  ///< sees what is not committed too: only its offsets bound what may come
  Client consumer_;
  Queue queue_;
  std::set<std::int32_t> started_;
  std::vector<rd_kafka_message_t*> messages_;
  std::size_t message_count_ = 0;
  std::vector<Record> records_;
  std::map<std::int32_t, std::int64_t> moved_;
  std::vector<PartitionOffset> positions_;
};

}  // namespace pairwatch::kafka
