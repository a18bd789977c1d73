// What a combination of the rule set may ask of a pair beside its signals: one row each, by name. docs/signals.md is made from it.
//
// To add a feature: a function and a row in features.cc, and a test. A feature reads what is order-tolerant (state.h), so that the
// order of arrival cannot matter; it says kUnknownValue where nobody knows, and never guesses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/expression.h"
#include "processors/core/time.h"
#include "processors/relationship/signals.h"

namespace pairwatch::relationship {

/// What a feature says, and when what it counts was done, first and last, as far as that is kept. A circumstance, such as an age,
/// has no times: it is never news.
struct FeatureValue {
  double value = kUnknownValue;
  EventTime first_at = kNever;
  EventTime last_at = kNever;
};

struct Feature {
  std::string_view name;
  std::string_view unit;     ///< `true or false`, `minutes`, `times` ...
  std::string_view meaning;  ///< of "the account" towards "the other"
  std::string_view unknown;  ///< when it is unknown; empty: never
  bool is_truth;
  FeatureValue (*read)(const Direction& direction);
};

/// All rows. A feature's place in it is its number in a program, not stored anywhere.
std::span<const Feature> all_features();

/// The place of the feature of that name.
std::optional<std::uint8_t> feature_named(std::string_view name);

}  // namespace pairwatch::relationship
