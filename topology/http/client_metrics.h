// What the Kafka clients of the workers say of themselves, as metrics (pairwatch_kafka_*).
//
// In:        one ClientStatistics a client and kafka.statistics_interval, from the worker's thread.
// Remembers: for each worker two clients, and of each client at most kMostBrokers brokers: those with the lowest ids, the rest
//            together as broker="other". So the number of series has a bound whatever a client says.
// Thread:    any.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topology/client_statistics.h"
#include "topology/graph.h"

namespace pairwatch::http {

std::string_view client_role_name(ClientRole role);
std::string_view client_transaction_name(ClientTransaction transaction);

class ClientMetrics {
 public:
  static constexpr std::size_t kMostBrokers = 32;

  /// What belongs to a worker exists at zero from the start; what belongs to a broker once a client knows it, and while it does.
  /// `registry` outlives it.
  ClientMetrics(prometheus::Registry& registry, const Topology& topology, const std::vector<Service>& services);

  void note(Service service, int worker, const ClientStatistics& statistics);

 private:
  using Gauges = prometheus::Family<prometheus::Gauge>;
  using Counters = prometheus::Family<prometheus::Counter>;

  /// A count that begins at zero with each client made, as one that only rises.
  struct Rising {
    prometheus::Counter* cell = nullptr;
    std::uint64_t seen = 0;
  };
  static constexpr std::size_t kBrokerGauges = 5;
  struct Client {
    std::string name;  ///< of the last one made
    prometheus::Gauge* brokers_up = nullptr;
    std::map<std::string, std::array<prometheus::Gauge*, kBrokerGauges>> brokers;
  };
  struct Worker {
    std::array<Client, kClientRoleCount> clients;
    Rising received_records, received_bytes, sent_records, sent_bytes, rebalances;
    prometheus::Gauge* fetched_ahead_records = nullptr;
    prometheus::Gauge* fetched_ahead_bytes = nullptr;
    prometheus::Gauge* unsent_records = nullptr;
    prometheus::Gauge* unsent_bytes = nullptr;
    std::array<prometheus::Gauge*, kClientTransactionCount> transaction{};
  };

  void note_brokers(Client& client, const prometheus::Labels& labels, const std::vector<BrokerStatistics>& brokers);

  Gauges& brokers_up_;
  std::array<Gauges*, kBrokerGauges> of_broker_{};
  std::mutex mutex_;  ///< guards what follows
  std::map<std::pair<Service, int>, Worker> workers_;
};

}  // namespace pairwatch::http
