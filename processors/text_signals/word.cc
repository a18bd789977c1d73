#include "processors/text_signals/word.h"

#include "processors/text_signals/code_point.h"

namespace pairwatch::text_signals {
namespace {

/// The letter that a digit or sign is written for, or itself: 2, 6, 8 and 9 are written for sounds (gr8), not for letters. 1
/// depends on its neighbours.
char32_t letter_written_as(char32_t c) {
  switch (c) {
    case '0': return 'o';
    case '3': return 'e';
    case '4':
    case '@': return 'a';
    case '5':
    case '$': return 's';
    case '7': return 't';
    default: return c;
  }
}

bool is_vowel(char32_t c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

/// Writes letters, each run of equal ones once.
class Writer {
 public:
  explicit Writer(char* out) : out_(out) {}

  void write(char32_t letter) {
    if (letter == last_ && !is_digit(letter)) return;
    out_ = encode_code_point(letter, out_);
    last_ = letter;
  }
  char32_t last() const { return last_; }
  char* end() const { return out_; }

 private:
  char* out_;
  char32_t last_ = 0;
};

}  // namespace

char* rewrite_word(const FoldTable& table, char* begin, char* end, WordTraits traits) {
  Writer writer(begin);
  bool one_waits = false;  // a 1 beside a vowel is an l (schoo1, a1one), any other an i (p1c)
  for (const char* at = begin; at != end;) {
    const auto [read, length] = decode_code_point(at, end);
    at += length;
    char32_t letter = traits.latin ? letter_written_as(read) : read;
    if (traits.latin && traits.look && letter >= 0x80) {
      const char look = table.latin_look(letter);
      if (look != '\0') letter = static_cast<char32_t>(look);
    }
    if (one_waits) writer.write(is_vowel(letter) ? 'l' : 'i');
    one_waits = false;
    if (letter == '1' && traits.latin && traits.one_is_i) {
      writer.write('i');
    } else if (letter != '1' || !traits.latin) {
      writer.write(letter);
    } else if (is_vowel(writer.last())) {
      writer.write('l');
    } else {
      one_waits = true;
    }
  }
  if (one_waits) writer.write('i');
  return writer.end();
}

bool may_be_letters(std::string_view word) {
  constexpr std::size_t kMostDigits = 3;
  return word.size() <= kMostDigits && word.find_first_not_of("013457") == std::string_view::npos;
}

}  // namespace pairwatch::text_signals
