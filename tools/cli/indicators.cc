// pairwatch indicators: lists of known devices, accounts and handles into the topic that intake holds.
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "pairwatch/v1/indicator.pb.h"
#include "processors/intake/indicators.h"
#include "tools/cli/commands.h"
#include "tools/cli/indicator_file.h"
#include "tools/cli/logging.h"
#include "tools/cli/topic_input.h"
#include "topology/kafka/topic_writer.h"
#include "topology/kafka/topics.h"

namespace pairwatch::cli {
namespace {

struct ImportOptions {
  ConfigurationFlags configuration;
  std::string kind;
  std::string source;
  std::string file;
  std::string tenant;
  std::string since;
  bool remove = false;
};

ExitCode explain(const std::string& problem, ExitCode code) {
  std::cerr << "pairwatch indicators import: " << problem << '\n';
  return code;
}

/// What every line of the list becomes, but for its hash; `problem` where the flags make none.
v1::Indicator template_of(const ImportOptions& options, IndicatorKind kind, std::string& problem) {
  v1::Indicator indicator;
  indicator.set_kind(static_cast<v1::IndicatorKind>(kind));
  indicator.set_origin(v1::INDICATOR_ORIGIN_IMPORTED);
  indicator.set_source(options.source);
  indicator.set_tenant(options.tenant);
  if (!options.since.empty()) {
    const std::optional<std::int64_t> since_ms = parse_time(options.since);
    if (!since_ms) problem = "--since " + options.since + " is no time such as 2026-03-01T18:00:00Z";
    indicator.mutable_since()->set_seconds(since_ms.value_or(0) / 1000);
  }
  if (!problem.empty()) return indicator;
  v1::Indicator example = indicator;
  example.set_digest(1);
  intake::key_of(example, problem);
  return indicator;
}

/// Writes the whole list; it has been read once without a problem.
ExitCode write_list(const ImportOptions& options, v1::Indicator indicator, IndicatorKind kind, kafka::TopicWriter& writer) {
  std::ifstream in(options.file, std::ios::binary);
  std::string key, problem;
  const HashListEnd end = read_hash_list(in, kind, [&](const std::string& hash) {
    indicator.set_hash(hash);
    write_indicator_key(intake::key_of(indicator, problem), key);
    if (!problem.empty()) return false;
    return options.remove ? writer.write(key, {}) : writer.write(key, indicator.SerializeAsString());
  });
  if (!writer.finish()) return explain(*writer.failure(), ExitCode::kFailed);
  if (!in.eof() || !problem.empty() || end.bad_lines > 0) {
    return explain(options.file + " has changed while it was read; import it again", ExitCode::kFailed);
  }
  std::cerr << end.hashes << (end.hashes == 1 ? " hash" : " hashes") << " of the list " << options.source
            << (options.remove ? " taken back\n" : " written\n");
  return ExitCode::kDone;
}

ExitCode import(const ImportOptions& options) {
  const std::optional<IndicatorKind> kind = indicator_kind_named(options.kind);
  if (!kind) return explain("--kind " + options.kind + " is not one of device, handle, account", ExitCode::kUsage);
  std::string problem;
  const v1::Indicator indicator = template_of(options, *kind, problem);
  if (!problem.empty()) return explain(problem, ExitCode::kUsage);
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  start_logging(settings->logging);

  // Once over it before anything is written, so that a list is there whole or not at all.
  std::ifstream in(options.file, std::ios::binary);
  if (!in) return explain("cannot read " + options.file + "; name a file of hashes, one a line", ExitCode::kFailed);
  const HashListEnd list = read_hash_list(in, *kind, [](const std::string&) { return true; });
  for (const std::string& line : list.problems) std::cerr << options.file << ": " << line << '\n';
  if (list.bad_lines > 0) {
    return explain("nothing was written: " + std::to_string(list.bad_lines) + " bad lines in " + options.file, ExitCode::kFailed);
  }

  const std::string& topic = settings->topology.service(Service::kIntake).table;
  const TopicSpec* spec = settings->topology.topic(topic);
  if (spec == nullptr) return explain("the topology gives intake no table of indicators; name one", ExitCode::kUsage);
  if (const std::string missing = kafka::prepare_topic(*spec, settings->kafka); !missing.empty()) {
    return explain(missing, ExitCode::kFailed);
  }
  kafka::TopicWriter writer(settings->kafka, topic);
  if (writer.failure()) return explain(*writer.failure(), ExitCode::kFailed);
  return write_list(options, indicator, *kind, writer);
}

}  // namespace

void add_indicators_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* indicators = app.add_subcommand("indicators", "Known devices, accounts and handles (docs/indicators.md)");
  indicators->require_subcommand(1);
  CLI::App* command = indicators->add_subcommand(
      "import", "Writes a list of hashes to the topic of indicators, or takes one back; all of it or nothing");
  add_configuration_flags(*command, options->configuration);
  command
      ->add_option(
          "--kind", options->kind,
          "What was hashed: device (the platform's device hash), handle or account (SHA-256 of the name in lower case, of the id)")
      ->required()
      ->type_name("device|handle|account");
  command->add_option("--source", options->source, "Name of the list: what one list takes back another still says")
      ->required()
      ->type_name("NAME");
  command
      ->add_option("--file", options->file,
                   "The hashes, one a line as hexadecimal digits; empty lines and what follows a # do not count")
      ->required()
      ->type_name("FILE");
  command->add_option("--tenant", options->tenant, "Of which product or app; without it, of all")->type_name("NAME");
  command->add_option("--since", options->since, "From when on it counts, event time; without it, always")->type_name("TIME");
  command->add_flag("--remove", options->remove, "Takes the hashes of the file back");
  command->callback([options, &exit_code] { exit_code = import(*options); });
}

}  // namespace pairwatch::cli
