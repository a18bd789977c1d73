// What the kernel says of this process, under the names that every Prometheus client uses (process_*).
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace pairwatch::http {

/// As of now; a few system calls. What the kernel does not tell is left out.
std::vector<prometheus::MetricFamily> process_metrics();

}  // namespace pairwatch::http
