// What a record's value is, and where in it the event lies: as it is, behind the frame of a Confluent schema registry, or in a
// CloudEvent. The one place to add another.
//
// Confluent's frame (docs.confluent.io, "Wire format"): a zero byte, the schema's id in four bytes, and which message of the schema
// it is, as zig-zag varints: how many numbers, and the numbers; a single zero for the first. The registry is not asked. Taken are
// the first message of a schema and the one that InteractionEvent is in event.proto; another one is left unrecognised.
//
// CloudEvents 1.0 (cloudevents.io): in binary mode the value is the event and `ce_` headers tell of it; in structured mode, with
// the content type application/cloudevents+json, it is the member `data` or, in base64, `data_base64` of one JSON object.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/event_view.h"
#include "processors/decode/config.h"

namespace pairwatch::decode {

enum class Format : std::uint8_t { kProtobuf, kJson, kCloudEvent };

struct Envelope {
  Format format;
  std::string_view payload;  ///< the event alone, a part of the record's value; of kCloudEvent the object around it

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

/// Finds the event in a record; nothing where its encoding cannot be told for certain.
///
/// With Encoding::kAuto a zero byte begins a frame; else the header `content-type` decides where it names a known type; else the
/// first bytes: `{` after white space is JSON, a tag of InteractionEvent is protobuf. A value that could be both (a line feed is
/// also the tag of event_id) is looked through to its end, and left unrecognised if it still could be both. An empty value is
/// unrecognised.
std::optional<Envelope> open_envelope(Encoding encoding, std::string_view value, std::span<const Header> headers);

/// The same of what a structured CloudEvent holds, by its `datacontenttype`, which may be empty. Not another CloudEvent.
std::optional<Envelope> open_cloud_event_data(std::string_view content_type, std::string_view data);

/// Whether a media type, with or without parameters, is one of JSON.
bool is_json_type(std::string_view content_type);

/// Which message of event.proto InteractionEvent is; a test holds it against the descriptor.
inline constexpr int kEventIndex = 13;

}  // namespace pairwatch::decode
