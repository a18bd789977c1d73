#include "tools/cli/live_rules.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "config/live.h"
#include "config/load.h"

namespace pairwatch::cli {

LiveRules::LiveRules(ConfigurationFlags flags, config::Settings settings, ConfigsOf configs_of, LiveConfigs& configs,
                     http::Metrics& metrics)
    : flags_(std::move(flags)),
      settings_(std::move(settings)),
      configs_of_(std::move(configs_of)),
      configs_(configs),
      metrics_(metrics),
      seen_(stamps()),
      looked_(std::chrono::steady_clock::now()) {}

void LiveRules::look() {
  const bool is_asked = is_asked_.exchange(false);
  if (has_changed() || is_asked) reload();
}

LiveRules::Stamps LiveRules::stamps() const {
  Stamps stamps;
  for (const auto* files : {&flags_.config_files, &flags_.rules_files, &settings_.lexicons.files}) {
    for (const std::string& file : *files) {
      std::error_code error;
      const auto written = std::filesystem::last_write_time(file, error).time_since_epoch().count();
      stamps[file] = {error ? 0 : written, std::filesystem::file_size(file, error)};
    }
  }
  return stamps;
}

bool LiveRules::has_changed() {
  if (settings_.reload_interval.ms == 0) return false;
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < std::chrono::milliseconds(settings_.reload_interval.ms)) return false;
  looked_ = now;
  return stamps() != seen_;
}

void LiveRules::reload() {
  seen_ = stamps();  // before reading: what is written meanwhile is found by the next look
  config::LoadResult loaded = load_settings_of(flags_);
  const escalation::EscalationRules& running = settings_.escalation.rules;
  if (!loaded.problems.empty()) {
    metrics_.rules().reload_failed();
    for (const config::Problem& problem : loaded.problems) spdlog::error("{}", config::as_line(problem));
    spdlog::error("the files were read again and are not valid ({} problems): rules {} ({:.12}) stay in force",
                  loaded.problems.size(), running.version, running.sha256);
    return;
  }
  config::LiveChange change = config::live_change(settings_, loaded.settings);
  if (change.has_other_settings)
    spdlog::warn("the files hold other settings besides rules than those it runs with: they take effect at its next start");
  if (!change.is_other_rules) {
    spdlog::info("the files were read again: rules {} ({:.12}) are as they were", running.version, running.sha256);
    return;
  }
  const escalation::EscalationRules& next = change.settings.escalation.rules;
  metrics_.combinations(next.combinations);  // before anything of theirs is counted
  configs_.replace(configs_of_(change.settings));
  metrics_.rules().reloaded(next.version, next.sha256);
  spdlog::info("rules {} ({:.12}) are in force from each partition's next transaction on, instead of {} ({:.12})", next.version,
               next.sha256, running.version, running.sha256);
  settings_ = std::move(change.settings);
}

}  // namespace pairwatch::cli
