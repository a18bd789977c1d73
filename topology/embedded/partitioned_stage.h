// One stateful service in the embedded runtime: a fixed number of partitions by key, each a processor with a store of its own.
//
// In:        the items of a batch in input order, routed by key.
// Out:       what the partitions put out, each in its own buffer; merged() gives them back in input order.
// Remembers: the stores, and one batch's inputs and outputs.
// Cost:      a partition without input costs nothing, but while entries expire.
// Thread:    route, prepare, merge from one thread; work() from several, each partition by one of them at a time.
//
// The number of partitions does not depend on the number of threads, and no partition sees another's, so the result does not
// depend on the threads either. Each batch is one transaction of each partition: checkpoint, then commit.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "processors/core/tally.h"
#include "topology/embedded/file_time.h"
#include "topology/embedded/stage_buffer.h"
#include "topology/services/services.h"
#include "topology/store/memory_store.h"

namespace pairwatch::embedded {

class PartitionedStage {
 public:
  PartitionedStage(Service service, const ServiceConfigs& configs, std::int32_t partitions, Duration time_to_live);

  /// Begins a batch. `now`: how far the file has come in event time.
  void begin_batch(EventTime now);
  /// Adds an item; `cause` is its number within the batch, or that of the record behind it.
  void route(const ItemRef& input, std::uint32_t cause);
  /// The partitions that have something to do; work() takes an index into them.
  std::size_t prepare();
  void work(std::size_t task);

  /// When nothing more comes: lets happen what is due before `until`, in the order of due time, then key.
  void fire(EventTime until);
  /// What fire() put out, each with its due time, in that order. Valid until the next batch.
  struct Fired {
    EventTime due;
    ItemRef item;
  };
  const std::vector<Fired>& fired() const { return fired_; }

  /// An item and the number that was given to route() for its input.
  struct Output {
    ItemRef item;
    std::uint32_t cause = 0;
  };
  /// Writes the outputs of the batch in order of their causes, each below `causes`; those of one cause in the order of emission.
  /// `extra` is merged in: what an earlier stage put out for the same readers. Valid until the next batch.
  void merge(std::uint32_t causes, const std::vector<Output>& extra, std::vector<Output>& outputs) const;
  /// Rejects of the batch, in no particular order.
  void rejects(std::vector<StageBuffer::Rejected>& rejects) const;

  /// The newest time reached by what this batch's interactions say. Relationship only.
  FileTime time_of_batch() const;

  Tally take_tally();
  std::uint64_t records_read() const { return sequence_; }
  std::uint64_t entry_count() const;
  std::uint64_t byte_count() const;

 private:
  struct Input {
    ItemRef item;
    std::string_view key;
    std::string_view value;
    std::int64_t sequence = 0;  ///< its place among all records this service reads
    std::uint32_t cause = 0;
  };
  struct Partition {
    explicit Partition(std::int32_t partitions) : outputs(partitions) {}
    MemoryStore store;
    std::unique_ptr<Processor> processor;
    std::vector<Input> inputs;
    std::vector<Header> headers;
    StageBuffer outputs;
    FileTime time;
    std::uint64_t expired = 0;
  };

  void expire(Partition& partition);
  void process(Partition& partition, const Input& input);

  Service service_;
  ServiceConfigs configs_;
  Duration time_to_live_;
  Duration step_;  ///< of event time after which a part of the entries is looked through
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::vector<std::uint32_t> active_;
  std::vector<Fired> fired_;
  std::int64_t sequence_ = 0;

  EventTime now_ = kNever;
  EventTime swept_at_ = kNever;
  int parts_due_ = 0;
};

}  // namespace pairwatch::embedded
