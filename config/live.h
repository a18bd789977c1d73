// Which settings can change while a process runs: the rule set (rules, gate, labels, word lists), and nothing else.
#pragma once

#include <string>

#include "config/settings.h"

namespace pairwatch::config {

struct LiveChange {
  Settings settings;                ///< those that run, with the rule set of those that were loaded
  bool is_other_rules = false;      ///< than those that run
  bool has_other_settings = false;  ///< besides: they take effect at the next start only
};

/// `running`: what the process was started with, or the last change's settings. `loaded`: without problems.
LiveChange live_change(const Settings& running, const Settings& loaded);

}  // namespace pairwatch::config
