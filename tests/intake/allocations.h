// How often this test program has asked for memory. The operators stand in a file of their own, so that the compiler does not
// see through them.
#pragma once

#include <cstdint>

namespace pairwatch::test {

/// Calls of operator new since the start, over all threads.
std::uint64_t allocation_count();

}  // namespace pairwatch::test
