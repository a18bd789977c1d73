// The room that reads what the platform sends: bytes of an InteractionEvent in, an EventView out.
//
//   in         one record of `platform.events`: protobuf or proto3 JSON, as it is, behind the frame of a schema registry, or in a
//              CloudEvent (envelope.h); and its headers.
//   out        every field of the event as views (processors/core/event_view.h), or the first thing wrong with its shape.
//              Whether the values make sense (ids present, times in bounds, scores from 0 to 1) is for intake to judge.
//   remembers  nothing between records. Keeps buffers for JSON, at most nine times DecodeConfig::max_record_bytes. Views live
//              until the next decode: into the record for protobuf, into the buffers for JSON.
//   cost       230 bytes of protobuf: about 0.1 us and 1,700 instructions; the same as 600 bytes of JSON: about 0.6 us. Linear
//              in the record's size; nothing is allocated once the buffers have the size of the largest JSON record.
//   fails      by value, never by exception (but for memory): unrecognised_encoding, malformed_protobuf, malformed_json,
//              nesting_too_deep, invalid_utf8, record_too_large. After a reject the view holds what was read so far and must
//              not be used. A value of the right kind that its field cannot hold is no reject but EventView::misfit.
//   thread     one for each decoder.
//
// Protobuf is read as the generated parser reads it (tests and a fuzzer hold them together): a sub-message that comes twice is
// merged, the last of equal scalars counts, the last member of the oneof counts and clears the others, a known field of another
// wire type is unknown, unknown fields are skipped and counted. One difference: 32 levels of nesting, not 100.
//
// JSON is read as protobuf's JsonStringToMessage reads it with unknown names ignored: names as camelCase or as in the schema,
// enumerators by name or number, numbers as numbers or strings, null as absent, equal names merged, but a oneof or optional
// field set twice, and a label twice in one object, is malformed. Where it differs, it is stricter:
//   - RFC 8259 only: no single quotes, bare names, trailing commas, unknown escapes, raw control characters, vertical tabs
//   - an unknown enumerator's name is a misfit, not zero
//   - timestamps have four-, two-, two-digit dates and two-digit times; durations are digits, a point and digits, "s"; neither
//     may be an object of seconds and nanos
//   - integers are exact: one beyond 64 bits is a misfit, never rounded; so is a fraction, and a float too near to zero for
//     a double; floats in strings are "NaN", "Infinity", "-Infinity" or JSON numbers
//   - 32 levels of nesting, not 100
// and in one thing laxer: values of unknown names must be JSON but may be numbers of any size, and an empty name is unknown.
#pragma once

#include <memory>

#include "processors/core/event_view.h"
#include "processors/decode/config.h"

namespace pairwatch::decode {

/// A decoder of its own buffers. Allocates when the first JSON record comes, and when a larger one than any before does.
std::unique_ptr<EventDecoder> make_decoder(const DecodeConfig& config);

}  // namespace pairwatch::decode
