#include "topology/http/client_metrics.h"

#include <algorithm>
#include <set>

namespace pairwatch::http {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::Labels;

constexpr const char* kOther = "other";

Labels labels_of(Service service, int worker) {
  return {{"service", std::string(service_name(service))}, {"worker", std::to_string(worker)}};
}

Labels with(Labels labels, const char* name, std::string_view value) {
  labels[name] = std::string(value);
  return labels;
}

/// The order of ClientMetrics::of_broker_.
std::array<double, 5> figures_of(const BrokerStatistics& broker) {
  return {broker.round_trip_average_seconds, broker.round_trip_p99_seconds, broker.queue_p99_seconds,
          static_cast<double>(broker.requests_queued), static_cast<double>(broker.requests_in_flight)};
}

/// Those with the lowest ids have their own label.
std::map<std::string, std::array<double, 5>> labelled(const std::vector<BrokerStatistics>& brokers) {
  std::set<std::int32_t> own;
  for (const BrokerStatistics& broker : brokers) {
    own.insert(broker.broker);
    if (own.size() > ClientMetrics::kMostBrokers) own.erase(std::prev(own.end()));
  }
  std::map<std::string, std::array<double, 5>> by_label;
  for (const BrokerStatistics& broker : brokers) {
    const std::string label = own.contains(broker.broker) ? std::to_string(broker.broker) : kOther;
    std::array<double, 5>& figures = by_label[label];
    const std::array<double, 5> added = figures_of(broker);
    for (std::size_t i = 0; i < figures.size(); ++i) figures[i] = std::max(figures[i], added[i]);
  }
  return by_label;
}

}  // namespace

std::string_view client_role_name(ClientRole role) {
  switch (role) {
    case ClientRole::kConsumer: return "consumer";
    case ClientRole::kProducer: return "producer";
  }
  return "unknown";
}

std::string_view client_transaction_name(ClientTransaction transaction) {
  switch (transaction) {
    case ClientTransaction::kNone: return "none";
    case ClientTransaction::kInitialising: return "initialising";
    case ClientTransaction::kReady: return "ready";
    case ClientTransaction::kOpen: return "open";
    case ClientTransaction::kCommitting: return "committing";
    case ClientTransaction::kAborting: return "aborting";
    case ClientTransaction::kFailed: return "failed";
  }
  return "unknown";
}

ClientMetrics::ClientMetrics(prometheus::Registry& registry, const Topology& topology, const std::vector<Service>& services)
    : brokers_up_(BuildGauge()
                      .Name("pairwatch_kafka_brokers_up")
                      .Help("Brokers that a client has a working connection to.")
                      .Register(registry)) {
  const auto counter = [&](const char* name, const char* help) -> Counters& {
    return BuildCounter().Name(name).Help(help).Register(registry);
  };
  const auto gauge = [&](const char* name, const char* help) -> Gauges& {
    return BuildGauge().Name(name).Help(help).Register(registry);
  };
  Counters& received_records = counter("pairwatch_kafka_received_records_total", "Records fetched from brokers.");
  Counters& received_bytes = counter("pairwatch_kafka_received_bytes_total", "Bytes of records fetched from brokers.");
  Counters& sent_records = counter("pairwatch_kafka_sent_records_total", "Records sent to brokers.");
  Counters& sent_bytes = counter("pairwatch_kafka_sent_bytes_total", "Bytes of records sent to brokers.");
  Counters& rebalances = counter("pairwatch_kafka_rebalances_total", "Times that a group gave out its partitions anew.");
  Gauges& ahead_records = gauge("pairwatch_kafka_fetched_ahead_records", "Records fetched that no worker has taken yet.");
  Gauges& ahead_bytes = gauge("pairwatch_kafka_fetched_ahead_bytes", "Bytes of them; see kafka.fetch_bytes.");
  Gauges& unsent_records = gauge("pairwatch_kafka_unsent_records", "Records that wait to be sent or acknowledged.");
  Gauges& unsent_bytes = gauge("pairwatch_kafka_unsent_bytes", "Bytes of them.");
  Gauges& transaction = gauge("pairwatch_kafka_transaction_state", "1 for the state that a producer's transactions are in.");
  of_broker_ = {
      &gauge("pairwatch_kafka_round_trip_average_seconds", "Mean time from a request to a broker to its answer, of late."),
      &gauge("pairwatch_kafka_round_trip_p99_seconds", "99th percentile of the time from a request to its answer, of late."),
      &gauge("pairwatch_kafka_request_queue_p99_seconds", "99th percentile of the time a request waited to be sent, of late."),
      &gauge("pairwatch_kafka_requests_queued", "Requests that wait to be sent to a broker."),
      &gauge("pairwatch_kafka_requests_in_flight", "Requests sent to a broker that it has not answered."),
  };
  for (const Service service : services) {
    for (int number = 0; number < topology.service(service).workers; ++number) {
      const Labels labels = labels_of(service, number);
      Worker& worker = workers_[{service, number}];
      worker.received_records.cell = &received_records.Add(labels);
      worker.received_bytes.cell = &received_bytes.Add(labels);
      worker.sent_records.cell = &sent_records.Add(labels);
      worker.sent_bytes.cell = &sent_bytes.Add(labels);
      worker.rebalances.cell = &rebalances.Add(labels);
      worker.fetched_ahead_records = &ahead_records.Add(labels);
      worker.fetched_ahead_bytes = &ahead_bytes.Add(labels);
      worker.unsent_records = &unsent_records.Add(labels);
      worker.unsent_bytes = &unsent_bytes.Add(labels);
      for (std::size_t state = 0; state < worker.transaction.size(); ++state) {
        worker.transaction[state] =
            &transaction.Add(with(labels, "state", client_transaction_name(static_cast<ClientTransaction>(state))));
      }
      for (const ClientRole role : {ClientRole::kConsumer, ClientRole::kProducer}) {
        worker.clients[static_cast<std::size_t>(role)].brokers_up =
            &brokers_up_.Add(with(labels, "client", client_role_name(role)));
      }
    }
  }
}

