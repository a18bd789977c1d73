// An access token, as whoever fetches it hands it to whoever logs in with it.
#pragma once

#include <cstdint>
#include <string>

namespace pairwatch {

struct Token {
  std::string value;
  std::string principal;        ///< the `sub` it speaks for; empty: it does not say
  std::int64_t expires_ms = 0;  ///< since 1970
  std::string problem;          ///< why there is none, with its remedy; empty: there is one
};

}  // namespace pairwatch
