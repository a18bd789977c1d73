// Whatever comes: one outcome each, they sum to what was read, and no text leaves.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/intake/fakes.h"
#include "tests/support/events.h"

namespace pairwatch::intake {
namespace {

using test::EventBuilder;

constexpr InteractionKind kKinds[] = {
    InteractionKind::kNone,          InteractionKind::kMessage, InteractionKind::kContactRequest, InteractionKind::kContactAccept,
    InteractionKind::kContactRemove, InteractionKind::kGift,    InteractionKind::kChannelMove,    InteractionKind::kCall,
    InteractionKind::kProfileChange, InteractionKind::kBlock,   InteractionKind::kReport};

std::string any_event(std::mt19937_64& random) {
  const auto pick = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
  const auto id = [&] { return "account" + std::to_string(pick(6)); };
  EventBuilder event(kKinds[pick(11)], id(), id());
  event.ages(static_cast<AgeBand>(pick(6)), static_cast<AgeBand>(pick(6)));
  event.actor_assurance(static_cast<AgeAssurance>(pick(5))).target_assurance(static_cast<AgeAssurance>(pick(5)));
  if (pick(8) == 0) event.without_target();
  if (pick(20) == 0) event.id("");
  if (pick(20) == 0) event.at(EventTime{pick(1000)});
  if (event.event().has_message())
    event.text("harmlesswords " + std::to_string(random())).label("threat", static_cast<float>(pick(12)) / 10);
  if (event.event().has_gift()) event.value(pick(10) - 1);
  if (event.event().has_call()) event.lasting(seconds(pick(10) - 1));
  std::string bytes = event.proto();
  if (pick(10) == 0 && !bytes.empty()) bytes.resize(random() % bytes.size());
  return bytes;
}

TEST(Intake, GivesEveryRecordExactlyOneOutcome) {
  constexpr std::uint64_t kSeed = 20'260'301;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  Room room;
  std::uint64_t forwarded = 0, refused = 0, changes = 0;
  constexpr std::uint64_t kRecords = 20'000;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    const Outcome outcome = room.take(any_event(random));
    const bool emits = outcome == Outcome::kForwarded || outcome == Outcome::kAccountChange;
    ASSERT_EQ(room.sink.outputs.size(), emits ? 1U : 0U);
    ASSERT_EQ(room.sink.rejects.size(), outcome == Outcome::kDeadLetter ? 1U : 0U);
    if (emits) {
      ASSERT_EQ(room.output().value.find("harmless"), std::string::npos);
    }
    forwarded += outcome == Outcome::kForwarded;
    refused += outcome == Outcome::kDeadLetter;
    changes += outcome == Outcome::kAccountChange;
  }
  const Tally tally = room.tally();
  std::uint64_t outcomes = 0, rejects = 0;
  for (const std::uint64_t count : tally.outcomes) outcomes += count;
  for (const std::uint64_t count : tally.rejects) rejects += count;
  EXPECT_EQ(outcomes, kRecords);
  EXPECT_EQ(tally.count_of(Outcome::kForwarded), forwarded);
  EXPECT_EQ(tally.count_of(Outcome::kAccountChange), changes);
  EXPECT_EQ(tally.count_of(Outcome::kDeadLetter), refused);
  EXPECT_EQ(rejects, refused);
  for (const Outcome outcome : {Outcome::kForwarded, Outcome::kGated, Outcome::kNoTarget, Outcome::kAccountChange}) {
    EXPECT_GT(tally.count_of(outcome), 100U) << outcome_name(outcome);
  }
}

}  // namespace
}  // namespace pairwatch::intake
