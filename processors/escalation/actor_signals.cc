#include "processors/escalation/actor_signals.h"

#include <algorithm>
#include <vector>

#include "processors/core/decay.h"

namespace pairwatch::escalation {
namespace {

bool is_stranger_contact(const TargetRecord& target) {
  return target.has(TargetMark::kContacted) && target.has(TargetMark::kStranger) && target.has(TargetMark::kMinor);
}

bool has_responded(const TargetRecord& target) { return target.has(TargetMark::kReplied) || target.has(TargetMark::kAccepted); }

double fan_out_strength(std::uint32_t targets, std::uint32_t responded, const ScattergunRule& rule) {
  const std::uint32_t span = std::max(rule.most_targets, rule.least_targets + 1) - rule.least_targets;
  const std::uint32_t above = std::min(targets - rule.least_targets, span);
  const double strength = 1 + static_cast<double>(above) / span;
  return static_cast<double>(responded) <= rule.low_response_rate * targets ? strength * rule.low_response_factor : strength;
}

}  // namespace

FanOut fan_out(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime now) {
  FanOut best;
  if (state.targets.size() < rule.least_targets) return best;
  std::uint32_t count = 0;
  std::uint32_t responded = 0;
  auto oldest = state.targets.begin();  // of the window that ends at `newest`; targets are in order of first_at
  for (auto newest = state.targets.begin(); newest != state.targets.end(); ++newest) {
    if (!is_stranger_contact(*newest)) continue;
    ++count;
    if (has_responded(*newest)) ++responded;
    for (; oldest->first_at <= newest->first_at - rule.window || !is_stranger_contact(*oldest); ++oldest) {
      if (!is_stranger_contact(*oldest)) continue;
      --count;
      if (has_responded(*oldest)) --responded;
    }
    if (count < rule.least_targets) continue;
    const double strength = fan_out_strength(count, responded, rule) * decay(now - newest->first_at, half_life);
    if (strength >= best.strength) best = {strength, count, responded, oldest->first_at, newest->first_at};
  }
  return best;
}

Complaints complaints(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime now) {
  Complaints best;
  const auto complained = [](const TargetRecord& target) { return target.marked_at != kNever && target.has(TargetMark::kMinor); };
  if (std::count_if(state.targets.begin(), state.targets.end(), complained) < static_cast<std::ptrdiff_t>(rule.least_targets))
    return best;
  std::vector<EventTime> times;
  for (const TargetRecord& target : state.targets) {
    if (complained(target)) times.push_back(target.marked_at);
  }
  std::sort(times.begin(), times.end());
  std::size_t oldest = 0;
  for (std::size_t newest = 0; newest < times.size(); ++newest) {
    while (times[oldest] <= times[newest] - rule.window) ++oldest;
    const auto count = static_cast<std::uint32_t>(newest - oldest + 1);
    if (count < std::max(rule.least_targets, 1U)) continue;
    const double strength = (1.0 + (count - rule.least_targets)) * decay(now - times[newest], half_life);
    if (strength >= best.strength) best = {strength, count, times[oldest], times[newest]};
  }
  return best;
}

}  // namespace pairwatch::escalation
