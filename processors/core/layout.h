// Stored bytes: little-endian and varints, written and read without surprises. Used by the rooms' state layouts.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pairwatch {

static_assert(std::endian::native == std::endian::little,
              "stored layouts are copied as they are; another machine needs byte swaps here");

/// Appends to a string.
class LayoutWriter {
 public:
  explicit LayoutWriter(std::string& out) : out_(out) {}

  template <typename T>
  void fixed(T value) {
    static_assert(std::is_arithmetic_v<T>);
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out_.append(bytes, sizeof(T));
  }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  /// Small numbers of either sign.
  void signed_varint(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  /// Length and bytes.
  void bytes(std::string_view value) {
    varint(value.size());
    out_.append(value);
  }
  std::size_t size() const { return out_.size(); }

 private:
  std::string& out_;
};

/// Reads what LayoutWriter wrote. Past the end or on a bad varint, ok() turns false and every read gives zero.
class LayoutReader {
 public:
  explicit LayoutReader(std::string_view in) : next_(in.data()), end_(in.data() + in.size()) {}

  template <typename T>
  T fixed() {
    static_assert(std::is_arithmetic_v<T>);
    T value{};
    if (static_cast<std::size_t>(end_ - next_) < sizeof(T)) return fail(), value;
    std::memcpy(&value, next_, sizeof(T));
    next_ += sizeof(T);
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && next_ < end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*next_++);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  std::int64_t signed_varint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  std::string_view bytes() {
    const std::uint64_t size = varint();
    if (static_cast<std::uint64_t>(end_ - next_) < size) return fail(), std::string_view{};
    const std::string_view value(next_, size);
    next_ += size;
    return value;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return next_ == end_; }

 private:
  void fail() {
    ok_ = false;
    next_ = end_;
  }
  const char* next_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace pairwatch
