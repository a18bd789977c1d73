// Quantities as people say them, in English. The same on every machine: no locale, no clock.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "processors/core/age.h"
#include "processors/core/kinds.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch {

/// For instance `1 March 2026, 18:00 UTC`.
std::string spoken_time(EventTime time);

/// For instance `19 seconds`, `42 minutes`, `5 hours`, `3 days`, `5 weeks`, `8 months`; whole units, rounded down, at least one
/// second.
std::string spoken_span(Duration span);

/// `Within 42 minutes` below a day, `Over 3 days` from there on.
std::string spoken_within(Duration span);

/// With commas: `2,600`.
std::string spoken_number(std::uint64_t number);

/// `a`, `a and b`, `a, b and c`.
std::string spoken_list(std::span<const std::string> items);

/// `an adult account`, `an account aged 13 to 15`, `an account of unknown age`.
std::string_view spoken_account(AgeBand band);

/// What a stage looks like, in words that accuse nobody: `moving out of sight`.
std::string_view spoken_stage(Stage stage);

/// With a capital first letter.
std::string capitalised(std::string_view words);

/// After "deserve": how soon a person should look.
std::string_view spoken_due(Severity severity);

/// What follows when a moderator has dismissed or confirmed a case; the latter a sentence that may go on.
std::string spoken_dismissal(EventTime decided_at, EventTime snooze_until);
std::string spoken_confirmation(EventTime decided_at);

/// What is told of a case that stands down by itself.
std::string spoken_fading(EventTime last_news_at, EscalationReason reason);

/// Two decimals, rounded down: `0.87`. `share` is 0 to 1.
std::string spoken_share(double share);

}  // namespace pairwatch
