// pairwatch: one program, one command at a time.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string_view>
#include <vector>

#include "config/problem.h"
#include "tools/cli/commands.h"

namespace pairwatch::cli {
namespace {

/// Says what CLI11 does not: that the first word is no command, and which one was meant.
bool tell_unknown_command(const CLI::App& app, std::string_view word) {
  std::vector<std::string_view> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  if (word.starts_with("-") || std::find(names.begin(), names.end(), word) != names.end()) return false;
  std::cerr << "pairwatch: there is no command `" << word << "`" << config::did_you_mean(word, names) << "\n";
  return true;
}

int run(int argc, char** argv) {
  CLI::App app("Watches relationships and raises explainable escalations of possible child grooming.", "pairwatch");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("pairwatch ") + version());
  app.footer("Exit codes: 0 done, 1 failed while running, 2 wrong usage, 78 the configuration is not valid.");

  ExitCode exit_code = ExitCode::kDone;
  add_run_command(app, exit_code);
  add_replay_command(app, exit_code);
  add_generate_command(app, exit_code);
  add_evaluate_command(app, exit_code);
  add_validate_command(app, exit_code);
  add_topology_command(app, exit_code);
  add_inspect_command(app, exit_code);
  add_indicators_command(app, exit_code);
  add_reset_command(app, exit_code);
  add_completion_command(app, exit_code);
  add_pseudonym_command(app, exit_code);
  add_version_command(app, exit_code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    exit_code = asked_for_help ? ExitCode::kDone : ExitCode::kUsage;
    const bool told = !asked_for_help && argc > 1 && tell_unknown_command(app, argv[1]);
    if (!told) app.exit(error);  // prints the help, or what is wrong
  }
  std::cout.flush();
  if (!std::cout && exit_code == ExitCode::kDone) {
    std::cerr << "pairwatch: standard output could not be written; is the disk full?\n";
    exit_code = ExitCode::kFailed;
  }
  return static_cast<int>(exit_code);
}

}  // namespace
}  // namespace pairwatch::cli

int main(int argc, char** argv) {
  try {
    return pairwatch::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "pairwatch: " << error.what() << "\n";
    return static_cast<int>(pairwatch::cli::ExitCode::kFailed);
  }
}
