// pairwatch generate: labelled traffic for trying out, for tests of speed and for judging detection.
#include "tools/generator/generate.h"

#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/commands.h"
#include "tools/cli/logging.h"
#include "tools/cli/topic_output.h"
#include "tools/generator/archetypes.h"

namespace pairwatch::cli {
namespace {

struct GenerateFlags {
  generator::Options options;
  ConfigurationFlags configuration;  ///< for to_topic alone
  std::string output = "-";
  std::string to_topic;
  std::string labels;
  std::string start = "2025-01-01";
  std::string progress = "auto";
  bool list = false;
};

ExitCode wrong_usage(const std::string& problem) {
  std::fprintf(stderr, "pairwatch generate: %s\n", problem.c_str());
  return ExitCode::kUsage;
}

std::optional<int> whole_number(std::string_view digits) {
  int number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

/// Midnight UTC of a day written YYYY-MM-DD.
std::optional<EventTime> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = whole_number(text.substr(0, 4)), month = whole_number(text.substr(5, 2)), day = whole_number(text.substr(8));
  if (!year || !month || !day || *month < 0 || *day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return EventTime{std::chrono::sys_days(date).time_since_epoch().count() * days(1).ms};
}

bool are_one_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return !a.empty() && !b.empty() && a != "-" && b != "-" && (a == b || std::filesystem::equivalent(a, b, error));
}

/// Opens a file to be written, or explains why not.
bool open_or_explain(const std::string& path, std::ofstream& file) {
  file.open(path, std::ios::binary | std::ios::trunc);
  if (!file) std::fprintf(stderr, "pairwatch generate: cannot write %s; check the folder and its permissions\n", path.c_str());
  return file.is_open();
}

generator::Progress progress_for(const std::string& mode) {
  const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  if (mode == "none" || (mode == "auto" && !is_terminal)) return {};
  const bool in_place = mode == "auto";
  auto shown_at = std::make_shared<std::chrono::steady_clock::time_point>(std::chrono::steady_clock::now());
  return [=](std::uint64_t events) {
    const auto now = std::chrono::steady_clock::now();
    if (now - *shown_at < (in_place ? std::chrono::milliseconds(200) : std::chrono::seconds(5))) return;
    *shown_at = now;
    std::fprintf(stderr, in_place ? "\r\033[K%llu events" : "%llu events\n", static_cast<unsigned long long>(events));
  };
}

void tell(const generator::Summary& summary, bool on_terminal_line) {
  std::fprintf(stderr, "%s%llu events over %.1f days, %llu of them duplicates; %llu labels\n", on_terminal_line ? "\r\033[K" : "",
               static_cast<unsigned long long>(summary.events),
               static_cast<double>((summary.last - summary.first).ms) / static_cast<double>(days(1).ms),
               static_cast<unsigned long long>(summary.duplicates), static_cast<unsigned long long>(summary.labels));
  if (summary.self_lines > 0) {
    std::fprintf(stderr, "%llu lines of the network were left out: nobody writes to themselves\n",
                 static_cast<unsigned long long>(summary.self_lines));
  }
}

/// Events to a topic instead of a file; labels to a file as ever.
ExitCode generate_to_topic(const GenerateFlags& flags, std::ostream* labels) {
  const std::optional<config::Settings> settings = load_settings_or_explain(flags.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  start_logging(settings->logging);
  kafka::TopicWriter writer(settings->kafka, flags.to_topic);
  if (!writer.failure()) {
    TopicOutput output(writer, flags.options.format);
    std::ostream stream(&output);
    const generator::Progress progress = progress_for(flags.progress);
    try {
      const generator::Summary summary = generate(flags.options, stream, labels, progress);
      if (writer.finish()) {
        tell(summary, progress && flags.progress == "auto");
        std::fprintf(stderr, "%llu records written to %s, in %d partitions\n", static_cast<unsigned long long>(writer.delivered()),
                     flags.to_topic.c_str(), writer.partition_count());
        return ExitCode::kDone;
      }
    } catch (const std::exception& error) {
      writer.finish();
      if (!writer.failure()) throw;  // not the topic's fault
    }
  }
  std::fprintf(stderr, "pairwatch generate: %s\n", writer.failure()->c_str());
  if (writer.delivered() > 0) {
    std::fprintf(stderr, "%llu records were written before\n", static_cast<unsigned long long>(writer.delivered()));
  }
  return ExitCode::kFailed;
}

ExitCode list_archetypes() {
  for (const bool risky : {true, false}) {
    std::printf("%s\n", risky ? "risky" : "ordinary");
    for (const generator::Archetype& archetype : risky ? generator::risky_archetypes() : generator::ordinary_archetypes()) {
      std::printf("  %-20.*s %.*s\n", static_cast<int>(archetype.name.size()), archetype.name.data(),
                  static_cast<int>(archetype.says.size()), archetype.says.data());
    }
  }
  return ExitCode::kDone;
}

ExitCode generate_traffic(GenerateFlags& flags) {
  if (flags.list) return list_archetypes();
  const auto start = parse_day(flags.start);
  if (!start) return wrong_usage("--start must be a day, for instance 2025-01-01");
  flags.options.start = *start;
  const std::vector<std::string> problems = problems_of(flags.options);
  for (const std::string& problem : problems) wrong_usage(problem);
  if (!problems.empty()) return ExitCode::kUsage;
  if (are_one_file(flags.output, flags.labels)) return wrong_usage("--output and --labels must be two files");
  if (are_one_file(flags.options.network, flags.output) || are_one_file(flags.options.network, flags.labels)) {
    return wrong_usage("--network would be overwritten; name another file for --output and --labels");
  }

  if (!flags.to_topic.empty() && flags.output != "-") return wrong_usage("either --output or --to-topic");
  std::ofstream output_file, labels_file;
  if (flags.output != "-" && !open_or_explain(flags.output, output_file)) return ExitCode::kFailed;
  if (!flags.labels.empty() && !open_or_explain(flags.labels, labels_file)) return ExitCode::kFailed;
  if (!flags.to_topic.empty()) return generate_to_topic(flags, flags.labels.empty() ? nullptr : &labels_file);
  const generator::Progress progress = progress_for(flags.progress);
  try {
    const generator::Summary summary = generate(flags.options, flags.output == "-" ? std::cout : output_file,
                                                flags.labels.empty() ? nullptr : &labels_file, progress);
    tell(summary, progress && flags.progress == "auto");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pairwatch generate: %s\n", error.what());
    return ExitCode::kFailed;
  }
  return ExitCode::kDone;
}

}  // namespace

void add_generate_command(CLI::App& app, ExitCode& exit_code) {
  static const std::map<std::string, generator::Format> kFormats = {{"json", generator::Format::kJson},
                                                                    {"protobuf", generator::Format::kProtobuf}};
  auto flags = std::make_shared<GenerateFlags>();
  generator::Options& options = flags->options;
  CLI::App* command = app.add_subcommand("generate", "Makes labelled traffic; the same options give the same bytes everywhere");
  command->add_option("--output", flags->output, "Where events go, in order of time; - for standard output")->capture_default_str();
  command->add_option("--to-topic", flags->to_topic, "Writes events to this Kafka topic instead, keyed by pair; it must exist")
      ->type_name("TOPIC");
  add_configuration_flags(*command, flags->configuration);
  command->add_option("--format", options.format, "json: one object a line; protobuf: a varint length before each message")
      ->transform(CLI::CheckedTransformer(kFormats).description("json|protobuf"))
      ->type_name("");
  command->add_option("--labels", flags->labels, "Where labels of the relations laid in go, one JSON object a line");
  command->add_option("--pairs", options.pairs, "Ordinary pairs")->capture_default_str();
  command->add_option("--events", options.events, "Ordinary events")->capture_default_str();
  command->add_option("--days", options.days, "Days they are spread over")->capture_default_str();
  command->add_option("--start", flags->start, "First day")->capture_default_str();
  command->add_option("--seed", options.seed, "Another seed, other traffic")->capture_default_str();
  command->add_option("--risky", options.risky, "Risky relations laid in, the archetypes in turn")->capture_default_str();
  command->add_option("--benign", options.benign,
                      "Ordinary relations that look risky at a glance, in turn; as many as risky ones unless told");
  command->add_option("--archetypes", options.archetypes, "Only these, by name and parted by commas; --list tells them all")
      ->delimiter(',')
      ->type_name("LIST");
  command->add_option("--evasion", options.evasion_share, "Share (0 to 1) of risky relations that try not to be seen")
      ->capture_default_str();
  command->add_option("--sayings", options.sayings, "File of what is said instead: language<tab>behaviour<tab>text")
      ->option_text("FILE");
  command->add_option("--tenants", options.tenants, "Tenants that pairs and relations are spread over; 1: none is named")
      ->capture_default_str();
  command->add_flag("--list", flags->list, "Tell the archetypes and end");
  command->add_option("--minor-share", options.minor_share,
                      "Share of pairs that pass the gate since one is a minor or of unknown age (0.1); with --network, share of "
                      "accounts that are minors' (0.2)");
  command->add_option("--duplicates", options.duplicates_per_mille, "Events sent twice, of a thousand")->capture_default_str();
  command->add_option("--network", options.network,
                      "File of lines `src dst unix_seconds`, plain or gzip, as ordinary traffic instead of pairs, events and days");
  command->add_flag("--text", options.network_text, "Give the network's messages harmless words");
  command->add_option("--progress", flags->progress, "auto: on a terminal; plain: a line every five seconds; none")
      ->check(CLI::IsMember({"auto", "plain", "none"}))
      ->capture_default_str();
  command->callback([flags, &exit_code] { exit_code = generate_traffic(*flags); });
}

}  // namespace pairwatch::cli
