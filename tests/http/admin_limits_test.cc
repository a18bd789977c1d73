// The admin port against whoever asks too much of it, and behind TLS and a token: real connections on this machine.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <vector>

#include "tests/http/certificates.h"
#include "topology/http/admin_server.h"

namespace pairwatch::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kToken = "correct-horse-battery";

Topology one_service() {
  Topology topology;
  topology.topics = {{.name = "platform.events", .external = true}};
  topology.services = {{.service = Service::kIntake, .input = "platform.events", .outputs = {}, .store = {}}};
  return topology;
}

/// Bytes as they are sent: a client that may do anything.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t count = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;  // the other side wants no more
      sent += static_cast<std::size_t>(count);
    }
  }
  /// Until the other side closes.
  std::string everything() {
    std::string text;
    char buffer[4096];
    for (ssize_t count = 0; (count = recv(socket_, buffer, sizeof buffer, 0)) > 0;)
      text.append(buffer, static_cast<std::size_t>(count));
    return text;
  }

 private:
  int socket_;
};

class AdminLimits : public ::testing::Test {
 protected:
  void start(HttpConfig config) {
    config.listen = "127.0.0.1:0";
    metrics_ = std::make_unique<Metrics>(one_service(), std::vector{Service::kIntake}, BuildInfo{}, config);
    server_ = std::make_unique<AdminServer>(config, *metrics_);
    ASSERT_EQ(server_->start(), "");
  }
  std::string ask(const std::string& bytes) {
    RawClient client(server_->port());
    client.send(bytes);
    return client.everything();
  }
  void expect_counted(const std::string& outcome, int count) {
    EXPECT_THAT(metrics_->text(),
                HasSubstr("pairwatch_admin_requests_total{outcome=\"" + outcome + "\"} " + std::to_string(count) + "\n"));
  }

  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<AdminServer> server_;
};

constexpr const char* kAlive = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// A request for whether it is alive, of exactly so many bytes.
std::string alive_of(std::size_t bytes) {
  const std::string begin = "GET /healthz HTTP/1.1\r\nConnection: close\r\nX: ", end = "\r\n\r\n";
  return begin + std::string(bytes - begin.size() - end.size(), 'x') + end;
}

