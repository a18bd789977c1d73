#include "processors/text_signals/phone.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

namespace pairwatch::text_signals {
namespace {

constexpr std::size_t kFewestDigits = 8;
constexpr std::size_t kMostDigits = 15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c == kPlainLetter; }
bool is_gap(char c) { return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/'; }

/// Digits without anything between, and what stands before them.
struct Group {
  std::string_view digits;
  std::string_view gap;  ///< between the group before and this one

  std::size_t size() const { return digits.size(); }
  int value() const {
    int value = 0;
    for (const char digit : digits) value = std::min(value * 10 + (digit - '0'), 100'000'000);
    return value;
  }
  bool is_year() const { return size() == 4 && value() >= 1900 && value() < 2100; }
};

/// Groups that may be one number.
struct Candidate {
  std::span<const Group> groups;
  std::size_t digit_count = 0;
  bool plus = false;
  bool alone = false;  ///< nothing else is in the message
  bool whole = false;  ///< no further groups before or behind

  char leading() const { return groups[0].digits[0]; }
  bool is_form(std::initializer_list<std::size_t> sizes) const {
    return std::equal(groups.begin(), groups.end(), sizes.begin(), sizes.end(),
                      [](const Group& group, std::size_t size) { return group.size() == size; });
  }
  /// Whether every gap is `gap`.
  bool is_parted_by(std::string_view gap) const {
    return std::all_of(groups.begin() + 1, groups.end(), [gap](const Group& group) { return group.gap == gap; });
  }
  template <typename Predicate>
  bool any(Predicate predicate) const {
    return std::any_of(groups.begin(), groups.end(), predicate);
  }
  template <typename Predicate>
  bool all(Predicate predicate) const {
    return std::all_of(groups.begin(), groups.end(), predicate);
  }
};

/// 11111111, 10000000, 123456789, 987654321.
bool is_monotonous(const Candidate& number) {
  unsigned different = 0;
  bool up = true;
  bool down = true;
  char last = '\0';
  for (const Group& group : number.groups) {
    for (const char digit : group.digits) {
      different |= 1u << (digit - '0');
      if (last != '\0') {
        up &= digit == (last == '9' ? '0' : last + 1);
        down &= digit == (last == '0' ? '9' : last - 1);
      }
      last = digit;
    }
  }
  return __builtin_popcount(different) <= 2 || up || down;
}

/// 1 2 3 4 5 6 7 8, 10 20 30 40, 10 9 8 7 6 5 4 3.
bool is_counting(const Candidate& number) {
  if (number.groups.size() < 3) return false;
  const int step = number.groups[1].value() - number.groups[0].value();
  for (std::size_t i = 2; i < number.groups.size(); ++i) {
    if (number.groups[i].value() - number.groups[i - 1].value() != step) return false;
  }
  return true;
}

bool is_day_and_month(const Group& first, const Group& second) {
  const int a = first.value();
  const int b = second.value();
  return first.size() <= 2 && second.size() <= 2 && a >= 1 && b >= 1 && a <= 31 && b <= 31 && std::min(a, b) <= 12;
}

bool has_date(const Candidate& number) {
  for (std::size_t i = 0; i + 2 < number.groups.size(); ++i) {
    const Group& a = number.groups[i];
    const Group& b = number.groups[i + 1];
    const Group& c = number.groups[i + 2];
    if (b.gap != c.gap || b.gap.size() != 1) continue;
    if ((a.is_year() && is_day_and_month(b, c)) || (c.is_year() && is_day_and_month(a, b))) return true;
  }
  return false;
}

/// 192.168.100.200
bool is_network_address(const Candidate& number) {
  return number.groups.size() == 4 && number.is_parted_by(".") &&
         number.all([](const Group& group) { return group.size() <= 3 && group.value() <= 255; });
}

/// 1 000 000 000, 12.345.678
bool is_amount(const Candidate& number) {
  if (number.groups.size() < 2 || number.leading() == '0') return false;
  const std::span<const Group> rest = number.groups.subspan(1);
  if (!std::all_of(rest.begin(), rest.end(), [](const Group& group) { return group.size() == 3; })) return false;
  return number.groups.back().digits == "000" ||
         (number.groups[0].size() < 3 && (number.is_parted_by(".") || number.is_parted_by(" ")));
}

bool is_book(const Candidate& number) {
  return number.digit_count == 13 && number.groups.size() > 1 &&
         (number.groups[0].digits == "978" || number.groups[0].digits == "979");
}

/// 3.14159265, 0.333333333
bool is_decimal(const Candidate& number) {
  return number.groups.size() == 2 && number.is_parted_by(".") && (number.leading() != '0' || number.groups[0].size() < 3);
}

/// 1234 64 -5678: a place in a game.
bool is_position(const Candidate& number) {
  return std::any_of(number.groups.begin() + 1, number.groups.end(), [](const Group& group) { return group.gap.ends_with(" -"); });
}

/// 09.00-10.30 11.00, 0-1 0-2 1-1: pairs of a time or a score, where a phone number would part all its pairs alike.
bool is_pairs(const Candidate& number) {
  return number.groups.size() > 2 && number.all([](const Group& group) { return group.size() <= 2; }) &&
         !number.is_parted_by(number.groups[1].gap);
}

bool is_something_else(const Candidate& number) {
  if (is_monotonous(number) || is_counting(number) || has_date(number) || is_network_address(number)) return true;
  return is_book(number) || number.all([](const Group& group) { return group.is_year(); });
}

/// Numbers without a leading zero, parted by spaces only, look like scores too: just the usual forms.
bool is_usual_form(const Candidate& number) {
  const char first = number.leading();
  const bool north_american = first >= '2' && number.groups.size() == 3 && number.groups[1].digits[0] >= '2';
  return (number.is_form({3, 3, 4}) && north_american) || (number.is_form({1, 3, 3, 4}) && first == '1') ||
         (number.is_form({3, 3, 3}) && first >= '6') || (number.is_form({3, 2, 2, 2}) && first >= '6') ||
         number.is_form({2, 3, 4}) || number.is_form({2, 3, 2, 2}) || number.is_form({2, 4, 4}) || number.is_form({2, 5, 4}) ||
         number.is_form({3, 6}) || number.is_form({3, 7});
}

bool is_phone_number(const Candidate& number) {
  if (number.digit_count < kFewestDigits || number.digit_count > kMostDigits) return false;
  if (!number.plus && !number.whole && number.leading() != '0') return false;
  if (is_something_else(number)) return false;
  if (number.plus) return true;
  const std::size_t count = number.digit_count;
  if (is_decimal(number) || is_position(number) || is_pairs(number)) return false;
  const bool zero = number.leading() == '0';
  if (zero && number.groups[0].digits.starts_with("00") && count >= 11) return true;
  if (number.groups.size() == 1) return (zero && count >= 9 && count <= 12) || (number.alone && count >= 9);
  if (is_amount(number)) return false;
  if (zero && count >= 9) return true;
  if (number.any([](const Group& group) { return group.is_year(); })) return false;
  if (count == kFewestDigits)
    return number.alone && (number.is_form({4, 4}) || number.is_form({2, 2, 2, 2}) || number.is_form({3, 2, 3}));
  if (number.is_parted_by(" ")) return is_usual_form(number);
  // With dashes or brackets most forms are fine, but not those of sets and scores (25-20 25-18 25-22).
  return number.groups.back().size() >= 2 && number.any([](const Group& group) { return group.size() >= 3; });
}

/// What may not touch a number: it is then a price, a name, a place in a link, or longer.
bool may_stand_before(std::string_view plain, std::size_t at) {
  if (at == 0) return true;
  const char before = plain[at - 1];
  if (is_digit(before) || is_letter(before)) return false;
  if (std::string_view("$#%=&_/@").find(before) != std::string_view::npos) return false;
  const bool joins = before == '-' || before == '.' || before == ',' || before == ':';
  if (!joins || at == 1) return true;
  const char beyond = plain[at - 2];
  if (before == ':') return !is_digit(beyond);
  return !is_digit(beyond) && !(before == '-' && is_letter(beyond));
}

bool may_stand_behind(std::string_view plain, std::size_t end) {
  if (end == plain.size()) return true;
  const char behind = plain[end];
  if (is_digit(behind) || is_letter(behind) || behind == '%' || behind == '$' || behind == '_') return false;
  const bool joins = behind == ':' || behind == ',' || behind == '.' || behind == '-' || behind == '/';
  return !joins || end + 1 == plain.size() || !(is_digit(plain[end + 1]) || (behind == '-' && is_letter(plain[end + 1])));
}

/// A run of groups with at most three gap characters between, read from one place on.
class Run {
 public:
  /// `begin` is a digit.
  Run(std::string_view plain, std::size_t begin, std::size_t content_count)
      : plain_(plain), begin_(begin), content_count_(content_count) {
    std::size_t at = begin;
    std::size_t gap_begin = begin;
    while (count_ < groups_.size()) {
      const std::size_t digits = at;
      while (at < plain.size() && is_digit(plain[at])) ++at;
      groups_[count_++] = {plain.substr(digits, at - digits), plain.substr(gap_begin, digits - gap_begin)};
      end_ = at;
      gap_begin = at;
      while (at < plain.size() && at - gap_begin < 3 && is_gap(plain[at])) ++at;
      if (at == plain.size() || !is_digit(plain[at])) break;
    }
  }

  std::size_t end() const { return end_; }

  /// Where words part the groups (a space), a number may be some of them: "at 10 0612345678".
  bool holds_phone_number() const {
    for (std::size_t first = 0; first < count_; ++first) {
      if (first > 0 && groups_[first].gap.find(' ') == std::string_view::npos) continue;
      std::size_t digits = 0;
      for (std::size_t last = first; last < count_ && digits <= kMostDigits; ++last) {
        digits += groups_[last].size();
        const bool ends_here = last + 1 == count_ || groups_[last + 1].gap.find(' ') != std::string_view::npos;
        if (ends_here && digits >= kFewestDigits && is_number(first, last, digits)) return true;
      }
    }
    return false;
  }

 private:
  bool is_number(std::size_t first, std::size_t last, std::size_t digits) const {
    const std::size_t start = first == 0 ? begin_ : static_cast<std::size_t>(groups_[first].digits.data() - plain_.data());
    const std::size_t stop = static_cast<std::size_t>(groups_[last].digits.data() + groups_[last].size() - plain_.data());
    std::size_t sign = start;
    while (sign > 0 && start - sign < 2 && (plain_[sign - 1] == '(' || plain_[sign - 1] == '+')) --sign;
    Candidate number{.groups = std::span(groups_).subspan(first, last - first + 1), .digit_count = digits};
    number.plus = plain_.substr(sign, start - sign).find('+') != std::string_view::npos;
    number.whole = first == 0 && last + 1 == count_;
    number.alone = number.whole && digits == content_count_;
    return may_stand_before(plain_, sign) && may_stand_behind(plain_, stop) && is_phone_number(number);
  }

  std::string_view plain_;
  std::size_t begin_;
  std::size_t content_count_;  ///< digits, letters and characters of the whole message
  std::size_t end_ = 0;
  std::array<Group, 24> groups_{};
  std::size_t count_ = 0;
};

}  // namespace

bool has_phone_number(std::string_view plain) {
  const auto content_count = static_cast<std::size_t>(
      std::count_if(plain.begin(), plain.end(), [](char c) { return is_digit(c) || is_letter(c) || c == kPlainCharacter; }));
  for (std::size_t at = 0; at < plain.size();) {
    if (!is_digit(plain[at])) {
      ++at;
      continue;
    }
    const Run run(plain, at, content_count);
    if (run.holds_phone_number()) return true;
    at = run.end();
  }
  return false;
}

}  // namespace pairwatch::text_signals
