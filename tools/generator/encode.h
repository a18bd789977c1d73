// Events as bytes. JSON is written by hand: protobuf's own writer takes 40 us an event, and a demo wants a million.
#pragma once

#include <string>

#include "pairwatch/v1/event.pb.h"

namespace pairwatch::generator {

/// Appends the event as one line of proto3 JSON. Knows every field of the schema.
void append_json_line(const v1::InteractionEvent& event, std::string& out);

/// Appends the event's length as a varint, and the event. Labels are written in order, so that equal events are equal bytes.
void append_delimited(const v1::InteractionEvent& event, std::string& out);

/// Appends a JSON string with its quotes.
void append_json_string(std::string_view text, std::string& out);

}  // namespace pairwatch::generator
