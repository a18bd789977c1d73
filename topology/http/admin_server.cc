#include "topology/http/admin_server.h"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "topology/http/connection.h"

namespace pairwatch::http {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";

/// Requests on one connection: then it starts anew, and finds what has changed.
constexpr int kMostRequests = 100;

/// What a thread is doing for the library, which hands nothing through.
struct Doing {
  bool is_refused = false;
  const Connection* connection = nullptr;
  bool is_counted = false;  ///< the request, before whoever asked can see the answer
  bool was_understood = false;
  bool has_body = false;
};
thread_local Doing doing;

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

/// A thread for each connection, made when it is first needed. One connection too many is refused by the thread that accepts.
class Connections final : public httplib::TaskQueue {
 public:
  using Task = std::function<void()>;
  using Accepted =
      decltype(std::declval<httplib::TaskQueue&>().enqueue(Task()));  ///< nothing, or of newer libraries whether it was

  Connections(std::size_t most, std::atomic<std::size_t>& open) : most_(most), open_(open) {}

  Accepted enqueue(Task task) override {
    {
      const std::lock_guard lock(mutex_);
      if (open_ < most_) {
        ++open_;
        waiting_.push_back(std::move(task));
        if (waiting_.size() > idle_ && threads_.size() < most_) threads_.emplace_back([this] { work(); });
        came_.notify_one();
        return static_cast<Accepted>(true);
      }
    }
    doing.is_refused = true;
    task();
    doing.is_refused = false;
    return static_cast<Accepted>(true);
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      is_ended_ = true;
    }
    came_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      came_.wait(lock, [this] { return is_ended_ || !waiting_.empty(); });
      --idle_;
      if (waiting_.empty()) return;
      const Task task = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      task();
      lock.lock();
      --open_;
    }
  }

  const std::size_t most_;
  std::atomic<std::size_t>& open_;  ///< changed under the mutex
  std::mutex mutex_;                ///< guards what follows
  std::condition_variable came_;
  std::deque<Task> waiting_;
  std::size_t idle_ = 0;
  bool is_ended_ = false;
  std::vector<std::thread> threads_;
};

/// The library's server over connections of our own.
class Server final : public httplib::Server {
 public:
  Server(const HttpConfig& config, const AdminAccess& access, AdminMetrics& metrics)
      : config_(config), access_(access), metrics_(metrics) {
    new_task_queue = [this] { return new Connections(most(), open_); };  // owned by the library, as its documentation says
    // The library's default shares the port with any other process that asks for it, and half the scrapes would go there.
    set_socket_options([](socket_t socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    set_keep_alive_max_count(kMostRequests);
    set_keep_alive_timeout(std::max<time_t>(1, config_.request_timeout.ms / 1000));  // told to clients, no more
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      const AdminOutcome outcome = outcome_of(request, response);
      doing.was_understood = outcome != AdminOutcome::kNotAllowed;
      count(outcome);
      return outcome == AdminOutcome::kAnswered ? HandlerResponse::Unhandled : HandlerResponse::Handled;
    });
    set_error_handler(HandlerWithResponse([this](const httplib::Request&, httplib::Response&) {
      if (!doing.is_counted && doing.connection->failure() == Connection::Failure::kNone) count(AdminOutcome::kMalformed);
      return HandlerResponse::Unhandled;
    }));
  }

  /// From here on no connection waits for anything.
  void end() {
    is_ending_ = true;
    stop();
  }

 private:
  using Setup = std::function<void(httplib::Request&)>;
  using Of12 = bool (httplib::Server::*)(httplib::Stream&, bool, bool&, const Setup&);
  using Of13 = bool (httplib::Server::*)(httplib::Stream&, const std::string&, int, const std::string&, int, bool, bool&,
                                         const Setup&);

  std::size_t most() const { return static_cast<std::size_t>(config_.max_connections); }

  void count(AdminOutcome outcome) {
    doing.is_counted = true;
    metrics_.count(outcome);
  }

  /// What is to become of it; where it is refused, with the answer that says so.
  AdminOutcome outcome_of(const httplib::Request& request, httplib::Response& response) const {
    if (doing.has_body || (request.method != "GET" && request.method != "HEAD")) {
      response.status = 405;
      response.set_header("Allow", "GET, HEAD");
      return AdminOutcome::kNotAllowed;
    }
    const bool is_open = request.path == "/healthz" || request.path == "/readyz";
    if (is_open || access_.admits(request.get_header_value("Authorization"))) return AdminOutcome::kAnswered;
    response.status = 401;
    response.set_header("WWW-Authenticate", "Bearer");
    return AdminOutcome::kUnauthorized;
  }

