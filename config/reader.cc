#include "config/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "processors/core/utf8.h"

namespace pairwatch::config {
namespace {

constexpr std::size_t kMaxStringBytes = 4096;

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
// Largest first: what is written takes the first that divides.
constexpr std::array<Unit, 5> kTimeUnits = {{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<Unit, 4> kSizeUnits = {{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}};

/// The scalar's text, or a problem that says what should stand there.
const std::string* scalar(const Node& node, const std::string& key, const std::string& wanted, Problems& problems) {
  if (node.kind == Node::Kind::kScalar) return &node.text;
  problems.push_back({node.place, key, "is " + std::string(kind_name(node.kind)) + "; write " + wanted});
  return nullptr;
}

std::string quoted(const std::string& text) {
  constexpr std::size_t kShown = 40;
  if (text.size() <= kShown) return "`" + text + "`";
  std::size_t cut = kShown;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // not within a character
  return "`" + text.substr(0, cut) + "...`";
}

/// A whole number and its unit; nothing where it is not one, or too large for 64 bits.
template <std::size_t N>
std::optional<std::int64_t> with_unit(std::string_view text, const std::array<Unit, N>& units, bool unit_optional) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  const std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (name.empty() && unit_optional) return count;
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (count > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return count * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t N>
std::string in_units(std::int64_t value, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) return std::to_string(value / unit.factor) + std::string(unit.name);
  }
  return std::to_string(value) + std::string(units.back().name);
}

void tell_out_of_range(const Node& node, const std::string& key, const std::string& least, const std::string& most,
                       Problems& problems) {
  problems.push_back({node.place, key, quoted(node.text) + " is out of range; write " + least + " to " + most});
}

}  // namespace

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull: return "empty";
    case Node::Kind::kScalar: return "a single value";
    case Node::Kind::kList: return "a list";
    case Node::Kind::kMap: return "a map";
  }
  return "empty";
}

bool expect_map(const Node& node, const std::string& key, std::span<const std::string_view> known, Problems& problems) {
  if (node.kind != Node::Kind::kMap) {
    problems.push_back({node.place, key, "is " + std::string(kind_name(node.kind)) + "; write a map (name: value)"});
    return false;
  }
  for (const Entry& entry : node.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    const std::string full = key.empty() ? entry.key : key + "." + entry.key;
    problems.push_back({entry.place, full, "is not known here" + did_you_mean(entry.key, known)});
  }
  return true;
}

std::optional<std::string> read_string(const Node& node, const std::string& key, Problems& problems) {
  const std::string* text = scalar(node, key, "text", problems);
  if (text == nullptr) return std::nullopt;
  if (!node.quoted && is_yaml_boolean_or_null(*text)) {
    problems.push_back({node.place, key, "`" + *text + "` is a boolean or null in YAML, not text; write it in quotes"});
    return std::nullopt;
  }
  if (text->size() > kMaxStringBytes || !is_valid_utf8(*text) || has_control_character(*text)) {
    problems.push_back({node.place, key, "is longer than 4,096 bytes or holds control characters; write one line of plain text"});
    return std::nullopt;
  }
  return *text;
}

std::optional<std::vector<std::string>> read_strings(const Node& node, const std::string& key, Problems& problems) {
  if (node.kind == Node::Kind::kScalar) {
    std::optional<std::string> one = read_string(node, key, problems);
    if (!one) return std::nullopt;
    return std::vector<std::string>{std::move(*one)};
  }
  if (node.kind != Node::Kind::kList) {
    problems.push_back({node.place, key, "is " + std::string(kind_name(node.kind)) + "; write a list of texts"});
    return std::nullopt;
  }
  std::vector<std::string> texts;
  bool all_read = true;
  for (const Node& item : node.items) {
    std::optional<std::string> text = read_string(item, key, problems);
    all_read = all_read && text.has_value();
    if (text) texts.push_back(std::move(*text));
  }
  if (!all_read) return std::nullopt;
  return texts;
}

