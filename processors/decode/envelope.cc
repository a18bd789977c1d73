#include "processors/decode/envelope.h"

#include <algorithm>

#include "processors/decode/wire_shape.h"

namespace pairwatch::decode {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\r";  // RFC 8259

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_ignoring_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equals_ignoring_case(text.substr(0, start.size()), start);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

/// The media type of a record without its parameters; empty where no header names one.
std::string_view media_type_of(std::span<const Header> headers) {
  for (const Header& header : headers) {
    if (equals_ignoring_case(header.name, "content-type")) return trimmed(header.value.substr(0, header.value.find(';')));
  }
  return {};
}

constexpr std::string_view kJsonTypes[] = {"application/json", "text/json", "application/x-ndjson"};
constexpr std::string_view kProtobufTypes[] = {"application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf"};

bool is_one_of(std::span<const std::string_view> types, std::string_view type) {
  return std::ranges::any_of(types, [type](std::string_view each) { return equals_ignoring_case(each, type); });
}

/// Whether it begins and ends as a JSON object does.
bool has_shape_of_json_object(std::string_view value) {
  const std::string_view object = trimmed(value);
  if (object.size() < 2 || object.front() != '{' || object.back() != '}') return false;
  const std::string_view inside = trimmed(object.substr(1));
  return inside.front() == '"' || inside.front() == '}';
}

std::optional<Format> format_by_first_bytes(std::string_view value) {
  const std::size_t first = value.find_first_not_of(kWhiteSpace);
  const bool may_be_json = first != std::string_view::npos && value[first] == '{';
  const bool may_be_protobuf = starts_with_event_tag(value);
  if (may_be_json && may_be_protobuf) {
    const bool is_json = has_shape_of_json_object(value);
    const bool is_protobuf = has_shape_of_event(value);
    if (is_json == is_protobuf) return std::nullopt;
    return is_json ? Format::kJson : Format::kProtobuf;
  }
  if (may_be_json) return Format::kJson;
  if (may_be_protobuf) return Format::kProtobuf;
  return std::nullopt;
}

std::optional<Format> recognise(std::string_view value, std::span<const Header> headers) {
  const std::string_view type = media_type_of(headers);
  if (!type.empty()) {
    if (is_one_of(kJsonTypes, type)) return Format::kJson;
    if (is_one_of(kProtobufTypes, type)) return Format::kProtobuf;
    if (starts_ignoring_case(type, "application/cloudevents")) return std::nullopt;  // the event lies inside another object
  }
  return format_by_first_bytes(value);
}

}  // namespace

std::optional<Envelope> open_envelope(Encoding encoding, std::string_view value, std::span<const Header> headers) {
  std::optional<Format> format;
  switch (encoding) {
    case Encoding::kAuto: format = recognise(value, headers); break;
    case Encoding::kProtobuf: format = Format::kProtobuf; break;
    case Encoding::kJson: format = Format::kJson; break;
  }
  if (!format) return std::nullopt;
  return Envelope{*format, value};
}

}  // namespace pairwatch::decode
