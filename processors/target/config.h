// The rules by which target moves cases. Defaults beside meaning and unit; config/rules/ ships the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "processors/core/case_rules.h"
#include "processors/core/language.h"
#include "processors/core/rules.h"
#include "processors/core/time.h"

namespace pairwatch::target {

/// Contacts of a minor that are remembered at most: what bounds an entry (layout.h).
inline constexpr std::size_t kMostContacts = 16;

/// Several risky accounts around one minor at once. An account with a PAIR case that is open counts 1, one whose risk is not worth
/// a case but lies at `least_risk` or above counts `mild_share`; faded with the signal's half-life once it is quiet. The strength
/// is what they sum up to, less 1: one alone is nothing. Where the account says it is a minor, it counts the signal's peer_share;
/// one that is assured to be a minor does not count.
struct MultipleRiskyAdultsRule {
  Duration window = days(30);  ///< how long after its newest risk an account still counts
  double least_risk = 0.15;    ///< of the pair alone, 0 to 1: below it escalation says nothing of an account without a case
  double mild_share = 0.5;

  friend bool operator==(const MultipleRiskyAdultsRule&, const MultipleRiskyAdultsRule&) = default;
};

/// The case about a minor. Its log-odds are the prior, multiple_risky_adults, and those accounts among them whose PAIR case is at
/// REVIEW or above.
struct TargetCaseRule {
  double prior = -2.3;              ///< log-odds before any evidence; two accounts at WATCH are just worth a WATCH with it
  double review_case_weight = 0.8;  ///< log-odds for each PAIR case at REVIEW or above
  double review_case_cap = 2.4;     ///< most they contribute together

  friend bool operator==(const TargetCaseRule&, const TargetCaseRule&) = default;
};

struct TargetRules {
  SignalRules signals;
  SeverityRules severity;
  MultipleRiskyAdultsRule multiple_risky_adults;
  TargetCaseRule target_case;
  StandDownRules stand_down;
  DecisionRules decisions;
  PriorityRules priority;
  std::string version = "default";  ///< of the bundle
  std::string sha256;               ///< of the bundle: rules, lexicons and gate

  friend bool operator==(const TargetRules&, const TargetRules&) = default;
};

struct TargetConfig {
  TargetRules rules;
  /// Name of the platform's topic, as told in evidence and decided_at; and of the topic of decisions, likewise.
  std::string source_topic = "platform.events";
  std::string decisions_topic = "moderation.decisions";
  Language language = Language::kEnglish;  ///< of explanations
  /// A minor is forgotten this long after its last news, in event time.
  Duration time_to_live = days(400);
  /// Accounts around one minor that are remembered, the riskiest stay: at most kMostContacts. Costs about 70 bytes each.
  std::size_t max_contacts = kMostContacts;
  /// Revisions of one case that only update, in one day of event time; more are held back and counted. A raise never is.
  std::uint32_t max_updates_per_day = 4;
  /// Minors kept decoded, for each task. Costs about 1 KiB each.
  std::size_t hot_entries = 2048;

  friend bool operator==(const TargetConfig&, const TargetConfig&) = default;
};

}  // namespace pairwatch::target
