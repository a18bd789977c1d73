// A Broker by hand: a script of what poll() says, and what the loop did with it. Only what was committed counts, as for a reader
// of committed records; errors are injected call by call.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "topology/broker.h"

namespace pairwatch::test {

/// A record that owns its bytes.
struct OwnedRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t timestamp_ms = 1'700'000'000'000;
};

/// A record that the loop produced.
struct ProducedRecord {
  std::size_t topic = 0;
  std::string key;
  std::string value;
  bool has_value = true;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t timestamp_ms = 0;
  std::int32_t partition = Outgoing::kByKey;
  std::int64_t offset = kNoOffset;  ///< where a partition was named

  /// The value of the first header of that name; empty where there is none.
  std::string header(const std::string& name) const;
};

/// One topic partition is a log of records; assign and seek set where it is read from, poll hands out what lies there.
class FakeBroker final : public Broker {
 public:
  // What the world does.
  /// The topics it writes to are deleted and made anew: their offsets begin at zero.
  void make_outputs_anew() { ends_of_outputs_.clear(); }
  void append(const OwnedRecord& record) { log_[record.partition].push_back(record); }
  void rebalance(Polled::Kind kind, std::vector<std::int32_t> partitions) { rebalances_.push_back({kind, std::move(partitions)}); }
  void end(std::string reason) { end_reason_ = std::move(reason); }
  /// The next call of that name answers with this error; a second one queues behind it.
  void fail(const std::string& call, ErrorClass error_class) { failures_[call].push_back(error_class); }
  /// A commit that fails with kOutcomeUnknown took effect all the same.
  bool unknown_commit_took_effect = false;
  /// poll() says, after the last record of a partition, that its end was reached there.
  bool tells_ends = false;
  /// seek() answers that it is done, but does nothing.
  bool seek_is_lost = false;
  /// Records handed out by one poll at most.
  std::size_t batch = 100;
  /// poll() says nothing, whatever there is.
  bool gives_nothing = false;

  // What the loop did.
  std::vector<std::string> calls;                      ///< in order, without poll
  std::vector<ProducedRecord> written;                 ///< committed
  std::map<std::int32_t, std::int64_t> group_offsets;  ///< committed
  std::map<std::int32_t, std::string> group_notes;     ///< metadata beside them
  std::vector<std::vector<PartitionOffset>> seeks;
  std::vector<std::vector<PartitionOffset>> assignments;
  int producers_made = 0;

  Polled poll(int timeout_ms) override;
  BrokerResult assign(std::span<const PartitionOffset> partitions) override;
  BrokerResult unassign(std::span<const std::int32_t> partitions) override;
  BrokerResult seek(std::span<const PartitionOffset> partitions) override;
  BrokerResult committed(std::span<CommittedOffset> partitions) override;
  std::int64_t end_offset(std::int32_t partition) override;
  BrokerResult readable_ends(std::span<PartitionOffset> partitions) override;
  BrokerResult begin() override;
  BrokerResult produce(const Outgoing& record) override;
  BrokerResult flush() override { return called("flush"); }
  std::int64_t written_end(std::size_t topic, std::int32_t partition) override;
  BrokerResult send_offsets(std::span<const CommittedOffset> next) override;
  BrokerResult commit() override;
  BrokerResult abort() override;
  BrokerResult restart_producer() override;
  void close() override { calls.emplace_back("close"); }

  int count_of(const std::string& call) const;
  /// The offset after everything written to a partition that was named, and its marker.
  std::int64_t end_of_output(std::size_t topic, std::int32_t partition) const;

 private:
  BrokerResult called(const std::string& call);
  void take_effect();

  std::map<std::int32_t, std::vector<OwnedRecord>> log_;
  std::map<std::int32_t, std::int64_t> positions_;  ///< of assigned partitions
  std::map<std::int32_t, std::int64_t> told_ends_;
  std::deque<std::pair<Polled::Kind, std::vector<std::int32_t>>> rebalances_;
  std::map<std::string, std::deque<ErrorClass>> failures_;
  std::string end_reason_;

  std::vector<ProducedRecord> pending_;
  std::vector<CommittedOffset> pending_offsets_;
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> ends_of_outputs_;  ///< with markers and what was aborted

  std::vector<Record> records_;
  std::deque<std::vector<Header>> headers_;
  std::vector<PartitionOffset> ends_;
  std::vector<std::int32_t> partitions_;
};

}  // namespace pairwatch::test
