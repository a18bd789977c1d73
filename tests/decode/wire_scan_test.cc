#include "processors/decode/wire_scan.h"

#include <gtest/gtest.h>

#include "pairwatch/v1/event.pb.h"
#include "processors/core/wire_cursor.h"
#include "processors/decode/config.h"

namespace pairwatch::decode {
namespace {

/// Bytes from hexadecimal digits; white space is skipped.
std::string bytes_of(std::string_view hex) {
  std::string bytes;
  int half = -1;
  for (const char c : hex) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (half < 0) {
      half = digit;
    } else {
      bytes += static_cast<char>(half * 16 + digit);
      half = -1;
    }
  }
  return bytes;
}

std::string repeated(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

struct Decoded {
  std::string bytes;
  EventView view;
  std::optional<Reject> reject;
};

Decoded decode(std::string bytes) {
  Decoded decoded{.bytes = std::move(bytes), .view = {}, .reject = {}};
  decoded.reject = scan_wire(decoded.bytes, decoded.view).reject;
  return decoded;
}

TEST(WireScan, ReadsNothingFromNoBytes) {
  const Decoded decoded = decode("");
  EXPECT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.kind, InteractionKind::kNone);
  EXPECT_FALSE(decoded.view.actor.present);
}

TEST(WireScan, ViewsPointIntoTheRecord) {
  const std::string bytes = bytes_of("0a 02 6531");
  EventView view;
  ASSERT_FALSE(scan_wire(bytes, view).reject.has_value());
  EXPECT_EQ(view.event_id, "e1");
  EXPECT_EQ(view.event_id.data(), bytes.data() + 2);
}

TEST(WireScan, TheLastOfEqualScalarsCounts) {
  const Decoded decoded = decode(bytes_of("0a 01 61 38 01 0a 01 62 38 00"));
  EXPECT_EQ(decoded.view.event_id, "b");
  EXPECT_EQ(decoded.view.mutual_contacts, 0U);
}

TEST(WireScan, MergesASubMessageThatComesTwice) {
  const Decoded decoded = decode(bytes_of("22 03 0a 01 61 22 02 10 04"));
  EXPECT_EQ(decoded.view.actor.account_id, "a");
  EXPECT_EQ(decoded.view.actor.age_band, 4);
}

TEST(WireScan, TheLastMemberOfTheOneofCountsAndClearsTheOthers) {
  const Decoded decoded = decode(bytes_of("52 03 0a 01 61  72 03 0a 01 67  9a01 00  52 03 12 01 65"));
  EXPECT_EQ(decoded.view.kind, InteractionKind::kMessage);
  EXPECT_EQ(decoded.view.message.text, "");
  EXPECT_EQ(decoded.view.message.language, "e");
  EXPECT_EQ(decoded.view.gift.item_id, "");
}

TEST(WireScan, MergesAMemberOfTheOneofThatComesTwiceInARow) {
  const Decoded decoded = decode(bytes_of("52 03 0a 01 61 52 03 12 01 65"));
  EXPECT_EQ(decoded.view.message.text, "a");
  EXPECT_EQ(decoded.view.message.language, "e");
}

TEST(WireScan, ALabelWithoutKeyOrScoreIsEmptyOrZero) {
  const Decoded decoded = decode(bytes_of("52 10  2a 05 15 0000803f  2a 03 0a 01 61  2a 00  20 00"));
  ASSERT_FALSE(decoded.reject.has_value());
  const auto labels = decoded.view.message.label_scores();
  ASSERT_EQ(labels.size(), 3U);
  EXPECT_EQ(labels[0].label, "");
  EXPECT_EQ(labels[0].score, 1.0F);
  EXPECT_EQ(labels[1].label, "a");
  EXPECT_EQ(labels[1].score, 0.0F);
  EXPECT_EQ(labels[2].label, "");
}

TEST(WireScan, EqualLabelsStayInWireOrder) {
  const Decoded decoded = decode(bytes_of("52 14  2a 08 0a 01 61 15 0000803f  2a 08 0a 01 61 15 0000003f"));
  ASSERT_FALSE(decoded.reject.has_value());
  ASSERT_EQ(decoded.view.message.label_count, 2U);
  EXPECT_EQ(decoded.view.message.labels[1].score, 0.5F);
}

TEST(WireScan, CountsLabelsBeyondTheLimitWithoutKeepingThem) {
  v1::InteractionEvent event;
  for (int i = 0; i < 70; ++i) (*event.mutable_message()->mutable_label_scores())["label" + std::to_string(i)] = 0.5F;
  const Decoded decoded = decode(event.SerializeAsString());
  EXPECT_EQ(decoded.view.message.label_count, 70U);
  EXPECT_EQ(decoded.view.message.label_scores().size(), kLabelScoreLimit);
}

TEST(WireScan, CutsLongVarintsToTheWidthOfTheirField) {
  const Decoded decoded = decode(bytes_of("38 ffffffffffffffffff01"));
  EXPECT_EQ(decoded.view.mutual_contacts, 0xffffffffU);
  EXPECT_EQ(decode(bytes_of("22 0b 10 ffffffffffffffffff01")).view.actor.age_band, -1);
}

TEST(WireScan, DropsBitsAboveTheSixtyFourth) { EXPECT_EQ(decode(bytes_of("38 8080808080808080807e")).view.mutual_contacts, 0U); }

TEST(WireScan, SkipsAndCountsUnknownFieldsOfEveryWireType) {
  const Decoded decoded =
      decode(bytes_of("a001 01  a101 0102030405060708  a201 02 ffff  a501 01020304  a301 08 01 a401  0a 01 61"));
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.unknown_fields, 5U);
  EXPECT_EQ(decoded.view.event_id, "a");
}

