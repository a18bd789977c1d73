// The seam between the worker's loop and whatever moves records: librdkafka (topology/kafka) or a simulator.
//
// One Broker is one member of one consumer group, reading one topic, and one transactional producer. Its contract:
//
//   Records      of an assigned partition come in offset order from the offset given to assign() or seek(), each once, only those
//   whose
//                transaction was committed. Offsets may have gaps: transaction markers, aborted and compacted records.
//   Rebalances   come out of poll(), never in between: whatever poll() returned before still belongs to this member. Each must be
//                answered, by assign() (perhaps of nothing yet) or unassign(), before the group can go on.
//                revoked: the partitions are still ours until unassign() - commit first. lost: they are already someone else's.
//   Transaction  begin, produce..., flush, send_offsets, commit. What was produced and the offsets become visible together, at
//                commit, or never. After an error nothing of the transaction may be assumed; the class says how to go on.
//   Identity     a producer that is made again (restart_producer) takes over from the one before: what that one had open is
//                aborted, or its commit is finished, before restart_producer returns.
//   Thread       one, for all members.
//
// Errors are values of a closed class, because there are only four things a caller can do:
//
//   class             what is known                                what to do
//   kRetriable        nothing happened                             call again with identical arguments
//   kAbortable        the transaction cannot be committed          abort(), drop what it did, rewind every partition that stays
//   kFatal            the producer is of no further use            restart_producer(), drop, rewind
//   kOutcomeUnknown   the transaction is committed or it is not    restart_producer(), then committed() tells: apply, or drop and
//   rewind
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "topology/ports.h"

namespace pairwatch {

enum class ErrorClass : std::uint8_t { kRetriable, kAbortable, kFatal, kOutcomeUnknown };

/// What went wrong, in words for a log, and what it means. Never holds anything of a record.
struct BrokerError {
  ErrorClass error_class;
  std::string message;
};

/// Nothing: done.
using BrokerResult = std::optional<BrokerError>;

/// There is no such offset: the group has committed nothing there, or the end is not known yet.
inline constexpr std::int64_t kNoOffset = -1;

/// A partition of the input topic, and the next offset to be read from it.
struct PartitionOffset {
  std::int32_t partition = 0;
  std::int64_t offset = kNoOffset;

  friend auto operator<=>(const PartitionOffset&, const PartitionOffset&) = default;
};

/// What a group has committed of a partition, or is to commit, and the note that stands beside it (topology/changelog.h).
struct CommittedOffset {
  std::int32_t partition = 0;
  std::int64_t offset = kNoOffset;
  std::string metadata;

  friend bool operator==(const CommittedOffset&, const CommittedOffset&) = default;
};

/// What came. The views live until the next poll().
struct Polled {
  enum class Kind : std::uint8_t {
    kRecords,   ///< `records` and `ends`, both perhaps empty
    kAssigned,  ///< `partitions` are ours from now on; answer with assign()
    kRevoked,   ///< `partitions` are to be given up; commit, then answer with unassign()
    kLost,      ///< `partitions` are not ours any more; drop, then answer with unassign()
    kEnded,     ///< this member cannot go on, `reason` says why and what helps: the process ends
  };
  Kind kind = Kind::kRecords;
  std::span<const Record> records;
  std::span<const PartitionOffset> ends;  ///< partitions that were read to their end: nothing lies before `offset`
  std::span<const std::int32_t> partitions;
  std::string_view reason;
};

/// One record to be written. The broker copies it.
struct Outgoing {
  static constexpr std::int32_t kByKey = -1;

  std::size_t topic = 0;   ///< index into the topics the broker was made with
  std::string_view key;    ///< data() == nullptr: none
  std::string_view value;  ///< data() == nullptr: none
  std::span<const Header> headers;
  std::int64_t timestamp_ms = 0;    ///< 0: now
  std::int32_t partition = kByKey;  ///< kByKey: as murmur2_random chooses by the key
};

class Broker {
 public:
  virtual ~Broker() = default;

  /// Waits at most `timeout_ms` for records or a change of the assignment.
  virtual Polled poll(int timeout_ms) = 0;

  /// Starts reading each partition at its offset, kNoOffset: where the configuration says that a new group starts. May be called
  /// with nothing, to answer an assignment whose partitions are not ready, and later with those that have become ready.
  virtual BrokerResult assign(std::span<const PartitionOffset> partitions) = 0;
  /// Stops reading them. Those that were never assigned count as stopped.
  virtual BrokerResult unassign(std::span<const std::int32_t> partitions) = 0;
  /// Goes back (or on) to these offsets; what was fetched but not returned is dropped.
  virtual BrokerResult seek(std::span<const PartitionOffset> partitions) = 0;
  /// What the group has committed, once no transaction is under way on it: fills in offsets and metadata, kNoOffset where there is
  /// none.
  virtual BrokerResult committed(std::span<CommittedOffset> partitions) = 0;
  /// Offset after the newest record of a partition as last heard, kNoOffset: not heard yet. Cheap.
  virtual std::int64_t end_offset(std::int32_t partition) = 0;
  /// Asks where what can be read of each assigned partition ends, and fills that in: behind the newest record that is committed.
  /// Waits at most some seconds; kRetriable: there is no answer.
  virtual BrokerResult readable_ends(std::span<PartitionOffset> partitions) = 0;

  virtual BrokerResult begin() = 0;
  /// Queues a record; waits while the queue is full. That it was written is known after flush().
  virtual BrokerResult produce(const Outgoing& record) = 0;
  /// Waits until everything produced is written.
  virtual BrokerResult flush() = 0;
  /// After flush(): the offset after the last record that the running transaction wrote to a partition of a topic; kNoOffset:
  /// none.
  virtual std::int64_t written_end(std::size_t topic, std::int32_t partition) = 0;
  /// Adds the group's new offsets to the transaction: the caller's own processed positions.
  virtual BrokerResult send_offsets(std::span<const CommittedOffset> next) = 0;
  virtual BrokerResult commit() = 0;
  virtual BrokerResult abort() = 0;

  /// Makes the producer, for the first time or anew. Waits at most some seconds: kRetriable means call again.
  virtual BrokerResult restart_producer() = 0;

  /// Leaves: nothing may be called after it. What is not committed is lost to nobody: it is read again.
  virtual void close() = 0;
};

}  // namespace pairwatch
