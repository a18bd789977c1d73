#include "tools/cli/replay_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pairwatch::cli {
namespace {

constexpr std::size_t kWriteBytes = 64u << 10;

}  // namespace

OutputFile::~OutputFile() {
  flush();
  if (file_ > STDOUT_FILENO) ::close(file_);
}

bool OutputFile::open(const std::string& path) {
  name_ = path == "-" ? "standard output" : path;
  file_ = path == "-" ? STDOUT_FILENO : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file_ >= 0) return true;
  problem_ = name_ + ": cannot be opened for writing: " + std::strerror(errno) + "; check --output";
  return false;
}

bool OutputFile::write(std::string_view bytes) {
  if (!problem_.empty()) return false;
  waiting_.append(bytes);
  return waiting_.size() < kWriteBytes || flush();
}

bool OutputFile::flush() {
  std::string_view rest(waiting_);
  while (!rest.empty() && problem_.empty()) {
    const ssize_t wrote = ::write(file_, rest.data(), rest.size());
    if (wrote >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno == EPIPE) {
      problem_ = name_ + ": whoever was reading has gone, so that not all escalations were written";
    } else if (errno != EINTR) {
      problem_ = name_ + ": cannot be written: " + std::strerror(errno) + "; not all escalations were written";
    }
  }
  waiting_.clear();
  return problem_.empty();
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat first{};
  struct stat second{};
  if (a == "-" || b == "-" || ::stat(a.c_str(), &first) != 0 || ::stat(b.c_str(), &second) != 0) return false;
  return S_ISREG(first.st_mode) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace pairwatch::cli
