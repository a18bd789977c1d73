// pairwatch replay: a file of events through every service in one process, escalations out.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <google/protobuf/util/json_util.h>

#include "config/services.h"
#include "config/settings.h"
#include "pairwatch/v1/escalation.pb.h"
#include "processors/core/check.h"
#include "processors/decode/decode.h"
#include "tools/cli/card.h"
#include "tools/cli/commands.h"
#include "tools/cli/indicator_file.h"
#include "tools/cli/replay_output.h"
#include "tools/cli/replay_summary.h"
#include "tools/cli/topic_input.h"
#include "topology/embedded/embedded.h"
#include "topology/embedded/sorted_input.h"

namespace pairwatch::cli {
namespace {

/// Cases shown as cards; the rest is counted.
constexpr std::size_t kMostCards = 1000;

struct ReplayOptions {
  ConfigurationFlags configuration;
  std::string input;
  std::string from_topic;
  std::string from;
  std::string to;
  std::string decisions;
  std::string indicators;
  std::string output = "-";
  std::string format = "auto";
  std::string order = "input";
  std::string progress = "auto";
  int threads = 0;  ///< 0: one for each processor
  bool strict = false;
  bool cards = false;
  bool summary = false;
};

/// Says on standard error how far the input has been read.
class ProgressLine {
 public:
  explicit ProgressLine(const std::string& mode) {
    if (mode == "plain") mode_ = Mode::kPlain;
    if (mode == "auto" && ::isatty(STDERR_FILENO) == 1) mode_ = Mode::kTerminal;
  }

  void show(const embedded::Progress& progress) {
    if (mode_ == Mode::kNone) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_at_ < (mode_ == Mode::kPlain ? std::chrono::seconds(5) : std::chrono::milliseconds(200))) return;
    shown_at_ = now;
    const double elapsed = std::chrono::duration<double>(now - begun_at_).count();
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(progress.events) / std::max(elapsed, 1e-3));
    std::string text = with_commas(progress.events) + " events, " + with_commas(rate) + " a second";
    if (progress.bytes_total && *progress.bytes_total > 0) {
      text = std::to_string(progress.bytes_read * 100 / *progress.bytes_total) + " %, " + text;
    }
    if (mode_ == Mode::kTerminal) {
      std::fprintf(stderr, "\r\033[K%s", text.c_str());
      on_line_ = true;
    } else {
      std::fprintf(stderr, "%s\n", text.c_str());
    }
  }

  /// Before anything else is written to the terminal.
  void clear() {
    if (std::exchange(on_line_, false)) std::fputs("\r\033[K", stderr);
  }

 private:
  enum class Mode { kNone, kTerminal, kPlain };
  Mode mode_ = Mode::kNone;
  bool on_line_ = false;
  std::chrono::steady_clock::time_point begun_at_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_at_ = begun_at_;
};

/// The last revision of each case, in the order in which the cases were opened.
class LastRevisions {
 public:
  void add(const v1::Escalation& escalation) {
    const auto [found, inserted] = places_.try_emplace(hash128(escalation.escalation_id()), cases_.size());
    if (!inserted) {
      if (found->second < cases_.size()) cases_[found->second] = escalation;
    } else if (cases_.size() < kMostCards) {
      cases_.push_back(escalation);
    } else {
      places_.erase(found);
      ++beyond_;
    }
  }
  bool write(OutputFile& output, const CardStyle& style) const {
    for (const v1::Escalation& escalation : cases_) {
      if (!output.write(render_card(escalation, style) + "\n")) return false;
    }
    if (beyond_ == 0) return true;
    return output.write(with_commas(beyond_) + " more escalations of later cases; leave out --cards to see them all\n\n");
  }

 private:
  absl::flat_hash_map<Hash128, std::size_t> places_;
  std::vector<v1::Escalation> cases_;
  std::uint64_t beyond_ = 0;
};

/// What a record is called where it is told of.
const char* unit_of(embedded::Framing framing) {
  switch (framing) {
    case embedded::Framing::kAuto: return "record";
    case embedded::Framing::kLines: return "line";
    case embedded::Framing::kDelimited: return "message";
  }
  return "record";
}

class ReplayListener final : public embedded::Listener {
 public:
  ReplayListener(const ReplayOptions& options, embedded::Framing framing, OutputFile& output)
      : options_(options), unit_(unit_of(framing)), output_(output), progress_(options.progress) {}

