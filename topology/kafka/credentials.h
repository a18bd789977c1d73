// What clients log in with, and how it is renewed while they run: passwords from files that may be rewritten at any time, and
// access tokens before they expire.
//
// Remembers: the clients it serves; the passwords and the token in force, which are never told.
// Cost:      one thread that looks at the files every five seconds, once there is a client; a token is fetched once for all of
//            them.
// Fails:     a file that cannot be read leaves the password as it was and is told; a token that cannot be had is told by each
//            client's own error, and asked for again every ten seconds.
// Thread:    any.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "topology/token.h"

namespace pairwatch::kafka {

class Credentials {
 public:
  struct Login {
    std::string username;
    std::string password;
    std::string username_file;  ///< empty: the name stays
    std::string password_file;  ///< empty: the password stays
  };
  using Fetch = std::function<Token(std::int64_t now_ms)>;

  /// `fetch`: where tokens come from; empty: there are none. Called from librdkafka's threads, one at a time.
  Credentials(Login login, Fetch fetch);
  ~Credentials();
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;

  bool has_tokens() const { return static_cast<bool>(fetch_); }
  /// The one in force, or another where half its life is over; its problem where there is none.
  Token token();

  /// Whether a file of the login, the last time it was looked at, could not be read, so that the one before is used.
  bool is_login_stale() const { return is_login_stale_; }
  /// Whether the last token that was asked for could not be had.
  bool is_token_stale() const { return is_token_stale_; }

  /// Looks at the files once; whether they hold another login than before, which every client then has.
  bool look();

 private:
  friend void attach(rd_kafka_t* client, const std::shared_ptr<Credentials>& credentials);
  friend void detach(rd_kafka_t* client);

  void add(rd_kafka_t* client);
  void remove(rd_kafka_t* client);
  void watch();

  Fetch fetch_;
  std::atomic<bool> is_login_stale_{false};
  std::atomic<bool> is_token_stale_{false};
  std::mutex token_mutex_;
  Token token_;                  ///< guarded by token_mutex_
  std::int64_t fetched_ms_ = 0;  ///< likewise

  std::mutex mutex_;  ///< guards what follows
  Login login_;
  std::string told_;  ///< which file could not be read, so that it is told once
  std::set<rd_kafka_t*> clients_;
  bool is_ended_ = false;
  std::condition_variable ended_;
  std::thread thread_;
};

/// From here until detach() the client's login is kept up to date.
void attach(rd_kafka_t* client, const std::shared_ptr<Credentials>& credentials);
/// Before it is destroyed; does nothing for a client that never was attached.
void detach(rd_kafka_t* client);

/// What librdkafka calls when a client needs a token.
void refresh_token(rd_kafka_t* client, const char* config, void* opaque);

}  // namespace pairwatch::kafka