std::optional<bool> read_boolean(const Node& node, const std::string& key, Problems& problems) {
  const std::string* text = scalar(node, key, "true or false", problems);
  if (text == nullptr) return std::nullopt;
  if (*text == "true" || *text == "on") return true;
  if (*text == "false" || *text == "off") return false;
  problems.push_back({node.place, key, quoted(*text) + " is neither true nor false; write true or false"});
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const Node& node, const std::string& key, std::int64_t least, std::int64_t most,
                                         Problems& problems) {
  const std::string* text = scalar(node, key, "a whole number", problems);
  if (text == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error == std::errc::invalid_argument || stop != end) {
    problems.push_back({node.place, key,
                        quoted(*text) + " is not a whole number; write one from " + std::to_string(least) + " to " +
                            std::to_string(most) + ", without unit or separators"});
    return std::nullopt;
  }
  if (error != std::errc{} || value < least || value > most) {
    tell_out_of_range(node, key, std::to_string(least), std::to_string(most), problems);
    return std::nullopt;
  }
  return value;
}

std::optional<double> read_number(const Node& node, const std::string& key, double least, double most, Problems& problems) {
  const std::string* text = scalar(node, key, "a number", problems);
  if (text == nullptr) return std::nullopt;
  double value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) {
    problems.push_back(
        {node.place, key, quoted(*text) + " is not a number; write one from " + written(least) + " to " + written(most)});
    return std::nullopt;
  }
  if (value < least || value > most) {
    tell_out_of_range(node, key, written(least), written(most), problems);
    return std::nullopt;
  }
  return value;
}

std::optional<Duration> read_duration(const Node& node, const std::string& key, Duration least, Duration most, Problems& problems) {
  const std::string* text = scalar(node, key, "a duration such as " + written(least), problems);
  if (text == nullptr) return std::nullopt;
  const std::optional<std::int64_t> ms = with_unit(*text, kTimeUnits, false);
  if (!ms) {
    problems.push_back(
        {node.place, key,
         quoted(*text) + " is not a duration; write a whole number and its unit (ms, s, m, h, d), such as " + written(least)});
    return std::nullopt;
  }
  if (*ms < least.ms || *ms > most.ms) {
    tell_out_of_range(node, key, written(least), written(most), problems);
    return std::nullopt;
  }
  return Duration{*ms};
}

std::optional<std::int64_t> read_bytes(const Node& node, const std::string& key, std::int64_t least, std::int64_t most,
                                       Problems& problems) {
  const std::string* text = scalar(node, key, "a size such as " + written_bytes(least), problems);
  if (text == nullptr) return std::nullopt;
  const std::optional<std::int64_t> bytes = with_unit(*text, kSizeUnits, true);
  if (!bytes) {
    problems.push_back({node.place, key,
                        quoted(*text) + " is not a size; write a whole number and its unit (KiB, MiB, GiB; none: bytes), such as " +
                            written_bytes(least)});
    return std::nullopt;
  }
  if (*bytes < least || *bytes > most) {
    tell_out_of_range(node, key, written_bytes(least), written_bytes(most), problems);
    return std::nullopt;
  }
  return bytes;
}

std::optional<std::size_t> read_choice(const Node& node, const std::string& key, std::span<const std::string_view> names,
                                       Problems& problems) {
  std::string all;
  for (const std::string_view name : names) all += (all.empty() ? "" : ", ") + std::string(name);
  const std::string* text = scalar(node, key, "one of " + all, problems);
  if (text == nullptr) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const std::string_view meant = nearest(*text, names);
  problems.push_back({node.place, key,
                      quoted(*text) + " is not one of " + all +
                          (meant.empty() ? "; choose one of them" : "; did you mean `" + std::string(meant) + "`?")});
  return std::nullopt;
}

std::string written(Duration value) { return in_units(value.ms, kTimeUnits); }

std::string written_bytes(std::int64_t value) {
  std::string text = in_units(value, kSizeUnits);
  if (!text.ends_with("iB")) text.pop_back();  // plain bytes carry no unit
  return text;
}

std::string written(double value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string(text.data(), end) : std::string();
}

std::string written(const std::string& value) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
           c == '/';
  };
  const bool starts_plain =
      !value.empty() && ((value[0] >= 'a' && value[0] <= 'z') || (value[0] >= 'A' && value[0] <= 'Z') || value[0] == '/');
  if (starts_plain && std::all_of(value.begin(), value.end(), plain) && !is_yaml_boolean_or_null(value)) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

}  // namespace pairwatch::config
