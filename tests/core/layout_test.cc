#include "processors/core/layout.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace pairwatch {
namespace {

std::string hexadecimal(const std::string& bytes) {
  std::string out;
  char two[3];
  for (const char c : bytes) {
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += two;
  }
  return out;
}

TEST(Layout, IsLittleEndianWithVarints) {
  std::string out;
  LayoutWriter writer(out);
  writer.fixed<std::uint8_t>(1);
  writer.fixed<std::uint32_t>(0x01020304);
  writer.varint(300);
  writer.signed_varint(-1);
  writer.signed_varint(1);
  writer.bytes("ab");
  EXPECT_EQ(hexadecimal(out),
            "01"
            "04030201"
            "ac02"
            "01"
            "02"
            "026162");
  EXPECT_EQ(writer.size(), out.size());
}

TEST(Layout, ReadsBackTheEndsOfEveryType) {
  std::string out;
  LayoutWriter writer(out);
  const std::uint64_t unsigned_values[] = {0, 1, 127, 128, 16'383, 16'384, std::numeric_limits<std::uint64_t>::max()};
  const std::int64_t signed_values[] = {
      0, -1, 1, -64, 64, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  for (const std::uint64_t value : unsigned_values) writer.varint(value);
  for (const std::int64_t value : signed_values) writer.signed_varint(value);
  writer.fixed(-0.5);
  writer.fixed<std::int64_t>(std::numeric_limits<std::int64_t>::min());
  writer.bytes("");
  writer.bytes(std::string(1000, 'x'));

  LayoutReader reader(out);
  for (const std::uint64_t value : unsigned_values) EXPECT_EQ(reader.varint(), value);
  for (const std::int64_t value : signed_values) EXPECT_EQ(reader.signed_varint(), value);
  EXPECT_EQ(reader.fixed<double>(), -0.5);
  EXPECT_EQ(reader.fixed<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(reader.bytes(), "");
  EXPECT_EQ(reader.bytes(), std::string(1000, 'x'));
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.at_end());
}

TEST(Layout, GivesZeroPastTheEndAndSaysSo) {
  LayoutReader reader("\x01");
  EXPECT_EQ(reader.fixed<std::uint32_t>(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.varint(), 0U) << "nothing is read after a failure";
  EXPECT_EQ(reader.bytes(), "");
  EXPECT_TRUE(reader.at_end());
}

TEST(Layout, RefusesALengthBeyondTheEnd) {
  std::string out;
  LayoutWriter(out).varint(std::numeric_limits<std::uint64_t>::max());
  out += "abc";
  LayoutReader reader(out);
  EXPECT_EQ(reader.bytes(), "");
  EXPECT_FALSE(reader.ok());
}

TEST(Layout, RefusesAVarintThatNeverEnds) {
  LayoutReader endless(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12));
  EXPECT_EQ(endless.varint(), 0U);
  EXPECT_FALSE(endless.ok());
  LayoutReader cut(std::string_view("\x80", 1));
  EXPECT_EQ(cut.varint(), 0U);
  EXPECT_FALSE(cut.ok());
}

struct Item {
  int kind;
  std::uint64_t number;
  std::string text;
};

void write(const Item& item, LayoutWriter& writer) {
  switch (item.kind) {
    case 0: writer.varint(item.number); break;
    case 1: writer.signed_varint(static_cast<std::int64_t>(item.number)); break;
    case 2: writer.fixed(item.number); break;
    case 3: writer.fixed(static_cast<std::uint16_t>(item.number)); break;
    case 4: writer.bytes(item.text); break;
  }
}

bool reads_back(const Item& item, LayoutReader& reader) {
  switch (item.kind) {
    case 0: return reader.varint() == item.number;
    case 1: return reader.signed_varint() == static_cast<std::int64_t>(item.number);
    case 2: return reader.fixed<std::uint64_t>() == item.number;
    case 3: return reader.fixed<std::uint16_t>() == static_cast<std::uint16_t>(item.number);
    case 4: return reader.bytes() == item.text;
  }
  return false;
}

TEST(Layout, ReadsBackWhateverWasWrittenAndNoticesEveryCut) {
  constexpr std::uint64_t kSeed = 11;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 300; ++round) {
    std::vector<Item> items(1 + random() % 20);
    std::string out;
    LayoutWriter writer(out);
    for (Item& item : items) {
      item = {static_cast<int>(random() % 5), random() >> random() % 64, std::string(random() % 20, 'z')};
      write(item, writer);
    }
    LayoutReader reader(out);
    for (const Item& item : items) ASSERT_TRUE(reads_back(item, reader)) << "round " << round;
    ASSERT_TRUE(reader.ok() && reader.at_end()) << "round " << round;

    for (std::size_t size = 0; size < out.size(); ++size) {
      LayoutReader cut(std::string_view(out).substr(0, size));
      for (const Item& item : items) reads_back(item, cut);
      ASSERT_FALSE(cut.ok()) << "round " << round << " cut to " << size;
    }
  }
}

}  // namespace
}  // namespace pairwatch
