// What the admin port can be told. Defaults beside meaning; config/pairwatch.yaml ships the same.
#pragma once

#include <string>

#include "processors/core/time.h"

namespace pairwatch::http {

struct HttpConfig {
  /// `host:port`, or `:port` for every interface. Port 0 takes a free one and logs it.
  std::string listen = ":9464";
  /// A worker that has work and has not got on with it for this long makes /healthz answer 503. Longer than what is normal: a
  /// commit may take kafka.transaction_timeout.
  Duration stall_timeout = seconds(60);

  friend bool operator==(const HttpConfig&, const HttpConfig&) = default;
};

}  // namespace pairwatch::http
