#include "topology/embedded/sorted_input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "processors/decode/decode.h"
#include "tests/embedded/files.h"
#include "tests/support/events.h"

namespace pairwatch::embedded {
namespace {

struct Line {
  std::int64_t number;
  std::string value;
  friend bool operator==(const Line&, const Line&) = default;
};

class SortedInputTest : public ::testing::Test {
 protected:
  std::unique_ptr<InputSource> sorted(std::string_view bytes, const SortLimits& sort = {}, const InputLimits& limits = {}) {
    return sort_by_time(open_input(folder.write("input", bytes), Framing::kLines, limits), decode::make_decoder({}), limits, sort);
  }
  static std::vector<Line> read_all(InputSource& input) {
    std::vector<Line> all;
    for (auto records = input.next(SIZE_MAX); !records.empty(); records = input.next(SIZE_MAX)) {
      for (const Record& record : records) all.push_back({record.offset, std::string(record.value)});
    }
    return all;
  }
  static std::string line_at(Duration after_base) { return test::message("a", "m").id("e").at(after_base).json(); }

  test::TestFolder folder;
};

TEST_F(SortedInputTest, OrdersByEventTimeAndKeepsTheNumbers) {
  const std::string a = line_at(seconds(3));
  const std::string b = line_at(seconds(1));
  const std::string c = line_at(seconds(2));
  EXPECT_EQ(read_all(*sorted(a + "\n" + b + "\n\n" + c + "\n")), (std::vector<Line>{{1, b}, {3, c}, {0, a}}));
}

TEST_F(SortedInputTest, KeepsTheOrderOfLinesAtOneTime) {
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += line_at(seconds(7)) + "\n";
  const std::vector<Line> all = read_all(*sorted(bytes, {.run_bytes = 1000, .merge_bytes = 1000}));
  ASSERT_EQ(all.size(), 50u);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].number, static_cast<std::int64_t>(i));
}

TEST_F(SortedInputTest, BringsUnreadableRecordsFirst) {
  const std::string good = line_at(seconds(1));
  EXPECT_EQ(read_all(*sorted(good + "\nnot json\n{}\n")), (std::vector<Line>{{1, "not json"}, {2, "{}"}, {0, good}}));
}

TEST_F(SortedInputTest, MergesManyRunsIntoOneOrder) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> times(3000);
  std::string bytes;
  for (std::int64_t& time : times) {
    time = static_cast<std::int64_t>(random() % 1'000'000);
    bytes += line_at(milliseconds(time)) + "\n";
  }
  std::vector<std::int64_t> expected(times.size());
  std::iota(expected.begin(), expected.end(), 0);
  std::stable_sort(expected.begin(), expected.end(), [&](std::int64_t a, std::int64_t b) {
    return times[static_cast<std::size_t>(a)] < times[static_cast<std::size_t>(b)];
  });

  const auto input = sorted(bytes, {.run_bytes = 20'000, .merge_bytes = 10'000}, {.batch_records = 100, .batch_bytes = 10'000});
  std::vector<std::int64_t> numbers;
  for (const Line& line : read_all(*input)) numbers.push_back(line.number);
  EXPECT_EQ(numbers, expected);
  EXPECT_FALSE(input->failure());
  EXPECT_EQ(input->bytes_read(), bytes.size());
}

TEST_F(SortedInputTest, OrdersWithinAMillisecond) {
  const auto at = [](std::string_view fraction) {
    return "{\"eventId\":\"e\",\"occurredAt\":\"2026-03-01T18:00:00." + std::string(fraction) + "Z\"}";
  };
  const std::vector<Line> all = read_all(*sorted(at("000000900") + "\n" + at("000000100") + "\n"));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].number, 1);
}

TEST_F(SortedInputTest, TellsThatTheInputIsNotThere) {
  const auto input = sort_by_time(open_input(folder.path() + "/none", Framing::kLines, {}), decode::make_decoder({}), {}, {});
  EXPECT_TRUE(input->next(10).empty());
  ASSERT_TRUE(input->failure());
  EXPECT_NE(input->failure()->find("No such file"), std::string::npos);
}

TEST_F(SortedInputTest, TellsWhereThereIsNoRoomForItsTemporaryFile) {
  ASSERT_EQ(::setenv("TMPDIR", (folder.path() + "/none").c_str(), 1), 0);
  const auto input = sorted(line_at(seconds(1)));
  EXPECT_TRUE(input->next(10).empty());
  ::unsetenv("TMPDIR");
  ASSERT_TRUE(input->failure());
  EXPECT_NE(input->failure()->find("set TMPDIR"), std::string::npos) << *input->failure();
}

TEST_F(SortedInputTest, LeavesNoFileBehind) {
  ASSERT_EQ(::setenv("TMPDIR", folder.path().c_str(), 1), 0);
  {
    const auto input = sorted(line_at(seconds(1)));
    read_all(*input);
  }
  ::unsetenv("TMPDIR");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) names.push_back(entry.path().filename());
  EXPECT_EQ(names, (std::vector<std::string>{"input"}));
}

}  // namespace
}  // namespace pairwatch::embedded
