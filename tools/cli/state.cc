#include "tools/cli/state.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "topology/kafka/client_settings.h"
#include "topology/store/disk_store.h"

namespace pairwatch::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemFolder = "/var/lib/pairwatch";

bool can_write(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder, ignored) && access(folder.c_str(), W_OK) == 0;
}

fs::path users_folder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0') return fs::path(state) / "pairwatch";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return fs::path(home) / ".local/state/pairwatch";
  return fs::temp_directory_path() / "pairwatch";
}

bool keeps_state(const config::Settings& settings, const std::vector<Service>& services) {
  return std::any_of(services.begin(), services.end(),
                     [&](Service service) { return !settings.topology.service(service).store.name.empty(); });
}

/// What the state was made from: state of other inputs is not ours.
std::string inputs_of(const config::Settings& settings) {
  std::string inputs;
  for (const ServiceSpec& service : settings.topology.services) {
    if (!service.store.name.empty()) inputs += service.store.name + " from " + service.input + '\n';
  }
  return inputs;
}

}  // namespace

std::string state_folder(const config::Settings& settings, const std::vector<Service>& services) {
  if (!settings.state.path.empty()) return settings.state.path;
  std::string names;
  for (const Service service : services) {
    names += (names.empty() ? "" : "+") + std::string(service_name(service));
  }
  const fs::path base = can_write(kSystemFolder) ? fs::path(kSystemFolder) : users_folder();
  return (base / settings.topology.application / kafka::instance_of(settings.kafka) / names).string();
}

State open_state(const config::Settings& settings, const std::vector<Service>& services) {
  if (settings.state.store == config::StateStore::kMemory || !keeps_state(settings, services)) return {};
  DiskConfig disk;
  disk.path = state_folder(settings, services);
  disk.application = settings.topology.application;
  disk.topics = inputs_of(settings);
  disk.block_cache_bytes = settings.state.block_cache_bytes;
  disk.write_buffer_bytes = settings.state.write_buffer_bytes;
  disk.background_threads = settings.state.background_threads;
  disk.open_files = settings.state.open_files;
  disk.flush_interval_ms = settings.state.flush_interval.ms;
  Database::Opened opened = Database::open(disk);
  for (const std::string& notice : opened.notices) spdlog::warn("{}", notice);
  if (!opened.database) return {nullptr, opened.error};
  spdlog::info("state is kept in {}", disk.path);
  const std::int64_t now_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const std::size_t forgotten = forget_partitions_as_of_before(*opened.database, now_ms - (kDeleteRetention - days(1)).ms);
  if (forgotten > 0) {
    spdlog::warn(
        "forgot {} partitions in {} that are older than the erasures the changelogs still tell of; what is needed is restored",
        forgotten, disk.path);
  }
  return {std::move(opened.database), {}};
}

}  // namespace pairwatch::cli
