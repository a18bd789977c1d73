// What became of requests to the admin port, and which secrets could not be renewed, as metrics.
//
// Remembers: one series for each outcome and each kind of secret, all at zero from the start.
// Thread:    any.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>

namespace pairwatch::http {

enum class AdminOutcome : std::uint8_t {
  kAnswered,
  kUnauthorized,     ///< without the token, or with another
  kNotAllowed,       ///< another method than GET and HEAD, or a request with a body
  kMalformed,        ///< no request of HTTP
  kTooLarge,         ///< http.max_request_bytes
  kTooSlow,          ///< http.request_timeout
  kTooMany,          ///< http.max_connections
  kHandshakeFailed,  ///< of TLS
};
inline constexpr int kAdminOutcomeCount = 8;

/// Secrets whose files may change at any time.
enum class Secret : std::uint8_t { kAdminCertificate, kAdminToken, kKafkaLogin, kKafkaToken };
inline constexpr int kSecretCount = 4;

class AdminMetrics {
 public:
  /// `registry` outlives it.
  explicit AdminMetrics(prometheus::Registry& registry);

  void count(AdminOutcome outcome);
  /// Whether what is in force is older than what its file should hold, because the file cannot be used.
  void stale(Secret secret, bool is_stale);

 private:
  std::array<prometheus::Counter*, kAdminOutcomeCount> requests_{};
  std::array<prometheus::Gauge*, kSecretCount> stale_{};
};

}  // namespace pairwatch::http
