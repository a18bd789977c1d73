#include "config/problem.h"

#include <algorithm>
#include <numeric>

namespace pairwatch::config {
namespace {

/// Levenshtein distance, with a swap of neighbours counted as one edit. Quadratic: names are short.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

void add_file_problem(std::string_view file, std::string_view message, Problems& problems) {
  Problem& problem = problems.emplace_back();
  problem.place.file = file;
  problem.message = message;
}

std::string as_line(const Problem& problem) {
  std::string line = problem.place.file;
  if (problem.place.line > 0) line += ":" + std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column);
  line += ": ";
  if (!problem.key.empty()) line += problem.key + ": ";
  return line + problem.message;
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongestName = 64;
  if (name.size() > kLongestName) return {};
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongestName) continue;
    const std::size_t edits = edits_between(name, candidate);
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string_view meant = nearest(name, candidates);
  if (!meant.empty()) return "; did you mean `" + std::string(meant) + "`?";
  std::string valid = candidates.empty() ? "; nothing is valid here" : "; valid: ";
  constexpr std::size_t kMostNames = 24;
  for (std::size_t i = 0; i < candidates.size() && i < kMostNames; ++i) {
    if (i > 0) valid += ", ";
    valid += candidates[i];
  }
  return candidates.size() > kMostNames ? valid + ", ..." : valid;
}

}  // namespace pairwatch::config
