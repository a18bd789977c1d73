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

std::string_view without_parameters(std::string_view content_type) {
  return trimmed(content_type.substr(0, content_type.find(';')));
}

/// The media type of a record without its parameters; empty where no header names one.
std::string_view media_type_of(std::span<const Header> headers) {
  for (const Header& header : headers) {
    if (equals_ignoring_case(header.name, "content-type")) return without_parameters(header.value);
  }
  return {};
}

bool has_header(std::span<const Header> headers, std::string_view name) {
  return std::ranges::any_of(headers, [name](const Header& header) { return equals_ignoring_case(header.name, name); });
}

constexpr std::string_view kStructuredType = "application/cloudevents+json";
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

std::optional<Format> format_of(std::string_view value, std::string_view type) {
  if (is_one_of(kJsonTypes, type)) return Format::kJson;
  if (is_one_of(kProtobufTypes, type)) return Format::kProtobuf;
  if (equals_ignoring_case(type, kStructuredType)) return Format::kCloudEvent;
  if (starts_ignoring_case(type, "application/cloudevents")) return std::nullopt;  // a batch, or Avro
  return format_by_first_bytes(value);
}

bool is_framed(std::string_view value) { return value.starts_with('\0'); }

std::optional<Envelope> behind_frame(std::string_view value) {
  constexpr std::size_t kMessageAt = 5;  // behind the zero and the id
  constexpr char kOneNumber = 2;         // zig-zag, as the number itself
  constexpr char kEvent = 2 * kEventIndex;
  if (!is_framed(value) || value.size() <= kMessageAt) return std::nullopt;
  if (value[kMessageAt] == 0) return Envelope{Format::kProtobuf, value.substr(kMessageAt + 1)};
  if (value[kMessageAt] != kOneNumber || value.size() == kMessageAt + 1) return std::nullopt;
  if (const char message = value[kMessageAt + 1]; message != 0 && message != kEvent) return std::nullopt;
  return Envelope{Format::kProtobuf, value.substr(kMessageAt + 2)};
}

std::optional<Envelope> recognise(std::string_view value, std::string_view type) {
  if (is_framed(value)) return behind_frame(value);
  const std::optional<Format> format = format_of(value, type);
  if (!format) return std::nullopt;
  return Envelope{*format, value};
}

}  // namespace

std::optional<Envelope> open_envelope(Encoding encoding, std::string_view value, std::span<const Header> headers) {
  switch (encoding) {
    case Encoding::kAuto: return recognise(value, media_type_of(headers));
    case Encoding::kProtobuf: return Envelope{Format::kProtobuf, value};
    case Encoding::kJson: return Envelope{Format::kJson, value};
    case Encoding::kConfluent: return behind_frame(value);
    case Encoding::kCloudEvents: {
      const std::string_view type = media_type_of(headers);
      const bool is_one = equals_ignoring_case(type, kStructuredType) || has_header(headers, "ce_specversion");
      return is_one ? recognise(value, type) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Envelope> open_cloud_event_data(std::string_view content_type, std::string_view data) {
  const std::optional<Envelope> envelope = recognise(data, without_parameters(content_type));
  return envelope && envelope->format == Format::kCloudEvent ? std::nullopt : envelope;
}

bool is_json_type(std::string_view content_type) { return is_one_of(kJsonTypes, without_parameters(content_type)); }

}  // namespace pairwatch::decode
