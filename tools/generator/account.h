// Accounts as the platform knows them: everything about one follows from the seed and its number, so that none is kept.
#pragma once

#include <cstdint>

#include "pairwatch/v1/event.pb.h"
#include "processors/core/age.h"
#include "processors/core/time.h"

namespace pairwatch::generator {

/// Whom an ordinary account belongs to; its number holds it.
enum class Holder : std::uint8_t { kAdult = 0, kMinor = 1, kUnknown = 2, kStory = 3 };

/// The number of the n-th account of a kind: no two kinds share one.
constexpr std::uint64_t account_number(Holder holder, std::uint64_t n) { return n * 4 + static_cast<std::uint64_t>(holder); }

/// What is known of an account's age.
struct Age {
  AgeBand band = AgeBand::kUnknown;
  AgeAssurance assurance = AgeAssurance::kUnknown;
};

/// Ages of accounts: minors of all three bands, most of them self-declared; some adults verified.
Age age_of(std::uint64_t seed, Holder holder, std::uint64_t number);

/// Writes id `u<number>`, the age, and when it was made: 30 days to 8 years before `start`.
void write_account(std::uint64_t seed, std::uint64_t number, Age age, EventTime start, v1::Account& account);

}  // namespace pairwatch::generator
