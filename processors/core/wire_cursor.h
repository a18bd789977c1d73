// A position in protobuf wire bytes. Every read says whether it could; none goes beyond the end.
// Format: https://protobuf.dev/programming-guides/encoding/. What is accepted is what protobuf's generated parsers accept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pairwatch {

/// The low three bits of a tag.
enum WireType : std::uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

constexpr std::uint32_t tag_of(std::uint32_t field_number, WireType type) { return field_number << 3 | type; }
constexpr std::uint32_t field_number_of(std::uint32_t tag) { return tag >> 3; }
constexpr std::uint32_t wire_type_of(std::uint32_t tag) { return tag & 7; }

class WireCursor {
 public:
  WireCursor() = default;
  explicit WireCursor(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool at_end() const { return at_ == end_; }

  /// At most ten bytes; bits above the 64th are dropped.
  bool read_varint(std::uint64_t& value) {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    return read_long_varint<10>(value);
  }

  /// int32, int64, uint32, bool and enumerations: a longer varint is cut to the field's width, as protobuf does.
  template <typename Number>
  bool read_number(Number& value) {
    std::uint64_t varint;
    if (!read_varint(varint)) return false;
    value = static_cast<Number>(varint);
    return true;
  }

  /// At most five bytes, of which 32 bits count; field number 0 is refused.
  bool read_tag(std::uint32_t& tag) {
    std::uint64_t value;
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      value = static_cast<unsigned char>(*at_++);
    } else if (!read_long_varint<5>(value)) {
      return false;
    }
    tag = static_cast<std::uint32_t>(value);
    return field_number_of(tag) != 0;
  }

  /// A length and so many bytes.
  bool read_bytes(std::string_view& bytes) {
    std::uint64_t length;
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      length = static_cast<unsigned char>(*at_++);
    } else if (!read_long_varint<5>(length)) {
      return false;  // five bytes are enough for the two gigabytes that a message may have
    }
    if (length > static_cast<std::size_t>(end_ - at_)) return false;
    bytes = {at_, static_cast<std::size_t>(length)};
    at_ += length;
    return true;
  }

  bool read_message(WireCursor& message) {
    std::string_view bytes;
    if (!read_bytes(bytes)) return false;
    message = WireCursor(bytes);
    return true;
  }

  /// Little-endian.
  template <typename Unsigned>
  bool read_fixed(Unsigned& value) {
    if (static_cast<std::size_t>(end_ - at_) < sizeof(Unsigned)) return false;
    value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
      value |= static_cast<Unsigned>(static_cast<unsigned char>(at_[i])) << (8 * i);
    }
    at_ += sizeof(Unsigned);
    return true;
  }

  /// Passes the value that follows `tag`; a group, its end and the two types that do not exist are refused.
  bool skip(std::uint32_t tag) {
    std::uint64_t number;
    std::uint32_t half;
    std::string_view bytes;
    switch (wire_type_of(tag)) {
      case kVarint: return read_varint(number);
      case kFixed64: return read_fixed(number);
      case kLengthDelimited: return read_bytes(bytes);
      case kFixed32: return read_fixed(half);
    }
    return false;
  }

 private:
  template <int kMaxBytes>
  bool read_long_varint(std::uint64_t& value) {
    value = 0;
    for (int i = 0; i < kMaxBytes && at_ != end_; ++i) {
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= std::uint64_t{byte & 0x7fU} << (7 * i);
      if (byte < 0x80) return true;
    }
    return false;
  }

  const char* at_ = nullptr;
  const char* end_ = nullptr;
};

}  // namespace pairwatch
