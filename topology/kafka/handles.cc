#include "topology/kafka/handles.h"

#include <spdlog/spdlog.h>

#include <map>
#include <mutex>
#include <stdexcept>
#include <string_view>

#include "topology/kafka/credentials.h"
#include "topology/kafka/diagnosis.h"

namespace pairwatch::kafka {
namespace {

/// The topic that each client was last refused to write to. One entry for a client, until it is taken.
struct Refused {
  std::mutex mutex;
  std::map<const rd_kafka_t*, std::string> topics;  ///< guarded by mutex
};

Refused& refused() {
  static Refused refused;
  return refused;
}

/// `Failed to add partition "topic" [0] to transaction: Broker: Topic authorization failed`: nothing else tells the topic, for all
/// records of the transaction come back as purged.
void note_refused(const rd_kafka_t* client, std::string_view text) {
  const std::size_t begin = text.find('"'), end = text.find('"', begin + 1);
  if (begin == std::string_view::npos || end == std::string_view::npos) return;
  if (text.find(rd_kafka_err2str(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), end) == std::string_view::npos) return;
  const std::lock_guard lock(refused().mutex);
  refused().topics[client] = text.substr(begin + 1, end - begin - 1);
}

/// librdkafka's own lines are for its debugging; what a user should know comes through the error callback, and what ends a
/// transaction or a producer from the call that meets it.
void log_line(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  constexpr int kCritical = 2;  // of syslog
  const std::string_view name(facility);
  if (name == "ADDPARTS") note_refused(client, text);
  const bool is_told_twice = name == "TXNERR" || name == "FATAL";
  spdlog::log(level <= kCritical && !is_told_twice ? spdlog::level::err : spdlog::level::debug, "librdkafka {} {}: {}",
              rd_kafka_name(client), facility, text);
}

/// Accepts what OpenSSL accepts, and notes why it does not.
int verify_certificate(rd_kafka_t*, const char* broker, std::int32_t, int* x509_error, int, const char*, std::size_t, char*,
                       std::size_t, void*) {
  if (*x509_error == 0) return 1;
  note_certificate_error(broker, *x509_error);
  return 0;
}

}  // namespace

std::string take_refused_topic(const rd_kafka_t* client) {
  const std::lock_guard lock(refused().mutex);
  const auto found = refused().topics.find(client);
  if (found == refused().topics.end()) return {};
  std::string topic = std::move(found->second);
  refused().topics.erase(found);
  return topic;
}

void DestroyClient::operator()(rd_kafka_t* client) const {
  detach(client);
  rd_kafka_destroy(client);
  take_refused_topic(client);  // another may get its address
}

Client make_client(rd_kafka_type_t type, const ClientSettings& settings, const Callbacks& callbacks) {
  std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>> conf(rd_kafka_conf_new());
  char reason[512];
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error("librdkafka does not take the property " + name);
    }
  }
  rd_kafka_conf_set_opaque(conf.get(), callbacks.opaque);
  rd_kafka_conf_set_log_cb(conf.get(), log_line);
  rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), verify_certificate);
  if (callbacks.error != nullptr) rd_kafka_conf_set_error_cb(conf.get(), callbacks.error);
  if (callbacks.delivery != nullptr) rd_kafka_conf_set_dr_msg_cb(conf.get(), callbacks.delivery);
  if (callbacks.rebalance != nullptr) rd_kafka_conf_set_rebalance_cb(conf.get(), callbacks.rebalance);
  if (callbacks.statistics != nullptr) rd_kafka_conf_set_stats_cb(conf.get(), callbacks.statistics);
  const bool has_tokens = settings.credentials && settings.credentials->has_tokens();
  if (has_tokens) {
    rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf.get(), refresh_token);
    rd_kafka_conf_enable_sasl_queue(conf.get(), 1);
  }
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (client == nullptr) throw std::runtime_error(std::string("librdkafka cannot make a client: ") + reason);
  conf.release();  // the client owns it now
  Client owner(client);
  if (settings.credentials) attach(client, settings.credentials);
  if (has_tokens) {  // on a thread of librdkafka's own: whoever waits for an answer does not poll
    if (const Error error{rd_kafka_sasl_background_callbacks_enable(client)})
      throw std::runtime_error(std::string("librdkafka cannot ask for tokens: ") + rd_kafka_error_string(error.get()));
  }
  return owner;
}

}  // namespace pairwatch::kafka
