// Which numbers are phone numbers, told by form alone: no words, so in every language.
#pragma once

#include <string_view>

namespace pairwatch::text_signals {

/// How a code point is written in the plain form that is searched for numbers.
inline constexpr char kPlainLetter = 'a';     ///< of any script that writes words with spaces
inline constexpr char kPlainCharacter = 'c';  ///< Han, Kana, Hangul: may touch a number
inline constexpr char kPlainOther = '?';

/// Whether `plain` holds a phone number: digits as they are, spaces, dashes and brackets of all kinds as ASCII, other code points
/// as above.
///
/// 8 to 15 digits, and one of
///  - a plus, or 00, before them;
///  - a leading 0 and 9 digits or more, in one piece (at most 12) or in groups;
///  - groups of a form in which numbers are written (3-3-4, 3-3-3, 2-3-4, ...), 9 digits or more;
///  - nothing else in the message: one piece of 9 digits or more, or 8 digits in groups.
/// Never: counting, one or two digits repeated, dates, times, network addresses, books' numbers, sums of money, years, percentages,
/// part of a longer number or of a name.
bool has_phone_number(std::string_view plain);

}  // namespace pairwatch::text_signals
