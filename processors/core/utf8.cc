#include "processors/core/utf8.h"

#include <cstdint>
#include <cstring>

namespace pairwatch {
namespace {

constexpr std::uint64_t kEach = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = kEach * 0x80;

bool is_continuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

/// Length of the well-formed sequence that starts at `at`, 0 where there is none.
std::size_t sequence_length(const unsigned char* at, const unsigned char* end) {
  const auto left = static_cast<std::size_t>(end - at);
  const unsigned char lead = at[0];
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return left >= 2 && is_continuation(at[1]) ? 2 : 0;
  if (lead < 0xf0) {
    if (left < 3 || !is_continuation(at[1]) || !is_continuation(at[2])) return 0;
    if (lead == 0xe0 && at[1] < 0xa0) return 0;   // overlong
    if (lead == 0xed && at[1] >= 0xa0) return 0;  // surrogate
    return 3;
  }
  if (lead > 0xf4 || left < 4 || !is_continuation(at[1]) || !is_continuation(at[2]) || !is_continuation(at[3])) return 0;
  if (lead == 0xf0 && at[1] < 0x90) return 0;   // overlong
  if (lead == 0xf4 && at[1] >= 0x90) return 0;  // above U+10FFFF
  return 4;
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* end = at + bytes.size();
  while (at < end) {
    while (end - at >= 8) {  // runs of ASCII, eight at a time
      std::uint64_t eight;
      std::memcpy(&eight, at, 8);
      if ((eight & kHighBits) != 0) break;
      at += 8;
    }
    if (at == end) break;
    const std::size_t length = sequence_length(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

bool has_control_character(std::string_view bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* end = at + bytes.size();
  // ASCII eight at a time. What a subtraction borrows from a byte above only finds what is looked at again below.
  for (; end - at >= 8; at += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, at, 8);
    const std::uint64_t below_space = eight - kEach * 0x20, del = (eight ^ kEach * 0x7f) - kEach;
    if (((eight | below_space | del) & kHighBits) != 0) break;
  }
  for (; at < end; ++at) {
    if (*at < 0x20 || *at == 0x7f) return true;
    if (*at == 0xc2 && at + 1 < end && at[1] < 0xa0) return true;
  }
  return false;
}

}  // namespace pairwatch
