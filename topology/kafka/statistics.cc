#include "topology/kafka/statistics.h"

#include <simdjson.h>

#include <algorithm>

namespace pairwatch::kafka {
namespace {

namespace json = simdjson::ondemand;

constexpr double kMicrosecond = 1e-6;

/// A count; zero where it is none, or negative.
std::int64_t count_of(json::value value) {
  std::int64_t count = 0;
  return value.get_int64().get(count) == simdjson::SUCCESS ? std::max<std::int64_t>(count, 0) : 0;
}

std::uint64_t total_of(json::value value) { return static_cast<std::uint64_t>(count_of(value)); }

std::string_view text_of(json::value value) {
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

/// Calls `visit(name, value)` for each field of an object; none where it is no object.
template <typename Visit>
void each_field(json::value value, const Visit& visit) {
  json::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return;
  for (auto field : object) {
    std::string_view name;
    json::value inner;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS || field.value().get(inner) != simdjson::SUCCESS) return;
    visit(name, inner);
  }
}

/// A window of librdkafka's, in microseconds.
struct Window {
  double average_seconds = 0;
  double p99_seconds = 0;
};

Window window_of(json::value value) {
  Window window;
  each_field(value, [&](std::string_view name, json::value inner) {
    if (name == "avg") window.average_seconds = static_cast<double>(count_of(inner)) * kMicrosecond;
    if (name == "p99") window.p99_seconds = static_cast<double>(count_of(inner)) * kMicrosecond;
  });
  return window;
}

BrokerStatistics broker_of(json::value value) {
  BrokerStatistics broker;
  broker.broker = -1;
  each_field(value, [&](std::string_view name, json::value inner) {
    if (name == "nodeid") {
      std::int64_t id = -1;
      if (inner.get_int64().get(id) == simdjson::SUCCESS) broker.broker = static_cast<std::int32_t>(id);
    } else if (name == "state") {
      broker.is_up = text_of(inner) == "UP";
    } else if (name == "rtt") {
      const Window window = window_of(inner);
      broker.round_trip_average_seconds = window.average_seconds;
      broker.round_trip_p99_seconds = window.p99_seconds;
    } else if (name == "outbuf_latency") {
      broker.queue_p99_seconds = window_of(inner).p99_seconds;
    } else if (name == "outbuf_cnt") {
      broker.requests_queued = count_of(inner);
    } else if (name == "waitresp_cnt") {
      broker.requests_in_flight = count_of(inner);
    }
  });
  return broker;
}

/// The coordinator of a group has a connection of its own to a broker that has one already.
void merge(std::vector<BrokerStatistics>& brokers, const BrokerStatistics& broker) {
  if (broker.broker < 0) return;
  const auto same = [&](const BrokerStatistics& other) { return other.broker == broker.broker; };
  const auto found = std::find_if(brokers.begin(), brokers.end(), same);
  if (found == brokers.end()) {
    brokers.push_back(broker);
    return;
  }
  found->is_up = found->is_up || broker.is_up;
  found->round_trip_average_seconds = std::max(found->round_trip_average_seconds, broker.round_trip_average_seconds);
  found->round_trip_p99_seconds = std::max(found->round_trip_p99_seconds, broker.round_trip_p99_seconds);
  found->queue_p99_seconds = std::max(found->queue_p99_seconds, broker.queue_p99_seconds);
  found->requests_queued += broker.requests_queued;
  found->requests_in_flight += broker.requests_in_flight;
}

/// What lies in the client's memory of all partitions of all topics.
void add_topics(json::value topics, ClientStatistics& statistics) {
  each_field(topics, [&](std::string_view, json::value topic) {
    each_field(topic, [&](std::string_view field, json::value partitions) {
      if (field != "partitions") return;
      each_field(partitions, [&](std::string_view, json::value partition) {
        each_field(partition, [&](std::string_view name, json::value inner) {
          if (name == "fetchq_cnt") statistics.fetched_ahead_records += count_of(inner);
          if (name == "fetchq_size") statistics.fetched_ahead_bytes += count_of(inner);
        });
      });
    });
  });
}

/// The names of librdkafka's rd_kafka_txn_state_t.
ClientTransaction transaction_of(std::string_view name) {
  if (name == "Init" || name == "WaitPID" || name == "ReadyNotAcked") return ClientTransaction::kInitialising;
  if (name == "Ready") return ClientTransaction::kReady;
  if (name == "InTransaction") return ClientTransaction::kOpen;
  if (name == "BeginCommit" || name == "CommittingTransaction" || name == "CommitNotAcked") return ClientTransaction::kCommitting;
  if (name == "BeginAbort" || name == "AbortingTransaction" || name == "AbortedNotAcked") return ClientTransaction::kAborting;
  if (name == "AbortableError" || name == "FatalError") return ClientTransaction::kFailed;
  return ClientTransaction::kNone;
}

void add_field(std::string_view name, json::value value, ClientStatistics& statistics) {
  if (name == "name") statistics.client = text_of(value);
  if (name == "type") statistics.role = text_of(value) == "producer" ? ClientRole::kProducer : ClientRole::kConsumer;
  if (name == "rxmsgs") statistics.received_records = total_of(value);
  if (name == "rxmsg_bytes") statistics.received_bytes = total_of(value);
  if (name == "txmsgs") statistics.sent_records = total_of(value);
  if (name == "txmsg_bytes") statistics.sent_bytes = total_of(value);
  if (name == "msg_cnt") statistics.unsent_records = count_of(value);
  if (name == "msg_size") statistics.unsent_bytes = count_of(value);
  if (name == "topics") add_topics(value, statistics);
  if (name == "brokers") {
    each_field(value, [&](std::string_view, json::value broker) { merge(statistics.brokers, broker_of(broker)); });
  } else if (name == "cgrp") {
    each_field(value, [&](std::string_view field, json::value inner) {
      if (field == "rebalance_cnt") statistics.rebalances = total_of(inner);
    });
  } else if (name == "eos") {
    each_field(value, [&](std::string_view field, json::value inner) {
      if (field == "txn_state") statistics.transaction = transaction_of(text_of(inner));
    });
  }
}

}  // namespace

std::optional<ClientStatistics> statistics_from(std::string_view text) {
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  json::value root;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS || document.get_value().get(root) != simdjson::SUCCESS) return {};
  ClientStatistics statistics;
  each_field(root, [&](std::string_view name, json::value value) { add_field(name, value, statistics); });
  if (statistics.client.empty()) return {};
  return statistics;
}

}  // namespace pairwatch::kafka
