// A part of the configuration as a table: for each setting its name, what it may hold, where it lives and what it means. Loading,
// the effective configuration and its documentation all come from this one table (settings_table.cc, rules_table.cc).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problem.h"
#include "config/reader.h"
#include "config/yaml.h"

namespace pairwatch::config {

/// What reading leaves behind: problems, and for each setting (by full name) the place that set it last.
struct Reading {
  Problems problems;
  std::map<std::string, Place> places;
};

/// How one setting is read and written. Bound to the variable that it fills, which outlives it.
struct Value {
  /// Fills the variable, or tells what is wrong and leaves it as it was.
  std::function<void(const Node& node, const std::string& key, Reading& reading)> read;
  /// The value as YAML, as it stands after `name:`. Lines that follow are indented by `indent` at least.
  std::function<std::string(int indent)> show;
  /// A list: in flags and environment its items stand between commas.
  bool is_list = false;
  /// A map of names chosen by the user: in flags and environment, what is left of the key is one name, for instance
  /// kafka.properties.sasl.mechanism. With `fields`, the part after the last dot is one of them:
  /// topology.topics.my.topic.partitions.
  bool is_map = false;
  std::vector<std::string> fields{};
  /// What it takes, for the reference: `10s to 15m`, `json or protobuf`. Empty: what the meaning says.
  std::string takes{};
};

Value flag(bool& variable);
Value duration(Duration& variable, Duration least, Duration most);
Value number(double& variable, double least, double most);
Value text(std::string& variable);
Value texts(std::vector<std::string>& variable);
/// Properties handed on as they are. Values whose name is_secret are masked when shown.
Value properties(std::map<std::string, std::string>& variable);

/// Whether a property's value must not be shown, nor come from the command line.
bool is_secret(std::string_view property);

/// Any integer type.
template <typename Integer>
Value whole(Integer& variable, std::int64_t least, std::int64_t most) {
  return {.read =
              [&variable, least, most](const Node& node, const std::string& key, Reading& reading) {
                const auto value = read_integer(node, key, least, most, reading.problems);
                if (value) variable = static_cast<Integer>(*value);
              },
          .show = [&variable](int) { return std::to_string(variable); },
          .takes = std::to_string(least) + " to " + std::to_string(most)};
}

/// A size in bytes, in any integer type.
template <typename Integer>
Value size(Integer& variable, std::int64_t least, std::int64_t most) {
  return {.read =
              [&variable, least, most](const Node& node, const std::string& key, Reading& reading) {
                const auto value = read_bytes(node, key, least, most, reading.problems);
                if (value) variable = static_cast<Integer>(*value);
              },
          .show = [&variable](int) { return written_bytes(static_cast<std::int64_t>(variable)); },
          .takes = written_bytes(least) + " to " + written_bytes(most)};
}

/// A name for an enumerator.
template <typename Enum>
struct Choice {
  std::string_view name;
  Enum value;
};

/// One of a closed list. `choices` outlives the program's use of it: a constant.
template <typename Enum, std::size_t N>
Value choice(Enum& variable, const Choice<Enum> (&choices)[N]) {
  std::string takes;
  for (const Choice<Enum>& one : choices) takes += (takes.empty() ? "" : ", ") + std::string(one.name);
  return {.read =
              [&variable, &choices](const Node& node, const std::string& key, Reading& reading) {
                std::vector<std::string_view> names;
                for (const Choice<Enum>& one : choices) names.push_back(one.name);
                if (const auto index = read_choice(node, key, names, reading.problems)) variable = choices[*index].value;
              },
          .show =
              [&variable, &choices](int) {
                for (const Choice<Enum>& one : choices) {
                  if (one.value == variable) return std::string(one.name);
                }
                return std::string();
              },
          .takes = std::move(takes)};
}

/// A setting as it stands.
struct ShownSetting {
  std::string name;
  std::string value;
  std::string meaning;
};

class Section {
 public:
  /// Adds a setting. `meaning` is one sentence, with the cost where there is one.
  void add(std::string name, Value value, std::string meaning);
  /// The section of that name below this one, added where it is not there yet.
  Section& section(const std::string& name, const std::string& meaning = "");

  /// Reads a map of settings. `key` is this section's own full name, empty for the whole.
  void read(const Node& node, const std::string& key, Reading& reading) const;

  /// A map of one setting, as a flag or environment variable gives it, ready for read(). `key` is its full name.
  Node node_of(std::string_view key, const std::string& value, const Place& place) const;

  /// All settings as YAML; with their meaning in comments where asked for.
  std::string as_yaml(bool with_meaning, int indent = 0) const;

  /// The settings of a section, in order, without those of sections below it. `path`: the names that lead to it; it is there.
  std::vector<ShownSetting> shown(const std::vector<std::string>& path) const;
  /// Rows of a Markdown table: full name, default, what it takes, meaning. Sections within are headings of `level`, but those named
  /// in `left_out` (full names).
  std::string as_markdown(const std::string& prefix, int level, const std::vector<std::string>& left_out) const;

  /// Full names of all settings.
  std::vector<std::string> keys(const std::string& prefix = "") const;

 private:
  /// Either a value or a section.
  struct Child {
    std::string name;
    std::string meaning;
    Value value;
    std::unique_ptr<Section> section;
  };

  const Child* find(std::string_view name) const;

  std::vector<Child> children_;
};

}  // namespace pairwatch::config
