// Who the admin port is, and whom it lets in: its certificate, and the token it asks for, both from files that may be rewritten at
// any time.
//
// Remembers: what was read last that could be used; a file that is empty, or does not fit the other, for a moment changes nothing.
// Thread:    any.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "topology/http/admin_metrics.h"
#include "topology/http/config.h"

namespace pairwatch::http {

/// What is wrong with a setting: `http.tls.key_file`, and a sentence.
struct AccessProblem {
  std::string setting;
  std::string message;
};

class AdminAccess {
 public:
  /// What the log should tell.
  struct Line {
    bool is_problem = false;
    std::string text;
  };

  explicit AdminAccess(const HttpConfig& config) : config_(config) {}

  /// Reads the files; what is wrong with them. With nothing wrong, they are in force.
  std::vector<AccessProblem> read();
  /// Reads them again. What can be used is in force from the next connection and request on; what cannot is told once.
  std::vector<Line> look(AdminMetrics& metrics);

  /// Of the next connection; null: it is not encrypted.
  std::shared_ptr<SSL_CTX> tls() const;
  /// Whether a request with this `Authorization` may see what is behind the token. Takes as long for any two of the same length.
  bool admits(const std::string& authorization) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  static Digest digest_of(const std::string& text);
  AccessProblem read_tls(bool& is_new);
  AccessProblem read_token(bool& is_new);

  const HttpConfig config_;
  std::array<std::string, 2> told_;  ///< problem of certificate and token that was told last; of who looks
  mutable std::mutex mutex_;         ///< guards what follows
  std::shared_ptr<SSL_CTX> tls_;
  Digest tls_content_{};  ///< of the files that are in force
  Digest token_{};
};

/// What is wrong with the settings and the files they name.
std::vector<AccessProblem> problems_of(const HttpConfig& config);
/// What works but should be known at start: a token that travels in the clear.
std::vector<std::string> warnings_of(const HttpConfig& config);

}  // namespace pairwatch::http
