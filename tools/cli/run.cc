// pairwatch run: services on Kafka, until a signal says stop.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "config/certificate.h"
#include "config/services.h"
#include "tools/cli/commands.h"
#include "tools/cli/hardening.h"
#include "tools/cli/live_rules.h"
#include "tools/cli/logging.h"
#include "tools/cli/state.h"
#include "topology/http/admin_server.h"
#include "topology/http/metrics.h"
#include "topology/http/stall_log.h"
#include "topology/kafka/client_settings.h"
#include "topology/kafka/credentials.h"
#include "topology/kafka/runtime.h"
#include "topology/services/live_configs.h"
#include "topology/services/services.h"

namespace pairwatch::cli {
namespace {

using Instant = std::chrono::steady_clock::time_point;

struct RunOptions {
  ConfigurationFlags configuration;
  std::vector<std::string> services = {"all"};
};

/// The signals that tell a run something, taken by wait() instead of striking a thread: SIGINT and SIGTERM end it, SIGUSR1 and
/// SIGUSR2 make its log tell more or less, SIGHUP makes it read its rules again.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);  // threads made from now on inherit it
    std::signal(SIGPIPE, SIG_IGN);
  }

  /// The signal that came within `timeout_ms`, or 0.
  int wait(int timeout_ms) const {
    const timespec timeout{timeout_ms / 1000, static_cast<long>(timeout_ms % 1000) * 1'000'000};
    const int signal = sigtimedwait(&set_, nullptr, &timeout);
    return signal > 0 ? signal : 0;
  }

 private:
  sigset_t set_{};
};

/// The services named, in the order of the pipeline; throws CLI::ValidationError where one is unknown.
std::vector<Service> services_named(const std::vector<std::string>& names) {
  constexpr std::array kAll = {Service::kIntake, Service::kRelationship, Service::kEscalation, Service::kTarget,
                               Service::kDecisions};
  std::vector<Service> services;
  for (const std::string& name : names) {
    if (name != "all" && !service_named(name))
      throw CLI::ValidationError("--services",
                                 "'" + name + "' is not one of intake, relationship, escalation, target, decisions, all");
  }
  for (const Service service : kAll) {
    const bool wanted =
        std::any_of(names.begin(), names.end(), [&](const auto& name) { return name == "all" || name == service_name(service); });
    if (wanted) services.push_back(service);
  }
  return services;
}

/// Sees to it that the process ends: takes the signals, and once one has come, or the runtime has ended by itself, lets nothing
/// take longer than kafka.shutdown_timeout. What hangs then, be it a client of Kafka or the disk, is cut off by ending the process
/// here and now: what is not committed is read again by the next start. A second signal does so at once.
class EndGuard {
 public:
  enum class Phase : std::uint8_t { kStarting, kRunning, kCommitting, kClosing };

  /// `signals` outlives the guard.
  EndGuard(const Signals& signals, Duration shutdown_timeout)
      : signals_(signals), timeout_(std::chrono::milliseconds(shutdown_timeout.ms)), thread_([this] { watch(); }) {}
  /// In time: everything has ended.
  ~EndGuard() {
    is_done_ = true;
    thread_.join();
  }
  EndGuard(const EndGuard&) = delete;
  EndGuard& operator=(const EndGuard&) = delete;

  /// Whether a signal has asked for the end.
  bool is_asked() const { return is_asked_; }
  /// Whether SIGHUP has come since this was last asked.
  bool take_reload() { return wants_reload_.exchange(false); }
  void running() { phase_ = Phase::kRunning; }
  /// From here on the time runs.
  void committing() { phase_ = Phase::kCommitting; }
  /// Everything that can be committed is; `code` is what the process has come to.
  void closing(ExitCode code) {
    code_ = code;
    phase_ = Phase::kClosing;
  }

 private:
  void watch() {
    Instant deadline = Instant::max();
    while (!is_done_) {
      if (const int signal = signals_.wait(50)) heed(signal);
      const Phase phase = phase_;
      if (phase != Phase::kCommitting && phase != Phase::kClosing) continue;
      const Instant now = std::chrono::steady_clock::now();
      if (deadline == Instant::max()) deadline = now + timeout_;
      if (now >= deadline) give_up(phase);
    }
  }

