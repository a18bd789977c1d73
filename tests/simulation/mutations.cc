#include "tests/simulation/mutations.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "topology/tasks/warm_up.h"

namespace pairwatch::simulation {
namespace {

constexpr std::size_t kChangelog = 2;  ///< index among the topics that a worker writes to

constexpr std::array<std::string_view, kMutationCount> kNames = {"commits-before-flush",
                                                                 "applies-before-commit",
                                                                 "forgets-offsets",
                                                                 "sends-position-instead-of-processed",
                                                                 "forgets-a-changelog-record",
                                                                 "forgets-tombstones",
                                                                 "writes-changelog-by-key",
                                                                 "notes-the-bound-before",
                                                                 "notes-the-bound-after-the-marker",
                                                                 "keeps-overlay-after-abort",
                                                                 "rewinds-one-partition",
                                                                 "rewinds-nothing",
                                                                 "rewinds-one-too-far",
                                                                 "takes-unknown-for-aborted",
                                                                 "takes-unknown-for-committed",
                                                                 "ignores-aborted-flush",
                                                                 "reads-uncommitted-input",
                                                                 "reads-unstable-offsets",
                                                                 "restores-uncommitted",
                                                                 "restores-without-waiting-for-markers",
                                                                 "restores-nothing",
                                                                 "restores-no-tombstones",
                                                                 "restores-upon-old-state",
                                                                 "starts-one-too-far",
                                                                 "stores-progress-before-entries",
                                                                 "stores-aborted",
                                                                 "forgets-the-warm-up",
                                                                 "keeps-what-it-has-told",
                                                                 "copies-lose-a-record"};

class MutatedBroker final : public Broker {
 public:
  MutatedBroker(Mutation mutation, std::unique_ptr<Broker> inner) : mutation_(mutation), inner_(std::move(inner)) {}

  Polled poll(int timeout_ms) override {
    const Polled polled = inner_->poll(timeout_ms);
    for (const Record& record : polled.records) positions_[record.partition] = record.offset + 1;
    return polled;
  }
  BrokerResult assign(std::span<const PartitionOffset> partitions) override {
    std::vector<PartitionOffset> mutated(partitions.begin(), partitions.end());
    for (PartitionOffset& partition : mutated) {
      if (is(Mutation::kStartsOneTooFar) && partition.offset > 0) ++partition.offset;
      positions_.erase(partition.partition);
    }
    return inner_->assign(mutated);
  }
  BrokerResult unassign(std::span<const std::int32_t> partitions) override { return inner_->unassign(partitions); }

  BrokerResult seek(std::span<const PartitionOffset> partitions) override {
    if (is(Mutation::kRewindsNothing)) return {};
    if (is(Mutation::kRewindsOnePartition)) return inner_->seek(partitions.first(1));
    if (!is(Mutation::kRewindsOneTooFar)) return inner_->seek(partitions);
    std::vector<PartitionOffset> mutated(partitions.begin(), partitions.end());
    for (PartitionOffset& partition : mutated) ++partition.offset;
    return inner_->seek(mutated);
  }

  BrokerResult committed(std::span<CommittedOffset> partitions) override { return inner_->committed(partitions); }
  std::int64_t end_offset(std::int32_t partition) override { return inner_->end_offset(partition); }
  BrokerResult readable_ends(std::span<PartitionOffset> partitions) override { return inner_->readable_ends(partitions); }

