#include "topology/http/admin_server.h"

#include <httplib.h>

#include <charconv>
#include <optional>
#include <thread>

namespace pairwatch::http {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";

struct Address {
  std::string host;
  int port = 0;
};

std::optional<Address> parse_address(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  Address address{listen.substr(0, colon), 0};
  if (address.host.empty()) address.host = "0.0.0.0";
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const char* end = listen.data() + listen.size();
  const auto [next, error] = std::from_chars(listen.data() + colon + 1, end, address.port);
  if (error != std::errc{} || next != end || address.port < 0 || address.port > 65535) return std::nullopt;
  return address;
}

}  // namespace

struct AdminServer::Impl {
  HttpConfig config;
  Metrics& metrics;
  httplib::Server server;
  std::thread thread;
  int port = 0;
};

AdminServer::AdminServer(const HttpConfig& config, Metrics& metrics) : impl_(new Impl{config, metrics, {}, {}, 0}) {
  httplib::Server& server = impl_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(2); };  // owned by the server, as its documentation says
  // The library's default shares the port with any other process that asks for it, and half the scrapes would go there.
  server.set_socket_options([](socket_t socket) {
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  server.set_payload_max_length(1024);
  server.set_read_timeout(5);
  server.set_write_timeout(5);
  server.set_keep_alive_max_count(100);
  const auto answer = [](const Condition& condition, httplib::Response& response) {
    response.status = condition.holds ? 200 : 503;
    response.set_content(condition.body, kJson);
  };
  server.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(impl_->metrics.text(), kPrometheusText);
  });
  server.Get("/healthz",
             [this, answer](const httplib::Request&, httplib::Response& response) { answer(impl_->metrics.health(), response); });
  server.Get("/readyz", [this, answer](const httplib::Request&, httplib::Response& response) {
    answer(impl_->metrics.readiness(), response);
  });
  server.Get("/topology", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(impl_->metrics.topology_json(), kJson);
  });
}

AdminServer::~AdminServer() {
  impl_->server.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

std::string AdminServer::start() {
  const std::optional<Address> address = parse_address(impl_->config.listen);
  if (!address) return "http.listen: '" + impl_->config.listen + "' is not host:port; write for instance :9464";
  if (address->port == 0) {
    impl_->port = impl_->server.bind_to_any_port(address->host);
    if (impl_->port <= 0) impl_->port = 0;
  } else if (impl_->server.bind_to_port(address->host, address->port)) {
    impl_->port = address->port;
  }
  if (impl_->port == 0) {
    return "http.listen: cannot listen on " + impl_->config.listen +
           "; is another process using the port? Set another with -X http.listen=:PORT";
  }
  impl_->thread = std::thread([this] { impl_->server.listen_after_bind(); });
  while (!impl_->server.is_running()) std::this_thread::yield();  // stop() is lost on a server that does not run yet
  return {};
}

int AdminServer::port() const { return impl_->port; }

}  // namespace pairwatch::http
