#include "processors/text_signals/fold.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "processors/core/check.h"
#include "processors/text_signals/code_point.h"
#include "processors/text_signals/spelt_out.h"
#include "processors/text_signals/word.h"

namespace pairwatch::text_signals {
namespace {

/// a to z for ASCII letters, else 0.
constexpr std::array<char, 256> ascii_letters() {
  std::array<char, 256> letters{};
  for (std::size_t i = 0; i < 26; ++i) {
    letters['a' + i] = static_cast<char>('a' + i);
    letters['A' + i] = static_cast<char>('a' + i);
  }
  return letters;
}
constexpr std::array<char, 256> kAsciiLetters = ascii_letters();

char ascii_letter(char c) { return kAsciiLetters[static_cast<unsigned char>(c)]; }

constexpr char32_t kProlonged = 0x30fc;

bool is_hangul_lead(char32_t c) { return c >= 0x1100 && c <= 0x1112; }
bool is_hangul_vowel(char32_t c) { return c >= 0x1161 && c <= 0x1175; }
bool is_hangul_tail(char32_t c) { return c >= 0x11a8 && c <= 0x11c2; }
bool is_open_syllable(char32_t c) { return c >= 0xac00 && c <= 0xd7a3 && (c - 0xac00) % 28 == 0; }

/// The Hangul syllable that two parts make (The Unicode Standard, 3.12), 0 where they make none.
char32_t compose_hangul(char32_t first, char32_t second) {
  if (is_hangul_lead(first) && is_hangul_vowel(second)) return 0xac00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28;
  if (is_open_syllable(first) && is_hangul_tail(second)) return first + (second - 0x11a7);
  return 0;
}

/// The voiced form of a hiragana, or itself: ka to to and ha to ho stand beside theirs in the code.
char32_t voiced(char32_t kana) {
  if (kana == 0x3046) return 0x3094;
  if (kana >= 0x304b && kana <= 0x3062) return kana % 2 == 1 ? kana + 1 : kana;
  if (kana >= 0x3064 && kana <= 0x3069) return kana % 2 == 0 ? kana + 1 : kana;
  if (kana >= 0x306f && kana <= 0x307d && kana % 3 == 0) return kana + 1;
  return kana == 0x309d ? char32_t{0x309e} : kana;
}

char32_t semi_voiced(char32_t kana) { return kana >= 0x306f && kana <= 0x307d && kana % 3 == 0 ? kana + 2 : kana; }

/// One pass over one text.
class Pass {
 public:
  Pass(const FoldTable& table, std::string_view text, Digits digits, char* folded, Token* tokens)
      : table_(table),
        digits_are_letters_(digits == Digits::kAsLetters),
        source_(text.data()),
        at_(source_),
        end_(source_ + text.size()),
        folded_(folded),
        out_(folded),
        word_(folded),
        tokens_(tokens) {}

  Folded run() {
    while (at_ != end_) {
      if (ascii_letter(*at_) != 0) {
        read_letters();
      } else if (static_cast<unsigned char>(*at_) < 0x80) {
        read_ascii();
      } else {
        read_code_point();
      }
    }
    end_token();
    if (longest_spelling_ >= kShortestSpelling) {
      const SpeltOut joined = join_spelt_out(table_, {source_, end_}, folded_, {tokens_, token_count_});
      token_count_ = joined.token_count;
      out_ = joined.end;
    }
    const auto length = static_cast<std::size_t>(out_ - folded_);
    result_.text = {folded_, length == 0 ? 0 : length - 1};  // but for the space behind the last token
    result_.tokens = {tokens_, token_count_};
    return result_;
  }

 private:
  bool in_word() const { return out_ != word_; }
  std::uint16_t position(const char* at) const { return static_cast<std::uint16_t>(at - source_); }

  void begin_word() {
    if (in_word()) return;
    if (character_ != 0) flush_character();
    previous_character_ = 0;
    word_source_ = at_;
  }

  void append(char32_t letter) {
    if (letter == last_) return;
    out_ = encode_code_point(letter, out_);
    last_ = letter;
  }

  /// The common case: a run of ASCII letters.
  void read_letters() {
    begin_word();
    char* out = out_;
    char32_t last = last_;
    char letter = ascii_letter(*at_);
    do {
      *out = letter;
      out += static_cast<char32_t>(letter) != last ? 1 : 0;
      last = static_cast<char32_t>(letter);
    } while (++at_ != end_ && (letter = ascii_letter(*at_)) != 0);
    out_ = out;
    last_ = last;
    traits_.latin = true;
    digits_ = 0;
  }

  void read_ascii() {
    const char c = *at_;
    if (c == ' ') {
      end_token();
    } else if (c >= '0' && c <= '9') {
      append_digit(c);
    } else if (c == '@' || c == '$') {
      read_sign(c);
    } else {
      result_.has_slash |= c == '/';
      if (table_.at(static_cast<char32_t>(c)).kind() != FoldKind::kDropped) end_token();
    }
    ++at_;
  }

  void append_digit(char digit) {
    begin_word();
    *out_++ = digit;
    last_ = 0;
    traits_.digit = true;
    result_.most_digits = std::max(result_.most_digits, ++digits_);
  }

  /// A sign written for a letter: p@rents, $chool.
  void read_sign(char sign) {
    const bool before_letter = at_ + 1 != end_ && ascii_letter(at_[1]) != 0;
    const bool after_letter = in_word() && last_ != 0;
    result_.has_at_sign |= sign == '@';
    if (!before_letter || (sign == '@' && !after_letter)) return end_token();
    begin_word();
    *out_++ = sign;
    last_ = 0;
    traits_.sign = true;
  }

