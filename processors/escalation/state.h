// What is remembered of one actor: whom it reached, and the cases about it.
//
// Order-tolerant where it counts: targets are a set, their times minima and maxima, their marks bits. Bounded: at most
// max_targets and max_cases of each, and kActorStateLimit bytes when encoded (layout.h). What goes first is declared at fit().
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "processors/core/age.h"
#include "processors/core/hash.h"
#include "processors/core/kinds.h"
#include "processors/core/time.h"
#include "processors/escalation/config.h"

namespace pairwatch::escalation {

/// Ids of targets longer than this are remembered by their hash only.
inline constexpr std::size_t kTargetNameLimit = 36;

/// What happened between the actor and one target; bits, so that order does not matter.
enum class TargetMark : std::uint16_t {
  kContacted = 1 << 0,  ///< the actor made the first contact
  kStranger = 1 << 1,   ///< ... without contacts in common or a trusted relation
  kReplied = 1 << 2,
  kAccepted = 1 << 3,
  kRefused = 1 << 4,
  kBlocked = 1 << 5,
  kReported = 1 << 6,
  kMinor = 1 << 7,  ///< was known to be one
  kUnder13 = 1 << 8,
  kVulnerable = 1 << 9,
};

/// One account the actor reached.
struct TargetRecord {
  std::uint64_t hash = 0;        ///< of its id
  EventTime first_at = kNever;   ///< earliest that is known of it: the first contact, where the actor made it
  EventTime marked_at = kNever;  ///< newest block or report by it
  std::uint16_t marks = 0;
  std::uint8_t name_size = 0;  ///< 0: the id is not kept
  std::array<char, kTargetNameLimit> name_bytes{};

  bool has(TargetMark mark) const { return (marks & static_cast<std::uint16_t>(mark)) != 0; }
  void set(TargetMark mark) { marks |= static_cast<std::uint16_t>(mark); }
  std::string_view name() const { return {name_bytes.data(), name_size}; }
  void set_name(std::string_view id);
  /// By this the oldest leaves first.
  EventTime newest() const { return marked_at > first_at ? marked_at : first_at; }

  friend bool operator==(const TargetRecord&, const TargetRecord&) = default;
};

/// One open case: what was told of it, so that nothing is told twice.
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

  bool is_open() const { return number != 0; }

  friend bool operator==(const CaseRecord&, const CaseRecord&) = default;
};

/// A case let go for want of room: enough that ids and revisions go on where they were. At most 32 bytes when encoded.
struct QuietCase {
  Hash128 subject;
  std::uint32_t number = 0;
  std::uint32_t revision = 0;
  Severity severity = Severity::kNone;

  friend bool operator==(const QuietCase&, const QuietCase&) = default;
};

struct ActorState {
  EventTime last_news_at = kNever;
  EventTime first_contact_at = kNever;  ///< earliest first contact the actor made
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  EventTime age_at = kNever;            ///< when that was so: the newest wins, ties go to the younger
  std::uint32_t forgotten_targets = 0;  ///< accounts that left `targets`
  std::uint32_t number_floor = 0;       ///< highest number of a case that left `quiet`: new cases are numbered above it
  std::vector<TargetRecord> targets;    ///< by first_at, then hash
  std::vector<CaseRecord> cases;        ///< PAIR cases, in order of opening
  std::vector<QuietCase> quiet;         ///< PAIR cases let go, longest ago first
  CaseRecord actor_case;

  AgeClass age() const { return age_class(age_band, age_assurance); }
  /// Accounts it reached: exact up to max_targets, beyond that those that left are taken to be others than those that came.
  std::uint32_t distinct_targets() const { return static_cast<std::uint32_t>(targets.size()) + forgotten_targets; }

  TargetRecord* find_target(std::uint64_t hash);
  CaseRecord* find_case(const Hash128& subject);

  friend bool operator==(const ActorState&, const ActorState&) = default;
};

/// What may be known of a target with one fact.
struct TargetNews {
  std::string_view id;
  EventTime at;
  std::uint16_t marks = 0;    ///< to be set
  bool is_contact = false;    ///< the first contact
  bool is_complaint = false;  ///< a block or report
};

/// The actor's age as of `at`, unless something newer is known.
void remember_age(ActorState& state, AgeBand band, AgeAssurance assurance, EventTime at);

/// Merges what is known of a target. Beyond max_targets the one whose newest() is earliest leaves and is counted in
/// forgotten_targets. Returns the marks it had before: 0 for one that is new here.
std::uint16_t remember_target(ActorState& state, const TargetNews& news, std::size_t max_targets);

/// The record of an open PAIR case of that subject: as it is, as it was when it was let go, or a new one with a number of its
/// own. `let_go` grows by the cases whose records had to shrink or leave for want of room.
CaseRecord& open_case(ActorState& state, const Hash128& subject, EventTime at, std::size_t max_cases, std::uint64_t& let_go);

/// Makes the state fit into kActorStateLimit bytes: first the names of the oldest targets leave (they still count), then cases
/// that were let go, longest ago first, then the oldest targets, then the open case quiet for longest (but for the newest one)
/// shrinks. Returns how many things left.
std::uint64_t fit(ActorState& state);

}  // namespace pairwatch::escalation
