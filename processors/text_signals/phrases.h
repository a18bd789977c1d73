// A lexicon's words as tokens, folded as text is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "processors/text_signals/config.h"

namespace pairwatch::text_signals {

/// The tokens of one word or phrase. Empty where nothing is left of it.
struct Phrase {
  std::vector<std::uint64_t> hashes;
  std::size_t byte_count = 0;  ///< of the folded text
  bool is_handle = false;      ///< stands for a handle of any name; one token long
  std::string stem{};          ///< where its last token is the stem of a word: that token, folded
};

struct PhraseList {
  std::vector<Phrase> phrases;
  std::size_t longest = 0;  ///< tokens
};

/// In the order of Lexicon::lists and their words.
std::vector<PhraseList> phrases_of(const Lexicon& lexicon);

/// Most tokens that a row can cover, gaps included. Its lists exist.
std::size_t longest_match(const Row& row, const std::vector<PhraseList>& lists);

/// First subtag of a BCP-47 language, in lower case: `pt` of `pt-BR`.
std::string first_subtag(std::string_view language);

}  // namespace pairwatch::text_signals
