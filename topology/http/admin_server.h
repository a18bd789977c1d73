// The admin port: /metrics, /healthz, /readyz, /topology over HTTP, each answered on a thread of its own pool.
#pragma once

#include <memory>
#include <string>

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
  /// The port it listens on, once started.
  int port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pairwatch::http
