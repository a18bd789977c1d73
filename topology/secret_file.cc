#include "topology/secret_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace pairwatch {

SecretFile read_secret(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {{}, "is a folder; name a file"};
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return {{}, std::string("cannot be opened: ") + std::strerror(errno) + "; check the path and its permissions"};
  std::string text(kMaxSecretBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return {{}, "cannot be read; check the disk"};
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxSecretBytes) return {{}, "is larger than 1 MiB; name the file that holds the secret alone"};
  if (text.ends_with('\n')) text.pop_back();
  if (text.empty()) return {{}, "is empty; write the secret into it"};
  text.shrink_to_fit();  // it may be kept for long
  return {std::move(text), {}};
}

}  // namespace pairwatch
