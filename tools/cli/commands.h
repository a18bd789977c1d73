// The commands of the program, one file each. Standard output carries data, standard error diagnostics.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/load.h"
#include "config/settings.h"

namespace pairwatch::cli {

/// How a run ended, for the shell.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,                 ///< while running; also any exception that reaches main
  kUsage = 2,                  ///< the command line is wrong
  kInvalidConfiguration = 78,  ///< every problem was told on standard error (EX_CONFIG of sysexits.h)
};

/// The flags of every command that needs settings.
struct ConfigurationFlags {
  std::vector<std::string> config_files;
  std::vector<std::string> rules_files;
  std::vector<std::string> overrides;
};

/// Adds --config FILE, --rules FILE and -X key=value, each as often as wanted. `flags` outlives the parse.
void add_configuration_flags(CLI::App& command, ConfigurationFlags& flags);

/// The settings from files, environment and flags, or the problems they have.
config::LoadResult load_settings_of(const ConfigurationFlags& flags);

/// The settings from files, environment and flags; or, with every problem told on standard error, nothing: then the command ends
/// with kInvalidConfiguration.
std::optional<config::Settings> load_settings_or_explain(const ConfigurationFlags& flags);

/// Each adds one command to `app` and, when the command is the one that was asked for, runs it and sets `exit_code`:
///     auto options = std::make_shared<Options>();
///     CLI::App* command = app.add_subcommand("name", "what it does");
///     command->callback([options, &exit_code] { exit_code = run(*options); });
void add_run_command(CLI::App& app, ExitCode& exit_code);
void add_replay_command(CLI::App& app, ExitCode& exit_code);
void add_generate_command(CLI::App& app, ExitCode& exit_code);
void add_evaluate_command(CLI::App& app, ExitCode& exit_code);
void add_validate_command(CLI::App& app, ExitCode& exit_code);
void add_topology_command(CLI::App& app, ExitCode& exit_code);
void add_inspect_command(CLI::App& app, ExitCode& exit_code);
void add_indicators_command(CLI::App& app, ExitCode& exit_code);
void add_reset_command(CLI::App& app, ExitCode& exit_code);
void add_completion_command(CLI::App& app, ExitCode& exit_code);
void add_pseudonym_command(CLI::App& app, ExitCode& exit_code);
void add_version_command(CLI::App& app, ExitCode& exit_code);

/// For instance `0.1.0`, and the commit it was built from.
const char* version();
const char* revision();

}  // namespace pairwatch::cli
