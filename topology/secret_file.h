// A secret in a file: a password, a token, a key, whose owner may write another into it at any time.
//
// Cost:   one read of a small file.
// Fails:  with a phrase that begins after the file's name and ends in its remedy; it never holds what stands in the file.
// Thread: any.
#pragma once

#include <cstddef>
#include <string>

namespace pairwatch {

/// Larger files are no secrets. Chains of certificates are read the same way.
inline constexpr std::size_t kMaxSecretBytes = 1u << 20;

struct SecretFile {
  std::string text;     ///< without one newline at its end, which editors and `echo` leave; empty where there is a problem
  std::string problem;  ///< empty: there is none. A file that is empty is one: so it looks while somebody writes it
};

SecretFile read_secret(const std::string& path);

}  // namespace pairwatch
