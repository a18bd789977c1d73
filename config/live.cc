#include "config/live.h"

#include "config/tables.h"

namespace pairwatch::config {

LiveChange live_change(const Settings& running, const Settings& loaded) {
  LiveChange change{running, running.escalation.rules.sha256 != loaded.escalation.rules.sha256, false};
  Settings& settings = change.settings;
  // What describe_rules and share_rules bind: a test holds this against their table.
  settings.relationship.rules = loaded.relationship.rules;
  settings.escalation.rules = loaded.escalation.rules;
  settings.target.rules = loaded.target.rules;
  settings.intake.gate = loaded.intake.gate;
  settings.intake.labels = loaded.intake.labels;
  settings.lexicon = loaded.lexicon;
  settings.lexicons = loaded.lexicons;
  change.has_other_settings = !(settings == loaded);
  return change;
}

}  // namespace pairwatch::config
