#include "topology/embedded/input.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/embedded/files.h"
#include "tests/support/events.h"

namespace pairwatch::embedded {
namespace {

using test::delimited;

using Numbered = std::vector<std::pair<std::int64_t, std::string>>;

/// All records of a source; each batch's size is added to `batches`.
Numbered read_all(InputSource& input, std::vector<std::size_t>* batches = nullptr) {
  Numbered all;
  while (true) {
    const auto records = input.next(SIZE_MAX);
    if (records.empty()) return all;
    if (batches != nullptr) batches->push_back(records.size());
    for (const Record& record : records) all.emplace_back(record.offset, std::string(record.value));
  }
}

class InputTest : public ::testing::Test {
 protected:
  Numbered read(std::string_view bytes, Framing framing = Framing::kLines, const InputLimits& limits = {}) {
    input = open_input(folder.write("input", bytes), framing, limits);
    return read_all(*input);
  }
  test::TestFolder folder;
  std::unique_ptr<InputSource> input;
};

TEST_F(InputTest, NumbersLinesFromZero) {
  EXPECT_EQ(read("{\"a\":1}\n{\"b\":2}\n"), (Numbered{{0, "{\"a\":1}"}, {1, "{\"b\":2}"}}));
  EXPECT_EQ(input->bytes_read(), 16u);
  EXPECT_EQ(input->bytes_total(), 16u);
}

TEST_F(InputTest, TakesALastLineWithoutItsEnd) { EXPECT_EQ(read("one\ntwo"), (Numbered{{0, "one"}, {1, "two"}})); }

TEST_F(InputTest, CountsEmptyLinesButTakesThemForNoRecords) {
  EXPECT_EQ(read("\n\none\n  \t\n\r\ntwo\n\n"), (Numbered{{2, "one"}, {5, "two"}}));
}

TEST_F(InputTest, TakesCarriageReturnsOffTheEndsOfLines) { EXPECT_EQ(read("one\r\ntwo\r\n"), (Numbered{{0, "one"}, {1, "two"}})); }

TEST_F(InputTest, SkipsAByteOrderMark) { EXPECT_EQ(read("\xEF\xBB\xBFone\n"), (Numbered{{0, "one"}})); }

TEST_F(InputTest, KeepsNulBytesWithinALine) {
  const std::string line("o\0ne", 4);
  EXPECT_EQ(read(line + "\n"), (Numbered{{0, line}}));
}

TEST_F(InputTest, HasNoRecordsInAnEmptyFile) {
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("", Framing::kAuto).empty());
  EXPECT_TRUE(read("", Framing::kDelimited).empty());
  EXPECT_FALSE(input->failure());
}

TEST_F(InputTest, CutsALineThatIsTooLongAndGoesOnBehindIt) {
  const Numbered all = read(std::string(3'000'000, 'x') + "\nshort\n", Framing::kLines, {.max_record_bytes = 1000});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].second, std::string(1001, 'x')) << "one byte above the limit, so that intake rejects it";
  EXPECT_EQ(all[1], std::make_pair(std::int64_t{1}, std::string("short")));
}

TEST_F(InputTest, CutsALastLineThatIsTooLong) {
  EXPECT_EQ(read("short\n" + std::string(700'000, 'x'), Framing::kLines, {.max_record_bytes = 10}),
            (Numbered{{0, "short"}, {1, std::string(11, 'x')}}));
}

TEST_F(InputTest, GetsThroughMoreEmptyLinesThanABatchHolds) {
  EXPECT_EQ(read(std::string(2'000'000, '\n') + "one\n", Framing::kLines, {.batch_bytes = 1000}), (Numbered{{2'000'000, "one"}}));
}

TEST_F(InputTest, EndsABatchByRecordsAndByBytes) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += std::string(9, 'x') + "\n";
  std::vector<std::size_t> batches;
  input = open_input(folder.write("input", bytes), Framing::kLines, {.batch_records = 30});
  read_all(*input, &batches);
  EXPECT_EQ(batches, (std::vector<std::size_t>{30, 30, 30, 10}));

  batches.clear();
  input = open_input(folder.write("input", bytes), Framing::kLines, {.batch_bytes = 360});
  read_all(*input, &batches);
  EXPECT_EQ(batches, (std::vector<std::size_t>{40, 40, 20}));
}

TEST_F(InputTest, MakesTheSameBatchesHoweverAPipeDelivers) {
  std::string bytes;
  std::mt19937_64 random(7);
  for (int i = 0; i < 3000; ++i) bytes += std::string(random() % 400, 'x') + "\n";
  const InputLimits limits{.batch_records = 100, .batch_bytes = 10'000, .max_record_bytes = 300};
  std::vector<std::size_t> from_file;
  input = open_input(folder.write("input", bytes), Framing::kLines, limits);
  const Numbered expected = read_all(*input, &from_file);

  const std::string pipe = folder.path() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] {
    const int file = ::open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
    std::string_view rest(bytes);
    while (!rest.empty()) {
      const ssize_t wrote = ::write(file, rest.data(), std::min<std::size_t>(rest.size(), 1 + random() % 5000));
      if (wrote <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(wrote));
    }
    ::close(file);
  });
  std::vector<std::size_t> from_pipe;
  input = open_input(pipe, Framing::kLines, limits);
  EXPECT_EQ(input->bytes_total(), std::nullopt);
  EXPECT_EQ(read_all(*input, &from_pipe), expected);
  writer.join();
  EXPECT_EQ(from_pipe, from_file);
}

