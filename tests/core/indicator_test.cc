#include "processors/core/indicator.h"

#include <gtest/gtest.h>

#include <string>

namespace pairwatch {
namespace {

std::string written(const IndicatorKey& key) {
  std::string out = "left over";
  write_indicator_key(key, out);
  return out;
}

TEST(IndicatorKeys, SayKindDigestTenantAndWhoSaysIt) {
  EXPECT_EQ(written({IndicatorKind::kDevice, 0xab, "app", IndicatorOrigin::kImported, "list", 0}),
            "device\x1f"
            "00000000000000ab\x1f"
            "app\x1fimported:list");
  EXPECT_EQ(written({IndicatorKind::kAccount, 1, "", IndicatorOrigin::kConfirmed, "", 0xfedcba9876543210}),
            "account\x1f"
            "0000000000000001\x1f\x1f"
            "confirmed:fedcba9876543210");
}

TEST(IndicatorKeys, AreReadAsTheyWereWritten) {
  for (const IndicatorKind kind : {IndicatorKind::kDevice, IndicatorKind::kHandle, IndicatorKind::kAccount}) {
    const std::string bytes = written({kind, 0x0123456789abcdef, "app", IndicatorOrigin::kImported, "a list: ours", 0});
    const auto key = read_indicator_key(bytes);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->kind, kind);
    EXPECT_EQ(key->digest, 0x0123456789abcdef);
    EXPECT_EQ(key->tenant, "app");
    EXPECT_EQ(key->source, "a list: ours");
    EXPECT_EQ(written(*key), bytes);
  }
  const std::string confirmed = written({IndicatorKind::kDevice, 7, "", IndicatorOrigin::kConfirmed, "", 9});
  const auto key = read_indicator_key(confirmed);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->account, 9U);
  EXPECT_EQ(written(*key), confirmed);
}

TEST(IndicatorKeys, ThatNobodyWritesAreNone) {
  const std::string whole = written({IndicatorKind::kDevice, 7, "app", IndicatorOrigin::kImported, "list", 0});
  for (std::size_t length = 0; length < whole.size() - 3; ++length)
    EXPECT_FALSE(read_indicator_key(whole.substr(0, length))) << length;
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string changed = whole;
    return changed.replace(changed.find(what), what.size(), instead);
  };
  EXPECT_FALSE(read_indicator_key(with("device", "phone")));
  EXPECT_FALSE(read_indicator_key(with("0007", "0007f")));
  EXPECT_FALSE(read_indicator_key(with("0007", "000g")));
  EXPECT_FALSE(read_indicator_key(with("imported:", "heard:")));
  EXPECT_FALSE(read_indicator_key(with("list", "li\nst")));
  EXPECT_FALSE(read_indicator_key(with("list", "\xff")));
  EXPECT_FALSE(read_indicator_key(with("app", std::string(65, 'a'))));
  EXPECT_FALSE(read_indicator_key(with("imported:list", "confirmed:7")));
}

TEST(IndicatorKinds, HaveNamesThatLeadBack) {
  for (const IndicatorKind kind : {IndicatorKind::kDevice, IndicatorKind::kHandle, IndicatorKind::kAccount})
    EXPECT_EQ(indicator_kind_named(indicator_kind_name(kind)), kind);
  EXPECT_EQ(indicator_kind_named("phone"), std::nullopt);
}

}  // namespace
}  // namespace pairwatch
