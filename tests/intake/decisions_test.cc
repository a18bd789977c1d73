#include "processors/intake/decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "processors/core/case_id.h"
#include "processors/core/hash.h"
#include "tests/support/fakes.h"

namespace pairwatch::intake {
namespace {

constexpr std::string_view kId = "P-1a2b3c4d-0123456789abcdef0123456789abcdef-1";

v1::Decision decision() {
  v1::Decision decision;
  decision.set_escalation_id(std::string(kId));
  decision.set_verdict(v1::VERDICT_CONFIRMED);
  decision.mutable_decided_at()->set_seconds(1'772'388'000);
  decision.set_moderator("somebody");
  decision.set_note_hash("1234");
  return decision;
}

class DecisionsTest : public ::testing::Test {
 protected:
  Outcome send(std::string_view value) {
    Record record;
    record.value = value;
    record.partition = 3;
    record.offset = 9;
    return room.process(record, sink);
  }
  v1::CaseInput sent() {
    v1::CaseInput input;
    EXPECT_TRUE(input.ParseFromString(sink.outputs.back().value));
    return input;
  }
  void expect_reject(std::string_view value, Reject reason) {
    EXPECT_EQ(send(value), Outcome::kDeadLetter);
    EXPECT_EQ(sink.rejects.back().reason, reason) << value;
    EXPECT_THAT(sink.outputs, testing::IsEmpty());
  }

  Decisions room;
  test::CollectingSink sink;
};

TEST_F(DecisionsTest, AreSentToThePartitionOfTheirCaseWhateverTheCount) {
  EXPECT_EQ(send(decision().SerializeAsString()), Outcome::kForwarded);
  EXPECT_EQ(sink.outputs[0].port, OutputPort::kCaseInputs);
  EXPECT_EQ(murmur2(sink.outputs[0].key), 0x1a2b3c4dU);
  EXPECT_EQ(sent().occurred_at_ms(), 1'772'388'000'000);
  EXPECT_EQ(sent().source_partition(), 3);
  EXPECT_EQ(sent().source_offset(), 9);
  EXPECT_EQ(sent().decision().verdict(), v1::VERDICT_CONFIRMED);
}

TEST_F(DecisionsTest, AboutAMinorAreSentToWhereCasesOfMinorsLive) {
  v1::Decision about = decision();
  about.set_escalation_id("T" + std::string(kId).substr(1));
  EXPECT_EQ(send(about.SerializeAsString()), Outcome::kForwarded);
  EXPECT_EQ(sink.outputs[0].port, OutputPort::kTargetInputs);
  EXPECT_EQ(murmur2(sink.outputs[0].key), 0x1a2b3c4dU);
  v1::TargetInput input;
  ASSERT_TRUE(input.ParseFromString(sink.outputs[0].value));
  EXPECT_EQ(input.occurred_at_ms(), 1'772'388'000'000);
  EXPECT_EQ(input.source_partition(), 3);
  EXPECT_EQ(input.source_offset(), 9);
  EXPECT_TRUE(input.by_decision());
  EXPECT_EQ(input.decision().verdict(), v1::VERDICT_CONFIRMED);
  EXPECT_EQ(input.decision().moderator(), "");
}

TEST_F(DecisionsTest, LeaveBehindWhoDecidedAndTheNote) {
  send(decision().SerializeAsString());
  EXPECT_EQ(sent().decision().moderator(), "");
  EXPECT_EQ(sent().decision().note_hash(), "");
}

TEST_F(DecisionsTest, AreReadAsJsonAndInARegistrysFrame) {
  const std::string json = R"( {"escalationId":")" + std::string(kId) +
                           R"(","verdict":"VERDICT_DISMISSED","decidedAt":"2026-03-01T18:00:00Z","newerField":1})";
  EXPECT_EQ(send(json), Outcome::kForwarded);
  EXPECT_EQ(sent().decision().verdict(), v1::VERDICT_DISMISSED);
  EXPECT_EQ(send(std::string("\0\0\0\0\7\0", 6) + decision().SerializeAsString()), Outcome::kForwarded);
  EXPECT_EQ(sent().decision().verdict(), v1::VERDICT_CONFIRMED);
}

TEST_F(DecisionsTest, ThatCannotBeReadAreRejected) {
  expect_reject("", Reject::kUnrecognisedEncoding);
  expect_reject(" \n", Reject::kUnrecognisedEncoding);
  expect_reject("{nonsense", Reject::kMalformedJson);
  expect_reject("\xff\xff", Reject::kMalformedProtobuf);
  expect_reject(std::string("\0\0\0\0\7\2\2", 7), Reject::kUnrecognisedEncoding);
  expect_reject(std::string(70'000, ' '), Reject::kRecordTooLarge);
}

TEST_F(DecisionsTest, WithoutVerdictTimeOrIdAreRejected) {
  v1::Decision without = decision();
  without.clear_verdict();
  expect_reject(without.SerializeAsString(), Reject::kMissingVerdict);
  without = decision();
  without.set_verdict(static_cast<v1::Verdict>(17));
  expect_reject(without.SerializeAsString(), Reject::kUnknownEnumerator);
  without = decision();
  without.clear_decided_at();
  expect_reject(without.SerializeAsString(), Reject::kMissingTime);
  without = decision();
  without.mutable_decided_at()->set_seconds(17);
  expect_reject(without.SerializeAsString(), Reject::kTimeOutOfBounds);
  without = decision();
  without.mutable_snooze_until()->set_seconds(-1);
  expect_reject(without.SerializeAsString(), Reject::kTimeOutOfBounds);
  without = decision();
  without.set_escalation_id("P-1");
  expect_reject(without.SerializeAsString(), Reject::kUnknownCase);
}

TEST_F(DecisionsTest, GiveEachRecordOneOutcome) {
  send(decision().SerializeAsString());
  send("{");
  const Tally tally = room.take_tally();
  EXPECT_EQ(tally.count_of(Outcome::kForwarded), 1U);
  EXPECT_EQ(tally.count_of(Outcome::kDeadLetter), 1U);
}

}  // namespace
}  // namespace pairwatch::intake
