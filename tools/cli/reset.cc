// pairwatch reset: a service back to where it has read nothing.
#include <iostream>
#include <memory>
#include <string>

#include "tools/cli/commands.h"
#include "tools/cli/logging.h"
#include "topology/graph.h"
#include "topology/kafka/reset.h"

namespace pairwatch::cli {
namespace {

struct Options {
  ConfigurationFlags configuration;
  std::string service;
  bool dry_run = false;
};

ExitCode reset(const Options& options) {
  const std::optional<Service> service = service_named(options.service);
  if (!service) throw CLI::ValidationError("--service", "'" + options.service + "' is not one of intake, relationship, escalation");
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  start_logging(settings->logging);
  const kafka::Reset result = kafka::reset_service(settings->topology, *service, settings->kafka, options.dry_run);
  for (const std::string& sentence : result.done) std::cerr << (options.dry_run ? "would be done: " : "done: ") << sentence << '\n';
  if (result.problem.empty()) return ExitCode::kDone;
  std::cerr << "pairwatch reset: " << result.problem << '\n';
  return ExitCode::kFailed;
}

}  // namespace

void add_reset_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("reset", "Makes a service, while it is stopped, begin anew: its offsets, changelog and state are deleted");
  add_configuration_flags(*command, options->configuration);
  command->add_option("--service", options->service, "Which: intake, relationship or escalation")->required()->type_name("NAME");
  command->add_flag("--dry-run", options->dry_run, "Only says what would be done");
  command->callback([options, &exit_code] { exit_code = reset(*options); });
}

}  // namespace pairwatch::cli
