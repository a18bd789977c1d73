// Secrets in files.
#include "topology/secret_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/config/temporary_file.h"

namespace pairwatch {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(SecretFile, LosesOneNewlineAtItsEnd) {
  for (const auto& [text, secret] : {std::pair{"open\n", "open"}, {"open\n\n", "open\n"}, {"open", "open"}, {" o\np ", " o\np "}}) {
    const SecretFile found = read_secret(test::TemporaryFile(text).path());
    EXPECT_EQ(found.text, secret);
    EXPECT_THAT(found.problem, IsEmpty());
  }
}

TEST(SecretFile, ThatIsEmptyIsAProblem) {
  for (const char* text : {"", "\n"}) {
    const SecretFile found = read_secret(test::TemporaryFile(text).path());
    EXPECT_THAT(found.text, IsEmpty());
    EXPECT_THAT(found.problem, HasSubstr("is empty; write the secret into it"));
  }
}

TEST(SecretFile, ThatCannotBeReadIsAProblemWithARemedy) {
  EXPECT_THAT(read_secret("/nowhere/secret").problem, HasSubstr("cannot be opened: No such file or directory; check the path"));
  EXPECT_THAT(read_secret("/tmp").problem, HasSubstr("is a folder; name a file"));
}

TEST(SecretFile, MayBeAsLargeAsAChainOfCertificatesAndNoLarger) {
  EXPECT_EQ(read_secret(test::TemporaryFile(std::string(kMaxSecretBytes, 'x')).path()).text.size(), kMaxSecretBytes);
  const SecretFile found = read_secret(test::TemporaryFile(std::string(kMaxSecretBytes + 1, 'x')).path());
  EXPECT_THAT(found.text, IsEmpty());
  EXPECT_THAT(found.problem, HasSubstr("is larger than 1 MiB"));
}

}  // namespace
}  // namespace pairwatch
