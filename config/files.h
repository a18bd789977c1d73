// The configuration's files: those embedded in the program at build time, and those on disk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace pairwatch::config {

/// A file as text. `name` is what problems are told with.
struct ConfigFile {
  std::string name;
  std::string text;
};

/// Larger files are a problem, not read.
inline constexpr std::size_t kMaxFileBytes = 4u << 20;

/// The embedded files whose path below the source tree starts with `prefix` (for instance "config/lexicons/"), ordered by path.
/// Their names are `(embedded) config/lexicons/en.yaml` and so on.
std::vector<ConfigFile> embedded_files(std::string_view prefix);

/// Reads a file from disk; where it cannot be read, adds a problem and returns an empty text.
ConfigFile read_file(const std::string& path, Problems& problems);

}  // namespace pairwatch::config
