#include "processors/text_signals/fold_table.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace pairwatch::text_signals {
namespace {

constexpr char32_t kCombiningVoiced = 0x3099;
constexpr char32_t kCombiningSemiVoiced = 0x309a;

void require(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU cannot give ") + what + ": " + u_errorName(status));
}

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Written between the letters of a word, and left out as often: don't, dont.
bool is_apostrophe(char32_t c) {
  constexpr std::array<char32_t, 11> kApostrophes = {'\'',   '`',    0x00b4, 0x2018, 0x2019, 0x201b,
                                                     0x2032, 0x02b9, 0x02bb, 0x02bc, 0xff07};
  return std::find(kApostrophes.begin(), kApostrophes.end(), c) != kApostrophes.end();
}

/// Letters in filled boxes and circles, which have no compatibility form. Regional indicators stay separators: they are flags.
std::optional<char32_t> boxed_letter(char32_t c) {
  for (const char32_t first : {0x1f130u, 0x1f150u, 0x1f170u}) {
    if (c >= first && c < first + 26) return 'a' + (c - first);
  }
  return std::nullopt;
}

bool is_character_script(char32_t c) {
  if (c == 0x30fc || (c >= 0x3005 && c <= 0x3007)) return true;  // prolonged sound, iteration marks
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(c), &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO: return true;
    default: return false;
  }
}

bool is_latin(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(c), &status) == USCRIPT_LATIN;
}

/// Han, or a Hangul syllable: folded to itself, which spares asking ICU 40,000 times.
bool is_plain_character(char32_t c) {
  return (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
         (c >= 0x17000 && c <= 0x1b2ff);
}

/// What the category of a code point alone decides.
std::optional<FoldEntry> by_category(char32_t c) {
  const auto code_point = static_cast<UChar32>(c);
  if (c == kCombiningVoiced || c == 0x309b || c == 0xff9e) return FoldEntry(FoldKind::kVoicedMark, 0);
  if (c == kCombiningSemiVoiced || c == 0x309c || c == 0xff9f) return FoldEntry(FoldKind::kSemiVoicedMark, 0);
  if (is_apostrophe(c) || c == 0x0640) return FoldEntry(FoldKind::kDropped, 0);  // 0640: stretches Arabic words
  if (const auto letter = boxed_letter(c)) return FoldEntry(FoldKind::kLatin, *letter);
  if (u_isUWhiteSpace(code_point)) return FoldEntry(FoldKind::kSeparator, 0);
  if (u_hasBinaryProperty(code_point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return FoldEntry(FoldKind::kDropped, 0);
  switch (u_charType(code_point)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR: return FoldEntry(FoldKind::kDropped, 0);
    case U_UNASSIGNED:
    case U_PRIVATE_USE_CHAR:
    case U_SURROGATE: return FoldEntry(FoldKind::kSeparator, 0);
    case U_DECIMAL_DIGIT_NUMBER: return FoldEntry(FoldKind::kDigit, static_cast<char32_t>('0' + u_charDigitValue(code_point)));
    default: return std::nullopt;
  }
}

bool is_letter(char32_t c) {
  constexpr std::uint32_t kLetters = U_GC_L_MASK | U_GC_NL_MASK | U_GC_MC_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & kLetters) != 0 || is_character_script(c);
}

std::u32string code_points_of(const icu::UnicodeString& text) {
  std::u32string code_points;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) code_points += static_cast<char32_t>(text.char32At(i));
  return code_points;
}

char32_t to_hiragana(char32_t c) {
  if ((c >= 0x30a1 && c <= 0x30f6) || c == 0x30fd || c == 0x30fe) return c - 0x60;
  if (c >= 0x30f7 && c <= 0x30fa) return 0x308f + (c - 0x30f7);  // voiced wa to wo, which hiragana lacks
  return c;
}

/// Asks ICU. Used while the table is built, never for a message.
class Unicode {
 public:
  Unicode() {
    UErrorCode status = U_ZERO_ERROR;
    casefold_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
    decompose_ = icu::Normalizer2::getNFDInstance(status);
    compose_ = icu::Normalizer2::getNFCInstance(status);
    require(status, "normalisation data");
    latin_.reset(icu::Transliterator::createInstance("Latin-ASCII", UTRANS_FORWARD, status));
    require(status, "the transliteration Latin-ASCII");
    spoof_.reset(uspoof_open(&status));
    require(status, "confusables");
  }

  /// Case, compatibility form, marks, letters such as o with a stroke, hiragana for katakana; again until nothing changes.
  std::u32string fold(icu::UnicodeString text) const {
    for (int round = 0; round < 4; ++round) {
      const icu::UnicodeString next = fold_once(text);
      if (next == text) break;
      text = next;
    }
    return code_points_of(text);
  }

  /// The letter a to z that `c` looks like in Unicode's confusables, 0 where there is none. Lower case first: a capital I and a
  /// small L look alike.
  char look(char32_t c) const {
    const auto code_point = static_cast<UChar32>(c);
    for (const UChar32 form : {u_tolower(code_point), code_point, u_toupper(code_point)}) {
      const icu::UnicodeString skeleton = skeleton_of(form);
      if (skeleton.length() == 1 && is_ascii_letter(skeleton.charAt(0))) return static_cast<char>(u_tolower(skeleton.charAt(0)));
    }
    const std::u32string folded = fold(skeleton_of(u_tolower(code_point)));
    return folded.size() == 1 && is_ascii_letter(folded[0]) ? static_cast<char>(folded[0]) : '\0';
  }

 private:
  struct CloseSpoof {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
  };

  /// Marks go first: case folding would make a letter of a Greek iota subscript.
  icu::UnicodeString fold_once(const icu::UnicodeString& text) const {
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString plain = casefold_->normalize(without_marks(text), status);
    icu::UnicodeString letters;
    bool composes = false;
    for (const char32_t c : code_points_of(without_marks(plain))) {
      composes |= is_character_script(c) || c == kCombiningVoiced || c == kCombiningSemiVoiced;
      letters += latin_ascii(c);
    }
    // Kana and Hangul are composed, as fold.cc does by hand; vowel signs of Indic scripts stay apart, however they came.
    const icu::UnicodeString composed = composes ? compose_->normalize(letters, status) : letters;
    require(status, "a normal form");
    icu::UnicodeString folded;
    for (const char32_t c : code_points_of(composed)) folded.append(static_cast<UChar32>(to_hiragana(c)));
    return folded;
  }

  /// Decomposed, and without marks but those of Kana.
  icu::UnicodeString without_marks(const icu::UnicodeString& text) const {
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString decomposed = decompose_->normalize(text, status);
    require(status, "a normal form");
    icu::UnicodeString kept;
    for (const char32_t c : code_points_of(decomposed)) {
      const auto type = u_charType(static_cast<UChar32>(c));
      const bool mark = type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
      if (!mark || c == kCombiningVoiced || c == kCombiningSemiVoiced) kept.append(static_cast<UChar32>(c));
    }
    return kept;
  }

  icu::UnicodeString latin_ascii(char32_t c) const {
    icu::UnicodeString text(static_cast<UChar32>(c));
    if (c < 0x80 || !is_latin(c)) return text;
    latin_->transliterate(text);
    return text;
  }

  icu::UnicodeString skeleton_of(UChar32 c) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(spoof_.get(), 0, icu::UnicodeString(c), skeleton, &status);
    require(status, "a skeleton");
    return skeleton;
  }

  const icu::Normalizer2* casefold_ = nullptr;
  const icu::Normalizer2* decompose_ = nullptr;
  const icu::Normalizer2* compose_ = nullptr;
  std::unique_ptr<icu::Transliterator> latin_;
  std::unique_ptr<USpoofChecker, CloseSpoof> spoof_;
};

