// The rules by which cases live, whichever room they live in. Defaults beside meaning and unit; config/rules/ ships the same.
#pragma once

#include "processors/core/time.h"

namespace pairwatch {

/// Risk (0 to 1) from which on a case has a severity. Once told, news of the same severity needs `update_step` more risk, a new
/// signal or a new stage; a severity never falls within a case, and rises only at its threshold (hysteresis by construction).
struct SeverityRules {
  double watch = 0.35;
  double review = 0.70;
  double urgent = 0.92;
  double update_step = 0.08;  ///< hysteresis: a rise in risk by less than this is not news

  friend bool operator==(const SeverityRules&, const SeverityRules&) = default;
};

/// When a case stands down by itself: once its risk has faded below `risk`, and nothing was heard of it for as long as its severity
/// asks. What is told of a risk fades with the half-life of each signal. A case that a moderator has confirmed stays open.
struct StandDownRules {
  double risk = 0.2;  ///< 0 to 1; well below SeverityRules::watch, so that a case does not blink (hysteresis)
  Duration quiet_watch = days(30);
  Duration quiet_review = days(45);
  Duration quiet_urgent = days(60);
  Duration longest = days(180);  ///< ... and after this long whatever the risk: what the pair did is forgotten by then

  friend bool operator==(const StandDownRules&, const StandDownRules&) = default;
};

/// What decisions of moderators do.
struct DecisionRules {
  Duration snooze = days(30);           ///< a dismissed case stays quiet for this long, where the decision does not say until when
  Duration longest_snooze = days(180);  ///< ... and at most this long, whatever it says
  double dismissed_share = 0.25;        ///< what the signals of a dismissed case still weigh, for its subject only: 0 to 1
  bool confirmed_is_direct = true;      ///< an earlier confirmed case of the account and the stage SEXUALIZING are URGENT

  friend bool operator==(const DecisionRules&, const DecisionRules&) = default;
};

/// What orders a queue (0 to 100): severity's base, plus risk, vulnerability, youth and speed.
struct PriorityRules {
  double watch_base = 10;
  double review_base = 40;
  double urgent_base = 70;
  double risk_weight = 20;         ///< times risk
  double vulnerability_bonus = 5;  ///< the platform marked the target
  double under_13_bonus = 5;
  double speed_bonus = 5;  ///< from first contact to case within `fast`
  Duration fast = hours(1);

  friend bool operator==(const PriorityRules&, const PriorityRules&) = default;
};

}  // namespace pairwatch
