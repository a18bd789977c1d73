// A lexicon as the matcher walks it: a flat table of words and phrases, and rows as short programs over masks of positions.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processors/text_signals/config.h"

namespace pairwatch::text_signals {

/// Positions of a window are the bits of a word; one bit is kept for "behind the last token".
inline constexpr std::size_t kWindowTokens = 63;
/// A word list's phrase has at most this many tokens.
inline constexpr std::size_t kMaxPhraseTokens = 16;
/// A row covers at most this many tokens, gaps included. Windows overlap by the longest row, so long rows make long texts dear.
inline constexpr std::size_t kMaxRowTokens = 40;
inline constexpr std::uint32_t kMaxGap = 8;
inline constexpr std::size_t kMaxSteps = 16;
inline constexpr std::size_t kMaxLanguages = 63;

/// In a word list: a handle written with its sign, as in "@name".
inline constexpr std::string_view kHandleWord = "@handle";
/// In a word list, at the end of a phrase: its last token is the stem of a word.
inline constexpr char kStemSign = '*';
/// Bounds of a stem in folded bytes: a shorter one would be found in every other word.
inline constexpr std::size_t kMinStemBytes = 3;
inline constexpr std::size_t kMaxStemBytes = 18;

/// Lengths of stems, a bit each from kMinStemBytes on.
using StemLengths = std::uint16_t;

/// A phrase, or the beginning of one. Phrases are a trie whose edges all live in one table: the key of a first token is its hash,
/// that of a further one is mixed with the node it follows, and so is that of a stem.
struct PhraseNode {
  std::uint64_t key = 0;            ///< 0: free
  std::uint64_t languages = 0;      ///< of a first token: of the rows that have a phrase which begins with it
  std::uint32_t node = 0;           ///< 1 and up
  std::uint32_t first_list = 0;     ///< its lists by which rows are looked up, first those that rows are filed under
  std::uint16_t trigger_count = 0;  ///< of those that rows are filed under
  std::uint16_t list_count = 0;     ///< with those that are the second rarest of some row
  StemLengths stem_lengths = 0;     ///< of the stems that end phrases here
  bool is_phrase = false;           ///< of some list; else it is only the beginning of phrases
  bool continues = false;           ///< some phrase goes on
};

/// The phrases of one list that have the same number of tokens: where they begin is one mask.
struct Slot {
  std::uint32_t first_node;
  std::uint32_t node_count;
  std::uint32_t length;
};

struct CompiledList {
  std::uint32_t first_slot = 0;
  std::uint32_t slot_count = 0;
  std::uint32_t first_filed = 0;
  std::uint32_t filed_count = 0;
  bool is_second = false;  ///< of some row
};

/// A row, filed under the rarest list it needs. `second_list` is the rarest but one: rows without it are not looked at. Of all
/// other lists, which are full of common words, nothing is noted until a row asks.
struct FiledRow {
  std::uint32_t row;
  std::uint32_t second_list;
};

struct CompiledStep {
  std::uint32_t list;
  std::uint8_t gap;
  bool optional;
};

struct CompiledRow {
  std::uint64_t signal;     ///< signal_bit
  std::uint64_t languages;  ///< one bit each; all bits: any
  std::uint32_t first_step;
  std::uint32_t first_guard;
  std::uint16_t step_count;
  std::uint16_t guard_count;
};

class CompiledLexicon {
 public:
  /// `lexicon` has no problems.
  explicit CompiledLexicon(const Lexicon& lexicon);

  /// The node for a key, or null.
  const PhraseNode* find(std::uint64_t key) const {
    const std::uint64_t bit = key >> filter_shift_;
    if ((filter_[bit / 64] >> (bit % 64) & 1) == 0) return nullptr;
    for (std::uint64_t at = key >> shift_;; at = (at + 1) & (table_.size() - 1)) {
      if (table_[at].key == key) return &table_[at];
      if (table_[at].key == 0) return nullptr;
    }
  }
  static std::uint64_t key_after(std::uint32_t node, std::uint64_t token_hash) {
    const std::uint64_t key = (token_hash ^ node) * 0xd6e8feb86659fd93U;
    return key == 0 ? 1 : key;
  }
  /// `node`: the one it follows, 0 where the stem is all of the phrase.
  static std::uint64_t key_of_stem(std::uint32_t node, std::uint64_t stem_hash) { return key_after(~node, stem_hash); }