  BrokerResult begin() override {
    changelog_records_ = 0;
    return inner_->begin();
  }
  BrokerResult produce(const Outgoing& record) override {
    Outgoing mutated = record;
    if (record.topic == kChangelog) {
      if (is(Mutation::kForgetsAChangelogRecord) && ++changelog_records_ == 2) return {};
      if (is(Mutation::kForgetsTombstones) && record.value.data() == nullptr) return {};
      if (is(Mutation::kWritesChangelogByKey)) mutated.partition = Outgoing::kByKey;
    }
    return inner_->produce(mutated);
  }
  BrokerResult flush() override {
    if (is(Mutation::kCommitsBeforeFlush)) return {};
    BrokerResult result = inner_->flush();
    if (is(Mutation::kIgnoresAbortedFlush) && result && result->error_class == ErrorClass::kAbortable) {
      inner_->abort();
      is_aborted_ = true;
      return {};
    }
    return result;
  }
  std::int64_t written_end(std::size_t topic, std::int32_t partition) override {
    const std::int64_t end = inner_->written_end(topic, partition);
    if (end == kNoOffset) return end;
    if (is(Mutation::kNotesTheBoundAfterTheMarker)) return end + 3;
    return is(Mutation::kNotesTheBoundBefore) ? end - 1 : end;
  }
  BrokerResult send_offsets(std::span<const CommittedOffset> next) override {
    if (is(Mutation::kForgetsOffsets) || is_aborted_) return {};
    const bool is_mutated = is(Mutation::kSendsPositionInsteadOfProcessed) || is(Mutation::kForgetsTheWarmUp);
    if (!is_mutated) return inner_->send_offsets(next);
    std::vector<CommittedOffset> mutated(next.begin(), next.end());
    for (CommittedOffset& offset : mutated) {
      if (is(Mutation::kSendsPositionInsteadOfProcessed)) offset.offset = std::max(offset.offset, positions_[offset.partition]);
      if (is(Mutation::kForgetsTheWarmUp)) offset.metadata = offset.metadata.substr(0, offset.metadata.find(";warm-up"));
    }
    return inner_->send_offsets(mutated);
  }
  BrokerResult commit() override {
    if (std::exchange(is_aborted_, false)) return {};
    BrokerResult result = inner_->commit();
    if (!result || result->error_class != ErrorClass::kOutcomeUnknown) return result;
    if (is(Mutation::kTakesUnknownForAborted)) result->error_class = ErrorClass::kFatal;
    if (is(Mutation::kTakesUnknownForCommitted)) {
      while (inner_->restart_producer()) {
      }
      return {};
    }
    return result;
  }
  BrokerResult abort() override { return inner_->abort(); }
  BrokerResult restart_producer() override { return inner_->restart_producer(); }
  void close() override { inner_->close(); }

 private:
  bool is(Mutation mutation) const { return mutation_ == mutation; }

  Mutation mutation_;
  std::unique_ptr<Broker> inner_;
  std::map<std::int32_t, std::int64_t> positions_;  ///< after the last record that was handed out
  int changelog_records_ = 0;                       ///< of the running transaction
  bool is_aborted_ = false;
};

class MutatedChangelog final : public ChangelogReader {
 public:
  MutatedChangelog(Mutation mutation, std::unique_ptr<ChangelogReader> inner) : mutation_(mutation), inner_(std::move(inner)) {}

  BrokerResult bounds(std::int32_t partition, ChangelogBounds& found) override { return inner_->bounds(partition, found); }
  BrokerResult start(PartitionOffset from) override { return inner_->start(from); }
  void stop(std::int32_t partition) override { inner_->stop(partition); }
  ChangelogRead poll(int timeout_ms) override {
    ChangelogRead read = inner_->poll(timeout_ms);
    if (mutation_ == Mutation::kRestoresNothing) read.records = {};
    if (mutation_ == Mutation::kRestoresNoTombstones) {
      kept_.clear();
      for (const Record& record : read.records) {
        if (record.value.data() != nullptr) kept_.push_back(record);
      }
      read.records = kept_;
    }
    return read;
  }

 private:
  Mutation mutation_;
  std::unique_ptr<ChangelogReader> inner_;
  std::vector<Record> kept_;
};

/// The second record of each poll is left out.
class LossyChangelog final : public ChangelogReader {
 public:
  explicit LossyChangelog(std::unique_ptr<ChangelogReader> inner) : inner_(std::move(inner)) {}

  BrokerResult bounds(std::int32_t partition, ChangelogBounds& found) override { return inner_->bounds(partition, found); }
  BrokerResult start(PartitionOffset from) override { return inner_->start(from); }
  void stop(std::int32_t partition) override { inner_->stop(partition); }
  ChangelogRead poll(int timeout_ms) override {
    ChangelogRead read = inner_->poll(timeout_ms);
    kept_.assign(read.records.begin(), read.records.end());
    if (kept_.size() > 1) kept_.erase(kept_.begin() + 1);
    read.records = kept_;
    return read;
  }

