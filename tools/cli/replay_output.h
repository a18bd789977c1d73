// Where a replay writes to: standard output or a file, buffered, with every error told.
#pragma once

#include <string>
#include <string_view>

namespace pairwatch::cli {

/// Bytes on their way to a file or to standard output. One thread.
class OutputFile {
 public:
  OutputFile() = default;
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Opens `path`, `-` for standard output; what the file held is lost. False where that fails: then problem() says why.
  bool open(const std::string& path);
  /// Writes, sooner or later. False once anything could not be written.
  bool write(std::string_view bytes);
  /// Writes now what is still waiting.
  bool flush();

  /// What went wrong and what to do; empty while all is well.
  const std::string& problem() const { return problem_; }

 private:
  std::string name_;
  int file_ = -1;
  std::string waiting_;
  std::string problem_;
};

/// Whether both are the same file on disk, so that writing one would destroy the other. `-` is none.
bool same_file(const std::string& a, const std::string& b);

}  // namespace pairwatch::cli
