#include "topology/kafka/errors.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <optional>
#include <string_view>

namespace pairwatch::kafka {
namespace {

enum class Flag : std::uint8_t { kAny, kFatal, kRetriable, kRequiresAbort };

struct Row {
  std::optional<Operation> operation;  ///< nullopt: any
  std::optional<int> code;             ///< nullopt: any
  Flag flag;
  ErrorClass error_class;
};

// Read from the top; the first row that fits counts.
constexpr std::array kTable = {
    // After any doubt about the end of a transaction the producer is made anew: librdkafka has no KIP-890, so a late EndTxn could
    // hit the next one.
    Row{Operation::kAbort, std::nullopt, Flag::kAny, ErrorClass::kFatal},
    Row{Operation::kCommit, std::nullopt, Flag::kRequiresAbort, ErrorClass::kAbortable},
    Row{Operation::kCommit, std::nullopt, Flag::kAny, ErrorClass::kOutcomeUnknown},
    // The reading side: nothing was changed, so it may be asked again.
    Row{Operation::kCommitted, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Flag::kAny, ErrorClass::kFatal},
    Row{Operation::kCommitted, std::nullopt, Flag::kAny, ErrorClass::kRetriable},
    Row{Operation::kSeek, RD_KAFKA_RESP_ERR__TIMED_OUT, Flag::kAny, ErrorClass::kRetriable},
    // A partition that was assigned a moment ago is not being read yet.
    Row{Operation::kSeek, RD_KAFKA_RESP_ERR__STATE, Flag::kAny, ErrorClass::kRetriable},
    Row{std::nullopt, RD_KAFKA_RESP_ERR__FENCED, Flag::kAny, ErrorClass::kFatal},
    Row{std::nullopt, std::nullopt, Flag::kFatal, ErrorClass::kFatal},
    // Not this member's partitions any more: the group says so, the transaction must not commit.
    Row{std::nullopt, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, Flag::kAny, ErrorClass::kAbortable},
    Row{std::nullopt, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, Flag::kAny, ErrorClass::kAbortable},
    Row{std::nullopt, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, Flag::kAny, ErrorClass::kAbortable},
    Row{std::nullopt, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, Flag::kAny, ErrorClass::kAbortable},
    Row{std::nullopt, std::nullopt, Flag::kRequiresAbort, ErrorClass::kAbortable},
    // What one record did cannot be undone alone.
    Row{Operation::kProduce, std::nullopt, Flag::kAny, ErrorClass::kAbortable},
    Row{Operation::kFlush, RD_KAFKA_RESP_ERR__TIMED_OUT, Flag::kAny, ErrorClass::kRetriable},
    Row{Operation::kFlush, std::nullopt, Flag::kAny, ErrorClass::kAbortable},
    Row{std::nullopt, std::nullopt, Flag::kRetriable, ErrorClass::kRetriable},
    Row{Operation::kInit, RD_KAFKA_RESP_ERR__TIMED_OUT, Flag::kAny, ErrorClass::kRetriable},
    // No flag at all: authorisation, an invalid transaction state, something new.
    Row{std::nullopt, std::nullopt, Flag::kAny, ErrorClass::kFatal},
};

bool holds(Flag flag, const Failure& failure) {
  switch (flag) {
    case Flag::kAny: return true;
    case Flag::kFatal: return failure.is_fatal;
    case Flag::kRetriable: return failure.is_retriable;
    case Flag::kRequiresAbort: return failure.requires_abort;
  }
  return false;
}

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::kInit: return "init transactions";
    case Operation::kBegin: return "begin";
    case Operation::kProduce: return "produce";
    case Operation::kFlush: return "flush";
    case Operation::kSendOffsets: return "send offsets";
    case Operation::kCommit: return "commit";
    case Operation::kAbort: return "abort";
    case Operation::kCommitted: return "committed offsets";
    case Operation::kAssign: return "assign";
    case Operation::kSeek: return "seek";
  }
  return "unknown";
}

}  // namespace

ErrorClass classify(const Failure& failure) {
  for (const Row& row : kTable) {
    const bool fits = (!row.operation || *row.operation == failure.operation) && (!row.code || *row.code == failure.code);
    if (fits && holds(row.flag, failure)) return row.error_class;
  }
  return ErrorClass::kFatal;
}

std::string describe(const Failure& failure, const std::string& message) {
  return std::string(name_of(failure.operation)) + ": " + message + " (" +
         rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(failure.code)) + ")";
}

}  // namespace pairwatch::kafka
