// Logs of a service: one line each on standard error, as text or as one JSON object a line.
#pragma once

#include "config/settings.h"

namespace pairwatch::cli {

/// Replaces the default logger. Once, before threads start.
void start_logging(const config::LoggingConfig& config);

}  // namespace pairwatch::cli
