#include "processors/text_signals/spelt_out.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "processors/text_signals/code_point.h"
#include "processors/text_signals/word.h"

namespace pairwatch::text_signals {
namespace {

/// Letters that chats write for words: a, see, I, and, are, you, why.
bool is_written_for_a_word(char letter) { return std::string_view("acinruy").find(letter) != std::string_view::npos; }

bool starts_with_apostrophe(std::string_view text) { return text.starts_with('\'') || text.starts_with("\u2019"); }

/// One walk over the tokens: reads ahead of where it writes.
class Joiner {
 public:
  Joiner(const FoldTable& table, std::string_view source, char* folded, std::span<Token> tokens)
      : table_(table), source_(source), folded_(folded), tokens_(tokens), out_(folded) {}

  SpeltOut walk(bool by_gap) {
    for (std::size_t i = 0; i < tokens_.size();) {
      std::size_t j = i;
      while (j < tokens_.size() && (is_single(j) || (by_gap && is_two_at_apostrophe(j)))) ++j;
      if (j == i) {
        copy(i, i + 1);
        ++i;
      } else {
        by_gap ? take_groups(i, j) : take_group(i, j);
        i = j;
      }
    }
    return {written_, out_};
  }

 private:
  std::string_view word(std::size_t i) const { return {folded_ + tokens_[i].begin, folded_ + tokens_[i].end}; }

  bool is_single(std::size_t i) const {
    const std::string_view text = word(i);
    return is_single_letter(text) && (static_cast<unsigned char>(text[0]) < 0x80 || !is_character(text));
  }

  /// Two letters that only an apostrophe parts (d o n't, l'e a u).
  bool is_two_at_apostrophe(std::size_t i) const {
    const std::string_view text = word(i);
    const std::size_t first = length_by_lead(text[0]);
    if (text.size() <= first || !is_single_letter(text.substr(0, first)) || !is_single_letter(text.substr(first))) return false;
    const Token& token = tokens_[i];
    const std::string_view source = source_.substr(token.source_begin, std::size_t{token.source_end} - token.source_begin);
    const std::size_t behind = length_by_lead(source[0]);
    return behind < source.size() && starts_with_apostrophe(source.substr(behind));
  }

  bool is_character(std::string_view text) const {
    return table_.at(decode_code_point(text.data(), text.data() + text.size()).value).kind() == FoldKind::kCharacter;
  }

  /// How far what follows stands apart: by length, a space further than a sign (w.o.r.d b.y w.o.r.d).
  std::size_t gap_after(std::size_t i) const {
    const std::size_t begin = tokens_[i].source_end, length = tokens_[i + 1].source_begin - begin;
    const bool is_blank = source_.substr(begin, length).find_first_not_of(' ') == std::string_view::npos;
    return 2 * length + (is_blank ? 1 : 0);
  }

  /// An apostrophe between blanks belongs to a word (d o n ' t).
  bool parts_nothing(std::size_t i) const {
    const std::string_view gap = source_.substr(tokens_[i].source_end, tokens_[i + 1].source_begin - tokens_[i].source_end);
    const std::size_t begin = std::min(gap.find_first_not_of(' '), gap.size());
    if (!starts_with_apostrophe(gap.substr(begin))) return false;
    return gap.find_first_not_of(' ', begin + length_by_lead(gap[begin])) == std::string_view::npos;
  }

  /// Where all gaps are alike they part nothing: the walk without gaps decides. Where some are wider and one word between them is
  /// spelt out, so are the short ones beside it (s e n d   m e).
  void take_groups(std::size_t begin, std::size_t end) {
    std::size_t narrow = 2 * kMaxTextBytes;
    std::size_t wide = 0;
    for (std::size_t i = begin; i + 1 < end; ++i) {
      if (parts_nothing(i)) continue;
      narrow = std::min(narrow, gap_after(i));
      wide = std::max(wide, gap_after(i));
    }
    if (wide <= narrow) return copy(begin, end);
    bool spells = false;
    for (std::size_t first = begin; first < end && !spells; first = group_end(first, end, narrow)) {
      spells = spells_a_word(first, group_end(first, end, narrow));
    }
    for (std::size_t first = begin; first < end;) {
      const std::size_t last = group_end(first, end, narrow);
      if (spells && last - first > 1 && !is_are_you(first, last)) {
        join(first, last);
      } else {
        copy(first, last);
      }
      first = last;
    }
  }

  /// Behind the last of those that stand as near together as any.
  std::size_t group_end(std::size_t first, std::size_t end, std::size_t narrow) const {
    while (first + 1 < end && (gap_after(first) == narrow || parts_nothing(first))) ++first;
    return first + 1;
  }

  bool is_are_you(std::size_t begin, std::size_t end) const {
    return end - begin == 2 && word(begin) == "r" && word(begin + 1) == "u";
  }

  bool spells_a_word(std::size_t begin, std::size_t end) const {
    if (end - begin < kShortestSpelling) return false;
    for (std::size_t i = begin; i < end; ++i) {
      if (!is_written_for_a_word(word(i)[0])) return true;
    }
    return false;
  }

  void take_group(std::size_t begin, std::size_t end) {
    std::size_t first = begin;
    if (end - begin > 2 && is_are_you(begin, begin + 2)) {
      first = begin + 2;
    } else if (word(begin) == "u") {
      first = begin + 1;
    }
    if (!spells_a_word(first, end)) return copy(begin, end);
    copy(begin, first);
    join(first, end);
  }

  void copy(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t length = std::size_t{tokens_[i].end} - tokens_[i].begin;
      Token token = tokens_[i];
      std::memmove(out_, folded_ + token.begin, length);
      token.begin = static_cast<std::uint16_t>(out_ - folded_);
      token.end = static_cast<std::uint16_t>(token.begin + length);
      out_ += length;
      *out_++ = ' ';
      tokens_[written_++] = token;
    }
  }

  void join(std::size_t begin, std::size_t end) {
    char* const start = out_;
    WordTraits traits;
    Token token{.source_begin = tokens_[begin].source_begin, .source_end = tokens_[end - 1].source_end};
    for (std::size_t i = begin; i < end; ++i) {
      const std::string_view letters = word(i);  // one, or two at an apostrophe
      for (const char* at = letters.data(); at != letters.data() + letters.size();) {
        const auto [c, length] = decode_code_point(at, letters.data() + letters.size());
        traits.latin |= table_.at(c).kind() == FoldKind::kLatin;
        traits.look |= table_.latin_look(c) != 0;
        at += length;
      }
      const std::size_t length = letters.size();
      std::memmove(out_, letters.data(), length);
      out_ += length;
    }
    out_ = rewrite_word(table_, start, out_, traits);
    token.begin = static_cast<std::uint16_t>(start - folded_);
    token.end = static_cast<std::uint16_t>(out_ - folded_);
    // The hash reads eight bytes and masks what is beyond the word, so what lies there does not matter.
    token.hash = token_hash(start, static_cast<std::size_t>(out_ - start));
    *out_++ = ' ';
    tokens_[written_++] = token;
  }

  const FoldTable& table_;
  std::string_view source_;
  char* folded_;
  std::span<Token> tokens_;
  char* out_;
  std::size_t written_ = 0;
};

}  // namespace

SpeltOut join_spelt_out(const FoldTable& table, std::string_view source, char* folded, std::span<Token> tokens) {
  const SpeltOut by_gap = Joiner(table, source, folded, tokens).walk(true);
  return Joiner(table, source, folded, tokens.first(by_gap.token_count)).walk(false);
}

}  // namespace pairwatch::text_signals
