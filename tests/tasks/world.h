// What the tests of the loop stand on: a clock moved by hand, an observer that remembers, and a processor that counts by key.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pairwatch/v1/interaction.pb.h"
#include "processors/core/hash.h"
#include "tests/support/counts.h"
#include "tests/support/fake_broker.h"
#include "tests/support/fake_changelog.h"
#include "topology/store/memory_store.h"
#include "topology/tasks/worker.h"

namespace pairwatch::test {

class ManualClock final : public RuntimeClock {
 public:
  std::int64_t now_ms() override { return wall_ms; }
  std::int64_t monotonic_us() override { return us; }
  void pause_ms(std::int64_t duration_ms) override { advance_ms(duration_ms); }
  void advance_ms(std::int64_t duration_ms) {
    us += duration_ms * 1000;
    wall_ms += duration_ms;
  }

  std::int64_t us = 0;
  std::int64_t wall_ms = 1'700'000'100'000;
};

class RememberingObserver final : public RuntimeObserver {
 public:
  void committed(Service, const Tally& tally, const CommitFacts& facts) override {
    total.add(tally);
    records += facts.records;
    held_back += facts.held_back;
    told_of_warm_up += facts.told_of_warm_up;
    ++commits;
    for (const EscalationLatency& latency : facts.latencies) latencies.push_back(latency.seconds);
  }
  void aborted(Service) override { ++aborts; }
  void lag(Service, std::string_view, std::int32_t partition, std::int64_t behind) override { lags[partition] = behind; }
  void forget(Service, std::string_view, std::int32_t partition) override { lags.erase(partition); }
  void task(Service, std::int32_t partition, TaskState state) override { states[partition].push_back(state); }
  void event_time(Service, std::int32_t partition, EventTime newest) override { times[partition] = newest; }
  void store(std::string_view, std::uint64_t entries, std::uint64_t) override { store_entries = entries; }
  void restoring(std::string_view, std::uint64_t remaining) override { restore_remaining = remaining; }
  void standby(std::string_view, std::size_t, std::uint64_t) override {}
  void table(const TableCounts&) override {}
  void restored(std::string_view, double) override { ++restores; }
  void ready(Service, int, bool is_ready, std::string_view waiting) override {
    ready_now = is_ready;
    waiting_for = waiting;
  }
  void warming(Service, std::int32_t partition, bool is_warming) override {
    if (is_warming) {
      warming_partitions.insert(partition);
    } else {
      warming_partitions.erase(partition);
    }
  }
  void progressed(Service, int) override {
    ++progresses;
    stands_still_with.clear();
  }
  void stands_still(Service, int, std::string_view what) override { stands_still_with = what; }

  Tally total;
  std::uint64_t records = 0;
  int commits = 0;
  int aborts = 0;
  std::vector<double> latencies;
  std::map<std::int32_t, std::int64_t> lags;
  std::map<std::int32_t, std::vector<TaskState>> states;
  std::map<std::int32_t, EventTime> times;
  std::uint64_t store_entries = 0;
  std::uint64_t restore_remaining = 0;
  int restores = 0;
  std::set<std::int32_t> warming_partitions;
  std::uint64_t held_back = 0;
  std::uint64_t told_of_warm_up = 0;
  bool ready_now = false;
  int progresses = 0;
  std::string stands_still_with;  ///< empty: it does not
  std::string waiting_for;
};

/// Says of each record how often its key has been seen, `key=3`; "bad" cannot be used. Changes lie in the processor until
/// checkpoint.
class CountingProcessor final : public CountsInStore {
 public:
  using CountsInStore::CountsInStore;

  Outcome process(const Record& record, Sink& sink) override {
    if (record.value == "bad") return reject(record, sink);
    v1::Interaction interaction;  // where a test cares for event time
    if (interaction.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())) && interaction.occurred_at_ms() > 0)
      tally_.note(EventTime{interaction.occurred_at_ms()});
    const std::string key(record.key);
    int& count = count_of(key);
    ++count;
    const std::string value = key + '=' + std::to_string(count);
    sink.emit({OutputPort::kCaseInputs, record.key, value, {}});
    tally_.count(Outcome::kTold);
    return Outcome::kTold;
  }
};

/// A worker of the relationship service with two partitions of input, not yet assigned.
class WorkerTest : public testing::Test {
 protected:
  static constexpr std::size_t kCaseInputs = 0;
  static constexpr std::size_t kDeadLetters = 1;
  static constexpr std::size_t kChangelog = 2;
  static constexpr std::size_t kEscalations = 3;

  Worker& worker() {
    if (!worker_) worker_ = make_worker();
    return *worker_;
  }

  /// The process dies: what it held in memory is gone, what was not committed will be read again.
  void crash() {
    worker_.reset();
    broker.abort();
    stores = std::make_unique<MemoryStores>(clock);
  }

  std::unique_ptr<Worker> make_worker() {
    SinkConfig sink;
    sink.service = "relationship";
    sink.input_topic = "pairwatch.interactions";
    sink.topic_of_port[static_cast<std::size_t>(OutputPort::kCaseInputs)] = kCaseInputs;
    sink.topic_of_port[static_cast<std::size_t>(OutputPort::kDeadLetters)] = kDeadLetters;
    sink.keep_dead_letter_value = keep_dead_letter_value;
    for (const OutputPort port : {OutputPort::kUrgent, OutputPort::kReview, OutputPort::kWatch})
      sink.topic_of_port[static_cast<std::size_t>(port)] = kEscalations;
    sink.escalation_encoding = EscalationEncoding::kProtobuf;
    config.service = Service::kRelationship;
    config.input_topic = sink.input_topic;
    config.store = "pairs";
    if (has_changelog) {
      config.changelog_topic = kChangelog;
      config.restore = {"relationship", "pairwatch.pairs.changelog", days(7)};
    }
    return std::make_unique<Worker>(config, sink, make_processor, broker, has_changelog ? &changelog : nullptr, *stores, clock,
                                    observer, shared);
  }

  /// Appends one record for each key.
  void receive(std::int32_t partition, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) broker.append({partition, next_offset_[partition]++, key, "good", {}});
  }

  void assign(std::vector<std::int32_t> partitions) {
    broker.rebalance(Polled::Kind::kAssigned, std::move(partitions));
    round();
  }

  void round() { EXPECT_TRUE(worker().step()); }

  /// Rounds until the commit interval has passed.
  void round_and_commit() {
    round();
    clock.advance_ms(config.commit_interval.ms);
    round();
  }

  std::vector<std::string> written(std::size_t topic = kCaseInputs) const {
    std::vector<std::string> values;
    for (const ProducedRecord& record : broker.written) {
      if (record.topic == topic) values.push_back(record.value);
    }
    return values;
  }

  FakeBroker broker;
  ManualClock clock;
  RememberingObserver observer;
  SharedState shared;
  std::unique_ptr<MemoryStores> stores = std::make_unique<MemoryStores>(clock);  ///< of this process
  bool has_changelog = false;
  FakeChangelog changelog{broker, kChangelog};
  WorkerConfig config;
  bool keep_dead_letter_value = false;
  ProcessorFactory make_processor = [](Store& store) { return std::make_unique<CountingProcessor>(store); };

 private:
  std::unique_ptr<Worker> worker_;
  std::map<std::int32_t, std::int64_t> next_offset_;
};

}  // namespace pairwatch::test