TEST_F(InputTest, ReadsMessagesAfterTheirLengths) {
  const std::string large(200'000, 'x');
  EXPECT_EQ(read(delimited("one") + delimited("") + delimited(large), Framing::kDelimited),
            (Numbered{{0, "one"}, {1, ""}, {2, large}}));
}

TEST_F(InputTest, MarksAMessageThatTheEndCutsOff) {
  const std::string whole = delimited("first") + delimited(std::string(200, 'x'));
  for (const std::size_t cut : {1u, 100u, 200u}) {
    const Numbered all = read(std::string_view(whole).substr(0, whole.size() - cut), Framing::kDelimited);
    EXPECT_EQ(all, (Numbered{{0, "first"}, {1, "\xFF"}})) << "cut by " << cut;
  }
  const Numbered within_length = read(std::string_view(whole).substr(0, 7), Framing::kDelimited);
  EXPECT_EQ(within_length, (Numbered{{0, "first"}, {1, "\xFF"}}));
  EXPECT_FALSE(input->failure());
}

TEST_F(InputTest, CutsAMessageThatIsTooLargeAndGoesOnBehindIt) {
  EXPECT_EQ(read(delimited(std::string(2'000'000, 'x')) + delimited("next"), Framing::kDelimited, {.max_record_bytes = 100}),
            (Numbered{{0, std::string(101, 'x')}, {1, "next"}}));
}

TEST_F(InputTest, FailsWhereALengthIsNoVarint) {
  const Numbered all = read(delimited("first") + std::string(12, '\xFF') + delimited("lost"), Framing::kDelimited);
  EXPECT_EQ(all, (Numbered{{0, "first"}}));
  ASSERT_TRUE(input->failure());
  EXPECT_NE(input->failure()->find("message 2"), std::string::npos) << *input->failure();
}

TEST_F(InputTest, TellsThatAFileIsNotThere) {
  input = open_input(folder.path() + "/none", Framing::kAuto, {});
  ASSERT_TRUE(input->failure());
  EXPECT_NE(input->failure()->find("No such file"), std::string::npos) << *input->failure();
  EXPECT_TRUE(input->next(10).empty());
}

TEST_F(InputTest, TellsThatAFolderIsNoFile) {
  input = open_input(folder.path(), Framing::kAuto, {});
  ASSERT_TRUE(input->failure());
  EXPECT_NE(input->failure()->find("directory"), std::string::npos) << *input->failure();
}

TEST(RecogniseFraming, TellsJsonLinesFromMessages) {
  std::string lines;
  std::string messages;
  for (int i = 0; i < 5; ++i) {
    const test::EventBuilder event = test::message("a7", "m3").text("hi");
    lines += event.json() + "\n";
    messages += delimited(event.proto());
  }
  EXPECT_EQ(recognise_framing(lines, true), Framing::kLines);
  EXPECT_EQ(recognise_framing("\n\n" + lines, true), Framing::kLines);
  EXPECT_EQ(recognise_framing("  " + lines, true), Framing::kLines);
  EXPECT_EQ(recognise_framing("\xEF\xBB\xBF" + lines, true), Framing::kLines);
  EXPECT_EQ(recognise_framing("{\n  \"eventId\": \"e1\"\n}\n", true), Framing::kLines);
  EXPECT_EQ(recognise_framing("no JSON at all\n", true), Framing::kLines);
  EXPECT_EQ(recognise_framing("", true), Framing::kLines);
  EXPECT_EQ(recognise_framing(messages, true), Framing::kDelimited);
  EXPECT_EQ(recognise_framing(messages.substr(0, messages.size() - 3), true), Framing::kDelimited);
  EXPECT_EQ(recognise_framing(messages.substr(0, 20), false), Framing::kDelimited);
}

TEST(RecogniseFraming, KnowsAMessageOfTheLengthThatIsAnOpeningBrace) {
  test::EventBuilder event = test::message("a7", "m3");
  std::string text;
  while (event.text(text).proto().size() < '{') text.push_back('x');
  const std::string bytes = event.proto();
  ASSERT_EQ(bytes.size(), static_cast<std::size_t>('{'));
  EXPECT_EQ(recognise_framing(delimited(bytes), true), Framing::kDelimited);
  EXPECT_EQ(recognise_framing(delimited(bytes) + delimited(bytes) + delimited(bytes), true), Framing::kDelimited);
}

TEST(RecogniseFraming, TakesNoLineOfJsonForMessagesWhateverItsLength) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    std::string lines;
    for (int line = 0; line < 5; ++line) {
      lines += test::message("a" + std::to_string(random() % 1000), "m3").text(std::string(random() % 200, '"')).json() + "\n";
    }
    ASSERT_EQ(recognise_framing(lines, true), Framing::kLines) << lines;
  }
}

}  // namespace
}  // namespace pairwatch::embedded
