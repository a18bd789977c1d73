// The pure decision of escalation: an actor's state and one piece of news in; the state changed, an outcome, and the cases that
// moved out: the pair's, those of pairs that the news makes more of, and the account's.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "processors/core/cases.h"
#include "processors/core/tally.h"
#include "processors/escalation/actor_signals.h"
#include "processors/escalation/config.h"
#include "processors/escalation/news.h"
#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// Cases that one escalation relates to.
inline constexpr std::size_t kRelatedLimit = 8;

/// Names another case of the same account.
struct CaseName {
  SubjectKind kind = SubjectKind::kPair;
  Hash128 subject;
  std::uint32_t number = 0;
};

/// One revision of one case, with the grounds on which it was decided.
/// Of a remembered risk, `at` is the time of that or of the news that makes more of it, the later of the two.
struct CaseMove : CaseRevision {
  SubjectKind kind = SubjectKind::kPair;
  bool is_direct = false;          ///< so severe by its kind, whatever the risk
  EventTime since = kNever;        ///< of what a moderator decided, or stands down by itself: first contact of the two
  EventTime quiet_since = kNever;  ///< of what stands down by itself: its last news; kNever: it is by what has come
  Hash128 subject;
  EvidenceList evidence;  ///< largest contribution first; the pair's and the account's merged
  StageList stages;
  FanOut fan_out;                  ///< as far as it counts in this case; strength 0: it does not
  Crowd complaints;                ///< likewise
  std::uint32_t review_cases = 0;  ///< PAIR cases of the account at REVIEW or above, this one not counted
  std::string target;  ///< of a PAIR case that stands down by itself: the other's id, which the shell knows; empty: it is not kept
  /// Of the remembered risk that moved a PAIR case (risk_story.h), and the target's age; empty: the risk is the news.
  std::string story;
  AgeBand target_band = AgeBand::kUnknown;
  AgeAssurance target_assurance = AgeAssurance::kUnknown;
  EventTime risky_from = kNever;  ///< ... and its earliest and newest point
  EventTime risky_until = kNever;
  std::array<CaseName, kRelatedLimit> related;
  std::size_t related_count = 0;

  std::span<const CaseName> related_cases() const { return {related.data(), related_count}; }
};

struct Step {
  Outcome outcome = Outcome::kNoted;
  std::vector<CaseMove> moves;  ///< PAIR cases, that of the news first; then the ACTOR case. At most max_risks + 2
  std::uint64_t fired = 0;      ///< signal_bits of those seen over the account that the news brought about or made more of
  Severity decided_severity = Severity::kNone;  ///< of the case that a decision names
  bool is_confirmed = false;                    ///< a decision has confirmed a case of the account
  bool is_unconfirmed = false;                  ///< a decision has taken back the last confirmation there was
  bool is_new_device = false;                   ///< the account was seen on a device that was not remembered
  bool expired = false;                         ///< the state was older than its time to live, and forgotten first
  double own_risk = 0;                          ///< 0 to 1, 4 decimals: of a risk that is judged, of the pair alone
  std::uint64_t left = 0;                       ///< names, targets, risks and cases that left for want of room
};

/// A decision gives kEscalated where it moves a case, kNoted where not, and kDeadLetter where there is no such case: then nothing
/// has changed. What came after a case was dismissed opens the next one (cases.h).
///
/// Decides one piece of news. `news.actor` and, for risks and facts, the target have ids; numbers are finite.
/// A risk gives kEscalated, kNoNews, kBelowThreshold, or kNoted where its update was held back; all else gives kNoted; and
/// anything gives kEscalated where a case of another pair or that of the account moves.
///
/// Before it comes what is due before the news (timers.h).
///
/// What the cases are in the end does not depend on the order in which facts and risks of different pairs come, as long as what is
/// remembered has room and no case stands down in between, but for one thing: where a reply comes after news that is later in event
/// time, fewer seemed to answer, and a case may be higher than it would be; it is never lower. So it is where what the actor did
/// with others comes late, beside one who got most.
Step advance(ActorState& state, const CaseNews& news, const EscalationConfig& config);

}  // namespace pairwatch::escalation
