// `pairwatch replay` as a shell sees it: what it prints where, and how it ends.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "pairwatch/v1/escalation.pb.h"
#include "tests/embedded/files.h"
#include "tests/embedded/traffic.h"
#include "tests/support/events.h"

namespace pairwatch {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Ending {
  int exit_code = -1;
  std::string out;
  std::string err;
};

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

const std::string kDemo = PAIRWATCH_SOURCE_DIR "/tests/data/demo.jsonl";

class ReplayTest : public ::testing::Test {
 protected:
  /// `before` and `after` stand around the command, for pipes.
  Ending replay(const std::string& arguments, const std::string& before = "", const std::string& after = "") {
    const std::string out = folder.path() + "/out";
    const std::string err = folder.path() + "/err";
    const std::string command = before + " env -i " PAIRWATCH_BINARY " replay " + arguments + " 2>" + err + after + " >" + out;
    const int status = std::system(("bash -c 'set -o pipefail; " + command + "'").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(err)};
  }

  test::TestFolder folder;
};

TEST_F(ReplayTest, WritesTheDemoStreamsEscalationsToTheByte) {
  const Ending run = replay("--input " + kDemo);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, IsEmpty());
  const std::string expected = text_of(PAIRWATCH_SOURCE_DIR "/tests/data/demo.escalations.jsonl");
  ASSERT_FALSE(expected.empty());
  EXPECT_TRUE(run.out == expected) << "where this is meant, look at the difference and write it anew: pairwatch replay --input "
                                      "tests/data/demo.jsonl > tests/data/demo.escalations.jsonl";
}

TEST_F(ReplayTest, WritesTheSameBytesOnAnyNumberOfThreads) {
  const std::string input = folder.write("events.jsonl", test::as_lines(test::mixed_traffic(31, 20'000)));
  const std::string one = replay("--threads 1 --input " + input).out;
  EXPECT_GT(lines_of(one).size(), 100u);
  EXPECT_TRUE(replay("--threads 2 --input " + input).out == one);
  EXPECT_TRUE(replay("--threads 8 --input " + input).out == one);
}

TEST_F(ReplayTest, AppliesDecisionsOfAFile) {
  const std::string first = lines_of(replay("--input " + kDemo).out).front();
  v1::Escalation opened;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(first, &opened).ok());
  const std::string decisions =
      folder.write("decisions.jsonl", R"({"escalationId":")" + opened.escalation_id() +
                                          R"(","verdict":"VERDICT_DISMISSED","decidedAt":"2026-03-04T00:00:00Z"})" + "\n{\n");
  const Ending run = replay("--input " + kDemo + " --decisions " + decisions);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("ESCALATION_REASON_DECISION"));
  EXPECT_THAT(run.err, StartsWith("decision line 2: malformed_json"));
  EXPECT_EQ(replay("--input " + kDemo + " --decisions /nowhere").exit_code, 1);
}

TEST_F(ReplayTest, KnowsTheIndicatorsOfAFile) {
  std::vector<test::EventBuilder> events;
  for (const char* actor : {"a7", "a8"}) {  // each to a minor of its own
    test::EventBuilder event = test::message(actor, actor == std::string("a7") ? "m3" : "m4").id(actor).adult_to_minor();
    events.push_back(event.mutual_contacts(0).label("image_request", 0.95F).actor_device(actor));
  }
  const std::string input = folder.write("events.jsonl", test::as_lines(events));
  const std::string indicators = folder.write(
      "indicators.jsonl", R"({"kind":"INDICATOR_KIND_DEVICE","hash":"YTc=","origin":"INDICATOR_ORIGIN_IMPORTED","source":"list"})"
                          "\n");
  const std::vector<std::string> known = lines_of(replay("--input " + input + " --indicators " + indicators).out);
  ASSERT_EQ(known.size(), 2u);
  EXPECT_THAT(known[0], AllOf(HasSubstr("shared_indicator"), HasSubstr("matches a list of known devices")));
  EXPECT_THAT(known[1], Not(HasSubstr("shared_indicator")));
  EXPECT_THAT(replay("--input " + input).out, Not(HasSubstr("shared_indicator")));
  const Ending bad = replay("--input " + input + " --indicators " + folder.write("bad.jsonl", "{}\n"));
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.out, IsEmpty());
  EXPECT_THAT(bad.err, HasSubstr("line 1: it has no kind"));
}

