// What the admin port can be told. Defaults beside meaning; config/pairwatch.yaml ships the same.
#pragma once

#include <string>

#include "processors/core/time.h"

namespace pairwatch::http {

struct HttpConfig {
  /// `host:port`, or `:port` for every interface. Port 0 takes a free one and logs it.
  std::string listen = ":9464";
  /// A worker that has not gone round its loop for this long makes /healthz answer 503.
  Duration stall_timeout = seconds(60);

  friend bool operator==(const HttpConfig&, const HttpConfig&) = default;
};

}  // namespace pairwatch::http
