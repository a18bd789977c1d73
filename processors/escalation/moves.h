// Puts together what a moved case tells (CaseMove, transition.h). Decides nothing.
#pragma once

#include <cstdint>

#include "processors/core/cases.h"
#include "processors/escalation/account_share.h"
#include "processors/escalation/news.h"
#include "processors/escalation/state.h"
#include "processors/escalation/transition.h"

namespace pairwatch::escalation {

/// What of the findings is new since the case was closed: signals seen since, and a direct rule only by one of its kind.
CaseFindings since_closed(const CaseRecord& record, CaseFindings findings, const EvidenceList& evidence);

/// What is known of a pair with what the account adds to it.
CaseFindings findings_of(const RiskNews& risk, double risk_now, const AccountShare& share, double blocked,
                         const EscalationRules& rules);

/// What is known of the account as a whole.
CaseFindings findings_of(const AccountRisk& account, double risk_now);

/// A PAIR case; `blocked` is the part of the account's complaints that counts beside the pair's own.
CaseMove pair_move(const ActorState& state, const CaseRecord& record, const CaseStep& step, const RiskNews& risk,
                   const CaseFindings& findings, const SeverityRules& rules, const AccountShare& share, double blocked);

/// The ACTOR case.
CaseMove actor_move(const ActorState& state, const CaseStep& step, double risk_now, const AccountShare& share);

/// A case that stands down by itself. What was seen is not told again.
CaseMove faded_move(const ActorState& state, SubjectKind kind, const CaseRecord& record, const CaseStep& step, EventTime at,
                    EscalationReason reason);

/// A case of which a moderator has concluded something. What was seen is not told again.
CaseMove decided_move(const ActorState& state, SubjectKind kind, const CaseRecord& record, const CaseStep& step,
                      const CaseNews& news);

}  // namespace pairwatch::escalation
