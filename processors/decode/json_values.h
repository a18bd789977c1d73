// Values of proto3 JSON as they are written inside a document: numbers, times, bytes, text with escapes. Pure functions over
// text that is valid UTF-8. Mapping: https://protobuf.dev/programming-guides/json/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/event_view.h"

namespace pairwatch::decode {

/// A JSON number: its text is known to be well-formed.
struct JsonNumber {
  std::string_view text;
  bool is_integer = false;  ///< neither fraction nor exponent
  bool is_negative = false;
  bool is_too_large = false;    ///< an integer of more than 64 bits
  std::uint64_t magnitude = 0;  ///< of an integer that is not too large
};

/// Reads the whole of `token` by the grammar of RFC 8259, section 6.
std::optional<JsonNumber> parse_number(std::string_view token);

/// Reads an integer inside a string: digits with or without a sign, zeros in front allowed, as protobuf allows.
std::optional<JsonNumber> parse_quoted_integer(std::string_view text);

/// The value as one of int32, int64, uint32, uint64; nothing where it is not an integer or does not fit.
template <typename Integer>
std::optional<Integer> integer_of(const JsonNumber& number);

/// The value as a float; nothing where it exceeds the range of float, or is too near to zero for a double.
std::optional<float> float_of(const JsonNumber& number);

/// `true` and `false`, and what else protobuf takes in a string: t, yes, y, 1, f, no, n, 0, in any case.
std::optional<bool> parse_quoted_bool(std::string_view text);

/// RFC 3339 as `2026-03-01T18:00:00.5Z` or with an offset as `+01:00`, years 1 to 9999; digits after the ninth of the fraction
/// are dropped.
std::optional<TimestampView> parse_timestamp(std::string_view text);

/// Seconds and nanoseconds of one sign.
struct JsonDuration {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};

/// Digits, with or without a minus in front and one to nine digits of fraction, then `s`. `is_too_large` says of a well-formed
/// one that is longer than 10,000 years (https://protobuf.dev/reference/protobuf/google.protobuf/#duration).
std::optional<JsonDuration> parse_duration(std::string_view text, bool& is_too_large);

/// Undoes the escapes of a JSON string (the quotes are not part of it) into `to`, which has room for as many bytes.
/// Returns the number of bytes written; nothing where an escape is unknown or a surrogate stands alone.
std::optional<std::size_t> unescape(std::string_view escaped, char* to);

/// Decodes base64 (RFC 4648) of either alphabet, with or without padding, into `to`, which has room for as many bytes.
/// Returns the number of bytes written; nothing where the alphabets are mixed, bits are left over or padding is short.
std::optional<std::size_t> decode_base64(std::string_view text, char* to);

}  // namespace pairwatch::decode
