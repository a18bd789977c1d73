#include "processors/relationship/combinations.h"

#include <algorithm>
#include <span>

#include "processors/core/combination.h"
#include "processors/relationship/features.h"

namespace pairwatch::relationship {
namespace {

/// What an expression reads, and from when what it read is.
class DirectionReader {
 public:
  DirectionReader(const Direction& direction, const Assessment& assessment) : direction_(direction), assessment_(assessment) {}

  double feature(std::uint8_t place) {
    const FeatureValue read = all_features()[place].read(direction_);
    if (read.value > 0) note(read.first_at, read.last_at);
    return read.value;
  }

  double signal(std::uint8_t number) {
    if ((assessment_.signals & signal_bit(static_cast<Signal>(number))) == 0) return 0;
    for (const Contribution& contribution : assessment_.all()) {
      if (contribution.signal != static_cast<Signal>(number)) continue;
      note(contribution.reading.first_at, contribution.reading.last_at);
      return contribution.reading.strength;
    }
    return 0;
  }

  /// It held at the earliest when the last of what it names had begun.
  Reading reading() const {
    const EventTime first = first_at_ == kNever ? direction_.state.first_at : first_at_;
    return {1, 1, first, std::max(last_at_, first), std::nullopt};
  }

 private:
  void note(EventTime first, EventTime last) {
    if (first != kNever) first_at_ = std::max(first_at_, first);
    if (last != kNever) last_at_ = std::max(last_at_, last);
  }

  const Direction& direction_;
  const Assessment& assessment_;
  EventTime first_at_ = kNever;
  EventTime last_at_ = kNever;
};

/// Whether a condition begins with a signal above some strength that is not there: most do, and most pairs show none.
bool misses_its_first_signal(std::span<const Instruction> program, std::uint64_t signals) {
  if (program.size() < 4 || program[0].operation != Operation::kSignal || program[1].operation != Operation::kNumber) return false;
  if ((signals & signal_bit(static_cast<Signal>(program[0].operand))) != 0) return false;
  return program[2].operation == Operation::kGreater && program[1].number >= 0 && program[3].operation == Operation::kRequire;
}

}  // namespace

void assess_combinations(const Direction& direction, GateVerdict verdict, const RelationshipRules& rules, Assessment& assessment) {
  if (verdict == GateVerdict::kJudgedAssured) return;
  const std::uint64_t signals = assessment.signals;  // without the combinations that are added
  std::uint64_t held = 0;
  for (const Combination& combination : rules.combinations) {
    if (misses_its_first_signal(combination.program, signals)) continue;
    const double share = verdict == GateVerdict::kJudgedPeer ? combination.peer_share : 1;
    if (combination.state == RuleState::kOff || share <= 0) continue;
    DirectionReader reader(direction, assessment);
    if (!holds(combination.program, reader)) continue;
    const Signal signal = signal_of_combination(combination.number);
    assessment.derived_held |= signal_bit(signal);
    if (combination.state == RuleState::kShadow) continue;
    const double log_odds = share * combination.weight;
    assessment.log_odds += log_odds;
    assessment.contributions[assessment.count++] = {signal, log_odds, reader.reading()};
    if (combination.at_least != Severity::kNone) assessment.floors |= signal_bit(signal);
    held |= signal_bit(signal);
  }
  assessment.signals = signals | held;
}

}  // namespace pairwatch::relationship
