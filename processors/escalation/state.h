// What is remembered of one actor: whom it reached, the risks in its pairs, and the cases about it.
//
// Order-tolerant where it counts: targets are a set, their times minima and maxima, their marks bits. Bounded: at most
// max_targets, max_risks and max_cases of each, and kActorStateLimit bytes when encoded (layout.h). What goes first is declared
// at fit().
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/age.h"
#include "processors/core/case_record.h"
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
  kOpened = 1 << 10,  ///< the fingerprint of the actor's first words is known
};

/// One account the actor reached.
struct TargetRecord {
  std::uint64_t hash = 0;                  ///< of its id
  EventTime first_at = kNever;             ///< earliest that is known of it: the first contact, where the actor made it
  EventTime responded_at = kNever;         ///< first reply or acceptance
  EventTime complained_first_at = kNever;  ///< first block or report by it; with the newest, all there are: each is told once
  EventTime complained_last_at = kNever;   ///< newest block or report by it
  EventTime opened_at = kNever;            ///< kOpened: when the actor first wrote to it
  std::uint32_t opening = 0;               ///< ... and what, a fingerprint
  std::uint16_t marks = 0;
  std::uint8_t name_size = 0;  ///< 0: the id is not kept
  std::array<char, kTargetNameLimit> name_bytes{};

  bool has(TargetMark mark) const { return (marks & static_cast<std::uint16_t>(mark)) != 0; }
  void set(TargetMark mark) { marks |= static_cast<std::uint16_t>(mark); }
  std::string_view name() const { return {name_bytes.data(), name_size}; }
  void set_name(std::string_view id);
  /// By this the oldest leaves first.
  EventTime newest() const { return complained_last_at > first_at ? complained_last_at : first_at; }
  /// A minor whom the actor contacted as a stranger: what fan-out counts.
  bool is_stranger_minor() const { return has(TargetMark::kContacted) && has(TargetMark::kStranger) && has(TargetMark::kMinor); }
  /// Such a one, of which it is known how the actor began.
  bool has_opening() const { return has(TargetMark::kOpened) && is_stranger_minor(); }
  /// A minor that blocked or reported the actor.
  bool has_complained() const { return complained_last_at != kNever && has(TargetMark::kMinor); }
  bool has_responded_by(EventTime time) const { return responded_at != kNever && responded_at <= time; }

  friend bool operator==(const TargetRecord&, const TargetRecord&) = default;
};

/// Doublings that are remembered, kLeastActivity the first.
inline constexpr std::size_t kActivityLevels = 10;

/// How much the actor did with one target.
struct BusyTarget {
  std::uint64_t hash = 0;                            ///< of its id
  std::array<EventTime, kActivityLevels> reached{};  ///< [n]: when there were kLeastActivity << n interactions; kNever: not told

  BusyTarget() { reached.fill(kNever); }
  /// Interactions until then; 0: fewer than kLeastActivity.
  std::uint32_t activity_by(EventTime time) const;

  friend bool operator==(const BusyTarget&, const BusyTarget&) = default;
};

/// How high the risk in a pair was, and when: what is needed to judge it again beside what the account does elsewhere.
struct RiskPoint {
  EventTime at = kNever;
  double log_odds = 0;
  double own_blocked = 0;  ///< share of the pair's own blocks and reports in it

  friend bool operator==(const RiskPoint&, const RiskPoint&) = default;
};

/// Risks of one pair that are remembered at once.
inline constexpr std::size_t kRiskPointLimit = 4;

/// The risk in one pair, remembered because news of other pairs may make a case of it.
struct RiskRecord {
  Hash128 subject;            ///< of the pair's case (cases.h)
  EventTime since = kNever;   ///< first contact of the two; where unknown, the first risk
  EventTime age_at = kNever;  ///< when the target's age was as told here: the newest wins
  AgeBand target_band = AgeBand::kUnknown;
  AgeAssurance target_assurance = AgeAssurance::kUnknown;
  AgeBand actor_band = AgeBand::kUnknown;  ///< with which the newest risk was weighed
  std::uint8_t point_count = 0;
  std::array<RiskPoint, kRiskPointLimit> points;  ///< by time of arrival; none that another outdoes whatever comes (risks.h)
  std::string story;                              ///< the newest risk as it is told (risk_story.h)

  std::span<const RiskPoint> all() const& { return {points.data(), point_count}; }
  void all() const&& = delete;  // the span would outlive what it refers to
  /// By this the lowest leaves first.
  double highest_log_odds() const;

  friend bool operator==(const RiskRecord&, const RiskRecord&) = default;
};

/// A case let go for want of room: enough that ids and revisions go on where they were. It has no timer: it stands down by itself
/// only after news has brought it back. At most 32 bytes when encoded.
struct QuietCase {
  Hash128 subject;
  std::uint32_t number = 0;
  std::uint32_t revision = 0;
  Severity severity = Severity::kNone;  ///< kNone: it had stood down

  friend bool operator==(const QuietCase&, const QuietCase&) = default;
};

/// Devices of an account that are remembered, the newest.
inline constexpr std::size_t kDeviceLimit = 4;

