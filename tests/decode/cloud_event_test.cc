// CloudEvents in structured mode: the event in them, whichever way it stands there.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "pairwatch/v1/event.pb.h"
#include "processors/decode/decode.h"

namespace pairwatch::decode {
namespace {

/// What a decoder sees of a record whose content type says that it is a structured CloudEvent.
struct Decoded {
  explicit Decoded(std::string_view value, Encoding encoding = Encoding::kAuto) : decoder(make_decoder({.encoding = encoding})) {
    const Header header{"content-type", "application/cloudevents+json; charset=UTF-8"};
    reject = decoder->decode(value, {&header, 1}, view).reject;
  }

  std::unique_ptr<EventDecoder> decoder;
  EventView view;
  std::optional<Reject> reject;
};

std::string around(std::string_view members) {
  return R"({"specversion":"1.0","id":"1","source":"/chat","type":"interaction","time":"2026-03-01T18:00:00Z",)" +
         std::string(members) + "}";
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0);
    for (std::size_t j = 0; j < 4; ++j) out += i + j > bytes.size() ? '=' : kLetters[group >> (18 - 6 * j) & 63];
  }
  return out;
}

std::string event_bytes() {
  v1::InteractionEvent event;
  event.set_event_id("e1");
  event.mutable_message()->set_text("hi");
  return event.SerializeAsString();
}

void expect_the_event(const Decoded& decoded) {
  ASSERT_FALSE(decoded.reject.has_value()) << reject_name(*decoded.reject);
  EXPECT_EQ(decoded.view.event_id, "e1");
  EXPECT_EQ(decoded.view.message.text, "hi");
  EXPECT_EQ(decoded.view.kind, InteractionKind::kMessage);
  EXPECT_EQ(decoded.view.unknown_fields, 0u);
}

TEST(CloudEvent, HoldsAnEventInJson) {
  const std::string event = R"({"eventId":"e1","message":{"text":"hi"}})";
  expect_the_event(Decoded(around("\"data\":" + event)));
  expect_the_event(Decoded(around("\"data\":" + event), Encoding::kCloudEvents));
  expect_the_event(Decoded(around("\"data\":" + event + R"(,"datacontenttype":"application/json")")));
  expect_the_event(Decoded("{\"data\":" + event + R"(,"specversion":"1.0","ext":[{"x":null}]})"));
}

TEST(CloudEvent, HoldsAnEventInBase64) {
  const std::string data = base64(event_bytes());
  expect_the_event(Decoded(around("\"data_base64\":\"" + data + "\"")));
  expect_the_event(Decoded(around(R"("datacontenttype":"application/protobuf","data_base64":")" + data + "\"")));
  expect_the_event(Decoded(around("\"data_base64\":\"" + base64(std::string("\0\0\0\0\7\0", 6) + event_bytes()) + "\"")));
  expect_the_event(Decoded(around("\"data_base64\":\"" + base64(R"({"eventId":"e1","message":{"text":"\u0068i"}})") + "\"")));
}

TEST(CloudEvent, CountsUnknownFieldsOfTheEventAlone) {
  EXPECT_EQ(Decoded(around(R"("extension":1,"data":{"eventId":"e1","sparkle":1})")).view.unknown_fields, 1u);
}

TEST(CloudEvent, ThatHoldsNoEventOrIsOfAnotherVersionIsUnrecognised) {
  for (const std::string& value :
       {around(R"("subject":"a7")"), around(R"("data":null)"), std::string(R"({"specversion":"0.3","data":{"eventId":"e1"}})"),
        std::string(R"({"data":{"eventId":"e1"}})"), around(R"("datacontenttype":"text/xml","data":{"eventId":"e1"})"),
        around(R"("data_base64":"PGV2ZW50Lz4=")"), around(R"("data_base64":"")"),
        around(R"("datacontenttype":"application/cloudevents+json","data_base64":"e30=")")}) {
    EXPECT_EQ(Decoded(value).reject, Reject::kUnrecognisedEncoding) << value;
  }
}

TEST(CloudEvent, ThatIsMalformedIsSaidToBe) {
  for (const std::string& value :
       {around(R"("data":[1])"), around(R"("data":"text")"), around(R"("data":{},"data":{})"), around(R"("data":{"eventId":1})"),
        around(R"("data_base64":"?")"), around(R"("data":{},"data_base64":"AA==")"), around(R"("x":tru,"data":{})"),
        std::string("[]"), std::string("{"), around("\"data\":{}") + "x"}) {
    EXPECT_EQ(Decoded(value).reject, Reject::kMalformedJson) << value;
  }
}

TEST(CloudEvent, DoesNotNestDeeperThanAnyOtherRecord) {
  const std::string bomb = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(Decoded(around("\"x\":" + bomb)).reject, Reject::kNestingTooDeep);
  EXPECT_EQ(Decoded(around("\"data\":{\"x\":" + bomb + "}")).reject, Reject::kNestingTooDeep);
}

}  // namespace
}  // namespace pairwatch::decode