TEST_F(AdminLimits, ARequestMayBeAsLargeAsIsSaidAndNotAByteLarger) {
  start({.max_request_bytes = 4096});
  EXPECT_THAT(ask(alive_of(4096)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(alive_of(4097)), StartsWith("HTTP/1.1 431"));
  expect_counted("answered", 1);
  expect_counted("too_large", 1);
}

TEST_F(AdminLimits, ALineWithoutAnEndIsCutOff) {
  start({});
  EXPECT_THAT(ask("GET /" + std::string(60'000, 'x')), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nX: " + std::string(60'000, 'x')), StartsWith("HTTP/1.1 431"));
  expect_counted("too_large", 2);
  EXPECT_THAT(ask(kAlive), StartsWith("HTTP/1.1 200"));
}

TEST_F(AdminLimits, AThousandRangesAreOneAnswer) {
  start({.max_request_bytes = std::size_t{16} << 10});
  std::string ranges = "Range: bytes=0-";
  for (int i = 0; i < 2700; ++i) ranges += ",0-";  // as many as the library takes in one header
  const std::string answer = ask("GET /healthz HTTP/1.1\r\nConnection: close\r\n" + ranges + "\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_LT(answer.size(), 1000u);
}

TEST_F(AdminLimits, ARequestThatDoesNotComeToItsEndIsCutOff) {
  start({.request_timeout = milliseconds(100)});
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nX: slow"), StartsWith("HTTP/1.1 408"));
  expect_counted("too_slow", 1);
}

TEST_F(AdminLimits, AConnectionThatSaysNothingIsCutOff) {
  start({.request_timeout = milliseconds(100)});
  EXPECT_EQ(ask(""), "");
  expect_counted("too_slow", 1);
}

TEST_F(AdminLimits, OneConnectionTooManyIsRefusedAndTheNextAfterThemIsNot) {
  start({.request_timeout = minutes(1), .max_connections = 2});
  {
    RawClient first(server_->port()), second(server_->port());
    first.send("GET /healthz HTTP/1.1\r\n");
    EXPECT_THAT(ask(kAlive), StartsWith("HTTP/1.1 503"));
    expect_counted("too_many", 1);
    first.send("Connection: close\r\n\r\n");
    EXPECT_THAT(first.everything(), StartsWith("HTTP/1.1 200"));
  }
  std::string answer;
  while (!answer.starts_with("HTTP/1.1 200")) {
    std::this_thread::yield();
    answer = ask(kAlive);
  }
}

TEST_F(AdminLimits, SeveralRequestsTakeOneConnection) {
  start({});
  RawClient client(server_->port());
  client.send("GET /healthz HTTP/1.1\r\n\r\nGET /readyz HTTP/1.1\r\n\r\n");
  client.send("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string answers = client.everything();
  EXPECT_THAT(answers, HasSubstr("\"healthy\":true"));
  EXPECT_THAT(answers, HasSubstr("\"ready\":false"));
  expect_counted("answered", 3);
}

TEST_F(AdminLimits, NothingCanBeSentToIt) {
  start({});
  EXPECT_THAT(ask("POST /metrics HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nContent-Length: 44\r\n\r\nGET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n"),
              ::testing::AllOf(StartsWith("HTTP/1.1 405"), ::testing::Not(HasSubstr("pairwatch_"))));
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  expect_counted("not_allowed", 3);
}

TEST_F(AdminLimits, WhatIsNoRequestIsCountedAndEndsTheConnection) {
  start({});
  EXPECT_THAT(ask("\x16\x03\x01 hello\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  expect_counted("malformed", 1);
}

TEST_F(AdminLimits, AProcessWithThousandsOfOpenFilesIsAnswered) {
  start({});
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit before = limit;
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  std::vector<int> files;
  while (files.empty() || files.back() < 1100) {
    files.push_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_GE(files.back(), 0) << "this user may not open 1100 files";
  }
  EXPECT_THAT(ask(kAlive), StartsWith("HTTP/1.1 200"));
  for (const int file : files) close(file);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(AdminLimits, ItsEndWaitsForNoClient) {
  start({.request_timeout = minutes(1)});
  RawClient idle(server_->port()), slow(server_->port());
  slow.send("GET /healthz HTTP/1.1\r\n");
  EXPECT_THAT(ask(kAlive), StartsWith("HTTP/1.1 200"));  // by now both are served
  server_.reset();
  EXPECT_EQ(idle.everything(), "");
}

class GuardedPort : public AdminLimits {
 protected:
  void SetUp() override {
    token_.write(std::string(kToken) + "\n");
    start({.token_file = token_.path()});
  }
  int status(const std::string& path, const std::string& authorization = "") {
    httplib::Headers headers;
    if (!authorization.empty()) headers.emplace("Authorization", authorization);
    return httplib::Client("127.0.0.1", server_->port()).Get(path, headers)->status;
  }

  test::WrittenFile token_{"token"};
};

TEST_F(GuardedPort, ProbesNeedNoTokenAndEverythingElseDoes) {
  EXPECT_EQ(status("/healthz"), 200);
  EXPECT_EQ(status("/readyz"), 503);
  for (const char* path : {"/metrics", "/topology", "/nothing", "/healthz/", "/%6detrics"}) EXPECT_EQ(status(path), 401) << path;
  for (const char* path : {"/metrics", "/topology"}) EXPECT_EQ(status(path, std::string("Bearer ") + kToken), 200) << path;
  EXPECT_EQ(status("/metrics", "Bearer another-correct-horse"), 401);
  expect_counted("unauthorized", 6);
}

TEST_F(GuardedPort, HeadTellsNoMoreThanGet) {
  EXPECT_THAT(ask("HEAD /metrics HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 401"));
}

TEST_F(GuardedPort, AnotherTokenCountsAtOnce) {
  token_.write("another-correct-horse");
  ASSERT_EQ(server_->look().size(), 1u);
  EXPECT_EQ(status("/metrics", std::string("Bearer ") + kToken), 401);
  EXPECT_EQ(status("/metrics", "Bearer another-correct-horse"), 200);
}

class EncryptedPort : public AdminLimits {
 protected:
  void SetUp() override {
    use(test::make_identity("one"));
    start({.tls = {certificate_.path(), key_.path()}});
  }
  void use(const test::Identity& identity) const {
    certificate_.write(identity.certificate);
    key_.write(identity.key);
  }
  /// Who trusts the certificate in `trusted` and nothing else.
  httplib::Result get(const char* path, const test::WrittenFile& trusted, int newest_protocol = TLS1_3_VERSION) {
    httplib::SSLClient client("127.0.0.1", server_->port());
    client.set_ca_cert_path(trusted.path());
    client.enable_server_certificate_verification(true);
    SSL_CTX_set_cipher_list(client.ssl_context(), "DEFAULT@SECLEVEL=0");  // or the client itself refuses what is old
    SSL_CTX_set_min_proto_version(client.ssl_context(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client.ssl_context(), newest_protocol);
    return client.Get(path);
  }

  test::WrittenFile certificate_{"certificate"};
  test::WrittenFile key_{"key"};
};

TEST_F(EncryptedPort, AnswersWhomItsCertificateConvinces) {
  const auto answer = get("/metrics", certificate_);
  ASSERT_TRUE(answer) << httplib::to_string(answer.error());
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, HasSubstr("# TYPE pairwatch_events_total counter"));
  const test::WrittenFile other("other");
  other.write(test::make_identity("other").certificate);
  EXPECT_FALSE(get("/metrics", other));
}

TEST_F(EncryptedPort, SpeaksNothingOlderThanTls12) {
  EXPECT_TRUE(get("/healthz", certificate_, TLS1_2_VERSION));
  EXPECT_FALSE(get("/healthz", certificate_, TLS1_1_VERSION));
}

TEST_F(EncryptedPort, SaysNothingInTheClear) {
  EXPECT_THAT(ask(kAlive), ::testing::Not(HasSubstr("healthy")));
  expect_counted("handshake_failed", 1);
}

TEST_F(EncryptedPort, AHandshakeThatDoesNotComeToItsEndIsCutOff) {
  start({.tls = {certificate_.path(), key_.path()}, .request_timeout = milliseconds(100)});
  EXPECT_EQ(ask(std::string("\x16\x03\x01", 3)), "");
  expect_counted("handshake_failed", 1);
}

TEST_F(EncryptedPort, ARenewedCertificateIsShownWithoutARestart) {
  const test::WrittenFile before("before");
  const test::Identity one = test::make_identity("one");
  const test::Identity two = test::make_identity("two");
  before.write(one.certificate);
  use(one);
  static_cast<void>(server_->look());
  EXPECT_TRUE(get("/healthz", before));
  use(two);
  ASSERT_EQ(server_->look().size(), 1u);
  EXPECT_FALSE(get("/healthz", before));
  EXPECT_TRUE(get("/healthz", certificate_));
}

TEST_F(EncryptedPort, AnAnswerLargerThanTheBuffersComesWhole) {
  for (int i = 0; i < 20'000; ++i) metrics_->lag(Service::kIntake, "platform.events", i, i);
  const auto answer = get("/metrics", certificate_);
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->body, HasSubstr("partition=\"19999\""));
}

}  // namespace
}  // namespace pairwatch::http