  /// Of the stems that a token may begin with and that are a phrase of their own. `token` has at least kMinStemBytes, and one
  /// more to read.
  StemLengths stem_lengths(const char* token) const { return stem_lengths_[stem_place(token)]; }

  /// Bits of the rows to be used for a declared language, as in CompiledRow::languages; all where it is none that has rows.
  std::uint64_t languages_for(std::string_view declared) const;

  const std::uint32_t* lists_of(const PhraseNode& node) const { return node_lists_.data() + node.first_list; }
  /// The node that stands for any handle, null where no list holds it.
  const PhraseNode* handle() const { return handle_.is_phrase ? &handle_ : nullptr; }

  std::span<const Slot> slots_of(std::uint32_t list) const {
    return std::span(slots_).subspan(lists_[list].first_slot, lists_[list].slot_count);
  }
  std::uint32_t first_slot_of(std::uint32_t list) const { return lists_[list].first_slot; }
  std::span<const std::uint32_t> nodes_of(const Slot& slot) const {
    return std::span(slot_nodes_).subspan(slot.first_node, slot.node_count);
  }
  /// The rows filed under a list.
  std::span<const FiledRow> rows_of(std::uint32_t list) const {
    return std::span(filed_rows_).subspan(lists_[list].first_filed, lists_[list].filed_count);
  }

  const CompiledRow& row(std::uint32_t row) const { return rows_[row]; }
  std::span<const CompiledStep> steps_of(const CompiledRow& row) const {
    return std::span(steps_).subspan(row.first_step, row.step_count);
  }
  std::span<const std::uint32_t> guards_of(const CompiledRow& row) const {
    return std::span(guards_).subspan(row.first_guard, row.guard_count);
  }
  std::size_t slot_count() const { return slots_.size(); }
  std::size_t list_count() const { return lists_.size(); }
  std::size_t row_count() const { return rows_.size(); }
  std::size_t language_count() const { return languages_.size(); }
  /// Nodes are numbered below this.
  std::size_t node_limit() const { return node_limit_; }
  /// Tokens that two windows of one text share, so that no row and no guard falls between them.
  std::size_t window_overlap() const { return window_overlap_; }

 private:
  struct Compiler;

  static constexpr unsigned kStemPlaceBits = 12;
  /// By the first kMinStemBytes of a token.
  static std::size_t stem_place(const char* token) {
    std::uint32_t first;
    std::memcpy(&first, token, sizeof first);
    static_assert(std::endian::native == std::endian::little && kMinStemBytes == 3);
    return ((first & 0xffffff) * 0x9e3779b1U) >> (32 - kStemPlaceBits);
  }

  std::vector<PhraseNode> table_;
  std::array<StemLengths, std::size_t{1} << kStemPlaceBits> stem_lengths_{};
  unsigned shift_ = 0;  ///< 64 less the bits of the table's size: the hash's high bits choose the place
  /// A bit for each key, eight or more times as many as keys: most words are of no list, and this much fits a core's cache.
  std::vector<std::uint64_t> filter_;
  unsigned filter_shift_ = 0;
  PhraseNode handle_;
  std::size_t node_limit_ = 1;
  std::vector<std::uint32_t> node_lists_;
  std::vector<CompiledList> lists_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> slot_nodes_;
  std::vector<FiledRow> filed_rows_;
  std::vector<CompiledRow> rows_;
  std::vector<CompiledStep> steps_;
  std::vector<std::uint32_t> guards_;
  std::vector<std::string> languages_;
  std::size_t window_overlap_ = 0;
};

}  // namespace pairwatch::text_signals
