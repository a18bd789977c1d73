// One connection to the admin port, as a stream for cpp-httplib with what that lacks: a deadline for a whole request and a bound on
// its size, however slowly or endlessly it is sent; TLS whose certificate may change; and descriptors of any number, which the
// library's own streams, built on select(), cannot serve: a process with a large store has thousands of files open.
//
// Cost:   a buffer of 4 KiB.
// Fails:  reads and writes answer -1 once there is a failure, which stays.
// Thread: one.
#pragma once

#include <httplib.h>
#include <openssl/ssl.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

namespace pairwatch::http {

class Connection final : public httplib::Stream {
 public:
  enum class Failure : std::uint8_t { kNone, kClosed, kTooLarge, kTooSlow };

  /// Takes the descriptor `socket`, and closes it in the end. `context`: of TLS, or null. `is_ending` turns true when the server
  /// stops; it outlives the connection.
  Connection(int socket, const std::shared_ptr<SSL_CTX>& context, const std::atomic<bool>& is_ending);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// From here on a request may take `timeout` and `max_bytes`.
  void begin(std::chrono::milliseconds timeout, std::size_t max_bytes);
  /// Of TLS; true at once where there is none.
  bool shake_hands();
  /// Waits until something comes, at most until the deadline. false: nothing did, or the other side has closed.
  bool awaits_more();
  Failure failure() const { return failure_; }
  /// Sends `answer`, whatever has failed, as far as that is possible without waiting.
  void send_at_once(const std::string& answer);
  /// Tells the other side that nothing more comes, and takes what it still sends for a moment, so that it can read the answer.
  void part();

  bool is_readable() const override;
  bool is_writable() const override { return failure_ == Failure::kNone; }
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  /// Not the descriptor: the library refuses those above 1023, for the sake of select(), which is not used here.
  socket_t socket() const override { return 0; }

 private:
  enum class Wants : std::uint8_t { kNothing, kRead, kWrite };

  bool fill();
  bool fail(Failure failure);
  /// Until it can be read or written, or the deadline, or the end of the server.
  bool wait(Wants wants);
  /// What an operation of TLS that answered `result` waits for.
  Wants wants_of(int result) const;

  const int socket_;
  const std::unique_ptr<SSL, void (*)(SSL*)> tls_;
  const std::atomic<bool>& is_ending_;
  std::chrono::steady_clock::time_point deadline_{};
  std::size_t bytes_left_ = 0;
  Failure failure_ = Failure::kNone;
  std::array<char, 4096> buffer_;
  std::size_t next_ = 0;  ///< of buffer_
  std::size_t end_ = 0;
};

}  // namespace pairwatch::http
