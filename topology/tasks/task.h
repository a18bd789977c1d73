// One partition of a service at work: a processor, its state, and how far it has come.
//
//                       committed offsets known
//   kCreated -> kRestoring ------------------> kRunning --> kSuspended
//       |           |                             |             |
//       +-----------+------------> kClosed <------+-------------+
//
//   kCreated    the partition was assigned; another worker of this process may still hold its state
//   kRestoring  its state is brought to where the group stands: what this process holds of it, and the changelog's tail
//   (restorer.h) kRunning    records are processed kSuspended  the partition is being given up: what was processed is committed,
//   nothing more is read kClosed     given up, lost, or the worker ended
//
// In a transaction a task collects changes in its store's overlay; commit() makes them last, abort() drops them. `next_offset` is
// what it has processed - its own count, because the client's position runs ahead of it. What is committed with the offset (note())
// says how far the changelog goes with it, so that state and offset fit together whoever restores them.
#pragma once

#include <absl/functional/function_ref.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "topology/broker.h"
#include "topology/observer.h"
#include "topology/ports.h"
#include "topology/store/partition_store.h"

namespace pairwatch {

/// Makes the processor of one partition above its store, which outlives it.
using ProcessorFactory = std::function<std::unique_ptr<Processor>(Store&)>;
/// The event time from which the time to live of a stored entry counts.
using LastEvent = std::function<EventTime(std::string_view stored)>;
/// When the next timer of a stored entry is due; kNever: it has none.
using NextDue = std::function<EventTime(std::string_view stored)>;

class Task {
 public:
  explicit Task(std::int32_t partition) : partition_(partition) {}

  std::int32_t partition() const { return partition_; }
  TaskState state() const { return state_; }
  /// Moves along an arrow of the drawing above; anything else is a broken invariant.
  void become(TaskState next);

  /// Begins the restoring with what this process holds of the partition's state, perhaps nothing yet.
  void open(std::unique_ptr<PartitionStore> store);
  /// Ends the restoring: reads go on from `committed` (what the group has committed, or kNoOffset), where the store stands now.
  /// `is_warming`: cases are held back (warm_up.h).
  void start(std::int64_t committed, const ProcessorFactory& make_processor, bool is_warming = false);
  /// Goes on with a processor made anew, by other rules: between two transactions of a running task.
  void renew(const ProcessorFactory& make_processor);
  /// Whether the store says of the rules of that number from which record on they decide, as of the running transaction.
  bool has_noted(std::uint64_t rules_number) const { return noting_rules_ == rules_number; }
  /// It does, once the running transaction is committed.
  void note_rules(std::uint64_t rules_number) { noting_rules_ = rules_number; }
  PartitionStore& store() { return *store_; }
  /// The state as of committed_offset(), when the task has been closed; nullptr: it was never opened.
  std::unique_ptr<PartitionStore> take_store();

  /// What to do with a record that came.
  enum class Admission : std::uint8_t {
    kProcess,
    kSeenBefore,  ///< lies before next_offset: fetched before a rewind
    kSkipsAhead,  ///< after a rewind, not the record that was seen there before: the rewind did not take
  };
  Admission admit(std::int64_t offset) const;
  /// Notes where a record stands that came before the task knew its own position.
  void note_first(std::int64_t offset);

  /// A record that came was dropped unprocessed, before a rewind: it must come again.
  void note_discarded(std::int64_t offset);
  /// Processes one record that was admitted.
  void process(const Record& record, Sink& sink);
  /// Makes a dead letter of one that was admitted, unseen by the processor.
  void refuse(const Record& record, Reject reason, Sink& sink);
  /// The partition was read to its end: nothing lies between next_offset and `offset`, but perhaps markers.
  void reached_end(std::int64_t offset);

