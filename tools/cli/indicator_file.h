// Files of indicators: lists of hashes to import, and the JSON lines that a replay is given.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/indicator.h"
#include "topology/services/services.h"

namespace pairwatch::cli {

/// Problems of one file that are told; the rest is counted.
inline constexpr std::size_t kMostProblems = 20;

/// What one pass over a list of hashes came to.
struct HashListEnd {
  std::uint64_t hashes = 0;
  std::uint64_t bad_lines = 0;
  std::vector<std::string> problems;  ///< `line 12: ...`, of the first kMostProblems
};

/// Reads a list: one hash a line as hexadecimal digits of either case, 1 to 64 bytes of a device, 32 (SHA-256) of an account or
/// handle. Space around it, empty lines, and what follows a `#` do not count. `take` gets the bytes of each, in order. Holds one
/// line; a line of more than kMostLineBytes is bad.
inline constexpr std::size_t kMostLineBytes = 4096;
HashListEnd read_hash_list(std::istream& in, IndicatorKind kind, const std::function<bool(const std::string&)>& take);

/// The indicators of a file for a replay.
struct IndicatorFile {
  std::shared_ptr<SharedIndicators> known;
  std::string problem;  ///< what is wrong, each bad line on a line of its own; empty: nothing
};

/// Reads one pairwatch.v1.Indicator as proto3 JSON a line; empty lines do not count. More than `max_indicators` are a problem.
IndicatorFile read_indicators(const std::string& path, std::size_t max_indicators);

}  // namespace pairwatch::cli
