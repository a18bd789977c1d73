#include "config/services.h"

#include "processors/text_signals/text_signals.h"

namespace pairwatch::config {

ServiceConfigs service_configs(const Settings& settings) {
  ServiceConfigs configs;
  configs.decode = settings.decode;
  configs.intake = settings.intake;
  configs.lexicon = text_signals::compile(settings.lexicon);
  configs.relationship = settings.relationship;
  configs.escalation = settings.escalation;
  configs.target = settings.target;
  return configs;
}

}  // namespace pairwatch::config
