// pairwatch version: what this program was built from.
#include <iostream>

#include "tools/cli/commands.h"
#include "topology/kafka/client_settings.h"

namespace pairwatch::cli {

const char* version() { return PAIRWATCH_VERSION; }
const char* revision() { return PAIRWATCH_REVISION; }

void add_version_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command =
      app.add_subcommand("version", "Prints the version, the revision it was built from, and the Kafka client it runs with");
  command->callback([&exit_code] {
    std::cout << "pairwatch " << version() << " (" << revision() << ")\nlibrdkafka " << kafka::librdkafka_version() << "\n";
    exit_code = ExitCode::kDone;
  });
}

}  // namespace pairwatch::cli
