// What one record of the input says, as plain quantities: what the room decides on (transition.h). Filled by the shell from
// pairwatch.v1.TargetInput; views live as long as that message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "processors/core/age.h"
#include "processors/core/case_id.h"
#include "processors/core/interaction.h"
#include "processors/core/keys.h"
#include "processors/core/kinds.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch::target {

/// When each stage was first reached; kNever: not.
using StageTimes = std::array<EventTime, kStageCount>;

/// How one account stands towards the minor.
struct ContactNews {
  AccountId actor;
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  std::uint32_t risk = 0;               ///< of the pair alone, in ten-thousandths; 0: not told
  Severity severity = Severity::kNone;  ///< of the PAIR case that is open
  std::uint32_t case_number = 0;
  bool has_ended = false;
  bool is_confirmed = false;
  EventTime risky_from = kNever;
  EventTime risky_until = kNever;
  EventTime first_contact_at = kNever;
  std::optional<std::uint32_t> mutual_contacts;
  StageTimes stages{};
};

/// What a moderator concluded about a TARGET case.
struct DecisionNews {
  CaseId id;
  Verdict verdict = Verdict::kNeedsMore;
  EventTime snooze_until = kNever;  ///< kNever: not said
};

struct TargetNews {
  std::string_view tenant;  ///< of a decision: empty, as the account is
  AccountId target;
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  bool heightened_vulnerability = false;
  EventTime at;
  SourcePosition source;  ///< of the platform's event that is behind it; by decision: of the decision
  bool is_by_decision = false;
  std::variant<ContactNews, DecisionNews> what;
};

}  // namespace pairwatch::target
