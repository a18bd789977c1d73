#include "tools/evaluate/measure.h"

#include <algorithm>
#include <functional>
#include <map>

#include "tools/evaluate/formulae.h"
#include "tools/evaluate/measure_risk.h"

namespace pairwatch::evaluate {
namespace {

constexpr auto kReview = static_cast<std::size_t>(Severity::kReview);
constexpr double kMinuteMs = 60'000;

/// When a label was first spoken of, by severity; and by a case of its own kind.
struct Detection {
  std::array<Moment, kSeverities> reached;
  bool by_own_kind = false;  ///< at REVIEW
};

double as_real(std::uint64_t count) { return static_cast<double>(count); }

/// All that is asked of labels and cases, made once.
class Measurement {
 public:
  Measurement(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& cases)
      : labels_(labels), observation_(observation), cases_(cases), detections_(labels.size()) {
    const Judge judge(labels);
    for (const Case& seen : cases) {
      verdicts_.push_back(judge.judge(seen));
      for (const std::uint32_t i : verdicts_.back().labels) {
        Detection& detection = detections_[i];
        for (std::size_t severity = 1; severity < kSeverities; ++severity) {
          const Moment& moment = seen.reached[severity];
          Moment& first = detection.reached[severity];
          if (moment.is_known() && (!first.is_known() || moment.offset < first.offset)) first = moment;
        }
        if (seen.kind == labels[i].kind && seen.reached[kReview].is_known()) detection.by_own_kind = true;
      }
    }
  }

  bool counts(std::size_t label) const { return !labels_[label].is_gray && observation_.relations()[label].first.is_known(); }
  bool is_risky(std::size_t label) const { return labels_[label].is_risky && counts(label); }
  bool is_detected(std::size_t label, std::size_t severity) const { return detections_[label].reached[severity].is_known(); }
  bool is_before_harm(std::size_t label, std::size_t severity) const {
    const Moment& harm = observation_.relations()[label].harm;
    return is_detected(label, severity) && (!harm.is_known() || detections_[label].reached[severity].offset < harm.offset);
  }
  bool has_harm(std::size_t label) const { return observation_.relations()[label].harm.is_known(); }
  double events_until(std::size_t label, std::size_t severity) const {
    return as_real(
        std::max<std::uint64_t>(1, observation_.relations()[label].events_until(detections_[label].reached[severity].offset)));
  }
  double minutes_until(std::size_t label, std::size_t severity) const {
    const Duration passed = detections_[label].reached[severity].at - observation_.relations()[label].first.at;
    return std::max(0.0, static_cast<double>(passed.ms) / kMinuteMs);
  }

  std::size_t false_cases(std::size_t severity, std::optional<SubjectKind> kind = std::nullopt) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      count += verdicts_[i].truth == Truth::kFalse && cases_[i].reached[severity].is_known() && (!kind || cases_[i].kind == *kind);
    }
    return count;
  }
  std::size_t true_cases(std::size_t severity) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      count += verdicts_[i].truth == Truth::kRisky && cases_[i].reached[severity].is_known();
    }
    return count;
  }

  const std::vector<Verdict>& verdicts() const { return verdicts_; }
  const std::vector<Detection>& detections() const { return detections_; }

 private:
  const std::vector<Label>& labels_;
  const Observation& observation_;
  const std::vector<Case>& cases_;
  std::vector<Verdict> verdicts_;
  std::vector<Detection> detections_;
};

/// A pair of no risky label, by its key.
absl::flat_hash_map<Hash128, bool> risky_pairs(const std::vector<Label>& labels) {
  absl::flat_hash_map<Hash128, bool> keys;
  for (const Label& label : labels) {
    if (label.is_risky && label.kind == SubjectKind::kPair) keys[pair_key(label.tenant, label.actor_id, label.target_id)] = true;
  }
  return keys;
}

void count_population(const std::vector<Label>& labels, const Observation& observation, Report& report) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!observation.relations()[i].first.is_known()) {
      ++report.labels_not_seen;
    } else if (labels[i].is_gray) {
      ++report.gray_labels;
    } else {
      ++(labels[i].is_risky ? report.risky_labels : report.ordinary_labels);
    }
  }
  const auto risky = risky_pairs(labels);
  for (const auto& [key, pair] : observation.pairs()) {
    if (risky.contains(key)) continue;
    ++(pair.is_trusted ? report.trusted_pairs : report.ordinary_pairs[static_cast<std::size_t>(pair.ages)]);
  }
  report.events = observation.events();
  report.user_days = observation.user_days();
  report.minor_days = observation.minor_days();
}

