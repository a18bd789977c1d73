// What the rooms count. Plain numbers, labelled by closed lists only; the runtime adds them to the metrics when the
// transaction that they belong to has been committed, so an aborted attempt counts nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "processors/core/combination.h"
#include "processors/core/kinds.h"
#include "processors/core/reject.h"
#include "processors/core/rules.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch {

/// What became of a record: exactly one for each record read by each service, so that they sum to what was read.
enum class Outcome : std::uint8_t {
  // intake
  kForwarded,      ///< sent on to relationship
  kGated,          ///< neither direction is judged
  kNoTarget,       ///< activity that names no other account
  kAccountChange,  ///< a profile change, sent on to escalation
  // relationship
  kRemembered,  ///< changed the pair's state, nothing to tell
  kTold,        ///< changed the pair's state and told escalation
  kDuplicate,   ///< an event id among the last 64 of its pair
  kTrusted,     ///< remembered, not judged: a trusted relation holds
  // escalation
  kNoted,           ///< changed what is known of the actor; no case moved
  kEscalated,       ///< opened, raised or updated a case
  kBelowThreshold,  ///< a risk below every threshold
  kNoNews,          ///< a case is open and there is nothing new to say
  // every service
  kDeadLetter,  ///< could not be used; see Reject
};
inline constexpr int kOutcomeCount = 13;

/// The value of the metric label, for instance `dead_letter`.
std::string_view outcome_name(Outcome outcome);

inline constexpr int kSeverityCount = 4;
inline constexpr int kStatusCount = 5;
inline constexpr int kSubjectCount = 4;

struct Tally {
  std::array<std::uint64_t, kOutcomeCount> outcomes{};
  std::array<std::uint64_t, kRejectCount> rejects{};
  std::array<std::uint64_t, kSignalCount> signals{};            ///< by signal_index: how often it was seen
  std::array<std::uint64_t, kSignalCount> shadow_signals{};     ///< of these, while its rule was in the shadow
  std::array<std::uint64_t, kCombinationLimit> combinations{};  ///< by number less one: in how many directions it began to hold
  /// By number of severity, status and subject.
  std::array<std::array<std::array<std::uint64_t, kSubjectCount>, kStatusCount>, kSeverityCount> escalations{};
  std::array<std::array<std::uint64_t, kSeverityCount>, kVerdictCount> decisions{};  ///< by verdict, then the case's severity
  std::uint64_t unknown_fields = 0;                                                  ///< fields of no known number or name
  std::uint64_t texts_truncated = 0;                                                 ///< texts longer than what is read
  std::uint64_t evidence_dropped = 0;                                                ///< evidence dropped at an entry's size cap
  std::uint64_t entries_expired = 0;                                                 ///< state forgotten after its time to live
  EventTime newest_event = kNever;  ///< newest time at which anything that was usable happened

  void count(Outcome outcome) { ++outcomes[static_cast<std::size_t>(outcome)]; }
  void count(Reject reject) { ++rejects[static_cast<std::size_t>(reject)]; }
  void count(Signal signal, RuleState state) {
    const auto index = static_cast<std::size_t>(signal_index(signal));
    ++signals[index];
    if (state == RuleState::kShadow) ++shadow_signals[index];
  }
  void count(Severity severity, EscalationStatus status, SubjectKind subject) {
    ++escalations[static_cast<std::size_t>(severity)][static_cast<std::size_t>(status)][static_cast<std::size_t>(subject)];
  }
  void count(Verdict verdict, Severity severity) {
    ++decisions[static_cast<std::size_t>(verdict)][static_cast<std::size_t>(severity)];
  }
  void note(EventTime at) { newest_event = std::max(newest_event, at); }
  std::uint64_t count_of(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }

  void add(const Tally& other);
};

}  // namespace pairwatch
