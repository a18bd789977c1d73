// Rows of a lexicon against the tokens of one text.
//
// Token -> flat table -> phrases -> for each list a mask of the positions where it begins. A row is looked at only where the two
// rarest lists it needs are both there (about one row in a thousand), and is then a few shifts and ands: a list moves the set of
// reached positions over it, a gap smears the set. Long texts go through windows of 63 tokens that overlap by the longest row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "processors/text_signals/compiled_lexicon.h"
#include "processors/text_signals/fold.h"

namespace pairwatch::text_signals {

/// Scratch of one thread. Nothing grows while matching.
class Matcher {
 public:
  /// `lexicon` outlives the matcher.
  explicit Matcher(const CompiledLexicon& lexicon);

  /// The signals that rows of these languages speak for. `handles` are the tokens at which a handle begins, ascending.
  std::uint64_t match(std::span<const Token> tokens, std::span<const std::uint16_t> handles, std::uint64_t languages);

  /// The rows, ascending, instead of their signals. Allocates.
  std::vector<std::uint32_t> matching_rows(std::span<const Token> tokens, std::span<const std::uint16_t> handles,
                                           std::uint64_t languages);

 private:
  struct Mask {
    std::uint64_t positions = 0;
    std::uint64_t window = 0;  ///< for which `positions` holds
  };

  void match_windows(std::span<const Token> tokens, std::span<const std::uint16_t> handles, std::uint64_t languages);
  void mark_phrases(std::span<const Token> window);
  void mark(Slot slot, std::size_t position);
  void match_rows(std::size_t token_count, std::uint64_t languages);
  bool row_matches(const CompiledRow& row, std::size_t token_count) const;
  std::uint64_t positions(std::uint32_t slot) const { return masks_[slot].window == window_ ? masks_[slot].positions : 0; }
  bool is_vetoed(const CompiledRow& row) const;

  const CompiledLexicon& lexicon_;
  std::vector<Mask> masks_;                 ///< by slot
  std::vector<std::uint64_t> last_window_;  ///< by list: the last window it was seen in
  std::vector<std::uint32_t> seen_lists_;   ///< in this window
  std::size_t seen_count_ = 0;
  std::vector<std::uint64_t> last_match_;  ///< by row: the last message it matched, before guards
  std::vector<std::uint32_t> guarded_;     ///< rows that matched this message and have guards
  std::size_t guarded_count_ = 0;
  std::uint64_t window_ = 0;        ///< counted over all messages, so that nothing need be cleared
  std::uint64_t first_window_ = 0;  ///< of this message
  std::uint64_t signals_ = 0;
  std::vector<std::uint32_t>* all_rows_ = nullptr;
};

}  // namespace pairwatch::text_signals
