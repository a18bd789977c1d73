// What the JSON scan reads, refuses and leaves for intake. Long because every mistake has its row.
#include "processors/decode/json_scan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "processors/decode/config.h"

namespace pairwatch::decode {
namespace {

struct Decoded {
  std::unique_ptr<JsonScan> scan = std::make_unique<JsonScan>(1 << 20);
  EventView view;
  std::optional<Reject> reject;
};

Decoded decode(std::string_view json) {
  Decoded decoded;
  decoded.reject = decoded.scan->scan(json, decoded.view).reject;
  return decoded;
}

std::string repeated(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

TEST(JsonScan, ReadsTheLineOfTheContract) {
  const Decoded decoded = decode(
      R"({"eventId":"e1","occurredAt":"2026-03-01T18:00:00Z","actor":{"accountId":"a7","ageBand":"AGE_BAND_ADULT"},)"
      R"("target":{"accountId":"m3","ageBand":"AGE_BAND_13_TO_15"},"channel":{"channelId":"c1","kind":"CHANNEL_KIND_DIRECT"},)"
      R"("mutualContacts":0,"message":{"text":"hi, which school do you go to?"}})");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.event_id, "e1");
  EXPECT_EQ(decoded.view.occurred_at.seconds, 1'772'388'000);
  EXPECT_EQ(decoded.view.actor.age_band, 4);
  EXPECT_EQ(decoded.view.target.account_id, "m3");
  EXPECT_EQ(decoded.view.channel.kind, 3);
  EXPECT_EQ(decoded.view.mutual_contacts, 0U);
  EXPECT_EQ(decoded.view.kind, InteractionKind::kMessage);
  EXPECT_EQ(decoded.view.message.text, "hi, which school do you go to?");
  EXPECT_EQ(decoded.view.unknown_fields, 0U);
}

TEST(JsonScan, AllowsWhiteSpaceBetweenAllTokens) {
  const Decoded decoded = decode(" \n{ \t\"eventId\"\r\n : \"e1\" , \"mutualContacts\" : 3 , \"block\" : { } } \n");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.event_id, "e1");
  EXPECT_EQ(decoded.view.mutual_contacts, 3U);
  EXPECT_EQ(decoded.view.kind, InteractionKind::kBlock);
}

TEST(JsonScan, UndoesEscapesInValuesAndNames) {
  const Decoded decoded =
      decode(R"({"event\u0049d":"a\"b","tenant":"x","message":{"labelScores":{"\u0061":0.5},"text":"\ud83d\ude00"}})");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.event_id, "a\"b");
  EXPECT_EQ(decoded.view.tenant, "x");
  EXPECT_EQ(decoded.view.message.labels[0].label, "a");
  EXPECT_EQ(decoded.view.message.text, "\xf0\x9f\x98\x80");
}

TEST(JsonScan, NullIsAbsent) {
  const Decoded decoded = decode(
      R"({"eventId":null,"occurredAt":null,"actor":null,"mutualContacts":null,"message":null,)"
      R"("target":{"ageBand":null,"createdAt":null,"deviceHash":null,"utcOffsetMinutes":null,"heightenedVulnerability":null},)"
      R"("call":{"kind":null,"duration":null}})");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_FALSE(decoded.view.occurred_at.present);
  EXPECT_FALSE(decoded.view.actor.present);
  EXPECT_TRUE(decoded.view.target.present);
  EXPECT_FALSE(decoded.view.target.utc_offset_minutes.has_value());
  EXPECT_FALSE(decoded.view.mutual_contacts.has_value());
  EXPECT_EQ(decoded.view.kind, InteractionKind::kCall);
  EXPECT_EQ(decoded.view.unknown_fields, 0U);
}

TEST(JsonScan, ReadsEnumeratorsByNameNumberAndQuotedNumber) {
  EXPECT_EQ(decode(R"({"actor":{"ageBand":"AGE_BAND_ADULT"}})").view.actor.age_band, 4);
  EXPECT_EQ(decode(R"({"actor":{"ageBand":4}})").view.actor.age_band, 4);
  EXPECT_EQ(decode(R"({"actor":{"ageBand":"4"}})").view.actor.age_band, 4);
  EXPECT_EQ(decode(R"({"actor":{"ageBand":4.0}})").view.actor.age_band, 4);
  EXPECT_EQ(decode(R"({"actor":{"ageBand":99}})").view.actor.age_band, 99);
}

