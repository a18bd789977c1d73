#include "config/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "config/embedded.h"

namespace pairwatch::config {

std::vector<ConfigFile> embedded_files(std::string_view prefix) {
  std::vector<ConfigFile> files;
  for (const EmbeddedFile& file : embedded()) {
    if (file.path.starts_with(prefix)) files.push_back({"(embedded) " + std::string(file.path), std::string(file.text)});
  }
  return files;
}

ConfigFile read_file(const std::string& path, Problems& problems) {
  const auto problem = [&](const std::string& message) {
    add_file_problem(path, message, problems);
    return ConfigFile{path, ""};
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return problem("is a folder; name a file");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return problem(std::string("cannot be opened: ") + std::strerror(errno) + "; check the path and its permissions");

  // One byte more than allowed tells a file that is too large, whatever its size claims to be (a pipe has none).
  std::string text(kMaxFileBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return problem("cannot be read; check the disk");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxFileBytes) return problem("is larger than 4 MiB; split it into several files");
  return {path, std::move(text)};
}

}  // namespace pairwatch::config
