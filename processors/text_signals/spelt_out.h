// Words spelt out letter by letter (s c h o o l, s.c.h.o.o.l), joined. Rules in fold.h.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "processors/text_signals/fold.h"

namespace pairwatch::text_signals {

/// Shorter runs of single letters are words: "r u ok".
inline constexpr std::size_t kShortestSpelling = 3;

struct SpeltOut {
  std::size_t token_count;
  char* end;  ///< of the folded text, behind the space of the last token
};

/// Joins in place. `folded` holds the tokens, each followed by a space; `source` is the text as it came. Linear. Folding the result
/// once more changes nothing.
SpeltOut join_spelt_out(const FoldTable& table, std::string_view source, char* folded, std::span<Token> tokens);

}  // namespace pairwatch::text_signals
