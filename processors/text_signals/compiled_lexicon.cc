#include "processors/text_signals/compiled_lexicon.h"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

#include "processors/text_signals/phrases.h"

namespace pairwatch::text_signals {
namespace {

constexpr std::size_t kFilterBitsAPlace = 8;

/// How common a list is, guessed from the length of its words: nearly as good as counting them in real text.
std::uint64_t commonness(const PhraseList& list) {
  constexpr unsigned kScale = 40;
  std::uint64_t sum = 0;
  for (const Phrase& phrase : list.phrases) sum += (std::uint64_t{1} << kScale) >> std::min<std::size_t>(phrase.byte_count, kScale);
  return sum;
}

}  // namespace

/// Fills a lexicon, in order: phrases and slots, rows, then the table, which needs to know what rows are filed under.
struct CompiledLexicon::Compiler {
  struct Edge {
    PhraseNode node;
    std::vector<std::uint32_t> lists{};  ///< that the phrase belongs to
  };

  CompiledLexicon& made;
  const Lexicon& lexicon;
  std::vector<PhraseList> lists;
  std::unordered_map<std::uint64_t, Edge> edges{};
  Edge handle{};
  std::vector<std::uint64_t> languages = languages_of_lists();  ///< by list

  /// Of the rows that need a list; guards are often shared, and say nothing.
  std::vector<std::uint64_t> languages_of_lists() {
    std::vector<std::uint64_t> bits(lexicon.lists.size());
    for (const Row& row : lexicon.rows) {
      for (const RowStep& step : row.steps) bits[step.list] |= languages_of(row);
    }
    return bits;
  }

  /// The edge where a phrase ends, with its whole way there.
  Edge& edge_of(const Phrase& phrase, std::uint64_t of_languages) {
    if (phrase.is_handle) {
      if (handle.node.node == 0) handle.node.node = static_cast<std::uint32_t>(made.node_limit_++);
      return handle;
    }
    Edge* edge = nullptr;
    for (std::size_t i = 0; i < phrase.hashes.size(); ++i) {
      const bool is_stem = i + 1 == phrase.hashes.size() && !phrase.stem.empty();
      const std::uint32_t before = edge == nullptr ? 0 : edge->node.node;
      if (edge != nullptr) edge->node.continues = true;
      if (is_stem) (edge == nullptr ? lengths_at(phrase.stem) : edge->node.stem_lengths) |= length_bit(phrase.stem);
      const std::uint64_t hash = phrase.hashes[i];
      const std::uint64_t key = is_stem ? key_of_stem(before, hash) : edge == nullptr ? hash : key_after(before, hash);
      edge = &edges[key];
      edge->node.key = key;
      if (i == 0) edge->node.languages |= of_languages;
      if (edge->node.node == 0) edge->node.node = static_cast<std::uint32_t>(made.node_limit_++);
    }
    return *edge;
  }

  StemLengths& lengths_at(const std::string& stem) { return made.stem_lengths_[stem_place(stem.c_str())]; }
  static StemLengths length_bit(const std::string& stem) { return static_cast<StemLengths>(1u << (stem.size() - kMinStemBytes)); }

  void add_list(std::uint32_t list) {
    CompiledList& compiled = made.lists_.emplace_back();
    compiled.first_slot = static_cast<std::uint32_t>(made.slots_.size());
    for (std::uint32_t length = 1; length <= lists[list].longest; ++length) {
      const std::size_t first_node = made.slot_nodes_.size();
      for (const Phrase& phrase : lists[list].phrases) {
        if (phrase.hashes.size() != length) continue;
        Edge& edge = edge_of(phrase, languages[list]);
        if (!edge.lists.empty() && edge.lists.back() == list) continue;  // two words of the list fold to one
        edge.lists.push_back(list);
        made.slot_nodes_.push_back(edge.node.node);
      }
      const std::size_t count = made.slot_nodes_.size() - first_node;
      if (count > 0) made.slots_.push_back({static_cast<std::uint32_t>(first_node), static_cast<std::uint32_t>(count), length});
    }
    compiled.slot_count = static_cast<std::uint32_t>(made.slots_.size()) - compiled.first_slot;
  }

  std::uint64_t language_bit(const std::string& language) {
    const std::string subtag = first_subtag(language);
    const auto known = std::find(made.languages_.begin(), made.languages_.end(), subtag);
    const std::uint64_t bit = std::uint64_t{1} << (known - made.languages_.begin());
    if (known == made.languages_.end()) made.languages_.push_back(subtag);
    return bit;
  }

  std::uint64_t languages_of(const Row& row) {
    if (row.languages.empty()) return ~std::uint64_t{0};
    std::uint64_t bits = 0;
    for (const std::string& language : row.languages) bits |= language_bit(language);
    return bits;
  }

