#include "config/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pairwatch::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Node node(const std::string& text) { return scalar_node(text, {"f.yaml", 1, 4}); }

std::string only_line(const Problems& problems) { return problems.size() == 1 ? as_line(problems.front()) : "not one problem"; }

TEST(Reader, ReadsDurationsInEveryUnit) {
  Problems problems;
  const auto read = [&](const std::string& text) { return read_duration(node(text), "k", milliseconds(0), days(400), problems); };
  EXPECT_EQ(read("100ms"), milliseconds(100));
  EXPECT_EQ(read("30s"), seconds(30));
  EXPECT_EQ(read("5m"), minutes(5));
  EXPECT_EQ(read("6h"), hours(6));
  EXPECT_EQ(read("180d"), days(180));
  EXPECT_EQ(read("0s"), milliseconds(0));
  EXPECT_THAT(problems, IsEmpty());
}

TEST(Reader, RefusesADurationWithoutItsUnit) {
  for (const char* text : {"100", "5 m", "m5", "", "1.5h", "-5m", "1h30m", "5M", "99999999999999999999d", "9223372036854775807d"}) {
    Problems problems;
    EXPECT_EQ(read_duration(node(text), "k", seconds(1), days(400), problems), std::nullopt) << text;
    EXPECT_THAT(only_line(problems), HasSubstr("is not a duration; write a whole number and its unit (ms, s, m, h, d), such as 1s"))
        << text;
  }
}

TEST(Reader, RefusesADurationOutOfItsBounds) {
  Problems problems;
  read_duration(node("401d"), "k", seconds(1), days(400), problems);
  EXPECT_EQ(only_line(problems), "f.yaml:1:4: k: `401d` is out of range; write 1s to 400d");
}

TEST(Reader, ReadsSizesInEveryUnit) {
  Problems problems;
  const auto read = [&](const std::string& text) { return read_bytes(node(text), "k", 0, std::int64_t{1} << 40, problems); };
  EXPECT_EQ(read("1000"), 1000);
  EXPECT_EQ(read("1000B"), 1000);
  EXPECT_EQ(read("64KiB"), 64 << 10);
  EXPECT_EQ(read("1MiB"), 1 << 20);
  EXPECT_EQ(read("3GiB"), std::int64_t{3} << 30);
  EXPECT_THAT(problems, IsEmpty());
}

TEST(Reader, RefusesSizesInOtherUnits) {
  for (const char* text : {"64KB", "64 KiB", "1MB", "KiB", "-1", "0x10", "9223372036854775807GiB"}) {
    Problems problems;
    EXPECT_EQ(read_bytes(node(text), "k", 1024, 1 << 20, problems), std::nullopt) << text;
    EXPECT_THAT(only_line(problems),
                HasSubstr("is not a size; write a whole number and its unit (KiB, MiB, GiB; none: bytes), such as 1KiB"))
        << text;
  }
}

TEST(Reader, RefusesWhatIsNotAWholeNumber) {
  for (const char* text : {"", "1.0", "1e3", "ten", "1_000", "+1", " 1", "1 ", "0x1"}) {
    Problems problems;
    EXPECT_EQ(read_integer(node(text), "k", 1, 9, problems), std::nullopt) << text;
    EXPECT_THAT(only_line(problems), HasSubstr("is not a whole number; write one from 1 to 9")) << text;
  }
  for (const char* text : {"0", "10", "-1", "99999999999999999999"}) {
    Problems problems;
    EXPECT_EQ(read_integer(node(text), "k", 1, 9, problems), std::nullopt) << text;
    EXPECT_THAT(only_line(problems), HasSubstr("is out of range; write 1 to 9")) << text;
  }
}

TEST(Reader, RefusesNumbersThatAreNoNumbers) {
  for (const char* text : {"", "nan", "inf", ".inf", "1,5", "0.5x", "1e999"}) {
    Problems problems;
    EXPECT_EQ(read_number(node(text), "k", 0, 1, problems), std::nullopt) << text;
    EXPECT_THAT(only_line(problems), HasSubstr("is not a number; write one from 0 to 1")) << text;
  }
  Problems problems;
  EXPECT_EQ(read_number(node("1e-3"), "k", 0, 1, problems), 0.001);
  EXPECT_EQ(read_number(node("1.01"), "k", 0, 1, problems), std::nullopt);
  EXPECT_EQ(only_line(problems), "f.yaml:1:4: k: `1.01` is out of range; write 0 to 1");
}