TEST_F(ReplayTest, WritesTheSameBytesForProtobuf) {
  const auto events = test::mixed_traffic(33, 3000);
  const std::string json = replay("--input " + folder.write("events.jsonl", test::as_lines(events))).out;
  const std::string protobuf = folder.write("events.pb", test::as_delimited(events));
  EXPECT_FALSE(json.empty());
  EXPECT_TRUE(replay("--input " + protobuf).out == json);
  EXPECT_TRUE(replay("--format protobuf --input " + protobuf).out == json);
}

TEST_F(ReplayTest, ReadsStandardInputAndWritesAFile) {
  const std::string written = folder.path() + "/escalations.jsonl";
  const Ending run = replay("--input - --output " + written, "cat " + kDemo + " |");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_TRUE(text_of(written) == replay("--input " + kDemo).out);
}

TEST_F(ReplayTest, WritesOneEscalationOfTheContractALine) {
  const Ending run = replay("--input " + kDemo);
  for (const std::string& line : lines_of(run.out)) {
    v1::Escalation escalation;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &escalation).ok()) << line;
    EXPECT_FALSE(escalation.escalation_id().empty());
    EXPECT_GE(escalation.revision(), 1u);
    EXPECT_FALSE(escalation.explanation().empty());
    bool names_an_event = escalation.subject().kind() != v1::SUBJECT_KIND_PAIR;  // an account's own evidence is no single event
    for (const v1::Evidence& evidence : escalation.evidence()) {
      if (!evidence.has_source()) continue;
      EXPECT_EQ(evidence.source().topic(), "platform.events");
      EXPECT_TRUE(evidence.source().has_offset());
      names_an_event = true;
    }
    EXPECT_TRUE(names_an_event) << line;
  }
}

TEST_F(ReplayTest, SortsAFileByTimeWhenAsked) {
  auto lines = lines_of(text_of(kDemo));
  const std::string in_order = replay("--input " + kDemo).out;
  std::reverse(lines.begin(), lines.end());
  std::string reversed;
  for (const std::string& line : lines) reversed += line + "\n";
  const std::string input = folder.write("reversed.jsonl", reversed);
  const Ending sorted = replay("--order time --input " + input);
  EXPECT_EQ(sorted.exit_code, 0) << sorted.err;
  // The same cases at the same risk; only the positions of the lines differ.
  const auto without_positions = [](const std::string& text) {
    std::string all;
    for (const std::string& line : lines_of(text)) {
      v1::Escalation escalation;
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &escalation).ok());
      escalation.clear_decided_at();
      for (v1::Evidence& evidence : *escalation.mutable_evidence()) evidence.clear_source();
      all += escalation.ShortDebugString() + "\n";
    }
    return all;
  };
  EXPECT_EQ(without_positions(sorted.out), without_positions(in_order));
}

TEST_F(ReplayTest, TellsBadLinesAndGoesOn) {
  const std::string good = test::message("a7", "m3").text("hi").json() + "\n";
  const std::string self = test::message("a7", "a7").text("my secret words").json() + "\n";
  const Ending run = replay("--summary --input " + folder.write("events.jsonl", good + "secret words\n\n" + self + good));
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, AllOf(StartsWith("line 2: malformed_json: the text is not the proto3 JSON"),
                             HasSubstr("\nline 4: self_interaction: "), HasSubstr("1 malformed_json, 1 self_interaction"),
                             HasSubstr("2 forwarded")));
  EXPECT_THAT(run.err, Not(HasSubstr("secret"))) << "nothing of a line is printed";
}

TEST_F(ReplayTest, EndsAtTheFirstBadLineWhereStrict) {
  const std::string good = test::message("a7", "m3").text("hi").json() + "\n";
  const Ending run = replay("--strict --input " + folder.write("events.jsonl", good + "broken\n" + good + "broken\n"));
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(lines_of(run.err).size(), 2u);
  EXPECT_THAT(run.err, AllOf(StartsWith("line 2: malformed_json: "), HasSubstr("stopped at line 2")));
}

TEST_F(ReplayTest, EndsWithZeroWhereStrictAndAllIsWell) { EXPECT_EQ(replay("--strict --input " + kDemo).exit_code, 0); }

TEST_F(ReplayTest, CountsMessagesOfProtobufFromOneToo) {
  const std::string message = test::delimited(test::message("a7", "m3").text("hi").proto());
  const std::string cut = message.substr(0, message.size() - 1);
  const Ending run = replay("--format protobuf --input " + folder.write("events.pb", message + cut));
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, StartsWith("message 2: malformed_protobuf: "));
}

