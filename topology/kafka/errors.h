// What an error of librdkafka means for a transaction: one table.
#pragma once

#include <cstdint>
#include <string>

#include "topology/broker.h"

namespace pairwatch::kafka {

/// The call that failed.
enum class Operation : std::uint8_t { kInit, kBegin, kProduce, kFlush, kSendOffsets, kCommit, kAbort, kCommitted, kAssign, kSeek };

/// What librdkafka said: rd_kafka_resp_err_t and the flags of rd_kafka_error_t.
struct Failure {
  Operation operation;
  int code = 0;
  bool is_fatal = false;
  bool is_retriable = false;
  bool requires_abort = false;
};

/// The first row of the table that fits.
ErrorClass classify(const Failure& failure);

/// For logs, for instance `commit: Broker: Producer fenced (_FENCED)`.
std::string describe(const Failure& failure, const std::string& message);

}  // namespace pairwatch::kafka
