// The writing side of SimulatedBroker.

#include <utility>

#include "processors/core/hash.h"
#include "tests/simulation/simulated_broker.h"

namespace pairwatch::simulation {
namespace {

constexpr int kMostWaits = 20;
constexpr std::int64_t kMostWait_ms = 60;
constexpr std::int64_t kMostLateness_ms = 4'000;
constexpr std::size_t kEverything = static_cast<std::size_t>(-1);
/// What the group's offsets are to a transaction.
const TransactionTarget kGroupTarget{true, "group", 0};

std::string_view class_name(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kRetriable: return "retriable";
    case ErrorClass::kAbortable: return "abortable";
    case ErrorClass::kFatal: return "fatal";
    case ErrorClass::kOutcomeUnknown: return "outcome unknown";
  }
  return "?";
}

std::optional<std::string> owned(std::string_view bytes) {
  return bytes.data() == nullptr ? std::nullopt : std::optional(std::string(bytes));
}

}  // namespace

BrokerResult SimulatedBroker::told(std::string_view call, BrokerResult result) {
  if (result) fate_.note("error: " + std::string(class_name(result->error_class)) + ", " + result->message);
  if (!fate_.is_traced()) return result;
  std::string line = identity_.name + ' ' + std::string(call);
  if (result) line += " -> " + std::string(class_name(result->error_class)) + ", " + result->message;
  fate_.trace(line);
  return result;
}

/// An injected error of the classes that may come in the middle of a transaction.
BrokerResult SimulatedBroker::fault(std::string_view call) {
  if (fate_.strikes(fate_.rates().abortable)) {
    writing_ = Writing::kMustAbort;
    return error(ErrorClass::kAbortable, call, "injected");
  }
  if (fate_.strikes(fate_.rates().fatal)) {
    writing_ = Writing::kDead;
    return error(ErrorClass::kFatal, call, "injected");
  }
  return {};
}

/// The coordinator knows a newer epoch. The client may learn that at once, or only when it aborts.
BrokerResult SimulatedBroker::fenced(std::string_view call) {
  if (fate_.random().one_in(2)) {
    writing_ = Writing::kDead;
    return error(ErrorClass::kFatal, call, "fenced");
  }
  writing_ = Writing::kMustAbort;
  return error(ErrorClass::kAbortable, call, "fenced");
}

SimulatedBroker::Sent SimulatedBroker::add_to_transaction(const TransactionTarget& target) {
  switch (cluster_.transactions().add(identity_.transactional_id, producer_, target, cluster_.now_ms())) {
    case TransactionAnswer::kOk: has_targets_ = true; return Sent::kAll;
    case TransactionAnswer::kConcurrent: return Sent::kWaits;
    case TransactionAnswer::kFenced:
    case TransactionAnswer::kInvalid: break;
  }
  return Sent::kFenced;
}

SimulatedBroker::Sent SimulatedBroker::send_queued(std::size_t most) {
  for (; most > 0 && !queue_.empty(); --most) {
    Queued& next = queue_.front();
    const TransactionTarget target{false, topics_[next.topic], next.partition};
    if (const Sent sent = add_to_transaction(target); sent != Sent::kAll) return sent;
    const std::int64_t offset = cluster_.log(target.name, target.partition).append(std::move(next.record), producer_.id);
    written_ends_[{next.topic, next.partition}] = offset + 1;
    queue_.pop_front();
  }
  return Sent::kAll;
}

/// The client waits by itself while the markers of the transaction before are being written.
template <typename Call>
SimulatedBroker::Sent SimulatedBroker::until_sent(const Call& call) {
  Sent sent = call();
  for (int waits = 0; sent == Sent::kWaits && waits < kMostWaits; ++waits) {
    fate_.wait_ms(fate_.random().between(1, kMostWait_ms));
    sent = call();
  }
  return sent;
}

BrokerResult SimulatedBroker::begin() {
  fate_.point("begin");
  require(writing_ == Writing::kReady, "begin", "there is a producer, and no transaction is open");
  queue_.clear();
  written_ends_.clear();
  has_targets_ = false;
  if (fate_.strikes(fate_.rates().retriable)) return told("begin", error(ErrorClass::kRetriable, "begin", "injected"));
  if (fate_.strikes(fate_.rates().fatal)) {  // nothing is open that could be aborted
    writing_ = Writing::kDead;
    return told("begin", error(ErrorClass::kFatal, "begin", "injected"));
  }
  writing_ = Writing::kInTransaction;
  return told("begin", {});
}