/// Risky relations and ordinary pairs that are judged at all: every pair but those of two adults.
std::uint64_t judged_population(const Report& report) {
  std::uint64_t count = report.risky_labels;
  for (std::size_t ages = 0; ages < kAgesCount; ++ages) {
    if (static_cast<Ages>(ages) != Ages::kAdults) count += report.ordinary_pairs[ages];
  }
  return count;
}

SeverityFigures figures_of(const Measurement& measurement, std::size_t labels, std::size_t severity, const Report& report) {
  SeverityFigures figures;
  std::vector<double> events, minutes;
  std::uint64_t with_harm = 0, before_harm = 0;
  for (std::size_t i = 0; i < labels; ++i) {
    if (!measurement.is_risky(i)) continue;
    with_harm += measurement.has_harm(i);
    before_harm += measurement.has_harm(i) && measurement.is_before_harm(i, severity);
    if (!measurement.is_detected(i, severity)) continue;
    ++figures.detected;
    figures.before_harm += measurement.is_before_harm(i, severity);
    events.push_back(measurement.events_until(i, severity));
    minutes.push_back(measurement.minutes_until(i, severity));
  }
  figures.true_cases = measurement.true_cases(severity);
  figures.false_cases = measurement.false_cases(severity);
  const std::uint64_t false_pairs = measurement.false_cases(severity, SubjectKind::kPair);
  figures.recall = share(as_real(figures.detected), as_real(report.risky_labels));
  figures.recall_before_harm = share(as_real(before_harm), as_real(with_harm));
  figures.precision = share(as_real(figures.true_cases), as_real(figures.true_cases + figures.false_cases));
  figures.median_events = quantile(events, 0.5);
  figures.p90_events = quantile(events, 0.9);
  figures.median_minutes = quantile(minutes, 0.5);
  figures.p90_minutes = quantile(minutes, 0.9);
  const std::size_t missed = report.risky_labels - figures.detected;
  figures.erde_5 = erde(events, missed, figures.false_cases, judged_population(report), 5);
  figures.erde_50 = erde(events, missed, figures.false_cases, judged_population(report), 50);
  figures.f1 = f1(figures.precision, figures.recall);
  figures.latency_f1 = latency_weighted_f1(figures.precision, figures.recall, events, kLatencyP);
  const auto adult_minor = as_real(report.ordinary_pairs[static_cast<std::size_t>(Ages::kAdultMinor)]);
  figures.per_1000_adult_minor_pairs = 1000 * share(as_real(false_pairs), adult_minor);
  figures.per_10000_minors_a_day = 10'000 * share(as_real(figures.false_cases), as_real(report.minor_days));
  return figures;
}

template <typename NameOf>
std::vector<GroupFigures> groups_of(const Measurement& measurement, const std::vector<Label>& labels, NameOf name_of) {
  struct Group {
    GroupFigures figures;
    std::vector<double> events, minutes;
  };
  std::map<std::string, Group> groups;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string name = name_of(labels[i]);
    if (name.empty() || !measurement.counts(i)) continue;
    Group& group = groups[name];
    GroupFigures& figures = group.figures;
    figures.name = name;
    figures.is_risky = labels[i].is_risky;
    ++figures.relations;
    std::size_t highest = 0;
    for (std::size_t severity = 1; severity < kSeverities; ++severity) {
      if (measurement.is_detected(i, severity)) highest = severity;
    }
    ++figures.highest[highest];
    figures.with_harm += measurement.has_harm(i);
    figures.review_before_harm += measurement.has_harm(i) && measurement.is_before_harm(i, kReview);
    figures.watch_before_harm += measurement.has_harm(i) && measurement.is_before_harm(i, 1);
    figures.of_own_kind += measurement.detections()[i].by_own_kind;
    if (highest < kReview) continue;
    group.events.push_back(measurement.events_until(i, kReview));
    group.minutes.push_back(measurement.minutes_until(i, kReview));
  }
  std::vector<GroupFigures> result;
  for (const bool risky : {true, false}) {
    for (auto& [name, group] : groups) {
      if (group.figures.is_risky != risky) continue;
      group.figures.median_events = quantile(group.events, 0.5);
      group.figures.median_minutes = quantile(group.minutes, 0.5);
      result.push_back(group.figures);
    }
  }
  return result;
}

