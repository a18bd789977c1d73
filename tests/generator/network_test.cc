// A real network as ordinary traffic, from a small file made by hand.
#include "tools/generator/network.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tools/generator/generate.h"

namespace pairwatch::generator {
namespace {

/// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pairwatch-network-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  std::string plain(const std::string& name, const std::string& content) const {
    const std::string path = (path_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::string gzipped(const std::string& name, const std::string& content) const {
    const std::string path = (path_ / name).string();
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return path;
  }

 private:
  std::filesystem::path path_;
};

// 1 writes to 2, 2 answers, 3 is a friend of both before it writes to 1 again; one line to itself, one out of order.
constexpr const char* kLines =
    "# a comment\n"
    "1 2 1600000000\n"
    "2 1 1600000100\n"
    "3\t2\t1600000200\n"
    "\n"
    "1 3 1600000400\n"
    "1 1 1600000450\n"
    "1 2 1600000300\n"
    "1 2 1600000300\n";

std::vector<v1::InteractionEvent> events_of(const Options& options) {
  std::ostringstream out;
  generate(options, out, nullptr);
  std::istringstream in(out.str());
  std::vector<v1::InteractionEvent> events;
  for (std::string line; std::getline(in, line);) {
    events.emplace_back();
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &events.back()).ok()) << line;
  }
  return events;
}

