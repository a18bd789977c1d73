// pairwatch topology: what runs, what it reads and writes, for people, Graphviz and scripts.
#include <iostream>
#include <memory>
#include <string>

#include "tools/cli/commands.h"
#include "topology/graph.h"

namespace pairwatch::cli {
namespace {

struct Options {
  ConfigurationFlags configuration;
  std::string format = "text";
};

ExitCode show_topology(const Options& options) {
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  if (options.format == "dot") {
    std::cout << as_dot(settings->topology);
  } else if (options.format == "topics") {
    std::cout << as_topics(settings->topology);
  } else {
    std::cout << as_text(settings->topology);
  }
  return ExitCode::kDone;
}

}  // namespace

void add_topology_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("topology", "Shows services, topics and stores");
  add_configuration_flags(*command, options->configuration);
  command
      ->add_option("--format", options->format,
                   "text: for people; dot: for Graphviz; topics: those to create, `name partitions cleanup retention_ms` a line")
      ->check(CLI::IsMember({"text", "dot", "topics"}))
      ->type_name("text|dot|topics");
  command->callback([options, &exit_code] { exit_code = show_topology(*options); });
}

}  // namespace pairwatch::cli
