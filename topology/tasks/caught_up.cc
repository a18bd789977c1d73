#include "topology/tasks/caught_up.h"

#include <algorithm>
#include <utility>

#include "topology/broker.h"

namespace pairwatch {
namespace {

std::vector<std::int64_t> ends_of(const std::vector<TopicRange>& ranges, std::int64_t nothing) {
  std::vector<std::int64_t> ends;
  for (const TopicRange& range : ranges) ends.push_back(range.end > range.begin ? range.end : nothing);
  return ends;
}

}  // namespace

bool CaughtUp::is_over(std::int32_t partition, std::int64_t next_offset) {
  const std::lock_guard guard(mutex_);
  if (!history_) {
    is_wanted_ = true;
    return false;
  }
  const auto number = static_cast<std::size_t>(partition);
  return number >= history_->size() || next_offset >= (*history_)[number];
}

std::string CaughtUp::look() {
  if (!is_wanted_) return {};
  waiting_for_ = "an answer from Kafka";
  const std::vector<std::int64_t>* history = history_of(topology_.service(service_).input);
  if (history == nullptr) return waiting_for_;
  const std::lock_guard guard(mutex_);
  history_ = *history;
  is_wanted_ = false;
  return {};
}

const std::vector<std::int64_t>* CaughtUp::history_of(const std::string& topic) {
  if (const auto found = known_.find(topic); found != known_.end()) return &found->second;
  std::optional<std::vector<std::int64_t>> history;
  const TopicSpec* spec = topology_.topic(topic);
  if (spec != nullptr && spec->external) {
    history = history_of_external(topic);
  } else {
    // All of them at once: what a service has written stands before the ends that are asked for after it has passed.
    for (const ServiceSpec& above : topology_.services) {
      const auto writes = [&](const OutputSpec& output) { return output.topic == topic; };
      if (std::none_of(above.outputs.begin(), above.outputs.end(), writes)) continue;
      const std::vector<std::int64_t>* before = history_of(above.input);
      if (before == nullptr || !has_passed(above, *before)) return nullptr;
    }
    if (const auto ranges = offsets_.ranges(topic)) history = ends_of(*ranges, kNothing);
  }
  if (!history) return nullptr;
  return &known_.emplace(topic, std::move(*history)).first->second;
}

std::optional<std::vector<std::int64_t>> CaughtUp::history_of_external(const std::string& topic) {
  const auto ranges = offsets_.ranges(topic);
  if (!ranges) return {};
  if (!until_ms_) return ends_of(*ranges, kNothing);
  if (wall_ms_() < *until_ms_) {
    waiting_for_ = "the time that warm_up names";
    return {};
  }
  auto history = offsets_.offsets_at(topic, *until_ms_);
  if (!history) return {};
  for (std::size_t i = 0; i < history->size(); ++i) {
    if (i < ranges->size() && (*history)[i] <= (*ranges)[i].begin) (*history)[i] = kNothing;
  }
  return history;
}

bool CaughtUp::has_passed(const ServiceSpec& above, const std::vector<std::int64_t>& history) {
  if (std::all_of(history.begin(), history.end(), [](std::int64_t end) { return end == kNothing; })) return true;
  const auto committed = offsets_.committed(above.service, history.size());
  if (!committed) return false;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i] == kNothing || (i < committed->size() && (*committed)[i] >= history[i])) continue;
    const std::int64_t at = i < committed->size() ? (*committed)[i] : kNothing;
    waiting_for_ = std::string(service_name(above.service)) + " to read " + above.input + '/' + std::to_string(i) +
                   " up to offset " + std::to_string(history[i]) +
                   (at < 0 ? "; it has committed nothing: does it run?" : "; it is at " + std::to_string(at));
    return false;
  }
  return true;
}

}  // namespace pairwatch
