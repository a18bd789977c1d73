// Loads the settings: embedded defaults, then files, rule files, environment and flags, each over the one before. Tells all
// problems.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/problem.h"
#include "config/settings.h"

namespace pairwatch::config {

struct LoadRequest {
  std::vector<std::string> config_files{};  ///< --config, in order: each may hold any part
  std::vector<std::string> rules_files{};   ///< --rules, in order: a rule set or parts of one
  /// Variables that start with PAIRWATCH_ (others are ignored): PAIRWATCH_KAFKA__BOOTSTRAP_SERVERS is kafka.bootstrap_servers.
  std::vector<std::pair<std::string, std::string>> environment{};
  std::vector<std::string> overrides{};  ///< -X key=value
};

struct LoadResult {
  Settings settings;  ///< to be used only where there is no problem
  Problems problems;
};

LoadResult load_settings(const LoadRequest& request);

/// This process's environment, for LoadRequest.
std::vector<std::pair<std::string, std::string>> process_environment();

/// Every setting with its effective value, as YAML with what it means in comments. Secrets are masked.
std::string as_yaml(const Settings& settings);

/// docs/configuration.md: every setting but those of single signals and topics, with its default and what it takes.
std::string reference_in_markdown();

}  // namespace pairwatch::config
