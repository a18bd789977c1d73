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

/// One walk over the tokens: reads ahead of where it writes.
class Joiner {
 public:
  Joiner(const FoldTable& table, std::string_view source, char* folded, std::span<Token> tokens)
      : table_(table), source_(source), folded_(folded), tokens_(tokens), out_(folded) {}

  SpeltOut walk(bool by_gap) {
    for (std::size_t i = 0; i < tokens_.size();) {
      std::size_t j = i;
      while (j < tokens_.size() && is_single(j)) ++j;
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

  bool is_character(std::string_view text) const {
    return table_.at(decode_code_point(text.data(), text.data() + text.size()).value).kind() == FoldKind::kCharacter;
  }

  /// How far what follows stands apart: by length, a space further than a sign (w.o.r.d b.y w.o.r.d).
  std::size_t gap_after(std::size_t i) const {
    const std::size_t begin = tokens_[i].source_end, length = tokens_[i + 1].source_begin - begin;
    const bool is_blank = source_.substr(begin, length).find_first_not_of(' ') == std::string_view::npos;
    return 2 * length + (is_blank ? 1 : 0);
  }

  /// Where all gaps are alike they part nothing: the walk without gaps decides.
  void take_groups(std::size_t begin, std::size_t end) {
    std::size_t narrow = 2 * kMaxTextBytes;
    std::size_t wide = 0;
    for (std::size_t i = begin; i + 1 < end; ++i) {
      narrow = std::min(narrow, gap_after(i));
      wide = std::max(wide, gap_after(i));
    }
    if (wide <= narrow) return copy(begin, end);
    for (std::size_t first = begin; first < end;) {
      std::size_t last = first;
      while (last + 1 < end && gap_after(last) == narrow) ++last;
      take_group(first, last + 1);
      first = last + 1;
    }
  }

  void take_group(std::size_t begin, std::size_t end) {
    std::size_t first = begin;
    if (end - begin > 2 && word(begin) == "r" && word(begin + 1) == "u") {
      first = begin + 2;
    } else if (word(begin) == "u") {
      first = begin + 1;
    }
    bool spells = false;
    for (std::size_t i = first; i < end; ++i) spells |= !is_written_for_a_word(word(i)[0]);
    if (!spells || end - first < kShortestSpelling) return copy(begin, end);
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
      const std::string_view letter = word(i);
      const char32_t c = decode_code_point(letter.data(), letter.data() + letter.size()).value;
      traits.latin |= table_.at(c).kind() == FoldKind::kLatin;
      traits.look |= table_.latin_look(c) != 0;
      const std::size_t length = letter.size();
      std::memmove(out_, letter.data(), length);
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
