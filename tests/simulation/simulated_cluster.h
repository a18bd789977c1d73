// A Kafka cluster as data: topics, transactions, one group, and the time that drives them. No chance but that of its Random, no
// clock but advance().
//
// In:        what the clients of simulated processes ask (simulated_broker.h, simulated_changelog.h), and what an operator or a
// fault
//            does: a rebalance, a compaction, a request that arrives late.
// Out:       logs and offsets as committed; see partition_log.h, transaction_coordinator.h, group_coordinator.h.
// Remembers: everything: a simulation is short.
// Thread:    one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/group_coordinator.h"
#include "tests/simulation/partition_log.h"
#include "tests/simulation/random.h"
#include "tests/simulation/transaction_coordinator.h"

namespace pairwatch::simulation {

/// What a client does by itself, without being called: heartbeats, joining.
class BackgroundClient {
 public:
  virtual ~BackgroundClient() = default;
  virtual void tick() = 0;
};

class SimulatedCluster {
 public:
  /// The group reads `input_topic`. `random` outlives the cluster.
  SimulatedCluster(Random& random, const std::string& input_topic, std::int32_t input_partitions);
  SimulatedCluster(const SimulatedCluster&) = delete;
  SimulatedCluster& operator=(const SimulatedCluster&) = delete;

  void add_topic(const std::string& topic, std::int32_t partitions);
  std::int32_t partition_count(const std::string& topic) const;
  PartitionLog& log(const std::string& topic, std::int32_t partition);
  const PartitionLog& log(const std::string& topic, std::int32_t partition) const;

  TransactionCoordinator& transactions() { return transactions_; }
  const TransactionCoordinator& transactions() const { return transactions_; }
  GroupCoordinator& group() { return group_; }
  const GroupCoordinator& group() const { return group_; }

  /// An EndTxn that its sender has given up, but that is still on its way.
  void end_transaction_later(const std::string& transactional_id, ProducerIdentity identity, bool commit, std::int64_t due_ms);

  /// Lets it become that late, and everything happen that is due. Clients tick in the order in which they came.
  void advance(std::int64_t now_ms);
  std::int64_t now_ms() const { return now_ms_; }

  void add_client(BackgroundClient* client) { clients_.push_back(client); }
  void remove_client(BackgroundClient* client) { std::erase(clients_, client); }

 private:
  struct LateEnd {
    std::int64_t due_ms;
    std::string transactional_id;
    ProducerIdentity identity;
    bool commit;
  };

  std::map<std::string, std::vector<PartitionLog>> topics_;
  GroupCoordinator group_;
  TransactionCoordinator transactions_;
  std::vector<LateEnd> late_ends_;
  std::vector<BackgroundClient*> clients_;
  std::int64_t now_ms_ = 0;
};

}  // namespace pairwatch::simulation
