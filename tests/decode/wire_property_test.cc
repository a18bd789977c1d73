// The hand-written wire scan against the generated parser, over random events and damaged ones.
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include "tests/decode/agreement.h"
#include "tests/decode/random_event.h"

namespace pairwatch::decode {
namespace {

constexpr std::uint64_t kSeed = 20260301;

std::string hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

TEST(WireScanProperty, SeesEveryRandomEventAsTheGeneratedParserDoes) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const google::protobuf::LogSilencer silence;  // it logs each string that is not UTF-8
  test::RandomEvents random(kSeed);
  const auto decoder = make_decoder({.encoding = Encoding::kProtobuf});
  for (int i = 0; i < 20'000; ++i) {
    const std::string record = random.event().SerializeAsString();
    const test::Agreement agreement = test::compare_protobuf(*decoder, record);
    ASSERT_EQ(agreement.disagreement, "") << hex(record);
    ASSERT_TRUE(agreement.is_accepted) << hex(record);
  }
}

TEST(WireScanProperty, MergesRecordsThatFollowEachOtherAsTheGeneratedParserDoes) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const google::protobuf::LogSilencer silence;  // it logs each string that is not UTF-8
  test::RandomEvents random(kSeed);
  const auto decoder = make_decoder({.encoding = Encoding::kProtobuf});
  for (int i = 0; i < 10'000; ++i) {
    std::string record = random.event().SerializeAsString() + random.event().SerializeAsString();
    if (i % 2 == 0) record += random.event().SerializeAsString();
    const test::Agreement agreement = test::compare_protobuf(*decoder, record);
    ASSERT_EQ(agreement.disagreement, "") << hex(record);
    ASSERT_TRUE(agreement.is_accepted) << hex(record);
  }
}

/// Bytes that mean something on the wire more often than chance would have it.
constexpr unsigned char kTelling[] = {0x00, 0x01, 0x03, 0x04, 0x07, 0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x10, 0x12, 0x1a,
                                      0x22, 0x28, 0x2a, 0x31, 0x38, 0x52, 0x53, 0x54, 0x72, 0x7a, 0x7b, 0x7c, 0x7f,
                                      0x80, 0x82, 0x8a, 0x92, 0x9a, 0xa3, 0xa4, 0xc0, 0xed, 0xf0, 0xf8, 0xff};

void damage(std::string& record, test::RandomEvents& random) {
  for (std::size_t count = 1 + random.below(4); count > 0; --count) {
    const std::size_t at = random.below(record.size() + 1);
    const char byte = static_cast<char>(random.below(2) == 0 ? kTelling[random.below(std::size(kTelling))] : random.below(256));
    switch (random.below(5)) {
      case 0:
        if (at < record.size()) record[at] = static_cast<char>(record[at] ^ (1 << random.below(8)));
        break;
      case 1:
        if (at < record.size()) record[at] = byte;
        break;
      case 2: record.insert(at, 1, byte); break;
      case 3: record.erase(at, 1 + random.below(3)); break;
      default: record.insert(at, record.substr(random.below(record.size() + 1), random.below(12)));
    }
  }
}

TEST(WireScanProperty, AgreesWithTheGeneratedParserOnDamagedRecords) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const google::protobuf::LogSilencer silence;  // it logs each string that is not UTF-8
  test::RandomEvents random(kSeed);
  const auto decoder = make_decoder({.encoding = Encoding::kProtobuf});
  int accepted = 0;
  constexpr int kRounds = 100'000;
  std::string record;
  for (int i = 0; i < kRounds; ++i) {
    if (i % 4 == 0) record = random.event().SerializeAsString();
    std::string damaged = record;
    damage(damaged, random);
    const test::Agreement agreement = test::compare_protobuf(*decoder, damaged);
    ASSERT_EQ(agreement.disagreement, "") << hex(damaged);
    accepted += agreement.is_accepted ? 1 : 0;
  }
  EXPECT_GT(accepted, kRounds / 20);  // otherwise the damage is too great to say anything
  EXPECT_LT(accepted, kRounds * 19 / 20);
}

TEST(WireScanProperty, AgreesWithTheGeneratedParserOnShortRecordsOfTellingBytes) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const google::protobuf::LogSilencer silence;  // it logs each string that is not UTF-8
  test::RandomEvents random(kSeed);
  const auto decoder = make_decoder({.encoding = Encoding::kProtobuf});
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string record;
    for (std::size_t size = 1 + random.below(12); size > 0; --size) {
      record += static_cast<char>(kTelling[random.below(std::size(kTelling))]);
    }
    const test::Agreement agreement = test::compare_protobuf(*decoder, record);
    ASSERT_EQ(agreement.disagreement, "") << hex(record);
    accepted += agreement.is_accepted ? 1 : 0;
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace pairwatch::decode
