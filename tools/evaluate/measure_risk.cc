#include "tools/evaluate/measure_risk.h"

#include <algorithm>
#include <cmath>

#include "tools/evaluate/formulae.h"

namespace pairwatch::evaluate {
namespace {

constexpr auto kReview = static_cast<std::size_t>(Severity::kReview);
constexpr double kMillion = 1e6;
constexpr double kPrevalences[] = {1e-3, 1e-4, 1e-5, 1e-6};
constexpr int kBins = 10;

double as_real(std::uint64_t count) { return static_cast<double>(count); }

/// The risks that cases came to, highest first: of false ones, and the best of each risky label.
struct Risks {
  std::vector<double> of_false;
  std::vector<double> of_false_pairs;
  std::vector<double> of_labels;
};

Risks risks_of(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& cases,
               std::vector<CalibrationBin>& bins) {
  Risks risks;
  std::vector<double> best(labels.size(), 0);
  const Judge judge(labels);
  for (const Case& seen : cases) {
    const Verdict verdict = judge.judge(seen);
    for (const std::uint32_t i : verdict.labels) best[i] = std::max(best[i], seen.risk);
    if (verdict.truth == Truth::kFalse) risks.of_false.push_back(seen.risk);
    if (seen.kind != SubjectKind::kPair) continue;
    if (verdict.truth == Truth::kFalse) risks.of_false_pairs.push_back(seen.risk);
    if (verdict.truth != Truth::kFalse && verdict.truth != Truth::kRisky) continue;
    CalibrationBin& bin = bins[static_cast<std::size_t>(std::clamp(static_cast<int>(seen.risk * kBins), 0, kBins - 1))];
    ++bin.cases;
    bin.risky += verdict.truth == Truth::kRisky;
    bin.mean_risk += seen.risk;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].is_risky && !labels[i].is_gray && observation.relations()[i].first.is_known()) risks.of_labels.push_back(best[i]);
  }
  for (std::vector<double>* values : {&risks.of_false, &risks.of_false_pairs, &risks.of_labels}) {
    std::sort(values->begin(), values->end(), std::greater<>());
  }
  return risks;
}

/// How many of them are `threshold` or higher.
double at_least(const std::vector<double>& descending, double threshold) {
  return static_cast<double>(std::upper_bound(descending.begin(), descending.end(), threshold, std::greater<>()) -
                             descending.begin());
}

/// Alerts of a million daily users in a day, from so many true and false ones in the input.
struct Daily {
  double true_alerts = 0;
  double all_alerts = 0;
};

Daily daily_alerts(double prevalence, double detections, double false_cases, const Observation& observation) {
  const auto risky_days = as_real(observation.risky_days());
  const auto ordinary_days = as_real(observation.user_days() - observation.risky_days());
  Daily daily;
  daily.true_alerts = kMillion * prevalence * share(detections, risky_days);
  daily.all_alerts = daily.true_alerts + kMillion * (1 - prevalence) * share(false_cases, ordinary_days);
  return daily;
}

/// The lowest risk that keeps within the alerts; above every risk where none does.
void find_threshold(const Risks& risks, const Observation& observation, double alerts_per_day, PrevalenceFigures& figures) {
  std::vector<double> candidates = risks.of_false;
  candidates.insert(candidates.end(), risks.of_labels.begin(), risks.of_labels.end());
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  candidates.push_back(1);
  for (const double threshold : candidates) {
    if (threshold <= 0) continue;
    const double hits = at_least(risks.of_labels, threshold);
    const Daily daily = daily_alerts(figures.prevalence, hits, at_least(risks.of_false, threshold), observation);
    figures.threshold = threshold;
    figures.threshold_precision = share(daily.true_alerts, daily.all_alerts);
    figures.threshold_recall = share(hits, static_cast<double>(risks.of_labels.size()));
    if (daily.all_alerts <= alerts_per_day) return;
  }
}

}  // namespace

void measure_risk(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& all_cases,
                  const MeasureOptions& options, Report& report) {
  std::vector<CalibrationBin> bins(kBins);
  for (int i = 0; i < kBins; ++i) {
    bins[static_cast<std::size_t>(i)].from = i / static_cast<double>(kBins);
    bins[static_cast<std::size_t>(i)].to = (i + 1) / static_cast<double>(kBins);
  }
  const Risks risks = risks_of(labels, observation, all_cases, bins);
  double cases = 0, distance = 0;
  for (CalibrationBin& bin : bins) {
    bin.mean_risk = share(bin.mean_risk, as_real(bin.cases));
    cases += as_real(bin.cases);
    distance += as_real(bin.cases) * std::abs(bin.mean_risk - share(as_real(bin.risky), as_real(bin.cases)));
  }
  report.calibration = std::move(bins);
  report.calibration_error = share(distance, cases);

  const auto adult_minor = as_real(report.ordinary_pairs[static_cast<std::size_t>(Ages::kAdultMinor)]);
  for (int percent = 5; percent <= 95; percent += 5) {
    const double threshold = percent / 100.0;
    report.thresholds.push_back({threshold,
                                 share(at_least(risks.of_labels, threshold), static_cast<double>(risks.of_labels.size())),
                                 1000 * share(at_least(risks.of_false_pairs, threshold), adult_minor)});
  }
  const SeverityFigures& review = report.severities[kReview];
  for (const double prevalence : kPrevalences) {
    PrevalenceFigures figures;
    figures.prevalence = prevalence;
    const Daily daily = daily_alerts(prevalence, as_real(review.detected), as_real(review.false_cases), observation);
    figures.alerts_a_day = daily.all_alerts;
    figures.true_alerts_a_day = daily.true_alerts;
    figures.precision = share(daily.true_alerts, daily.all_alerts);
    if (options.alerts_per_day) find_threshold(risks, observation, *options.alerts_per_day, figures);
    report.prevalences.push_back(figures);
  }
}

}  // namespace pairwatch::evaluate
