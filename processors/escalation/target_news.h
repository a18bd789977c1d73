// What the stage of minors (processors/target) is told: how an account stands towards a minor. Whenever the PAIR case of the two
// moves, and with each risk of the pair alone that lies at or above a floor, where there is no case to move.
#pragma once

#include <vector>

#include "processors/core/age.h"
#include "processors/core/interaction.h"
#include "processors/core/kinds.h"
#include "processors/escalation/config.h"
#include "processors/escalation/news.h"
#include "processors/escalation/state.h"
#include "processors/escalation/transition.h"

namespace pairwatch::escalation {

/// Towards one minor.
struct ContactTold {
  AccountNews target;  ///< its age unknown: not told again
  double risk = 0;     ///< of the pair alone, 0 to 1, 4 decimals; 0: not told
  Severity severity = Severity::kNone;
  std::uint32_t case_number = 0;
  bool has_ended = false;
  bool is_confirmed = false;
  EventTime risky_from = kNever;
  EventTime risky_until = kNever;
  EventTime first_contact_at = kNever;
  StageList stages;
  std::optional<std::uint32_t> mutual_contacts;
  EventTime at;
};

/// What there is to tell after a step. Nothing of targets that are known as adults. Views into `news` and into the step's stories.
void contacts_told(const Step& step, const CaseNews& news, const ActorState& state, const EscalationConfig& config,
                   std::vector<ContactTold>& told);

}  // namespace pairwatch::escalation