BrokerResult SimulatedBroker::produce(const Outgoing& record) {
  fate_.point("produce");
  require(writing_ == Writing::kInTransaction, "produce", "a transaction is open");
  require(record.topic < topics_.size(), "produce", "to one of its topics");
  const std::string& topic = topics_[record.topic];
  const std::int32_t count = cluster_.partition_count(topic);
  std::int32_t partition = record.partition;
  if (partition == Outgoing::kByKey) {
    partition =
        record.key.data() == nullptr ? static_cast<std::int32_t>(fate_.random().below(count)) : partition_of(record.key, count);
  }
  require(partition >= 0 && partition < count, "produce", "to a partition that there is");
  Queued queued{record.topic, partition, {owned(record.key), owned(record.value), {}, record.timestamp_ms}};
  for (const Header& header : record.headers) queued.record.headers.emplace_back(header.name, header.value);
  if (queued.record.timestamp_ms == 0) queued.record.timestamp_ms = fate_.now_ms();
  queue_.push_back(std::move(queued));
  if (BrokerResult injected = fault("produce")) return told("produce", injected);
  const bool sends = !fate_.strikes(fate_.rates().delivery);
  if (sends && send_queued(kEverything) == Sent::kFenced) return told("produce", fenced("produce"));
  return {};
}

BrokerResult SimulatedBroker::flush() {
  fate_.point("flush.before");
  require(writing_ == Writing::kInTransaction, "flush", "a transaction is open");
  const auto some = static_cast<std::size_t>(fate_.random().between(0, std::ssize(queue_)));
  if (fate_.strikes(fate_.rates().retriable)) {
    send_queued(some);
    return told("flush", error(ErrorClass::kRetriable, "flush", "injected"));
  }
  if (BrokerResult injected = fault("flush")) {
    send_queued(some);
    return told("flush", injected);
  }
  switch (until_sent([&] { return send_queued(kEverything); })) {
    case Sent::kAll: break;
    case Sent::kWaits: return told("flush", error(ErrorClass::kRetriable, "flush", "the transaction before has not ended"));
    case Sent::kFenced: return told("flush", fenced("flush"));
  }
  fate_.point("flush.after");
  return told("flush", {});
}

std::int64_t SimulatedBroker::written_end(std::size_t topic, std::int32_t partition) {
  const auto found = written_ends_.find({topic, partition});
  return found == written_ends_.end() ? kNoOffset : found->second;
}

BrokerResult SimulatedBroker::send_offsets(std::span<const CommittedOffset> next) {
  fate_.point("send_offsets.before");
  require(writing_ == Writing::kInTransaction, "send_offsets", "a transaction is open");
  if (next.empty()) return told("send_offsets", {});
  if (BrokerResult injected = fault("send_offsets")) return told("send_offsets", injected);
  const bool is_retriable = fate_.strikes(fate_.rates().retriable);
  if (is_retriable && fate_.random().one_in(2))
    return told("send_offsets", error(ErrorClass::kRetriable, "send_offsets", "injected"));
  switch (until_sent([&] { return add_to_transaction(kGroupTarget); })) {
    case Sent::kAll: break;
    case Sent::kWaits:
      return told("send_offsets", error(ErrorClass::kRetriable, "send_offsets", "the transaction before has not ended"));
    case Sent::kFenced: return told("send_offsets", fenced("send_offsets"));
  }
  fate_.point("send_offsets.between");
  // The group's own check is by member and generation, the producer's by epoch.
  if (!cluster_.transactions().may_write(identity_.transactional_id, producer_, kGroupTarget)) {
    return told("send_offsets", fenced("send_offsets"));
  }
  const GroupAnswer answer = client_->stage(producer_.id, {next.begin(), next.end()});
  if (answer != GroupAnswer::kOk) {
    writing_ = Writing::kMustAbort;
    return told("send_offsets", error(ErrorClass::kAbortable, "send_offsets", "not a member of this generation"));
  }
  fate_.point("send_offsets.after");
  if (is_retriable) return told("send_offsets", error(ErrorClass::kRetriable, "send_offsets", "injected, took effect"));
  return told("send_offsets", {});
}

