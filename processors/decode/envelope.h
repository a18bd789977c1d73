// What a record's value is, and where in it the event lies. The one place to add a framing: Confluent's magic byte and schema
// id, CloudEvents structured or binary.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/event_view.h"
#include "processors/decode/config.h"

namespace pairwatch::decode {

enum class Format : std::uint8_t { kProtobuf, kJson };

struct Envelope {
  Format format;
  std::string_view payload;  ///< the event alone, a part of the record's value
};

/// Finds the event in a record; nothing where its encoding cannot be told for certain.
///
/// With Encoding::kAuto the header `content-type` decides where it names a known type; else the first bytes: `{` after white
/// space is JSON, a tag of InteractionEvent is protobuf. A value that could be both (a line feed is also the tag of event_id)
/// is looked through to its end, and left unrecognised if it still could be both. An empty value is unrecognised.
std::optional<Envelope> open_envelope(Encoding encoding, std::string_view value, std::span<const Header> headers);

}  // namespace pairwatch::decode
