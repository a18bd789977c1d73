// The admin port: /metrics, /healthz, /readyz, /topology over HTTP or HTTPS. The first and the last ask for the token where there
// is one; the other two are what probes ask for, and say only which service waits for what.
//
// Bound:  size, time and number of connections at once are bounded by HttpConfig; what is refused is counted (admin_metrics.h).
// Cost:   a thread for each connection that is open.
// Thread: any.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "topology/http/admin_access.h"
#include "topology/http/config.h"
#include "topology/http/metrics.h"

namespace pairwatch::http {

class AdminServer {
 public:
  /// `metrics` outlives the server.
  AdminServer(const HttpConfig& config, Metrics& metrics);
  /// Stops answering and joins its threads.
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  /// Binds and starts answering. An error is a sentence with its remedy; empty when it listens.
  std::string start();
  /// Reads certificate, key and token again; what the log should tell.
  std::vector<AdminAccess::Line> look();
  /// The port it listens on, once started.
  int port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pairwatch::http
