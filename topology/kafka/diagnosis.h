// Tells what is wrong with the brokers in words that help, not more often than wanted, whoever finds it first.
//
// Remembers: when each kind of trouble was last told; one entry for each error code of librdkafka at most.
// Thread:    any.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "topology/kafka/config.h"

namespace pairwatch::kafka {

class Diagnosis {
 public:
  explicit Diagnosis(const KafkaConfig& config) : servers_(config.bootstrap_servers), interval_(config.diagnosis_interval.ms) {}

  /// An error of a client, as librdkafka tells it.
  void client_error(int code, const std::string& message);
  /// Any other trouble; `kind` is what the interval is kept for.
  void tell(const std::string& kind, const std::string& sentence);

 private:
  std::string servers_;
  std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::map<std::string, std::chrono::steady_clock::time_point> told_;  ///< guarded by mutex_
};

}  // namespace pairwatch::kafka
