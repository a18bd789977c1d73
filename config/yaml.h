// YAML text as a tree of nodes that know their place. The one place that includes yaml-cpp (yaml.cc).
//
// Refused, each as a problem: syntax errors, duplicate keys, anchors and aliases (a few lines can unfold to gigabytes), tags of
// one's own, several documents in a file, keys that are not plain words, more than 16 levels or 200,000 nodes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/files.h"
#include "config/problem.h"

namespace pairwatch::config {

struct Node;

/// A key of a map and what stands under it.
struct Entry;

struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Place place;
  std::string text;     ///< of a scalar; of a kNull that is written out, `null`
  bool quoted = false;  ///< of a scalar: written in quotes or as a block, so it is a string whatever it looks like
  std::shared_ptr<const std::string> source;  ///< of a scalar in a file: the file's text ...
  std::size_t source_offset = 0;              ///< ... and where in it the scalar begins
  std::vector<Node> items;                    ///< of a list
  std::vector<Entry> entries;                 ///< of a map, in order

  /// The value under `key`, or nullptr.
  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// The document of a file; kNull for an empty one, and where it cannot be read (then with a problem).
Node parse_yaml(const ConfigFile& file, Problems& problems);

/// The place of a byte of a scalar's text, however it is written (plain, quoted, as a block); where it comes from no file, or has
/// escapes, the place of the scalar.
Place place_within(const Node& scalar, std::size_t offset);

/// Whether a plain scalar is a boolean or null to some YAML reader (yes, no, on, off, y, n, true, false, null, ~), so that what was
/// meant as a word must be quoted.
bool is_yaml_boolean_or_null(std::string_view text);

/// A scalar of one's own, for flags and environment variables.
Node scalar_node(std::string text, Place place);

}  // namespace pairwatch::config
