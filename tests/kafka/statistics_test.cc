// What librdkafka says of itself, read.
#include "topology/kafka/statistics.h"

#include <gtest/gtest.h>

#include <string>

namespace pairwatch::kafka {
namespace {

/// As librdkafka 2.0.2 writes it for a producer, fields of no interest left out or kept to be skipped.
constexpr const char* kProducer = R"({"name":"rdkafka#producer-3","client_id":"x","type":"producer","ts":5,"replyq":0,
"msg_cnt":7,"msg_size":700,"msg_max":100000,"tx":9,"rxmsgs":0,"rxmsg_bytes":0,"txmsgs":41,"txmsg_bytes":4100,
"brokers":{"localhost:9092/bootstrap":{"name":"localhost:9092/bootstrap","nodeid":-1,"state":"UP","outbuf_cnt":9,"waitresp_cnt":9},
"b:9092/2":{"name":"b:9092/2","nodeid":2,"state":"UP","outbuf_cnt":1,"waitresp_cnt":3,"txerrs":0,
"outbuf_latency":{"min":1,"max":9,"avg":2,"p99":2500},"rtt":{"min":1,"max":9000,"avg":1500,"p99":8000,"hdrsize":13424},
"toppars":{"t-0":{"topic":"t","partition":0}}},
"TxnCoordinator":{"name":"TxnCoordinator","nodeid":2,"state":"UP","outbuf_cnt":0,"waitresp_cnt":1,
"rtt":{"avg":500,"p99":20000}},
"c:9092/3":{"name":"c:9092/3","nodeid":3,"state":"DOWN"}},
"topics":{},"eos":{"idemp_state":"Assigned","txn_state":"InTransaction","txn_may_enq":true}})";

constexpr const char* kConsumer = R"({"name":"rdkafka#consumer-1","type":"consumer","msg_cnt":0,"rxmsgs":12,"rxmsg_bytes":1200,
"brokers":{},"topics":{"t":{"topic":"t","age":1,"batchsize":{"p99":3},"partitions":{
"0":{"partition":0,"fetchq_cnt":5,"fetchq_size":50},"-1":{"partition":-1,"fetchq_cnt":0,"fetchq_size":0},
"1":{"partition":1,"fetchq_cnt":6,"fetchq_size":60}}}},"cgrp":{"state":"up","rebalance_age":3,"rebalance_cnt":4}})";

TEST(ClientStatisticsOf, AProducerTellWhatItSentAndWhereItsTransactionStands) {
  const auto statistics = statistics_from(kProducer);
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->role, ClientRole::kProducer);
  EXPECT_EQ(statistics->client, "rdkafka#producer-3");
  EXPECT_EQ(statistics->sent_records, 41u);
  EXPECT_EQ(statistics->sent_bytes, 4100u);
  EXPECT_EQ(statistics->unsent_records, 7);
  EXPECT_EQ(statistics->unsent_bytes, 700);
  EXPECT_EQ(statistics->transaction, ClientTransaction::kOpen);
}

TEST(ClientStatisticsOf, AConsumerTellWhatItFetchedAndItsRebalances) {
  const auto statistics = statistics_from(kConsumer);
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->role, ClientRole::kConsumer);
  EXPECT_EQ(statistics->received_records, 12u);
  EXPECT_EQ(statistics->received_bytes, 1200u);
  EXPECT_EQ(statistics->fetched_ahead_records, 11);
  EXPECT_EQ(statistics->fetched_ahead_bytes, 110);
  EXPECT_EQ(statistics->rebalances, 4u);
  EXPECT_EQ(statistics->transaction, ClientTransaction::kNone);
}

TEST(ClientStatisticsOf, ConnectionsToOneBrokerAreToldAsOneWithoutThoseOfBootstrapping) {
  const auto statistics = statistics_from(kProducer);
  ASSERT_TRUE(statistics);
  ASSERT_EQ(statistics->brokers.size(), 2u);
  const BrokerStatistics& broker = statistics->brokers[0];
  EXPECT_EQ(broker.broker, 2);
  EXPECT_TRUE(broker.is_up);
  EXPECT_DOUBLE_EQ(broker.round_trip_average_seconds, 0.0015);
  EXPECT_DOUBLE_EQ(broker.round_trip_p99_seconds, 0.02);
  EXPECT_DOUBLE_EQ(broker.queue_p99_seconds, 0.0025);
  EXPECT_EQ(broker.requests_queued, 1);
  EXPECT_EQ(broker.requests_in_flight, 4);
  EXPECT_EQ(statistics->brokers[1].broker, 3);
  EXPECT_FALSE(statistics->brokers[1].is_up);
}

TEST(ClientStatisticsOf, AnythingElseAreNone) {
  for (const char* text : {"", "{", "[]", "null", "{}", R"({"name":7})", R"({"brokers":{}})"})
    EXPECT_FALSE(statistics_from(text)) << text;
}

TEST(ClientStatisticsOf, AClientCutShortTellNothingThatItDidNotSay) {
  const std::string whole = kProducer;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto statistics = statistics_from(std::string_view(whole).substr(0, size));
    EXPECT_LE(statistics.value_or(ClientStatistics{}).sent_records, 41u) << size;
  }
}

TEST(ClientStatisticsOf, OddValuesCountAsZero) {
  const auto statistics = statistics_from(
      R"({"name":"a","txmsgs":-4,"rxmsgs":"many","msg_cnt":1e99,"brokers":[1],"topics":7,"cgrp":null,"eos":{"txn_state":"Dancing"}})");
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->sent_records, 0u);
  EXPECT_EQ(statistics->received_records, 0u);
  EXPECT_EQ(statistics->unsent_records, 0);
  EXPECT_EQ(statistics->transaction, ClientTransaction::kNone);
  EXPECT_TRUE(statistics->brokers.empty());
}

}  // namespace
}  // namespace pairwatch::kafka
