// From what was loaded to what the services are made with.
#pragma once

#include "config/settings.h"
#include "topology/services/services.h"

namespace pairwatch::config {

/// All that the rooms' shells need of `settings`, its lexicon compiled (which takes some milliseconds). Without indicators: what a
/// run shares between its services is its own affair.
ServiceConfigs service_configs(const Settings& settings);

}  // namespace pairwatch::config
