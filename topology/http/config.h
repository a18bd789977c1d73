// What the admin port can be told. Defaults beside meaning; config/pairwatch.yaml ships the same.
#pragma once

#include <cstddef>
#include <string>

#include "processors/core/time.h"

namespace pairwatch::http {

/// Both or none. Looked at every few seconds: a certificate that is renewed needs no restart.
struct TlsConfig {
  std::string certificate_file{};  ///< PEM: the certificate, then those between it and its authority
  std::string key_file{};          ///< PEM, without a password

  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

struct HttpConfig {
  /// `host:port`, or `:port` for every interface. Port 0 takes a free one and logs it.
  std::string listen = ":9464";
  TlsConfig tls{};
  /// Holds what /metrics and /topology ask for as `Authorization: Bearer ...`, 16 to 1024 visible characters. Empty: they ask for
  /// nothing. Looked at every few seconds.
  std::string token_file{};
  /// Of a request with its headers; larger ones are refused. Its memory, for each connection.
  std::size_t max_request_bytes = std::size_t{8} << 10;
  /// From its first byte to the end of its answer; slower ones are cut off.
  Duration request_timeout = seconds(5);
  /// At once; further ones are refused. A thread each while it is used.
  int max_connections = 16;
  /// A worker that has work and has not got on with it for this long makes /healthz answer 503. Longer than what is normal: a
  /// commit may take kafka.transaction_timeout.
  Duration stall_timeout = seconds(60);

  friend bool operator==(const HttpConfig&, const HttpConfig&) = default;
};

}  // namespace pairwatch::http
