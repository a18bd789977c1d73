// Ways to reach somebody elsewhere, read from the text as it came: digits are still digits.
//
// Numbers: 8 to 15 digits, grouped as people group phone numbers. What may as well be something else (a date, a price, scores, an
// address, an order number without a sign of being a phone number) is not one; phone.h says what counts. Mail addresses. Invite
// links of messengers. A handle (@name) alone is how platforms call on someone present, so it counts only where it is the whole
// message; together with words ("@name on ...") it is for the lexicon's rows, whose lists may hold `@handle`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "processors/core/text_reader.h"
#include "processors/text_signals/fold.h"

namespace pairwatch::text_signals {

inline constexpr std::size_t kMaxHandles = kHandleLimit;

struct Contacts {
  bool found = false;                                ///< a number, an address, a link, or nothing but a handle
  std::array<std::uint16_t, kMaxHandles> handles{};  ///< tokens at which a handle begins, ascending; further ones are left out
  std::array<std::string_view, kMaxHandles> names;   ///< what follows the sign, views into the text
  std::size_t handle_count = 0;
};

/// Scratch of one thread: 4 KiB. Linear; text without digits, at-sign or slash costs nothing.
class ContactScanner {
 public:
  explicit ContactScanner(const FoldTable& table);

  /// `folded` is what `text` was folded to.
  Contacts scan(std::string_view text, const Folded& folded);

 private:
  const FoldTable& table_;
  std::unique_ptr<char[]> plain_;
};

}  // namespace pairwatch::text_signals
