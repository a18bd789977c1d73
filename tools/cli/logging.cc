#include "tools/cli/logging.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "tools/cli/log_sink.h"

namespace pairwatch::cli {
namespace {

using Level = spdlog::level::level_enum;

/// From the least told to the most.
constexpr std::array kLevels = {Level::err, Level::warn, Level::info, Level::debug};

Level level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::kDebug: return Level::debug;
    case config::LogLevel::kInfo: return Level::info;
    case config::LogLevel::kWarning: return Level::warn;
    case config::LogLevel::kError: return Level::err;
  }
  return Level::info;
}

std::shared_ptr<LogSink>& the_sink() {
  static std::shared_ptr<LogSink> sink;
  return sink;
}

void step_level(int step) {
  const auto at = std::find(kLevels.begin(), kLevels.end(), spdlog::default_logger()->level()) - kLevels.begin();
  const auto next = std::clamp<std::ptrdiff_t>(at + step, 0, std::ssize(kLevels) - 1);
  const Level level = kLevels[static_cast<std::size_t>(next)];
  spdlog::default_logger()->set_level(level);
  const spdlog::string_view_t name = spdlog::level::to_string_view(level);
  spdlog::log(std::max(level, Level::info), "from now on the log tells {} and what is worse",
              std::string_view(name.data(), name.size()));
}

}  // namespace

void start_logging(const config::LoggingConfig& config) {
  the_sink() = std::make_shared<LogSink>(config, [](std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
  });
  auto logger = std::make_shared<spdlog::logger>("pairwatch", the_sink());
  logger->set_level(level_of(config.level));
  spdlog::set_default_logger(std::move(logger));
}

void tell_held_back_logs() {
  if (the_sink()) the_sink()->tell_held_back();
}

void count_logs(http::LogMetrics& metrics) {
  if (!the_sink()) return;
  const LogSink::Counts counts = the_sink()->counts();
  constexpr std::array kNamed = {
      std::pair{Level::debug, http::LogMetrics::Level::kDebug}, std::pair{Level::info, http::LogMetrics::Level::kInfo},
      std::pair{Level::warn, http::LogMetrics::Level::kWarning}, std::pair{Level::err, http::LogMetrics::Level::kError}};
  for (const auto& [level, named] : kNamed) {
    const LogSink::Count& count = counts[static_cast<std::size_t>(level)];
    metrics.reached(named, count.told, count.held_back);
  }
}

void log_more() { step_level(1); }
void log_less() { step_level(-1); }

}  // namespace pairwatch::cli