 private:
  std::unique_ptr<ChangelogReader> inner_;
  std::vector<Record> kept_;
};

class MutatedStore final : public PartitionStore {
 public:
  MutatedStore(Mutation mutation, std::unique_ptr<PartitionStore> inner) : mutation_(mutation), inner_(std::move(inner)) {}

  std::string_view get(const Hash128& key) override { return inner_->get(key); }
  void put(const Hash128& key, std::string_view value) override { inner_->put(key, value); }
  void erase(const Hash128& key) override {
    if (mutation_ == Mutation::kKeepsWhatItHasTold && is_held_case(inner_->get(key))) return;
    inner_->erase(key);
  }
  void changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override {
    inner_->changes(visit);
    if (mutation_ == Mutation::kAppliesBeforeCommit) inner_->commit(inner_->progress());
  }
  std::size_t change_count() const override { return inner_->change_count(); }
  void commit(const StoreProgress& progress) override {
    if (mutation_ == Mutation::kStoresProgressBeforeEntries) {
      std::vector<std::pair<Hash128, std::string>> changes;
      inner_->changes([&](const Hash128& key, std::string_view value) { changes.emplace_back(key, value); });
      inner_->abort();
      inner_->commit(progress);
      for (const auto& [key, value] : changes) value.empty() ? inner_->erase(key) : inner_->put(key, value);
    }
    inner_->commit(progress);
  }
  void abort() override {
    if (mutation_ == Mutation::kKeepsOverlayAfterAbort) return;
    if (mutation_ == Mutation::kStoresAborted && inner_->change_count() > 0) return inner_->commit(inner_->progress());
    inner_->abort();
  }
  void restore(const Hash128& key, std::string_view value) override { inner_->restore(key, value); }
  void wipe() override { inner_->wipe(); }
  StoreProgress progress() const override { return inner_->progress(); }
  std::size_t expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) override {
    return inner_->expire(last_event, before, parts);
  }
  void visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override {
    inner_->visit_part(part, visit);
  }
  void for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const override { inner_->for_each(visit); }
  std::uint64_t entry_count() const override { return inner_->entry_count(); }
  std::uint64_t byte_count() const override { return inner_->byte_count(); }
  const std::string& failure() const override { return inner_->failure(); }

 private:
  Mutation mutation_;
  std::unique_ptr<PartitionStore> inner_;
};

}  // namespace

std::string_view mutation_name(Mutation mutation) { return kNames.at(static_cast<std::size_t>(mutation)); }

std::optional<Mutation> mutation_named(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Mutation>(found - kNames.begin());
}

Interposer interposer_of(Mutation mutation) {
  Interposer interposer;
  interposer.broker = [mutation](std::unique_ptr<Broker> inner) {
    return std::make_unique<MutatedBroker>(mutation, std::move(inner));
  };
  interposer.changelog = [mutation](std::unique_ptr<ChangelogReader> inner) {
    return std::make_unique<MutatedChangelog>(mutation, std::move(inner));
  };
  if (mutation == Mutation::kCopiesLoseARecord) {
    interposer.copied_changelog = [](std::unique_ptr<ChangelogReader> inner) {
      return std::make_unique<LossyChangelog>(std::move(inner));
    };
  }
  interposer.store = [mutation](std::unique_ptr<PartitionStore> inner) {
    return std::make_unique<MutatedStore>(mutation, std::move(inner));
  };
  interposer.broker_isolation.committed_records_only = mutation != Mutation::kReadsUncommittedInput;
  interposer.broker_isolation.stable_offsets_only = mutation != Mutation::kReadsUnstableOffsets;
  interposer.changelog_isolation.committed_records_only = mutation != Mutation::kRestoresUncommitted;
  interposer.changelog_isolation.waits_for_markers = mutation != Mutation::kRestoresWithoutWaitingForMarkers;
  interposer.ignores_age = mutation == Mutation::kRestoresUponOldState;
  return interposer;
}

}  // namespace pairwatch::simulation
