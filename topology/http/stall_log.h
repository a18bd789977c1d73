// What the log says of workers that stand still: once when it is found out, once when it is over.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "topology/http/metrics.h"

namespace pairwatch::http {

class StallLog {
 public:
  struct Line {
    bool is_over = false;
    std::string text;
  };
  /// `stalls`: those of now. What is new since the last call.
  std::vector<Line> look(const std::vector<Stall>& stalls);

 private:
  std::map<std::pair<Service, int>, std::int64_t> known_;  ///< since when
};

/// A wall-clock time as 2026-03-01T18:00:00Z.
std::string as_utc(std::int64_t wall_ms);

}  // namespace pairwatch::http
