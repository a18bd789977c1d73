// Labelled traffic: ordinary pairs or a real network, with risky and benign relations laid in. The same options give the same
// bytes on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>

#include "processors/core/time.h"
#include "tools/generator/options.h"

namespace pairwatch::generator {

struct Summary {
  std::uint64_t events = 0;  ///< all of them, duplicates too
  std::uint64_t duplicates = 0;
  std::uint64_t labels = 0;
  std::uint64_t self_lines = 0;  ///< of the network, left out
  std::uint64_t accounts = 0;    ///< of the network
  EventTime first = kNever;
  EventTime last = kNever;
};

/// Told now and then how many events have been made.
using Progress = std::function<void(std::uint64_t events)>;

/// Writes events in order of time to `out` and, where given, labels to `labels`. Streams: memory follows pairs, relations and the
/// network, not events. `options` has passed problems_of. Throws std::runtime_error where the network or the sayings cannot be
/// read or the output cannot be written.
Summary generate(const Options& options, std::ostream& out, std::ostream* labels, const Progress& progress = {});

}  // namespace pairwatch::generator
