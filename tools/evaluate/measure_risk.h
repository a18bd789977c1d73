// What looks at risk instead of severity: calibration, thresholds, and alerts at the prevalence of the real world.
#pragma once

#include "tools/evaluate/measure.h"

namespace pairwatch::evaluate {

/// Fills calibration, thresholds and prevalences; `report` holds the population and the figures of severities.
void measure_risk(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& all_cases,
                  const MeasureOptions& options, Report& report);

}  // namespace pairwatch::evaluate
