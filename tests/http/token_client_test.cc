// Access tokens, from files; from an endpoint they are tested on a real Kafka (tests/kafka/live_security_test.py).
#include "topology/http/token_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace pairwatch::http {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TokenFile : public ::testing::Test {
 protected:
  void write(const std::string& text) { std::ofstream(path_) << text; }
  void TearDown() override { std::remove(path_.c_str()); }

  std::string path_ = ::testing::TempDir() + "token-" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

// {"alg":"none"} and {"sub":"svc-7?","exp":2000}
constexpr const char* kJwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzdmMtNz8iLCJleHAiOjIwMDB9.";

TEST_F(TokenFile, TellsWhomItSpeaksForAndHowLong) {
  write(std::string(kJwt) + "\n");
  const Token token = read_token(path_, 1'999'999);
  EXPECT_THAT(token.problem, IsEmpty());
  EXPECT_EQ(token.value, kJwt);
  EXPECT_EQ(token.principal, "svc-7?");
  EXPECT_EQ(token.expires_ms, 2'000'000);
}

TEST_F(TokenFile, ThatHasExpiredIsAProblem) {
  write(kJwt);
  EXPECT_THAT(read_token(path_, 2'000'000).problem, HasSubstr("has expired"));
}

TEST_F(TokenFile, ThatIsMissingOrEmptyIsAProblem) {
  EXPECT_THAT(read_token(path_, 0).problem, HasSubstr("cannot be read, or is empty"));
  write("\n");
  EXPECT_THAT(read_token(path_, 0).problem, HasSubstr("cannot be read, or is empty"));
}

TEST_F(TokenFile, ThatIsNoJwtIsTakenForSomeMinutes) {
  for (const char* text : {"opaque", "a.b.c", "..", "a.eyJzdWIiOjF9.c", "a.W10.c", "a.!!.c"}) {
    write(text);
    const Token token = read_token(path_, 0);
    EXPECT_EQ(token.value, text);
    EXPECT_THAT(token.principal, IsEmpty());
    EXPECT_EQ(token.expires_ms, 300'000);
  }
}

TEST(TokenEndpoint, IsHttpsOrOnThisMachine) {
  for (const char* url :
       {"https://login.example/token", "https://login.example:8443", "http://localhost:8080/token", "http://127.0.0.1/x"})
    EXPECT_THAT(problem_of_url(url), IsEmpty()) << url;
  for (const char* url : {"http://login.example/token", "http://localhost.example/", "https://", "login.example", ""})
    EXPECT_THAT(problem_of_url(url), HasSubstr("https")) << url;
}

TEST_F(TokenFile, AnEndpointThatIsNotThereIsAProblemWithoutTheSecret) {
  write("openSesame");
  const Token token = fetch_token({"http://127.0.0.1:1/token", "watcher", path_, "", ""}, 0);
  EXPECT_THAT(token.problem, HasSubstr("check kafka.oauth.token_endpoint"));
  EXPECT_THAT(token.problem, ::testing::Not(HasSubstr("openSesame")));
}

}  // namespace
}  // namespace pairwatch::http
