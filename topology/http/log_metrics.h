// How many messages the log told and held back, as a metric.
//
// Remembers: one counter for each level and outcome, all at zero from the start.
// Thread:    one that counts; any that reads.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>

namespace pairwatch::http {

class LogMetrics {
 public:
  enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };
  static constexpr std::size_t kLevelCount = 4;

  /// `registry` outlives it.
  explicit LogMetrics(prometheus::Registry& registry);

  /// How many of a level there were since the start; never fewer than the last time.
  void reached(Level level, std::uint64_t told, std::uint64_t held_back);

 private:
  struct Cells {
    prometheus::Counter* told = nullptr;
    prometheus::Counter* held_back = nullptr;
  };
  std::array<Cells, kLevelCount> cells_{};
};

}  // namespace pairwatch::http
