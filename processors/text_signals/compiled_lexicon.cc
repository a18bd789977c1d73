#include "processors/text_signals/compiled_lexicon.h"

#include <algorithm>
#include <bit>
#include <map>

#include "processors/text_signals/phrases.h"

namespace pairwatch::text_signals {
namespace {

/// How common a list is, guessed from the length of its words: nearly as good as counting them in real text.
std::uint64_t commonness(const PhraseList& list) {
  constexpr unsigned kScale = 40;
  std::uint64_t sum = 0;
  for (const Phrase& phrase : list.phrases) sum += (std::uint64_t{1} << kScale) >> std::min<std::size_t>(phrase.byte_count, kScale);
  return sum;
}

/// Builds the trie of phrases edge by edge, ordered by key so that the same lexicon gives the same table.
class Trie {
 public:
  void add(const Phrase& phrase, Slot slot) {
    std::uint32_t parent = 0;
    PhraseEdge* edge = nullptr;
    for (const std::uint64_t hash : phrase.hashes) {
      if (edge != nullptr) edge->continues = true;
      const std::uint64_t key = parent == 0 ? hash : CompiledLexicon::key_after(parent, hash);
      const auto [found, inserted] = edges_.try_emplace(key);
      edge = &found->second;
      if (inserted) edge->node = ++node_count_;
      parent = edge->node;
    }
    const auto is_slot = [slot](const Slot& other) { return other.index == slot.index; };
    if (std::none_of(edge->slots.begin(), edge->slots.end(), is_slot)) edge->slots.push_back(slot);
  }

  /// Open addressing by the high bits of the key, at most half full.
  std::vector<PhraseNode> table(std::vector<Slot>& node_slots) const {
    std::vector<PhraseNode> table(std::bit_ceil(std::max<std::size_t>(edges_.size(), 8) * 2));
    const unsigned shift = static_cast<unsigned>(64 - std::countr_zero(table.size()));
    for (const auto& [key, edge] : edges_) {
      std::size_t at = key >> shift;
      while (table[at].key != 0) at = (at + 1) & (table.size() - 1);
      table[at] = {key, edge.node, static_cast<std::uint32_t>(node_slots.size()), static_cast<std::uint16_t>(edge.slots.size()),
                   edge.continues};
      node_slots.insert(node_slots.end(), edge.slots.begin(), edge.slots.end());
    }
    return table;
  }

 private:
  struct PhraseEdge {
    std::uint32_t node = 0;
    bool continues = false;
    std::vector<Slot> slots;
  };

  std::map<std::uint64_t, PhraseEdge> edges_;
  std::uint32_t node_count_ = 0;
};

/// Where the slots of a list lie.
struct SlotRange {
  std::uint32_t first = 0;
  std::uint16_t count = 0;
};

}  // namespace

CompiledLexicon::CompiledLexicon(const Lexicon& lexicon) {
  const std::vector<PhraseList> lists = phrases_of(lexicon);
  Trie trie;
  std::vector<SlotRange> slots_of;
  for (std::uint32_t list = 0; list < lists.size(); ++list) {
    SlotRange range{static_cast<std::uint32_t>(slot_lengths_.size()), 0};
    for (std::uint32_t length = 1; length <= lists[list].longest; ++length) {
      const Slot slot{static_cast<std::uint32_t>(slot_lengths_.size()), list};
      bool used = false;
      for (const Phrase& phrase : lists[list].phrases) {
        if (phrase.hashes.size() != length) continue;
        used = true;
        phrase.is_handle ? handle_slots_.push_back(slot) : trie.add(phrase, slot);
      }
      if (used) slot_lengths_.push_back(length);
    }
    range.count = static_cast<std::uint16_t>(slot_lengths_.size() - range.first);
    slots_of.push_back(range);
    window_overlap_ = std::max(window_overlap_, lists[list].longest);
  }
  table_ = trie.table(node_slots_);
  shift_ = static_cast<unsigned>(64 - std::countr_zero(table_.size()));

  std::vector<std::vector<FiledRow>> filed(lists.size());
  for (const Row& row : lexicon.rows) {
    CompiledRow compiled{};
    compiled.signal = signal_bit(row.signal);
    for (const std::string& language : row.languages) {
      const std::string subtag = first_subtag(language);
      const auto known = std::find(languages_.begin(), languages_.end(), subtag);
      compiled.languages |= std::uint64_t{1} << (known - languages_.begin());
      if (known == languages_.end()) languages_.push_back(subtag);
    }
    if (row.languages.empty()) compiled.languages = ~std::uint64_t{0};

    compiled.first_step = static_cast<std::uint32_t>(steps_.size());
    compiled.step_count = static_cast<std::uint16_t>(row.steps.size());
    std::vector<std::pair<std::uint64_t, std::uint32_t>> needed;
    for (const RowStep& step : row.steps) {
      const SlotRange range = slots_of[step.list];
      steps_.push_back({range.first, range.count, static_cast<std::uint8_t>(step.gap), step.optional});
      if (!step.optional) needed.emplace_back(commonness(lists[step.list]), step.list);
    }
    std::sort(needed.begin(), needed.end());
    compiled.first_guard = static_cast<std::uint32_t>(guards_.size());
    compiled.guard_count = static_cast<std::uint16_t>(row.guards.size());
    guards_.insert(guards_.end(), row.guards.begin(), row.guards.end());
    filed[needed[0].second].push_back({static_cast<std::uint32_t>(rows_.size()), needed[needed.size() > 1 ? 1 : 0].second});
    rows_.push_back(compiled);
    window_overlap_ = std::max(window_overlap_, longest_match(row, lists));
  }
  for (const std::vector<FiledRow>& rows : filed) {
    first_filed_.push_back(static_cast<std::uint32_t>(filed_rows_.size()));
    filed_rows_.insert(filed_rows_.end(), rows.begin(), rows.end());
  }
  first_filed_.push_back(static_cast<std::uint32_t>(filed_rows_.size()));
  if (window_overlap_ > 0) --window_overlap_;
}

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
