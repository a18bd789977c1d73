// pairwatch validate: whether a configuration can be used, everything that is wrong with it, and whether its rules still do what
// the stories beside them expect.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "config/load.h"
#include "tools/cli/commands.h"
#include "tools/rules/story.h"

namespace pairwatch::cli {
namespace {

struct Options {
  ConfigurationFlags configuration;
  bool effective = false;
  std::string stories = "all";
  bool reference = false;
};

/// The files tests/*.yaml beside each rule file, in order of their names.
std::vector<config::ConfigFile> stories_beside(const std::vector<std::string>& rules_files, config::Problems& problems) {
  std::vector<std::string> paths;
  for (const std::string& rules : rules_files) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::path(rules).parent_path() / "tests";
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->path().extension() == ".yaml") paths.push_back(entry->path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::vector<config::ConfigFile> files;
  for (const std::string& path : paths) files.push_back(config::read_file(path, problems));
  return files;
}

/// Those to be run, each once: a rule set of the source tree stands beside the shipped ones.
std::vector<config::ConfigFile> story_files(const Options& options, config::Problems& problems) {
  std::vector<config::ConfigFile> files;
  if (options.stories != "none") files = stories_beside(options.configuration.rules_files, problems);
  if (options.stories != "all") return files;
  for (config::ConfigFile& shipped : rules::shipped_story_files()) {
    const auto is_it = [&](const config::ConfigFile& file) { return file.text == shipped.text; };
    if (std::none_of(files.begin(), files.end(), is_it)) files.push_back(std::move(shipped));
  }
  return files;
}

/// How many stories hold; or, with everything that came otherwise on standard error, nothing.
std::optional<std::size_t> run_stories(const Options& options, const config::Settings& settings) {
  config::Problems problems;
  const rules::StoryRunner runner(settings);
  std::size_t count = 0;
  for (const config::ConfigFile& file : story_files(options, problems)) {
    for (const rules::Story& story : rules::read_stories(file, problems)) {
      const config::Problems came = runner.run(story);
      problems.insert(problems.end(), came.begin(), came.end());
      ++count;
    }
  }
  if (problems.empty()) return count;
  for (const config::Problem& problem : problems) std::cerr << config::as_line(problem) << "\n";
  std::cerr << "pairwatch: the rules do not do what their stories expect: " << problems.size()
            << (problems.size() == 1 ? " problem" : " problems")
            << "; mend the rules or the stories, or choose with --stories which are run\n";
  return std::nullopt;
}

ExitCode validate(const Options& options) {
  if (options.reference) {
    std::cout << config::reference_in_markdown();
    return ExitCode::kDone;
  }
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  const std::optional<std::size_t> stories = run_stories(options, *settings);
  if (!stories) return ExitCode::kInvalidConfiguration;
  const escalation::EscalationRules& rules = settings->escalation.rules;
  if (options.effective) {
    std::cout << "# rules sha256: " << rules.sha256 << "\n" << config::as_yaml(*settings);
  } else {
    std::cout << "valid\nrules version: " << rules.version << "\nrules sha256: " << rules.sha256
              << "\nstories that hold: " << *stories << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

void add_validate_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("validate", "Checks a configuration and lists everything that is wrong with it");
  add_configuration_flags(*command, options->configuration);
  command->add_flag("--effective", options->effective, "Prints every setting with its effective value and meaning, as YAML");
  command
      ->add_option("--stories", options->stories,
                   "Rule tests to run: all: those shipped, and tests/*.yaml beside each --rules; own: only the latter; none")
      ->check(CLI::IsMember({"all", "own", "none"}))
      ->capture_default_str();
  command->add_flag("--reference", options->reference, "Prints every setting with its default and what it takes, as Markdown");
  command->callback([options, &exit_code] { exit_code = validate(*options); });
}

}  // namespace pairwatch::cli
