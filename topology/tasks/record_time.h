// The event time of an internal record, for progress and expiry: decisions read it themselves.
#pragma once

#include <optional>
#include <string_view>

#include "processors/core/time.h"
#include "topology/graph.h"

namespace pairwatch {

/// When what `value` tells of happened; `value` is a record of the service's input topic. Nothing for the platform's own events,
/// whose encoding only intake knows, and where it cannot be read.
std::optional<EventTime> event_time_of(Service service, std::string_view value);

}  // namespace pairwatch
