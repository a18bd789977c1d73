// A source of events in order of time, one at a time: ordinary traffic, a network, or the relations laid into them.
#pragma once

#include <optional>
#include <string_view>

#include "pairwatch/v1/event.pb.h"
#include "processors/core/time.h"

namespace pairwatch::generator {

class Stream {
 public:
  virtual ~Stream() = default;

  /// When the next event happens; nullopt at the end. Never earlier than the one before.
  virtual std::optional<EventTime> next_time() = 0;

  /// Fills `event`, which is clear, with the next one: everything but its id and time. `event_id` is the id it will have.
  virtual void take_next(std::string_view event_id, v1::InteractionEvent& event) = 0;
};

}  // namespace pairwatch::generator
