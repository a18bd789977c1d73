// How far a file has come in event time: T is reached only when events of two different actors lie at or past T, so that one
// absurd date moves nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "processors/core/time.h"

namespace pairwatch::embedded {

/// Adds up in any order: events and whole FileTimes.
class FileTime {
 public:
  /// An event of `actor` (a hash of who it is).
  void add(std::uint64_t actor, EventTime at);
  void add(const FileTime& other);

  /// The time reached; kNever before two actors were seen.
  EventTime reached() const { return second_; }

 private:
  std::uint64_t first_actor_ = 0;
  EventTime first_ = kNever;   ///< newest of all
  EventTime second_ = kNever;  ///< newest of all other actors
};

/// Who acted and when.
struct ActorAndTime {
  std::uint64_t actor = 0;
  EventTime at;
};

/// Reads both from a serialised pairwatch.v1.Interaction without parsing the rest; nothing where they cannot be read.
std::optional<ActorAndTime> actor_and_time_of(std::string_view interaction);

}  // namespace pairwatch::embedded
