#include "processors/escalation/actor_signals.h"

#include <algorithm>
#include <vector>

#include "processors/core/decay.h"

namespace pairwatch::escalation {
namespace {

using Targets = std::vector<TargetRecord>;

double fan_out_strength(std::uint32_t targets, std::uint32_t responded, const ScattergunRule& rule) {
  const std::uint32_t span = std::max(rule.most_targets, rule.least_targets + 1) - rule.least_targets;
  const std::uint32_t above = std::min(targets - rule.least_targets, span);
  const double strength = 1 + static_cast<double>(above) / span;
  return static_cast<double>(responded) <= rule.low_response_rate * targets ? strength * rule.low_response_factor : strength;
}

/// How many of the contacts from `oldest` to `newest`, both included, had responded by then.
std::uint32_t responded_by(Targets::const_iterator oldest, Targets::const_iterator newest, EventTime time) {
  return static_cast<std::uint32_t>(std::count_if(
      oldest, newest + 1, [&](const TargetRecord& target) { return target.is_stranger_minor() && target.has_responded_by(time); }));
}

double fading(EventTime a, EventTime b, Duration half_life) { return decay(a > b ? a - b : b - a, half_life); }

/// One of the blocks and reports by a minor.
struct Complaint {
  EventTime at;
  std::size_t by = 0;  ///< place of the target
};

std::vector<Complaint> complaints_of(const ActorState& state) {
  std::vector<Complaint> all;
  for (std::size_t i = 0; i < state.targets.size(); ++i) {
    const TargetRecord& target = state.targets[i];
    if (!target.has_complained()) continue;
    all.push_back({target.complained_first_at, i});
    if (target.complained_last_at != target.complained_first_at) all.push_back({target.complained_last_at, i});
  }
  std::sort(all.begin(), all.end(),
            [](const Complaint& a, const Complaint& b) { return a.at != b.at ? a.at < b.at : a.by < b.by; });
  return all;
}

/// One of the first texts to minors.
struct Opening {
  std::uint32_t words = 0;
  EventTime at;
};

/// By words, then time; empty where nowhere are enough alike.
std::vector<Opening> openings_of(const ActorState& state, std::uint32_t least) {
  std::vector<Opening> all;
  for (const TargetRecord& target : state.targets) {
    if (target.has_opening()) all.push_back({target.opening, target.opened_at});
  }
  if (all.size() < least) return {};
  std::sort(all.begin(), all.end(),
            [](const Opening& a, const Opening& b) { return a.words != b.words ? a.words < b.words : a.at < b.at; });
  return all;
}

/// 1 at the least, 2 at the most, in between linear.
double crowd_strength(std::uint32_t count, std::uint32_t least, std::uint32_t most) {
  const std::uint32_t span = std::max(most, least + 1) - least;
  return 1 + static_cast<double>(std::min(count - least, span)) / span;
}

/// Whether one target had so large a share of all by a time.
bool is_most(const ActorState& state, const AttentionSkewRule& rule, std::uint64_t one, std::uint32_t activity, EventTime by) {
  std::uint32_t reached = 1 + state.forgotten_targets;
  double all = static_cast<double>(activity) + static_cast<double>(state.forgotten_targets) * rule.quiet_activity;
  for (const TargetRecord& target : state.targets) {
    if (target.hash == one || target.first_at > by) continue;
    ++reached;
    const BusyTarget* busy = state.find_busy(target.hash);
    all += std::max(busy == nullptr ? 0 : busy->activity_by(by), rule.quiet_activity);
  }
  return reached >= rule.least_targets && activity >= rule.least_share * all;
}

}  // namespace

FanOut fan_out_near(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime at, WindowEnds ends) {
  FanOut best;
  if (state.targets.size() < rule.least_targets) return best;
  std::uint32_t count = 0;
  std::uint32_t responded = 0;  // by `at`
  // Of the window that ends at `newest`; targets are in order of first_at.
  auto oldest = std::upper_bound(state.targets.begin(), state.targets.end(), ends.from - rule.window,
                                 [](EventTime time, const TargetRecord& target) { return time < target.first_at; });
  for (auto newest = oldest; newest != state.targets.end() && newest->first_at <= ends.until; ++newest) {
    if (!newest->is_stranger_minor()) continue;
    ++count;
    if (newest->has_responded_by(at)) ++responded;
    for (; oldest->first_at <= newest->first_at - rule.window || !oldest->is_stranger_minor(); ++oldest) {
      if (!oldest->is_stranger_minor()) continue;
      --count;
      if (oldest->has_responded_by(at)) --responded;
    }
    if (count < std::max(rule.least_targets, 1U) || newest->first_at < ends.from) continue;
    const double faded = fading(at, newest->first_at, half_life);
    if (fan_out_strength(count, 0, rule) * faded < best.strength) continue;  // whoever answered
    const std::uint32_t answers = newest->first_at > at ? responded_by(oldest, newest, newest->first_at) : responded;
    const double strength = fan_out_strength(count, answers, rule) * faded;
    if (strength >= best.strength) best = {strength, count, answers, oldest->first_at, newest->first_at};
  }
  return best;
}

FanOut fan_out(const ActorState& state, const ScattergunRule& rule, Duration half_life, EventTime as_of) {
  return fan_out_near(state, rule, half_life, as_of, {kEarliestEventTime, as_of});
}

Crowd complaints_near(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime at, WindowEnds ends) {
  Crowd best;
  const std::uint32_t least = std::max(rule.least_targets, 1U);
  const auto complained = [](const TargetRecord& target) { return target.has_complained(); };
  if (std::count_if(state.targets.begin(), state.targets.end(), complained) < static_cast<std::ptrdiff_t>(least)) return best;
  const std::vector<Complaint> all = complaints_of(state);
  std::vector<std::uint8_t> within(state.targets.size());  // complaints of each target in the window that ends at `newest`
  std::uint32_t count = 0;                                 // targets with any
  auto oldest = all.begin();
  for (auto newest = all.begin(); newest != all.end() && newest->at <= ends.until; ++newest) {
    if (within[newest->by]++ == 0) ++count;
    for (; oldest->at <= newest->at - rule.window; ++oldest) {
      if (--within[oldest->by] == 0) --count;
    }
    if (count < least || newest->at < ends.from) continue;
    const double strength = (1.0 + (count - least)) * fading(at, newest->at, half_life);
    if (strength >= best.strength) best = {strength, count, oldest->at, newest->at};
  }
  return best;
}

Crowd complaints(const ActorState& state, const BlockedRule& rule, Duration half_life, EventTime as_of) {
  return complaints_near(state, rule, half_life, as_of, {kEarliestEventTime, as_of});
}

Crowd copied_openings_near(const ActorState& state, const CopiedOpeningRule& rule, Duration half_life, EventTime at,
                           WindowEnds ends) {
  Crowd best;
  const std::uint32_t least = std::max(rule.least_targets, 1U);
  const std::vector<Opening> all = openings_of(state, least);
  auto oldest = all.begin();  // of the window that ends at `newest`, within the same words
  for (auto newest = all.begin(); newest != all.end(); ++newest) {
    while (oldest->words != newest->words || oldest->at <= newest->at - rule.window) ++oldest;
    const auto count = static_cast<std::uint32_t>(newest - oldest + 1);
    if (count < least || newest->at < ends.from || newest->at > ends.until) continue;
    const double strength = crowd_strength(count, least, rule.most_targets) * fading(at, newest->at, half_life);
    // Of equally strong ones the latest, so that what the words hash to does not matter.
    if (strength > best.strength || (strength == best.strength && newest->at >= best.last_at)) {
      best = {strength, count, oldest->at, newest->at};
    }
  }
  return best;
}

Attention attention_near(const ActorState& state, const AttentionSkewRule& rule, Duration half_life, std::uint64_t target,
                         EventTime at) {
  Attention best;
  const BusyTarget* busy = state.find_busy(target);
  if (busy == nullptr) return best;
  const auto known =
      std::find_if(state.targets.begin(), state.targets.end(), [&](const TargetRecord& record) { return record.hash == target; });
  for (std::size_t level = 0; level < kActivityLevels; ++level) {
    const EventTime reached = busy->reached[level];
    const std::uint32_t activity = kLeastActivity << level;
    if (reached == kNever || activity < rule.least_activity || !is_most(state, rule, target, activity, reached)) continue;
    const double strength = fading(at, reached, half_life);
    if (strength >= best.strength) best = {strength, activity, known == state.targets.end() ? reached : known->first_at, reached};
  }
  return best;
}

}  // namespace pairwatch::escalation
