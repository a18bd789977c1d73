// The tables of all settings, bound to one Settings.
#pragma once

#include "config/section.h"
#include "config/settings.h"

namespace pairwatch::config {

/// What a rule file holds: the rule set. Bound to the gate and labels of intake, and to the rules of relationship and escalation.
/// Rules that several rooms have (gate, signals) are bound once; share_rules copies them.
void describe_rules(Section& table, Settings& settings);

/// What a configuration file holds: everything, the rule set under `rules`. `settings` outlives the table and is not moved.
void describe_settings(Section& table, Settings& settings);

/// Gives the gate and the signals that were read to every room that has them.
void share_rules(Settings& settings);

/// Problems between rules: thresholds out of order and the like. Keys are full names below `rules`.
void check_rules(const Settings& settings, Reading& reading);

}  // namespace pairwatch::config
