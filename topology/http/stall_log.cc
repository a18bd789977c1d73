#include "topology/http/stall_log.h"

#include <algorithm>
#include <ctime>

namespace pairwatch::http {
namespace {

std::string name_of(Service service, int worker) { return std::string(service_name(service)) + '-' + std::to_string(worker); }

}  // namespace

std::string as_utc(std::int64_t wall_ms) {
  const std::time_t seconds = wall_ms / 1000;
  std::tm time{};
  gmtime_r(&seconds, &time);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &time)};
}

std::vector<StallLog::Line> StallLog::look(const std::vector<Stall>& stalls) {
  std::vector<Line> lines;
  std::map<std::pair<Service, int>, std::int64_t> now;
  for (const Stall& stall : stalls) {
    const std::pair worker(stall.service, stall.worker);
    now.emplace(worker, stall.since_ms);
    if (known_.contains(worker)) continue;
    lines.push_back(
        {false, name_of(stall.service, stall.worker) + " has work but has not got on with it since " + as_utc(stall.since_ms) +
                    ": " + stall.what +
                    "; /healthz answers 503, and whoever watches it should start the process again: nothing is lost by it"});
  }
  for (const auto& [worker, since_ms] : known_) {
    if (now.contains(worker)) continue;
    lines.push_back({true, name_of(worker.first, worker.second) + " gets on again; it stood still from " + as_utc(since_ms)});
  }
  known_ = std::move(now);
  return lines;
}

}  // namespace pairwatch::http
