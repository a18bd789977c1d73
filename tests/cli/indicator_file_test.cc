// Lists of hashes and files of indicators, as people and other programs write them.
#include "tools/cli/indicator_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "processors/core/hash.h"
#include "tests/embedded/files.h"

namespace pairwatch::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  std::vector<std::string> hashes;
  HashListEnd end;
};

Read read(const std::string& text, IndicatorKind kind = IndicatorKind::kDevice) {
  Read result;
  std::istringstream in(text);
  result.end = read_hash_list(in, kind, [&](const std::string& hash) {
    result.hashes.push_back(hash);
    return true;
  });
  return result;
}

TEST(HashList, IsOneHashALineInEitherCase) {
  const Read list = read("00ff\nABcd\n");
  EXPECT_THAT(list.hashes, ElementsAre(std::string("\x00\xff", 2), "\xab\xcd"));
  EXPECT_EQ(list.end.hashes, 2U);
  EXPECT_THAT(list.end.problems, IsEmpty());
}

TEST(HashList, LeavesOutSpaceCommentsAndEmptyLines) {
  const Read list = read("# a list\n\n  0102 \t# of whom\r\n\t\n#0304\n0506");
  EXPECT_THAT(list.hashes, ElementsAre("\x01\x02", "\x05\x06"));
  EXPECT_THAT(list.end.problems, IsEmpty());
}

TEST(HashList, LeavesOutAByteOrderMark) {
  EXPECT_THAT(read("\xef\xbb\xbf"
                   "0102\n")
                  .hashes,
              ElementsAre("\x01\x02"));
}

TEST(HashList, TellsEachBadLineByItsNumber) {
  const Read list = read("0102\nxyz\n012\n" + std::string(130, '0') + "\n0304\n01 02\n");
  EXPECT_THAT(
      list.end.problems,
      ElementsAre("line 2: character 1 of the hash is no hexadecimal digit", "line 3: the hash has an odd number of digits, 3",
                  "line 4: the hash has 65 bytes; 64 is the most", "line 6: character 3 of the hash is no hexadecimal digit"));
  EXPECT_EQ(list.end.bad_lines, 4U);
  EXPECT_THAT(list.hashes, ElementsAre("\x01\x02", "\x03\x04"));
}

TEST(HashList, OfAccountsAndHandlesIsOfSha256) {
  for (const IndicatorKind kind : {IndicatorKind::kAccount, IndicatorKind::kHandle}) {
    EXPECT_EQ(read(std::string(64, 'a'), kind).end.hashes, 1U);
    const Read list = read("0102", kind);
    EXPECT_THAT(list.end.problems, ElementsAre(HasSubstr("SHA-256, 32 bytes")));
  }
}

TEST(HashList, TellsTheFirstProblemsAndCountsTheRest) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "x\n";
  const Read list = read(text);
  EXPECT_EQ(list.end.bad_lines, 100U);
  EXPECT_EQ(list.end.problems.size(), kMostProblems);
}

TEST(HashList, RefusesALineWithoutAnEndInBoundedMemory) {
  const Read list = read("0102\n" + std::string(1 << 20, 'a') + "\n0304\n");
  EXPECT_THAT(list.end.problems, ElementsAre("line 2: is longer than 4096 bytes"));
  EXPECT_THAT(list.hashes, ElementsAre("\x01\x02", "\x03\x04"));
}

TEST(HashList, EndsWhereNoMoreIsWanted) {
  std::istringstream in("0102\n0304\n");
  int taken = 0;
  read_hash_list(in, IndicatorKind::kDevice, [&](const std::string&) { return ++taken < 1; });
  EXPECT_EQ(taken, 1);
}