TEST(Reader, RefusesABooleanWhereTextIsMeant) {
  Problems problems;
  EXPECT_EQ(read_string(node("no"), "k", problems), std::nullopt);
  EXPECT_EQ(only_line(problems), "f.yaml:1:4: k: `no` is a boolean or null in YAML, not text; write it in quotes");
  Node in_quotes = node("no");
  in_quotes.quoted = true;
  EXPECT_EQ(read_string(in_quotes, "k", problems), "no");
}

TEST(Reader, RefusesTextWithControlCharacters) {
  Problems problems;
  EXPECT_EQ(read_string(node(std::string("a\0b", 3)), "k", problems), std::nullopt);
  EXPECT_EQ(read_string(node(std::string(5'000, 'a')), "k", problems), std::nullopt);
  EXPECT_EQ(problems.size(), 2u);
}

TEST(Reader, ReadsBooleansInOneSpelling) {
  Problems problems;
  EXPECT_EQ(read_boolean(node("true"), "k", problems), true);
  EXPECT_EQ(read_boolean(node("off"), "k", problems), false);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(read_boolean(node("yes"), "k", problems), std::nullopt);
  EXPECT_EQ(only_line(problems), "f.yaml:1:4: k: `yes` is neither true nor false; write true or false");
}

TEST(Reader, SuggestsTheNearestChoice) {
  static constexpr std::string_view kNames[] = {"live", "shadow", "off"};
  Problems problems;
  EXPECT_EQ(read_choice(node("shadow"), "k", kNames, problems), 1u);
  read_choice(node("shaddow"), "k", kNames, problems);
  EXPECT_EQ(only_line(problems), "f.yaml:1:4: k: `shaddow` is not one of live, shadow, off; did you mean `shadow`?");
}

TEST(Reader, WritesValuesSoThatTheyReadBackTheSame) {
  Problems problems;
  for (const std::int64_t ms : {0L, 1L, 999L, 1000L, 90'000L, 3'600'000L, 86'400'000L, 86'400'001L}) {
    EXPECT_EQ(read_duration(node(written(Duration{ms})), "k", Duration{0}, days(400), problems), Duration{ms});
  }
  for (const std::int64_t bytes : {0L, 1L, 1023L, 1024L, 1048576L, 1048577L}) {
    EXPECT_EQ(read_bytes(node(written_bytes(bytes)), "k", 0, 1 << 30, problems), bytes);
  }
  for (const double value : {0.1, -5.4, 1.0 / 3, 1e-9, 1e15})
    EXPECT_EQ(read_number(node(written(value)), "k", -1e16, 1e16, problems), value);
  EXPECT_THAT(problems, IsEmpty());
}

TEST(Reader, QuotesTextThatYamlWouldTakeForSomethingElse) {
  EXPECT_EQ(written(std::string("platform.events")), "platform.events");
  EXPECT_EQ(written(std::string("off")), "\"off\"");
  EXPECT_EQ(written(std::string("")), "\"\"");
  EXPECT_EQ(written(std::string(":9464")), "\":9464\"");
  EXPECT_EQ(written(std::string("a \"b\"")), "\"a \\\"b\\\"\"");
}

TEST(Nearest, FindsWhatWasMeant) {
  static constexpr std::string_view kNames[] = {"bootstrap_servers", "instance", "linger"};
  EXPECT_EQ(nearest("bootstrap_server", kNames), "bootstrap_servers");
  EXPECT_EQ(nearest("lingre", kNames), "linger");
  EXPECT_EQ(nearest("retention", kNames), "");
  EXPECT_EQ(nearest(std::string(10'000, 'x'), kNames), "");
}

TEST(Nearest, ListsWhatIsValidWhereNothingIsNear) {
  static constexpr std::string_view kNames[] = {"path"};
  EXPECT_EQ(did_you_mean("zzz", kNames), "; valid: path");
  EXPECT_EQ(did_you_mean("pth", kNames), "; did you mean `path`?");
}

}  // namespace
}  // namespace pairwatch::config
