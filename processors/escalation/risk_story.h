// What a case needs to say of a pair's risk, as bytes: remembered with the risk, read only where a case moves by it later.
// Leaves out ids of events (where they stand is kept) and all channels but the newest.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "processors/core/time.h"
#include "processors/escalation/news.h"

namespace pairwatch::escalation {

/// Most bytes of a story: of ordinary ones with four signals there are 120 to 180.
inline constexpr std::size_t kRiskStoryLimit = 1024;

/// Replaces `out`. Whether it fits into kRiskStoryLimit: where it is too long, the channel is left out first, then the
/// least weighty evidence.
bool write_story(const RiskNews& risk, EventTime at, std::string& out);

/// The id of the target that write_story() wrote.
std::string_view target_of_story(std::string_view story);

/// Fills a fresh `risk`, all but its log-odds and the target's age; views into `story`. Contributions have 4 decimals, as they are
/// told. Anything but what write_story() wrote is a broken invariant and stops the process.
void read_story(std::string_view story, RiskNews& risk);

}  // namespace pairwatch::escalation
