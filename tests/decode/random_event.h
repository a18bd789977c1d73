// Random events, made by walking the descriptor, so that new fields take part by themselves.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <limits>
#include <random>
#include <string>

#include "pairwatch/v1/event.pb.h"

namespace pairwatch::decode::test {

class RandomEvents {
 public:
  explicit RandomEvents(std::uint64_t seed) : random_(seed) {}

  v1::InteractionEvent event() {
    v1::InteractionEvent event;
    fill(event);
    return event;
  }

  /// From 0 to `limit` - 1.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  std::string text() {
    static const std::string kPieces[] = {"a",    "which school", " ", "\"",   "\\", "/",      "{",       "\n",
                                          "\x01", "\x7f",         "é", "한국", "😀", "\u2028", "\\u0041", std::string(1, '\0')};
    std::string text;
    for (std::size_t i = below(4) == 0 ? below(40) : below(4); i > 0; --i) text += kPieces[below(std::size(kPieces))];
    return text;
  }

 private:
  using Field = google::protobuf::FieldDescriptor;

  void fill(google::protobuf::Message& message) {
    const auto* type = message.GetDescriptor();
    if (type->full_name() == "google.protobuf.Timestamp") return fill_pair(message, -62'135'596'800, 253'402'300'799, false);
    if (type->full_name() == "google.protobuf.Duration") return fill_pair(message, -315'576'000'000, 315'576'000'000, true);
    for (int i = 0; i < type->field_count(); ++i) {
      if (below(3) != 0) set(message, type->field(i));
    }
  }

  /// Seconds and nanos within what proto3 JSON can write.
  void fill_pair(google::protobuf::Message& message, std::int64_t min, std::int64_t max, bool same_sign) {
    const auto* type = message.GetDescriptor();
    const std::int64_t seconds = below(4) == 0 ? 0 : std::uniform_int_distribution<std::int64_t>(min, max)(random_);
    std::int32_t nanos = below(2) == 0 ? 0 : static_cast<std::int32_t>(below(1'000'000'000));
    if (below(2) == 0) nanos = nanos / 1'000'000 * 1'000'000;
    if (same_sign && seconds < 0) nanos = -nanos;
    message.GetReflection()->SetInt64(&message, type->FindFieldByName("seconds"), seconds);
    message.GetReflection()->SetInt32(&message, type->FindFieldByName("nanos"), nanos);
  }

  template <typename Integer>
  Integer integer() {
    switch (below(4)) {
      case 0: return static_cast<Integer>(below(200));
      case 1: return std::numeric_limits<Integer>::max();
      case 2: return std::numeric_limits<Integer>::min();
      default: return static_cast<Integer>(random_());
    }
  }

  float score() {
    constexpr float kLimits[] = {0,
                                 -0.0F,
                                 1,
                                 std::numeric_limits<float>::max(),
                                 std::numeric_limits<float>::denorm_min(),
                                 std::numeric_limits<float>::infinity(),
                                 std::numeric_limits<float>::quiet_NaN()};
    if (below(3) == 0) return kLimits[below(std::size(kLimits))];
    return static_cast<float>(static_cast<double>(random_()) / 18446744073709551616.0);
  }

  void set(google::protobuf::Message& message, const Field* field) {
    const auto* reflection = message.GetReflection();
    if (field->is_map()) {
      for (std::size_t i = below(5); i > 0; --i) fill_entry(*reflection->AddMessage(&message, field), field);
      return;
    }
    switch (field->cpp_type()) {
      case Field::CPPTYPE_INT32: return reflection->SetInt32(&message, field, integer<std::int32_t>());
      case Field::CPPTYPE_INT64: return reflection->SetInt64(&message, field, integer<std::int64_t>());
      case Field::CPPTYPE_UINT32: return reflection->SetUInt32(&message, field, integer<std::uint32_t>());
      case Field::CPPTYPE_UINT64: return reflection->SetUInt64(&message, field, integer<std::uint64_t>());
      case Field::CPPTYPE_DOUBLE: return reflection->SetDouble(&message, field, static_cast<double>(score()));
      case Field::CPPTYPE_FLOAT: return reflection->SetFloat(&message, field, score());
      case Field::CPPTYPE_BOOL: return reflection->SetBool(&message, field, below(2) == 0);
      case Field::CPPTYPE_ENUM:
        return reflection->SetEnumValue(&message, field, below(8) == 0 ? integer<std::int32_t>() : static_cast<int>(below(8)));
      case Field::CPPTYPE_STRING:
        return reflection->SetString(&message, field, field->type() == Field::TYPE_BYTES ? bytes() : text());
      case Field::CPPTYPE_MESSAGE: return fill(*reflection->MutableMessage(&message, field));
    }
  }

  /// Keys differ, because a map holds each once.
  void fill_entry(google::protobuf::Message& entry, const Field* field) {
    const auto* key = field->message_type()->map_key();
    entry.GetReflection()->SetString(&entry, key, text() + std::to_string(++key_count_));
    set(entry, field->message_type()->map_value());
  }

  std::string bytes() {
    std::string bytes;
    for (std::size_t i = below(20); i > 0; --i) bytes += static_cast<char>(below(256));
    return bytes;
  }

  std::mt19937_64 random_;
  int key_count_ = 0;
};

}  // namespace pairwatch::decode::test
