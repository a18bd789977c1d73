#include "processors/core/wording.h"

namespace pairwatch {
namespace {

struct Date {
  std::int64_t year;
  unsigned month;  ///< 1 to 12
  unsigned day;    ///< 1 to 31
};

/// The civil date of a day since 1970. From Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
constexpr Date date_of(std::int64_t day) {
  day += 719'468;
  const std::int64_t era = (day >= 0 ? day : day - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(day - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;  // March is 0
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {era * 400 + year_of_era + (month <= 2 ? 1 : 0), month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}
static_assert(date_of(20'513).year == 2026 && date_of(20'513).month == 3 && date_of(20'513).day == 1);

std::string two_digits(std::int64_t number) { return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)}; }

const Words& words_of(Language language) {
  switch (language) {
    case Language::kEnglish: return english_words();
    case Language::kSpanish: return spanish_words();
  }
  return english_words();
}

/// As Spanish has it: before the sound of an i, but not before a diphthong such as `hie`.
bool begins_with_i(std::string_view word) {
  if (word.starts_with('i')) return true;
  return word.starts_with("hi") && !word.starts_with("hia") && !word.starts_with("hie");
}

}  // namespace

std::string filled(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  std::string words(text);
  for (const auto& [name, meaning] : names) {
    const std::size_t at = words.find(name);
    if (at != std::string::npos) words.replace(at, name.size(), meaning);
  }
  return words;
}

std::string capitalised(std::string_view words) {
  std::string text(words);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

Wording::Wording(Language language) : words_(words_of(language)) {}

std::string Wording::time(EventTime time) const {
  const std::int64_t minute_of_all = time.ms / minutes(1).ms;
  const Date date = date_of(minute_of_all / 1440);
  return filled(words_.date, {{"{day}", std::to_string(date.day)},
                              {"{month}", words_.months[date.month - 1]},
                              {"{year}", std::to_string(date.year)},
                              {"{clock}", two_digits(minute_of_all % 1440 / 60) + ":" + two_digits(minute_of_all % 60)}});
}

std::string Wording::span(Duration span) const {
  const auto in_units = [&](Duration unit, const Counted& words) {
    return counted(static_cast<std::uint64_t>(span.ms / unit.ms), words);
  };
  if (span < seconds(1)) return counted(1, words_.second);
  if (span < seconds(120)) return in_units(seconds(1), words_.second);
  if (span < minutes(120)) return in_units(minutes(1), words_.minute);
  if (span < hours(48)) return in_units(hours(1), words_.hour);
  if (span < days(21)) return in_units(days(1), words_.day);
  if (span < days(120)) return in_units(days(7), words_.week);
  return in_units(days(30), words_.month);
}

std::string Wording::within(Duration span) const {
  return filled(span < days(1) ? words_.within : words_.over, {{"{span}", this->span(span)}});
}

std::string Wording::number(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, words_.thousands);
  return digits;
}

std::string Wording::counted(std::uint64_t number, const Counted& words) const {
  return filled(number == 1 ? words.one : words.several, {{"{n}", this->number(number)}});
}

std::string Wording::list(std::span<const std::string> items) const {
  std::string words;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool is_last = i + 1 == items.size();
    if (i > 0) words.append(!is_last ? ", " : begins_with_i(items[i]) ? words_.before_i : words_.conjunction);
    words.append(items[i]);
  }
  return words;
}

std::string Wording::dismissal(EventTime decided_at, EventTime snooze_until) const {
  return filled(words_.dismissal, {{"{decided}", time(decided_at)}, {"{until}", time(snooze_until)}});
}

std::string Wording::confirmation(EventTime decided_at) const {
  return filled(words_.confirmation, {{"{decided}", time(decided_at)}});
}

std::string Wording::fading(EventTime last_news_at, EscalationReason reason) const {
  return filled(reason == EscalationReason::kExpired ? words_.forgotten : words_.faded, {{"{since}", time(last_news_at)}});
}

std::string Wording::share(double share) const {
  const auto hundredths = static_cast<std::int64_t>(share * 100);
  return std::to_string(hundredths / 100) + words_.decimals + two_digits(hundredths % 100);
}

}  // namespace pairwatch
