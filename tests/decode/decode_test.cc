#include "processors/decode/decode.h"

#include <gtest/gtest.h>

#include "pairwatch/v1/event.pb.h"

namespace pairwatch::decode {
namespace {

TEST(Decode, RecognisesBothEncodingsRecordByRecord) {
  const auto decoder = make_decoder({});
  v1::InteractionEvent event;
  event.set_event_id("e1");
  const std::string bytes = event.SerializeAsString();
  EventView view;
  ASSERT_FALSE(decoder->decode(bytes, {}, view).reject.has_value());
  EXPECT_EQ(view.event_id, "e1");
  ASSERT_FALSE(decoder->decode(R"({"eventId":"e2"})", {}, view).reject.has_value());
  EXPECT_EQ(view.event_id, "e2");
  ASSERT_FALSE(decoder->decode(bytes, {}, view).reject.has_value());
  EXPECT_EQ(view.event_id, "e1");
}

TEST(Decode, ClearsWhatTheLastRecordLeft) {
  const auto decoder = make_decoder({});
  EventView view;
  ASSERT_FALSE(decoder->decode(R"({"tenant":"t","mutualContacts":1,"gift":{"itemId":"i"},"x":1})", {}, view).reject.has_value());
  ASSERT_FALSE(decoder->decode(R"({"eventId":"e2"})", {}, view).reject.has_value());
  EXPECT_EQ(view.tenant, "");
  EXPECT_FALSE(view.mutual_contacts.has_value());
  EXPECT_EQ(view.kind, InteractionKind::kNone);
  EXPECT_EQ(view.gift.item_id, "");
  EXPECT_EQ(view.unknown_fields, 0U);
}

TEST(Decode, AConfiguredEncodingTakesNoOther) {
  EventView view;
  EXPECT_EQ(make_decoder({.encoding = Encoding::kJson})
                ->decode("\x0a\x02"
                         "e1",
                         {}, view)
                .reject,
            Reject::kMalformedJson);
  EXPECT_EQ(make_decoder({.encoding = Encoding::kProtobuf})->decode("{}", {}, view).reject, Reject::kMalformedProtobuf);
}

TEST(Decode, AnEmptyRecordIsAnEventWithoutFieldsOnlyInProtobuf) {
  EventView view;
  EXPECT_EQ(make_decoder({})->decode("", {}, view).reject, Reject::kUnrecognisedEncoding);
  EXPECT_EQ(make_decoder({.encoding = Encoding::kJson})->decode({}, {}, view).reject, Reject::kMalformedJson);
  EXPECT_FALSE(make_decoder({.encoding = Encoding::kProtobuf})->decode({}, {}, view).reject.has_value());
}

TEST(Decode, RefusesRecordsAboveTheLimitUnread) {
  const auto decoder = make_decoder({.max_record_bytes = 20});
  EventView view;
  EXPECT_FALSE(decoder->decode(R"({"eventId":"123456"})", {}, view).reject.has_value());
  EXPECT_EQ(decoder->decode(R"({"eventId":"1234567"})", {}, view).reject, Reject::kRecordTooLarge);
  EXPECT_EQ(decoder->decode(std::string(21, '?'), {}, view).reject, Reject::kRecordTooLarge);
}

TEST(Decode, TheContentTypeSaysWhichDecoder) {
  const auto decoder = make_decoder({});
  const Header headers[] = {{"content-type", "application/json"}};
  EventView view;
  EXPECT_EQ(decoder
                ->decode("\x0a\x02"
                         "e1",
                         headers, view)
                .reject,
            Reject::kMalformedJson);
}

}  // namespace
}  // namespace pairwatch::decode
