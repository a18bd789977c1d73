// Ids of generated things: a letter and a number.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

namespace pairwatch::generator {

/// Replaces what `out` held, for instance by `u17`.
inline void write_id(char letter, std::uint64_t number, std::string& out) {
  char text[21];
  text[0] = letter;
  const auto end = std::to_chars(text + 1, text + sizeof text, number);
  out.assign(text, end.ptr);
}

}  // namespace pairwatch::generator
