// What a Kafka client says of itself from time to time, in the words of no library.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pairwatch {

enum class ClientRole : std::uint8_t { kConsumer, kProducer };
inline constexpr int kClientRoleCount = 2;

/// Where a producer stands with its transactions.
enum class ClientTransaction : std::uint8_t { kNone, kInitialising, kReady, kOpen, kCommitting, kAborting, kFailed };
inline constexpr int kClientTransactionCount = 7;

/// One broker as this client sees it, over the time since the statistics before.
struct BrokerStatistics {
  std::int32_t broker = 0;  ///< its node id
  bool is_up = false;
  double round_trip_average_seconds = 0;
  double round_trip_p99_seconds = 0;
  double queue_p99_seconds = 0;  ///< requests waited in this client before they were sent
  std::int64_t requests_queued = 0;
  std::int64_t requests_in_flight = 0;
};

struct ClientStatistics {
  ClientRole role = ClientRole::kConsumer;
  std::string client;  ///< another one for each client that was made: its counts begin at zero
  std::uint64_t received_records = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_records = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t rebalances = 0;
  std::int64_t fetched_ahead_records = 0;
  std::int64_t fetched_ahead_bytes = 0;
  std::int64_t unsent_records = 0;
  std::int64_t unsent_bytes = 0;
  ClientTransaction transaction = ClientTransaction::kNone;
  std::vector<BrokerStatistics> brokers;
};

}  // namespace pairwatch
