// The life of a case: what severity a risk has, whether there is news, what the next revision says, what the case is called.
// Pure: a record goes in, the record and what to tell come out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "processors/core/case_record.h"
#include "processors/core/case_rules.h"
#include "processors/core/hash.h"
#include "processors/core/keys.h"
#include "processors/core/kinds.h"
#include "processors/core/tally.h"
#include "processors/core/time.h"

namespace pairwatch {

/// The severity of a risk on its own. `risk` is rounded as it is told, so that what is read equals what was decided.
Severity severity_of(double risk, const SeverityRules& rules);

/// What is known of a case's subject now.
struct CaseFindings {
  double risk = 0;                      ///< 0 to 1, 4 decimals
  std::uint64_t signals = 0;            ///< signal bits
  std::uint8_t stages = 0;              ///< stage bits
  Severity at_least = Severity::kNone;  ///< by a direct rule, whatever the risk
  /// By combinations of the rule set, whatever the risk: of each severity, the signal bits of those that set it.
  std::array<std::uint64_t, kSeverityCount> set_by{};
};

/// By direct rules and combinations, whatever the risk.
Severity least_severity_of(const CaseFindings& findings);
Severity severity_of(const CaseFindings& findings, const SeverityRules& rules);

/// Whether a risk lies above what was told of the case by update_step or more.
bool rises_by_a_step(const CaseRecord& record, double risk, const SeverityRules& rules);

/// Whether updates were held back on an earlier day than this one: the next news tells them.
bool owes_an_update(const CaseRecord& record, EventTime at);

/// What becomes of a case.
enum class CaseChange : std::uint8_t {
  kNone,      ///< nothing new
  kHeldBack,  ///< news, but the day's updates are used up: counted, told with the next
  kOpened,
  kRaised,  ///< the severity went up: never held back
  kUpdated,
  kStoodDown,
};

struct CaseStep {
  CaseChange change = CaseChange::kNone;
  std::uint32_t held_back = 0;  ///< updates held back since the revision before
};

/// Whether a revision is told of it.
bool is_told(CaseChange change);

/// One revision of a case, as every room tells it.
struct CaseRevision {
  EscalationStatus status = EscalationStatus::kOpened;
  EscalationReason reason = EscalationReason::kNone;  ///< of kStoodDown
  Severity severity = Severity::kNone;
  std::uint8_t written = 0;  ///< severity_bit of each topic the case was written to, this one included
  std::uint32_t number = 0;
  std::uint32_t revision = 0;
  std::uint32_t held_back = 0;      ///< updates held back since the revision before
  double risk = 0;                  ///< 4 decimals
  EventTime at;                     ///< of the news
  EventTime snooze_until = kNever;  ///< of what a moderator dismissed
};

/// What `step` has made of the record; reason, time and snooze are left to the caller.
CaseRevision revision_of(const CaseRecord& record, const CaseStep& step, double risk);

/// Merges findings into the record and says what to tell. A record whose revision is 0 opens; its severity is then at least WATCH.
/// News is a new signal, a new stage, a rise in risk of update_step, or what was held back on an earlier day.
CaseStep advance_case(CaseRecord& record, const CaseFindings& findings, EventTime at, const SeverityRules& rules,
                      std::uint32_t max_updates_per_day);

/// The next revision of an open case that a moderator has confirmed.
CaseStep confirm_case(CaseRecord& record);

/// The last revision of an open case that a moderator has dismissed; it stays quiet until `snooze_until`, and its signals weigh
/// less.
CaseStep close_case(CaseRecord& record, EventTime at, EventTime snooze_until);

/// A part of a risk that fades.
struct FadingShare {
  double log_odds = 0;
  Duration half_life;
};

/// When a risk told at `at` has faded below rules.risk, if nothing comes: the first hour after it at which the sum of what is left
/// of its shares, and of what does not fade, lies there; rules.longest after it where it does not before.
EventTime decays_at(double log_odds, std::span<const FadingShare> shares, EventTime at, const StandDownRules& rules);

/// When an open case stands down if nothing comes: its risk has faded and it was quiet for as long as its severity asks, or for
/// rules.longest. kNever: it is not open, or was confirmed.
EventTime stands_down_at(const CaseRecord& record, const StandDownRules& rules);
Duration quiet_time(Severity severity, const StandDownRules& rules);

/// Why it does.
EscalationReason reason_to_stand_down(const CaseRecord& record, EventTime at, const StandDownRules& rules);

/// The last revision of an open case that stands down by itself. Nothing of it weighs less afterwards.
CaseStep stand_down(CaseRecord& record, EventTime at);

/// Until when a dismissed case stays quiet. `told`: what the decision says; kNever: nothing.
EventTime snooze_end(EventTime told, EventTime decided_at, const DecisionRules& rules);

/// Whether the next case of a closed one's subject opens: by something new, and during a snooze only if that is URGENT.
bool may_open_next(const CaseRecord& record, const CaseFindings& fresh, EventTime at, const SeverityRules& rules);

/// Makes a closed record that of the subject's next case, of which nothing was told.
void open_next(CaseRecord& record, EventTime at);

/// What the queue is ordered by, 0 to 100.
struct PriorityFacts {
  Severity severity = Severity::kWatch;
  double risk = 0;
  bool vulnerable = false;
  bool under_13 = false;
  std::optional<Duration> since_first_contact;  ///< until now; nullopt: first contact unknown
};
std::uint32_t priority_of(const PriorityFacts& facts, const PriorityRules& rules);

/// The subject of a case as 128 bits: the hash of tenant, kind and ids.
Hash128 pair_subject(std::string_view tenant, AccountId actor, AccountId target);
Hash128 actor_subject(std::string_view tenant, AccountId actor);
Hash128 target_subject(std::string_view tenant, AccountId target);

/// For instance `P-1a2b3c4d-0123456789abcdef0123456789abcdef-1`. `routing_hash` is murmur2 of the routing key, so that what refers
/// to the case finds its partition whatever the count.
std::string escalation_id(SubjectKind kind, std::uint32_t routing_hash, const Hash128& subject, std::uint32_t number);

}  // namespace pairwatch