  bool escalation(std::string_view bytes) override {
    check(escalation_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())), "escalation writes what can be parsed");
    count_.add(escalation_);
    if (options_.cards) {
      last_revisions_.add(escalation_);
      return true;
    }
    line_.clear();
    check(google::protobuf::util::MessageToJsonString(escalation_, &line_).ok(), "an escalation can be written as JSON");
    line_.push_back('\n');
    return output_.write(line_);
  }

  void rejected(Service service, std::int64_t number, Reject reason) override {
    progress_.clear();
    const std::string_view name = reject_name(reason);
    const std::string_view message = reject_message(reason);
    const bool is_decision = service == Service::kDecisions;
    const std::string place = service == Service::kIntake || is_decision ? "" : " (at " + std::string(service_name(service)) + ")";
    std::fprintf(stderr, "%s %lld%s: %.*s: %.*s\n", is_decision ? "decision line" : unit_, static_cast<long long>(number) + 1,
                 place.c_str(), static_cast<int>(name.size()), name.data(), static_cast<int>(message.size()), message.data());
    if (!is_decision) last_rejected_ = number + 1;
  }

  void progress(const embedded::Progress& progress) override { progress_.show(progress); }

  /// What is shown only at the end, and the last bytes. False where they could not be written.
  bool finish() {
    progress_.clear();
    return (!options_.cards || last_revisions_.write(output_, card_style())) && output_.flush();
  }

  const CaseCount& cases() const { return count_; }
  const char* unit() const { return unit_; }
  std::int64_t last_rejected() const { return last_rejected_; }

 private:
  CardStyle card_style() const { return options_.output == "-" ? style_of_terminal(STDOUT_FILENO) : CardStyle{}; }

  const ReplayOptions& options_;
  const char* unit_;
  OutputFile& output_;
  ProgressLine progress_;
  CaseCount count_;
  LastRevisions last_revisions_;
  std::int64_t last_rejected_ = 0;  ///< counted from one
  v1::Escalation escalation_;
  std::string line_;
};

embedded::Framing framing_of(const std::string& format) {
  if (format == "json") return embedded::Framing::kLines;
  return format == "protobuf" ? embedded::Framing::kDelimited : embedded::Framing::kAuto;
}

embedded::EmbeddedConfig embedded_config(const config::Settings& settings, const ReplayOptions& options,
                                         embedded::Framing framing) {
  embedded::EmbeddedConfig config;
  config.services = services_for(config::service_configs(settings), framing);
  config.threads = options.threads > 0 ? options.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  config.stop_at_first_reject = options.strict;
  return config;
}

ExitCode explain_failure(const std::string& problem) {
  std::fprintf(stderr, "pairwatch replay: %s\n", problem.c_str());
  return ExitCode::kFailed;
}

ExitCode wrong_usage(const std::string& problem) {
  std::fprintf(stderr, "pairwatch replay: %s\n", problem.c_str());
  return ExitCode::kUsage;
}

/// The input that the options name; failure() says why it cannot be read.
std::unique_ptr<embedded::InputSource> open_input_of(const ReplayOptions& options, const config::Settings& settings,
                                                     const kafka::TimeRange& range, const embedded::InputLimits& limits) {
  if (!options.from_topic.empty()) return open_topic(settings, options.from_topic, range, limits);
  return embedded::open_input(options.input, framing_of(options.format), limits);
}

/// Every line of a file; nullopt where it cannot be read.
std::optional<std::vector<std::string>> lines_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return file.bad() ? std::nullopt : std::optional(std::move(lines));
}

