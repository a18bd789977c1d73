#include "processors/core/keys.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pairwatch {
namespace {

std::string pair(std::string_view tenant, std::string_view a, std::string_view b) {
  std::string out = "left over";
  write_pair_key(tenant, {a}, {b}, out);
  return out;
}

std::string account(std::string_view tenant, std::string_view id) {
  std::string out = "left over";
  write_account_key(tenant, {id}, out);
  return out;
}

TEST(Keys, AreTenantSeparatorId) {
  EXPECT_EQ(account("app", "a7"),
            "app\x1f"
            "a7");
  EXPECT_EQ(account("", "a7"),
            "\x1f"
            "a7");
  EXPECT_EQ(pair("app", "a7", "m3"),
            "app\x1f"
            "a7\x1f"
            "m3");
}

TEST(Keys, OfAPairDoNotDependOnWhoActs) { EXPECT_EQ(pair("app", "m3", "a7"), pair("app", "a7", "m3")); }

TEST(Keys, OrderIdsByUnsignedBytes) {
  EXPECT_EQ(pair("", "\xc3\xa9", "z"),
            "\x1f"
            "z\x1f"
            "\xc3\xa9")
      << "é comes after z";
  EXPECT_EQ(pair("", "a", "aa"),
            "\x1f"
            "a\x1f"
            "aa");
  EXPECT_EQ(pair("", "Z", "a"),
            "\x1f"
            "Z\x1f"
            "a");
}

TEST(Keys, KeepTenantsApart) {
  EXPECT_NE(account("x", "a"), account("y", "a"));
  EXPECT_NE(pair("x", "a", "b"), pair("y", "a", "b"));
  EXPECT_NE(actor_key(account("x", "a")), actor_key(account("y", "a")));
  EXPECT_NE(pair_key(pair("x", "a", "b")), pair_key(pair("y", "a", "b")));
}

TEST(Keys, OfDifferentSubjectsNeverMeet) {
  std::set<std::string> keys;
  for (const char* tenant : {"", "a", "ab"}) {
    for (const char* id : {"a", "b", "ab", "ba"}) {
      EXPECT_TRUE(keys.insert(account(tenant, id)).second);
      for (const char* other : {"a", "b", "ab", "ba"}) {
        if (std::string_view(id) < other) {
          EXPECT_TRUE(keys.insert(pair(tenant, id, other)).second) << tenant << ' ' << id << ' ' << other;
        }
      }
    }
  }
}

TEST(Keys, TellOnWhichSideAnAccountStands) {
  EXPECT_EQ(side_of({"a7"}, {"m3"}), Side::kFirst);
  EXPECT_EQ(side_of({"m3"}, {"a7"}), Side::kSecond);
  EXPECT_EQ(side_of({"\xc3\xa9"}, {"z"}), Side::kSecond) << "in the same order as the key";
  EXPECT_EQ(other(Side::kFirst), Side::kSecond);
  EXPECT_EQ(other(Side::kSecond), Side::kFirst);
}

}  // namespace
}  // namespace pairwatch
