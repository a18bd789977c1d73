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

/// `t<number>` where there is more than one tenant, else nothing.
inline void write_tenant(std::uint64_t number, std::uint64_t tenants, std::string& out) {
  out.clear();
  if (tenants > 1) write_id('t', number, out);
}

}  // namespace pairwatch::generator
