#include "processors/core/case_id.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace pairwatch {
namespace {

TEST(CaseId, IsReadAsItWasWritten) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random(seed);
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  for (int round = 0; round < 1000; ++round) {
    CaseId id;
    id.kind = static_cast<SubjectKind>(1 + random() % 3);
    id.routing_hash = static_cast<std::uint32_t>(random());
    id.subject = {random(), random()};
    id.number = 1 + static_cast<std::uint32_t>(random() % 1000);
    EXPECT_EQ(read_case_id(write_case_id(id)), id);
  }
}

TEST(CaseId, IsNothingThatWasNotWritten) {
  const std::string good = "P-1a2b3c4d-0123456789abcdef0123456789abcdef-1";
  ASSERT_TRUE(read_case_id(good).has_value());
  for (const char* bad :
       {"", "P", "X-1a2b3c4d-0123456789abcdef0123456789abcdef-1", "P-1A2b3c4d-0123456789abcdef0123456789abcdef-1",
        "P-1a2b3c4d-0123456789abcdef0123456789abcdef-0", "P-1a2b3c4d-0123456789abcdef0123456789abcdef-01",
        "P-1a2b3c4d-0123456789abcdef0123456789abcdef-", "P-1a2b3c4d-0123456789abcdef0123456789abcdef-1 ",
        "P_1a2b3c4d-0123456789abcdef0123456789abcdef-1", "P-1a2b3c4d-0123456789abcdef0123456789abcdef-99999999999",
        "P--a2b3c4d-0123456789abcdef0123456789abcdef-1"}) {
    EXPECT_EQ(read_case_id(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace pairwatch
