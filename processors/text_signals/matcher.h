// Rows of a lexicon against the tokens of one text.
//
// Token -> flat table -> for each phrase a 64-bit mask of the positions where it begins; its first three bytes tell which stems it
// may begin with, mostly none. A row is looked at only where the two
// rarest lists it needs are both there (about one row in a thousand), and is then a few shifts and ands: a list, the union of its
// phrases, moves the set of reached positions over itself, a gap smears the set. So everyday words cost the same however many lists
// hold them. Long texts go through windows of 63 tokens that overlap by the longest row.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "processors/text_signals/compiled_lexicon.h"
#include "processors/text_signals/fold.h"

namespace pairwatch::text_signals {

/// Scratch of one thread: about 16 bytes a word of the lexicon. Nothing grows while matching.
class Matcher {
 public:
  /// `lexicon` outlives the matcher.
  explicit Matcher(const CompiledLexicon& lexicon);

  /// The signals that rows of these languages speak for, and those of the language that its words are of where that is clear: it
  /// stands for all where none is declared, else beside the declared one. `handles` are the tokens at which a handle begins,
  /// ascending.
  std::uint64_t match(const Folded& text, std::span<const std::uint16_t> handles, std::uint64_t languages);

  /// The rows, ascending, instead of their signals. Allocates.
  std::vector<std::uint32_t> matching_rows(const Folded& text, std::span<const std::uint16_t> handles, std::uint64_t languages);

 private:
  /// Positions in the window it was last written in. Windows are counted over all messages, so nothing need be cleared.
  struct Mask {
    std::uint64_t positions = 0;
    std::uint64_t window = 0;
  };

  void match_windows(const Folded& text, std::span<const std::uint16_t> handles, std::uint64_t languages);
  void mark_phrases(const char* text, std::span<const Token> window);
  void count_language(const PhraseNode& node);
  std::uint64_t guessed(std::uint64_t declared) const;
  void mark_stems(StemLengths lengths, std::uint32_t node, const char* text, const Token& token, std::size_t position);
  void mark(const PhraseNode& node, std::size_t position);
  void match_rows(std::size_t token_count, std::uint64_t languages);
  void unite(std::uint32_t list);
  bool row_matches(const CompiledRow& row, std::size_t token_count);
  bool is_vetoed(const CompiledRow& row) const;

  const CompiledLexicon& lexicon_;
  std::vector<Mask> nodes_;
  std::vector<std::uint64_t> last_seen_;    ///< by list by which rows are looked up: the last window a phrase of it stood in
  std::vector<std::uint64_t> last_united_;  ///< by list: the last window for which its slots were united
  std::vector<std::uint64_t> slots_;        ///< positions, united
  std::vector<std::uint32_t> seen_lists_;   ///< in this window, of those that rows are filed under
  std::size_t seen_count_ = 0;
  std::vector<std::uint64_t> last_match_;  ///< by row: the last window it matched in, before guards
  std::vector<std::uint32_t> guarded_;     ///< rows that matched this message and have guards
  std::size_t guarded_count_ = 0;
  std::uint64_t window_ = 0;
  std::uint64_t first_window_ = 0;  ///< of this message
  std::uint64_t signals_ = 0;
  std::array<std::uint16_t, kMaxLanguages + 1> own_words_{};  ///< by language: words of this message that no other has
  std::vector<std::uint32_t>* all_rows_ = nullptr;
};

}  // namespace pairwatch::text_signals
