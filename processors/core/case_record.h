// What was told of one case, so that nothing is told twice: kept by the room in which the case lives.
#pragma once

#include <cstdint>

#include "processors/core/hash.h"
#include "processors/core/kinds.h"
#include "processors/core/time.h"

namespace pairwatch {

constexpr std::uint8_t severity_bit(Severity severity) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(severity)); }

/// One case, open or stood down: what was told of it, so that nothing is told twice.
struct CaseRecord {
  Hash128 subject;             ///< of tenant, kind and ids (cases.h)
  std::uint32_t number = 0;    ///< of the case for this subject, from 1; 0: there is none
  std::uint32_t revision = 0;  ///< last one told
  Severity severity = Severity::kNone;
  std::uint32_t risk_told = 0;     ///< in ten-thousandths; told, or held back and to be told
  std::uint64_t signals_told = 0;  ///< signal bits, likewise
  std::uint8_t stages_told = 0;    ///< stage bits, likewise
  std::int32_t update_day = 0;     ///< newest day of event time on which the case was only updated, days since 1970
  std::uint32_t updates_that_day = 0;
  std::uint32_t held_back = 0;  ///< updates held back since the last revision
  EventTime opened_at = kNever;
  EventTime last_news_at = kNever;
  EventTime since = kNever;  ///< PAIR: first contact of the two; where unknown, the first risk that moved the case
  std::uint8_t written = 0;  ///< severity_bit of each topic it was written to
  bool is_confirmed = false;
  EventTime closed_at = kNever;     ///< when it stood down; its subject's next case takes its place
  EventTime snooze_until = kNever;  ///< ... and until when only what is URGENT opens that
  EventTime decays_at = kNever;  ///< while it is open: when what was told of it has faded, if nothing comes; see stands_down_at()
  std::uint64_t dismissed = 0;   ///< signal bits of those that weigh less since a moderator dismissed a case with them

  bool exists() const { return number != 0; }
  /// The risk that was told last, 0 to 1.
  double last_risk() const { return static_cast<double>(risk_told) / 10'000; }
  bool is_open() const { return exists() && closed_at == kNever; }
  /// What it counts for among the account's cases.
  Severity standing() const { return closed_at == kNever ? severity : Severity::kNone; }

  friend bool operator==(const CaseRecord&, const CaseRecord&) = default;
};

}  // namespace pairwatch
