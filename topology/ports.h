// What a room's shell sees of the world: records come, outputs go, entries are kept. Each can be faked by hand in 30 lines.
// The same rooms run under every runtime (topology/kafka, topology/embedded) behind these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/event_view.h"
#include "processors/core/hash.h"
#include "processors/core/kinds.h"
#include "processors/core/tally.h"
#include "processors/core/time.h"

namespace pairwatch {

struct CaseRevision;  // processors/core/cases.h

/// One record of a service's input topic. Views live during the call it is handed to.
struct Record {
  std::string_view key;
  std::string_view value;
  std::span<const Header> headers;
  std::int64_t timestamp_ms = 0;  ///< of the record (wall clock); 0: there is none, as in a file
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

/// Where an output goes; the topology file says which topic that is.
enum class OutputPort : std::uint8_t {
  kInteractions,
  kCaseInputs,
  kUrgent,
  kReview,
  kWatch,
  kDeadLetters,
  kTargetInputs,
  kIndicators
};
inline constexpr int kOutputPortCount = 8;

/// The name of a port in topology.yaml, for instance `interactions`.
std::string_view port_name(OutputPort port);

/// The topic of escalations of that severity, which is not kNone.
OutputPort port_of(Severity severity);
/// The severity of a topic of escalations; nullopt for other ports.
std::optional<Severity> severity_of(OutputPort port);

/// One record to be written. For escalations `value` is a binary pairwatch.v1.Escalation: the runtime encodes it as configured.
struct Output {
  OutputPort port;
  std::string_view key;
  std::string_view value;
  std::span<const Header> headers;
};

/// Where a room's outputs go. Copies what it keeps.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void emit(const Output& output) = 0;
  /// The current record cannot be used: a live run makes it a dead letter, a replay prints the reason.
  virtual void reject(const Record& record, Reject reason) = 0;
};

/// Writes a revision of a case to the topic of its severity; of one that stands down, to every topic the case was written to.
void emit_escalation(const CaseRevision& revision, std::string_view key, std::string_view value, std::span<const Header> headers,
                     Sink& sink);

/// Where records come from, in order within a partition.
class Source {
 public:
  virtual ~Source() = default;
  /// The next records, at most `most`; empty at the end. Views live until the next call.
  virtual std::span<const Record> next(std::size_t most) = 0;
};

/// The entries of one partition of one store, as bytes. What is put is seen at once by get; whether it lasts is decided by the
/// runtime's commit or abort.
class Store {
 public:
  virtual ~Store() = default;
  /// The entry, or an empty view. Lives until the next call.
  virtual std::string_view get(const Hash128& key) = 0;
  /// `value` is not empty.
  virtual void put(const Hash128& key, std::string_view value) = 0;
  /// put by a caller who knows how many bytes the entry has as it stands (0: there is none), which spares a look-up to count it.
  virtual void replace(const Hash128& key, std::string_view value, std::size_t /*old_bytes*/) { put(key, value); }
  virtual void erase(const Hash128& key) = 0;
};

/// What became of the records of a table, as of its last publish().
struct TableCounts {
  std::uint64_t entries = 0;   ///< held
  std::uint64_t refused = 0;   ///< for want of room
  std::uint64_t unusable = 0;  ///< could not be read
};

/// A topic that a service holds whole and only reads: what each key said last. The runtime applies its records, one thread at a
/// time, and says when what was applied is to be seen; the service sees it from its next transaction on.
class GlobalTable {
 public:
  virtual ~GlobalTable() = default;
  /// An empty value takes back. What cannot be used is counted.
  virtual void apply(std::string_view key, std::string_view value) = 0;
  virtual void publish() = 0;
  virtual TableCounts counts() const = 0;
};

/// Wall clock, for latencies and commit intervals only: never for a decision.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() = 0;
};

/// One service at work on one partition: a room's shell. One thread at a time.
class Processor {
 public:
  virtual ~Processor() = default;
  /// Decides one record: exactly one outcome is counted. Never throws for what a record holds.
  virtual Outcome process(const Record& record, Sink& sink) = 0;
  /// Lets happen, for one entry of its store, what is due before a time if nothing comes, stamped with the due times: no more than
  /// the entry's next record would. When the next thing is due then; kNever: nothing is.
  virtual EventTime fire(const Hash128& /*key*/, EventTime /*before*/, Sink& /*sink*/) { return kNever; }
  /// Puts every entry changed since the last checkpoint or rollback into the store. Once a commit.
  virtual void checkpoint() = 0;
  /// Forgets every change the store has not committed, also those of a checkpoint that was aborted.
  virtual void rollback() = 0;
  /// What was counted since take_tally() was last called.
  virtual Tally take_tally() = 0;
};

}  // namespace pairwatch
