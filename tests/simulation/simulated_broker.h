// topology/broker.h on a simulated cluster: one member of the group and one transactional producer, and all that can go wrong in
// each call, as the fate of its process decides.
//
// In:     the calls of a worker. A call out of the contract's order (begin in a transaction, produce after an error, a seek of what
// is
//         not assigned) throws Violation: the worker is wrong, whatever comes of it.
// Out:    records in batches of any size, runs of partitions in any order, some partitions fetched far ahead; rebalances between
//         polls; errors of every class, with what they say having happened or not, as far as the class leaves it open.
// Dies:   destroyed without close() the member stays in its group until its session times out, what was in the transaction stays
// open
//         until the timeout or the next producer of the same id.
// Thread: one.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/fate.h"
#include "tests/simulation/group_client.h"
#include "tests/simulation/simulated_cluster.h"
#include "topology/broker.h"

namespace pairwatch::simulation {

struct BrokerIdentity {
  std::string name;  ///< for traces
  std::string instance;
  std::string transactional_id;
};

/// What the consumer is asked to hide; anything else is a wrong configuration.
struct BrokerIsolation {
  bool committed_records_only = true;
  bool stable_offsets_only = true;
};

class SimulatedBroker final : public Broker {
 public:
  /// `topics` are those it may write to. Cluster and fate outlive the broker.
  SimulatedBroker(SimulatedCluster& cluster, Fate& fate, BrokerIdentity identity, std::string input_topic,
                  std::vector<std::string> topics);

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

  BrokerIsolation isolation;

 private:
  struct Fetched {
    std::int64_t offset;
    StoredRecord record;
  };
  struct Reading {
    std::int64_t position = 0;  ///< the next offset to be fetched
    std::deque<Fetched> fetched;
    std::int64_t heard_end = kNoOffset;
    std::int64_t told_end = kNoOffset;
    std::int64_t late_seek = kNoOffset;  ///< takes effect after the next poll
  };
  struct Batched {
    std::int32_t partition;
    Fetched fetched;
  };
  struct Queued {
    std::size_t topic;
    std::int32_t partition;
    StoredRecord record;
  };
  enum class Writing : std::uint8_t { kNoProducer, kReady, kInTransaction, kMustAbort, kDead };
  enum class Sent : std::uint8_t { kAll, kWaits, kFenced };

  // Reading.
  void fetch(std::int32_t partition, Reading& reading);
  void collect();
  void take(std::int32_t partition, Reading& reading, std::int64_t most);
  void tell_ends();
  void apply_late_seeks();
  static void move_to(Reading& reading, std::int64_t offset);
  Polled as_polled(const GroupClient::Event& event);

  // Writing.
  Sent send_queued(std::size_t most);
  Sent add_to_transaction(const TransactionTarget& target);
  template <typename Call>
  Sent until_sent(const Call& call);
  BrokerResult fault(std::string_view call);
  BrokerResult fenced(std::string_view call);
  BrokerResult commit_in_doubt();

  void require(bool holds, std::string_view call, std::string_view what) const;
  /// Traces the result of a call.
  BrokerResult told(std::string_view call, BrokerResult result);
  static BrokerError error(ErrorClass error_class, std::string_view call, std::string_view what);

  SimulatedCluster& cluster_;
  Fate& fate_;
  BrokerIdentity identity_;
  std::string input_topic_;
  std::vector<std::string> topics_;
  std::unique_ptr<GroupClient> client_;  ///< until close()

  std::map<std::int32_t, Reading> readings_;  ///< of assigned partitions
  std::deque<Batched> batch_;                 ///< what the last poll gave
  std::deque<std::vector<Header>> headers_;
  std::vector<Record> records_;
  std::vector<PartitionOffset> ends_;
  std::vector<std::int32_t> partitions_;
  std::string reason_;
  int late_seeks_in_a_row_ = 0;

  Writing writing_ = Writing::kNoProducer;
  ProducerIdentity producer_;
  bool has_targets_ = false;  ///< the coordinator knows of the running transaction
  std::deque<Queued> queue_;
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> written_ends_;
};

}  // namespace pairwatch::simulation
