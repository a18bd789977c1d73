// Changes the rules while services run: loads them whole, or not at all.
//
// In:        ask() at SIGHUP; look() from time to time, which also finds files that have changed where reload.interval says so.
// Out:       a new set of LiveConfigs, which each worker takes up between two of its transactions; a line in the log; metrics.
// Remembers: when the files were last written, as they were when last looked at.
// Fails:     files that cannot be used are told with file and line, and what runs goes on.
// Thread:    look() of one; ask() of any.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "config/settings.h"
#include "tools/cli/commands.h"
#include "topology/http/metrics.h"
#include "topology/services/live_configs.h"

namespace pairwatch::cli {

class LiveRules {
 public:
  using ConfigsOf = std::function<ServiceConfigs(const config::Settings&)>;

  /// `flags`: those that gave `settings`. `configs` and `metrics` outlive it.
  LiveRules(ConfigurationFlags flags, config::Settings settings, ConfigsOf configs_of, LiveConfigs& configs,
            http::Metrics& metrics);

  void ask() { is_asked_ = true; }
  void look();

 private:
  /// Of each file that a rule may stand in: when it was written last, and its size.
  using Stamps = std::map<std::string, std::pair<std::int64_t, std::uintmax_t>>;
  Stamps stamps() const;
  bool has_changed();
  void reload();

  ConfigurationFlags flags_;
  config::Settings settings_;
  ConfigsOf configs_of_;
  LiveConfigs& configs_;
  http::Metrics& metrics_;
  std::atomic<bool> is_asked_{false};
  Stamps seen_;
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace pairwatch::cli