TEST(JsonScan, ReadsNumbersInStrings) {
  const Decoded decoded =
      decode(R"({"mutualContacts":"5","gift":{"valueMinor":"-9223372036854775808"},"actor":{"utcOffsetMinutes":"-60"}})");
  EXPECT_EQ(decoded.view.mutual_contacts, 5U);
  EXPECT_EQ(decoded.view.gift.value_minor, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(decoded.view.actor.utc_offset_minutes, -60);
  EXPECT_EQ(decode(R"({"message":{"textFingerprint":"18446744073709551615"}})").view.message.text_fingerprint,
            18446744073709551615U);
}

TEST(JsonScan, ReadsScoresThatAreNoNumbers) {
  const Decoded decoded = decode(R"({"message":{"labelScores":{"a":"NaN","b":"Infinity","c":"-Infinity","d":"0.5","e":null}}})");
  ASSERT_EQ(decoded.view.message.label_count, 5U);
  const auto& labels = decoded.view.message.labels;
  EXPECT_TRUE(std::isnan(labels[0].score));
  EXPECT_EQ(labels[1].score, std::numeric_limits<float>::infinity());
  EXPECT_EQ(labels[2].score, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(labels[3].score, 0.5F);
  EXPECT_EQ(labels[4].score, 0.0F);
}

TEST(JsonScan, ReadsBytesOfBothAlphabetsAndWithEscapes) {
  EXPECT_EQ(decode(R"({"actor":{"deviceHash":"-_-_"}})").view.actor.device_hash, "\xfb\xff\xbf");
  EXPECT_EQ(decode(R"({"actor":{"deviceHash":"+\/+\/"}})").view.actor.device_hash, "\xfb\xff\xbf");
}

TEST(JsonScan, EqualNamesMergeAsInProtobuf) {
  const Decoded decoded = decode(R"({"eventId":"a","event_id":"b","actor":{"accountId":"x"},"actor":{"ageBand":1},)"
                                 R"("occurredAt":"2026-03-01T18:00:00.5Z","occurredAt":"2026-03-01T18:00:00Z"})");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.event_id, "b");
  EXPECT_EQ(decoded.view.actor.account_id, "x");
  EXPECT_EQ(decoded.view.actor.age_band, 1);
  EXPECT_EQ(decoded.view.occurred_at.nanos, 0);
}

TEST(JsonScan, ALaterObjectOfLabelsAddsToTheFirst) {
  const Decoded decoded = decode(R"({"message":{"labelScores":{"a":1},"labelScores":{"a":0.5,"b":0}}})");
  ASSERT_FALSE(decoded.reject.has_value());
  ASSERT_EQ(decoded.view.message.label_count, 3U);
  EXPECT_EQ(decoded.view.message.labels[1].score, 0.5F);
}

TEST(JsonScan, CountsLabelsBeyondTheLimitWithoutKeepingThem) {
  std::string labels;
  for (int i = 0; i < 70; ++i) labels += (i == 0 ? "\"l" : ",\"l") + std::to_string(i) + "\":0.5";
  const Decoded decoded = decode(R"({"message":{"labelScores":{)" + labels + "}}}");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.message.label_count, 70U);
  EXPECT_EQ(decoded.view.message.label_scores().size(), kLabelScoreLimit);
}

TEST(JsonScan, IgnoresAndCountsUnknownNames) {
  const Decoded decoded =
      decode(R"({"what":1,"EventId":"x","":0,"extra":[1,{"a":[null,true]},"s\n",-1.5e3,123456789012345678901234567890,1e999],)"
             R"("actor":{"accountId":"a","extra":{}},"contactRequest":{"extra":false}})");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.unknown_fields, 6U);
  EXPECT_EQ(decoded.view.actor.account_id, "a");
  EXPECT_EQ(decoded.view.event_id, "");
}

TEST(JsonScan, AcceptsThirtyTwoLevels) {
  EXPECT_EQ(kNestingLimit, 32);
  EXPECT_FALSE(decode(R"({"x":)" + repeated("[", 31) + repeated("]", 31) + "}").reject.has_value());
  EXPECT_FALSE(decode(R"({"actor":{"x":)" + repeated("[", 30) + repeated("]", 30) + "}}").reject.has_value());
}

struct Bad {
  std::string_view json;
  Reject reject;
};

void expect_rejects(std::span<const Bad> rows) {
  for (const Bad& row : rows) {
    SCOPED_TRACE(row.json.substr(0, 200));
    const Decoded decoded = decode(row.json);
    ASSERT_TRUE(decoded.reject.has_value());
    EXPECT_EQ(reject_name(*decoded.reject), reject_name(row.reject));
  }
}

