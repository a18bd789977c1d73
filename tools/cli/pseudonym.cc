// pairwatch pseudonym: under which pseudonym the platform's own ids stand in topics, state and escalations.
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "processors/core/utf8.h"
#include "processors/intake/pseudonym.h"
#include "tools/cli/commands.h"

namespace pairwatch::cli {
namespace {

constexpr std::size_t kIdBytes = 256;  // as intake takes them
constexpr int kProblemsTold = 20;

struct Options {
  ConfigurationFlags configuration;
  std::string input = "-";
  std::string key_id;
  std::string key_file;
};

/// Why intake would take no such id; empty: it would.
std::string problem_of_id(const std::string& id) {
  if (id.size() > kIdBytes) return "an id has at most 256 bytes";
  if (!is_valid_utf8(id)) return "is not UTF-8";

  return has_control_character(id) ? "holds a control character; one id stands on each line" : "";
}

/// One line `id<tab>pseudonym` for each id. How many lines could not be used; they are told by their number, never by their
/// content.
int map_ids(std::istream& ids, intake::Pseudonyms& pseudonyms) {
  int problems = 0;
  std::string id, pseudonym;
  for (std::uint64_t line = 1; std::getline(ids, id); ++line) {
    if (id.ends_with('\r')) id.pop_back();
    if (id.empty()) continue;
    if (const std::string problem = problem_of_id(id); !problem.empty()) {
      if (++problems <= kProblemsTold) std::cerr << "line " << line << ": " << problem << "\n";
      continue;
    }
    pseudonyms.write(id, pseudonym);
    std::cout << id << '\t' << pseudonym << '\n';
  }
  return problems;
}

ExitCode map_file(const Options& options, intake::Pseudonyms& pseudonyms) {
  std::ifstream file;
  if (options.input != "-") {
    file.open(options.input, std::ios::binary);
    if (!file) {
      std::cerr << "pairwatch: " << options.input << " cannot be opened; check the path and its permissions\n";
      return ExitCode::kFailed;
    }
  }
  const int problems = map_ids(options.input == "-" ? std::cin : file, pseudonyms);
  if (problems == 0) return ExitCode::kDone;
  std::cerr << "pairwatch: " << problems << (problems == 1 ? " line was" : " lines were") << " left out\n";
  return ExitCode::kFailed;
}

ExitCode pseudonym(Options options) {
  ConfigurationFlags& flags = options.configuration;
  flags.overrides.insert(flags.overrides.begin(), "pseudonyms=on");
  if (!options.key_id.empty()) flags.overrides.push_back("pseudonym_key.id=" + options.key_id);
  if (!options.key_file.empty()) flags.overrides.push_back("pseudonym_key.file=" + options.key_file);
  const std::optional<config::Settings> settings = load_settings_or_explain(flags);
  if (!settings) return ExitCode::kInvalidConfiguration;
  intake::Pseudonyms pseudonyms(settings->intake.pseudonym_key);
  return map_file(options, pseudonyms);
}

}  // namespace

void add_pseudonym_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("pseudonym", "Maps the platform's own ids, one a line, to their pseudonyms: `id<tab>pseudonym`");
  add_configuration_flags(*command, options->configuration);
  command->add_option("--input", options->input, "Where the ids stand; - is standard input")->type_name("FILE|-");
  command->add_option("--key-id", options->key_id, "The id of the key, instead of pseudonym_key.id")->type_name("ID");
  command->add_option("--key-file", options->key_file, "The file that holds the key, instead of pseudonym_key.file")
      ->type_name("FILE");
  command->callback([options, &exit_code] { exit_code = pseudonym(*options); });
}

}  // namespace pairwatch::cli
