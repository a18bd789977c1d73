// Quantities, dates, ages and stages as people say them, in the languages that explanations are written in. The same on every
// machine: no locale, no clock. What a room tells besides is in its sentences.h.
//
// A language is one table of words (wording_en.cc, wording_es.cc); a further one is a further table here and in each sentences.h.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "processors/core/age.h"
#include "processors/core/kinds.h"
#include "processors/core/language.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch {

/// Words that go with a number, which stands for `{n}`.
struct Counted {
  std::string_view one;
  std::string_view several;
};

/// `text` with each name, such as `{n}`, replaced by what it stands for, once each.
std::string filled(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string_view>> names);

/// With a capital first letter, which is one of a to z.
std::string capitalised(std::string_view words);

/// What one language says. Every text is there.
struct Words {
  std::array<std::string_view, 12> months;
  std::string_view date;  ///< {day}, {month}, {year}, {clock}
  Counted second, minute, hour, day, week, month;
  std::string_view within, over;  ///< {span}, below a day, and from there on
  char thousands, decimals;       ///< between digits
  std::string_view conjunction;   ///< between the last two of a list ...
  std::string_view before_i;      ///< ... where the last begins with an i or hi, as it sounds
  std::array<std::string_view, static_cast<std::size_t>(kLastAgeBand) + 1> accounts;
  std::array<std::string_view, kStageCount> stages;
  std::array<std::string_view, static_cast<std::size_t>(Severity::kUrgent) + 1> due;
  std::string_view dismissal;         ///< {decided}, {until}
  std::string_view confirmation;      ///< {decided}; a sentence that may go on
  std::string_view faded, forgotten;  ///< {since}
};

class Wording {
 public:
  explicit Wording(Language language);

  /// For instance `1 March 2026, 18:00 UTC`.
  std::string time(EventTime time) const;

  /// For instance `19 seconds`, `42 minutes`, `5 hours`, `3 days`, `5 weeks`, `8 months`; whole units, rounded down, at least one
  /// second.
  std::string span(Duration span) const;

  /// `Within 42 minutes` below a day, `Over 3 days` from there on.
  std::string within(Duration span) const;

  /// Thousands apart: `2,600`.
  std::string number(std::uint64_t number) const;

  /// `1 contact`, `2,600 contacts`.
  std::string counted(std::uint64_t number, const Counted& words) const;

  /// `a`, `a and b`, `a, b and c`.
  std::string list(std::span<const std::string> items) const;

  /// `an adult account`, `an account aged 13 to 15`, `an account of unknown age`.
  std::string_view account(AgeBand band) const { return words_.accounts[static_cast<std::size_t>(band)]; }

  /// What a stage looks like, in words that accuse nobody: `moving out of sight`.
  std::string_view stage(Stage stage) const { return words_.stages[static_cast<std::size_t>(stage)]; }

  /// After "deserve": how soon a person should look.
  std::string_view due(Severity severity) const { return words_.due[static_cast<std::size_t>(severity)]; }

  /// What follows when a moderator has dismissed or confirmed a case; the latter a sentence that may go on.
  std::string dismissal(EventTime decided_at, EventTime snooze_until) const;
  std::string confirmation(EventTime decided_at) const;

  /// What is told of a case that stands down by itself.
  std::string fading(EventTime last_news_at, EscalationReason reason) const;

  /// Two decimals, rounded down: `0.87`. `share` is 0 to 1.
  std::string share(double share) const;

 private:
  const Words& words_;
};

const Words& english_words();
const Words& spanish_words();

}  // namespace pairwatch
