// topology/broker.h on librdkafka (C API), correct on 2.0.2 and newer.
//
// One consumer and one transactional producer. What 2.0.2 gets wrong is designed around here: rebalances are noted in the callback
// and handed out by a later poll(), partitions are never paused and, where a rebalance pauses them, read on from where poll() left
// them, headers never travel to an explicit partition, seeks and commits wait without a timeout of their own, and a producer whose
// transaction ended in doubt is never used again. A member that the group had dropped and taken in again is not always told that
// its partitions were lost: its id tells, and nothing done under one id is committed under another.
//
// Bound:  kafka.fetch_bytes fetched ahead; what is produced waits in the producer until the transaction's flush.
// Thread: one; librdkafka calls back within poll(), produce(), flush() and close() only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "topology/broker.h"
#include "topology/client_statistics.h"
#include "topology/kafka/acls.h"
#include "topology/kafka/client_settings.h"
#include "topology/kafka/config.h"
#include "topology/kafka/diagnosis.h"
#include "topology/kafka/errors.h"
#include "topology/kafka/handles.h"

namespace pairwatch::kafka {

class LibrdkafkaBroker final : public Broker {
 public:
  using TellStatistics = std::function<void(const ClientStatistics&)>;

  /// Joins the group. `topics` are those it may write to. `diagnosis` outlives the broker. `tell_statistics` is called within
  /// poll() and whatever else calls back; empty: nobody wants to know. Throws std::runtime_error for settings that librdkafka
  /// refuses (problems_of finds them before).
  LibrdkafkaBroker(const KafkaConfig& config, const Identity& identity, std::string input_topic, std::vector<std::string> topics,
                   Diagnosis& diagnosis, TellStatistics tell_statistics = {});
  ~LibrdkafkaBroker() override;

  Polled poll(int timeout_ms) override;
  BrokerResult assign(std::span<const PartitionOffset> partitions) override;
  BrokerResult unassign(std::span<const std::int32_t> partitions) override;
  BrokerResult seek(std::span<const PartitionOffset> partitions) override;
  BrokerResult committed(std::span<CommittedOffset> partitions) override;
  std::int64_t end_offset(std::int32_t partition) override;
  BrokerResult readable_ends(std::span<PartitionOffset> partitions) override;
  BrokerResult begin() override;
  BrokerResult produce(const Outgoing& record) override;
  BrokerResult flush() override;
  std::int64_t written_end(std::size_t topic, std::int32_t partition) override;
  BrokerResult send_offsets(std::span<const CommittedOffset> next) override;
  BrokerResult commit() override;
  BrokerResult abort() override;
  BrokerResult restart_producer() override;
  void close() override;

 private:
  struct Rebalance {
    Polled::Kind kind;
    std::vector<std::int32_t> partitions;
    std::string member_id;  ///< as which this member knows itself from then on
  };

  static void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque);
  static void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);
  static int on_statistics(rd_kafka_t* client, char* json, std::size_t size, void* opaque);
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions, void* opaque);

  Partitions list_of(std::span<const PartitionOffset> partitions) const;
  std::string member_id_now() const;
  void note_rebalance(Polled::Kind kind, std::vector<std::int32_t> partitions);
  void return_messages();
  void add_record(const rd_kafka_message_t& message);
  void note_consumer_error(const rd_kafka_message_t& message);
  bool is_in_topic(std::int32_t partition);
  void note_fatal_error();
  void note_positions();
  bool return_to_positions(int timeout_ms);
  bool warm_metadata();
  BrokerResult failed(Operation operation, int code, const std::string& message) const;
  /// `needed`: what a refusal of this operation lacks.
  BrokerResult result_of(Operation operation, rd_kafka_error_t* error, const Grant& needed = {}) const;

  KafkaConfig config_;
  Identity identity_;
  std::string input_topic_;
  std::vector<std::string> topics_;
  Diagnosis& diagnosis_;
  TellStatistics tell_statistics_;

  Client consumer_;
  Queue queue_;
  std::vector<rd_kafka_message_t*> messages_;
  std::size_t message_count_ = 0;
  std::vector<Record> records_;
  std::vector<Header> headers_;
  std::vector<std::pair<std::size_t, std::size_t>> header_ranges_;  ///< first and count in headers_, for each record
  std::vector<PartitionOffset> ends_;
  std::deque<Rebalance> rebalances_;
  Rebalance current_rebalance_{};
  std::set<std::int32_t> held_;  ///< once the rebalances noted have been answered
  std::string held_as_;          ///< the member's id when the last of them was noted
  std::string member_id_;        ///< when the last one that poll() returned was noted
  /// The next offset of each partition that is read: after what poll() has returned of it, or where assign() or seek() put it.
  std::map<std::int32_t, std::int64_t> positions_;
  /// Partitions that stay, whose place in the client is not theirs after a rebalance.
  std::set<std::int32_t> in_doubt_;
  int returns_tried_ = 0;
  std::string ended_reason_;
  bool is_closing_ = false;

  Client producer_;
  bool producer_is_initialised_ = false;
  std::vector<TopicHandle> handles_;
  BrokerResult delivery_error_;
  /// Of the running transaction, by topic and partition, for records that named their partition.
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> written_ends_;
};

}  // namespace pairwatch::kafka
