// The reading side of SimulatedBroker.

#include "tests/simulation/simulated_broker.h"

#include <algorithm>
#include <utility>

namespace pairwatch::simulation {
namespace {

constexpr std::size_t kFetchedAhead = 24;
constexpr std::int64_t kMostBatch = 16;
/// A worker that meets a seek without effect seeks again; one that never takes effect would be a broken broker.
constexpr int kMostLateSeeksInARow = 2;

std::string_view kind_name(Polled::Kind kind) {
  switch (kind) {
    case Polled::Kind::kRecords: return "records";
    case Polled::Kind::kAssigned: return "assigned";
    case Polled::Kind::kRevoked: return "revoked";
    case Polled::Kind::kLost: return "lost";
    case Polled::Kind::kEnded: return "ended";
  }
  return "?";
}

std::string_view view_of(const std::optional<std::string>& bytes) { return bytes ? std::string_view(*bytes) : std::string_view{}; }

}  // namespace

SimulatedBroker::SimulatedBroker(SimulatedCluster& cluster, Fate& fate, BrokerIdentity identity, std::string input_topic,
                                 std::vector<std::string> topics)
    : cluster_(cluster),
      fate_(fate),
      identity_(std::move(identity)),
      input_topic_(std::move(input_topic)),
      topics_(std::move(topics)),
      client_(std::make_unique<GroupClient>(cluster, fate, identity_.instance)) {}

Polled SimulatedBroker::poll(int timeout_ms) {
  require(client_ != nullptr, "poll", "nothing is called after close");
  records_.clear();
  headers_.clear();
  batch_.clear();
  ends_.clear();
  fate_.point("poll");
  if (client_->fenced()) {
    reason_ = "another process has joined as instance " + identity_.instance;
    return {Polled::Kind::kEnded, {}, {}, {}, reason_};
  }
  if (const auto event = client_->take()) return as_polled(*event);
  if (!fate_.strikes(fate_.rates().short_poll)) {
    for (auto& [partition, reading] : readings_) fetch(partition, reading);
    collect();
    tell_ends();
    apply_late_seeks();
  }
  if (records_.empty() && ends_.empty()) {
    fate_.wait_ms(fate_.random().between(1, std::max(1, timeout_ms)));
  } else if (fate_.is_traced()) {
    std::string line = identity_.name + " poll";
    for (const Record& record : records_) line += ' ' + std::to_string(record.partition) + '@' + std::to_string(record.offset);
    for (const PartitionOffset& end : ends_) line += " end " + std::to_string(end.partition) + '@' + std::to_string(end.offset);
    fate_.trace(line);
  }
  return {Polled::Kind::kRecords, records_, ends_, {}, {}};
}

Polled SimulatedBroker::as_polled(const GroupClient::Event& event) {
  fate_.note("rebalance: " + std::string(kind_name(event.kind)));
  partitions_ = event.partitions;
  if (fate_.is_traced()) {
    std::string line = identity_.name + " poll " + std::string(kind_name(event.kind));
    for (const std::int32_t partition : partitions_) line += ' ' + std::to_string(partition);
    fate_.trace(line);
  }
  return {event.kind, {}, {}, partitions_, {}};
}

void SimulatedBroker::fetch(std::int32_t partition, Reading& reading) {
  const PartitionLog& log = cluster_.log(input_topic_, partition);
  const auto most = static_cast<std::size_t>(fate_.random().between(0, kFetchedAhead));
  while (reading.fetched.size() < most) {
    const LogEntry* entry = isolation.committed_records_only ? log.next_committed(reading.position) : log.next(reading.position);
    if (entry == nullptr) {
      reading.position = std::max(reading.position, log.last_stable());
      break;
    }
    reading.fetched.push_back({entry->offset, entry->record});
    reading.position = entry->offset + 1;
  }
  reading.heard_end = log.end();
}

void SimulatedBroker::collect() {
  Random& random = fate_.random();
  std::vector<std::int32_t> order;
  for (const auto& [partition, reading] : readings_) order.push_back(partition);
  if (order.empty()) return;
  std::rotate(order.begin(), order.begin() + random.below(std::ssize(order)), order.end());
  const std::int64_t most = random.between(1, kMostBatch);
  // Twice, so that a partition may come in two runs.
  for (int round = 0; round < 2; ++round) {
    for (const std::int32_t partition : order) {
      Reading& reading = readings_.at(partition);
      const std::int64_t left = std::min(most - std::ssize(batch_), std::ssize(reading.fetched));
      if (left > 0) take(partition, reading, random.between(0, left));
    }
  }
  for (const Batched& batched : batch_) {
    const StoredRecord& record = batched.fetched.record;
    std::vector<Header>& headers = headers_.emplace_back();
    for (const auto& [name, value] : record.headers) headers.push_back({name, value});
    records_.push_back(
        {view_of(record.key), view_of(record.value), headers, record.timestamp_ms, batched.partition, batched.fetched.offset});
  }
}

void SimulatedBroker::take(std::int32_t partition, Reading& reading, std::int64_t most) {
  for (std::int64_t i = 0; i < most; ++i) {
    batch_.push_back({partition, std::move(reading.fetched.front())});
    reading.fetched.pop_front();
  }
}

void SimulatedBroker::tell_ends() {
  for (auto& [partition, reading] : readings_) {
    const PartitionLog& log = cluster_.log(input_topic_, partition);
    const bool is_at_end = reading.fetched.empty() && reading.position == log.last_stable();
    if (!is_at_end || reading.told_end == reading.position || reading.late_seek != kNoOffset) continue;
    reading.told_end = reading.position;
    ends_.push_back({partition, reading.position});
  }
}

void SimulatedBroker::apply_late_seeks() {
  for (auto& [partition, reading] : readings_) {
    if (reading.late_seek != kNoOffset) move_to(reading, std::exchange(reading.late_seek, kNoOffset));
  }
}

void SimulatedBroker::move_to(Reading& reading, std::int64_t offset) {
  reading.fetched.clear();
  reading.position = offset;
  reading.told_end = kNoOffset;
  reading.late_seek = kNoOffset;
}

BrokerResult SimulatedBroker::assign(std::span<const PartitionOffset> partitions) {
  require(client_ != nullptr, "assign", "nothing is called after close");
  fate_.point("assign");
  for (const PartitionOffset& partition : partitions) {
    require(client_->owned().contains(partition.partition), "assign", "only what was assigned is started");
    require(!readings_.contains(partition.partition), "assign", "a partition is started once");
  }
  if (!partitions.empty() && fate_.strikes(fate_.rates().retriable)) {
    return told("assign", error(ErrorClass::kRetriable, "assign", "injected"));
  }
  for (const PartitionOffset& partition : partitions) {
    move_to(readings_[partition.partition], std::max<std::int64_t>(0, partition.offset));
    if (fate_.is_traced()) {
      fate_.trace(identity_.name + " starts " + std::to_string(partition.partition) + '@' + std::to_string(partition.offset));
    }
  }
  if (client_->unanswered() && client_->unanswered()->kind == Polled::Kind::kAssigned) client_->answered();
  return {};
}

BrokerResult SimulatedBroker::unassign(std::span<const std::int32_t> partitions) {
  require(client_ != nullptr, "unassign", "nothing is called after close");
  fate_.point("unassign");
  for (const std::int32_t partition : partitions) readings_.erase(partition);
  if (client_->unanswered() && client_->unanswered()->kind != Polled::Kind::kAssigned) client_->answered();
  return {};
}

BrokerResult SimulatedBroker::seek(std::span<const PartitionOffset> partitions) {
  fate_.point("seek");
  for (const PartitionOffset& partition : partitions) {
    require(readings_.contains(partition.partition), "seek", "only what is read can be sought");
    require(partition.offset >= 0, "seek", "to an offset");
  }
  if (fate_.strikes(fate_.rates().retriable)) return told("seek", error(ErrorClass::kRetriable, "seek", "injected"));
  const bool is_late = late_seeks_in_a_row_ < kMostLateSeeksInARow && fate_.strikes(fate_.rates().late_seek);
  late_seeks_in_a_row_ = is_late ? late_seeks_in_a_row_ + 1 : 0;
  fate_.note(is_late ? "seek: late" : "seek");
  for (const PartitionOffset& partition : partitions) {
    Reading& reading = readings_.at(partition.partition);
    if (is_late) {
      reading.late_seek = partition.offset;
    } else {
      move_to(reading, partition.offset);
    }
    if (fate_.is_traced()) {
      fate_.trace(identity_.name + (is_late ? " seeks late " : " seeks ") + std::to_string(partition.partition) + '@' +
                  std::to_string(partition.offset));
    }
  }
  return {};
}

BrokerResult SimulatedBroker::committed(std::span<CommittedOffset> partitions) {
  fate_.point("committed.before");
  if (fate_.strikes(fate_.rates().retriable)) return told("committed", error(ErrorClass::kRetriable, "committed", "injected"));
  for (const CommittedOffset& partition : partitions) {
    if (!isolation.stable_offsets_only || !cluster_.group().is_unstable(partition.partition)) continue;
    fate_.wait_ms(fate_.random().between(1, 50));
    return told("committed", error(ErrorClass::kRetriable, "committed", "a transaction is under way"));
  }
  for (CommittedOffset& partition : partitions) {
    const auto found = cluster_.group().committed(partition.partition);
    partition.offset = found ? found->offset : kNoOffset;
    partition.metadata = found ? found->metadata : std::string();
  }
  fate_.point("committed.after");
  return {};
}

std::int64_t SimulatedBroker::end_offset(std::int32_t partition) {
  const auto found = readings_.find(partition);
  return found == readings_.end() ? kNoOffset : found->second.heard_end;
}

BrokerResult SimulatedBroker::readable_ends(std::span<PartitionOffset> partitions) {
  fate_.point("readable_ends");
  if (fate_.strikes(fate_.rates().retriable))
    return told("readable_ends", error(ErrorClass::kRetriable, "readable_ends", "injected"));
  for (PartitionOffset& partition : partitions) partition.offset = cluster_.log(input_topic_, partition.partition).last_stable();
  return {};
}

void SimulatedBroker::close() {
  client_.reset();
  readings_.clear();
}

void SimulatedBroker::require(bool holds, std::string_view call, std::string_view what) const {
  if (!holds) throw Violation(identity_.name + ' ' + std::string(call) + ": " + std::string(what));
}

BrokerError SimulatedBroker::error(ErrorClass error_class, std::string_view call, std::string_view what) {
  return {error_class, std::string(call) + ": " + std::string(what)};
}

}  // namespace pairwatch::simulation
