// What an evaluation says; text, JSON and HTML show the same figures.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/evaluate/cases.h"

namespace pairwatch::evaluate {

/// Of one severity or higher.
struct SeverityFigures {
  std::uint64_t detected = 0;     ///< risky relations
  std::uint64_t before_harm = 0;  ///< of those detected: strictly before the harm event
  std::uint64_t true_cases = 0;   ///< cases about risky relations
  std::uint64_t false_cases = 0;  ///< cases about nobody risky
  double recall = 0;
  double recall_before_harm = 0;  ///< of relations that have a harm event
  double precision = 0;           ///< of cases that are true or false
  double median_events = 0;       ///< from first contact to the case, of those detected
  double p90_events = 0;
  double median_minutes = 0;
  double p90_minutes = 0;
  double erde_5 = 0;
  double erde_50 = 0;
  double f1 = 0;
  double latency_f1 = 0;
  double per_1000_adult_minor_pairs = 0;  ///< false PAIR cases
  double per_10000_minors_a_day = 0;      ///< false cases
};

/// One archetype, or one way of evading.
struct GroupFigures {
  std::string name;
  bool is_risky = false;
  std::uint64_t relations = 0;
  std::array<std::uint64_t, kSeverities> highest{};  ///< relations by the highest severity they came to
  std::uint64_t with_harm = 0;
  std::uint64_t review_before_harm = 0;
  std::uint64_t watch_before_harm = 0;
  std::uint64_t of_own_kind = 0;  ///< ACTOR and TARGET labels: came to REVIEW by a case of that kind
  double median_events = 0;       ///< to REVIEW
  double median_minutes = 0;
};

struct CalibrationBin {
  double from = 0;
  double to = 0;
  std::uint64_t cases = 0;
  std::uint64_t risky = 0;
  double mean_risk = 0;
};

struct ThresholdPoint {
  double threshold = 0;
  double recall = 0;
  double per_1000_adult_minor_pairs = 0;
};

struct PrevalenceFigures {
  double prevalence = 0;    ///< of daily users
  double alerts_a_day = 0;  ///< REVIEW or higher, per million daily users
  double true_alerts_a_day = 0;
  double precision = 0;
  /// Where --alerts-per-day was given: the risk from which on there are at most so many, and what is left of it.
  std::optional<double> threshold;
  double threshold_precision = 0;
  double threshold_recall = 0;
};

struct RateFigures {
  std::string name;
  std::uint64_t pairs = 0;
  std::uint64_t false_cases = 0;
  double rate = 0;
};

/// False positives over one way of parting the ordinary pairs.
struct SpreadFigures {
  std::string by;
  std::vector<RateFigures> groups;
  double spread = 0;  ///< highest rate minus lowest, of groups with at least kLeastPairsOfGroup pairs
};
inline constexpr std::uint64_t kLeastPairsOfGroup = 50;
inline constexpr double kMostSpread = 0.10;

struct SignalFigures {
  std::string name;
  std::uint64_t detections = 0;   ///< true cases at REVIEW in which it took part
  std::uint64_t first = 0;        ///< in which it weighed most
  double mean_log_odds = 0;       ///< where it took part
  std::uint64_t false_cases = 0;  ///< false cases at REVIEW in which it took part
  // With its weight at zero; nullopt where that was not tried.
  std::optional<std::int64_t> lost;              ///< detections at REVIEW
  std::optional<std::int64_t> lost_before_harm;  ///< of those before harm
  std::optional<std::int64_t> fewer_false_cases;
};

struct Report {
  std::string rules_version;
  std::string rules_sha256;
  std::uint64_t events = 0;
  std::uint64_t rejected = 0;
  std::uint64_t user_days = 0;
  std::uint64_t minor_days = 0;
  std::uint64_t risky_labels = 0;
  std::uint64_t ordinary_labels = 0;
  std::uint64_t gray_labels = 0;
  std::uint64_t labels_not_seen = 0;                       ///< of which the input has no event
  std::array<std::uint64_t, kAgesCount> ordinary_pairs{};  ///< by ages, without trusted ones and those of risky labels
  std::uint64_t trusted_pairs = 0;
  std::array<std::uint64_t, kAgesCount> false_reviews{};  ///< PAIR cases at REVIEW or higher, by ages
  std::uint64_t other_cases = 0;  ///< of risky accounts with somebody no label names: neither true nor false
  std::array<SeverityFigures, kSeverities> severities{};
  std::vector<GroupFigures> archetypes;
  std::vector<GroupFigures> evasions;
  std::vector<double> minutes_to_review;  ///< of relations detected, in order
  std::vector<CalibrationBin> calibration;
  double calibration_error = 0;  ///< mean distance of risk from share, weighted by cases
  std::vector<ThresholdPoint> thresholds;
  std::vector<PrevalenceFigures> prevalences;
  std::vector<SpreadFigures> spreads;
  std::vector<SignalFigures> signals;
};

std::string as_text(const Report& report);
std::string as_json(const Report& report);
/// One file of HTML with its pictures as SVG: nothing is loaded, no script runs.
std::string as_html(const Report& report);

}  // namespace pairwatch::evaluate