TEST(JsonScan, RefusesWhatIsNotJson) {
  std::vector<Bad> rows;
  for (const std::string_view json : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "{}}",
                                      "{}{}",
                                      "{} x",
                                      "{},",
                                      "[]",
                                      "[{}]",
                                      "null",
                                      "5",
                                      "\"x\"",
                                      "{\"eventId\"}",
                                      "{\"eventId\":}",
                                      "{\"eventId\":\"a\"",
                                      "{\"eventId\":\"a}",
                                      "{\"eventId\" \"a\"}",
                                      "{\"eventId\":\"a\",}",
                                      "{,\"eventId\":\"a\"}",
                                      "{\"eventId\":\"a\" \"tenant\":\"b\"}",
                                      "{eventId:\"a\"}",
                                      "{'eventId':'a'}",
                                      "{\"eventId\":\"a\"]",
                                      "{\"eventId\":a}",
                                      "{\"eventId\":\"a\"b}",
                                      "{\"eventId\":\"a\"\"b\"}",
                                      "{\"eventId\":\"\\x\"}",
                                      "{\"eventId\":\"\\ud83d\"}",
                                      "{\"eventId\":\"\\ude00\"}",
                                      "{\"eventId\":\"tab\there\"}",
                                      "{\"event\\Id\":\"a\"}",
                                      "{\"tenant\":\"a\":\"b\"}",
                                      "{\"x\":{\"a\":\"b\":1},\"y\":2}}",
                                      "{\"x\":{\"a\":\"b\":1},\"y\":2}",
                                      "{\"x\":{\"a\":1:2}}",
                                      "{\"x\":[1,]}",
                                      "{\"x\":[1 2]}",
                                      "{\"x\":[,1]}",
                                      "{\"x\":[1}",
                                      "{\"x\":[1]]}",
                                      "{\"x\":{\"a\":1]}",
                                      "{\"x\":{\"a\"}}",
                                      "{\"x\":{1:2}}",
                                      "{\"x\":01}",
                                      "{\"x\":1.}",
                                      "{\"x\":+1}",
                                      "{\"x\":-}",
                                      "{\"x\":1e}",
                                      "{\"x\":NaN}",
                                      "{\"x\":tru}",
                                      "{\"x\":truee}",
                                      "{\"x\":nul}",
                                      "{\"x\":True}",
                                      "{\"x\":\"\\q\"}",
                                      "{\"x\":[\"\\u12\"]}",
                                      "{\"\\u12\":1}",
                                      "{\"x\":/**/1}",
                                      "\xef\xbb\xbf{}",
                                      "{\"x\":{}",
                                      "{\"x\":[}",
                                      "{\"x\":[{]}}",
                                      "{\"actor\":{}",
                                      "{\"actor\":{\"accountId\":\"a\"}",
                                      "{\"x\":1}\v"}) {
    rows.push_back({json, Reject::kMalformedJson});
  }
  expect_rejects(rows);
  const std::string_view with_nul("{\"tenant\":\"a\"}\0", 15);
  expect_rejects({{Bad{with_nul, Reject::kMalformedJson}}});
}

TEST(JsonScan, RefusesValuesOfTheWrongType) {
  std::vector<Bad> rows;
  for (const std::string_view json : {R"({"eventId":5})",
                                      R"({"eventId":true})",
                                      R"({"eventId":{}})",
                                      R"({"eventId":["a"]})",
                                      R"({"actor":[]})",
                                      R"({"actor":"x"})",
                                      R"({"actor":5})",
                                      R"({"actor":[{}]})",
                                      R"({"message":true})",
                                      R"({"mutualContacts":true})",
                                      R"({"mutualContacts":{}})",
                                      R"({"mutualContacts":[1]})",
                                      R"({"mutualContacts":""})",
                                      R"({"mutualContacts":" 5"})",
                                      R"({"mutualContacts":"1.0"})",
                                      R"({"actor":{"ageBand":true}})",
                                      R"({"actor":{"ageBand":[]}})",
                                      R"({"actor":{"heightenedVulnerability":1}})",
                                      R"({"actor":{"heightenedVulnerability":"maybe"}})",
                                      R"({"actor":{"deviceHash":5}})",
                                      R"({"actor":{"deviceHash":"A"}})",
                                      R"({"occurredAt":5})",
                                      R"({"occurredAt":{"seconds":5}})",
                                      R"({"occurredAt":"yesterday"})",
                                      R"({"call":{"duration":5}})",
                                      R"({"call":{"duration":"5"}})",
                                      R"({"call":{"duration":{}}})",
                                      R"({"message":{"labelScores":[]}})",
                                      R"({"message":{"labelScores":{"a":{}}}})",
                                      R"({"message":{"labelScores":{"a":true}}})",
                                      R"({"message":{"labelScores":{"a":"x"}}})",
                                      R"({"message":{"labelScores":{"a":"nan"}}})",
                                      R"({"message":{"labelScores":{"a":"0x1p3"}}})"}) {
    rows.push_back({json, Reject::kMalformedJson});
  }
  expect_rejects(rows);
}

