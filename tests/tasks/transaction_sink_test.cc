// What is written for an output and for a record that cannot be used.
#include "topology/tasks/transaction_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pairwatch/v1/escalation.pb.h"
#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class TransactionSinkTest : public testing::Test {
 protected:
  TransactionSink& sink() {
    if (!sink_) {
      config.service = "escalation";
      config.input_topic = "pairwatch.case-inputs";
      config.topic_of_port[static_cast<std::size_t>(OutputPort::kUrgent)] = 0;
      config.topic_of_port[static_cast<std::size_t>(OutputPort::kDeadLetters)] = 1;
      config.topic_of_port[static_cast<std::size_t>(OutputPort::kInteractions)] = 2;
      sink_ = std::make_unique<TransactionSink>(config, broker, clock);
    }
    return *sink_;
  }

  /// What the sink produced, as a reader of committed records sees it.
  ProducedRecord written() {
    EXPECT_FALSE(broker.commit());
    EXPECT_EQ(broker.written.size(), 1u);
    return broker.written.back();
  }

  FakeBroker broker;
  ManualClock clock;
  SinkConfig config;
  std::vector<Header> headers = {{"traceparent", "00-1-2-01"}};
  Record record{"key", "value", headers, 1'700'000'000'000, 3, 42};

 private:
  std::unique_ptr<TransactionSink> sink_;
};

std::string urgent_escalation() {
  v1::Escalation escalation;
  escalation.set_escalation_id("P-1");
  escalation.set_severity(v1::SEVERITY_URGENT);
  return escalation.SerializeAsString();
}

TEST_F(TransactionSinkTest, WritesEscalationsAsJsonByDefault) {
  sink().begin_record(record);
  sink().emit({OutputPort::kUrgent, "actor", urgent_escalation(), headers});
  const ProducedRecord out = written();
  EXPECT_EQ(out.value, R"({"escalationId":"P-1","severity":"SEVERITY_URGENT"})");
  EXPECT_EQ(out.header("content-type"), "application/json");
  EXPECT_EQ(out.header("traceparent"), "00-1-2-01");
  EXPECT_EQ(out.key, "actor");
  EXPECT_EQ(out.timestamp_ms, 0) << "written now, not when the event was";
}

TEST_F(TransactionSinkTest, WritesEscalationsAsProtobufWhenAsked) {
  config.escalation_encoding = EscalationEncoding::kProtobuf;
  sink().begin_record(record);
  sink().emit({OutputPort::kUrgent, "actor", urgent_escalation(), {}});
  const ProducedRecord out = written();
  EXPECT_EQ(out.value, urgent_escalation());
  EXPECT_EQ(out.header("content-type"), "application/x-protobuf");
}

TEST_F(TransactionSinkTest, NamesTheRecordThatCausedAnOutputInsteadOfTheOneThatCausedThat) {
  headers.push_back({"pairwatch-source", "pairwatch.interactions/1/7"});
  record.headers = headers;
  sink().begin_record(record);
  sink().emit({OutputPort::kInteractions, "key", "interaction", headers});
  const ProducedRecord out = written();
  EXPECT_THAT(out.headers, Contains(Pair("pairwatch-source", testing::_)).Times(1));
  EXPECT_EQ(out.header("pairwatch-source"), "pairwatch.case-inputs/3/42");
  EXPECT_THAT(out.headers, Not(Contains(Pair("content-type", testing::_))));
}

TEST_F(TransactionSinkTest, CarriesOnWhenThePlatformsRecordWasReceived) {
  config.input_is_external = true;
  sink().begin_record(record);
  sink().emit({OutputPort::kInteractions, "key", "interaction", {}});
  EXPECT_EQ(written().header("pairwatch-received"), "1700000000000");
}

TEST_F(TransactionSinkTest, TellsLatencyFromWhenThePlatformsRecordWasReceived) {
  headers.push_back({"pairwatch-received", "1600000000000"});
  record.headers = headers;
  sink().begin_record(record);
  sink().emit({OutputPort::kUrgent, "actor", urgent_escalation(), headers});
  ASSERT_EQ(sink().latencies().size(), 1u);
  EXPECT_EQ(sink().latencies()[0].received_ms, 1'600'000'000'000);
  EXPECT_THAT(written().headers, Contains(Pair("pairwatch-received", "1600000000000")).Times(1));
}

