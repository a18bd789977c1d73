// What clients of Kafka say as metrics, and that no metric of ours grows without end or breaks the rules of names.
#include "topology/http/client_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

#include "topology/http/metrics.h"

namespace pairwatch::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kIntake0 = R"(service="intake",worker="0")";

ClientStatistics consumer(std::string name, std::uint64_t received) {
  ClientStatistics statistics;
  statistics.client = std::move(name);
  statistics.received_records = received;
  return statistics;
}

/// What is told of the metric, without comments.
std::size_t series_in(const std::string& text) {
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.starts_with('#') ? 0 : 1;
  return count;
}

class ClientMetricsTest : public ::testing::Test {
 protected:
  Metrics metrics_{default_topology(), {Service::kIntake, Service::kRelationship}, {"0.1.0", "abc", "def"}, {}};
};

TEST_F(ClientMetricsTest, WhatBelongsToAWorkerExistsAtZeroFromTheStart) {
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr(std::string("pairwatch_kafka_received_records_total{") + kIntake0 + "} 0"));
  EXPECT_THAT(text, HasSubstr(R"(pairwatch_kafka_rebalances_total{service="relationship",worker="0"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"(pairwatch_kafka_transaction_state{service="intake",state="open",worker="0"} 0)"));
}

TEST_F(ClientMetricsTest, CountsRiseByWhatANewClientCountsFromZero) {
  metrics_.client(Service::kIntake, 0, consumer("first", 10));
  metrics_.client(Service::kIntake, 0, consumer("first", 15));
  metrics_.client(Service::kIntake, 0, consumer("second", 4));
  EXPECT_THAT(metrics_.text(), HasSubstr(std::string("pairwatch_kafka_received_records_total{") + kIntake0 + "} 19"));
}

TEST_F(ClientMetricsTest, OneStateOfATransactionHoldsAtATime) {
  ClientStatistics producer;
  producer.role = ClientRole::kProducer;
  producer.client = "p";
  for (const ClientTransaction state : {ClientTransaction::kOpen, ClientTransaction::kReady}) {
    producer.transaction = state;
    metrics_.client(Service::kIntake, 0, producer);
  }
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr(R"(pairwatch_kafka_transaction_state{service="intake",state="ready",worker="0"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(pairwatch_kafka_transaction_state{service="intake",state="open",worker="0"} 0)"));
}

TEST_F(ClientMetricsTest, ABrokerIsToldWhileTheClientKnowsIt) {
  ClientStatistics statistics = consumer("c", 0);
  statistics.brokers = {{.broker = 7, .is_up = true, .round_trip_p99_seconds = 0.25}};
  metrics_.client(Service::kIntake, 0, statistics);
  const std::string p99 = R"(pairwatch_kafka_round_trip_p99_seconds{broker="7",client="consumer",service="intake",worker="0"})";
  EXPECT_THAT(metrics_.text(), HasSubstr(p99 + " 0.25"));
  EXPECT_THAT(metrics_.text(), HasSubstr(R"(pairwatch_kafka_brokers_up{client="consumer",service="intake",worker="0"} 1)"));
  statistics.brokers.clear();
  metrics_.client(Service::kIntake, 0, statistics);
  EXPECT_THAT(metrics_.text(), Not(HasSubstr(p99)));
}

