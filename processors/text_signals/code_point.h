// One code point in and out of UTF-8.
#pragma once

#include <cstddef>

namespace pairwatch::text_signals {

struct DecodedCodePoint {
  char32_t value;
  std::size_t length;  ///< bytes read, 1 to 4
};

/// The code point at `at`, which is before `end`. Text is checked before it comes here; what is malformed all the same is read as
/// U+FFFD, one byte long, so that nothing is ever read beyond `end`.
inline DecodedCodePoint decode_code_point(const char* at, const char* end) {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const auto tail = [&](std::size_t i) { return static_cast<char32_t>(byte(i) & 0x3f); };
  const auto left = static_cast<std::size_t>(end - at);
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xc2 && lead < 0xe0 && left >= 2) return {static_cast<char32_t>(lead & 0x1f) << 6 | tail(1), 2};
  if (lead >= 0xe0 && lead < 0xf0 && left >= 3) return {static_cast<char32_t>(lead & 0x0f) << 12 | tail(1) << 6 | tail(2), 3};
  if (lead >= 0xf0 && lead < 0xf5 && left >= 4) {
    return {static_cast<char32_t>(lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4};
  }
  return {0xfffd, 1};
}

/// Writes `code_point` at `out` and returns the end, at most four bytes further.
inline char* encode_code_point(char32_t code_point, char* out) {
  const auto tail = [code_point](unsigned shift) { return static_cast<char>(0x80 | ((code_point >> shift) & 0x3f)); };
  if (code_point < 0x80) {
    *out++ = static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    *out++ = static_cast<char>(0xc0 | code_point >> 6);
    *out++ = tail(0);
  } else if (code_point < 0x10000) {
    *out++ = static_cast<char>(0xe0 | code_point >> 12);
    *out++ = tail(6);
    *out++ = tail(0);
  } else {
    *out++ = static_cast<char>(0xf0 | ((code_point >> 18) & 0x07));
    *out++ = tail(12);
    *out++ = tail(6);
    *out++ = tail(0);
  }
  return out;
}

/// Bytes of the code point that starts with `lead`.
inline std::size_t length_by_lead(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

}  // namespace pairwatch::text_signals
