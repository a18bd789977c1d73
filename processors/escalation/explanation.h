// Why a case was told, in plain words: two to five sentences that say what happened, how often, over what time, in which order,
// how sure that is, and what of it is ordinary. Never message text, never an id, never a verdict. The words are in sentences.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "processors/core/age.h"
#include "processors/core/combination.h"
#include "processors/core/kinds.h"
#include "processors/core/time.h"
#include "processors/core/wording.h"
#include "processors/escalation/actor_signals.h"
#include "processors/escalation/news.h"

namespace pairwatch::escalation {

/// What there is to tell of one case.
struct Story {
  SubjectKind kind = SubjectKind::kPair;
  Severity severity = Severity::kWatch;
  double risk = 0;
  bool is_direct = false;  ///< so severe by the kind of behaviour, whatever the score
  AgeBand actor_age = AgeBand::kUnknown;
  AgeBand target_age = AgeBand::kUnknown;  ///< PAIR only
  EventTime first_contact_at = kNever;
  bool actor_started = true;
  std::optional<std::uint32_t> mutual_contacts;
  std::uint32_t message_count = 0;            ///< from actor to target
  std::uint32_t received_count = 0;           ///< interactions from target to actor
  EvidenceList evidence;                      ///< largest contribution first
  std::span<const Combination> combinations;  ///< of the rule set: their sentences
  StageList stages;
  FanOut fan_out;                  ///< strength 0: not part of this case
  Crowd complaints;                ///< likewise
  std::uint32_t review_cases = 0;  ///< other PAIR cases of the account at REVIEW or above
  std::uint32_t distinct_targets = 0;
  std::optional<Verdict> verdict;  ///< a moderator has concluded this: then it is told, and nothing else
  EventTime decided_at = kNever;
  EventTime quiet_since = kNever;  ///< it stands down by itself: then that is told, and nothing else
  EscalationReason reason = EscalationReason::kNone;
  EventTime snooze_until = kNever;
};

/// The explanation, its sentences separated by one space.
std::string explain(const Story& story, Language language = Language::kEnglish);

}  // namespace pairwatch::escalation
