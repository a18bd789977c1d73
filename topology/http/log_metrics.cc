#include "topology/http/log_metrics.h"

namespace pairwatch::http {
namespace {

constexpr std::array<const char*, LogMetrics::kLevelCount> kNames = {"debug", "info", "warning", "error"};

void reach(prometheus::Counter& cell, std::uint64_t count) {
  const double more = static_cast<double>(count) - cell.Value();
  if (more > 0) cell.Increment(more);
}

}  // namespace

LogMetrics::LogMetrics(prometheus::Registry& registry) {
  auto& messages = prometheus::BuildCounter()
                       .Name("pairwatch_log_messages_total")
                       .Help("Messages of the log, told or held back because they repeat.")
                       .Register(registry);
  for (std::size_t i = 0; i < kLevelCount; ++i) {
    cells_[i] = {&messages.Add({{"level", kNames[i]}, {"outcome", "told"}}),
                 &messages.Add({{"level", kNames[i]}, {"outcome", "held_back"}})};
  }
}

void LogMetrics::reached(Level level, std::uint64_t told, std::uint64_t held_back) {
  const Cells& cells = cells_[static_cast<std::size_t>(level)];
  reach(*cells.told, told);
  reach(*cells.held_back, held_back);
}

}  // namespace pairwatch::http
