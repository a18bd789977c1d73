// Which program with which rules runs, and what became of attempts to change them, as metrics.
//
// Remembers: one series each; a rule set that is replaced leaves none behind.
// Thread:    any.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <mutex>
#include <string>

namespace pairwatch::http {

struct BuildInfo {
  std::string version;
  std::string revision;
  std::string rules_sha256;
  std::string rules_version{};
};

class RulesMetrics {
 public:
  /// `registry` outlives it.
  RulesMetrics(prometheus::Registry& registry, BuildInfo build);

  /// Other rules are in force.
  void reloaded(const std::string& version, const std::string& sha256);
  /// Files that should have replaced them could not be used.
  void reload_failed();

 private:
  void tell();

  prometheus::Family<prometheus::Gauge>& build_info_;
  prometheus::Family<prometheus::Gauge>& rules_info_;
  prometheus::Counter& reloads_;
  prometheus::Counter& failures_;
  std::mutex mutex_;  ///< guards what follows
  BuildInfo build_;
  prometheus::Gauge* build_cell_ = nullptr;
  prometheus::Gauge* rules_cell_ = nullptr;
};

}  // namespace pairwatch::http