TEST(WireScan, CountsUnknownFieldsOfSubMessages) {
  EXPECT_EQ(decode(bytes_of("22 03 a001 01 5a 03 a001 01 52 05 2a 03 a001 01")).view.unknown_fields, 3U);
}

TEST(WireScan, AKnownFieldOfAnotherWireTypeIsUnknown) {
  const Decoded decoded = decode(bytes_of("08 05  3a 01 07  50 01  22 02 08 01"));
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.unknown_fields, 4U);
  EXPECT_EQ(decoded.view.kind, InteractionKind::kNone);
  EXPECT_FALSE(decoded.view.mutual_contacts.has_value());
}

TEST(WireScan, DeviceHashNeedNotBeUtf8) {
  const Decoded decoded = decode(bytes_of("22 04 2a 02 ff00"));
  ASSERT_FALSE(decoded.reject.has_value());
  EXPECT_EQ(decoded.view.actor.device_hash, std::string_view("\xff\0", 2));
}

struct Bad {
  std::string_view what;
  std::string hex;
  Reject reject;
};

TEST(WireScan, SaysWhatIsWrongWithARecord) {
  using enum Reject;
  const std::vector<Bad> rows = {
      {"a tag without a value", "0a", kMalformedProtobuf},
      {"a string longer than the record", "0a 05 61", kMalformedProtobuf},
      {"a length without an end", "0a ffffffffff01", kMalformedProtobuf},
      {"a length of six bytes", "0a 818080808000 61", kMalformedProtobuf},
      {"a tag of six bytes", "8a8080808000 00", kMalformedProtobuf},
      {"a varint of eleven bytes", "38 8080808080808080808000", kMalformedProtobuf},
      {"a varint that ends too early", "38 80", kMalformedProtobuf},
      {"a fixed64 that ends too early", "52 05 31 01020304", kMalformedProtobuf},
      {"a fixed32 that ends too early", "52 05 2a 03 15 0102", kMalformedProtobuf},
      {"field number zero", "02 00", kMalformedProtobuf},
      {"a zero byte", "00", kMalformedProtobuf},
      {"wire type six", "0e 00", kMalformedProtobuf},
      {"wire type seven in an unknown field", "a701 00", kMalformedProtobuf},
      {"an end without a group", "0c", kMalformedProtobuf},
      {"a group without an end", "a301 08 01", kMalformedProtobuf},
      {"a group ended by another number", "a301 ac01", kMalformedProtobuf},
      {"a group that ends outside its message", "22 02 a301 a401", kMalformedProtobuf},
      {"a zero byte in a group", "a301 00 a401", kMalformedProtobuf},
      {"a sub-message longer than the record", "22 05 0a 01 61", kMalformedProtobuf},
      {"a field longer than its sub-message", "22 03 0a 02 61 62", kMalformedProtobuf},
      {"a lone continuation byte in event_id", "0a 01 80", kInvalidUtf8},
      {"an overlong slash in tenant", "1a 02 c0af", kInvalidUtf8},
      {"a surrogate in account_id", "22 05 0a 03 eda080", kInvalidUtf8},
      {"a character above U+10FFFF in text", "52 06 0a 04 f4908080", kInvalidUtf8},
      {"a character cut off in language", "52 03 12 01 c3", kInvalidUtf8},
      {"a label that is not UTF-8", "52 05 2a 03 0a 01 ff", kInvalidUtf8},
      {"a bad string after a long ASCII one", "0a 10 61616161616161616161616161616180", kInvalidUtf8},
      {"a bad string that a good one replaces", "0a 01 ff 0a 01 61", kInvalidUtf8},
      {"groups in groups, 32 deep", repeated("a301", 32) + repeated("a401", 32), kNestingTooDeep},
      {"groups without end", repeated("a301", 1000), kNestingTooDeep},
      {"groups in the actor, one level too deep", "22 7c " + repeated("a301", 31) + repeated("a401", 31), kNestingTooDeep},
  };
  for (const Bad& row : rows) {
    SCOPED_TRACE(row.what);
    const Decoded decoded = decode(bytes_of(row.hex));
    ASSERT_TRUE(decoded.reject.has_value());
    EXPECT_EQ(reject_name(*decoded.reject), reject_name(row.reject));
  }
}

TEST(WireScan, AcceptsThirtyTwoLevels) {
  EXPECT_EQ(kNestingLimit, 32);
  EXPECT_FALSE(decode(bytes_of(repeated("a301", 31) + repeated("a401", 31))).reject.has_value());
  EXPECT_FALSE(decode(bytes_of("22 78 " + repeated("a301", 30) + repeated("a401", 30))).reject.has_value());
}

TEST(WireScan, EveryBeginningOfARecordIsReadOrMalformed) {
  v1::InteractionEvent event;
  event.set_event_id("e1");
  event.mutable_actor()->set_account_id("a7");
  event.mutable_message()->set_text("which school do you go to?");
  (*event.mutable_message()->mutable_label_scores())["image_request"] = 0.25F;
  const std::string bytes = event.SerializeAsString();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    v1::InteractionEvent expected;
    const bool is_accepted = expected.ParseFromString(bytes.substr(0, size));
    EXPECT_EQ(!decode(bytes.substr(0, size)).reject.has_value(), is_accepted) << size;
  }
}

}  // namespace
}  // namespace pairwatch::decode
