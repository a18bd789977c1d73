#include "tests/support/fake_broker.h"

#include <algorithm>

namespace pairwatch::test {

std::string ProducedRecord::header(const std::string& name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? std::string() : found->second;
}

BrokerResult FakeBroker::called(const std::string& call) {
  calls.push_back(call);
  auto& failures = failures_[call];
  if (failures.empty()) return {};
  const ErrorClass error_class = failures.front();
  failures.pop_front();
  return BrokerError{error_class, call + " was made to fail"};
}

int FakeBroker::count_of(const std::string& call) const { return static_cast<int>(std::count(calls.begin(), calls.end(), call)); }

std::int64_t FakeBroker::end_of_output(std::size_t topic, std::int32_t partition) const {
  const auto found = ends_of_outputs_.find({topic, partition});
  return found == ends_of_outputs_.end() ? 0 : found->second;
}

Polled FakeBroker::poll(int) {
  records_.clear();
  headers_.clear();
  ends_.clear();
  if (gives_nothing) return {};
  if (!rebalances_.empty()) {
    const auto [kind, partitions] = rebalances_.front();
    rebalances_.pop_front();
    partitions_ = partitions;
    return {kind, {}, {}, partitions_, {}};
  }
  if (!end_reason_.empty()) return {Polled::Kind::kEnded, {}, {}, {}, end_reason_};
  for (auto& [partition, position] : positions_) {
    for (const OwnedRecord& record : log_[partition]) {
      if (record.offset < position || records_.size() >= batch) continue;
      std::vector<Header>& headers = headers_.emplace_back();
      for (const auto& [name, value] : record.headers) headers.push_back({name, value});
      records_.push_back({record.key, record.value, headers, record.timestamp_ms, record.partition, record.offset});
      position = record.offset + 1;
    }
    const bool at_end = log_[partition].empty() || position > log_[partition].back().offset;
    if (tells_ends && at_end && told_ends_[partition] != position) {
      position += 1;  // the marker of the transaction that wrote the last record
      told_ends_[partition] = position;
      ends_.push_back({partition, position});
    }
  }
  return {Polled::Kind::kRecords, records_, ends_, {}, {}};
}

BrokerResult FakeBroker::assign(std::span<const PartitionOffset> partitions) {
  BrokerResult error = called("assign");
  if (error) return error;
  assignments.emplace_back(partitions.begin(), partitions.end());
  for (const PartitionOffset& partition : partitions) positions_[partition.partition] = std::max<std::int64_t>(0, partition.offset);
  return {};
}

BrokerResult FakeBroker::unassign(std::span<const std::int32_t> partitions) {
  BrokerResult error = called("unassign");
  if (error) return error;
  for (const std::int32_t partition : partitions) positions_.erase(partition);
  return {};
}

BrokerResult FakeBroker::seek(std::span<const PartitionOffset> partitions) {
  BrokerResult error = called("seek");
  if (error) return error;
  seeks.emplace_back(partitions.begin(), partitions.end());
  if (seek_is_lost) return {};
  for (const PartitionOffset& partition : partitions) positions_[partition.partition] = partition.offset;
  return {};
}

BrokerResult FakeBroker::committed(std::span<CommittedOffset> partitions) {
  BrokerResult error = called("committed");
  if (error) return error;
  for (CommittedOffset& partition : partitions) {
    const auto found = group_offsets.find(partition.partition);
    partition.offset = found == group_offsets.end() ? kNoOffset : found->second;
    partition.metadata = group_notes[partition.partition];
  }
  return {};
}

std::int64_t FakeBroker::end_offset(std::int32_t partition) {
  return log_[partition].empty() ? kNoOffset : log_[partition].back().offset + 1;
}

BrokerResult FakeBroker::readable_ends(std::span<PartitionOffset> partitions) {
  BrokerResult error = called("readable_ends");
  if (error) return error;
  for (PartitionOffset& partition : partitions) partition.offset = std::max<std::int64_t>(0, end_offset(partition.partition));
  return {};
}

BrokerResult FakeBroker::begin() {
  pending_.clear();
  pending_offsets_.clear();
  return called("begin");
}

BrokerResult FakeBroker::produce(const Outgoing& record) {
  BrokerResult error = called("produce");
  if (error) return error;
  ProducedRecord produced{record.topic, std::string(record.key), std::string(record.value), record.value.data() != nullptr,
                          {},           record.timestamp_ms,     record.partition};
  if (record.partition != Outgoing::kByKey) produced.offset = ends_of_outputs_[{record.topic, record.partition}]++;
  for (const Header& header : record.headers) produced.headers.emplace_back(header.name, header.value);
  pending_.push_back(std::move(produced));
  return {};
}

std::int64_t FakeBroker::written_end(std::size_t topic, std::int32_t partition) {
  std::int64_t end = kNoOffset;
  for (const ProducedRecord& record : pending_) {
    if (record.topic == topic && record.partition == partition) end = record.offset + 1;
  }
  return end;
}

BrokerResult FakeBroker::send_offsets(std::span<const CommittedOffset> next) {
  BrokerResult error = called("send_offsets");
  if (!error) pending_offsets_.assign(next.begin(), next.end());
  return error;
}

void FakeBroker::take_effect() {
  written.insert(written.end(), pending_.begin(), pending_.end());
  for (const CommittedOffset& offset : pending_offsets_) {
    group_offsets[offset.partition] = offset.offset;
    group_notes[offset.partition] = offset.metadata;
  }
  for (auto& [partition, end] : ends_of_outputs_) ++end;  // the marker
  pending_.clear();
  pending_offsets_.clear();
}

BrokerResult FakeBroker::commit() {
  BrokerResult error = called("commit");
  if (!error || (error->error_class == ErrorClass::kOutcomeUnknown && unknown_commit_took_effect)) take_effect();
  return error;
}

BrokerResult FakeBroker::abort() {
  pending_.clear();
  pending_offsets_.clear();
  return called("abort");
}

BrokerResult FakeBroker::restart_producer() {
  BrokerResult error = called("restart_producer");
  pending_.clear();
  pending_offsets_.clear();
  if (!error) ++producers_made;
  return error;
}

}  // namespace pairwatch::test
