// The JSON scan against protobuf's own JSON, over random events and damaged ones.
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "tests/decode/agreement.h"
#include "tests/decode/random_event.h"

namespace pairwatch::decode {
namespace {

constexpr std::uint64_t kSeed = 20260301;

std::string json_of(const v1::InteractionEvent& event, int variant) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = (variant & 1) != 0;
  options.always_print_enums_as_ints = (variant & 2) != 0;
  options.add_whitespace = (variant & 4) != 0;
  options.always_print_primitive_fields = (variant & 8) != 0;
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(event, &json, options).ok());
  return json;
}

TEST(JsonScanProperty, SeesInJsonWhatTheWireScanSeesInProtobuf) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const google::protobuf::LogSilencer silence;  // it logs each string that is not UTF-8
  test::RandomEvents random(kSeed);
  const auto decoder = make_decoder({.encoding = Encoding::kJson});
  const auto wire_decoder = make_decoder({.encoding = Encoding::kProtobuf});
  for (int i = 0; i < 10'000; ++i) {
    const v1::InteractionEvent event = random.event();
    const std::string json = json_of(event, i % 16);
    SCOPED_TRACE(json);
    EventView view;
    const DecodeResult result = decoder->decode(json, {}, view);
    ASSERT_FALSE(result.reject.has_value()) << reject_name(*result.reject);
    ASSERT_EQ(view.unknown_fields, 0U);
    EventView wire_view;
    const std::string bytes = event.SerializeAsString();
    ASSERT_FALSE(wire_decoder->decode(bytes, {}, wire_view).reject.has_value());
    std::string difference;
    ASSERT_TRUE(test::same_event(test::to_message(wire_view), test::to_message(view), &difference)) << difference;
    ASSERT_TRUE(test::only_its_kind_is_set(view));
  }
}

constexpr std::string_view kTelling[] = {
    "{",   "}",  "[",  "]", ":",  ",", "\"",    "\\",   "\\u00e9",  "\\ud83d", "null", "true",     "1",           "-1",    "1.5",
    "1e3", "{}", "[]", " ", "\n", "0", "1e400", "\"\"", "\"a\":1,", "\x01",    "\xff", "\xc3\xa9", ",\"kind\":2", "\"5\"", "4.0"};

void damage(std::string& record, test::RandomEvents& random) {
  for (std::size_t count = 1 + random.below(3); count > 0; --count) {
    const std::size_t at = random.below(record.size() + 1);
    const std::string_view piece = kTelling[random.below(std::size(kTelling))];
    switch (random.below(5)) {
      case 0:
        if (at < record.size()) record[at] = static_cast<char>(0x20 + random.below(0x5f));
        break;
      case 1: record.insert(at, piece); break;
      case 2: record.replace(at, random.below(6), piece); break;
      case 3: record.erase(at, 1 + random.below(3)); break;
      default: record.insert(at, record.substr(random.below(record.size() + 1), random.below(40)));
    }
  }
}

TEST(JsonScanProperty, AcceptsADamagedRecordOnlyIfProtobufDoesAndSeesTheSame) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const google::protobuf::LogSilencer silence;  // it logs each string that is not UTF-8
  test::RandomEvents random(kSeed);
  const auto decoder = make_decoder({.encoding = Encoding::kJson});
  int accepted = 0;
  constexpr int kRounds = 40'000;
  std::string record;
  for (int i = 0; i < kRounds; ++i) {
    if (i % 4 == 0) record = json_of(random.event(), i / 4 % 16);
    std::string damaged = record;
    damage(damaged, random);
    const test::Agreement agreement = test::compare_json(*decoder, damaged);
    ASSERT_EQ(agreement.disagreement, "") << damaged;
    accepted += agreement.is_accepted ? 1 : 0;
  }
  EXPECT_GT(accepted, kRounds / 50);  // otherwise the damage is too great to say anything
}

}  // namespace
}  // namespace pairwatch::decode