TEST_F(TransactionSinkTest, ADeadLetterKeepsKeyHeadersAndTimestampAndSaysWhatIsWrong) {
  sink().reject(record, Reject::kMalformedJson);
  const ProducedRecord out = written();
  EXPECT_EQ(out.topic, 1u);
  EXPECT_EQ(out.key, "key");
  EXPECT_EQ(out.timestamp_ms, 1'700'000'000'000);
  EXPECT_THAT(
      out.headers,
      ElementsAre(Pair("traceparent", "00-1-2-01"), Pair("__pairwatch.errors.reason", "malformed_json"),
                  Pair("__pairwatch.errors.message", HasSubstr("JSON")), Pair("__pairwatch.errors.topic", "pairwatch.case-inputs"),
                  Pair("__pairwatch.errors.partition", "3"), Pair("__pairwatch.errors.offset", "42"),
                  Pair("__pairwatch.errors.service", "escalation"), Pair("__pairwatch.errors.value_length", "5"),
                  Pair("__pairwatch.errors.value_sha256", "cd42404d52ad55ccfa9aca4adc828aa5800ad9d385a0671fbcbf724118320619")));
}

TEST_F(TransactionSinkTest, ADeadLetterHoldsTheValueOnlyWhenAsked) {
  sink().reject(record, Reject::kMalformedJson);
  EXPECT_FALSE(written().has_value);
}

TEST_F(TransactionSinkTest, ADeadLetterHoldsTheValueWhenAsked) {
  config.keep_dead_letter_value = true;
  sink().reject(record, Reject::kMalformedJson);
  const ProducedRecord out = written();
  EXPECT_EQ(out.value, "value");
  EXPECT_EQ(out.header("__pairwatch.errors.value_length"), "");
}

TEST_F(TransactionSinkTest, ADeadLetterTooLargeForARecordLeavesTheValueThenTheHeadersThenTheKey) {
  config.keep_dead_letter_value = true;
  const std::string large(TransactionSink::kMostRecordBytes, 'x');
  record.value = large;
  sink().reject(record, Reject::kRecordTooLarge);
  const ProducedRecord without_value = written();
  EXPECT_FALSE(without_value.has_value);
  EXPECT_EQ(without_value.header("traceparent"), "00-1-2-01");

  broker.written.clear();
  headers.push_back({"large", large});
  record.headers = headers;
  sink().reject(record, Reject::kRecordTooLarge);
  const ProducedRecord without_headers = written();
  EXPECT_EQ(without_headers.header("traceparent"), "");
  EXPECT_EQ(without_headers.key, "key");
  EXPECT_EQ(sink().headers_dropped(), headers.size());

  broker.written.clear();
  const std::string too_large = large + "x";
  record.key = too_large;
  sink().reject(record, Reject::kRecordTooLarge);
  EXPECT_EQ(written().key, "");
}

TEST_F(TransactionSinkTest, ADeadLetterIsNeverDatedInTheFuture) {
  record.timestamp_ms = clock.wall_ms + 86'400'000;
  sink().reject(record, Reject::kMalformedJson);
  EXPECT_EQ(written().timestamp_ms, clock.wall_ms);
}

TEST_F(TransactionSinkTest, LeavesOutAndCountsHeadersBeyondItsBound) {
  const std::string large(TransactionSink::kMostHeaderBytes, 'x');
  headers.push_back({"large", large});
  headers.push_back({"baggage", "b"});
  record.headers = headers;
  sink().begin_record(record);
  sink().emit({OutputPort::kInteractions, "key", "interaction", headers});
  const ProducedRecord out = written();
  EXPECT_EQ(out.header("traceparent"), "00-1-2-01");
  EXPECT_EQ(out.header("large"), "");
  EXPECT_EQ(out.header("baggage"), "b");
  EXPECT_NE(out.header("pairwatch-source"), "");
  EXPECT_EQ(sink().headers_dropped(), 1u);
  sink().clear();
  EXPECT_EQ(sink().headers_dropped(), 0u);
}

TEST_F(TransactionSinkTest, WritesNothingMoreAfterAnError) {
  broker.fail("produce", ErrorClass::kAbortable);
  sink().begin_record(record);
  sink().emit({OutputPort::kInteractions, "key", "interaction", {}});
  sink().emit({OutputPort::kInteractions, "key", "interaction", {}});
  ASSERT_TRUE(sink().error());
  EXPECT_EQ(broker.count_of("produce"), 1);
  sink().clear();
  EXPECT_FALSE(sink().error());
  EXPECT_EQ(sink().bytes(), 0u);
}

}  // namespace
}  // namespace pairwatch::test