  void heed(int signal) {
    if (signal == SIGUSR1) return log_more();
    if (signal == SIGUSR2) return log_less();
    if (signal == SIGHUP) {
      wants_reload_ = true;
      return;
    }
    if (phase_ == Phase::kStarting) {
      spdlog::info("ends before it has begun");
      end_at_once(ExitCode::kDone);
    }
    if (is_asked_.exchange(true)) {
      spdlog::warn("a second signal: ends at once; what was not committed is read again by the next start");
      end_at_once(phase_ == Phase::kClosing ? code_.load() : ExitCode::kFailed);
    }
    spdlog::info("{}: stops reading, commits, and ends", signal == SIGINT ? "SIGINT" : "SIGTERM");
  }

  [[noreturn]] void give_up(Phase phase) {
    if (phase == Phase::kClosing) {
      spdlog::warn("leaving Kafka and closing its state take longer than kafka.shutdown_timeout: ends without; nothing is lost");
      end_at_once(code_);
    }
    spdlog::error("could not commit within kafka.shutdown_timeout: ends; what was not committed is read again by the next start");
    end_at_once(ExitCode::kFailed);
  }

  [[noreturn]] static void end_at_once(ExitCode code) {
    spdlog::default_logger()->flush();
    std::_Exit(static_cast<int>(code));
  }

  const Signals& signals_;
  const Instant::duration timeout_;
  std::atomic<Phase> phase_{Phase::kStarting};
  std::atomic<ExitCode> code_{ExitCode::kFailed};
  std::atomic<bool> is_asked_{false};
  std::atomic<bool> wants_reload_{false};
  std::atomic<bool> is_done_{false};
  std::thread thread_;  ///< last: it uses the others
};

/// The certificates that this process uses, looked at anew: who renews one sees it, who forgets to is told by an alert.
void tell_certificates(const config::Settings& settings, http::Metrics& metrics) {
  for (const auto& [name, property] : {std::pair{"kafka_client", "ssl.certificate.location"}, {"kafka_ca", "ssl.ca.location"}}) {
    const auto path = settings.kafka.properties.find(property);
    if (path == settings.kafka.properties.end()) continue;
    if (const auto expires_s = config::expiry_of_certificates(path->second)) metrics.certificate(name, *expires_s);
  }
  if (const auto expires_s = config::expiry_of_certificates(settings.http.tls.certificate_file))
    metrics.certificate("admin", *expires_s);
}

/// Secrets whose files have changed, or cannot be read any more.
void look_at_secrets(const config::Settings& settings, http::AdminServer& admin, http::Metrics& metrics) {
  for (const http::AdminAccess::Line& line : admin.look())
    spdlog::log(line.is_problem ? spdlog::level::warn : spdlog::level::info, "{}", line.text);
  const kafka::Credentials* credentials = settings.kafka.credentials.get();
  metrics.admin().stale(http::Secret::kKafkaLogin, credentials != nullptr && credentials->is_login_stale());
  metrics.admin().stale(http::Secret::kKafkaToken, credentials != nullptr && credentials->is_token_stale());
}

/// Waits for the first signal or for the runtime's own end, tells of workers that stand still, and reads rules again where asked.
void wait_for_end(EndGuard& guard, kafka::Runtime& runtime, http::Metrics& metrics, LiveRules& rules, http::AdminServer& admin,
                  const config::Settings& settings) {
  http::StallLog stall_log;
  Instant certificates_due = std::chrono::steady_clock::now();
  Instant secrets_due = certificates_due;
  while (!guard.is_asked() && runtime.wait(kafka::Runtime::State::kRunning, 100) == kafka::Runtime::State::kRunning) {
    tell_held_back_logs();
    count_logs(metrics.logs());
    if (const Instant now = std::chrono::steady_clock::now(); now >= certificates_due) {
      tell_certificates(settings, metrics);
      certificates_due = now + std::chrono::minutes(1);
    }
    if (const Instant now = std::chrono::steady_clock::now(); now >= secrets_due) {
      look_at_secrets(settings, admin, metrics);
      secrets_due = now + std::chrono::seconds(5);
    }
    if (guard.take_reload()) rules.ask();
    rules.look();
    for (const http::StallLog::Line& line : stall_log.look(metrics.stalls())) {
      spdlog::log(line.is_over ? spdlog::level::info : spdlog::level::err, "{}", line.text);
    }
  }
}

