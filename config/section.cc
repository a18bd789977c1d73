#include "config/section.h"

#include <algorithm>
#include <array>

#include "processors/core/check.h"

namespace pairwatch::config {
namespace {

std::string spaces(int count) { return std::string(static_cast<std::size_t>(count), ' '); }

Node map_node(const Place& place) {
  Node node;
  node.kind = Node::Kind::kMap;
  node.place = place;
  return node;
}

/// A scalar from outside YAML: it is a string whatever it looks like.
Node given(std::string text, const Place& place) {
  Node node = scalar_node(std::move(text), place);
  node.quoted = true;
  return node;
}

Node list_of_given(std::string_view text, const Place& place) {
  Node list = map_node(place);
  list.kind = Node::Kind::kList;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    list.items.push_back(given(std::string(text.substr(0, comma)), place));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return list;
}

/// `a: {b: {c: leaf}}` for the names a, b, c.
Node nested(std::span<const std::string> names, Node leaf, const Place& place) {
  if (names.empty()) return leaf;
  Node node = map_node(place);
  node.entries.push_back({names.front(), place, nested(names.subspan(1), std::move(leaf), place)});
  return node;
}

}  // namespace

Value flag(bool& variable) {
  return {.read =
              [&variable](const Node& node, const std::string& key, Reading& reading) {
                if (const auto value = read_boolean(node, key, reading.problems)) variable = *value;
              },
          .show = [&variable](int) { return std::string(variable ? "true" : "false"); },
          .takes = "true, false"};
}

Value duration(Duration& variable, Duration least, Duration most) {
  return {.read =
              [&variable, least, most](const Node& node, const std::string& key, Reading& reading) {
                if (const auto value = read_duration(node, key, least, most, reading.problems)) variable = *value;
              },
          .show = [&variable](int) { return written(variable); },
          .takes = written(least) + " to " + written(most)};
}

Value number(double& variable, double least, double most) {
  return {.read =
              [&variable, least, most](const Node& node, const std::string& key, Reading& reading) {
                if (const auto value = read_number(node, key, least, most, reading.problems)) variable = *value;
              },
          .show = [&variable](int) { return written(variable); },
          .takes = written(least) + " to " + written(most)};
}

Value text(std::string& variable) {
  return {.read =
              [&variable](const Node& node, const std::string& key, Reading& reading) {
                if (const auto value = read_string(node, key, reading.problems)) variable = *value;
              },
          .show = [&variable](int) { return written(variable); }};
}

Value texts(std::vector<std::string>& variable) {
  return {.read =
              [&variable](const Node& node, const std::string& key, Reading& reading) {
                if (const auto value = read_strings(node, key, reading.problems)) variable = *value;
              },
          .show =
              [&variable](int) {
                std::string list = "[";
                for (const std::string& item : variable) list += (list.size() > 1 ? ", " : "") + written(item);
                return list + "]";
              },
          .is_list = true};
}

Value properties(std::map<std::string, std::string>& variable) {
  return {.read =
              [&variable](const Node& node, const std::string& key, Reading& reading) {
                if (node.kind == Node::Kind::kNull) return variable.clear();
                if (node.kind != Node::Kind::kMap) {
                  reading.problems.push_back({node.place, key, "must be a map; write `name: value`, or {}"});
                  return;
                }
                for (const Entry& entry : node.entries) {
                  const std::string full = key + "." + entry.key;
                  reading.places[full] = entry.value.place;
                  if (entry.value.kind == Node::Kind::kNull) {
                    variable.erase(entry.key);
                  } else if (entry.value.kind == Node::Kind::kScalar) {
                    variable[entry.key] = entry.value.text;  // as it is written: booleans and numbers are text to librdkafka
                  } else {
                    reading.problems.push_back({entry.value.place, full, "is not a single value; write text"});
                  }
                }
              },
          .show =
              [&variable](int indent) {
                if (variable.empty()) return std::string("{}");
                std::string map;
                for (const auto& [name, value] : variable) {
                  map += "\n" + spaces(indent) + written(name) + ": " + (is_secret(name) ? "\"(hidden)\"" : written(value));
                }
                return map;
              },
          .is_map = true};
}

bool is_secret(std::string_view property) {
  static constexpr std::array<std::string_view, 4> kMarks = {"password", "secret", ".pem", "oauthbearer.config"};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return property.find(mark) != std::string_view::npos; });
}

void Section::add(std::string name, Value value, std::string meaning) {
  children_.push_back({std::move(name), std::move(meaning), std::move(value), nullptr});
}

Section& Section::section(const std::string& name, const std::string& meaning) {
  for (const Child& child : children_) {
    if (child.name == name && child.section) return *child.section;
  }
  children_.push_back({name, meaning, {}, std::make_unique<Section>()});
  return *children_.back().section;
}

