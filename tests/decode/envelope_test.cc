#include "processors/decode/envelope.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pairwatch/v1/event.pb.h"

namespace pairwatch::decode {
namespace {

std::optional<Format> recognised(std::string_view value, std::vector<Header> headers = {}) {
  const std::optional<Envelope> envelope = open_envelope(Encoding::kAuto, value, headers);
  if (!envelope) return std::nullopt;
  EXPECT_EQ(envelope->payload, value);
  return envelope->format;
}

TEST(Envelope, AConfiguredEncodingIsNotQuestioned) {
  EXPECT_EQ(open_envelope(Encoding::kProtobuf, "{}", {})->format, Format::kProtobuf);
  EXPECT_EQ(open_envelope(Encoding::kJson, "\x0a", {})->format, Format::kJson);
  EXPECT_EQ(open_envelope(Encoding::kProtobuf, "", {})->format, Format::kProtobuf);
}

TEST(Envelope, ABraceAfterWhiteSpaceIsJson) {
  EXPECT_EQ(recognised("{}"), Format::kJson);
  EXPECT_EQ(recognised(" \t\r\n{\"eventId\":\"e1\"}\n"), Format::kJson);
  EXPECT_EQ(recognised("\n{\"eventId\":\"e1\"}"), Format::kJson);
  EXPECT_EQ(recognised("\n\n{}"), Format::kJson);
  EXPECT_EQ(recognised("{ this is not JSON, and the JSON decoder will say so"), Format::kJson);
}

TEST(Envelope, ATagOfTheSchemaIsProtobuf) {
  EXPECT_EQ(recognised("\x0a\x02"
                       "e1"),
            Format::kProtobuf);
  EXPECT_EQ(recognised("\x38\x01"), Format::kProtobuf);
  EXPECT_EQ(recognised(std::string_view("\x9a\x01\x00", 3)), Format::kProtobuf);
}

TEST(Envelope, NothingElseIsGuessed) {
  EXPECT_EQ(recognised(""), std::nullopt);
  EXPECT_EQ(recognised("  "), std::nullopt);
  EXPECT_EQ(recognised("[{}]"), std::nullopt);
  EXPECT_EQ(recognised("<event/>"), std::nullopt);
  EXPECT_EQ(recognised("\xef\xbb\xbf{}"), std::nullopt);
  EXPECT_EQ(recognised("\x08\x01"), std::nullopt);       // event_id as a varint
  EXPECT_EQ(recognised("\xa2\x01\x01x"), std::nullopt);  // field 20
}

// A line feed is the tag of event_id, and a brace may be its length or its first character.
TEST(Envelope, AnEventIdThatLooksLikeJsonIsStillProtobuf) {
  const std::string long_id = "\x0a\x7b" + std::string(123, 'e');
  EXPECT_EQ(recognised(long_id), Format::kProtobuf);
  EXPECT_EQ(recognised(long_id + "\x1a\x03"
                                 "app"),
            Format::kProtobuf);
  EXPECT_EQ(recognised("\x0a\x0a{123456789"), Format::kProtobuf);
  EXPECT_EQ(recognised("\x0a\x20{0123456789abcdef0123456789abcde"), Format::kProtobuf);
}

TEST(Envelope, WhatCouldBeBothIsLeftUnrecognised) {
  EXPECT_EQ(recognised("\x0a\x0a{\"id\":123}"), std::nullopt);      // an id of ten bytes, and JSON as well
  EXPECT_EQ(recognised("\x0a\x0a{\"id\":12}"), Format::kJson);      // nine bytes: cut off as protobuf
  EXPECT_EQ(recognised("\x0a\x0a{id\":123}!"), Format::kProtobuf);  // no quote behind the brace
}

TEST(Envelope, TheContentTypeDecidesWhereItIsKnown) {
  EXPECT_EQ(recognised("\x0a", {{"content-type", "application/json"}}), Format::kJson);
  EXPECT_EQ(recognised("", {{"Content-Type", " Application/JSON ; charset=utf-8"}}), Format::kJson);
  EXPECT_EQ(recognised("{}", {{"traceparent", "x"}, {"content-type", "application/x-protobuf"}}), Format::kProtobuf);
  EXPECT_EQ(recognised("{}", {{"content-type", "application/octet-stream"}}), Format::kJson);
  EXPECT_EQ(recognised("{}", {{"content-type", ""}}), Format::kJson);
  EXPECT_EQ(recognised("?", {{"content-type", "application/octet-stream"}}), std::nullopt);
}

TEST(Envelope, BehindTheFrameOfASchemaRegistryIsProtobuf) {
  const std::string event =
      "\x0a\x02"
      "e1";
  const std::string id("\0\0\0\0\7", 5);
  const std::string places[] = {std::string(1, '\0'), std::string("\2\0", 2), std::string({'\2', 2 * kEventIndex})};
  for (const std::string& place : places) {
    for (const Encoding encoding : {Encoding::kAuto, Encoding::kConfluent}) {
      const std::string value = id + place + event;
      const auto envelope = open_envelope(encoding, value, {});
      ASSERT_TRUE(envelope.has_value());
      EXPECT_EQ(envelope->format, Format::kProtobuf);
      EXPECT_EQ(envelope->payload, event);
    }
  }
}

TEST(Envelope, AFrameOfAnotherMessageOrCutOffIsLeftUnrecognised) {
  const std::string id("\0\0\0\0\7", 5);
  for (const std::string& value : {id, id + "\2",
                                   id + "\2\2"
                                        "event",
                                   id + "\4\0\0"
                                        "event",
                                   id + "\1"
                                        "event",
                                   std::string(1, '\0'), std::string("\0\0\0\0", 4), id.substr(1) + "{}"}) {
    EXPECT_EQ(recognised(value), std::nullopt) << testing::PrintToString(value);
  }
  EXPECT_EQ(open_envelope(Encoding::kConfluent,
                          "\x0a\x02"
                          "e1",
                          {}),
            std::nullopt)
      << "it has no frame";
}

TEST(Envelope, KnowsWhichMessageOfItsSchemaAnEventIs) { EXPECT_EQ(v1::InteractionEvent::descriptor()->index(), kEventIndex); }

TEST(Envelope, AStructuredCloudEventIsNotTakenForTheEventInside) {
  EXPECT_EQ(recognised("{}", {{"content-type", "application/cloudevents+json; charset=utf-8"}}), Format::kCloudEvent);
  EXPECT_EQ(recognised("{}", {{"content-type", "application/cloudevents-batch+json"}}), std::nullopt);
  EXPECT_EQ(recognised("{}", {{"content-type", "application/cloudevents+avro"}}), std::nullopt);
}

TEST(Envelope, ABinaryCloudEventIsTheEventItself) {
  const std::vector<Header> headers = {{"ce_specversion", "1.0"}, {"ce_type", "chat"}, {"content-type", "application/json"}};
  EXPECT_EQ(recognised("{}", headers), Format::kJson);
  EXPECT_EQ(open_envelope(Encoding::kCloudEvents, "{}", headers)->format, Format::kJson);
  EXPECT_EQ(open_envelope(Encoding::kCloudEvents, "{}", {}), std::nullopt) << "nothing says that it is one";
}

}  // namespace
}  // namespace pairwatch::decode
