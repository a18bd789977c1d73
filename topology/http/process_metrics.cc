#include "topology/http/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

namespace pairwatch::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily gauge(const char* name, const char* help, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, MetricType::Gauge, {std::move(metric)}};
}

MetricFamily counter(const char* name, const char* help, double value) {
  ClientMetric metric;
  metric.counter.value = value;
  return {name, help, MetricType::Counter, {std::move(metric)}};
}

/// When the system started, in seconds since 1970.
double boot_seconds() {
  std::ifstream file("/proc/stat");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

/// Of proc(5), /proc/pid/stat: the fields after the name, which may hold anything but is the last in parentheses.
struct KernelView {
  double user_ticks = 0;
  double system_ticks = 0;
  double start_ticks = 0;
  double virtual_bytes = 0;
  double resident_pages = 0;
  bool is_known = false;
};

KernelView kernel_view() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(line.substr(name_end + 1));
  KernelView view;
  std::string skipped;
  for (int field = 3; field <= 24 && fields; ++field) {
    switch (field) {
      case 14: fields >> view.user_ticks; break;
      case 15: fields >> view.system_ticks; break;
      case 22: fields >> view.start_ticks; break;
      case 23: fields >> view.virtual_bytes; break;
      case 24: fields >> view.resident_pages; break;
      default: fields >> skipped;
    }
  }
  view.is_known = static_cast<bool>(fields);
  return view;
}

}  // namespace

std::vector<MetricFamily> process_metrics() {
  std::vector<MetricFamily> families;
  const auto ticks_a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
  if (const KernelView view = kernel_view(); view.is_known) {
    families.push_back(counter("process_cpu_seconds_total", "Time of processors used, by the program and for it by the kernel.",
                               (view.user_ticks + view.system_ticks) / ticks_a_second));
    families.push_back(gauge("process_resident_memory_bytes", "Memory in use.", view.resident_pages * page_bytes));
    families.push_back(gauge("process_virtual_memory_bytes", "Memory reserved.", view.virtual_bytes));
    if (const double boot = boot_seconds(); boot > 0) {
      families.push_back(
          gauge("process_start_time_seconds", "When the process started, since 1970.", boot + view.start_ticks / ticks_a_second));
    }
  }
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (!error) {
    double count = -1;  // the folder that is being read
    for (const auto& entry : entries) count += entry.path().empty() ? 0 : 1;
    families.push_back(gauge("process_open_fds", "Files and connections open.", count));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(gauge("process_max_fds", "Files and connections that may be open.", static_cast<double>(limit.rlim_cur)));
  }
  return families;
}

}  // namespace pairwatch::http