TEST_F(ReplayTest, TellsWhatBecameOfTheEvents) {
  const Ending run = replay("--summary --input " + kDemo);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, AllOf(HasSubstr("events read"), HasSubstr("gated"), HasSubstr("pairs judged"), HasSubstr("for 1,000 pairs"),
                             HasSubstr("opened")));
}

TEST_F(ReplayTest, ShowsEachCaseOnceAsACard) {
  const Ending run = replay("--cards --input " + kDemo);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, IsEmpty());
  EXPECT_THAT(run.out, AllOf(HasSubstr("gift_fox"), HasSubstr("lily_m"), HasSubstr("events read")));
  EXPECT_THAT(run.out, Not(HasSubstr("\"escalationId\"")));
  const std::size_t first = run.out.find("jonas_w");
  ASSERT_NE(first, std::string::npos);
}

TEST_F(ReplayTest, ShowsProgressWhenAskedAndNoneElse) {
  EXPECT_THAT(replay("--progress none --input " + kDemo).err, IsEmpty());
  EXPECT_THAT(replay("--progress auto --input " + kDemo).err, IsEmpty()) << "standard error is no terminal here";
}

TEST_F(ReplayTest, TakesOtherRules) {
  const std::string rules = folder.write("rules.yaml", "severity:\n  watch: 0.97\n  review: 0.98\n  urgent: 0.99\n");
  const Ending run = replay("--rules " + rules + " --input " + kDemo);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_LT(lines_of(run.out).size(), lines_of(replay("--input " + kDemo).out).size());
}

TEST_F(ReplayTest, EndsWithSeventyEightWhereARuleFileIsWrong) {
  const std::string rules = folder.write("rules.yaml", "severity:\n  wach: 0.5\n");
  const Ending run = replay("--rules " + rules + " --input " + kDemo);
  EXPECT_EQ(run.exit_code, 78);
  EXPECT_THAT(run.err, HasSubstr("watch"));
  EXPECT_THAT(run.out, IsEmpty());
}

TEST_F(ReplayTest, EndsWithTwoForWrongUsage) {
  for (const char* arguments : {"", "--input", "--input x --format xml", "--input x --threads -1", "--input x --order random",
                                "--input x y", "--input x --from-topic y", "--input x --state-dir y"}) {
    const Ending run = replay(arguments);
    EXPECT_EQ(run.exit_code, 2) << arguments;
    EXPECT_THAT(run.out, IsEmpty()) << arguments;
  }
}

TEST_F(ReplayTest, RefusesToWriteOverItsInput) {
  const std::string input = folder.write("events.jsonl", text_of(kDemo));
  const Ending run = replay("--input " + input + " --output " + input);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(text_of(input) == text_of(kDemo));
}

TEST_F(ReplayTest, EndsWithOneWhereTheInputIsNotThere) {
  const Ending run = replay("--input " + folder.path() + "/none");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("No such file"));
}

TEST_F(ReplayTest, EndsWithOneWhereTheOutputCannotBeWritten) {
  const Ending nowhere = replay("--input " + kDemo + " --output " + folder.path() + "/none/escalations");
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("cannot be opened for writing"));
  const Ending full = replay("--input " + kDemo + " --output /dev/full");
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("No space left"));
}

TEST_F(ReplayTest, TellsThatItsReaderHasGone) {
  const std::string input = folder.write("events.jsonl", test::as_lines(test::mixed_traffic(35, 20'000)));
  const Ending run = replay("--input " + input, "", " | head -n 1");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("whoever was reading has gone"));
}

TEST_F(ReplayTest, SaysNothingForAnEmptyInput) {
  const Ending run = replay("--input " + folder.write("empty", ""));
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, IsEmpty());
}

TEST(DemoStream, EscalatesTheFiveStoriesAndNotTheHarmlessOnes) {
  std::map<std::string, v1::Severity> highest;  // by actor
  for (const std::string& line : lines_of(text_of(PAIRWATCH_SOURCE_DIR "/tests/data/demo.escalations.jsonl"))) {
    v1::Escalation escalation;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &escalation).ok());
    v1::Severity& severity = highest[escalation.subject().actor_id()];
    severity = std::max(severity, escalation.severity());
  }
  for (const char* actor : {"gift_fox", "quick_start", "hello_friend_88", "ray_v", "max_16"}) {
    EXPECT_GE(highest[actor], v1::SEVERITY_REVIEW) << actor;
    highest.erase(actor);
  }
  for (const auto& [actor, severity] : highest) EXPECT_LT(severity, v1::SEVERITY_REVIEW) << actor;
}

}  // namespace
}  // namespace pairwatch
