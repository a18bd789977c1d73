// Logs of a service: one line each on standard error (log_sink.h).
#pragma once

#include "config/settings.h"
#include "topology/http/log_metrics.h"

namespace pairwatch::cli {

/// Replaces the default logger. Once, before threads start.
void start_logging(const config::LoggingConfig& config);

/// Tells what was held back of messages that repeat; every second or so.
void tell_held_back_logs();

/// Gives the metrics what was told and held back since they were last given it. By one thread.
void count_logs(http::LogMetrics& metrics);

/// From now on one level more is told (debug at most), or one less (errors at least); says so in the log.
void log_more();
void log_less();

}  // namespace pairwatch::cli