/// Any bytes: each line is a hash, a problem or nothing; and hashes written as digits come back as they were.
TEST(HashListProperty, EveryLineIsAHashAProblemOrNothing) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto any = [&](int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); };
  constexpr std::string_view kAlphabet = "0123456789abcdefABCDEF #\t\rxg\xef\xbb\xbf";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    std::vector<std::string> expected;
    std::uint64_t lines = 0;
    for (int line = any(6); line > 0; --line, ++lines) {
      if (any(2) == 0) {
        std::string hash;
        for (int i = 1 + any(64); i > 0; --i) hash.push_back(static_cast<char>(any(256)));
        expected.push_back(hash);
        text += std::string(static_cast<std::size_t>(any(3)), ' ');
        for (const char byte : hash) {
          text.push_back("0123456789abcdef"[static_cast<unsigned char>(byte) >> 4]);
          text.push_back("0123456789ABCDEF"[static_cast<unsigned char>(byte) & 15]);
        }
        text += any(2) == 0 ? " # a remark\n" : "\r\n";
      } else {
        text += '#';  // so that what follows is known to be nothing
        for (int i = any(40); i > 0; --i)
          text.push_back(kAlphabet[static_cast<std::size_t>(any(static_cast<int>(kAlphabet.size())))]);
        text += '\n';
      }
    }
    const Read list = read(text);
    EXPECT_EQ(list.hashes, expected);
    EXPECT_EQ(list.end.bad_lines, 0U);

    std::string noise;
    for (int i = any(200); i > 0; --i) {
      noise.push_back(any(12) == 0 ? '\n' : kAlphabet[static_cast<std::size_t>(any(static_cast<int>(kAlphabet.size())))]);
    }
    const Read of_noise = read(noise);
    const auto line_count = static_cast<std::uint64_t>(std::count(noise.begin(), noise.end(), '\n')) + 1;
    EXPECT_LE(of_noise.end.hashes + of_noise.end.bad_lines, line_count);
    for (const std::string& hash : of_noise.hashes) EXPECT_TRUE(!hash.empty() && hash.size() <= 64);
  }
}

class IndicatorFileTest : public ::testing::Test {
 protected:
  IndicatorFile read_lines(const std::string& text, std::size_t most = 100) {
    return read_indicators(folder.write("indicators.jsonl", text), most);
  }
  static bool is_imported(const IndicatorFile& file, std::string_view hash) {
    return file.known->current()
        ->find(IndicatorKind::kDevice, hash64(hash), "", EventTime{1'772'388'000'000}, days(400), 0)
        .imported;
  }

  test::TestFolder folder;
};

TEST_F(IndicatorFileTest, HoldsOneIndicatorALine) {
  const IndicatorFile file = read_lines(
      R"({"kind":"INDICATOR_KIND_DEVICE","hash":"ZDE=","origin":"INDICATOR_ORIGIN_IMPORTED","source":"list"})"
      "\n\n"
      R"({"kind":"INDICATOR_KIND_DEVICE","digest":"17","origin":"INDICATOR_ORIGIN_CONFIRMED","account":"9","since":"2026-03-01T18:00:00Z"})"
      "\n");
  EXPECT_EQ(file.problem, "");
  ASSERT_NE(file.known, nullptr);
  EXPECT_EQ(file.known->counts().entries, 2U);
  EXPECT_TRUE(is_imported(file, "d1"));
  EXPECT_FALSE(is_imported(file, "d2"));
}

TEST_F(IndicatorFileTest, TellsEachBadLine) {
  const IndicatorFile file = read_lines("not json\n{}\n{\"unknown\":1}\n");
  EXPECT_THAT(file.problem, HasSubstr("line 1: is no pairwatch.v1.Indicator as JSON"));
  EXPECT_THAT(file.problem, HasSubstr("line 2: it has no kind"));
  EXPECT_THAT(file.problem, HasSubstr("line 3: is no pairwatch.v1.Indicator as JSON"));
}

TEST_F(IndicatorFileTest, RefusesMoreThanItMayHold) {
  const IndicatorFile file =
      read_lines(R"({"kind":"INDICATOR_KIND_DEVICE","hash":"ZDE=","origin":"INDICATOR_ORIGIN_IMPORTED","source":"list"})"
                 "\n"
                 R"({"kind":"INDICATOR_KIND_DEVICE","hash":"ZDI=","origin":"INDICATOR_ORIGIN_IMPORTED","source":"list"})",
                 1);
  EXPECT_THAT(file.problem, HasSubstr("more than 1 indicators; raise indicators.max_entries"));
}

TEST_F(IndicatorFileTest, ThatIsNotThereIsAProblem) {
  EXPECT_THAT(read_indicators(folder.path() + "/none", 10).problem, HasSubstr("cannot read"));
}

}  // namespace
}  // namespace pairwatch::cli
