// pairwatch evaluate: how well the rules detect, judged on labelled events.
#include "tools/evaluate/evaluate.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "config/services.h"
#include "config/settings.h"
#include "tools/cli/commands.h"
#include "tools/cli/replay_output.h"

namespace pairwatch::cli {
namespace {

struct EvaluateFlags {
  ConfigurationFlags configuration;
  std::string input;
  std::string labels;
  std::string format = "text";
  std::string report;
  std::string features;
  std::string progress = "auto";
  double alerts_per_day = 0;
  int threads = 0;  ///< 0: one for each processor
  bool no_ablation = false;
};

ExitCode fail(const std::string& problem) {
  std::fprintf(stderr, "pairwatch evaluate: %s\n", problem.c_str());
  return ExitCode::kFailed;
}

/// The labels, or every problem on standard error.
std::optional<std::vector<evaluate::Label>> labels_or_explain(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    fail("cannot read " + path + "; check --labels");
    return std::nullopt;
  }
  evaluate::LabelsResult result = evaluate::read_labels(file, path);
  for (const std::string& problem : result.problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!result.problems.empty()) return std::nullopt;
  return std::move(result.labels);
}

evaluate::EvaluateOptions options_of(const EvaluateFlags& flags, const config::Settings& settings) {
  evaluate::EvaluateOptions options;
  options.input = flags.input;
  options.limits.max_record_bytes = settings.intake.max_record_bytes;
  options.config.services = config::service_configs(settings);
  options.config.threads = flags.threads > 0 ? flags.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  options.ablation = !flags.no_ablation;
  if (flags.alerts_per_day > 0) options.measure.alerts_per_day = flags.alerts_per_day;
  return options;
}

ExitCode evaluate_file(const EvaluateFlags& flags) {
  const std::optional<config::Settings> settings = load_settings_or_explain(flags.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  if (flags.input == "-") {
    std::fprintf(stderr, "pairwatch evaluate: --input must be a file, since it is read more than once\n");
    return ExitCode::kUsage;
  }
  if (settings->pseudonyms.on) {
    std::fprintf(stderr, "pairwatch evaluate: pseudonyms are on, and labels name accounts as the events do; switch them off\n");
    return ExitCode::kUsage;
  }
  for (const auto& [name, path] : {std::pair("--report", &flags.report), std::pair("--features", &flags.features)}) {
    if (path->empty() || (*path != flags.input && *path != flags.labels)) continue;
    std::fprintf(stderr, "pairwatch evaluate: %s would overwrite what is read; name another file\n", name);
    return ExitCode::kUsage;
  }
  const auto labels = labels_or_explain(flags.labels);
  if (!labels) return ExitCode::kFailed;

  const bool in_place = flags.progress == "auto" && ::isatty(STDERR_FILENO) == 1;
  const bool told = in_place || flags.progress == "plain";
  evaluate::EvaluateOptions options = options_of(flags, *settings);
  std::ofstream features;
  if (!flags.features.empty()) {
    features.open(flags.features, std::ios::binary | std::ios::trunc);
    options.features = &features;
  }
  const evaluate::EvaluateResult result = evaluate::evaluate(*labels, options, [&](const std::string& what) {
    if (told) std::fprintf(stderr, in_place ? "\r\033[K%s" : "%s\n", what.c_str());
  });
  if (in_place) std::fputs("\r\033[K", stderr);
  if (result.failure) return fail(*result.failure);
  if (options.features != nullptr && !features.flush()) return fail("cannot write " + flags.features + "; check --features");

  OutputFile output;
  if (!output.open("-")) return fail(output.problem());
  if (!output.write(flags.format == "json" ? as_json(result.report) : as_text(result.report)) || !output.flush()) {
    return fail(output.problem());
  }
  if (flags.report.empty()) return ExitCode::kDone;
  OutputFile page;
  if (!page.open(flags.report) || !page.write(as_html(result.report)) || !page.flush()) return fail(page.problem());
  return ExitCode::kDone;
}

}  // namespace

void add_evaluate_command(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<EvaluateFlags>();
  CLI::App* command = app.add_subcommand("evaluate", "Judges the rules on labelled events: how early, how much, how often falsely");
  command->add_option("--input", flags->input, "Events, as for replay")->type_name("FILE")->required();
  command->add_option("--labels", flags->labels, "Labels, one JSON object a line, as generate --labels writes them")
      ->type_name("FILE")
      ->required();
  command->add_option("--format", flags->format, "How the figures are written to standard output")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--report", flags->report, "Also a page with pictures; nothing is loaded, no script runs")
      ->type_name("FILE.html");
  command
      ->add_option(
          "--features", flags->features,
          "Also what every signal contributes in each judged pair, for tools/calibrate; one JSON object a line, without ids")
      ->type_name("FILE");
  command
      ->add_option("--alerts-per-day", flags->alerts_per_day,
                   "Find the risk that keeps a million daily users within so many alerts")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->add_flag("--no-ablation", flags->no_ablation, "Do not run again without each signal and combination");
  command->add_option("--threads", flags->threads, "Threads; the result is the same on any number; 0 takes one for each processor")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  command->add_option("--progress", flags->progress, "On a terminal, as lines, or not at all")
      ->check(CLI::IsMember({"auto", "plain", "none"}))
      ->capture_default_str();
  add_configuration_flags(*command, flags->configuration);
  command->callback([flags, &exit_code] { exit_code = evaluate_file(*flags); });
}

}  // namespace pairwatch::cli
