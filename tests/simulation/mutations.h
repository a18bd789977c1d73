// Bugs that a worker could have, planted between a right worker and what it stands on: a simulation that does not find them would
// not find their like either. tests/simulation/mutations_test.cc says within how many seeds each is found.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tests/simulation/simulated_process.h"

namespace pairwatch::simulation {

enum class Mutation : std::uint8_t {
  // The order of a transaction.
  kCommitsBeforeFlush,
  kAppliesBeforeCommit,
  kForgetsOffsets,
  // What is committed.
  kSendsPositionInsteadOfProcessed,
  kForgetsAChangelogRecord,
  kForgetsTombstones,
  kWritesChangelogByKey,
  kNotesTheBoundBefore,
  kNotesTheBoundAfterTheMarker,
  // What follows an error.
  kKeepsOverlayAfterAbort,
  kRewindsOnePartition,
  kRewindsNothing,
  kRewindsOneTooFar,
  kTakesUnknownForAborted,
  kTakesUnknownForCommitted,
  kIgnoresAbortedFlush,
  // What is read.
  kReadsUncommittedInput,
  kReadsUnstableOffsets,
  kRestoresUncommitted,
  kRestoresWithoutWaitingForMarkers,
  kRestoresNothing,
  kRestoresNoTombstones,
  kRestoresUponOldState,
  kStartsOneTooFar,
  // What is stored.
  kStoresProgressBeforeEntries,
  kStoresAborted,
  // Warm-ups and standby copies.
  kForgetsTheWarmUp,
  kKeepsWhatItHasTold,
  kCopiesLoseARecord,
};
inline constexpr int kMutationCount = 29;

std::string_view mutation_name(Mutation mutation);
std::optional<Mutation> mutation_named(std::string_view name);

/// What plants it in each process of a world.
Interposer interposer_of(Mutation mutation);

}  // namespace pairwatch::simulation
