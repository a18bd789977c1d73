#include "topology/kafka/handles.h"

#include <spdlog/spdlog.h>

#include <stdexcept>

namespace pairwatch::kafka {
namespace {

/// librdkafka's own lines are for its debugging; what a user should know comes through the error callback.
void log_line(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  constexpr int kCritical = 2;  // of syslog
  spdlog::log(level <= kCritical ? spdlog::level::err : spdlog::level::debug, "librdkafka {} {}: {}", rd_kafka_name(client),
              facility, text);
}

}  // namespace

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
  if (callbacks.error != nullptr) rd_kafka_conf_set_error_cb(conf.get(), callbacks.error);
  if (callbacks.delivery != nullptr) rd_kafka_conf_set_dr_msg_cb(conf.get(), callbacks.delivery);
  if (callbacks.rebalance != nullptr) rd_kafka_conf_set_rebalance_cb(conf.get(), callbacks.rebalance);
  if (callbacks.statistics != nullptr) rd_kafka_conf_set_stats_cb(conf.get(), callbacks.statistics);
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (client == nullptr) throw std::runtime_error(std::string("librdkafka cannot make a client: ") + reason);
  conf.release();  // the client owns it now
  return Client(client);
}

}  // namespace pairwatch::kafka