std::vector<std::string> story_of(const std::vector<v1::InteractionEvent>& events) {
  std::vector<std::string> story;
  for (const auto& event : events) {
    const auto* field = v1::InteractionEvent::descriptor()->FindFieldByNumber(event.what_case());
    story.push_back(event.actor().account_id() + ">" + event.target().account_id() + " " + field->name() + " " +
                    std::to_string(event.occurred_at().seconds() - 1'600'000'000));
  }
  return story;
}

Options with_network(const std::string& path) {
  Options options;
  options.network = path;
  return options;
}

TEST(Network, IsReadPlainAndGzip) {
  const TemporaryFolder folder;
  for (const std::string& path : {folder.plain("n.txt", kLines), folder.gzipped("n.txt.gz", kLines)}) {
    const Network network = read_network(path);
    EXPECT_EQ(network.names, (std::vector<std::string>{"1", "2", "3"}));
    ASSERT_EQ(network.lines.size(), 6U);
    EXPECT_EQ(network.self_lines, 1U);
    EXPECT_EQ(network.lines[3].seconds, 1'600'000'300) << "sorted by time";
  }
}

TEST(Network, BecomesRequestsAcceptancesAndMessages) {
  const TemporaryFolder folder;
  const std::vector<std::string> expected = {
      "n1>n2 contact_request 0",   "n1>n2 message 0",   "n2>n1 contact_accept 100", "n2>n1 message 100",
      "n3>n2 contact_request 200", "n3>n2 message 200", "n1>n2 message 300",        "n1>n2 message 300",
      "n1>n3 contact_request 400", "n1>n3 message 400",
  };
  EXPECT_EQ(story_of(events_of(with_network(folder.plain("n.txt", kLines)))), expected);
}

TEST(Network, KeepsIdenticalRowsAsTwoEvents) {
  const TemporaryFolder folder;
  const auto events = events_of(with_network(folder.plain("n.txt", "a b 1600000000\na b 1600000000\n")));
  ASSERT_EQ(events.size(), 3U);
  EXPECT_NE(events[1].event_id(), events[2].event_id());
}

TEST(Network, CountsContactsInCommonAsTheyWereAtTheTime) {
  const TemporaryFolder folder;
  std::map<std::string, std::uint32_t> in_common;
  for (const auto& event : events_of(with_network(folder.plain("n.txt", kLines)))) {
    in_common[event.actor().account_id() + event.target().account_id()] = event.mutual_contacts();
  }
  EXPECT_EQ(in_common["n1n2"], 0U);
  EXPECT_EQ(in_common["n3n2"], 0U);
  EXPECT_EQ(in_common["n1n3"], 1U) << "both know n2 by then";
}

TEST(Network, HasNoTextUnlessTold) {
  const TemporaryFolder folder;
  Options options = with_network(folder.plain("n.txt", kLines));
  for (const auto& event : events_of(options)) EXPECT_TRUE(event.message().text().empty());
  options.network_text = true;
  std::size_t with_text = 0;
  for (const auto& event : events_of(options)) with_text += !event.message().text().empty();
  EXPECT_EQ(with_text, 6U);
}

TEST(Network, LaysAgesOfTheAskedShareOverAccounts) {
  const TemporaryFolder folder;
  std::string lines;
  for (int i = 0; i < 4000; ++i) lines += std::to_string(2 * i) + " " + std::to_string(2 * i + 1) + " 1600000000\n";
  Options options = with_network(folder.plain("n.txt", lines));
  options.minor_share = 0.3;
  std::map<std::string, v1::AgeBand> ages;
  for (const auto& event : events_of(options)) {
    for (const auto* account : {&event.actor(), &event.target()}) {
      EXPECT_EQ(ages.try_emplace(account->account_id(), account->age_band()).first->second, account->age_band());
    }
  }
  double minors = 0;
  for (const auto& [id, band] : ages) {
    EXPECT_NE(band, v1::AGE_BAND_UNSPECIFIED);
    minors += band != v1::AGE_BAND_ADULT;
  }
  EXPECT_NEAR(minors / static_cast<double>(ages.size()), 0.3, 0.02);
}

TEST(Network, MovesTimesThatCountFromZero) {
  const TemporaryFolder folder;
  const auto events = events_of(with_network(folder.plain("n.txt", "a b 0\nb a 60\n")));
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].occurred_at().seconds(), Options{}.start.ms / 1000);
  EXPECT_EQ(events[3].occurred_at().seconds(), Options{}.start.ms / 1000 + 60);
}

TEST(Network, CanHaveRelationsLaidIn) {
  const TemporaryFolder folder;
  Options options = with_network(folder.plain("n.txt", "a b 1600000000\nb a 1603000000\n"));
  options.risky = 6;
  std::ostringstream out, labels;
  const Summary summary = generate(options, out, &labels);
  EXPECT_EQ(summary.labels, 12U);
  EXPECT_GT(summary.events, 200U);
  EXPECT_EQ(summary.first, EventTime{1'600'000'000'000});
  EXPECT_EQ(summary.last, EventTime{1'603'000'000'000});
}

TEST(Network, NamesTheLineThatIsWrong) {
  const TemporaryFolder folder;
  for (const std::string& bad : {std::string("1 2"), std::string("1 2 x"), std::string("1 2 12.5"), std::string("1\x01 2 5"),
                                 "1 2 " + std::string(2000, ' ') + "5", std::string("1 2 99999999999999999999")}) {
    const std::string path = folder.plain("bad.txt", "1 2 1600000000\n" + bad + "\n");
    try {
      read_network(path);
      FAIL() << bad;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(":2: "), std::string::npos) << error.what();
    }
  }
}

TEST(Network, SaysThatAFileIsNotThereOrCutShort) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_network("/no/such/network"), std::runtime_error);
  const std::string path = folder.gzipped("cut.gz", std::string(kLines) + std::string(kLines));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 12);
  EXPECT_THROW(read_network(path), std::runtime_error);
}

TEST(Network, RefusesTimesInAnotherUnit) {
  const TemporaryFolder folder;
  EXPECT_THROW(events_of(with_network(folder.plain("n.txt", "a b 1600000000000\n"))), std::runtime_error);
}

TEST(Network, MayBeEmpty) {
  const TemporaryFolder folder;
  EXPECT_TRUE(events_of(with_network(folder.plain("n.txt", "# nothing\n"))).empty());
}

}  // namespace
}  // namespace pairwatch::generator
