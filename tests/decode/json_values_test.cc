#include "processors/decode/json_values.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace pairwatch::decode {
namespace {

TEST(JsonNumber, FollowsTheGrammarOfRfc8259) {
  for (const std::string_view token :
       {"0", "-0", "7", "-12", "1.5", "0.0", "1e3", "1E+3", "-1.25e-7", "123456789012345678901234567890"}) {
    EXPECT_TRUE(parse_number(token).has_value()) << token;
  }
  for (const std::string_view token : {"", "-", "+1", "01", "-01", "1.", ".5", "1.e3", "1e", "1e+", "1x", "0x10", "NaN", "Infinity",
                                       "1 2", "--1", "1.5.5", "1,5", "tru"}) {
    EXPECT_FALSE(parse_number(token).has_value()) << token;
  }
}

TEST(JsonNumber, BecomesAnIntegerOnlyIfItFitsExactly) {
  const auto int32 = [](std::string_view token) { return integer_of<std::int32_t>(parse_number(token).value()); };
  const auto uint32 = [](std::string_view token) { return integer_of<std::uint32_t>(parse_number(token).value()); };
  const auto int64 = [](std::string_view token) { return integer_of<std::int64_t>(parse_number(token).value()); };
  const auto uint64 = [](std::string_view token) { return integer_of<std::uint64_t>(parse_number(token).value()); };
  EXPECT_EQ(int32("2147483647"), 2147483647);
  EXPECT_EQ(int32("-2147483648"), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(int32("2147483648"), std::nullopt);
  EXPECT_EQ(int32("-2147483649"), std::nullopt);
  EXPECT_EQ(int32("2147483647.0"), 2147483647);
  EXPECT_EQ(int32("2147483648.0"), std::nullopt);
  EXPECT_EQ(int32("-2147483648.0"), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(int32("-60.0"), -60);
  EXPECT_EQ(uint32("4294967295"), 4294967295U);
  EXPECT_EQ(uint32("4294967296"), std::nullopt);
  EXPECT_EQ(uint32("4.294967295e9"), 4294967295U);
  EXPECT_EQ(uint32("4.294967296e9"), std::nullopt);
  EXPECT_EQ(uint32("1e3"), 1000U);
  EXPECT_EQ(uint32("1.5"), std::nullopt);
  EXPECT_EQ(uint32("-1"), std::nullopt);
  EXPECT_EQ(uint32("-0"), 0U);
  EXPECT_EQ(uint32("-0.0"), 0U);
  EXPECT_EQ(int64("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(int64("9223372036854775808"), std::nullopt);
  EXPECT_EQ(int64("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(int64("-9223372036854775809"), std::nullopt);
  EXPECT_EQ(int64("9.3e18"), std::nullopt);
  EXPECT_EQ(int64("1e400"), std::nullopt);
  EXPECT_EQ(uint64("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(uint64("18446744073709551616"), std::nullopt);
  EXPECT_EQ(uint64("1.8446744073709552e19"), std::nullopt);
  EXPECT_EQ(uint64("99999999999999999999999999"), std::nullopt);
}

TEST(JsonNumber, BecomesAFloatIfItIsInRange) {
  const auto value = [](std::string_view token) { return float_of(parse_number(token).value()); };
  EXPECT_EQ(value("0.25"), 0.25F);
  EXPECT_EQ(value("-1"), -1.0F);
  EXPECT_EQ(value("16777217"), 16777216.0F);
  EXPECT_EQ(value("1e-50"), 0.0F);
  EXPECT_EQ(value("3.4028234663852886e38"), std::numeric_limits<float>::max());
  EXPECT_EQ(value("3.5e38"), std::nullopt);
  EXPECT_EQ(value("-1e39"), std::nullopt);
  EXPECT_EQ(value("1e400"), std::nullopt);
  EXPECT_EQ(value("1e-400"), std::nullopt);
  EXPECT_EQ(value("123456789012345678901234567890"), 123456789012345678901234567890.0F);
}

TEST(JsonNumber, InAStringIsASignAndDigits) {
  for (const std::string_view text : {"0", "5", "+5", "-5", "005", "-0", "18446744073709551615"}) {
    EXPECT_TRUE(parse_quoted_integer(text).has_value()) << text;
  }
  for (const std::string_view text : {"", "+", "-", " 5", "5 ", "1e3", "1.0", "0x5", "five", "--5"}) {
    EXPECT_FALSE(parse_quoted_integer(text).has_value()) << text;
  }
  EXPECT_EQ(integer_of<std::int64_t>(parse_quoted_integer("-005").value()), -5);
}

TEST(JsonBool, InAStringIsOneOfProtobufsWords) {
  for (const std::string_view word : {"true", "TRUE", "t", "yes", "Y", "1"}) EXPECT_EQ(parse_quoted_bool(word), true) << word;
  for (const std::string_view word : {"false", "False", "f", "no", "N", "0"}) EXPECT_EQ(parse_quoted_bool(word), false) << word;
  for (const std::string_view word : {"", "on", "2", "truth", "tru", " true"})
    EXPECT_EQ(parse_quoted_bool(word), std::nullopt) << word;
}

struct TimeRow {
  std::string_view text;
  std::int64_t seconds;
  std::int32_t nanos;
};

TEST(JsonTimestamp, ReadsRfc3339) {
  constexpr TimeRow kRows[] = {
      {"1970-01-01T00:00:00Z", 0, 0},
      {"2026-03-01T18:00:00Z", 1'772'388'000, 0},
      {"2026-03-01T18:00:00.5Z", 1'772'388'000, 500'000'000},
      {"2026-03-01T18:00:00.123456789Z", 1'772'388'000, 123'456'789},
      {"2026-03-01T18:00:00.1234567899Z", 1'772'388'000, 123'456'789},
      {"2026-03-01T18:00:00+01:00", 1'772'384'400, 0},
      {"2026-03-01T18:00:00-01:30", 1'772'393'400, 0},
      {"2026-03-01T18:00:00.25-00:00", 1'772'388'000, 250'000'000},
      {"2026-03-01T18:00:00+23:59", 1'772'301'660, 0},
      {"2024-02-29T18:00:00Z", 1'709'229'600, 0},
      {"1969-12-31T23:59:59.5Z", -1, 500'000'000},
      {"0001-01-01T00:00:00Z", -62'135'596'800, 0},
      {"9999-12-31T23:59:59.999999999Z", 253'402'300'799, 999'999'999},
      {"2000-02-29T00:00:00Z", 951'782'400, 0},
      {"1900-03-01T00:00:00Z", -2'203'891'200, 0},
  };
  for (const TimeRow& row : kRows) {
    const std::optional<TimestampView> time = parse_timestamp(row.text);
    ASSERT_TRUE(time.has_value()) << row.text;
    EXPECT_EQ(time->seconds, row.seconds) << row.text;
    EXPECT_EQ(time->nanos, row.nanos) << row.text;
    EXPECT_TRUE(time->present);
  }
}

TEST(JsonTimestamp, RefusesWhatIsNoMomentOrNotRfc3339) {
  for (const std::string_view text : {"",
                                      "Z",
                                      "2026-03-01",
                                      "2026-03-01T18:00Z",
                                      "2026-03-01T18:00:00",
                                      "2026-03-01 18:00:00Z",
                                      "2026-03-01t18:00:00z",
                                      "2026-03-01T18:00:00.Z",
                                      "2026-03-01T18:00:00+0100",
                                      "2026-03-01T18:00:00+24:00",
                                      "2026-03-01T18:00:00+23:60",
                                      "2026-03-01T18:00:00+1:00",
                                      "2026-03-01T18:00:60Z",
                                      "2026-03-01T24:00:00Z",
                                      "2026-03-01T18:60:00Z",
                                      "2026-02-29T18:00:00Z",
                                      "1900-02-29T00:00:00Z",
                                      "2026-13-01T18:00:00Z",
                                      "2026-00-01T18:00:00Z",
                                      "2026-01-00T18:00:00Z",
                                      "2026-04-31T18:00:00Z",
                                      "0000-01-01T00:00:00Z",
                                      "26-03-01T18:00:00Z",
                                      "2026-3-1T8:0:0Z",
                                      "02026-03-01T18:00:00Z",
                                      " 2026-03-01T18:00:00Z",
                                      "2026-03-01T18:00:00Z ",
                                      "2026-03-01T18:00:00ZZ",
                                      "2026-03-01T18:00:00.5",
                                      "2026-03-01T1a:00:00Z",
                                      "-026-03-01T18:00:00Z",
                                      "2026/03/01T18:00:00Z",
                                      "2026-03-01T18-00-00Z",
                                      "2026-03-01T18:00:00+01:00x"}) {
    EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
  }
}

TEST(JsonTimestamp, EveryDayFollowsTheOneBefore) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t expected = -62'135'596'800;
  for (int year = 1; year <= 2500; ++year) {
    for (int month = 1; month <= 12; ++month) {
      const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      for (int day = 1; day <= kDays[month - 1] + (month == 2 && is_leap ? 1 : 0); ++day) {
        char text[64];
        std::snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, day);
        ASSERT_EQ(parse_timestamp(text).value().seconds, expected) << text;
        expected += 86'400;
      }
    }
  }
}

TEST(JsonDuration, ReadsSecondsWithAFraction) {
  const auto duration = [](std::string_view text) {
    bool is_too_large = false;
    const JsonDuration value = parse_duration(text, is_too_large).value();
    EXPECT_FALSE(is_too_large);
    return std::pair{value.seconds, value.nanos};
  };
  EXPECT_EQ(duration("3s"), std::pair(std::int64_t{3}, 0));
  EXPECT_EQ(duration("3.5s"), std::pair(std::int64_t{3}, 500'000'000));
  EXPECT_EQ(duration("-3.5s"), std::pair(std::int64_t{-3}, -500'000'000));
  EXPECT_EQ(duration("-0.000000001s"), std::pair(std::int64_t{0}, -1));
  EXPECT_EQ(duration("003.123456789s"), std::pair(std::int64_t{3}, 123'456'789));
  EXPECT_EQ(duration("315576000000.5s"), std::pair(std::int64_t{315'576'000'000}, 500'000'000));
}

TEST(JsonDuration, RefusesEverythingElse) {
  bool is_too_large = false;
  for (const std::string_view text : {"", "s", "3", "3.s", ".5s", "+3s", "--3s", " 3s", "3 s", "3.5 s", "3.-5s", "1e3s",
                                      "3.1234567891s", "3.3.3s", "3ss", "3S"}) {
    EXPECT_FALSE(parse_duration(text, is_too_large).has_value()) << text;
    EXPECT_FALSE(is_too_large) << text;
  }
  for (const std::string_view text : {"315576000001s", "-315576000001s", "18446744073709551615s", "18446744073709551616s"}) {
    is_too_large = false;
    (void)parse_duration(text, is_too_large);
    EXPECT_TRUE(is_too_large) << text;
  }
}

std::optional<std::string> unescaped(std::string_view escaped) {
  std::string out(escaped.size(), '?');
  const std::optional<std::size_t> size = unescape(escaped, out.data());
  if (!size) return std::nullopt;
  return out.substr(0, *size);
}

TEST(JsonText, UndoesEveryEscape) {
  EXPECT_EQ(unescaped(""), "");
  EXPECT_EQ(unescaped("plain"), "plain");
  EXPECT_EQ(unescaped(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(unescaped(R"(a\u0041\u00e9\u20ACz)"), "aA\xc3\xa9\xe2\x82\xacz");
  EXPECT_EQ(unescaped(R"(\ud83d\ude00)"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(unescaped(R"(\uD800\uDC00\uDBFF\uDFFF)"), "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
  EXPECT_EQ(unescaped(R"(\u0000)"), std::string(1, '\0'));
  EXPECT_EQ(unescaped(R"(\ud7ff\ue000)"), "\xed\x9f\xbf\xee\x80\x80");
}

TEST(JsonText, RefusesUnknownEscapesAndLoneSurrogates) {
  for (const std::string_view text :
       {R"(\x)", R"(\')", R"(\)", R"(a\)", R"(\u)", R"(\u12)", R"(\u12g4)", R"(\U0041)", R"(\ud83d)", R"(\ud83dx)", R"(\ud83d\n)",
        R"(\ud83d\u0041)", R"(\ud83d\ud83d)", R"(\ude00)", R"(\ud83d\ude0)"}) {
    EXPECT_EQ(unescaped(text), std::nullopt) << text;
  }
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out(text.size(), '?');
  const std::optional<std::size_t> size = decode_base64(text, out.data());
  if (!size) return std::nullopt;
  return out.substr(0, *size);
}

TEST(JsonBytes, ReadsBothAlphabetsWithAndWithoutPadding) {
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("AQID"), "\x01\x02\x03");
  EXPECT_EQ(decoded("AQI="), "\x01\x02");
  EXPECT_EQ(decoded("AQI"), "\x01\x02");
  EXPECT_EQ(decoded("AQ=="), "\x01");
  EXPECT_EQ(decoded("AQ"), "\x01");
  EXPECT_EQ(decoded("+/+/"), "\xfb\xff\xbf");
  EXPECT_EQ(decoded("-_-_"), "\xfb\xff\xbf");
}

TEST(JsonBytes, RefusesWhatIsNotBase64) {
  for (const std::string_view text : {"A", "AR", "AQ=", "AQI==", "AQID=", "AQID====", "A===", "=", "====", "+/-_", "AQ ID", " AQID",
                                      "AQID\n", "AQIDAQ==AQ", "AQ.."}) {
    EXPECT_EQ(decoded(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace pairwatch::decode