ExitCode replay(const ReplayOptions& options) {
  const auto begun = std::chrono::steady_clock::now();
  std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  if (options.input.empty() == options.from_topic.empty())
    return wrong_usage("name one input: --input FILE, or --from-topic TOPIC");
  if (!options.from_topic.empty() && options.order == "time")
    return wrong_usage("--order time sorts files; a topic is read in its order");
  if (options.from_topic.empty() && !(options.from.empty() && options.to.empty()))
    return wrong_usage("--from and --to are of a topic");
  const kafka::TimeRange range{parse_time(options.from), parse_time(options.to)};
  if (!options.from.empty() && !range.from_ms)
    return wrong_usage("--from " + options.from + " is no time such as 2026-03-01T18:00:00Z");
  if (!options.to.empty() && !range.to_ms) return wrong_usage("--to " + options.to + " is no time such as 2026-03-01T18:00:00Z");
  if (!options.from_topic.empty()) settings->intake.source_topic = settings->escalation.source_topic = options.from_topic;
  if (same_file(options.input, options.output)) {
    std::fprintf(stderr, "pairwatch replay: --output is the input itself; name another file\n");
    return ExitCode::kUsage;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of write, told like any other

  const embedded::InputLimits limits{.max_record_bytes = settings->intake.max_record_bytes};
  std::unique_ptr<embedded::InputSource> input = open_input_of(options, *settings, range, limits);
  if (input->failure()) return explain_failure(*input->failure());
  embedded::EmbeddedConfig config = embedded_config(*settings, options, input->framing());
  if (!options.decisions.empty()) {
    std::optional<std::vector<std::string>> decisions = lines_of(options.decisions);
    if (!decisions)
      return explain_failure("cannot read " + options.decisions + "; name a file of decisions, one JSON object a line");
    config.decisions = std::move(*decisions);
  }
  if (!options.indicators.empty()) {
    IndicatorFile indicators = read_indicators(options.indicators, settings->intake.max_indicators);
    if (!indicators.problem.empty()) return explain_failure(indicators.problem);
    config.services.indicators = std::move(indicators.known);
  }
  if (options.order == "time") {
    input = embedded::sort_by_time(std::move(input), decode::make_decoder(config.services.decode), limits, {});
  }
  OutputFile output;
  if (!output.open(options.output)) return explain_failure(output.problem());

  ReplayListener listener(options, input->framing(), output);
  const embedded::EmbeddedResult result = embedded::run_embedded(config, *input, listener);
  if (!listener.finish()) return explain_failure(output.problem());

  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const std::string summary = summary_of(result, listener.cases(), elapsed);
  if (options.cards && !(output.write(summary) && output.flush())) return explain_failure(output.problem());
  if (options.summary && !options.cards) std::fputs(summary.c_str(), stderr);

  if (result.failure) return explain_failure(*result.failure);
  if (result.stopped) {
    return explain_failure("stopped at " + std::string(listener.unit()) + " " + std::to_string(listener.last_rejected()) +
                           ", which cannot be used (--strict)");
  }
  return ExitCode::kDone;
}

}  // namespace

void add_replay_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand("replay", "Runs a file of events through every service and writes the escalations");
  command
      ->add_option("--input", options->input,
                   "Events: one JSON object a line, or length-delimited protobuf; - reads standard input")
      ->type_name("FILE|-");
  command
      ->add_option("--from-topic", options->from_topic,
                   "Or: a Kafka topic of events, all partitions by record timestamp, up to what is committed now; joins no group")
      ->type_name("TOPIC");
  command->add_option("--from", options->from, "Of the topic: records written at this time or later, such as 2026-03-01T18:00:00Z")
      ->type_name("TIME");
  command->add_option("--to", options->to, "Of the topic: records written before this time")->type_name("TIME");
  command
      ->add_option("--decisions", options->decisions,
                   "Decisions of moderators, one JSON object a line, each applied at its decided_at in event time")
      ->type_name("FILE");
  command
      ->add_option("--indicators", options->indicators,
                   "Known devices, accounts and handles, one pairwatch.v1.Indicator as JSON a line; without it nothing is known")
      ->type_name("FILE");
  command->add_option("--output", options->output, "Where escalations go, one JSON object a line; - is standard output")
      ->type_name("FILE|-")
      ->capture_default_str();
  command->add_option("--format", options->format, "How the input is written")
      ->check(CLI::IsMember({"auto", "json", "protobuf"}))
      ->capture_default_str();
  command->add_option("--order", options->order, "Take events as they come, or sort the whole input by event time first")
      ->check(CLI::IsMember({"input", "time"}))
      ->capture_default_str();
  command->add_flag("--strict", options->strict, "End at the first event that cannot be used (exit code 1)");
  command
      ->add_option("--threads", options->threads, "Threads; the result is the same on any number; 0 takes one for each processor")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  command->add_option("--progress", options->progress, "On a terminal, as lines, or not at all")
      ->check(CLI::IsMember({"auto", "plain", "none"}))
      ->capture_default_str();
  command->add_flag("--cards", options->cards, "Show each case as it stands at the end, for people, then the summary");
  command->add_flag("--summary", options->summary, "Tell on standard error what became of the events");
  add_configuration_flags(*command, options->configuration);
  command->callback([options, &exit_code] { exit_code = replay(*options); });
}

}  // namespace pairwatch::cli
