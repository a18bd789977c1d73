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
  settings.intake.rules = loaded.intake.rules;
  settings.lexicon = loaded.lexicon;
  settings.lexicons = loaded.lexicons;
  Settings compared = loaded;
  compared.kafka.credentials = running.kafka.credentials;  // made by each load; logins from files renew themselves
  for (const char* login : {"sasl.username", "sasl.password"}) {
    const bool is_renewed = running.kafka_property_files.contains(login) && loaded.kafka_property_files.contains(login);
    if (is_renewed) compared.kafka.properties[login] = running.kafka.properties.at(login);
  }
  change.has_other_settings = !(settings == compared);
  return change;
}

}  // namespace pairwatch::config
