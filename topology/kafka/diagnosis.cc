#include "topology/kafka/diagnosis.h"

#include <librdkafka/rdkafka.h>
#include <spdlog/spdlog.h>

namespace pairwatch::kafka {
namespace {

enum class Trouble { kUnreachable, kLogin, kOther };

Trouble trouble_of(int code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT: return Trouble::kUnreachable;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED: return Trouble::kLogin;
  }
  return Trouble::kOther;
}

}  // namespace

void Diagnosis::client_error(int code, const std::string& message) {
  switch (trouble_of(code)) {
    case Trouble::kUnreachable:
      if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;  // says nothing that the ones before it did not
      tell("unreachable", "no answer from Kafka at " + servers_ + ": " + message +
                              "; check that it runs and that kafka.bootstrap_servers names it; trying again");
      return;
    case Trouble::kLogin:
      tell("login", "cannot log in to Kafka at " + servers_ + ": " + message +
                        "; check security.protocol, sasl.* and ssl.* in kafka.properties; trying again");
      return;
    case Trouble::kOther: tell(rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code)), "Kafka client: " + message); return;
  }
}

void Diagnosis::tell(const std::string& kind, const std::string& sentence) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    const auto [found, is_first] = told_.try_emplace(kind, now);
    if (!is_first && now - found->second < interval_) return;
    found->second = now;
  }
  spdlog::error("{}", sentence);
}

}  // namespace pairwatch::kafka