const Section::Child* Section::find(std::string_view name) const {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](const Child& child) { return child.name == name; });
  return found == children_.end() ? nullptr : &*found;
}

void Section::read(const Node& node, const std::string& key, Reading& reading) const {
  if (node.kind == Node::Kind::kNull) {  // an empty file or section changes nothing
    if (!node.text.empty() && !key.empty())
      reading.problems.push_back({node.place, key, "cannot be taken away; leave it out, or name the settings in it that change"});
    return;
  }
  std::vector<std::string_view> names;
  for (const Child& child : children_) names.push_back(child.name);
  if (!expect_map(node, key, names, reading.problems)) return;
  for (const Entry& entry : node.entries) {
    const Child* child = find(entry.key);
    if (child == nullptr) continue;
    const std::string full = key.empty() ? entry.key : key + "." + entry.key;
    reading.places[full] = entry.place;
    if (child->section) {
      child->section->read(entry.value, full, reading);
    } else {
      child->value.read(entry.value, full, reading);
    }
  }
}

Node Section::node_of(std::string_view key, const std::string& value, const Place& place) const {
  std::vector<std::string> names;
  const Section* section = this;
  bool is_list = false;
  while (!key.empty()) {
    const std::size_t dot = std::min(key.find('.'), key.size());
    names.emplace_back(key.substr(0, dot));
    key.remove_prefix(std::min(dot + 1, key.size()));
    const Child* child = section == nullptr ? nullptr : section->find(names.back());
    section = child == nullptr ? nullptr : child->section.get();
    if (child == nullptr || section != nullptr) continue;
    is_list = child->value.is_list;
    if (!child->value.is_map || key.empty()) continue;
    const std::size_t last_dot = key.rfind('.');
    if (!child->value.fields.empty() && last_dot != std::string_view::npos) {
      names.emplace_back(key.substr(0, last_dot));
      names.emplace_back(key.substr(last_dot + 1));
    } else {
      names.emplace_back(key);
    }
    key = {};
  }
  return nested(names, is_list ? list_of_given(value, place) : given(value, place), place);
}

std::string Section::as_yaml(bool with_meaning, int indent) const {
  std::string yaml;
  for (const Child& child : children_) {
    if (with_meaning && indent == 0) yaml += "\n";
    if (with_meaning && !child.meaning.empty()) yaml += spaces(indent) + "# " + child.meaning + "\n";
    yaml += spaces(indent) + child.name + ":";
    if (child.section) {
      yaml += "\n" + child.section->as_yaml(with_meaning, indent + 2);
    } else {
      const std::string value = child.value.show(indent + 2);
      yaml += (value.starts_with("\n") ? "" : " ") + value + "\n";
    }
  }
  return yaml;
}

std::vector<ShownSetting> Section::shown(const std::vector<std::string>& path) const {
  const Section* section = this;
  for (const std::string& name : path) {
    const Child* child = section->find(name);
    pairwatch::check(child != nullptr && child->section != nullptr, "the section is one of the table");
    section = child->section.get();
  }
  std::vector<ShownSetting> settings;
  for (const Child& child : section->children_) {
    if (!child.section) settings.push_back({child.name, child.value.show(0), child.meaning});
  }
  return settings;
}

std::string Section::as_markdown(const std::string& prefix, int level, const std::vector<std::string>& left_out) const {
  const auto in_cell = [](std::string text) {
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
    return text;
  };
  std::string rows, below;
  for (const Child& child : children_) {
    const std::string full = prefix.empty() ? child.name : prefix + "." + child.name;
    if (std::find(left_out.begin(), left_out.end(), full) != left_out.end()) continue;
    if (child.section) {
      below += "\n" + std::string(static_cast<std::size_t>(level), '#') + " " + full + "\n\n" + child.meaning +
               (child.meaning.empty() ? "" : ".\n\n") + child.section->as_markdown(full, level + 1, left_out);
      continue;
    }
    const std::string value = child.value.show(0);
    const bool is_long = value.find('\n') != std::string::npos;
    rows += "| `" + full + "` | " + (is_long ? "see the file" : "`" + in_cell(value) + "`") + " | " + in_cell(child.value.takes) +
            " | " + in_cell(child.meaning) + " |\n";
  }
  if (!rows.empty()) rows = "| setting | default | takes | meaning |\n|---|---|---|---|\n" + rows;
  return rows + below;
}

std::vector<std::string> Section::keys(const std::string& prefix) const {
  std::vector<std::string> names;
  for (const Child& child : children_) {
    const std::string full = prefix.empty() ? child.name : prefix + "." + child.name;
    if (child.section) {
      const std::vector<std::string> below = child.section->keys(full);
      names.insert(names.end(), below.begin(), below.end());
    } else {
      names.push_back(full);
    }
  }
  return names;
}

}  // namespace pairwatch::config
