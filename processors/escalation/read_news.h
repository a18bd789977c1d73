// From the message of the internal topic to plain quantities, checked: what does not hold never reaches a decision.
#pragma once

#include "pairwatch/v1/case_input.pb.h"
#include "processors/escalation/news.h"

namespace pairwatch::escalation {

/// Fills `news` with views into `input`. False where a part is missing, unknown to this release or out of its bounds; `news` is
/// then not to be used.
bool read_news(const v1::CaseInput& input, CaseNews& news);

/// The same for a decision, which names a case and no account: tenant, actor and target are for the caller to find.
bool read_decision(const v1::CaseInput& input, CaseNews& news);

}  // namespace pairwatch::escalation
