#include "tools/cli/log_sink.h"

#include <algorithm>
#include <ctime>
#include <iterator>
#include <utility>

#include "processors/core/utf8.h"

namespace pairwatch::cli {
namespace {

using Time = std::chrono::system_clock::time_point;

/// 2026-03-01T18:00:00.123Z
std::string as_text(Time time) {
  const std::int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
  const std::string fraction = std::to_string(1000 + ms % 1000);
  return std::string(text, size) + fraction.substr(1) + 'Z';
}

/// Numbers, names of hosts and the like differ from message to message of one kind.
std::string kind_of(spdlog::level::level_enum level, std::string_view text) {
  std::string kind(1, static_cast<char>('0' + level));
  bool in_number = false;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit) kind += c;
    if (is_digit && !in_number) kind += '#';
    in_number = is_digit;
  }
  return kind;
}

/// What stands in one line: control characters, and bytes that are no UTF-8, become `?`; a message of several lines stays one.
std::string in_one_line(std::string_view text) {
  const bool is_text = is_valid_utf8(text);
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') c = ' ';
    if ((byte < 0x20 && byte != '\n') || byte == 0x7f || (!is_text && byte >= 0x80)) c = '?';
  }
  return out;
}

void append_escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
}

}  // namespace

LogSink::LogSink(const config::LoggingConfig& config, Write write, Now now)
    : config_(config), write_(std::move(write)), now_(std::move(now)) {}

void LogSink::sink_it_(const spdlog::details::log_msg& message) {
  const std::string_view text(message.payload.data(), message.payload.size());
  const Time now = now_();
  std::string name = kind_of(message.level, text);
  auto found = kinds_.find(name);
  if (found == kinds_.end()) {
    if (kinds_.size() >= kMostKinds) make_room();
    found = kinds_.emplace(std::move(name), Kind{now, 0, 0, message.level, now, {}}).first;
  }
  Kind& kind = found->second;
  if (now - kind.began >= std::chrono::milliseconds(config_.repeat_interval.ms)) {
    end(kind);
    kind.began = now;
    kind.told = 0;
  }
  if (kind.told < config_.repeat_limit) {
    ++kind.told;
    tell(now, message.level, text, 0);
  } else {
    ++kind.held_back;
    kind.last = text;
    kind.last_at = now;
  }
}

LogSink::Counts LogSink::counts() {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void LogSink::tell_held_back() {
  const std::lock_guard lock(mutex_);
  const Time now = now_();
  for (auto entry = kinds_.begin(); entry != kinds_.end();) {
    const bool is_over = now - entry->second.began >= std::chrono::milliseconds(config_.repeat_interval.ms);
    if (is_over) end(entry->second);
    entry = is_over ? kinds_.erase(entry) : std::next(entry);
  }
}

void LogSink::end(Kind& kind) {
  if (kind.held_back == 0) return;
  tell(kind.last_at, kind.level, kind.last, kind.held_back - 1);
  kind.held_back = 0;
}

void LogSink::make_room() {
  const auto oldest =
      std::min_element(kinds_.begin(), kinds_.end(), [](const auto& a, const auto& b) { return a.second.began < b.second.began; });
  end(oldest->second);
  kinds_.erase(oldest);
}

void LogSink::tell(Time at, spdlog::level::level_enum level, std::string_view text, std::uint64_t others) {
  Count& count = counts_[static_cast<std::size_t>(level)];
  ++count.told;
  count.held_back += others;
  const spdlog::string_view_t name = spdlog::level::to_string_view(level);
  const std::string_view level_name(name.data(), name.size());
  switch (config_.format) {
    case config::LogFormat::kText:
      line_.assign(as_text(at)).append(" ").append(level_name).append(" ").append(in_one_line(text));
      if (others > 0) line_.append(" (").append(std::to_string(others)).append(" more like it were held back)");
      break;
    case config::LogFormat::kJson:
      line_.assign(R"({"time":")").append(as_text(at)).append(R"(","level":")").append(level_name).append(R"(","message":")");
      append_escaped(in_one_line(text), line_);
      line_ += '"';
      if (others > 0) line_.append(R"(,"held_back":)").append(std::to_string(others));
      line_ += '}';
      break;
  }
  line_ += '\n';
  write_(line_);
}

}  // namespace pairwatch::cli
