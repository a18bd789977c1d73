// The pure decision of escalation: an actor's state and one piece of news in; the state changed, an outcome, and at most two cases
// that moved (the pair's and the account's) out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "processors/core/tally.h"
#include "processors/escalation/actor_signals.h"
#include "processors/escalation/cases.h"
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
struct CaseMove {
  SubjectKind kind = SubjectKind::kPair;
  EscalationStatus status = EscalationStatus::kOpened;
  Severity severity = Severity::kNone;
  Hash128 subject;
  std::uint32_t number = 0;
  std::uint32_t revision = 0;
  std::uint32_t held_back = 0;  ///< updates held back since the revision before
  double risk = 0;              ///< 4 decimals
  EvidenceList evidence;        ///< largest contribution first; the pair's and the account's merged
  StageList stages;
  FanOut fan_out;                  ///< as far as it counts in this case; strength 0: it does not
  Complaints complaints;           ///< likewise
  std::uint32_t review_cases = 0;  ///< PAIR cases of the account at REVIEW or above, this one not counted
  std::array<CaseName, kRelatedLimit> related;
  std::size_t related_count = 0;

  std::span<const CaseName> related_cases() const { return {related.data(), related_count}; }
};

struct Step {
  Outcome outcome = Outcome::kNoted;
  std::optional<CaseMove> pair;  ///< told first
  std::optional<CaseMove> actor;
  bool scattergun_grew = false;  ///< one more stranger contacted while there were enough of them
  bool expired = false;          ///< the state was older than its time to live, and forgotten first
  std::uint64_t left = 0;        ///< names, targets and cases that left for want of room
};

/// Decides one piece of news. `news.actor` and, for risks and facts, the target have ids; numbers are finite.
/// A risk gives kEscalated, kNoNews, kBelowThreshold, or kNoted where its update was held back; all else gives kNoted; and
/// anything gives kEscalated where the case about the account moves.
Step advance(ActorState& state, const CaseNews& news, const EscalationConfig& config);

}  // namespace pairwatch::escalation
