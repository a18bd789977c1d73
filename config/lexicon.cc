#include "config/lexicon.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "config/reader.h"
#include "processors/core/signal.h"

namespace pairwatch::config {
namespace {

using text_signals::Row;
using text_signals::RowStep;
using text_signals::WordList;

constexpr std::array<std::string_view, 4> kFileKeys = {"version", "language", "lists", "rows"};
constexpr std::array<std::string_view, 7> kRowKeys = {"name",     "signal",   "match",           "unless",
                                                      "language", "examples", "counter_examples"};

std::vector<std::string_view> signal_names() {
  std::vector<std::string_view> names;
  for (const SignalInfo& signal : all_signals()) names.push_back(signal.name);
  return names;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// `en`, `pt-BR`: BCP-47 as far as it matters here.
bool is_language(std::string_view language) {
  return language.size() >= 2 && language.size() <= 35 && std::all_of(language.begin(), language.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

/// Gathers the lists and rows of all files.
class Merger {
 public:
  LexiconResult take() {
    if (result_.lexicon.lists.size() > kMaxLexiconLists) tell({}, "", "there are more than 10,000 lists; share lists between rows");
    if (result_.lexicon.rows.size() > kMaxLexiconRows) tell({}, "", "there are more than 10,000 rows; remove some");
    return std::move(result_);
  }

  void add(const ConfigFile& file) {
    const Node document = parse_yaml(file, result_.problems);
    if (document.kind == Node::Kind::kNull) return;
    if (!expect_map(document, "", kFileKeys, result_.problems)) return;
    names_.clear();

    if (const Node* version = document.find("version")) {
      read_integer(*version, "version", 1, 1, result_.problems);
    } else {
      tell(document.place, "version", "is missing; write `version: 1`");
    }
    const Node* language = document.find("language");
    if (language == nullptr) tell(document.place, "language", "is missing; write the language of the rows, such as `en`, or `any`");
    languages_ = language == nullptr ? std::vector<std::string>{} : languages(*language, "language");
    prefix_ = languages_.empty() ? "any" : languages_.front();

    if (const Node* lists = document.find("lists")) add_lists(*lists);
    if (const Node* rows = document.find("rows")) add_rows(*rows);
  }

 private:
  void tell(const Place& place, const std::string& key, const std::string& message) {
    result_.problems.push_back({place.file.empty() ? Place{"lexicons"} : place, key, message});
  }

  /// Empty for `any`, and where there is a problem.
  std::vector<std::string> languages(const Node& node, const std::string& key) {
    std::vector<std::string> names = read_strings(node, key, result_.problems).value_or(std::vector<std::string>{});
    if (names == std::vector<std::string>{"any"}) return {};
    for (const std::string& name : names) {
      if (!is_language(name)) tell(node.place, key, "`" + name + "` is not a language; write a BCP-47 tag such as `en`, or `any`");
    }
    return names;
  }

  void add_lists(const Node& lists) {
    if (lists.kind != Node::Kind::kMap) return tell(lists.place, "lists", "must be a map; write `name: [word, ...]`");
    for (const Entry& entry : lists.entries) {
      const std::string key = "lists." + entry.key;
      if (!is_name(entry.key)) tell(entry.place, key, "is not a name; use at most 64 of a-z, 0-9 and _");
      std::optional<std::vector<std::string>> words = read_strings(entry.value, key, result_.problems);
      if (words && words->empty()) tell(entry.value.place, key, "has no words; add some or remove the list");
      if (words && words->size() > kMaxListWords) tell(entry.value.place, key, "has more than 5,000 words; split it");
      if (words) tell_repeats(entry, key, *words);
      add_list({prefix_ + "." + entry.key, words.value_or(std::vector<std::string>{})}, entry, key);
    }
  }

  void tell_repeats(const Entry& entry, const std::string& key, const std::vector<std::string>& words) {
    std::set<std::string_view> seen;
    for (const std::string& word : words) {
      if (word.empty()) tell(entry.value.place, key, "has an empty word; remove it");
      if (!seen.insert(word).second) tell(entry.value.place, key, "has `" + word + "` twice; remove one");
    }
  }

  void add_list(WordList list, const Entry& entry, const std::string& key) {
    const auto [known, inserted] = lists_.try_emplace(list.name, result_.lexicon.lists.size(), entry.place);
    if (inserted) {
      result_.places.try_emplace(list.name, entry.place);
      result_.lexicon.lists.push_back(std::move(list));
    } else if (entry.place.file != known->second.second.file && result_.lexicon.lists[known->second.first].words != list.words) {
      const Place& first = known->second.second;
      tell(entry.place, key,
           "has other words in " + first.file + ":" + std::to_string(first.line) + "; give one of the two another name");
    }
    names_[entry.key] = static_cast<std::uint32_t>(known->second.first);
  }

  void add_rows(const Node& rows) {
    if (rows.kind != Node::Kind::kList) return tell(rows.place, "rows", "must be a list; write `- name: ...` for each row");
    for (const Node& row : rows.items) add_row(row);
  }

  void add_row(const Node& node) {
    if (!expect_map(node, "rows", kRowKeys, result_.problems)) return;
    Row row{};
    std::string key = "rows";
    if (const Node* name = need(node, "name", key)) {
      row.name = read_string(*name, "rows.name", result_.problems).value_or("");
      if (!row.name.empty()) key = "rows." + row.name;
      if (!is_name(row.name)) tell(name->place, key, "is not a name; use at most 64 of a-z, 0-9 and _");
    }
    if (const Node* signal = need(node, "signal", key)) read_signal(*signal, key + ".signal", row);
    if (const Node* match = need(node, "match", key)) read_match(*match, key + ".match", row);
    if (const Node* unless = node.find("unless")) read_guards(*unless, key + ".unless", row);
    const Node* language = node.find("language");
    row.languages = language == nullptr ? languages_ : languages(*language, key + ".language");
    row.examples = texts(node, "examples", key);
    row.counter_examples = texts(node, "counter_examples", key);
    if (row.examples.empty()) tell(node.place, key + ".examples", "is missing; write at least one text that must match");

    const auto [first, inserted] = rows_.try_emplace(prefix_ + "." + row.name, node.place);
    if (!inserted && !row.name.empty()) {
      tell(node.place, key,
           "is already a row in " + first->second.file + ":" + std::to_string(first->second.line) + "; give it another name");
    }
    result_.places.try_emplace(row.name, node.place);
    result_.lexicon.rows.push_back(std::move(row));
  }

  const Node* need(const Node& row, std::string_view name, const std::string& key) {
    const Node* found = row.find(name);
    if (found == nullptr) tell(row.place, key + "." + std::string(name), "is missing; every row has one");
    return found;
  }

  std::vector<std::string> texts(const Node& row, std::string_view name, const std::string& key) {
    const Node* found = row.find(name);
    if (found == nullptr) return {};
    return read_strings(*found, key + "." + std::string(name), result_.problems).value_or(std::vector<std::string>{});
  }

  void read_signal(const Node& node, const std::string& key, Row& row) {
    const std::vector<std::string_view> names = signal_names();
    const std::optional<std::size_t> index = read_choice(node, key, names, result_.problems);
    if (index) row.signal = all_signals()[*index].signal;
  }

  std::optional<std::uint32_t> list_of(const Node& node, const std::string& name, const std::string& key) {
    const auto found = names_.find(name);
    if (found != names_.end()) return found->second;
    std::vector<std::string_view> names;
    for (const auto& entry : names_) names.push_back(entry.first);
    tell(node.place, key, "`" + name + "` is not a list of this file" + did_you_mean(name, names));
    return std::nullopt;
  }

  /// The words of `which ~2 school you?`, or the items of a list, each with its place.
  std::vector<Node> steps_of(const Node& node) {
    if (node.kind == Node::Kind::kList) return node.items;
    if (node.kind != Node::Kind::kScalar) return {};
    std::vector<Node> words;
    std::size_t start = 0;
    while ((start = node.text.find_first_not_of(' ', start)) != std::string::npos) {
      const std::size_t end = std::min(node.text.find(' ', start), node.text.size());
      Place place = node.place;
      place.column += static_cast<int>(start) + (node.quoted ? 1 : 0);
      words.push_back(scalar_node(node.text.substr(start, end - start), place));
      words.back().quoted = true;  // names of lists: no boolean is meant
      start = end;
    }
    return words;
  }

  void read_match(const Node& node, const std::string& key, Row& row) {
    std::uint32_t gap = 0;  // of the step to come; 0: it follows at once
    bool needed = false;
    for (const Node& item : steps_of(node)) {
      std::optional<std::string> text = read_string(item, key, result_.problems);
      if (!text || text->empty()) continue;
      if (text->front() == '~') {
        if (row.steps.empty() || gap > 0)
          tell(item.place, key, "`" + *text + "` must stand between two lists; remove it or name a list");
        Node number = item;
        number.text.erase(0, 1);
        gap = static_cast<std::uint32_t>(read_integer(number, key, 1, kMaxRowGap, result_.problems).value_or(1));
        continue;
      }
      RowStep step;
      step.optional = text->back() == '?';
      if (step.optional) text->pop_back();
      needed = needed || !step.optional;
      step.gap = std::exchange(gap, 0);
      step.list = list_of(item, *text, key).value_or(0);
      row.steps.push_back(step);
    }
    if (row.steps.empty()) return tell(node.place, key, "must be list names in order; write `match: a ~2 b c?`");
    if (gap > 0) tell(node.place, key, "ends in a gap; name the list that follows, or remove the gap");
    if (!needed) tell(node.place, key, "has no list that must be there; name at least one without `?`");
    if (row.steps.size() > kMaxRowSteps) tell(node.place, key, "has more than 16 lists; split the row");
  }

  void read_guards(const Node& node, const std::string& key, Row& row) {
    const std::optional<std::vector<std::string>> names = read_strings(node, key, result_.problems);
    if (!names) return;
    for (const std::string& name : *names) {
      if (const std::optional<std::uint32_t> list = list_of(node, name, key)) row.guards.push_back(*list);
    }
  }

  LexiconResult result_;
  std::map<std::string, std::pair<std::size_t, Place>> lists_;  ///< by name with its language
  std::map<std::string, Place> rows_;                           ///< by name with its language
  // Of the file at hand:
  std::vector<std::string> languages_;
  std::string prefix_;
  std::map<std::string, std::uint32_t> names_;
};

}  // namespace

LexiconResult load_lexicons(std::span<const ConfigFile> files) {
  Merger merger;
  for (const ConfigFile& file : files) merger.add(file);
  return merger.take();
}

}  // namespace pairwatch::config
