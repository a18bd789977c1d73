#include "tools/cli/hardening.h"

#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace pairwatch::cli {

void harden(const config::ProcessConfig& config) {
  umask(077);
  bool is_done = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  if (!config.core_dumps) {
    const rlimit none{0, 0};
    is_done = setrlimit(RLIMIT_CORE, &none) == 0 && is_done;
    is_done = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && is_done;
  }
  if (!is_done) spdlog::warn("this process could not deny itself core dumps and new rights: {}", std::strerror(errno));
}

std::vector<std::string> open_secrets(const config::Settings& settings) {
  std::vector<std::string> files = {settings.kafka.oauth.client_secret_file, settings.kafka.oauth.token_file};
  for (const std::string& file : {settings.http.tls.key_file, settings.http.token_file}) files.push_back(file);
  if (settings.pseudonyms.on) files.push_back(settings.pseudonyms.key_file);
  for (const auto& [property, file] : settings.kafka_property_files) files.push_back(file);
  if (const auto key = settings.kafka.properties.find("ssl.key.location"); key != settings.kafka.properties.end())
    files.push_back(key->second);
  std::vector<std::string> open;
  for (const std::string& file : files) {
    struct stat found{};
    if (file.empty() || stat(file.c_str(), &found) != 0 || (found.st_mode & S_IROTH) == 0) continue;
    open.push_back("everybody on this machine may read the secret in " + file + ": chmod o-rwx " + file);
  }
  return open;
}

}  // namespace pairwatch::cli
