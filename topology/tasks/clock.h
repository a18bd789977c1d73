// The time of the runtime: for commit intervals, latencies and waits. Decisions never see it.
#pragma once

#include <cstdint>

#include "topology/ports.h"

namespace pairwatch {

class RuntimeClock : public Clock {
 public:
  /// Microseconds since some moment; never goes back.
  virtual std::int64_t monotonic_us() = 0;
  /// Waits that long, or until the process is asked to stop.
  virtual void pause_ms(std::int64_t duration_ms) = 0;
};

}  // namespace pairwatch