/// From stop() to the end of every worker; what the process has come to.
ExitCode end(kafka::Runtime& runtime, EndGuard& guard) {
  using State = kafka::Runtime::State;
  guard.committing();
  const std::string first_reason = runtime.reason();  // told now: what comes may hang, and be cut off
  if (!first_reason.empty()) spdlog::error("{}", first_reason);
  runtime.stop();
  State state = State::kRunning;
  while (state == State::kRunning) state = runtime.wait(state, 1000);
  const std::string reason = runtime.reason();
  const ExitCode code = reason.empty() ? ExitCode::kDone : ExitCode::kFailed;
  guard.closing(code);
  if (reason.empty()) {
    spdlog::info("everything processed is committed");
  } else if (reason != first_reason) {
    spdlog::error("{}", reason);
  }
  while (state != State::kEnded) state = runtime.wait(state, 1000);
  return code;
}

/// Often enough that one look that comes in between makes nobody unhealthy.
Duration progress_interval(const http::HttpConfig& config) { return {config.stall_timeout.ms / 4}; }

std::optional<RulesBundle> newer_rules(const LiveConfigs& configs, Service service, std::uint64_t known) {
  if (configs.number() == known) return {};
  const LiveConfigs::Numbered now = configs.now();
  return RulesBundle{now.number, now.configs->escalation.rules.sha256,
                     [service, configs = now.configs](Store& store) { return make_processor(service, *configs, store); }};
}

ExitCode run_services(const config::Settings& settings, const std::vector<Service>& services, const ConfigurationFlags& flags) {
  const Signals signals;  // before any thread
  start_logging(settings.logging);
  harden(settings.process);
  EndGuard guard(signals, settings.kafka.shutdown_timeout);  // before everything whose end it guards
  for (const std::string& warning : kafka::warnings_of(settings.kafka)) spdlog::warn("{}", warning);
  for (const std::string& warning : open_secrets(settings)) spdlog::warn("{}", warning);
  for (const std::string& warning : http::warnings_of(settings.http)) spdlog::warn("{}", warning);
  // Held once, whichever rules are in force.
  const auto indicators = std::make_shared<SharedIndicators>(settings.intake.max_indicators);
  const auto with_indicators = [&indicators](const config::Settings& given) {
    ServiceConfigs made = config::service_configs(given);
    made.indicators = indicators;
    return made;
  };
  LiveConfigs configs(with_indicators(settings));

  http::Metrics metrics(settings.topology, services,
                        {version(), revision(), settings.escalation.rules.sha256, settings.escalation.rules.version},
                        settings.http);
  LiveRules rules(flags, settings, with_indicators, configs, metrics);
  metrics.combinations(settings.relationship.rules.combinations);
  http::AdminServer admin(settings.http, metrics);
  if (const std::string problem = admin.start(); !problem.empty()) {
    spdlog::error("{}", problem);
    return ExitCode::kFailed;
  }
  std::string names;
  for (const Service service : services) names += (names.empty() ? "" : ", ") + std::string(service_name(service));
  spdlog::info("pairwatch {} runs {} on Kafka at {}; metrics, /healthz, /readyz at port {}", version(), names,
               settings.kafka.bootstrap_servers, admin.port());

  const kafka::ServiceParts parts{
      [&](Service service, std::uint64_t known) { return newer_rules(configs, service, known); }, last_event_of,
      // Rules that come later may let a sweep look in vain or later: what a room fires is by its own.
      [rules = with_indicators(settings)](Service service, std::string_view stored) { return next_due_of(service, rules, stored); },
      indicators.get()};
  const State state = open_state(settings, services);
  if (!state.problem.empty()) {
    spdlog::error("{}", state.problem);
    return ExitCode::kFailed;
  }
  CrashNotes crash_notes(state_folder(settings, services));
  if (!crash_notes.problem().empty()) spdlog::warn("{}", crash_notes.problem());
  kafka::Runtime runtime(settings.topology, services, settings.kafka, parts, metrics, state.database.get(), &crash_notes,
                         progress_interval(settings.http));
  runtime.start();
  guard.running();
  wait_for_end(guard, runtime, metrics, rules, admin, settings);
  return end(runtime, guard);
}

ExitCode run(const RunOptions& options) {
  const std::vector<Service> services = services_named(options.services);
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  return run_services(*settings, services, options.configuration);
}

}  // namespace

void add_run_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Runs services on Kafka until SIGINT or SIGTERM");
  add_configuration_flags(*command, options->configuration);
  command
      ->add_option("--services", options->services,
                   "Which: intake, relationship, escalation, target, decisions, separated by commas, or all")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace pairwatch::cli
