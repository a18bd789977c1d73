// Logins that change while clients run. That brokers are shown the new one is tested on a real Kafka.
#include "topology/kafka/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "topology/kafka/handles.h"

namespace pairwatch::kafka {
namespace {

class PasswordFile : public ::testing::Test {
 protected:
  void write(const std::string& text) { std::ofstream(path_) << text; }
  void TearDown() override { std::remove(path_.c_str()); }

  std::string path_ = ::testing::TempDir() + "password-" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(PasswordFile, IsNoticedWhenItHoldsAnother) {
  write("one\n");
  Credentials credentials({"user", "one", "", path_}, {});
  EXPECT_FALSE(credentials.look());
  write("one");  // a newline at its end does not count
  EXPECT_FALSE(credentials.look());
  write("two");
  EXPECT_TRUE(credentials.look());
  EXPECT_FALSE(credentials.look());
}

TEST_F(PasswordFile, ThatIsGoneOrEmptyLeavesThePasswordAsItWas) {
  Credentials credentials({"user", "one", "", path_}, {});
  EXPECT_FALSE(credentials.look());
  write("");
  EXPECT_FALSE(credentials.look());
  write("one");
  EXPECT_FALSE(credentials.look());
}

TEST_F(PasswordFile, ReachesClientsThatComeAndGo) {
  write("one");
  const auto credentials = std::make_shared<Credentials>(Credentials::Login{"user", "one", "", path_}, nullptr);
  ClientSettings settings = {
      {"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanism", "PLAIN"}, {"sasl.username", "user"}, {"sasl.password", "one"}};
  settings.credentials = credentials;
  Client first = make_client(RD_KAFKA_PRODUCER, settings, {});
  {
    const Client second = make_client(RD_KAFKA_CONSUMER, settings, {});
    write("two");
    EXPECT_TRUE(credentials->look());
  }
  write("three");
  EXPECT_TRUE(credentials->look());
  first.reset();
  write("four");
  EXPECT_TRUE(credentials->look());
}

TEST(Tokens, AreFetchedAnewOnceHalfTheirLifeIsOver) {
  int fetched = 0;
  std::int64_t lifetime_ms = 3'600'000;
  Credentials credentials(
      {}, [&](std::int64_t now_ms) { return Token{"token-" + std::to_string(++fetched), "svc", now_ms + lifetime_ms, ""}; });
  EXPECT_EQ(credentials.token().value, "token-1");
  EXPECT_EQ(credentials.token().value, "token-1");
  lifetime_ms = 0;
  Credentials expired(
      {}, [&](std::int64_t now_ms) { return Token{"short-" + std::to_string(++fetched), "svc", now_ms + lifetime_ms, ""}; });
  EXPECT_EQ(expired.token().value, "short-2");
  EXPECT_EQ(expired.token().value, "short-3");
}

TEST(Tokens, ThatCouldNotBeHadAreAskedForAgain) {
  int asked = 0;
  Credentials credentials({}, [&](std::int64_t now_ms) {
    return ++asked == 1 ? Token{"", "", 0, "no token"} : Token{"token", "svc", now_ms + 60'000, ""};
  });
  EXPECT_EQ(credentials.token().problem, "no token");
  EXPECT_EQ(credentials.token().value, "token");
}

}  // namespace
}  // namespace pairwatch::kafka
