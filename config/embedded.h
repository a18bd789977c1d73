// What config/embed.cmake generates at build time. Use files.h.
#pragma once

#include <string_view>
#include <vector>

namespace pairwatch::config {

struct EmbeddedFile {
  std::string_view path;  ///< from the source tree's top, for instance `config/pairwatch.yaml`
  std::string_view text;
};

/// Ordered by path.
const std::vector<EmbeddedFile>& embedded();

}  // namespace pairwatch::config
