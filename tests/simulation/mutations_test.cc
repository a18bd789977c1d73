// The simulation finds what it is there to find: each planted bug within a stated number of seeds.
#include "tests/simulation/mutations.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "tests/simulation/world.h"

namespace pairwatch::simulation {
namespace {

struct Plan {
  Mutation mutation;
  std::uint64_t most_seeds;  ///< about five times what was needed when this was written, for those that take many
};

class MutationTest : public testing::TestWithParam<Plan> {};

TEST_P(MutationTest, IsFoundWithinSoManySeeds) {
  spdlog::set_level(spdlog::level::off);
  const bool concerns_cases =
      GetParam().mutation == Mutation::kForgetsTheWarmUp || GetParam().mutation == Mutation::kKeepsWhatItHasTold;
  const SimulatedService service = concerns_cases ? case_service() : counting_service();
  const Interposer interposer = interposer_of(GetParam().mutation);
  bool is_found = false;
  for (std::uint64_t seed = 1; seed <= GetParam().most_seeds && !is_found; ++seed) {
    is_found = !World(seed, service, interposer, nullptr).run().failure.empty();
  }
  EXPECT_TRUE(is_found) << mutation_name(GetParam().mutation) << " survives " << GetParam().most_seeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(Planted, MutationTest,
                         testing::Values(Plan{Mutation::kCommitsBeforeFlush, 20}, Plan{Mutation::kAppliesBeforeCommit, 20},
                                         Plan{Mutation::kForgetsOffsets, 20}, Plan{Mutation::kSendsPositionInsteadOfProcessed, 50},
                                         Plan{Mutation::kForgetsAChangelogRecord, 20}, Plan{Mutation::kForgetsTombstones, 20},
                                         Plan{Mutation::kWritesChangelogByKey, 20}, Plan{Mutation::kNotesTheBoundBefore, 20},
                                         Plan{Mutation::kNotesTheBoundAfterTheMarker, 20},
                                         Plan{Mutation::kKeepsOverlayAfterAbort, 50}, Plan{Mutation::kRewindsOnePartition, 200},
                                         Plan{Mutation::kRewindsNothing, 50}, Plan{Mutation::kRewindsOneTooFar, 50},
                                         Plan{Mutation::kTakesUnknownForAborted, 100},
                                         Plan{Mutation::kTakesUnknownForCommitted, 100}, Plan{Mutation::kIgnoresAbortedFlush, 200},
                                         Plan{Mutation::kReadsUncommittedInput, 20}, Plan{Mutation::kReadsUnstableOffsets, 200},
                                         Plan{Mutation::kRestoresUncommitted, 500},
                                         Plan{Mutation::kRestoresWithoutWaitingForMarkers, 1'000},
                                         Plan{Mutation::kRestoresNothing, 20}, Plan{Mutation::kRestoresNoTombstones, 50},
                                         Plan{Mutation::kRestoresUponOldState, 3'000}, Plan{Mutation::kStartsOneTooFar, 20},
                                         Plan{Mutation::kStoresProgressBeforeEntries, 200}, Plan{Mutation::kStoresAborted, 50},
                                         Plan{Mutation::kForgetsTheWarmUp, 100}, Plan{Mutation::kKeepsWhatItHasTold, 20},
                                         Plan{Mutation::kCopiesLoseARecord, 300}),
                         [](const testing::TestParamInfo<Plan>& planted) {
                           std::string name;
                           bool upper = true;
                           for (const char letter : mutation_name(planted.param.mutation)) {
                             if (letter != '-') name.push_back(upper ? static_cast<char>(letter - 'a' + 'A') : letter);
                             upper = letter == '-';
                           }
                           return name;
                         });

}  // namespace
}  // namespace pairwatch::simulation