  void read_code_point() {
    const auto [code_point, length] = decode_code_point(at_, end_);
    const FoldEntry entry = table_.at(code_point);
    if (entry.kind() == FoldKind::kSequence) {
      for (const FoldEntry part : table_.sequence(entry)) take(part, at_ + length);
    } else {
      take(entry, at_ + length);
    }
    at_ += length;
  }

  void take(FoldEntry entry, const char* source_end) {
    switch (entry.kind()) {
      case FoldKind::kSeparator: return end_token();
      case FoldKind::kDropped:
      case FoldKind::kSequence: return;
      case FoldKind::kLatin:
        begin_word();
        traits_.latin = true;
        digits_ = 0;
        return append(entry.value());
      case FoldKind::kLetter:
        begin_word();
        traits_.look |= table_.latin_look(entry.value()) != 0;
        digits_ = 0;
        return append(entry.value());
      case FoldKind::kDigit: return append_digit(static_cast<char>(entry.value()));
      case FoldKind::kCharacter: return take_character(entry.value(), source_end);
      case FoldKind::kVoicedMark: character_ = voiced(character_); return;
      case FoldKind::kSemiVoicedMark: character_ = semi_voiced(character_); return;
    }
  }

  /// Kept back until the next one shows that nothing combines with it.
  void take_character(char32_t character, const char* source_end) {
    if (character != kProlonged) digits_ = 0;  // which is written for a dash, too
    if (in_word()) end_token();
    const char32_t composed = character_ == 0 ? 0 : compose_hangul(character_, character);
    if (composed != 0) {
      character_ = composed;
    } else {
      if (character_ != 0) flush_character();
      character_ = character;
      character_begin_ = position(at_);
    }
    character_end_ = position(source_end);
  }

  void flush_character() {
    repeats_ = character_ == previous_character_ ? repeats_ + 1 : 0;
    if (repeats_ == 0 || (repeats_ == 1 && character_ != kProlonged)) {
      word_ = out_;
      out_ = encode_code_point(character_, out_);
      push_token(character_begin_, character_end_);
      spelling_ = 0;
    } else if (repeats_ == 2 && character_ != kProlonged) {
      --token_count_;
      out_ = word_ = folded_ + tokens_[token_count_].begin;
    }
    previous_character_ = character_;
    character_ = 0;
  }

  /// Ends a word, or a run of characters.
  void end_token() {
    if (!in_word()) {
      if (character_ != 0) flush_character();
      previous_character_ = 0;
      return;
    }
    if (traits_.digit || traits_.need_rewriting()) read_digits();
    const bool single = is_single_letter({word_, static_cast<std::size_t>(out_ - word_)});
    spelling_ = single ? spelling_ + 1 : 0;
    longest_spelling_ = std::max(longest_spelling_, spelling_);
    // One code point can be a word and what ends it (U+33E0, the first day of a month): that word ends inside it.
    push_token(position(word_source_), position(std::max(at_, word_source_ + 1)));
    last_ = 0;
    traits_ = {};
  }

  void read_digits() {
    result_.words_in_digits += traits_.latin && traits_.digit ? 1 : 0;
    if (digits_are_letters_) {
      traits_.one_is_i = true;
      traits_.latin |= may_be_letters({word_, static_cast<std::size_t>(out_ - word_)});
    }
    if (traits_.need_rewriting()) out_ = rewrite_word(table_, word_, out_, traits_);
  }

  void push_token(std::uint16_t source_begin, std::uint16_t source_end) {
    const auto begin = static_cast<std::uint16_t>(word_ - folded_);
    const auto end = static_cast<std::uint16_t>(out_ - folded_);
    tokens_[token_count_++] = {token_hash(word_, static_cast<std::size_t>(end - begin)), begin, end, source_begin, source_end};
    *out_++ = ' ';
    word_ = out_;
  }

  const FoldTable& table_;
  const bool digits_are_letters_;
  const char* source_;
  const char* at_;
  const char* end_;
  char* folded_;
  char* out_;
  char* word_;  ///< where the word at hand began, or will
  Token* tokens_;
  std::size_t token_count_ = 0;
  const char* word_source_ = nullptr;
  char32_t last_ = 0;  ///< letter of the word at hand, 0 where the last thing was none
  WordTraits traits_;
  std::uint32_t digits_ = 0;  ///< since the last letter
  char32_t character_ = 0;    ///< kept back, 0: none
  char32_t previous_character_ = 0;
  std::uint32_t repeats_ = 0;  ///< of the previous character
  std::uint16_t character_begin_ = 0;
  std::uint16_t character_end_ = 0;
  std::uint32_t spelling_ = 0;  ///< single letters in a row
  std::uint32_t longest_spelling_ = 0;
  Folded result_;
};

}  // namespace

std::string_view cut_at_code_point(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

std::uint64_t token_hash(const char* begin, std::size_t length) {
  constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15U;
  std::uint64_t hash = length;
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * kMultiplier;
    hash ^= hash >> 32;
  };
  std::uint64_t word = 0;
  for (; length > 8; length -= 8, begin += 8) {
    std::memcpy(&word, begin, 8);
    mix(word);
  }
  std::memcpy(&word, begin, 8);
  if (length < 8) word &= (std::uint64_t{1} << (8 * length)) - 1;  // little-endian: the first bytes are the low ones
  mix(word);
  return hash == 0 ? 1 : hash;
}

Folder::Folder(const FoldTable& table)
    : table_(table),
      folded_(std::make_unique<char[]>(kMaxGrowth * kMaxTextBytes + 16)),
      tokens_(std::make_unique<Token[]>(kMaxTokens)) {}

Folded Folder::fold(std::string_view text, Digits digits) {
  check(text.size() <= kMaxTextBytes, "text is cut before it is folded");
  return Pass(table_, text, digits, folded_.get(), tokens_.get()).run();
}

}  // namespace pairwatch::text_signals