  void add_row(const Row& row) {
    CompiledRow compiled{};
    compiled.signal = signal_bit(row.signal);
    compiled.languages = languages_of(row);
    compiled.first_step = static_cast<std::uint32_t>(made.steps_.size());
    compiled.step_count = static_cast<std::uint16_t>(row.steps.size());
    for (const RowStep& step : row.steps) made.steps_.push_back({step.list, static_cast<std::uint8_t>(step.gap), step.optional});
    compiled.first_guard = static_cast<std::uint32_t>(made.guards_.size());
    compiled.guard_count = static_cast<std::uint16_t>(row.guards.size());
    made.guards_.insert(made.guards_.end(), row.guards.begin(), row.guards.end());
    made.rows_.push_back(compiled);
  }

  /// Files every row under the rarest list it needs.
  void file_rows() {
    std::vector<std::uint64_t> common;
    for (const PhraseList& list : lists) common.push_back(commonness(list));
    std::vector<std::vector<FiledRow>> filed(lists.size());
    for (std::uint32_t row = 0; row < lexicon.rows.size(); ++row) {
      std::vector<std::pair<std::uint64_t, std::uint32_t>> needed;
      for (const RowStep& step : lexicon.rows[row].steps) {
        if (!step.optional) needed.emplace_back(common[step.list], step.list);
      }
      std::sort(needed.begin(), needed.end());
      const std::uint32_t second = needed[needed.size() > 1 ? 1 : 0].second;
      filed[needed[0].second].push_back({row, second});
      made.lists_[second].is_second = true;
    }
    for (std::uint32_t list = 0; list < lists.size(); ++list) {
      made.lists_[list].first_filed = static_cast<std::uint32_t>(made.filed_rows_.size());
      made.lists_[list].filed_count = static_cast<std::uint32_t>(filed[list].size());
      made.filed_rows_.insert(made.filed_rows_.end(), filed[list].begin(), filed[list].end());
    }
  }

  PhraseNode finished(const Edge& edge) {
    PhraseNode node = edge.node;
    node.first_list = static_cast<std::uint32_t>(made.node_lists_.size());
    const auto count = [&] { return static_cast<std::uint16_t>(made.node_lists_.size() - node.first_list); };
    for (const std::uint32_t list : edge.lists) {
      if (made.lists_[list].filed_count > 0) made.node_lists_.push_back(list);
    }
    node.trigger_count = count();
    for (const std::uint32_t list : edge.lists) {
      if (made.lists_[list].filed_count == 0 && made.lists_[list].is_second) made.node_lists_.push_back(list);
    }
    node.list_count = count();
    node.is_phrase = !edge.lists.empty();
    return node;
  }

  /// Open addressing by the high bits of the key, at most half full.
  void fill_table() {
    made.handle_ = finished(handle);
    made.table_.resize(std::bit_ceil(std::max<std::size_t>(edges.size(), 8) * 2));
    made.shift_ = static_cast<unsigned>(64 - std::countr_zero(made.table_.size()));
    made.filter_.resize(made.table_.size() * kFilterBitsAPlace / 64);
    made.filter_shift_ = static_cast<unsigned>(64 - std::countr_zero(made.filter_.size() * 64));
    std::vector<std::pair<std::uint64_t, const Edge*>> in_order;  // so that the same lexicon gives the same table
    in_order.reserve(edges.size());
    for (const auto& [key, edge] : edges) in_order.emplace_back(key, &edge);
    std::sort(in_order.begin(), in_order.end());
    for (const auto& [key, edge] : in_order) {
      std::size_t at = key >> made.shift_;
      while (made.table_[at].key != 0) at = (at + 1) & (made.table_.size() - 1);
      made.table_[at] = finished(*edge);
      const std::uint64_t bit = key >> made.filter_shift_;
      made.filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }

  void compile() {
    for (std::uint32_t list = 0; list < lists.size(); ++list) add_list(list);
    for (const Row& row : lexicon.rows) add_row(row);
    file_rows();
    fill_table();
    std::size_t longest = 1;
    for (const PhraseList& list : lists) longest = std::max(longest, list.longest);
    for (const Row& row : lexicon.rows) longest = std::max(longest, longest_match(row, lists));
    made.window_overlap_ = longest - 1;
  }
};

CompiledLexicon::CompiledLexicon(const Lexicon& lexicon) { Compiler{*this, lexicon, phrases_of(lexicon)}.compile(); }

std::uint64_t CompiledLexicon::languages_for(std::string_view declared) const {
  const std::string_view subtag = declared.substr(0, declared.find_first_of("-_"));
  const auto same = [subtag](const std::string& language) {
    return language.size() == subtag.size() && std::equal(language.begin(), language.end(), subtag.begin(), [](char known, char c) {
             return known == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
           });
  };
  const auto known = std::find_if(languages_.begin(), languages_.end(), same);
  return known == languages_.end() ? ~std::uint64_t{0} : std::uint64_t{1} << (known - languages_.begin());
}

}  // namespace pairwatch::text_signals