TEST_F(ClientMetricsTest, TenThousandBrokersCostNoMoreSeriesThanThirtyThree) {
  ClientStatistics statistics = consumer("c", 0);
  const std::size_t before = series_in(metrics_.text());
  for (std::int32_t id = 10'000; id > 0; --id) statistics.brokers.push_back({.broker = id, .requests_queued = id});
  for (int i = 0; i < 3; ++i) {
    metrics_.client(Service::kIntake, 0, statistics);
    EXPECT_EQ(series_in(metrics_.text()) - before, 5 * (ClientMetrics::kMostBrokers + 1));
    std::rotate(statistics.brokers.begin(), statistics.brokers.begin() + 77, statistics.brokers.end());
  }
  EXPECT_THAT(metrics_.text(),
              HasSubstr(R"(pairwatch_kafka_requests_queued{broker="other",client="consumer",service="intake",worker="0"} 10000)"));
}

TEST_F(ClientMetricsTest, AServiceThatDoesNotRunHereIsNotTold) {
  const std::size_t before = series_in(metrics_.text());
  metrics_.client(Service::kEscalation, 0, consumer("c", 5));
  metrics_.client(Service::kIntake, 99, consumer("c", 5));
  EXPECT_EQ(series_in(metrics_.text()), before);
}

/// Everything a run can tell, told twice with other values: what was there stays all there is.
TEST_F(ClientMetricsTest, TheNumberOfSeriesDoesNotGrowWithTraffic) {
  const auto tell = [&](std::uint64_t n) {
    Tally tally;
    for (const Outcome outcome : outcomes_of(Service::kIntake)) tally.outcomes[static_cast<std::size_t>(outcome)] = n;
    tally.rejects.fill(n);
    tally.signals.fill(n);
    metrics_.committed(Service::kIntake, tally, {.records = n, .processing_seconds = 0.1, .commit_seconds = 0.2, .latencies = {}});
    metrics_.aborted(Service::kIntake);
    metrics_.lag(Service::kIntake, "platform.events", 0, static_cast<std::int64_t>(n));
    metrics_.event_time(Service::kIntake, 0, EventTime{static_cast<std::int64_t>(n)});
    metrics_.task(Service::kIntake, 0, n % 2 == 0 ? TaskState::kRunning : TaskState::kRestoring);
    metrics_.ready(Service::kIntake, 0, n % 2 == 0, "number " + std::to_string(n));
    metrics_.progressed(Service::kIntake, 0);
    metrics_.stands_still(Service::kIntake, 0, "at " + std::to_string(n));
    metrics_.client(Service::kIntake, 0, consumer("client " + std::to_string(n), n));
  };
  tell(1);
  const std::size_t once = series_in(metrics_.text());
  for (std::uint64_t n = 2; n < 200; ++n) tell(n);
  EXPECT_EQ(series_in(metrics_.text()), once);
}

/// What `promtool check metrics` looks for, so that it is seen without Prometheus.
TEST_F(ClientMetricsTest, EveryFamilyHasAHelpAndANameByTheConventions) {
  metrics_.client(Service::kIntake, 0, consumer("c", 1));
  std::map<std::string, std::string> helps, types;
  std::istringstream lines(metrics_.text());
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string hash, kind, name, rest;
    words >> hash >> kind >> name;
    std::getline(words, rest);
    if (hash != "#") continue;
    EXPECT_TRUE((kind == "HELP" ? helps : types).emplace(name, rest).second) << name << " is told twice";
  }
  EXPECT_EQ(helps.size(), types.size());
  for (const auto& [name, type] : types) {
    EXPECT_TRUE(name.starts_with("pairwatch_") || name.starts_with("process_")) << name;
    EXPECT_EQ(name.ends_with("_total"), type == " counter") << name;
    EXPECT_GT(helps[name].size(), 10u) << name;
    for (const char* unit : {"_ms", "_milliseconds", "_microseconds", "_kb", "_kilobytes", "_percent"})
      EXPECT_FALSE(name.ends_with(unit)) << name << ": base units only";
  }
}

TEST_F(ClientMetricsTest, TheProcessIsToldUnderTheNamesThatEverybodyUses) {
  const std::string text = metrics_.text();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes",
                           "process_start_time_seconds", "process_open_fds", "process_max_fds"}) {
    const std::size_t at = text.find(std::string("\n") + name + " ");
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_GE(std::stod(text.substr(at + 2 + std::string(name).size())), 0) << name;
  }
  EXPECT_THAT(text, Not(HasSubstr("process_resident_memory_bytes 0\n")));
}

}  // namespace
}  // namespace pairwatch::http
