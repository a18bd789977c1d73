// The rules by which escalation moves cases. Defaults beside meaning and unit; config/rules/ ships the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "processors/core/case_rules.h"
#include "processors/core/combination.h"
#include "processors/core/language.h"
#include "processors/core/rules.h"
#include "processors/core/time.h"

namespace pairwatch::escalation {

/// Fan-out: the actor reaches many distinct minors. Read from the densest window, faded since then with the signal's half-life.
/// Only for actors that are adults or of unknown age: peers write to a whole class.
struct ScattergunRule {
  Duration window = days(7);
  std::uint32_t least_targets = 10;  ///< distinct minors, first contacted in the window by a stranger: strength 1
  std::uint32_t most_targets = 40;   ///< strength 2; in between linear
  double low_response_rate = 0.3;    ///< at most this share accepted or replied ...
  double low_response_factor = 1.5;  ///< ... and the strength is multiplied by this

  friend bool operator==(const ScattergunRule&, const ScattergunRule&) = default;
};

/// The first words to many minors, strangers all, are the same. Only a fingerprint of them is known. For actors that are adults, of
/// unknown age, or minors by their own word.
struct CopiedOpeningRule {
  Duration window = days(7);
  std::uint32_t least_targets = 5;  ///< distinct minors who got the same within the window: strength 1
  std::uint32_t most_targets = 20;  ///< strength 2; in between linear

  friend bool operator==(const CopiedOpeningRule&, const CopiedOpeningRule&) = default;
};

/// Activity is told at so many interactions with one target, and at each doubling from there.
inline constexpr std::uint32_t kLeastActivity = 16;

/// One target gets a large share of all that the actor does, as far as it is told: at 16 interactions and each doubling. Only for
/// actors that are adults or of unknown age: every child has a best friend.
struct AttentionSkewRule {
  std::uint32_t least_activity = 64;  ///< interactions with the one, so far
  double least_share = 0.6;           ///< of all that the actor did until then
  std::uint32_t least_targets = 4;    ///< accounts reached until then, the one among them: of one or two any is most
  std::uint32_t quiet_activity = 4;   ///< what one counts for with whom there were fewer than 16

  friend bool operator==(const AttentionSkewRule&, const AttentionSkewRule&) = default;
};

/// A minor by its own word only who reaches many distinct minors without contacts in common.
struct PeerImpersonationRule {
  Duration window = days(7);
  std::uint32_t least_targets = 10;  ///< strength 1
  std::uint32_t most_targets = 40;   ///< strength 2; in between linear

  friend bool operator==(const PeerImpersonationRule&, const PeerImpersonationRule&) = default;
};

/// Blocks and reports by distinct minors, seen over the whole actor.
struct BlockedRule {
  Duration window = days(30);
  std::uint32_t least_targets = 2;  ///< distinct minors that blocked or reported: strength 1, one more for each further

  friend bool operator==(const BlockedRule&, const BlockedRule&) = default;
};

/// The case about an account as a whole, opened only where it is an adult's or of unknown age. Its log-odds are the prior,
/// scattergun, blocked_or_reported by several minors, and the account's PAIR cases that are at REVIEW or above.
struct ActorCaseRule {
  double prior = -2.9;              ///< log-odds before any evidence; with it a scattergun at its cap is just worth a WATCH
  double review_case_weight = 0.9;  ///< log-odds for each PAIR case at REVIEW or above: three of them are worth a WATCH
  double review_case_cap = 2.7;     ///< most they contribute together

  friend bool operator==(const ActorCaseRule&, const ActorCaseRule&) = default;
};

struct EscalationRules {
  SignalRules signals;
  std::vector<Combination> combinations;  ///< by number: how they are told, and what severity they set
  SeverityRules severity;
  ScattergunRule scattergun;
  CopiedOpeningRule copied_opening;
  AttentionSkewRule attention_skew;
  PeerImpersonationRule peer_impersonation;
  BlockedRule blocked;
  ActorCaseRule actor_case;
  StandDownRules stand_down;
  DecisionRules decisions;
  PriorityRules priority;
  double told_risk = 0.15;          ///< of a pair alone, 0 to 1: from here on target is told of it though there is no case
  std::string version = "default";  ///< of the bundle
  std::string sha256;               ///< of the bundle: rules, lexicons and gate

  friend bool operator==(const EscalationRules&, const EscalationRules&) = default;
};

struct EscalationConfig {
  EscalationRules rules;
  /// Name of the platform's topic, as told in evidence and decided_at.
  std::string source_topic = "platform.events";
  /// Name of the topic of decisions, likewise.
  std::string decisions_topic = "moderation.decisions";
  Language language = Language::kEnglish;  ///< of explanations
  /// An actor is forgotten this long after its last news, in event time.
  Duration time_to_live = days(400);
  /// Accounts an actor reached that are remembered, newest first. Costs 30 to 60 bytes each, 96 while hot.
  std::size_t max_targets = 100;
  /// Accounts with which there were 16 interactions or more, whose activity is remembered; the busiest stay. Costs about 25 bytes
  /// each, 96 while hot.
  std::size_t max_busy_targets = 16;
  /// Pairs of an actor whose risk is remembered, so that it is judged again when the account does more elsewhere; the highest stay.
  /// One whose case is URGENT needs no memory. Costs about 170 bytes each, at most 1.2 KiB; 170 more while hot.
  std::size_t max_risks = 16;
  /// Cases open at once for one actor; beyond it the one quiet for longest is let go and counted: only its number, revision and
  /// severity stay, for as many again. Costs about 50 bytes each, and 24 for one let go.
  std::size_t max_cases = 100;
  /// Revisions of one case that only update, in one day of event time; more are held back and counted. A raise never is.
  std::uint32_t max_updates_per_day = 4;
  /// Actors kept decoded, for each task. Costs about 2 KiB each, at most 30 KiB.
  std::size_t hot_entries = 8192;

  friend bool operator==(const EscalationConfig&, const EscalationConfig&) = default;
};

}  // namespace pairwatch::escalation
