// Protobuf wire bytes, written in place: fields of which the value is the default are left out, as generated classes do.
// Format: https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "processors/core/wire_cursor.h"

namespace pairwatch {

/// Writes from `at` on, into memory that the caller knows to be large enough: a tag of a field number below 2048 takes at most 2
/// bytes, a varint at most 10, text its own and 5, a message its fields and 7.
class WireWriter {
 public:
  explicit WireWriter(char* at) : at_(at) {}

  char* at() const { return at_; }

  void varint(std::uint32_t field_number, std::uint64_t value) {
    if (value != 0) present_varint(field_number, value);
  }
  /// Also where it is the default: of fields that know whether they are there.
  void present_varint(std::uint32_t field_number, std::uint64_t value) {
    put_varint(tag_of(field_number, kVarint));
    put_varint(value);
  }

  template <typename Enum>
  void enumerator(std::uint32_t field_number, Enum value) {
    varint(field_number, static_cast<std::uint64_t>(value));
  }

  void fixed64(std::uint32_t field_number, std::uint64_t value) {
    if (value != 0) present_fixed64(field_number, value);
  }
  void present_fixed64(std::uint32_t field_number, std::uint64_t value) {
    put_varint(tag_of(field_number, kFixed64));
    put_fixed(value);
  }

  void float32(std::uint32_t field_number, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (bits == 0) return;
    put_varint(tag_of(field_number, kFixed32));
    put_fixed(bits);
  }

  void text(std::uint32_t field_number, std::string_view value) {
    if (value.empty()) return;
    put_varint(tag_of(field_number, kLengthDelimited));
    put_varint(value.size());
    std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
  }

  /// A message whose fields `write(*this)` writes; it is there even where it has none.
  template <typename Write>
  void message(std::uint32_t field_number, Write&& write) {
    put_varint(tag_of(field_number, kLengthDelimited));
    char* const length_at = at_++;  // one byte is enough for most
    write(*this);
    const auto length = static_cast<std::size_t>(at_ - length_at - 1);
    const std::size_t length_bytes = length < 0x80 ? 1 : (static_cast<std::size_t>(std::bit_width(length)) + 6) / 7;
    if (length_bytes > 1) std::memmove(length_at + length_bytes, length_at + 1, length);
    at_ = length_at;
    put_varint(length);
    at_ += length;
  }

 private:
  void put_varint(std::uint64_t value) {
    while (value >= 0x80) {
      *at_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at_++ = static_cast<char>(value);
  }

  /// Little-endian, as are the processors that this runs on.
  template <typename Unsigned>
  void put_fixed(Unsigned value) {
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }

  char* at_;
};

}  // namespace pairwatch
