// Whether bytes look like a protobuf InteractionEvent, told by its tags alone.
#pragma once

#include <string_view>

namespace pairwatch::decode {

/// Whether the first tag is one of InteractionEvent's, with its field's wire type.
bool starts_with_event_tag(std::string_view bytes);

/// Whether the bytes are fields of InteractionEvent from first to last, without looking into them.
bool has_shape_of_event(std::string_view bytes);

}  // namespace pairwatch::decode
