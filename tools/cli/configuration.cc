// The flags and diagnostics that every command with settings has in common.
#include <iostream>

#include "config/load.h"
#include "tools/cli/commands.h"

namespace pairwatch::cli {

void add_configuration_flags(CLI::App& command, ConfigurationFlags& flags) {
  // One value at a time, so that what follows is not taken for another file.
  command.add_option("--config", flags.config_files, "Settings over the embedded ones; may be given several times")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  command.add_option("--rules", flags.rules_files, "A rule set, or parts of one, over the embedded one")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  command.add_option("-X", flags.overrides, "One setting, for instance -X kafka.bootstrap_servers=broker:9092")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

config::LoadResult load_settings_of(const ConfigurationFlags& flags) {
  return config::load_settings({.config_files = flags.config_files,
                                .rules_files = flags.rules_files,
                                .environment = config::process_environment(),
                                .overrides = flags.overrides});
}

std::optional<config::Settings> load_settings_or_explain(const ConfigurationFlags& flags) {
  config::LoadResult result = load_settings_of(flags);
  if (result.problems.empty()) return std::move(result.settings);
  for (const config::Problem& problem : result.problems) std::cerr << config::as_line(problem) << "\n";
  const std::size_t count = result.problems.size();
  std::cerr << "pairwatch: the configuration is not valid: " << count << (count == 1 ? " problem\n" : " problems\n");
  return std::nullopt;
}

}  // namespace pairwatch::cli
