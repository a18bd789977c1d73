// pairwatch version: what this program was built from.
#include <iostream>

#include "tools/cli/commands.h"

namespace pairwatch::cli {

const char* version() { return PAIRWATCH_VERSION; }
const char* revision() { return PAIRWATCH_REVISION; }

void add_version_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("version", "Prints the version and the revision it was built from");
  command->callback([&exit_code] {
    std::cout << "pairwatch " << version() << " (" << revision() << ")\n";
    exit_code = ExitCode::kDone;
  });
}

}  // namespace pairwatch::cli
