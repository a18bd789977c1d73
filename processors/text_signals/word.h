// One folded word: what it holds, and how it reads where it holds digits, signs or letters of two scripts.
#pragma once

#include <cstddef>
#include <string_view>

#include "processors/text_signals/code_point.h"
#include "processors/text_signals/fold_table.h"

namespace pairwatch::text_signals {

/// What a word was seen to hold.
struct WordTraits {
  bool latin = false;  ///< a Latin letter
  bool look = false;   ///< a letter of another script that looks Latin
  bool digit = false;
  bool sign = false;      ///< @ or $ for a letter
  bool one_is_i = false;  ///< wherever it stands, else l beside a vowel

  bool need_rewriting() const { return sign || (latin && (digit || look)); }
};

/// Reads digits and signs as letters (where there are Latin letters too), looks as Latin (where scripts mix), and collapses what is
/// then equal. In place; returns the new end, never beyond the old one.
char* rewrite_word(const FoldTable& table, char* begin, char* end, WordTraits traits);

/// Whether a folded word is up to three digits, each written for a letter: 70, 15, 1, but not 13 of 2013.
bool may_be_letters(std::string_view word);

/// Whether a folded word is one letter (not a digit).
inline bool is_single_letter(std::string_view word) {
  return word.size() <= 4 && word.size() == length_by_lead(word[0]) && !(word[0] >= '0' && word[0] <= '9');
}

}  // namespace pairwatch::text_signals