TEST(JsonScan, RefusesAOneofOrAnOptionalFieldThatIsSetTwice) {
  constexpr Bad kRows[] = {
      {R"({"message":{},"gift":{}})", Reject::kMalformedJson},
      {R"({"message":{"text":"a"},"message":{"language":"b"}})", Reject::kMalformedJson},
      {R"({"contactRequest":{},"contact_request":{}})", Reject::kMalformedJson},
      {R"({"mutualContacts":1,"mutual_contacts":2})", Reject::kMalformedJson},
      {R"({"mutualContactsRecent":1,"mutualContactsRecent":1})", Reject::kMalformedJson},
      {R"({"actor":{"utcOffsetMinutes":1,"utcOffsetMinutes":2}})", Reject::kMalformedJson},
      {R"({"message":{"textFingerprint":1,"textFingerprint":2}})", Reject::kMalformedJson},
      {R"({"message":{"labelScores":{"a":1,"a":0.5}}})", Reject::kMalformedJson},
  };
  expect_rejects(kRows);
}

TEST(JsonScan, SaysWhatElseIsWrong) {
  const std::string nested_arrays = R"({"x":)" + repeated("[", 32) + repeated("]", 32) + "}";
  const std::string nested_objects = repeated(R"({"x":)", 33) + "1" + repeated("}", 33);
  const std::string in_actor = R"({"actor":{"x":)" + repeated("[", 31) + repeated("]", 31) + "}}";
  const std::string bomb = R"({"x":)" + repeated("[", 300'000) + repeated("]", 300'000) + "}";
  const Bad rows[] = {
      {"{\"eventId\":\"\xff\"}", Reject::kInvalidUtf8},
      {"{\"extra\":\"\xc0\xaf\"}", Reject::kInvalidUtf8},
      {"{\"eventId\":\"\xed\xa0\x80\"}", Reject::kInvalidUtf8},
      {nested_arrays, Reject::kNestingTooDeep},
      {nested_objects, Reject::kNestingTooDeep},
      {in_actor, Reject::kNestingTooDeep},
      {bomb, Reject::kNestingTooDeep},
  };
  expect_rejects(rows);
}

TEST(JsonScan, KeepsForIntakeWhatItsFieldCannotHold) {
  constexpr Bad kRows[] = {
      {R"({"actor":{"ageBand":"ADULT"}})", Reject::kUnknownEnumerator},
      {R"({"actor":{"ageBand":"age_band_adult"}})", Reject::kUnknownEnumerator},
      {R"({"actor":{"ageBand":""}})", Reject::kUnknownEnumerator},
      {R"({"actor":{"ageBand":"5"}})", Reject::kUnknownEnumerator},
      {R"({"actor":{"ageBand":"-1"}})", Reject::kUnknownEnumerator},
      {R"({"channel":{"kind":"AGE_BAND_ADULT"}})", Reject::kUnknownEnumerator},
      {R"({"actor":{"ageBand":2147483648}})", Reject::kNumberOutOfRange},
      {R"({"actor":{"ageBand":4.5}})", Reject::kNumberOutOfRange},
      {R"({"mutualContacts":4294967296})", Reject::kNumberOutOfRange},
      {R"({"mutualContacts":-1})", Reject::kNumberOutOfRange},
      {R"({"mutualContacts":"-1"})", Reject::kNumberOutOfRange},
      {R"({"mutualContacts":1.5})", Reject::kNumberOutOfRange},
      {R"({"actor":{"utcOffsetMinutes":2147483648}})", Reject::kNumberOutOfRange},
      {R"({"gift":{"valueMinor":9223372036854775808}})", Reject::kNumberOutOfRange},
      {R"({"gift":{"valueMinor":"-9223372036854775809"}})", Reject::kNumberOutOfRange},
      {R"({"gift":{"valueMinor":99999999999999999999999}})", Reject::kNumberOutOfRange},
      {R"({"message":{"textFingerprint":18446744073709551616}})", Reject::kNumberOutOfRange},
      {R"({"message":{"labelScores":{"a":1e39}}})", Reject::kNumberOutOfRange},
      {R"({"message":{"labelScores":{"a":1e400}}})", Reject::kNumberOutOfRange},
      {R"({"call":{"duration":"315576000001s"}})", Reject::kNumberOutOfRange},
  };
  for (const Bad& row : kRows) {
    SCOPED_TRACE(row.json);
    const Decoded decoded = decode(row.json);
    ASSERT_FALSE(decoded.reject.has_value());
    ASSERT_TRUE(decoded.view.misfit.has_value());
    EXPECT_EQ(reject_name(*decoded.view.misfit), reject_name(row.reject));
  }
}

