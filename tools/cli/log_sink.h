// Where the log of a service goes: one line each on standard error, as text or as one JSON object, repeats held back.
//
// In:        messages of any thread. Two are of one kind when they differ in their digits only.
// Out:       of each kind at most `repeat_limit` lines in `repeat_interval`. What is held back is counted, and told once the
//            interval is over: its last message with the number of others. So what is told and what it counts add up to what was
//            said.
// Remembers: kMostKinds kinds; the one whose interval began first makes room for another, and is told then.
// Fails:     never; a line that standard error does not take is lost.
// Thread:    any.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace pairwatch::cli {

class LogSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  static constexpr std::size_t kMostKinds = 256;
  using Now = std::function<std::chrono::system_clock::time_point()>;
  using Write = std::function<void(std::string_view line)>;

  /// `write` gets whole lines, their end included, one at a time.
  LogSink(const config::LoggingConfig& config, Write write, Now now = [] { return std::chrono::system_clock::now(); });

  /// Messages of one level since the start: lines told, and those of which only the number was. Each counts once it is one of them.
  struct Count {
    std::uint64_t told = 0;
    std::uint64_t held_back = 0;
  };
  using Counts = std::array<Count, spdlog::level::n_levels>;
  Counts counts();

  /// Tells what is held back of kinds whose interval is over. From time to time: a kind may never come again.
  void tell_held_back();

 private:
  struct Kind {
    std::chrono::system_clock::time_point began;
    std::uint64_t told = 0;
    std::uint64_t held_back = 0;
    spdlog::level::level_enum level = spdlog::level::info;
    std::chrono::system_clock::time_point last_at;
    std::string last;  ///< of those held back
  };

  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}
  void set_pattern_(const std::string&) override {}
  void set_formatter_(std::unique_ptr<spdlog::formatter>) override {}

  void end(Kind& kind);
  void make_room();
  void tell(std::chrono::system_clock::time_point at, spdlog::level::level_enum level, std::string_view text, std::uint64_t others);

  config::LoggingConfig config_;
  Write write_;
  Now now_;
  std::map<std::string, Kind> kinds_;  ///< guarded by base_sink's mutex
  std::string line_;                   ///< likewise
  Counts counts_{};                    ///< likewise
};

}  // namespace pairwatch::cli
