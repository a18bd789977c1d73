#include "processors/decode/json_reader.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace pairwatch::decode {
namespace {

constexpr bool is_white_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The characters of a value that is no object or array, and the first of one that is; never empty.
std::string_view token_of(JsonValue& value) {
  std::string_view token = value.raw_json_token();
  while (token.size() > 1 && is_white_space(token.back())) token.remove_suffix(1);
  return token;
}

}  // namespace

bool JsonReader::is_null(JsonValue& value) { return token_of(value) == "null"; }

/// The token between its quotes. Moves simdjson past it: left alone, it would take a colon that follows for a member's.
bool JsonReader::quoted(JsonValue& value, std::string_view token, std::string_view& content) {
  simdjson::ondemand::raw_json_string passed;
  if (token.size() < 2 || value.get_raw_json_string().get(passed) != simdjson::SUCCESS) return false;
  content = token.substr(1, token.size() - 2);
  return !has_escapes_ || without_escapes(content);
}

bool JsonReader::without_escapes(std::string_view& content) {
  if (content.find('\\') == std::string_view::npos) return true;
  const std::optional<std::size_t> size = unescape(content, scratch_);
  if (!size) return false;
  content = {scratch_, *size};
  scratch_ += *size;
  return true;
}

bool JsonReader::text(JsonValue value, std::string_view& view) {
  const std::string_view token = token_of(value);
  if (token.front() == '"') return quoted(value, token, view);
  return token == "null";
}

bool JsonReader::bytes(JsonValue value, std::string_view& view) {
  const std::string_view token = token_of(value);
  if (token.front() != '"') return token == "null";
  std::string_view base64;
  if (!quoted(value, token, base64)) return false;
  const std::optional<std::size_t> size = decode_base64(base64, scratch_);
  if (!size) return false;
  view = {scratch_, *size};
  scratch_ += *size;
  return true;
}

bool JsonReader::boolean(JsonValue value, bool& view) {
  const std::string_view token = token_of(value);
  if (token.front() == '"') {
    std::string_view word;
    if (!quoted(value, token, word)) return false;
    const std::optional<bool> parsed = parse_quoted_bool(word);
    view = parsed.value_or(false);
    return parsed.has_value();
  }
  if (token == "true" || token == "false") {
    view = token == "true";
    return true;
  }
  return token == "null";
}

template <typename Integer>
bool JsonReader::integer(JsonValue value, Integer& view) {
  const std::string_view token = token_of(value);
  if (token == "null") return true;
  std::optional<JsonNumber> number;
  if (token.front() == '"') {
    std::string_view digits;
    if (!quoted(value, token, digits)) return false;
    number = parse_quoted_integer(digits);
    if (number && number->is_negative && std::is_unsigned_v<Integer>) return note_misfit(Reject::kNumberOutOfRange);
  } else {
    number = parse_number(token);
  }
  if (!number) return false;
  const std::optional<Integer> parsed = integer_of<Integer>(*number);
  if (!parsed) return note_misfit(Reject::kNumberOutOfRange);
  view = *parsed;
  return true;
}

template bool JsonReader::integer(JsonValue, std::int32_t&);
template bool JsonReader::integer(JsonValue, std::int64_t&);
template bool JsonReader::integer(JsonValue, std::uint32_t&);
template bool JsonReader::integer(JsonValue, std::uint64_t&);

bool JsonReader::enumerator(JsonValue value, std::span<const std::string_view> names, std::int32_t& view) {
  const std::string_view token = token_of(value);
  if (token == "null") return true;
  view = kNoEnumerator;  // until something better is found
  if (token.front() != '"') return integer(value, view);
  std::string_view name;
  if (!quoted(value, token, name)) return false;
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) {
    view = static_cast<std::int32_t>(found - names.begin());
    return true;
  }
  const std::optional<JsonNumber> number = parse_quoted_integer(name);
  if (!number) return note_misfit(Reject::kUnknownEnumerator);
  const std::optional<std::int32_t> parsed = integer_of<std::int32_t>(*number);
  if (!parsed || *parsed < 0 || static_cast<std::size_t>(*parsed) >= names.size()) return note_misfit(Reject::kUnknownEnumerator);
  view = *parsed;
  return true;
}

bool JsonReader::score(JsonValue value, float& view) {
  std::string_view token = token_of(value);
  if (token == "null") return true;
  if (token.front() == '"') {
    if (!quoted(value, token, token)) return false;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    if (token == "NaN") return view = std::numeric_limits<float>::quiet_NaN(), true;
    if (token == "Infinity") return view = kInfinity, true;
    if (token == "-Infinity") return view = -kInfinity, true;
  }
  const std::optional<JsonNumber> number = parse_number(token);
  if (!number) return false;
  const std::optional<float> parsed = float_of(*number);
  if (!parsed) return note_misfit(Reject::kNumberOutOfRange);
  view = *parsed;
  return true;
}

bool JsonReader::timestamp(JsonValue value, TimestampView& view) {
  const std::string_view token = token_of(value);
  if (token.front() != '"') return token == "null";
  std::string_view content;
  if (!quoted(value, token, content)) return false;
  const std::optional<TimestampView> parsed = parse_timestamp(content);
  if (!parsed) return false;
  view = *parsed;
  return true;
}

bool JsonReader::duration(JsonValue value, JsonDuration& view) {
  const std::string_view token = token_of(value);
  if (token.front() != '"') return token == "null";
  std::string_view content;
  if (!quoted(value, token, content)) return false;
  bool is_too_large = false;
  const std::optional<JsonDuration> parsed = parse_duration(content, is_too_large);
  if (is_too_large) return note_misfit(Reject::kNumberOutOfRange);
  if (!parsed) return false;
  view = *parsed;
  return true;
}

bool JsonReader::ignore(JsonValue value) {
  ++unknown_fields_;
  return walk(value);
}

/// Checks a value that nobody reads. Recursion is bounded by kNestingLimit.
bool JsonReader::walk(JsonValue value) {
  const std::string_view token = token_of(value);
  std::string_view content;
  switch (token.front()) {
    case '{': return object(value, [this](std::string_view, JsonValue member) { return walk(member); });
    case '[': {
      if (level_ >= kNestingLimit) return fail(Reject::kNestingTooDeep);
      simdjson::ondemand::array elements;
      if (value.get_array().get(elements) != simdjson::SUCCESS) return false;
      ++level_;
      for (auto each : elements) {
        JsonValue element;
        if (std::move(each).get(element) != simdjson::SUCCESS || !walk(element)) return false;
      }
      --level_;
      return true;
    }
    case '"': return quoted(value, token, content);
  }
  return token == "true" || token == "false" || token == "null" || parse_number(token).has_value();
}

}  // namespace pairwatch::decode
