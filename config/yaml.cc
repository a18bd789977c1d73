#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <sstream>

#include "processors/core/utf8.h"

namespace pairwatch::config {
namespace {

constexpr std::size_t kMaxLevels = 16;
constexpr std::size_t kMaxNodes = 200'000;

Node empty_node(Node::Kind kind, Place place) {
  Node node;
  node.kind = kind;
  node.place = std::move(place);
  return node;
}

/// What to do about a syntax error at a place.
std::string remedy_at(const std::string& text, const Place& place) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 0; number < place.line; ++number) std::getline(lines, line);
  const bool question = place.column >= 1 && static_cast<std::size_t>(place.column) <= line.size() &&
                        line[static_cast<std::size_t>(place.column) - 1] == '?';
  return question ? "; within [ ] and { }, put what holds a `?` in quotes" : "; check the indentation and quotes up to here";
}

/// Ends the parse; the problem is already noted.
struct StopParsing {};

/// Builds the tree from the parser's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& file, std::shared_ptr<const std::string> text, Problems& problems)
      : file_(file), text_(std::move(text)), problems_(problems) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchor(place(mark)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse_anchor(place(mark));
    add(empty_node(Node::Kind::kNull, place(mark)));
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Node node = empty_node(Node::Kind::kNull, place(mark));
    if (is_written_null(static_cast<std::size_t>(std::max(mark.pos, 0)))) node.text = "null";
    add(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    const bool quoted = tag == "!";  // what yaml-cpp says of every scalar that is not plain
    if (!quoted) refuse_tag(mark, tag);
    Node node = scalar_node(value, place(mark));
    node.quoted = quoted;
    node.source = text_;
    node.source_offset = static_cast<std::size_t>(std::max(mark.pos, 0));
    if (!quoted && (value == "null" || value == "~" || value.empty())) node.kind = Node::Kind::kNull;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(empty_node(Node::Kind::kList, place(mark)));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(empty_node(Node::Kind::kMap, place(mark)));
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or map that is not finished, and the key that waits for its value.
  struct Level {
    Node node;
    bool has_key = false;
    std::string key;
    Place key_place;
    std::map<std::string, int> lines_by_key;
  };

  /// Whether `null` or `~` stands there. A value that is left out has the mark of what follows it.
  bool is_written_null(std::size_t at) const {
    const std::string_view rest = at < text_->size() ? std::string_view(*text_).substr(at) : std::string_view();
    for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
      if (rest.starts_with(word))
        return rest.size() == word.size() || std::string_view(" \t\r\n,}]#").find(rest[word.size()]) != std::string_view::npos;
    }
    return false;
  }

  Place place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void refuse_anchor(const Place& at) {
    problems_.push_back({at, "", "anchors and aliases (&, *) are not read; write the value out"});
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?") problems_.push_back({place(mark), "", "tags (!) are not read; remove it"});
  }

  void open(Node node) {
    if (levels_.size() >= kMaxLevels) {
      problems_.push_back({node.place, "", "is nested more than 16 levels deep; nothing here needs that"});
      throw StopParsing{};
    }
    levels_.push_back({std::move(node), false, {}, {}, {}});
  }

  void close() {
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (++node_count_ > kMaxNodes) {
      problems_.push_back({node.place, "", "has more than 200,000 values; split it into several files"});
      throw StopParsing{};
    }
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::kList) {
      level.node.items.push_back(std::move(node));
    } else if (!level.has_key) {
      add_key(level, node);
    } else {
      level.node.entries.push_back({std::move(level.key), level.key_place, std::move(node)});
      level.has_key = false;
    }
  }

  void add_key(Level& level, const Node& node) {
    level.has_key = true;
    level.key = node.text;
    level.key_place = node.place;
    if (node.kind != Node::Kind::kScalar) {
      problems_.push_back({node.place, "", "a key must be a plain word; put it in quotes if it is one"});
      return;
    }
    const auto [first, inserted] = level.lines_by_key.try_emplace(node.text, node.place.line);
    if (!inserted) {
      problems_.push_back(
          {node.place, node.text, "is given twice, first in line " + std::to_string(first->second) + "; remove one of them"});
    }
  }

  const std::string& file_;
  std::shared_ptr<const std::string> text_;
  Problems& problems_;
  Node root_;
  std::vector<Level> levels_;
  std::size_t node_count_ = 0;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Node parse_yaml(const ConfigFile& file, Problems& problems) {
  if (file.text.size() > kMaxFileBytes) {
    add_file_problem(file.name, "is larger than 4 MiB; split it into several files", problems);
    return {};
  }
  if (!is_valid_utf8(file.text)) {
    add_file_problem(file.name, "is not UTF-8; save it as UTF-8", problems);
    return {};
  }
  const auto text = std::make_shared<const std::string>(file.text);
  TreeBuilder builder(file.name, text, problems);
  try {
    std::istringstream stream(file.text);
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return empty_node(Node::Kind::kNull, {file.name, 1, 1});
    Node document = builder.take();
    TreeBuilder second(file.name, text, problems);
    if (parser.HandleNextDocument(second)) {
      problems.push_back({second.take().place, "", "is a second document (---); write one document a file"});
    }
    return document;
  } catch (const StopParsing&) {
    return {};
  } catch (const YAML::Exception& error) {
    const Place place{file.name, error.mark.line + 1, error.mark.column + 1};
    problems.push_back({place, "", "is not YAML: " + error.msg + remedy_at(file.text, place)});
    return {};
  }
}

Place place_within(const Node& scalar, std::size_t offset) {
  if (!scalar.source || scalar.source_offset >= scalar.source->size()) return scalar.place;
  const std::string& source = *scalar.source;
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  std::size_t at = scalar.source_offset;
  Place place = scalar.place;
  const auto step = [&] {
    const bool ends_line = source[at++] == '\n';
    place.line += ends_line ? 1 : 0;
    place.column = ends_line ? 1 : place.column + 1;
  };
  if (scalar.quoted && (source[at] == '|' || source[at] == '>')) {
    while (at < source.size() && source[at] != '\n') step();  // what stands beside the sign of a block
  } else if (scalar.quoted) {
    step();
  }
  // Lines may be folded and indented: but for white space, the text stands in the file as it is.
  for (std::size_t i = 0; i <= std::min(offset, scalar.text.size()); ++i) {
    const bool is_end = i == scalar.text.size();
    if (is_end || is_space(scalar.text[i])) {
      if (i == offset) return place;
      continue;
    }
    while (at < source.size() && is_space(source[at])) step();
    if (at >= source.size() || source[at] != scalar.text[i]) return scalar.place;  // an escape
    if (i == offset) return place;
    step();
  }
  return place;
}

bool is_yaml_boolean_or_null(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kTraps = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kTraps.begin(), kTraps.end(), lower) != kTraps.end();
}

Node scalar_node(std::string text, Place place) {
  Node node = empty_node(Node::Kind::kScalar, std::move(place));
  node.text = std::move(text);
  return node;
}

}  // namespace pairwatch::config
