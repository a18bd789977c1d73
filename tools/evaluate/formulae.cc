#include "tools/evaluate/formulae.h"

#include <algorithm>
#include <cmath>

namespace pairwatch::evaluate {

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
  return values[rank];
}

double erde_latency_cost(double events, double o) { return 1 - 1 / (1 + std::exp(events - o)); }

double erde(const std::vector<double>& events_until, std::size_t missed, std::size_t false_alarms, std::size_t all, double o) {
  if (all == 0) return 0;
  const double cost_of_false_alarm = static_cast<double>(events_until.size() + missed) / static_cast<double>(all);
  double sum = static_cast<double>(missed) + cost_of_false_alarm * static_cast<double>(false_alarms);
  for (const double events : events_until) sum += erde_latency_cost(events, o);
  return sum / static_cast<double>(all);
}

double latency_penalty(double events, double p) { return -1 + 2 / (1 + std::exp(-p * (events - 1))); }

double f1(double precision, double recall) { return share(2 * precision * recall, precision + recall); }

double latency_weighted_f1(double precision, double recall, const std::vector<double>& events_until, double p) {
  std::vector<double> penalties;
  for (const double events : events_until) penalties.push_back(latency_penalty(events, p));
  return f1(precision, recall) * (1 - quantile(std::move(penalties), 0.5));
}

}  // namespace pairwatch::evaluate
