// pairwatch completion: what the shells and `man` know of the command line.
#include <iostream>
#include <memory>
#include <string>

#include "tools/cli/commands.h"
#include "tools/cli/shell_model.h"

namespace pairwatch::cli {

void add_completion_command(CLI::App& app, ExitCode& exit_code) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Prints completions for a shell, or the manual page");
  command->add_option("what", *shell, "Which")->required()->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  command->callback([shell, &app, &exit_code] {
    std::cout << (*shell == "man" ? manual_page(app, version()) : completions_for(*shell, app));
    exit_code = ExitCode::kDone;
  });
}

}  // namespace pairwatch::cli
