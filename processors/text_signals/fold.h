// Text as the matcher reads it: one pass, linear whatever the text, no allocation.
//
// In the pass: case, width, marks, compatibility forms (fold_table.h); punctuation and symbols to one space; zero-width and
// apostrophes dropped; every run of one letter collapsed to one letter (coool, cool and col are the same); digits and signs read as
// letters in words that hold letters too (sch00l, p@rents); letters that look Latin read as Latin in words that mix scripts; spelt
// out words joined (s c h o o l). Characters of Han, Kana and Hangul mean something when doubled, so only three of them or more are
// collapsed. A list's words pass through the same fold, so nothing need be written twice.
//
// What digits stand for is not always clear: 70 is a number or "to", 1 beside a vowel an l (schoo1) or an i (fr13nds). Digits says
// which reading it is; text_signals.cc takes both where somebody writes so.
//
// Spelt out means three single letters or more in a row. A leading "u" or "r u" stays apart, and so do runs made only of letters
// that people write for words (r u a). Where some gaps are wider than others, the wide ones part words, and blanks where signs
// stand elsewhere; where one of those words is spelt out so, short ones and words with an apostrophe are too
// (d o n't   t e l l   m e).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "processors/text_signals/fold_table.h"

namespace pairwatch::text_signals {

/// A word, or one character of Han, Kana or Hangul, whose spacing tells nothing.
struct Token {
  std::uint64_t hash = 0;   ///< of its folded bytes, never 0; not for storing
  std::uint16_t begin = 0;  ///< in the folded text, bytes
  std::uint16_t end = 0;
  std::uint16_t source_begin = 0;  ///< in the text as it came, bytes
  std::uint16_t source_end = 0;
};

/// How digits are read where they stand for letters. What one reading misses the other may see: fr13nd5 is friends, schoo1 school.
enum class Digits : std::uint8_t {
  kBesideLetters,  ///< in words that hold letters; 1 is l beside a vowel, else i
  kAsLetters,      ///< short words of digits alone as well (70 y0u); 1 is always i
};

/// Views live until the next fold.
struct Folded {
  std::string_view text;  ///< the tokens, one space between
  std::span<const Token> tokens;
  std::uint32_t most_digits = 0;      ///< of the text as it came, in a row but for what is no letter
  std::uint32_t words_in_digits = 0;  ///< that hold letters and digits
  bool has_at_sign = false;
  bool has_slash = false;
};

/// Longer text is not read.
inline constexpr std::size_t kMaxTextBytes = 4096;

/// The first `most` bytes of valid UTF-8, or a few less: never half a code point.
std::string_view cut_at_code_point(std::string_view text, std::size_t most);

/// Hash of a folded token. `begin` is readable for 8 bytes beyond the token.
std::uint64_t token_hash(const char* begin, std::size_t length);

/// Buffers of one thread: 0.2 MiB.
class Folder {
 public:
  explicit Folder(const FoldTable& table);

  /// `text` is UTF-8 of at most kMaxTextBytes.
  Folded fold(std::string_view text, Digits digits = Digits::kBesideLetters);

 private:
  /// What one byte can become at most: a squared katakana word (3 bytes) becomes 6 characters of 3 bytes and a space each.
  static constexpr std::size_t kMaxGrowth = 8;
  static constexpr std::size_t kMaxTokens = 2 * kMaxTextBytes + 1;

  const FoldTable& table_;
  std::unique_ptr<char[]> folded_;
  std::unique_ptr<Token[]> tokens_;
};

}  // namespace pairwatch::text_signals
