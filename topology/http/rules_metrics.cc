#include "topology/http/rules_metrics.h"

#include <utility>

namespace pairwatch::http {

using prometheus::BuildCounter;
using prometheus::BuildGauge;

RulesMetrics::RulesMetrics(prometheus::Registry& registry, BuildInfo build)
    : build_info_(BuildGauge().Name("pairwatch_build_info").Help("Always 1; what runs is in the labels.").Register(registry)),
      rules_info_(
          BuildGauge().Name("pairwatch_rules_info").Help("Always 1; the rules in force are in the labels.").Register(registry)),
      reloads_(BuildCounter()
                   .Name("pairwatch_rules_reloads_total")
                   .Help("Times that other rules were put in force while running.")
                   .Register(registry)
                   .Add({})),
      failures_(BuildCounter()
                    .Name("pairwatch_rules_reload_failures_total")
                    .Help("Times that rule files could not be used, so that the rules in force stayed.")
                    .Register(registry)
                    .Add({})),
      build_(std::move(build)) {
  tell();
}

void RulesMetrics::reloaded(const std::string& version, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  build_.rules_version = version;
  build_.rules_sha256 = sha256;
  build_info_.Remove(build_cell_);
  rules_info_.Remove(rules_cell_);
  tell();
  reloads_.Increment();
}

void RulesMetrics::reload_failed() { failures_.Increment(); }

void RulesMetrics::tell() {
  build_cell_ =
      &build_info_.Add({{"version", build_.version}, {"revision", build_.revision}, {"rules_sha256", build_.rules_sha256}});
  rules_cell_ = &rules_info_.Add({{"version", build_.rules_version}, {"sha256", build_.rules_sha256}});
  build_cell_->Set(1);
  rules_cell_->Set(1);
}

}  // namespace pairwatch::http
