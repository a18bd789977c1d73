// Each row of the error table, by what librdkafka can say.
#include "topology/kafka/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "topology/kafka/handles.h"

namespace pairwatch::kafka {
namespace {

constexpr auto kAllOperations = {Operation::kInit,        Operation::kBegin,  Operation::kProduce, Operation::kFlush,
                                 Operation::kSendOffsets, Operation::kCommit, Operation::kAbort,   Operation::kAssign,
                                 Operation::kCommitted,   Operation::kSeek};

Failure plain(Operation operation, int code) { return {operation, code, false, false, false}; }
Failure retriable(Operation operation, int code) { return {operation, code, false, true, false}; }
Failure requires_abort(Operation operation, int code) { return {operation, code, false, false, true}; }
Failure fatal(Operation operation, int code) { return {operation, code, true, false, false}; }

TEST(Errors, ACommitThatTimedOutHasAnUnknownOutcomeThoughItCouldBeCalledAgain) {
  EXPECT_EQ(classify(retriable(Operation::kCommit, RD_KAFKA_RESP_ERR__TIMED_OUT)), ErrorClass::kOutcomeUnknown);
}

TEST(Errors, ACommitThatFailedWithoutAWordHasAnUnknownOutcome) {
  EXPECT_EQ(classify(plain(Operation::kCommit, RD_KAFKA_RESP_ERR__FAIL)), ErrorClass::kOutcomeUnknown);
  EXPECT_EQ(classify(fatal(Operation::kCommit, RD_KAFKA_RESP_ERR__FENCED)), ErrorClass::kOutcomeUnknown);
}

TEST(Errors, ACommitThatAsksForAnAbortWasNotCommitted) {
  EXPECT_EQ(classify(requires_abort(Operation::kCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)), ErrorClass::kAbortable);
}

TEST(Errors, AnAbortThatFailsLeavesAProducerThatIsNeverUsedAgain) {
  for (const int code : {RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, RD_KAFKA_RESP_ERR__STATE}) {
    EXPECT_EQ(classify(retriable(Operation::kAbort, code)), ErrorClass::kFatal) << code;
  }
}

TEST(Errors, AFencedProducerIsMadeAnew) {
  for (const Operation operation :
       {Operation::kInit, Operation::kBegin, Operation::kProduce, Operation::kFlush, Operation::kSendOffsets}) {
    EXPECT_EQ(classify(plain(operation, RD_KAFKA_RESP_ERR__FENCED)), ErrorClass::kFatal);
    EXPECT_EQ(classify(fatal(operation, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER)), ErrorClass::kFatal);
  }
}

TEST(Errors, AMemberThatTheGroupDoesNotKnowAborts) {
  for (const int code : {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                         RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}) {
    EXPECT_EQ(classify(retriable(Operation::kSendOffsets, code)), ErrorClass::kAbortable) << code;
  }
}

TEST(Errors, ARecordThatWasNotWrittenAborts) {
  EXPECT_EQ(classify(plain(Operation::kProduce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)), ErrorClass::kAbortable);
  EXPECT_EQ(classify(plain(Operation::kProduce, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)), ErrorClass::kAbortable);
}

TEST(Errors, WhatChangedNothingIsCalledAgain) {
  EXPECT_EQ(classify(plain(Operation::kFlush, RD_KAFKA_RESP_ERR__TIMED_OUT)), ErrorClass::kRetriable);
  EXPECT_EQ(classify(plain(Operation::kInit, RD_KAFKA_RESP_ERR__TIMED_OUT)), ErrorClass::kRetriable);
  EXPECT_EQ(classify(plain(Operation::kSeek, RD_KAFKA_RESP_ERR__TIMED_OUT)), ErrorClass::kRetriable);
  EXPECT_EQ(classify(plain(Operation::kSeek, RD_KAFKA_RESP_ERR__STATE)), ErrorClass::kRetriable);
  EXPECT_EQ(classify(plain(Operation::kCommitted, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT)), ErrorClass::kRetriable);
  EXPECT_EQ(classify(retriable(Operation::kSendOffsets, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS)), ErrorClass::kRetriable);
}

TEST(Errors, WithoutAFlagTheProducerIsOfNoFurtherUse) {
  EXPECT_EQ(classify(plain(Operation::kBegin, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)), ErrorClass::kFatal);
  EXPECT_EQ(classify(plain(Operation::kSendOffsets, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE)), ErrorClass::kFatal);
}

TEST(Errors, OnlyACommitCanHaveAnUnknownOutcome) {
  for (const Operation operation : kAllOperations) {
    if (operation == Operation::kCommit) continue;
    for (const Failure& failure :
         {plain(operation, RD_KAFKA_RESP_ERR__TIMED_OUT), retriable(operation, RD_KAFKA_RESP_ERR__TIMED_OUT),
          requires_abort(operation, RD_KAFKA_RESP_ERR__STATE), fatal(operation, RD_KAFKA_RESP_ERR__FENCED)}) {
      EXPECT_NE(classify(failure), ErrorClass::kOutcomeUnknown) << static_cast<int>(operation);
    }
  }
}

TEST(Errors, AreDescribedByTheCallAndTheNameOfTheCode) {
  EXPECT_EQ(describe(plain(Operation::kSendOffsets, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION),
                     "Broker: Specified group generation id is not valid"),
            "send offsets: Broker: Specified group generation id is not valid (ILLEGAL_GENERATION)");
}

}  // namespace
}  // namespace pairwatch::kafka
