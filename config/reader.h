// Typed reading of nodes: each function returns the value, or tells a problem under the setting's full name and returns nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"
#include "config/yaml.h"
#include "processors/core/time.h"

namespace pairwatch::config {

/// `a list`, `a map`, `nothing`, `the value`: how a problem speaks of what stands there.
std::string_view kind_name(Node::Kind kind);

/// Whether the node is a map; tells a problem where it is not, and one for each key that is not in `known`.
bool expect_map(const Node& node, const std::string& key, std::span<const std::string_view> known, Problems& problems);

/// The text of a scalar that is meant as a string: booleans and nulls must be quoted. At most 4,096 bytes, no control characters.
std::optional<std::string> read_string(const Node& node, const std::string& key, Problems& problems);

/// The items of a list of strings, each as read_string. A single string is a list of one.
std::optional<std::vector<std::string>> read_strings(const Node& node, const std::string& key, Problems& problems);

/// `true`, `false`, `on`, `off`.
std::optional<bool> read_boolean(const Node& node, const std::string& key, Problems& problems);

/// A whole number within bounds, both included.
std::optional<std::int64_t> read_integer(const Node& node, const std::string& key, std::int64_t least, std::int64_t most,
                                         Problems& problems);

/// A finite number within bounds, both included.
std::optional<double> read_number(const Node& node, const std::string& key, double least, double most, Problems& problems);

/// `250ms`, `5s`, `5m`, `6h`, `180d`, within bounds.
std::optional<Duration> read_duration(const Node& node, const std::string& key, Duration least, Duration most, Problems& problems);

/// `1048576`, `64KiB`, `1MiB`, `2GiB`: bytes, within bounds.
std::optional<std::int64_t> read_bytes(const Node& node, const std::string& key, std::int64_t least, std::int64_t most,
                                       Problems& problems);

/// Position in `names` of the one that stands there.
std::optional<std::size_t> read_choice(const Node& node, const std::string& key, std::span<const std::string_view> names,
                                       Problems& problems);

/// A value as it is written in YAML: the largest unit that divides it, the shortest text that reads back to the same number.
std::string written(Duration value);
std::string written(double value);
std::string written_bytes(std::int64_t value);
/// In double quotes where YAML would take it for something else than this string.
std::string written(const std::string& value);

}  // namespace pairwatch::config
