#include "topology/kafka/credentials.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <map>
#include <utility>

#include "topology/secret_file.h"

namespace pairwatch::kafka {
namespace {

constexpr std::chrono::seconds kLookInterval{5};

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// One entry for each client that is attached: librdkafka's callbacks know the client only.
struct Attached {
  std::mutex mutex;
  std::map<rd_kafka_t*, std::shared_ptr<Credentials>> by_client;  ///< guarded by mutex
};

Attached& attached() {
  static Attached attached;
  return attached;
}

void give(rd_kafka_t* client, const Credentials::Login& login) {
  rd_kafka_error_t* error = rd_kafka_sasl_set_credentials(client, login.username.c_str(), login.password.c_str());
  if (error == nullptr) return;
  spdlog::error("cannot renew the login of a client: {}; it is used from the next start on", rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
}

}  // namespace

Credentials::Credentials(Login login, Fetch fetch) : fetch_(std::move(fetch)), login_(std::move(login)) {}

Credentials::~Credentials() {
  {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Token Credentials::token() {
  const std::lock_guard lock(token_mutex_);
  const std::int64_t now = now_ms();
  const bool is_young = now - fetched_ms_ < (token_.expires_ms - fetched_ms_) / 2;
  if (token_.problem.empty() && !token_.value.empty() && is_young) return token_;
  token_ = fetch_(now);
  is_token_stale_ = !token_.problem.empty();
  fetched_ms_ = now;
  return token_;
}

bool Credentials::look() {
  const std::lock_guard lock(mutex_);
  Login found = login_;
  std::string unreadable;
  for (const auto& [path, value] : {std::pair{&login_.username_file, &found.username}, {&login_.password_file, &found.password}}) {
    if (path->empty()) continue;
    if (SecretFile secret = read_secret(*path); secret.problem.empty()) {
      *value = std::move(secret.text);
    } else {
      unreadable = *path;
    }
  }
  if (!unreadable.empty() && unreadable != told_)
    spdlog::warn("secret file {} is empty or cannot be read any more; what it held is used until it can", unreadable);
  told_ = unreadable;
  is_login_stale_ = !unreadable.empty();
  if (found.username == login_.username && found.password == login_.password) return false;
  login_ = std::move(found);
  for (rd_kafka_t* client : clients_) give(client, login_);
  return true;
}

void Credentials::add(rd_kafka_t* client) {
  const std::lock_guard lock(mutex_);
  if (login_.username_file.empty() && login_.password_file.empty()) return;
  clients_.insert(client);
  give(client, login_);  // it may have changed since the settings were read
  if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
}

void Credentials::remove(rd_kafka_t* client) {
  const std::lock_guard lock(mutex_);
  clients_.erase(client);
}

void Credentials::watch() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (ended_.wait_for(lock, kLookInterval, [this] { return is_ended_; })) return;
    }
    if (look()) spdlog::info("the files of kafka.property_files hold another login: it is used from the next connection on");
  }
}

void attach(rd_kafka_t* client, const std::shared_ptr<Credentials>& credentials) {
  {
    const std::lock_guard lock(attached().mutex);
    attached().by_client[client] = credentials;
  }
  credentials->add(client);
}

void detach(rd_kafka_t* client) {
  std::shared_ptr<Credentials> credentials;
  {
    const std::lock_guard lock(attached().mutex);
    const auto found = attached().by_client.find(client);
    if (found == attached().by_client.end()) return;
    credentials = std::move(found->second);
    attached().by_client.erase(found);
  }
  credentials->remove(client);
}

void refresh_token(rd_kafka_t* client, const char*, void*) {
  std::shared_ptr<Credentials> credentials;
  {
    const std::lock_guard lock(attached().mutex);
    const auto found = attached().by_client.find(client);
    if (found == attached().by_client.end()) return;
    credentials = found->second;
  }
  const Token token = credentials->token();
  char reason[512] = {};
  const char* principal = token.principal.empty() ? "pairwatch" : token.principal.c_str();
  if (token.problem.empty() && rd_kafka_oauthbearer_set_token(client, token.value.c_str(), token.expires_ms, principal, nullptr, 0,
                                                              reason, sizeof reason) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  rd_kafka_oauthbearer_set_token_failure(client, token.problem.empty() ? reason : token.problem.c_str());
}

}  // namespace pairwatch::kafka
