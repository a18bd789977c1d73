// Reads what librdkafka tells of itself every kafka.statistics_interval (its STATISTICS.md).
//
// In:     JSON of some 3 KiB and 1 KiB more for each partition read or written; fields that are missing count as zero.
// Cost:   a pass over it, about a millisecond for a megabyte.
// Fails:  nullopt where it is no such JSON. Nothing depends on it but metrics.
// Thread: one for each parser.
#pragma once

#include <optional>
#include <string_view>

#include "topology/client_statistics.h"

namespace pairwatch::kafka {

/// Connections of one client to one broker are told as one: those of bootstrapping are left out, of several the busiest counts.
std::optional<ClientStatistics> statistics_from(std::string_view json);

}  // namespace pairwatch::kafka
