// Which record kills the process: so that a record that no release can take does not stop its partition for ever.
//
// In:        each worker says which record it is about to decide. That stands in a file mapped into memory, so it outlives the
// process
//            at the price of three stores. A worker that dies while deciding (a broken invariant, a fault: a signal in its own
//            thread) leaves a mark there; a process that is killed from outside does not.
// Out:       the records at which a worker has died kDeaths times in a row: they become dead letters `crashed`.
// Remembers: one record for each worker of each service, in `<folder>/crash-notes`; 48 bytes each, at most kWorkers.
// Fails:     where the file cannot be made, nothing is noted, and problem() says so: the service runs all the same.
// Thread:    each worker its own note. The handler of signals is installed once for a process; it then lets the signal take its
// course.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "topology/graph.h"

namespace pairwatch {

/// One worker's note. All zero: nothing was ever noted.
struct CrashNote {
  std::int64_t offset = 0;       ///< of the record being decided, plus one; 0: none is
  std::int32_t partition = 0;    ///< of the input topic
  std::int32_t died = 0;         ///< 1: the worker died there
  std::int64_t last_offset = 0;  ///< where it died before, plus one
  std::int32_t last_partition = 0;
  std::int32_t deaths = 0;  ///< in a row, there
};

class CrashNotes {
 public:
  /// One death may be bad luck, a second one a bad release that is rolled back: the third makes a dead letter.
  static constexpr int kDeaths = 3;
  static constexpr std::size_t kWorkers = 1280;

  /// Maps `<folder>/crash-notes`, which is made where it is missing, and counts the deaths of the process before.
  explicit CrashNotes(const std::string& folder);
  ~CrashNotes();
  CrashNotes(const CrashNotes&) = delete;
  CrashNotes& operator=(const CrashNotes&) = delete;

  /// What keeps it from noting anything; empty: nothing.
  const std::string& problem() const { return problem_; }
  /// The note of a worker, or nullptr where there is none to be had. Lives as long as the notes.
  CrashNote* of(Service service, int worker);

 private:
  CrashNote* notes_ = nullptr;
  std::string problem_;
};

/// What a worker does with its note; all of it does nothing without one.
class CrashWatch {
 public:
  explicit CrashWatch(CrashNote* note) : note_(note) {}

  /// Whether workers have died at this record too often.
  bool is_poison(std::int32_t partition, std::int64_t offset) const {
    return note_ != nullptr && note_->deaths >= CrashNotes::kDeaths && note_->last_offset == offset + 1 &&
           note_->last_partition == partition;
  }
  /// From here until end() a death of this thread counts against the record.
  void begin(std::int32_t partition, std::int64_t offset);
  void end();

 private:
  CrashNote* note_;
};

}  // namespace pairwatch
