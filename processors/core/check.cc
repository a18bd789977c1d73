#include "processors/core/check.h"

#include <cstdio>
#include <cstdlib>

namespace pairwatch {

void fail_check(const char* what, std::source_location where) {
  std::fprintf(stderr, "%s:%u: broken invariant: %s\n", where.file_name(), static_cast<unsigned>(where.line()), what);
  std::abort();
}

}  // namespace pairwatch
