// From the message of the internal topic to plain quantities, checked: what does not hold never reaches a decision.
#pragma once

#include "pairwatch/v1/target_input.pb.h"
#include "processors/target/news.h"

namespace pairwatch::target {

/// Fills `news` with views into `input`. False where a part is missing, unknown to this release or out of its bounds; `news` is
/// then not to be used. A decision names a case and no account: tenant and target stay empty.
bool read_news(const v1::TargetInput& input, TargetNews& news);

}  // namespace pairwatch::target
