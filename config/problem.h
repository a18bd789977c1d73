// What is wrong with a configuration, where, and what to do about it. Loading never stops at the first problem.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pairwatch::config {

/// Where a value came from. `line` and `column` count from one; 0: it has none, as a flag or an environment variable has none.
struct Place {
  std::string file;  ///< a path, `(embedded) config/pairwatch.yaml`, `environment`, `flag -X`
  int line = 0;
  int column = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

/// One problem. Never holds the value of a secret.
struct Problem {
  Place place;
  std::string key;      ///< full name of the setting, for instance `rules.signals.gift.weight`; empty: the whole file
  std::string message;  ///< what is wrong, and after a semicolon the remedy

  friend bool operator==(const Problem&, const Problem&) = default;
};

using Problems = std::vector<Problem>;

/// Adds a problem with a whole file.
void add_file_problem(std::string_view file, std::string_view message, Problems& problems);

/// `file:line:column: key: what is wrong; remedy`
std::string as_line(const Problem& problem);

/// The candidate with the fewest edits to `name`, if it is near enough to have been meant; otherwise empty.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

/// `; did you mean ...?` with the nearest candidate, otherwise `; valid: a, b, c`.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace pairwatch::config
