#include "processors/decode/wire_shape.h"

#include "processors/core/wire_cursor.h"

namespace pairwatch::decode {
namespace {

bool is_event_tag(std::uint32_t tag) {
  switch (field_number_of(tag)) {
    case 7:
    case 9: return wire_type_of(tag) == kVarint;
  }
  return field_number_of(tag) <= 19 && wire_type_of(tag) == kLengthDelimited;
}

}  // namespace

bool starts_with_event_tag(std::string_view bytes) {
  WireCursor in(bytes);
  std::uint32_t tag;
  return in.read_tag(tag) && is_event_tag(tag);
}

bool has_shape_of_event(std::string_view bytes) {
  WireCursor in(bytes);
  while (!in.at_end()) {
    std::uint32_t tag;
    if (!in.read_tag(tag) || !is_event_tag(tag) || !in.skip(tag)) return false;
  }
  return true;
}

}  // namespace pairwatch::decode