BrokerResult SimulatedBroker::commit() {
  fate_.point("commit.before");
  require(writing_ == Writing::kInTransaction, "commit", "a transaction is open");
  if (fate_.strikes(fate_.rates().retriable)) return told("commit", error(ErrorClass::kRetriable, "commit", "injected"));
  if (BrokerResult injected = fault("commit")) return told("commit", injected);
  if (fate_.strikes(fate_.rates().unknown)) return told("commit", commit_in_doubt());
  if (has_targets_) {
    switch (cluster_.transactions().end(identity_.transactional_id, producer_, true, cluster_.now_ms())) {
      case TransactionAnswer::kOk: break;
      case TransactionAnswer::kFenced:
        writing_ = Writing::kDead;
        return told("commit", error(ErrorClass::kFatal, "commit", "fenced"));
      case TransactionAnswer::kConcurrent:
      case TransactionAnswer::kInvalid:
        writing_ = Writing::kDead;
        return told("commit", error(ErrorClass::kOutcomeUnknown, "commit", "the coordinator knows of another end"));
    }
  }
  writing_ = Writing::kReady;
  fate_.note("transaction committed");
  told("commit", {});
  fate_.point("commit.after");
  return {};
}

/// No answer came: the request was lost, or its answer was, or it is still under way.
BrokerResult SimulatedBroker::commit_in_doubt() {
  writing_ = Writing::kDead;
  if (!has_targets_) return error(ErrorClass::kOutcomeUnknown, "commit", "injected, of nothing");
  switch (fate_.random().below(3)) {
    case 0: return error(ErrorClass::kOutcomeUnknown, "commit", "injected, was lost");
    case 1:
      cluster_.transactions().end(identity_.transactional_id, producer_, true, cluster_.now_ms());
      return error(ErrorClass::kOutcomeUnknown, "commit", "injected, took effect");
    default: break;
  }
  cluster_.end_transaction_later(identity_.transactional_id, producer_, true,
                                 cluster_.now_ms() + fate_.random().between(0, kMostLateness_ms));
  return error(ErrorClass::kOutcomeUnknown, "commit", "injected, is late");
}

BrokerResult SimulatedBroker::abort() {
  fate_.point("abort.before");
  require(writing_ == Writing::kInTransaction || writing_ == Writing::kMustAbort, "abort", "a transaction is open");
  if (fate_.strikes(fate_.rates().retriable)) return told("abort", error(ErrorClass::kRetriable, "abort", "injected"));
  queue_.clear();
  const bool is_fatal = fate_.strikes(fate_.rates().fatal);
  if (is_fatal && fate_.random().one_in(2)) {
    writing_ = Writing::kDead;
    return told("abort", error(ErrorClass::kFatal, "abort", "injected"));
  }
  bool is_ended = true;
  if (has_targets_) {
    is_ended =
        cluster_.transactions().end(identity_.transactional_id, producer_, false, cluster_.now_ms()) == TransactionAnswer::kOk;
  }
  has_targets_ = false;
  writing_ = is_ended && !is_fatal ? Writing::kReady : Writing::kDead;
  if (writing_ == Writing::kDead)
    return told("abort", error(ErrorClass::kFatal, "abort", is_ended ? "injected, took effect" : "fenced"));
  told("abort", {});
  fate_.point("abort.after");
  return {};
}

BrokerResult SimulatedBroker::restart_producer() {
  fate_.point("restart_producer.before");
  queue_.clear();
  has_targets_ = false;
  writing_ = Writing::kNoProducer;
  if (fate_.strikes(fate_.rates().retriable))
    return told("restart_producer", error(ErrorClass::kRetriable, "restart_producer", "injected"));
  if (fate_.strikes(fate_.rates().fatal))
    return told("restart_producer", error(ErrorClass::kFatal, "restart_producer", "injected"));
  const Sent sent = until_sent([&] {
    const TransactionAnswer answer = cluster_.transactions().init(identity_.transactional_id, cluster_.now_ms(), producer_);
    return answer == TransactionAnswer::kOk ? Sent::kAll : Sent::kWaits;
  });
  if (sent != Sent::kAll)
    return told("restart_producer", error(ErrorClass::kRetriable, "restart_producer", "the transaction before has not ended"));
  writing_ = Writing::kReady;
  told("restart_producer", {});
  fate_.point("restart_producer.after");
  return {};
}

}  // namespace pairwatch::simulation
