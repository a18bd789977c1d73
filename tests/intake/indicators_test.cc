#include "processors/intake/indicators.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace pairwatch::intake {
namespace {

constexpr EventTime kNow{1'772'000'000'000};
constexpr Duration kYear = days(400);

v1::Indicator imported(std::string_view hash, std::string_view source = "list") {
  v1::Indicator indicator;
  indicator.set_kind(v1::INDICATOR_KIND_DEVICE);
  indicator.set_origin(v1::INDICATOR_ORIGIN_IMPORTED);
  indicator.set_hash(std::string(hash));
  indicator.set_source(std::string(source));
  return indicator;
}

v1::Indicator confirmed(std::uint64_t digest, std::uint64_t account, EventTime since = kNow) {
  v1::Indicator indicator;
  indicator.set_kind(v1::INDICATOR_KIND_DEVICE);
  indicator.set_origin(v1::INDICATOR_ORIGIN_CONFIRMED);
  indicator.set_digest(digest);
  indicator.set_account(account);
  indicator.mutable_since()->set_seconds(since.ms / 1000);
  return indicator;
}

std::string key_bytes(const v1::Indicator& indicator) {
  std::string problem, key;
  write_indicator_key(key_of(indicator, problem), key);
  EXPECT_EQ(problem, "");
  return key;
}

void put(IndicatorTableBuilder& builder, const v1::Indicator& indicator) {
  builder.apply(key_bytes(indicator), indicator.SerializeAsString());
}

void take_back(IndicatorTableBuilder& builder, const v1::Indicator& indicator) { builder.apply(key_bytes(indicator), {}); }

IndicatorTable::Found look(const IndicatorTable& table, std::string_view hash, std::string_view tenant = "", EventTime at = kNow) {
  return table.find(IndicatorKind::kDevice, hash64(hash), tenant, at, kYear, 0);
}

TEST(Indicators, OfAListAreFoundByTheirHash) {
  IndicatorTableBuilder builder(10);
  put(builder, imported("d1"));
  const auto table = builder.publish();
  EXPECT_TRUE(look(*table, "d1").imported);
  EXPECT_FALSE(look(*table, "d1").confirmed);
  EXPECT_FALSE(look(*table, "d2").imported);
  EXPECT_FALSE(table->find(IndicatorKind::kHandle, hash64("d1"), "", kNow, kYear, 0).imported) << "of another kind";
  EXPECT_TRUE(table->knows(IndicatorKind::kDevice, IndicatorOrigin::kImported));
  EXPECT_FALSE(table->knows(IndicatorKind::kDevice, IndicatorOrigin::kConfirmed));
  EXPECT_FALSE(table->knows(IndicatorKind::kHandle, IndicatorOrigin::kImported));
}

TEST(Indicators, OfATenantSayNothingAboutAnother) {
  IndicatorTableBuilder builder(10);
  v1::Indicator of_one = imported("d1");
  of_one.set_tenant("app");
  put(builder, of_one);
  put(builder, imported("d2"));
  const auto table = builder.publish();
  EXPECT_TRUE(look(*table, "d1", "app").imported);
  EXPECT_FALSE(look(*table, "d1", "other").imported);
  EXPECT_FALSE(look(*table, "d1", "").imported);
  EXPECT_TRUE(look(*table, "d2", "app").imported) << "without a tenant: all of them";
}

TEST(Indicators, CountFromTheirTimeOn) {
  IndicatorTableBuilder builder(10);
  v1::Indicator indicator = imported("d1");
  indicator.mutable_since()->set_seconds(kNow.ms / 1000);
  put(builder, indicator);
  const auto table = builder.publish();
  EXPECT_FALSE(look(*table, "d1", "", kNow - milliseconds(1)).imported);
  EXPECT_TRUE(look(*table, "d1", "", kNow).imported);
}

TEST(Indicators, OfAConfirmedCaseSpeakOfOtherAccountsOnly) {
  IndicatorTableBuilder builder(10);
  put(builder, confirmed(5, 77));
  const auto table = builder.publish();
  const auto asked_by = [&](std::uint64_t account, EventTime at = kNow) {
    return table->find(IndicatorKind::kDevice, 5, "", at, kYear, account).confirmed;
  };
  EXPECT_FALSE(asked_by(77)) << "its own case";
  EXPECT_TRUE(asked_by(78));
  EXPECT_TRUE(asked_by(78, kNow + kYear));
  EXPECT_FALSE(asked_by(78, kNow + kYear + milliseconds(1))) << "long ago";
}

TEST(Indicators, OfTwoAccountsOnOneDeviceSpeakOfEachOther) {
  IndicatorTableBuilder builder(10);
  put(builder, confirmed(5, 77));
  put(builder, confirmed(5, 78));
  const auto table = builder.publish();
  EXPECT_TRUE(table->find(IndicatorKind::kDevice, 5, "", kNow, kYear, 77).confirmed);
  EXPECT_TRUE(table->find(IndicatorKind::kDevice, 5, "", kNow, kYear, 78).confirmed);
}

TEST(Indicators, TakenBackByOneListAreStillSaidByAnother) {
  IndicatorTableBuilder builder(10);
  put(builder, imported("d1", "ours"));
  put(builder, imported("d1", "theirs"));
  put(builder, confirmed(hash64("d1"), 77));
  take_back(builder, imported("d1", "ours"));
  EXPECT_EQ(builder.counts().entries, 2U);
  EXPECT_TRUE(look(*builder.publish(), "d1").imported);
  take_back(builder, imported("d1", "theirs"));
  EXPECT_FALSE(look(*builder.publish(), "d1").imported);
  EXPECT_TRUE(look(*builder.publish(), "d1").confirmed);
  take_back(builder, confirmed(hash64("d1"), 77));
  EXPECT_EQ(builder.publish()->size(), 0U);
  EXPECT_FALSE(look(*builder.publish(), "d1").confirmed);
}

TEST(Indicators, ThatComeAgainTakeThePlaceOfWhatWasSaid) {
  IndicatorTableBuilder builder(1);
  v1::Indicator later = imported("d1");
  later.mutable_since()->set_seconds(kNow.ms / 1000 + 60);
  put(builder, later);
  put(builder, imported("d1"));
  EXPECT_EQ(builder.counts().entries, 1U);
  EXPECT_EQ(builder.counts().refused, 0U);
  EXPECT_TRUE(look(*builder.publish(), "d1").imported);
}

TEST(Indicators, BeyondTheBoundAreRefusedAndCounted) {
  IndicatorTableBuilder builder(2);
  for (const char* hash : {"d1", "d2", "d3", "d4"}) put(builder, imported(hash));
  EXPECT_EQ(builder.counts().entries, 2U);
  EXPECT_EQ(builder.counts().refused, 2U);
  EXPECT_TRUE(look(*builder.publish(), "d1").imported);
  EXPECT_FALSE(look(*builder.publish(), "d3").imported);
  take_back(builder, imported("d1"));
  put(builder, imported("d3"));
  EXPECT_TRUE(look(*builder.publish(), "d3").imported);
}

TEST(Indicators, ThatCannotBeReadAreCountedAndLeftOut) {
  IndicatorTableBuilder builder(10);
  const v1::Indicator good = imported("d1");
  builder.apply("no key", good.SerializeAsString());
  builder.apply(key_bytes(good), "\xff\xff\xff");
  builder.apply(key_bytes(imported("d2")), good.SerializeAsString());  // says another thing than its key
  EXPECT_EQ(builder.counts().unusable, 3U);
  EXPECT_EQ(builder.counts().entries, 0U);
}

TEST(Indicators, SayWhatIsWrongWithThem) {
  const auto problem = [](const auto& change) {
    v1::Indicator indicator = imported("d1");
    change(indicator);
    std::string words;
    key_of(indicator, words);
    return words;
  };
  EXPECT_EQ(problem([](auto&) {}), "");
  EXPECT_EQ(problem([](auto& one) { one.clear_kind(); }), "it has no kind");
  EXPECT_EQ(problem([](auto& one) { one.clear_origin(); }), "it has no origin");
  EXPECT_EQ(problem([](auto& one) { one.clear_hash(); }), "it has neither a hash nor a digest");
  EXPECT_EQ(problem([](auto& one) { one.set_hash(std::string(65, 'x')); }), "its hash is longer than 64 bytes");
  EXPECT_EQ(problem([](auto& one) { one.set_digest(1); }), "its digest is not that of its hash");
  EXPECT_EQ(problem([](auto& one) { one.set_tenant("a\x1f"); }), "its tenant is longer than 64 bytes or holds control characters");
  EXPECT_EQ(problem([](auto& one) { one.set_source(std::string(65, 'x')); }),
            "its source is longer than 64 bytes or holds control characters");
  EXPECT_EQ(problem([](auto& one) { one.clear_source(); }), "it is imported but names no source");
  EXPECT_EQ(problem([](auto& one) { one.set_origin(v1::INDICATOR_ORIGIN_CONFIRMED); }), "it is confirmed but names no account");
  EXPECT_EQ(problem([](auto& one) { one.mutable_since()->set_seconds(1); }), "its since is not a time from 2000 to 2100");
}

TEST(Indicators, OnceTakenByIntakeDoNotChangeUnderIt) {
  IndicatorTableBuilder builder(10);
  put(builder, imported("d1"));
  const auto before = builder.publish();
  put(builder, imported("d2"));
  take_back(builder, imported("d1"));
  const auto after = builder.publish();
  EXPECT_TRUE(look(*before, "d1").imported);
  EXPECT_FALSE(look(*before, "d2").imported);
  EXPECT_FALSE(look(*after, "d1").imported);
  EXPECT_TRUE(look(*after, "d2").imported);
}

/// Against a plain map of what each speaker says, over a small world in which everything collides; tables published on the way stay
/// what they were.
TEST(IndicatorsProperty, ATableIsWhatAPlainMapWouldBe) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto any = [&](int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); };
  using Said = std::map<std::string, v1::Indicator>;  // by key
  IndicatorTableBuilder builder(1000);
  Said said;
  std::optional<std::pair<std::shared_ptr<const IndicatorTable>, Said>> kept;
  const auto expect_same = [&](const IndicatorTable& table, const Said& model) {
    EXPECT_EQ(table.size(), model.size());
    for (int kind = 1; kind <= 3; ++kind) {
      for (std::uint64_t digest = 1; digest <= 5; ++digest) {
        for (const char* tenant : {"", "a", "b"}) {
          const std::uint64_t asks = static_cast<std::uint64_t>(1 + any(3));
          IndicatorTable::Found expected;
          for (const auto& [key, one] : model) {
            if (one.kind() != kind || one.digest() != digest || (!one.tenant().empty() && one.tenant() != tenant)) continue;
            expected.imported |= one.origin() == v1::INDICATOR_ORIGIN_IMPORTED;
            expected.confirmed |= one.origin() == v1::INDICATOR_ORIGIN_CONFIRMED && one.account() != asks;
          }
          const auto found = table.find(static_cast<IndicatorKind>(kind), digest, tenant, kNow, kYear, asks);
          EXPECT_EQ(found.imported, expected.imported);
          EXPECT_EQ(found.confirmed, expected.confirmed);
        }
      }
    }
  };
  for (int step = 0; step < 2000; ++step) {
    v1::Indicator one = any(2) == 0 ? imported("", any(2) == 0 ? "x" : "y") : confirmed(0, static_cast<std::uint64_t>(1 + any(3)));
    one.set_digest(static_cast<std::uint64_t>(1 + any(5)));
    one.set_kind(static_cast<v1::IndicatorKind>(1 + any(3)));
    if (any(2) == 0) one.set_tenant(any(2) == 0 ? "a" : "b");
    if (any(3) == 0) {
      take_back(builder, one);
      said.erase(key_bytes(one));
    } else {
      put(builder, one);
      said[key_bytes(one)] = one;
    }
    if (any(50) != 0) continue;
    if (kept) expect_same(*kept->first, kept->second);
    kept.emplace(builder.publish(), said);
    expect_same(*kept->first, said);
  }
}

}  // namespace
}  // namespace pairwatch::intake
