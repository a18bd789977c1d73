// What each code point becomes when text is folded: one table, built once from ICU, so that ICU never sees a message (its
// normalisation is quadratic in a run of combining marks). Read-only, shared by all threads: 0.7 MiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pairwatch::text_signals {

/// What the fold does with a code point.
enum class FoldKind : std::uint8_t {
  kSeparator,       ///< white space, punctuation, symbols: ends a word
  kDropped,         ///< marks, zero-width, apostrophes: as if it were not there
  kLatin,           ///< a letter of the Latin script, mostly a to z once folded
  kLetter,          ///< a letter of another script that writes words with spaces
  kDigit,           ///< folded to 0 to 9
  kCharacter,       ///< Han, Kana, Hangul: a token of its own
  kVoicedMark,      ///< makes a kana before it voiced
  kSemiVoicedMark,  ///< makes a kana before it semi-voiced
  kSequence,        ///< becomes several of the above
};

/// One entry, packed into 32 bits: the table is walked at random, so small is fast.
class FoldEntry {
 public:
  constexpr FoldEntry() = default;
  constexpr FoldEntry(FoldKind kind, char32_t value)
      : packed_(static_cast<std::uint32_t>(kind) << 24 | static_cast<std::uint32_t>(value)) {}

  constexpr FoldKind kind() const { return static_cast<FoldKind>(packed_ >> 24); }
  /// The folded code point; for kSequence a handle for FoldTable::sequence.
  constexpr char32_t value() const { return packed_ & 0xffffff; }

  friend constexpr bool operator==(FoldEntry, FoldEntry) = default;

 private:
  std::uint32_t packed_ = 0;
};

/// Longest sequence one code point becomes. Longer ones (Arabic ligatures of whole phrases) stay one letter.
inline constexpr std::size_t kMaxFoldSequence = 6;

class FoldTable {
 public:
  /// Asks ICU about every code point of U+0000 to U+1FFFF: some tens of milliseconds. Throws std::runtime_error where ICU's own
  /// data is missing.
  FoldTable();

  FoldEntry at(char32_t code_point) const { return code_point < kTableSize ? entries_[code_point] : beyond_table(code_point); }

  /// The parts of an entry of kind kSequence, none of which is a sequence itself.
  std::span<const FoldEntry> sequence(FoldEntry entry) const {
    return std::span(parts_).subspan(entry.value() >> 3, entry.value() & 7);
  }

  /// The letter a to z that a letter of another script looks like (Unicode's confusables), 0 where there is none.
  char latin_look(char32_t code_point) const { return code_point < kTableSize ? static_cast<char>(looks_[code_point]) : '\0'; }

 private:
  static constexpr char32_t kTableSize = 0x20000;

  static FoldEntry beyond_table(char32_t code_point);

  std::vector<FoldEntry> entries_;
  std::vector<FoldEntry> parts_;
  std::vector<std::uint8_t> looks_;
};

/// The one table of the process, built at first use.
const FoldTable& fold_table();

}  // namespace pairwatch::text_signals
