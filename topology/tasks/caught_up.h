// When everything that was written before a moment has come through the services above, so that what lies before an offset of each
// input partition is history, and what comes after it is not.
//
// The moment is when the gate was first asked, or a time of the platform's records. What was in the external topics by then is
// followed downwards: once a service's group has committed all of that, the ends of what it writes are how far history goes there,
// and so on to the input in question. This needs no clock, no traffic and no marker, and it is right however partitions drift
// apart. Asked again after a restart it looks anew: a warm-up then lasts until that later moment, which harms nobody.
//
// Cost:   nothing until it is asked; then a few requests a look, until it is known, and nothing after.
// Fails:  an offset that Kafka does not tell is asked for again with the next look.
// Thread: is_over from any; look from one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "topology/graph.h"
#include "topology/tasks/warm_up.h"

namespace pairwatch {

/// A partition of a topic: where it begins and ends. By number from 0.
struct TopicRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// What is asked of Kafka; each answer is empty where there was none.
class PipelineOffsets {
 public:
  virtual ~PipelineOffsets() = default;
  virtual std::optional<std::vector<TopicRange>> ranges(const std::string& topic) = 0;
  /// The first offset of each partition whose record was written at `time_ms` or later; the end where there is none.
  virtual std::optional<std::vector<std::int64_t>> offsets_at(const std::string& topic, std::int64_t time_ms) = 0;
  /// What a service's group has committed of each partition of its input, kNoOffset where nothing.
  virtual std::optional<std::vector<std::int64_t>> committed(Service service, std::size_t partitions) = 0;
};

class CaughtUp final : public WarmUpGate {
 public:
  /// `until_ms`: the time before which everything is history; nullopt: when it is first asked. `wall_ms`: the time now. `offsets`
  /// outlives the gate.
  CaughtUp(const Topology& topology, Service service, std::optional<std::int64_t> until_ms, PipelineOffsets& offsets,
           std::function<std::int64_t()> wall_ms)
      : topology_(topology), service_(service), until_ms_(until_ms), offsets_(offsets), wall_ms_(std::move(wall_ms)) {}

  bool is_over(std::int32_t partition, std::int64_t next_offset) override;
  /// One look at how far the services above have come, where somebody wants to know. What is waited for; empty: nothing.
  std::string look();

 private:
  /// How far history goes in each partition of a topic: kNothing where there is none.
  const std::vector<std::int64_t>* history_of(const std::string& topic);
  std::optional<std::vector<std::int64_t>> history_of_external(const std::string& topic);
  bool has_passed(const ServiceSpec& above, const std::vector<std::int64_t>& history);

  static constexpr std::int64_t kNothing = -1;

  Topology topology_;
  Service service_;
  std::optional<std::int64_t> until_ms_;
  PipelineOffsets& offsets_;
  std::function<std::int64_t()> wall_ms_;
  std::map<std::string, std::vector<std::int64_t>> known_;  ///< by topic; of the looking thread
  std::string waiting_for_;                                 ///< likewise, of the last look
  std::atomic<bool> is_wanted_{false};
  std::mutex mutex_;
  std::optional<std::vector<std::int64_t>> history_;  ///< of the input; guarded by mutex_
};

}  // namespace pairwatch