void spread_false_cases(const Measurement& measurement, const Observation& observation, const std::vector<Case>& cases,
                        const std::vector<Label>& labels, Report& report) {
  constexpr std::string_view kBandNames[] = {"unknown", "under 13", "13 to 15", "16 to 17", "adult"};
  struct Cut {
    std::string by;
    std::function<std::string(const Pair&)> name_of;
  };
  const std::vector<Cut> cuts = {
      {"age band of the minor", [&](const Pair& pair) { return std::string(kBandNames[static_cast<std::size_t>(pair.minor)]); }},
      {"tenant", [&](const Pair& pair) { return observation.tenants()[pair.tenant]; }},
      {"language", [&](const Pair& pair) { return observation.languages()[pair.language]; }},
  };
  absl::flat_hash_map<Hash128, bool> raised;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (measurement.verdicts()[i].truth != Truth::kFalse || !cases[i].reached[kReview].is_known()) continue;
    if (cases[i].kind != SubjectKind::kPair) continue;
    raised[pair_key(cases[i].tenant, cases[i].actor_id, cases[i].target_id)] = true;
    ++report.false_reviews[static_cast<std::size_t>(ages_of(cases[i].actor_band, cases[i].target_band))];
  }
  const auto risky = risky_pairs(labels);
  for (const Cut& cut : cuts) {
    std::map<std::string, RateFigures> groups;
    for (const auto& [key, pair] : observation.pairs()) {
      if (pair.minor == AgeBand::kUnknown || pair.is_trusted || risky.contains(key)) continue;
      const std::string name = cut.name_of(pair);
      RateFigures& group = groups[name.empty() ? "not told" : name];
      ++group.pairs;
      group.false_cases += raised.contains(key);
    }
    SpreadFigures& spread = report.spreads.emplace_back();
    spread.by = cut.by;
    double lowest = 1, highest = 0;
    for (auto& [name, group] : groups) {
      group.name = name;
      group.rate = share(as_real(group.false_cases), as_real(group.pairs));
      spread.groups.push_back(group);
      if (group.pairs < kLeastPairsOfGroup) continue;
      lowest = std::min(lowest, group.rate);
      highest = std::max(highest, group.rate);
    }
    spread.spread = std::max(0.0, highest - lowest);
  }
}

void name_carriers(const Measurement& measurement, const std::vector<Case>& cases, Report& report) {
  std::map<std::string, SignalFigures> signals;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!cases[i].reached[kReview].is_known()) continue;
    const Truth truth = measurement.verdicts()[i].truth;
    for (std::size_t place = 0; place < cases[i].carried_by.size(); ++place) {
      const auto& [name, log_odds] = cases[i].carried_by[place];
      SignalFigures& figures = signals[name];
      figures.name = name;
      if (truth == Truth::kFalse) ++figures.false_cases;
      if (truth != Truth::kRisky) continue;
      ++figures.detections;
      figures.first += place == 0;
      figures.mean_log_odds += log_odds;
    }
  }
  for (auto& [name, figures] : signals) {
    figures.mean_log_odds = share(figures.mean_log_odds, as_real(figures.detections));
    report.signals.push_back(figures);
  }
  std::stable_sort(report.signals.begin(), report.signals.end(),
                   [](const SignalFigures& a, const SignalFigures& b) { return a.detections > b.detections; });
}

}  // namespace

Outcome outcome_of(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& cases) {
  const Measurement measurement(labels, observation, cases);
  Outcome outcome;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    outcome.detected.push_back(measurement.is_risky(i) && measurement.is_detected(i, kReview));
    outcome.before_harm.push_back(measurement.is_risky(i) && measurement.is_before_harm(i, kReview));
  }
  outcome.false_cases = measurement.false_cases(kReview);
  return outcome;
}

Report measure(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& cases,
               const std::vector<Case>& all_cases, const MeasureOptions& options) {
  Report report;
  count_population(labels, observation, report);
  const Measurement measurement(labels, observation, cases);
  for (const Verdict& verdict : measurement.verdicts()) report.other_cases += verdict.truth == Truth::kOther;
  for (std::size_t severity = 1; severity < kSeverities; ++severity) {
    report.severities[severity] = figures_of(measurement, labels.size(), severity, report);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (measurement.is_risky(i) && measurement.is_detected(i, kReview)) {
      report.minutes_to_review.push_back(measurement.minutes_until(i, kReview));
    }
  }
  std::sort(report.minutes_to_review.begin(), report.minutes_to_review.end());
  report.archetypes = groups_of(measurement, labels, [](const Label& label) {
    return !label.archetype.empty() ? label.archetype : std::string(label.is_risky ? "risky" : "ordinary");
  });
  report.evasions = groups_of(measurement, labels, [](const Label& label) {
    return !label.is_risky ? std::string() : label.evasion.empty() ? std::string("none") : label.evasion;
  });
  spread_false_cases(measurement, observation, cases, labels, report);
  name_carriers(measurement, cases, report);
  measure_risk(labels, observation, all_cases, options, report);
  return report;
}

}  // namespace pairwatch::evaluate