/// A device on which the account was seen.
struct DeviceRecord {
  std::uint64_t digest = 0;    ///< XXH3-64 of the platform's device hash
  EventTime last_at = kNever;  ///< newest time

  friend bool operator==(const DeviceRecord&, const DeviceRecord&) = default;
};

struct ActorState {
  EventTime last_news_at = kNever;
  EventTime next_due = kNever;          ///< when the first of its cases stands down if nothing comes (timers.h)
  EventTime first_contact_at = kNever;  ///< earliest first contact the actor made
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  EventTime age_at = kNever;            ///< when that was so: the newest wins, ties go to the younger
  std::uint32_t forgotten_targets = 0;  ///< accounts that left `targets`
  std::uint32_t confirmed_count = 0;    ///< cases that moderators have confirmed
  EventTime confirmed_at = kNever;      ///< the newest of those decisions
  std::uint32_t number_floor = 0;       ///< highest number of a case that left `quiet`: new cases are numbered above it
  std::vector<DeviceRecord> devices;    ///< by digest
  std::vector<TargetRecord> targets;    ///< by first_at, then hash
  std::vector<BusyTarget> busy;         ///< in no order that counts
  std::vector<RiskRecord> risks;        ///< one a pair, in no order that counts
  std::vector<CaseRecord> cases;        ///< PAIR cases, in order of opening
  std::vector<QuietCase> quiet;         ///< PAIR cases let go, longest ago first
  CaseRecord actor_case;

  AgeClass age() const { return age_class(age_band, age_assurance); }
  /// Accounts it reached: exact up to max_targets, beyond that those that left are taken to be others than those that came.
  std::uint32_t distinct_targets() const { return static_cast<std::uint32_t>(targets.size()) + forgotten_targets; }

  TargetRecord* find_target(std::uint64_t hash);
  const BusyTarget* find_busy(std::uint64_t hash) const;
  CaseRecord* find_case(const Hash128& subject);
  RiskRecord* find_risk(const Hash128& subject);
  /// Of a PAIR case that is open or was let go; kNone where there is none, or it stood down.
  Severity severity_of_case(const Hash128& subject) const;

  friend bool operator==(const ActorState&, const ActorState&) = default;
};

/// What may be known of a target with one fact.
struct TargetNews {
  std::string_view id;
  EventTime at;
  std::uint16_t marks = 0;    ///< to be set
  bool is_contact = false;    ///< the first contact
  bool is_complaint = false;  ///< a block or report
  std::uint32_t opening = 0;  ///< kOpened is among the marks: fingerprint of the first words
};

/// The actor's age as of `at`, unless something newer is known.
void remember_age(ActorState& state, AgeBand band, AgeAssurance assurance, EventTime at);

/// That the account was seen on a device; 0: on none that is known. Whether that is a new one. Beyond kDeviceLimit the one that was
/// not seen for longest leaves.
bool remember_device(ActorState& state, std::uint64_t digest, EventTime at);

/// What a piece of news changed of what counts over the whole account.
struct TargetChange {
  bool is_contact = false;    ///< a minor contacted as a stranger: one more, or earlier than was known
  bool is_one_more = false;   ///< ... one more
  bool is_complaint = false;  ///< a complaint by a minor
  bool is_opening = false;    ///< first words to one of the former: of one more, or earlier or other ones
  bool is_earlier = false;    ///< of whatever account, a first sight of it or an earlier one
  EventTime contacted_at;     ///< of is_contact
  EventTime complained_at;    ///< of is_complaint: the earliest that is new
  EventTime opened_at;        ///< of is_opening
  EventTime seen_at;          ///< of is_earlier
};

/// Merges what is known of a target. Beyond max_targets the one whose newest() is earliest leaves and is counted in
/// forgotten_targets.
TargetChange remember_target(ActorState& state, const TargetNews& news, std::size_t max_targets);

/// Merges that there were `count` interactions with a target, kLeastActivity or more. Whether that was not known, or not so early.
/// Beyond max_busy_targets the least busy leaves, and `left` grows.
bool remember_activity(ActorState& state, std::string_view id, std::uint32_t count, EventTime at, std::size_t max_busy_targets,
                       std::uint64_t& left);

/// The record of an open PAIR case of that subject: as it is, as it was when it was let go, or a new one with a number of its
/// own. `let_go` grows by the cases whose records had to shrink or leave for want of room.
CaseRecord& open_case(ActorState& state, const Hash128& subject, EventTime at, std::size_t max_cases, std::uint64_t& let_go);

/// Forgets the remembered risk whose highest log-odds are the lowest.
void forget_lowest_risk(ActorState& state);

/// Makes the state fit into kActorStateLimit bytes: first the names of the oldest targets leave (they still count), then cases
/// that were let go, longest ago first, then the activity of the least busy targets, then remembered risks, the lowest first, then
/// the oldest targets, then the open case quiet for longest (but for the newest one) shrinks. Returns how many things left.
std::uint64_t fit(ActorState& state);

}  // namespace pairwatch::escalation
