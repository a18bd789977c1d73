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

/// Notes why a broker's certificate was refused (X509_V_ERR_*), which librdkafka's own words leave out; `broker`: host:port. Any
/// thread.
void note_certificate_error(const std::string& broker, int x509_error);

/// What to do about an error of a client in the words of librdkafka, as the end of a sentence: which setting is wrong, where that
/// can be told. Empty where it cannot.
std::string remedy_of(const std::string& message);

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