  bool process_and_close_socket(socket_t socket) override {
    if (is_ending_) return close(socket) == 0;
    const bool is_refused = doing.is_refused;
    Connection connection(socket, is_refused ? nullptr : access_.tls(), is_ending_);
    if (is_refused) {
      metrics_.count(AdminOutcome::kTooMany);
      if (!access_.tls())
        connection.send_at_once("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return false;
    }
    begin(connection);
    if (!connection.shake_hands()) {
      if (!is_ending_) metrics_.count(AdminOutcome::kHandshakeFailed);
      return false;
    }
    serve(connection);
    if (!is_ending_) connection.part();
    return true;
  }

  void begin(Connection& connection) const {
    connection.begin(std::chrono::milliseconds(config_.request_timeout.ms), config_.max_request_bytes);
  }

  void serve(Connection& connection) {
    for (int number = 1; number <= kMostRequests; ++number) {
      if (!connection.awaits_more()) {
        if (number == 1 && connection.failure() == Connection::Failure::kTooSlow) metrics_.count(AdminOutcome::kTooSlow);
        return;
      }
      if (number > 1) begin(connection);  // its time runs from its first byte
      if (!answer(connection, number == kMostRequests || open_ * 2 > most())) return;
      begin(connection);
    }
  }

  /// Whether the connection may be used for another request. `is_last`: it may not, and that is told.
  bool answer(Connection& connection, bool is_last) {
    doing = {};
    doing.connection = &connection;
    const Setup setup = [](httplib::Request& request) {
      doing.has_body = request.has_header("Transfer-Encoding") ||
                       (request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0");
      request.ranges.clear();  // a request for one range a thousand times would be answered with a thousand copies
    };
    bool is_closing = false;
    const bool is_well = process(&Server::process_request, connection, is_last, is_closing, setup);
    const Connection::Failure failure = connection.failure();
    if (!doing.is_counted) {
      if (failure == Connection::Failure::kTooLarge)
        refuse(connection, AdminOutcome::kTooLarge, "431 Request Header Fields Too Large");
      if (failure == Connection::Failure::kTooSlow) refuse(connection, AdminOutcome::kTooSlow, "408 Request Timeout");
      if (failure == Connection::Failure::kClosed && !is_ending_) count(AdminOutcome::kMalformed);
    }
    return is_well && doing.was_understood && !is_last && !is_closing && failure == Connection::Failure::kNone;
  }

  void refuse(Connection& connection, AdminOutcome outcome, const std::string& status) {
    count(outcome);
    connection.send_at_once("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }

  // The library of Debian 12, and that of Debian 13, which wants to be told of addresses.
  bool process(Of12 request, Connection& connection, bool is_last, bool& is_closing, const Setup& setup) {
    return (this->*request)(connection, is_last, is_closing, setup);
  }
  bool process(Of13 request, Connection& connection, bool is_last, bool& is_closing, const Setup& setup) {
    return (this->*request)(connection, {}, 0, {}, 0, is_last, is_closing, setup);
  }

  const HttpConfig& config_;
  const AdminAccess& access_;
  AdminMetrics& metrics_;
  std::atomic<bool> is_ending_{false};
  std::atomic<std::size_t> open_{0};  ///< connections
};

}  // namespace

struct AdminServer::Impl {
  Impl(const HttpConfig& given, Metrics& its_metrics)
      : config(given), metrics(its_metrics), access(config), server(config, access, metrics.admin()) {}

  HttpConfig config;
  Metrics& metrics;
  AdminAccess access;
  Server server;
  std::thread thread;
  int port = 0;
};

AdminServer::AdminServer(const HttpConfig& config, Metrics& metrics) : impl_(std::make_unique<Impl>(config, metrics)) {
  httplib::Server& server = impl_->server;
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
  impl_->server.end();
  if (impl_->thread.joinable()) impl_->thread.join();
}

std::string AdminServer::start() {
  for (const AccessProblem& problem : impl_->access.read()) return problem.setting + ": " + problem.message;
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

std::vector<AdminAccess::Line> AdminServer::look() { return impl_->access.look(impl_->metrics.admin()); }

int AdminServer::port() const { return impl_->port; }

}  // namespace pairwatch::http
