// pairwatch validate: whether a configuration can be used, and everything that is wrong with it.
#include <iostream>
#include <memory>

#include "config/load.h"
#include "tools/cli/commands.h"

namespace pairwatch::cli {
namespace {

struct Options {
  ConfigurationFlags configuration;
  bool effective = false;
};

ExitCode validate(const Options& options) {
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  const escalation::EscalationRules& rules = settings->escalation.rules;
  if (options.effective) {
    std::cout << "# rules sha256: " << rules.sha256 << "\n" << config::as_yaml(*settings);
  } else {
    std::cout << "valid\nrules version: " << rules.version << "\nrules sha256: " << rules.sha256 << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

void add_validate_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("validate", "Checks a configuration and lists everything that is wrong with it");
  add_configuration_flags(*command, options->configuration);
  command->add_flag("--effective", options->effective, "Prints every setting with its effective value and meaning, as YAML");
  command->callback([options, &exit_code] { exit_code = validate(*options); });
}

}  // namespace pairwatch::cli
