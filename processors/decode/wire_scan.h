// Protobuf bytes of an InteractionEvent, read by hand: every field, no copy, no allocation.
#pragma once

#include <string_view>

#include "processors/core/event_view.h"

namespace pairwatch::decode {

/// Fills `view`, which is clear, from the bytes of an InteractionEvent; its views point into `bytes`.
/// Accepts what the generated parser accepts, but for nesting deeper than kNestingLimit.
DecodeResult scan_wire(std::string_view bytes, EventView& view);

}  // namespace pairwatch::decode
