// What docs/signals.md says of each signal beside its numbers: what it sees, why that matters, who says so, and what it does not
// see.
#pragma once

#include <string_view>

namespace pairwatch::docs {

struct SignalNote {
  std::string_view name;  ///< of the signal
  std::string_view sees;
  std::string_view why;
  std::string_view sources;  ///< letters of the sources at the top of the page
  std::string_view blind;    ///< what it does not see
};

/// The note of a signal, or nullptr: then the page cannot be made, and a test says so.
const SignalNote* note_of(std::string_view signal);

}  // namespace pairwatch::docs