/// The entry of a code point that is folded already.
FoldEntry entry_of_folded(char32_t c, const Unicode& unicode) {
  if (const auto entry = by_category(c)) return *entry;
  if (!is_letter(c)) return {FoldKind::kSeparator, 0};
  if (is_character_script(c)) return {FoldKind::kCharacter, c};
  if (!is_latin(c)) return {FoldKind::kLetter, c};
  const char look = c < 0x80 ? '\0' : unicode.look(c);
  return {FoldKind::kLatin, look == '\0' ? c : static_cast<char32_t>(look)};
}

}  // namespace

FoldTable::FoldTable() : entries_(kTableSize), looks_(kTableSize, 0) {
  const Unicode unicode;
  for (char32_t c = 0; c < kTableSize; ++c) {
    if (is_plain_character(c)) {
      entries_[c] = {FoldKind::kCharacter, c};
      continue;
    }
    if (const auto entry = by_category(c)) {
      entries_[c] = *entry;
      continue;
    }
    std::vector<FoldEntry> parts;
    for (const char32_t folded : unicode.fold(icu::UnicodeString(static_cast<UChar32>(c)))) {
      const FoldEntry part = entry_of_folded(folded, unicode);
      if (part.kind() != FoldKind::kSeparator && part.kind() != FoldKind::kDropped) parts.push_back(part);
    }
    if (parts.empty()) {
      entries_[c] = {FoldKind::kSeparator, 0};
    } else if (parts.size() > kMaxFoldSequence) {
      entries_[c] = {FoldKind::kLetter, c};
    } else if (parts.size() == 1) {
      entries_[c] = parts[0];
    } else {
      entries_[c] = {FoldKind::kSequence, static_cast<char32_t>(parts_.size() << 3 | parts.size())};
      parts_.insert(parts_.end(), parts.begin(), parts.end());
    }
    if (entries_[c].kind() == FoldKind::kLetter) {
      const char look = unicode.look(c);
      looks_[c] = static_cast<std::uint8_t>(look != '\0' ? look : unicode.look(entries_[c].value()));
    }
  }
}

FoldEntry FoldTable::beyond_table(char32_t code_point) {
  if (code_point < 0x40000) return {FoldKind::kCharacter, code_point};                // Han, the rarer planes
  if (code_point >= 0xe0000 && code_point < 0xe1000) return {FoldKind::kDropped, 0};  // tags, variation selectors
  return {FoldKind::kSeparator, 0};
}

const FoldTable& fold_table() {
  static const FoldTable table;
  return table;
}

}  // namespace pairwatch::text_signals
