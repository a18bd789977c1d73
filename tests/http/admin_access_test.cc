// Who the admin port is and whom it lets in, with certificates made here.
#include "topology/http/admin_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/http/certificates.h"
#include "topology/http/metrics.h"

namespace pairwatch::http {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kToken = "correct-horse-battery";

class AdminAccessTest : public ::testing::Test {
 protected:
  HttpConfig encrypted() const { return {.tls = {certificate_.path(), key_.path()}}; }
  HttpConfig guarded() const { return {.token_file = token_.path()}; }
  void write(const test::Identity& identity) const {
    certificate_.write(identity.certificate);
    key_.write(identity.key);
  }

  test::WrittenFile certificate_{"certificate"};
  test::WrittenFile key_{"key"};
  test::WrittenFile token_{"token"};
  Metrics metrics_{default_topology(), {}, {}, {}};
};

TEST_F(AdminAccessTest, WithNothingSetEveryoneIsLetInUnencrypted) {
  AdminAccess access({});
  EXPECT_THAT(access.read(), IsEmpty());
  EXPECT_EQ(access.tls(), nullptr);
  EXPECT_TRUE(access.admits(""));
}

TEST_F(AdminAccessTest, ACertificateNeedsItsKeyAndAKeyItsCertificate) {
  HttpConfig config;
  config.tls.certificate_file = "a";
  ASSERT_THAT(problems_of(config), SizeIs(1));
  EXPECT_EQ(problems_of(config)[0].setting, "http.tls.certificate_file");
  config.tls = {"", "a"};
  EXPECT_EQ(problems_of(config)[0].setting, "http.tls.key_file");
}

TEST_F(AdminAccessTest, FilesThatCannotBeUsedAreToldBySettingAndFile) {
  const auto problem = [&] { return AdminAccess(encrypted()).read(); };
  const test::Identity one = test::make_identity("one");
  write(one);
  EXPECT_THAT(problem(), IsEmpty());

  key_.write(test::make_identity("other").key);
  EXPECT_EQ(problem()[0].setting, "http.tls.key_file");
  EXPECT_THAT(problem()[0].message, HasSubstr("does not hold the key of the certificate in " + certificate_.path()));
  key_.write("no key");
  EXPECT_THAT(problem()[0].message, HasSubstr("holds no key in PEM"));
  key_.write("");
  EXPECT_THAT(problem()[0].message, HasSubstr("is empty"));
  write({"no certificate", one.key});
  EXPECT_EQ(problem()[0].setting, "http.tls.certificate_file");
  EXPECT_THAT(problem()[0].message, HasSubstr("does not begin with a certificate in PEM"));
}

TEST_F(AdminAccessTest, AKeyWithAPasswordIsAProblemAndNobodyIsAskedForIt) {
  const test::Identity one = test::make_identity("one");
  BIO* from = BIO_new_mem_buf(one.key.data(), -1);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(from, nullptr, nullptr, nullptr);
  BIO_free(from);
  BIO* to = BIO_new(BIO_s_mem());
  char password[] = "password";
  PEM_write_bio_PrivateKey(to, key, EVP_aes_256_cbc(), reinterpret_cast<unsigned char*>(password), 8, nullptr, nullptr);
  EVP_PKEY_free(key);
  write({one.certificate, test::taken(to)});
  EXPECT_THAT(problems_of(encrypted())[0].message, HasSubstr("without a password"));
}

TEST_F(AdminAccessTest, TheChainBehindTheCertificateIsShownToo) {
  const test::Identity one = test::make_identity("one");
  write({one.certificate + test::make_identity("authority").certificate, one.key});
  AdminAccess access(encrypted());
  ASSERT_THAT(access.read(), IsEmpty());
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(access.tls().get(), &chain);
  EXPECT_EQ(sk_X509_num(chain), 1);
}

TEST_F(AdminAccessTest, ATokenIsLongEnoughAndFitsIntoAHeader) {
  for (const std::string& bad : {std::string("fifteen-letters"), std::string("with a space in it"), std::string(1025, 'x'),
                                 std::string("two lines\nof a token"), std::string()}) {
    token_.write(bad);
    ASSERT_THAT(problems_of(guarded()), SizeIs(1)) << bad;
    EXPECT_EQ(problems_of(guarded())[0].setting, "http.token_file");
    EXPECT_TRUE(bad.empty() || problems_of(guarded())[0].message.find(bad) == std::string::npos);
  }
  for (const std::string& good : {std::string("sixteen-letters!"), std::string(1024, 'x'), std::string(kToken) + "\n"}) {
    token_.write(good);
    EXPECT_THAT(problems_of(guarded()), IsEmpty()) << good;
  }
}

TEST_F(AdminAccessTest, OnlyTheTokenItselfIsLetIn) {
  token_.write(std::string(kToken) + "\n");
  AdminAccess access(guarded());
  ASSERT_THAT(access.read(), IsEmpty());
  EXPECT_TRUE(access.admits(std::string("Bearer ") + kToken));
  EXPECT_TRUE(access.admits(std::string("bEARER ") + kToken));
  for (const std::string& other :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string(kToken), std::string("Basic ") + kToken,
        std::string("Bearer ") + kToken + "x", std::string("Bearer ") + kToken + "\n", std::string("Bearer correct-horse-batter"),
        std::string("Bearer  ") + kToken}) {
    EXPECT_FALSE(access.admits(other)) << other;
  }
}

