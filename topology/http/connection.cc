#include "topology/http/connection.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace pairwatch::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLook{100};     ///< how often a connection that waits looks whether the server ends
constexpr milliseconds kParting{200};  ///< how long it takes what still comes before it closes
constexpr int kPartingReads = 64;

std::unique_ptr<SSL, void (*)(SSL*)> session_of(const std::shared_ptr<SSL_CTX>& context, int socket) {
  std::unique_ptr<SSL, void (*)(SSL*)> tls(context ? SSL_new(context.get()) : nullptr, SSL_free);
  if (tls) SSL_set_fd(tls.get(), socket);
  return tls;
}

}  // namespace

Connection::Connection(int socket, const std::shared_ptr<SSL_CTX>& context, const std::atomic<bool>& is_ending)
    : socket_(socket), tls_(session_of(context, socket)), is_ending_(is_ending) {
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
  if (context && !tls_) failure_ = Failure::kClosed;
}

Connection::~Connection() { close(socket_); }

void Connection::begin(milliseconds timeout, std::size_t max_bytes) {
  deadline_ = steady_clock::now() + timeout;
  bytes_left_ = max_bytes - std::min(max_bytes, end_ - next_);  // what came with the request before is part of this one
}

bool Connection::fail(Failure failure) {
  if (failure_ == Failure::kNone) failure_ = failure;
  return false;
}

bool Connection::wait(Wants wants) {
  if (wants == Wants::kNothing) return fail(Failure::kClosed);
  while (!is_ending_) {
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
    if (left.count() <= 0) return fail(Failure::kTooSlow);
    pollfd polled{socket_, static_cast<short>(wants == Wants::kRead ? POLLIN : POLLOUT), 0};
    const int ready = poll(&polled, 1, static_cast<int>(std::min(left, kLook).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return fail(Failure::kClosed);
  }
  return fail(Failure::kClosed);
}

Connection::Wants Connection::wants_of(int result) const {
  const int error = SSL_get_error(tls_.get(), result);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return Wants::kRead;
  return error == SSL_ERROR_WANT_WRITE ? Wants::kWrite : Wants::kNothing;
}

bool Connection::shake_hands() {
  if (!tls_) return failure_ == Failure::kNone;
  for (;;) {
    const int result = SSL_accept(tls_.get());
    if (result == 1) return true;
    if (!wait(wants_of(result))) return false;
  }
}

/// Whether the buffer holds something: what came, or what comes before the deadline.
bool Connection::fill() {
  if (failure_ != Failure::kNone) return false;
  if (next_ < end_) return true;
  if (bytes_left_ == 0) return fail(Failure::kTooLarge);
  const std::size_t most = std::min(buffer_.size(), bytes_left_);
  for (;;) {
    ssize_t count = 0;
    Wants wants = Wants::kNothing;
    if (tls_) {
      count = SSL_read(tls_.get(), buffer_.data(), static_cast<int>(most));
      if (count <= 0) wants = wants_of(static_cast<int>(count));
    } else {
      count = recv(socket_, buffer_.data(), most, 0);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) wants = Wants::kRead;
    }
    if (count > 0) {
      next_ = 0;
      end_ = static_cast<std::size_t>(count);
      bytes_left_ -= end_;
      return true;
    }
    if (!wait(wants)) return false;
  }
}

bool Connection::awaits_more() { return fill(); }

bool Connection::is_readable() const { return failure_ == Failure::kNone && (next_ < end_ || bytes_left_ > 0); }

ssize_t Connection::read(char* to, std::size_t size) {
  if (!fill()) return failure_ == Failure::kClosed ? 0 : -1;
  const std::size_t count = std::min(size, end_ - next_);
  std::memcpy(to, buffer_.data() + next_, count);
  next_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  if (failure_ != Failure::kNone) return -1;
  constexpr std::size_t kMost = 1u << 20;
  for (;;) {
    ssize_t count = 0;
    Wants wants = Wants::kNothing;
    if (tls_) {
      count = SSL_write(tls_.get(), from, static_cast<int>(std::min(size, kMost)));
      if (count <= 0) wants = wants_of(static_cast<int>(count));
    } else {
      count = send(socket_, from, size, MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) wants = Wants::kWrite;
    }
    if (count > 0) return count;
    if (!wait(wants)) return -1;
  }
}

void Connection::send_at_once(const std::string& answer) {
  if (!tls_) {
    static_cast<void>(send(socket_, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  } else if (SSL_is_init_finished(tls_.get())) {
    static_cast<void>(SSL_write(tls_.get(), answer.data(), static_cast<int>(answer.size())));
    ERR_clear_error();
  }
}

void Connection::part() {
  if (tls_ && SSL_is_init_finished(tls_.get())) {
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  shutdown(socket_, SHUT_WR);
  const auto until = steady_clock::now() + kParting;
  for (int i = 0; i < kPartingReads && !is_ending_; ++i) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    pollfd polled{socket_, POLLIN, 0};
    if (left.count() <= 0 || poll(&polled, 1, static_cast<int>(left.count())) <= 0) return;
    if (recv(socket_, buffer_.data(), buffer_.size(), 0) <= 0) return;
  }
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();  // nobody asks
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace pairwatch::http
