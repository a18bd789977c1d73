// Hashes leave the process and are stored: their values must be those of everybody else, for ever.
#include "processors/core/hash.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pairwatch {
namespace {

struct Murmur2Vector {
  std::string bytes;
  std::int32_t hash;
};

// org.apache.kafka.common.utils.UtilsTest.testMurmur2
const Murmur2Vector kMurmur2Vectors[] = {
    {"21", -973932308},
    {"foobar", -790332482},
    {"a-little-bit-long-string", -985981536},
    {"a-little-bit-longer-string", -1486304829},
    {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
    {"abc", 479470107},
};

TEST(Murmur2, EqualsThatOfJavaClients) {
  for (const auto& [bytes, hash] : kMurmur2Vectors) EXPECT_EQ(static_cast<std::int32_t>(murmur2(bytes)), hash) << bytes;
}

// Computed by a transcription of the Java source: a signed char would smear its sign over the word.
TEST(Murmur2, ReadsBytesAboveAsciiAsUnsigned) {
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("\xff\xfe\x80\x81\xff\x90\xa0")), -309369008);
}

TEST(Partitioner, TakesTheHashWithoutItsSignModuloTheCount) {
  for (const auto& [bytes, hash] : kMurmur2Vectors) {
    for (const std::int32_t count : {1, 2, 8, 13, 256, 1000}) {
      EXPECT_EQ(partition_of(bytes, count), (hash & 0x7fffffff) % count) << bytes << " of " << count;
    }
  }
}

TEST(Partitioner, SendsFoobarWhereAJavaClientSendsIt) {
  EXPECT_EQ(partition_of("foobar", 10), 6);  // (-790332482 & 0x7fffffff) % 10
}

TEST(PartitionerDeathTest, RefusesATopicWithoutPartitions) { EXPECT_DEATH(partition_of("x", 0), "at least one partition"); }

struct Xxh3Vector {
  std::string bytes;
  std::uint64_t hash64;
  Hash128 hash128;
};

std::string all_bytes_twice() {
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes.push_back(static_cast<char>(i & 0xff));
  return bytes;
}

// As the Python package xxhash prints them. One of each way in which XXH3 goes: by length 0, 1-3, 4-8, 17-128, above 240.
TEST(Xxh3, HasTheValuesThatOtherImplementationsGive) {
  const Xxh3Vector vectors[] = {
      {"", 0x2d06800538d394c2U, {0x99aa06d3014798d8U, 0x6001c324468d497fU}},
      {"a7", 0x66fbb87c28a2165cU, {0x590402640c852697U, 0x66fbb87c28a2165cU}},
      {"\x1f"
       "a7\x1f"
       "m3",
       0x703d14113080e985U,
       {0xfbfeb4b1f0d8e03eU, 0xd670e41e32cf5d2fU}},
      {"app\x1f"
       "account-0123456789\x1f"
       "account-abcdefghij-and-so-on",
       0x5cae9b43459e31ceU,
       {0x25ab6096cfc7e7b1U, 0xb495381dfddae942U}},
      {all_bytes_twice(), 0x1059105ad19bfa09U, {0x111d5771df64cbcbU, 0x1059105ad19bfa09U}},
  };
  for (const Xxh3Vector& vector : vectors) {
    EXPECT_EQ(hash64(vector.bytes), vector.hash64) << vector.bytes.size() << " bytes";
    EXPECT_EQ(hash128(vector.bytes), vector.hash128) << vector.bytes.size() << " bytes";
  }
}

TEST(KeyWithMurmur2, HasThatHash) {
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  for (int round = 0; round < 10'000; ++round) {
    const auto hash = static_cast<std::uint32_t>(random());
    const auto key = key_with_murmur2(hash);
    ASSERT_EQ(murmur2(std::string_view(key.data(), key.size())), hash);
  }
}

}  // namespace
}  // namespace pairwatch
