// Ages as the platform knows them, and the gate: which direction of a pair is judged at all (detection by age, never by guess).
#pragma once

#include <cstdint>

#include "processors/core/time.h"

namespace pairwatch {

/// Numbers as in pairwatch.v1.AgeBand.
enum class AgeBand : std::uint8_t { kUnknown = 0, kUnder13 = 1, k13To15 = 2, k16To17 = 3, kAdult = 4 };
inline constexpr AgeBand kLastAgeBand = AgeBand::kAdult;

/// Numbers as in pairwatch.v1.AgeAssurance. Unknown is read as self-declared.
enum class AgeAssurance : std::uint8_t { kUnknown = 0, kSelfDeclared = 1, kEstimated = 2, kVerified = 3 };
inline constexpr AgeAssurance kLastAgeAssurance = AgeAssurance::kVerified;

/// What the gate distinguishes. A minor whose age somebody has checked is treated with more reserve than one who only says so.
enum class AgeClass : std::uint8_t { kAdult = 0, kUnknown = 1, kMinorSelfDeclared = 2, kMinorAssured = 3 };
inline constexpr int kAgeClassCount = 4;

constexpr AgeClass age_class(AgeBand band, AgeAssurance assurance) {
  if (band == AgeBand::kAdult) return AgeClass::kAdult;
  if (band == AgeBand::kUnknown) return AgeClass::kUnknown;
  return assurance == AgeAssurance::kEstimated || assurance == AgeAssurance::kVerified ? AgeClass::kMinorAssured
                                                                                       : AgeClass::kMinorSelfDeclared;
}

constexpr bool is_minor(AgeBand band) { return band == AgeBand::kUnder13 || band == AgeBand::k13To15 || band == AgeBand::k16To17; }

/// Whether an age as of `at` takes the place of the one that is known as of `known_at`: the newest wins. At the same time unknown
/// gives way, since it tells nothing, then the older to the younger; the assurance breaks what ties are left.
constexpr bool is_newer_age(AgeBand known_band, AgeAssurance known_assurance, EventTime known_at, AgeBand band,
                            AgeAssurance assurance, EventTime at) {
  if (at != known_at) return at > known_at;
  const auto rank = [](AgeBand age) { return age == AgeBand::kUnknown ? 255 : static_cast<int>(age); };
  return rank(band) != rank(known_band) ? rank(band) < rank(known_band) : assurance > known_assurance;
}

/// What is done with what one account does towards another.
enum class GateVerdict : std::uint8_t {
  kDropped = 0,        ///< not even remembered
  kContext = 1,        ///< remembered for the other direction (a reply, a refusal), never judged itself
  kJudged = 2,         ///< adult towards minor: the main prior
  kJudgedLower = 3,    ///< one age unknown: a lower prior
  kJudgedLowest = 4,   ///< both ages unknown: the lowest prior
  kJudgedPeer = 5,     ///< a self-declared minor towards a minor or unknown: the peer prior
  kJudgedAssured = 6,  ///< an assured minor towards a minor: the peer prior, and only the signals marked for it
};
inline constexpr int kGateVerdictCount = 7;

constexpr bool is_judged(GateVerdict verdict) { return verdict >= GateVerdict::kJudged; }

/// The table, by class of the actor (row) and of the target (column). Part of the rule set.
struct Gate {
  GateVerdict verdicts[kAgeClassCount][kAgeClassCount] = {
      // target:  adult                    unknown                       minor, self-declared       minor, assured
      /* adult   */ {GateVerdict::kDropped, GateVerdict::kJudgedLower, GateVerdict::kJudged, GateVerdict::kJudged},
      /* unknown */ {GateVerdict::kContext, GateVerdict::kJudgedLowest, GateVerdict::kJudgedLower, GateVerdict::kJudgedLower},
      /* minor   */ {GateVerdict::kContext, GateVerdict::kJudgedPeer, GateVerdict::kJudgedPeer, GateVerdict::kJudgedPeer},
      /* assured */ {GateVerdict::kContext, GateVerdict::kContext, GateVerdict::kJudgedAssured, GateVerdict::kJudgedAssured},
  };

  constexpr GateVerdict verdict(AgeClass actor, AgeClass target) const {
    return verdicts[static_cast<int>(actor)][static_cast<int>(target)];
  }
  /// A pair ends at the gate only where neither direction is judged.
  constexpr bool passes(AgeClass a, AgeClass b) const { return is_judged(verdict(a, b)) || is_judged(verdict(b, a)); }

  friend bool operator==(const Gate&, const Gate&) = default;
};

}  // namespace pairwatch
