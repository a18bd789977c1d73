#include "processors/relationship/layout.h"

#include <algorithm>
#include <bit>

#include "processors/relationship/layout_parts.h"

namespace pairwatch::relationship {

std::array<EventTime, kStageCount> stages_by_evidence(const PairState& state, Side actor) {
  std::array<EventTime, kStageCount> stages{};
  std::size_t position = actor == Side::kFirst ? 0 : static_cast<std::size_t>(std::popcount(state.evidence_masks[0]));
  for (std::uint64_t mask = state.evidence_masks[index(actor)]; mask != 0; mask &= mask - 1, ++position) {
    const Stage stage = stage_of(static_cast<Signal>(std::countr_zero(mask)));
    const EventTime at = state.evidence[position].first_at;
    EventTime& first = stages[index(stage)];
    if (stage != Stage::kNone && (first == kNever || at < first)) first = at;
  }
  return stages;
}

std::string_view layout_problem_message(LayoutProblem problem) {
  switch (problem) {
    case LayoutProblem::kNone: return "nothing is wrong";
    case LayoutProblem::kUnknownVersion:
      return "stored pair state has a version that this release does not read: run the release that wrote it, or "
             "remove the local store, so that it is rebuilt from its changelog";
    case LayoutProblem::kMalformed:
      return "stored pair state is damaged: remove the local store, so that it is rebuilt from its changelog";
  }
  return "unknown";
}

std::uint32_t fit(PairState& state, const SignalRules& rules) {
  constexpr std::size_t kWeightiest = 12;
  if (encoded_size_bound(state) <= kLayoutCapBytes) return 0;
  std::uint32_t dropped = 0;
  for (; encoded_size(state) > kLayoutCapBytes; ++dropped) {
    if (state.evidence_count > kWeightiest) {
      drop_evidence(state, least_weighty_evidence(state, rules));
    } else if (state.ring_count > 0) {
      std::copy(state.ring.begin() + 1, state.ring.begin() + state.ring_count, state.ring.begin());
      --state.ring_count;
    } else if (state.currency_count > 1) {
      drop_smallest_currency(state);
    } else if (state.channel_count > 0) {
      drop_oldest_channel(state);
    } else if (drop_least_weighty_event_id(state, rules)) {
      continue;
    } else if (state.currency_count > 0) {
      drop_smallest_currency(state);
    } else {
      drop_evidence(state, least_weighty_evidence(state, rules));
    }
  }
  return dropped;
}

}  // namespace pairwatch::relationship