TEST(JsonScan, LeavesAMisfitAsItWasAndReadsOn) {
  const Decoded decoded =
      decode(R"({"mutualContacts":4294967296,"gift":{"valueMinor":1e30,"kind":"GIFT_KIND_CASTLE"},"tenant":"t"})");
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.misfit, Reject::kNumberOutOfRange);  // the first
  EXPECT_EQ(decoded.view.gift.value_minor, 0);
  EXPECT_EQ(decoded.view.gift.kind, kNoEnumerator);
  EXPECT_EQ(decoded.view.tenant, "t");
}

TEST(JsonScan, GivesAnEnumeratorOfNoNumberNoneThatTheGateCouldTakeForOne) {
  for (const std::string_view json :
       {R"({"actor":{"ageBand":"ADULT"}})", R"({"actor":{"ageBand":2147483648}})", R"({"actor":{"ageBand":"9"}})"}) {
    EXPECT_EQ(decode(json).view.actor.age_band, kNoEnumerator) << json;
  }
}

TEST(JsonScan, ForgetsAMisfitWithTheNextRecord) {
  JsonScan scan(1 << 20);
  EventView view;
  ASSERT_FALSE(scan.scan(R"({"mutualContacts":-1})", view).reject.has_value());
  view.clear();
  ASSERT_FALSE(scan.scan(R"({"mutualContacts":1})", view).reject.has_value());
  EXPECT_FALSE(view.misfit.has_value());
}

TEST(JsonScan, EveryBeginningOfARecordIsMalformed) {
  const std::string_view json =
      R"({"eventId":"e\u00e9","actor":{"ageBand":4,"x":[1,{"y":null}]},"message":{"text":"a","labelScores":{"a":0.5}}})";
  ASSERT_FALSE(decode(json).reject.has_value());
  for (std::size_t size = 0; size < json.size(); ++size) {
    EXPECT_EQ(decode(json.substr(0, size)).reject, Reject::kMalformedJson) << json.substr(0, size);
  }
}

TEST(JsonScan, ReadsRecordsOfAnySizeWithOneParser) {
  JsonScan scan(1 << 20);
  EventView view;
  for (const std::size_t size : {10U, 10'000U, 100U, 300'000U, 4096U, 0U}) {
    const std::string text(size, 't');
    view.clear();
    ASSERT_FALSE(scan.scan(R"({"message":{"text":")" + text + R"("}})", view).reject.has_value());
    EXPECT_EQ(view.message.text, text);
  }
}

TEST(JsonScan, RefusesRecordsAboveItsLimit) {
  JsonScan scan(5000);
  EventView view;
  const std::string fits = R"({"tenant":")" + std::string(5000 - 13, 't') + R"("})";
  ASSERT_EQ(fits.size(), 5000U);
  EXPECT_FALSE(scan.scan(fits, view).reject.has_value());
  EXPECT_EQ(scan.scan(fits + " ", view).reject, Reject::kRecordTooLarge);
}

TEST(JsonScan, ABadRecordLeavesNoTraceInTheNext) {
  JsonScan scan(1 << 20);
  EventView view;
  ASSERT_TRUE(scan.scan(R"({"x":[[[[{"a":"b)", view).reject.has_value());
  view.clear();
  ASSERT_FALSE(scan.scan(R"({"eventId":"e2"})", view).reject.has_value());
  EXPECT_EQ(view.event_id, "e2");
  EXPECT_EQ(view.unknown_fields, 0U);
}

}  // namespace
}  // namespace pairwatch::decode