void ClientMetrics::note(Service service, int number, const ClientStatistics& statistics) {
  const std::lock_guard lock(mutex_);
  const auto found = workers_.find({service, number});
  if (found == workers_.end()) return;
  Worker& worker = found->second;
  Client& client = worker.clients[static_cast<std::size_t>(statistics.role)];
  const bool is_new = client.name != statistics.client;
  client.name = statistics.client;
  const auto rise = [is_new](Rising& rising, std::uint64_t count) {
    if (is_new) rising.seen = 0;
    if (count > rising.seen) rising.cell->Increment(static_cast<double>(count - rising.seen));
    rising.seen = count;
  };
  switch (statistics.role) {
    case ClientRole::kConsumer:
      rise(worker.received_records, statistics.received_records);
      rise(worker.received_bytes, statistics.received_bytes);
      rise(worker.rebalances, statistics.rebalances);
      worker.fetched_ahead_records->Set(static_cast<double>(statistics.fetched_ahead_records));
      worker.fetched_ahead_bytes->Set(static_cast<double>(statistics.fetched_ahead_bytes));
      break;
    case ClientRole::kProducer:
      rise(worker.sent_records, statistics.sent_records);
      rise(worker.sent_bytes, statistics.sent_bytes);
      worker.unsent_records->Set(static_cast<double>(statistics.unsent_records));
      worker.unsent_bytes->Set(static_cast<double>(statistics.unsent_bytes));
      for (std::size_t state = 0; state < worker.transaction.size(); ++state)
        worker.transaction[state]->Set(state == static_cast<std::size_t>(statistics.transaction) ? 1 : 0);
      break;
  }
  const auto up =
      std::count_if(statistics.brokers.begin(), statistics.brokers.end(), [](const auto& broker) { return broker.is_up; });
  client.brokers_up->Set(static_cast<double>(up));
  note_brokers(client, with(labels_of(service, number), "client", client_role_name(statistics.role)), statistics.brokers);
}

/// Those the client knows no more are told no more.
void ClientMetrics::note_brokers(Client& client, const Labels& labels, const std::vector<BrokerStatistics>& brokers) {
  const auto by_label = labelled(brokers);
  std::erase_if(client.brokers, [&](const auto& known) {
    if (by_label.contains(known.first)) return false;
    for (std::size_t i = 0; i < kBrokerGauges; ++i) of_broker_[i]->Remove(known.second[i]);
    return true;
  });
  for (const auto& [label, figures] : by_label) {
    const auto [known, is_new] = client.brokers.try_emplace(label);
    for (std::size_t i = 0; i < kBrokerGauges; ++i) {
      if (is_new) known->second[i] = &of_broker_[i]->Add(with(labels, "broker", label));
      known->second[i]->Set(figures[i]);
    }
  }
}

}  // namespace pairwatch::http
