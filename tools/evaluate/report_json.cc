#include <nlohmann/json.hpp>

#include "tools/evaluate/report.h"

namespace pairwatch::evaluate {
namespace {

using Json = nlohmann::ordered_json;

Json of_severity(const SeverityFigures& figures) {
  return {{"recall", figures.recall},
          {"recallBeforeHarm", figures.recall_before_harm},
          {"precision", figures.precision},
          {"detected", figures.detected},
          {"trueCases", figures.true_cases},
          {"falseCases", figures.false_cases},
          {"medianEvents", figures.median_events},
          {"p90Events", figures.p90_events},
          {"medianMinutes", figures.median_minutes},
          {"p90Minutes", figures.p90_minutes},
          {"erde5", figures.erde_5},
          {"erde50", figures.erde_50},
          {"f1", figures.f1},
          {"latencyWeightedF1", figures.latency_f1},
          {"falsePer1000AdultMinorPairs", figures.per_1000_adult_minor_pairs},
          {"falsePer10000MinorsADay", figures.per_10000_minors_a_day}};
}

Json of_group(const GroupFigures& group) {
  return {{"name", group.name},
          {"risky", group.is_risky},
          {"relations", group.relations},
          {"none", group.highest[0]},
          {"watch", group.highest[1]},
          {"review", group.highest[2]},
          {"urgent", group.highest[3]},
          {"withHarm", group.with_harm},
          {"reviewBeforeHarm", group.review_before_harm},
          {"watchBeforeHarm", group.watch_before_harm},
          {"ofOwnKind", group.of_own_kind},
          {"medianEvents", group.median_events},
          {"medianMinutes", group.median_minutes}};
}

template <typename Value, typename Of>
Json list(const std::vector<Value>& values, Of of) {
  Json out = Json::array();
  for (const Value& value : values) out.push_back(of(value));
  return out;
}

Json of_prevalence(const PrevalenceFigures& figures) {
  Json out = {{"prevalence", figures.prevalence},
              {"alertsADay", figures.alerts_a_day},
              {"trueAlertsADay", figures.true_alerts_a_day},
              {"precision", figures.precision}};
  if (figures.threshold) {
    out["threshold"] = *figures.threshold;
    out["thresholdRecall"] = figures.threshold_recall;
    out["thresholdPrecision"] = figures.threshold_precision;
  }
  return out;
}

Json of_spread(const SpreadFigures& spread) {
  return {{"by", spread.by},
          {"spread", spread.spread},
          {"most", kMostSpread},
          {"groups", list(spread.groups, [](const RateFigures& group) {
             return Json{{"name", group.name}, {"pairs", group.pairs}, {"falseCases", group.false_cases}, {"rate", group.rate}};
           })}};
}

Json of_signal(const SignalFigures& signal) {
  Json out = {{"signal", signal.name},
              {"detections", signal.detections},
              {"first", signal.first},
              {"meanLogOdds", signal.mean_log_odds},
              {"falseCases", signal.false_cases}};
  if (signal.lost) {
    out["without"] = {
        {"lost", *signal.lost}, {"lostBeforeHarm", *signal.lost_before_harm}, {"fewerFalseCases", *signal.fewer_false_cases}};
  }
  return out;
}

}  // namespace

std::string as_json(const Report& report) {
  Json ordinary = Json::object(), reviews = Json::object();
  for (std::size_t ages = 0; ages < kAgesCount; ++ages) {
    const std::string name(ages_name(static_cast<Ages>(ages)));
    ordinary[name] = report.ordinary_pairs[ages];
    reviews[name] = report.false_reviews[ages];
  }
  const Json out = {
      {"rules", {{"version", report.rules_version}, {"sha256", report.rules_sha256}}},
      {"events", report.events},
      {"rejected", report.rejected},
      {"userDays", report.user_days},
      {"minorDays", report.minor_days},
      {"labels",
       {{"risky", report.risky_labels},
        {"ordinary", report.ordinary_labels},
        {"gray", report.gray_labels},
        {"notSeen", report.labels_not_seen}}},
      {"ordinaryPairs", ordinary},
      {"trustedPairs", report.trusted_pairs},
      {"falseReviewsByAges", reviews},
      {"otherCases", report.other_cases},
      {"severities",
       {{"watch", of_severity(report.severities[1])},
        {"review", of_severity(report.severities[2])},
        {"urgent", of_severity(report.severities[3])}}},
      {"archetypes", list(report.archetypes, of_group)},
      {"evasions", list(report.evasions, of_group)},
      {"calibration",
       list(report.calibration,
            [](const CalibrationBin& bin) {
              return Json{
                  {"from", bin.from}, {"to", bin.to}, {"cases", bin.cases}, {"risky", bin.risky}, {"meanRisk", bin.mean_risk}};
            })},
      {"calibrationError", report.calibration_error},
      {"thresholds", list(report.thresholds,
                          [](const ThresholdPoint& point) {
                            return Json{{"threshold", point.threshold},
                                        {"recall", point.recall},
                                        {"falsePer1000AdultMinorPairs", point.per_1000_adult_minor_pairs}};
                          })},
      {"perMillionDailyUsers", list(report.prevalences, of_prevalence)},
      {"spreads", list(report.spreads, of_spread)},
      {"signals", list(report.signals, of_signal)},
  };
  return out.dump(2) + "\n";
}

}  // namespace pairwatch::evaluate
