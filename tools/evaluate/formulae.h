// The measures of early detection, as the literature defines them.
#pragma once

#include <cstddef>
#include <vector>

namespace pairwatch::evaluate {

/// Of a count that may be of nothing: 0 then.
double share(double part, double whole);

/// The q-th (0 to 1) of the values by rank, the lower of two; 0 where there are none.
double quantile(std::vector<double> values, double q);

/// Of one relation that was detected after `events` events: 1 - 1 / (1 + e^(events - o)). Losada & Crestani 2016.
double erde_latency_cost(double events, double o);

/// Early risk detection error: false alarms cost the share of risky relations, misses 1, hits what their lateness costs; the mean
/// over all relations. `events_until` holds the hits. Lower is better.
double erde(const std::vector<double>& events_until, std::size_t missed, std::size_t false_alarms, std::size_t all, double o);

/// -1 + 2 / (1 + e^(-p (k - 1))) for a hit after k events: 0 at the first, towards 1. Sadeque et al. 2018.
double latency_penalty(double events, double p);

/// Of the same paper as eRisk uses it: half the score is lost after about 140 events.
inline constexpr double kLatencyP = 0.0078;

double f1(double precision, double recall);

/// F1 times speed, where speed is 1 minus the median penalty of the hits.
double latency_weighted_f1(double precision, double recall, const std::vector<double>& events_until, double p);

}  // namespace pairwatch::evaluate
