#include "processors/core/wording.h"

#include <array>

namespace pairwatch {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                                      "July",    "August",   "September", "October", "November", "December"};

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

std::string units(std::int64_t count, std::string_view unit) {
  std::string words = spoken_number(static_cast<std::uint64_t>(count));
  words.append(" ").append(unit);
  if (count != 1) words.append("s");
  return words;
}

void append_two_digits(std::int64_t number, std::string& out) {
  out.push_back(static_cast<char>('0' + number / 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

}  // namespace

std::string spoken_time(EventTime time) {
  const std::int64_t minute_of_all = time.ms / minutes(1).ms;
  const Date date = date_of(minute_of_all / 1440);
  std::string words = std::to_string(date.day);
  words.append(" ").append(kMonths[date.month - 1]).append(" ").append(std::to_string(date.year)).append(", ");
  append_two_digits(minute_of_all % 1440 / 60, words);
  words.push_back(':');
  append_two_digits(minute_of_all % 60, words);
  return words.append(" UTC");
}

std::string spoken_span(Duration span) {
  if (span < seconds(1)) return "1 second";
  if (span < seconds(120)) return units(span.ms / seconds(1).ms, "second");
  if (span < minutes(120)) return units(span.ms / minutes(1).ms, "minute");
  if (span < hours(48)) return units(span.ms / hours(1).ms, "hour");
  if (span < days(21)) return units(span.ms / days(1).ms, "day");
  if (span < days(120)) return units(span.ms / days(7).ms, "week");
  return units(span.ms / days(30).ms, "month");
}

std::string spoken_within(Duration span) { return (span < days(1) ? "Within " : "Over ") + spoken_span(span); }

std::string spoken_number(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string spoken_list(std::span<const std::string> items) {
  std::string words;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) words.append(i + 1 == items.size() ? " and " : ", ");
    words.append(items[i]);
  }
  return words;
}

std::string_view spoken_account(AgeBand band) {
  switch (band) {
    case AgeBand::kUnknown: return "an account of unknown age";
    case AgeBand::kUnder13: return "an account aged under 13";
    case AgeBand::k13To15: return "an account aged 13 to 15";
    case AgeBand::k16To17: return "an account aged 16 to 17";
    case AgeBand::kAdult: return "an adult account";
  }
  return "an account of unknown age";
}

std::string_view spoken_stage(Stage stage) {
  switch (stage) {
    case Stage::kNone: return "other behaviour";
    case Stage::kTargeting: return "an approach by a stranger";
    case Stage::kGainingTrust: return "gaining trust";
    case Stage::kFillingANeed: return "giving presents";
    case Stage::kIsolating: return "moving out of sight";
    case Stage::kSexualizing: return "sexual content or images";
    case Stage::kMaintainingControl: return "pressure";
  }
  return "other behaviour";
}

std::string capitalised(std::string_view words) {
  std::string text(words);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string_view spoken_due(Severity severity) {
  switch (severity) {
    case Severity::kNone:
    case Severity::kWatch: return "a look";
    case Severity::kReview: return "a review by a person";
    case Severity::kUrgent: return "a person's attention at once";
  }
  return "a look";
}

std::string spoken_dismissal(EventTime decided_at, EventTime snooze_until) {
  return "A moderator dismissed this case on " + spoken_time(decided_at) + ". It stands down; until " + spoken_time(snooze_until) +
         " only what is urgent and new opens another, and the behaviours it was made of weigh less from now on.";
}

std::string spoken_confirmation(EventTime decided_at) {
  return "A moderator confirmed this case on " + spoken_time(decided_at) + ". It stays open";
}

std::string spoken_fading(EventTime last_news_at, EscalationReason reason) {
  return "Nothing new was seen of this case since " + spoken_time(last_news_at) +
         (reason == EscalationReason::kExpired ? ", and what was is too long ago to say more. " : ", and what was has faded. ") +
         "It stands down; what comes from now on may open another.";
}

std::string spoken_share(double share) {
  const auto hundredths = static_cast<std::int64_t>(share * 100);
  std::string words = std::to_string(hundredths / 100);
  words.push_back('.');
  append_two_digits(hundredths % 100, words);
  return words;
}

}  // namespace pairwatch
