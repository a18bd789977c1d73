// An interaction as wire bytes of pairwatch.v1.Interaction, without the generated class: intake writes one and relationship reads
// one for every event that passes the gate, and building messages of strings only to take them apart again cost a quarter of both.
//
//   in, out    bytes of the same fields in the same order as the generated class writes (tests and a fuzzer compare them)
//   cost       about 0.1 us each for 150 bytes; no allocation once the buffer is as large as the largest interaction
//   fails      what intake does not write is refused: bytes that are no such message, an id missing, the two accounts the same, a
//              time out of bounds, a number outside its enum
//   thread     any
#pragma once

#include <string>
#include <string_view>

#include "processors/core/interaction.h"

namespace pairwatch {

/// The bytes lie in `buffer`, which only grows, until it is written again.
std::string_view write_interaction(const Interaction& interaction, std::string& buffer);

/// Fills `out` with views into `bytes`. False where it is refused; then `out` holds anything. Fields, signals and labels of no
/// known number are left out: a newer intake may know more.
bool read_interaction(std::string_view bytes, Interaction& out);

}  // namespace pairwatch