TEST_F(AdminAccessTest, AnotherTokenIsAskedForOnceItIsInTheFile) {
  token_.write(kToken);
  AdminAccess access(guarded());
  ASSERT_THAT(access.read(), IsEmpty());
  EXPECT_THAT(access.look(metrics_.admin()), IsEmpty());
  token_.write("another-correct-horse");
  const auto lines = access.look(metrics_.admin());
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_FALSE(lines[0].is_problem);
  EXPECT_THAT(lines[0].text, ::testing::Not(HasSubstr("another-correct-horse")));
  EXPECT_TRUE(access.admits("Bearer another-correct-horse"));
  EXPECT_FALSE(access.admits(std::string("Bearer ") + kToken));
}

TEST_F(AdminAccessTest, AFileThatIsGoneOrHalfWrittenIsToldOnceAndChangesNothing) {
  token_.write(kToken);
  AdminAccess access(guarded());
  ASSERT_THAT(access.read(), IsEmpty());
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_secret_stale{secret=\"admin_token\"} 0"));
  token_.write("");
  ASSERT_THAT(access.look(metrics_.admin()), SizeIs(1));
  EXPECT_THAT(access.look(metrics_.admin()), IsEmpty());
  EXPECT_TRUE(access.admits(std::string("Bearer ") + kToken));
  EXPECT_FALSE(access.admits("Bearer "));
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_secret_stale{secret=\"admin_token\"} 1"));
  token_.write(kToken);
  EXPECT_THAT(access.look(metrics_.admin()), IsEmpty());
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_secret_stale{secret=\"admin_token\"} 0"));
}

TEST_F(AdminAccessTest, ACertificateWithoutItsKeyYetWaitsForIt) {
  write(test::make_identity("one"));
  AdminAccess access(encrypted());
  ASSERT_THAT(access.read(), IsEmpty());
  const auto before = access.tls();
  const test::Identity two = test::make_identity("two");
  certificate_.write(two.certificate);
  const auto lines = access.look(metrics_.admin());
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_TRUE(lines[0].is_problem);
  EXPECT_EQ(access.tls(), before);
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_secret_stale{secret=\"admin_certificate\"} 1"));
  key_.write(two.key);
  ASSERT_THAT(access.look(metrics_.admin()), SizeIs(1));
  EXPECT_NE(access.tls(), before);
  EXPECT_THAT(access.look(metrics_.admin()), IsEmpty());
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_secret_stale{secret=\"admin_certificate\"} 0"));
}

TEST(AdminAccessWarnings, ATokenInTheClearIsWarnedOfUnlessItStaysOnThisMachine) {
  const auto count = [](const char* listen, const char* token, const char* certificate) {
    return warnings_of({.listen = listen, .tls = {certificate, ""}, .token_file = token}).size();
  };
  EXPECT_EQ(count(":0", "token", ""), 1u);
  EXPECT_EQ(count("127.0.0.1:0", "token", ""), 0u);
  EXPECT_EQ(count(":0", "token", "certificate"), 0u);
  EXPECT_EQ(count(":0", "", ""), 0u);
}

}  // namespace
}  // namespace pairwatch::http
