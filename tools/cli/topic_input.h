// The records of a Kafka topic as the input of a replay.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/settings.h"
#include "topology/embedded/input.h"
#include "topology/kafka/topic_reader.h"

namespace pairwatch::cli {

/// Each record keeps its partition and offset, so that evidence names where it stands.
std::unique_ptr<embedded::InputSource> open_topic(const config::Settings& settings, const std::string& topic,
                                                  const kafka::TimeRange& range, const embedded::InputLimits& limits);

/// Milliseconds since 1970 of a time such as 2026-03-01T18:00:00Z, or of a day such as 2026-03-01 (UTC); nullopt: it is neither.
std::optional<std::int64_t> parse_time(const std::string& text);

}  // namespace pairwatch::cli
