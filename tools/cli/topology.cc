// pairwatch topology: what runs, what it reads and writes, for people, Graphviz and scripts.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/commands.h"
#include "topology/graph.h"
#include "topology/kafka/acls.h"

namespace pairwatch::cli {
namespace {

struct Options {
  ConfigurationFlags configuration;
  std::string format = "text";
  std::string principal = "User:pairwatch";
  std::vector<std::string> services;
};

/// Those named, all where none is; in the order of the pipeline.
std::vector<Service> services_of(const Options& options, const Topology& topology) {
  std::vector<Service> services;
  for (const ServiceSpec& spec : topology.services) {
    const auto& named = options.services;
    if (named.empty() || std::find(named.begin(), named.end(), service_name(spec.service)) != named.end())
      services.push_back(spec.service);
  }
  return services;
}

ExitCode show_topology(const Options& options) {
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  if (options.format == "dot") {
    std::cout << as_dot(settings->topology);
  } else if (options.format == "topics") {
    std::cout << as_topics(settings->topology);
  } else if (options.format == "acls") {
    std::cout << kafka::as_acls(settings->topology, services_of(options, settings->topology), settings->kafka, options.principal);
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
      ->add_option(
          "--format", options->format,
          "text: for people; dot: for Graphviz; topics: those to create, `name partitions cleanup retention_ms` a line; acls: "
          "the kafka-acls.sh commands that allow each service what it needs and nothing else")
      ->check(CLI::IsMember({"text", "dot", "topics", "acls"}))
      ->type_name("text|dot|topics|acls");
  command
      ->add_option("--principal", options->principal,
                   "Of acls: who is allowed, as the brokers know it (User:CN=pairwatch for a certificate)")
      ->type_name("TYPE:NAME");
  command->add_option("--services", options->services, "Of acls: which services, separated by commas; all where it is left out")
      ->check([](const std::string& name) { return service_named(name) ? std::string() : "'" + name + "' is no service"; })
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->callback([options, &exit_code] { exit_code = show_topology(*options); });
}

}  // namespace pairwatch::cli
