// check(condition, "what must hold"): a broken invariant stops the process in every build, with the place and the words.
#pragma once

#include <source_location>

namespace pairwatch {

/// Prints the place and `what`, then ends the process (std::abort). Never for bad input: that is a Reject.
[[noreturn]] void fail_check(const char* what, std::source_location where);

inline void check(bool holds, const char* what, std::source_location where = std::source_location::current()) {
  if (!holds) fail_check(what, where);
}

}  // namespace pairwatch
