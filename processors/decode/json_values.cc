#include "processors/decode/json_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace pairwatch::decode {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// Adds decimal digits to an integer; marks it where they no longer fit.
void add_digits(std::string_view digits, JsonNumber& number) {
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    if (number.magnitude > kMax / 10 || number.magnitude * 10 > kMax - digit) {
      number.is_too_large = true;
      return;
    }
    number.magnitude = number.magnitude * 10 + digit;
  }
}

std::optional<double> double_of(const JsonNumber& number) {
  double value;
  const char* begin = number.text.data();
  if (std::from_chars(begin, begin + number.text.size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

/// Exactly `count` digits at `at`.
std::optional<int> fixed_digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::int32_t nanos_of(std::string_view fraction) {
  std::int32_t nanos = 0;
  for (std::size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return nanos;
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Days since 1970-01-01 in the Gregorian calendar. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int64_t days_since_1970(int year, int month, int day) {
  const int shifted_year = month <= 2 ? year - 1 : year;
  const int era = shifted_year / 400;
  const int year_of_era = shifted_year - era * 400;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return std::int64_t{era} * 146'097 + day_of_era - 719'468;
}

/// Seconds east of UTC; `zone` is `Z` or `+hh:mm`.
std::optional<int> zone_offset(std::string_view zone) {
  if (zone == "Z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const std::optional<int> hours = fixed_digits(zone, 1, 2);
  const std::optional<int> minutes = fixed_digits(zone, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int seconds = *hours * 3600 + *minutes * 60;
  return zone[0] == '+' ? seconds : -seconds;
}

std::optional<std::uint32_t> hex_digits(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    const char low = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      value = value * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (low >= 'a' && low <= 'f') {
      value = value * 16 + static_cast<std::uint32_t>(low - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

char* write_utf8(std::uint32_t code_point, char* to) {
  const auto continuation = [code_point](int shift) { return static_cast<char>(0x80 | ((code_point >> shift) & 0x3f)); };
  if (code_point < 0x80) {
    *to++ = static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    *to++ = static_cast<char>(0xc0 | code_point >> 6);
    *to++ = continuation(0);
  } else if (code_point < 0x10000) {
    *to++ = static_cast<char>(0xe0 | code_point >> 12);
    *to++ = continuation(6);
    *to++ = continuation(0);
  } else {
    *to++ = static_cast<char>(0xf0 | code_point >> 18);
    *to++ = continuation(12);
    *to++ = continuation(6);
    *to++ = continuation(0);
  }
  return to;
}

/// Reads `\uXXXX`, or two of them, whose backslash is at `at`, and moves behind.
std::optional<std::uint32_t> unicode_escape(std::string_view text, std::size_t& at) {
  const std::optional<std::uint32_t> first = hex_digits(text, at + 2);
  if (!first) return std::nullopt;
  at += 6;
  if (*first < 0xd800 || *first > 0xdfff) return first;
  if (*first > 0xdbff || text.substr(at, 2) != "\\u") return std::nullopt;
  const std::optional<std::uint32_t> second = hex_digits(text, at + 2);
  if (!second || *second < 0xdc00 || *second > 0xdfff) return std::nullopt;
  at += 6;
  return 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00);
}

/// What stands for itself after a backslash or names a control character; nothing where neither.
std::optional<char> simple_escape(char c) {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const std::size_t index = kNames.find(c);
  if (index == std::string_view::npos) return std::nullopt;
  return kMeanings[index];
}

using Alphabet = std::array<std::int8_t, 256>;

constexpr Alphabet alphabet_with(char c62, char c63) {
  Alphabet values;
  values.fill(-1);
  constexpr std::string_view kCommon = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (std::size_t i = 0; i < kCommon.size(); ++i) values[static_cast<unsigned char>(kCommon[i])] = static_cast<std::int8_t>(i);
  values[static_cast<unsigned char>(c62)] = 62;
  values[static_cast<unsigned char>(c63)] = 63;
  return values;
}

constexpr Alphabet kStandardAlphabet = alphabet_with('+', '/');
constexpr Alphabet kUrlAlphabet = alphabet_with('-', '_');

}  // namespace

std::optional<JsonNumber> parse_number(std::string_view token) {
  JsonNumber number{.text = token};
  std::size_t at = 0;
  if (at < token.size() && token[at] == '-') {
    number.is_negative = true;
    ++at;
  }
  const std::size_t whole = digits_at(token, at);
  if (whole == 0 || (whole > 1 && token[at] == '0')) return std::nullopt;
  add_digits(token.substr(at, whole), number);
  at += whole;
  number.is_integer = at == token.size();
  if (at < token.size() && token[at] == '.') {
    const std::size_t fraction = digits_at(token, ++at);
    if (fraction == 0) return std::nullopt;
    at += fraction;
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    const std::size_t exponent = digits_at(token, at);
    if (exponent == 0) return std::nullopt;
    at += exponent;
  }
  if (at != token.size()) return std::nullopt;
  return number;
}

std::optional<JsonNumber> parse_quoted_integer(std::string_view text) {
  JsonNumber number{.text = text, .is_integer = true};
  std::size_t at = 0;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    number.is_negative = text[0] == '-';
    at = 1;
  }
  if (at == text.size() || digits_at(text, at) != text.size() - at) return std::nullopt;
  add_digits(text.substr(at), number);
  return number;
}

template <typename Integer>
std::optional<Integer> integer_of(const JsonNumber& number) {
  using Limits = std::numeric_limits<Integer>;
  if (number.is_integer) {
    if (number.is_too_large) return std::nullopt;
    constexpr auto kMax = static_cast<std::uint64_t>(Limits::max());
    constexpr std::uint64_t kMostNegative = Limits::is_signed ? kMax + 1 : 0;
    if (number.magnitude > (number.is_negative ? kMostNegative : kMax)) return std::nullopt;
    return static_cast<Integer>(number.is_negative ? 0 - number.magnitude : number.magnitude);
  }
  const std::optional<double> value = double_of(number);
  constexpr Integer kHalf = Limits::max() / 2 + 1;  // exact as a double, which the largest integer need not be
  constexpr double kBeyond = 2.0 * static_cast<double>(kHalf);
  if (!value || *value < static_cast<double>(Limits::min()) || *value >= kBeyond) return std::nullopt;
  const auto integer = static_cast<Integer>(*value);
  if (static_cast<double>(integer) != *value) return std::nullopt;
  return integer;
}

template std::optional<std::int32_t> integer_of(const JsonNumber&);
template std::optional<std::int64_t> integer_of(const JsonNumber&);
template std::optional<std::uint32_t> integer_of(const JsonNumber&);
template std::optional<std::uint64_t> integer_of(const JsonNumber&);

std::optional<float> float_of(const JsonNumber& number) {
  const std::optional<double> value = double_of(number);
  constexpr double kMax = std::numeric_limits<float>::max();
  if (!value || *value > kMax || *value < -kMax) return std::nullopt;
  return static_cast<float>(*value);
}

std::optional<bool> parse_quoted_bool(std::string_view text) {
  constexpr std::array<std::string_view, 5> kTrue = {"true", "t", "yes", "y", "1"};
  constexpr std::array<std::string_view, 5> kFalse = {"false", "f", "no", "n", "0"};
  const auto is_one_of = [text](const std::array<std::string_view, 5>& words) {
    return std::ranges::any_of(words, [text](std::string_view word) {
      return std::ranges::equal(word, text, [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
    });
  };
  if (is_one_of(kTrue)) return true;
  if (is_one_of(kFalse)) return false;
  return std::nullopt;
}

std::optional<TimestampView> parse_timestamp(std::string_view text) {
  constexpr std::size_t kUpToSeconds = std::string_view("2026-03-01T18:00:00").size();
  if (text.size() <= kUpToSeconds || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const std::optional<int> year = fixed_digits(text, 0, 4);
  const std::optional<int> month = fixed_digits(text, 5, 2);
  const std::optional<int> day = fixed_digits(text, 8, 2);
  const std::optional<int> hour = fixed_digits(text, 11, 2);
  const std::optional<int> minute = fixed_digits(text, 14, 2);
  const std::optional<int> second = fixed_digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*year < 1 || *month < 1 || *month > 12 || *day < 1 || *day > days_in(*year, *month)) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;

  std::size_t at = kUpToSeconds;
  std::int32_t nanos = 0;
  if (text[at] == '.') {
    const std::size_t fraction = digits_at(text, ++at);
    if (fraction == 0) return std::nullopt;
    nanos = nanos_of(text.substr(at, fraction));
    at += fraction;
  }
  const std::optional<int> offset = zone_offset(text.substr(at));
  if (!offset) return std::nullopt;
  const std::int64_t day_seconds = *hour * 3600 + *minute * 60 + *second;
  return TimestampView{
      .seconds = days_since_1970(*year, *month, *day) * 86'400 + day_seconds - *offset, .nanos = nanos, .present = true};
}

std::optional<JsonDuration> parse_duration(std::string_view text, bool& is_too_large) {
  constexpr std::uint64_t kLongest = 315'576'000'000;
  JsonNumber seconds;
  std::size_t at = 0;
  if (!text.empty() && text[0] == '-') {
    seconds.is_negative = true;
    at = 1;
  }
  const std::size_t whole = digits_at(text, at);
  if (whole == 0) return std::nullopt;
  add_digits(text.substr(at, whole), seconds);
  at += whole;
  std::int32_t nanos = 0;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_at(text, ++at);
    if (fraction == 0 || fraction > 9) return std::nullopt;
    nanos = nanos_of(text.substr(at, fraction));
    at += fraction;
  }
  if (text.substr(at) != "s") return std::nullopt;
  is_too_large = seconds.is_too_large || seconds.magnitude > kLongest;
  if (is_too_large) return JsonDuration{};
  const auto magnitude = static_cast<std::int64_t>(seconds.magnitude);
  return seconds.is_negative ? JsonDuration{-magnitude, -nanos} : JsonDuration{magnitude, nanos};
}

std::optional<std::size_t> unescape(std::string_view escaped, char* to) {
  const char* start = to;
  std::size_t at = 0;
  while (at < escaped.size()) {
    const std::size_t backslash = std::min(escaped.find('\\', at), escaped.size());
    to = std::copy(escaped.data() + at, escaped.data() + backslash, to);
    at = backslash;
    if (at == escaped.size()) break;
    if (at + 1 == escaped.size()) return std::nullopt;
    if (escaped[at + 1] == 'u') {
      const std::optional<std::uint32_t> code_point = unicode_escape(escaped, at);
      if (!code_point) return std::nullopt;
      to = write_utf8(*code_point, to);
    } else {
      const std::optional<char> meaning = simple_escape(escaped[at + 1]);
      if (!meaning) return std::nullopt;
      *to++ = *meaning;
      at += 2;
    }
  }
  return static_cast<std::size_t>(to - start);
}

std::optional<std::size_t> decode_base64(std::string_view text, char* to) {
  const std::size_t end = text.find_last_not_of('=') + 1;  // 0 where there is nothing else
  const std::string_view digits = text.substr(0, end);
  const std::size_t padding = text.size() - end;
  if (padding != 0 && (padding > 2 || text.size() % 4 != 0)) return std::nullopt;
  const Alphabet& alphabet = digits.find_first_of("-_") != std::string_view::npos ? kUrlAlphabet : kStandardAlphabet;

  const char* start = to;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const char c : digits) {
    const std::int8_t value = alphabet[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffff;
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      *to++ = static_cast<char>(bits >> bit_count & 0xff);
    }
  }
  const bool has_bits_left = (bits & ((1U << bit_count) - 1)) != 0;
  if (bit_count >= 6 || has_bits_left) return std::nullopt;
  return static_cast<std::size_t>(to - start);
}

}  // namespace pairwatch::decode