  /// Up to when in event time what is committed goes; kNever: not known.
  EventTime newest_event() const { return newest_event_; }
  /// Erases, at the beginning of a transaction, those of the next part of the entries whose last event lies before `before`.
  /// False: there were none.
  bool expire(const LastEvent& last_event, EventTime before);

  /// Whether the partition has kept up with the clock for so long, looked at every now and then: by events that are near it
  /// (`is_near`), or because it was read to its end (`is_at_end`) and nothing came.
  bool has_settled(bool is_near, bool is_at_end, std::int64_t now_us, std::int64_t for_us);
  /// Lets happen, in the running transaction, what is due of an entry before a time.
  void fire(const Hash128& key, EventTime before, Sink& sink);

  /// Whether the running transaction holds anything of this task.
  bool touched() const {
    return processor_ && (next_offset_ != committed_offset_ || store_->change_count() > 0 || ends_warm_up_ || has_fired_);
  }
  /// Whether cases are held back, as of what is committed.
  bool is_warming() const { return is_warming_; }
  /// Whether they are, once the running transaction is committed.
  bool will_be_warming() const { return is_warming_ && !ends_warm_up_; }
  /// The running transaction ends the warm-up.
  void end_warm_up() { ends_warm_up_ = true; }
  /// It ends without a transaction: nothing was ever committed.
  void end_warm_up_unsaid() { is_warming_ = false; }
  /// The next offset to be read, after everything processed.
  std::int64_t next_offset() const { return next_offset_; }
  /// Where the running transaction began.
  std::int64_t committed_offset() const { return committed_offset_; }

  /// Puts the processor's changes into the store's overlay: before the transaction is committed.
  void checkpoint() { processor_->checkpoint(); }
  /// What the transaction has to write to the changelog; after checkpoint().
  void changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const { store_->changes(visit); }
  /// The changelog's records of the running transaction end before this offset; kNoOffset: it wrote none.
  void note_changelog_end(std::int64_t offset);
  /// How far the changelog goes with next_offset().
  std::int64_t changelog_offset() const {
    return changelog_end_ != kNoOffset ? changelog_end_ : store_->progress().changelog_offset;
  }
  /// The transaction was committed at `now_ms`: the overlay lasts. Returns what was counted.
  Tally commit(std::int64_t now_ms);
  /// The transaction was not committed: as if nothing had been read since commit().
  void abort();
  /// A rewind failed to take: it was tried again, or has to be accepted (the record is gone).
  void forget_rewind() { expected_after_rewind_ = kNoOffset; }

  std::uint64_t entry_count() const { return store_ ? store_->entry_count() : 0; }
  std::uint64_t byte_count() const { return store_ ? store_->byte_count() : 0; }

 private:
  std::int32_t partition_;
  TaskState state_ = TaskState::kCreated;
  std::unique_ptr<PartitionStore> store_;  ///< from open() until take_store()
  std::unique_ptr<Processor> processor_;   ///< from start() on
  bool is_warming_ = false;
  bool ends_warm_up_ = false;       ///< by the running transaction
  std::uint64_t noted_rules_ = 0;   ///< as of what is committed; 0: it is not known
  std::uint64_t noting_rules_ = 0;  ///< as of the running transaction
  EventTime newest_event_ = kNever;
  bool has_fired_ = false;                  ///< in the running transaction
  std::int64_t looked_offset_ = kNoOffset;  ///< where next_offset_ was when has_settled() looked last
  std::int64_t settled_since_us_ = -1;      ///< -1: it has not
  Tally own_;                               ///< what the running transaction counted besides the processor
  std::int64_t next_offset_ = kNoOffset;
  std::int64_t committed_offset_ = kNoOffset;
  std::int64_t changelog_end_ = kNoOffset;          ///< of the running transaction
  std::int64_t first_in_transaction_ = kNoOffset;   ///< offset of the first record processed since the last commit
  std::int64_t expected_after_rewind_ = kNoOffset;  ///< that of the aborted one: must come again
};

}  // namespace pairwatch
