// The program as a shell sees it: what it prints where, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
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

std::string temporary_path(const std::string& name) {
  return testing::TempDir() + "pairwatch-cli-" + std::to_string(getpid()) + "-" + name;
}

/// Runs the program in a shell, with nothing of pairwatch in its environment but `environment`.
Ending pairwatch(const std::string& arguments, const std::string& environment = "") {
  const std::string out = temporary_path("out");
  const std::string err = temporary_path("err");
  const std::string command = "env -i " + environment + " " PAIRWATCH_BINARY " " + arguments + " >" + out + " 2>" + err;
  const int status = std::system(command.c_str());
  Ending ending{WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(err)};
  std::filesystem::remove(out);
  std::filesystem::remove(err);
  return ending;
}

TEST(Program, PrintsItsVersion) {
  const Ending run = pairwatch("version");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(
      run.out,
      MatchesRegex("pairwatch [0-9]+\\.[0-9]+\\.[0-9]+ \\(([0-9a-f]+|unknown)\\)\nlibrdkafka [0-9]+\\.[0-9]+\\.[0-9]+.*\n"));
  EXPECT_THAT(run.err, IsEmpty());
}

TEST(Pseudonym, MapsEachIdOnALine) {
  const std::string key = temporary_path("key"), ids = temporary_path("ids");
  std::ofstream(key) << std::string(32, 'k') << "\n";
  std::ofstream(ids) << "a7\r\n\nm3\na7\n";
  const Ending run = pairwatch("pseudonym --key-id 1 --key-file " + key + " --input " + ids);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, MatchesRegex("a7\tk1:[0-9a-f]{64}\nm3\tk1:[0-9a-f]{64}\na7\tk1:[0-9a-f]{64}\n"));
  // HMAC-SHA256 of `a7`, as openssl mac says.
  EXPECT_THAT(run.out, StartsWith("a7\tk1:056aa70686cf3df6e6dce35c1b4e7da16ec0cdef153f5bed34e208a0e0f60569\n"));
  const Ending again = pairwatch("pseudonym --key-id 1 --key-file " + key + " <" + ids);
  EXPECT_EQ(again.out, run.out);
  std::filesystem::remove(key);
  std::filesystem::remove(ids);
}

TEST(Pseudonym, LeavesOutWhatIntakeWouldNotTakeAndTellsItsLineOnly) {
  const std::string key = temporary_path("key"), ids = temporary_path("ids");
  std::ofstream(key) << std::string(32, 'k');
  std::ofstream(ids) << "a7\n" << std::string(257, 'x') << "\nfoo\tbar\n\xff\n";
  const Ending run = pairwatch("pseudonym --key-id 1 --key-file " + key + " --input " + ids);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, MatchesRegex("a7\tk1:[0-9a-f]{64}\n"));
  EXPECT_THAT(run.err, AllOf(HasSubstr("line 2: an id has at most 256 bytes"), HasSubstr("line 3: holds a control character"),
                             HasSubstr("line 4: is not UTF-8"), HasSubstr("3 lines were left out")));
  EXPECT_THAT(run.err, testing::Not(HasSubstr("foo")));
  std::filesystem::remove(key);
  std::filesystem::remove(ids);
}

TEST(Pseudonym, WithoutAKeySaysWhatIsMissing) {
  const Ending run = pairwatch("pseudonym </dev/null");
  EXPECT_EQ(run.exit_code, 78);
  EXPECT_THAT(run.err, HasSubstr("pseudonym_key.file"));
  const std::string key = temporary_path("key");
  std::ofstream(key) << "short";
  EXPECT_THAT(pairwatch("pseudonym --key-id 1 --key-file " + key + " </dev/null").err, HasSubstr("32 to 1024 bytes long"));
  EXPECT_EQ(pairwatch("pseudonym --key-id 1 --key-file " + key + " --input /nowhere").exit_code, 78);
  std::filesystem::remove(key);
}

TEST(Program, PrintsHelpAsData) {
  const Ending run = pairwatch("--help");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("validate"), HasSubstr("topology"), HasSubstr("78 the configuration is not valid")));
  EXPECT_THAT(run.err, IsEmpty());
}

TEST(Program, EndsWithTwoForWrongUsage) {
  for (const char* arguments :
       {"", "--unknown", "version extra", "validate --unknown", "validate --config", "topology --format pdf"}) {
    const Ending run = pairwatch(arguments);
    EXPECT_EQ(run.exit_code, 2) << arguments;
    EXPECT_THAT(run.out, IsEmpty()) << arguments;
    EXPECT_THAT(run.err, HasSubstr("--help")) << arguments;
  }
}

TEST(Program, SuggestsTheCommandThatWasMeant) {
  const Ending run = pairwatch("validat");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.err, "pairwatch: there is no command `validat`; did you mean `validate`?\n");
}

TEST(Indicators, AListWithABadLineIsNotImported) {
  const std::string list = temporary_path("list");
  std::ofstream(list) << "0102\nxyz\n";
  const Ending run = pairwatch("indicators import --kind device --source ours --file " + list);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr(list + ": line 2: character 1 of the hash is no hexadecimal digit"),
                             HasSubstr("nothing was written: 1 bad lines")));
  std::filesystem::remove(list);
}

TEST(Indicators, WrongUsageOfTheirImportIsTold) {
  const auto told = [](const std::string& flags) {
    const Ending run = pairwatch("indicators import " + flags);
    EXPECT_EQ(run.exit_code, 2) << flags;
    return run.err;
  };
  EXPECT_THAT(told("--kind phone --source x --file y"), HasSubstr("--kind phone is not one of device, handle, account"));
  EXPECT_THAT(told("--kind device --source x --file y --since soon"), HasSubstr("--since soon is no time"));
  EXPECT_THAT(told("--kind device --source '' --file y"), HasSubstr("names no source"));
  EXPECT_THAT(told("--kind device --file y"), HasSubstr("--source"));
  EXPECT_EQ(pairwatch("indicators import --kind device --source x --file /nowhere").exit_code, 1);
  EXPECT_EQ(pairwatch("indicators").exit_code, 2);
}

TEST(Program, FailsWhenItsOutputCannotBeWritten) {
  EXPECT_EQ(std::system(PAIRWATCH_BINARY " version >/dev/full 2>/dev/null") >> 8, 1);
}

TEST(Validate, AcceptsWhatShips) {
  const Ending run = pairwatch("validate");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, MatchesRegex("valid\nrules version: default\nrules sha256: [0-9a-f]+\nstories that hold: [0-9]+\n"));
  EXPECT_THAT(run.err, IsEmpty());
}

TEST(Validate, AcceptsTheShippedFilesAsFiles) {
  const Ending embedded = pairwatch("validate");
  const Ending files =
      pairwatch("validate --config " PAIRWATCH_SOURCE_DIR "/config/pairwatch.yaml --config " PAIRWATCH_SOURCE_DIR
                "/config/topology.yaml --rules " PAIRWATCH_SOURCE_DIR "/config/rules/gate.yaml --rules " PAIRWATCH_SOURCE_DIR
                "/config/rules/signals.yaml --rules " PAIRWATCH_SOURCE_DIR "/config/rules/thresholds.yaml");
  EXPECT_EQ(files.exit_code, 0) << files.err;
  EXPECT_EQ(files.out, embedded.out);
}

TEST(Validate, ListsEveryProblemAndEndsWithSeventyEight) {
  const std::string path = temporary_path("bad.yaml");
  std::ofstream(path) << "kafka: {bootstrap_server: a}\ncommit: {interval: 5}\n";
  const Ending run = pairwatch("validate --config " + path + " -X http.listn=:1");
  std::filesystem::remove(path);
  EXPECT_EQ(run.exit_code, 78);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_EQ(run.err,
            path + ":1:9: kafka.bootstrap_server: is not known here; did you mean `bootstrap_servers`?\n" + path +
                ":2:20: commit.interval: `5` is not a duration; write a whole number and its unit (ms, s, m, h, d), such as 1ms\n"
                "flag -X: http.listn: is not known here; did you mean `listen`?\n"
                "pairwatch: the configuration is not valid: 3 problems\n");
}

TEST(Validate, RunsTheRuleTestsAndSaysWhatCameInstead) {
  const std::string path = temporary_path("blind.yaml");
  std::ofstream(path) << "severity: {watch: 0.99, review: 0.995, urgent: 0.999}\n";
  const Ending run = pairwatch("validate --rules " + path);
  EXPECT_EQ(run.exit_code, 78);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("(embedded) config/rules/tests/stages.yaml:"));
  EXPECT_THAT(run.err, HasSubstr("expects a PAIR case of a towards m at REVIEW or higher; no such case came\n"));
  EXPECT_THAT(run.err, HasSubstr("pairwatch: the rules do not do what their stories expect: "));
  EXPECT_EQ(pairwatch("validate --stories none --rules " + path).exit_code, 0);
  EXPECT_EQ(pairwatch("validate --stories own --rules " + path).exit_code, 0);
  std::filesystem::remove(path);
}

TEST(Validate, RunsTheStoriesBesideARuleFile) {
  const std::string folder = temporary_path("rules");
  std::filesystem::create_directories(folder + "/tests");
  std::ofstream(folder + "/mine.yaml") << "version: mine\n";
  const auto tell = [&](const std::string& expected) {
    std::ofstream(folder + "/tests/mine.yaml") << "stories:\n  - name: hello\n    accounts: {a: {age: adult}, m: {age: 13_to_15}}\n"
                                                  "    events: [{who: a, to: m, does: message}]\n    expect: " +
                                                      expected + "\n";
    return pairwatch("validate --stories own --rules " + folder + "/mine.yaml");
  };
  EXPECT_THAT(tell("{at_most: none}").out, HasSubstr("stories that hold: 1\n"));
  const Ending run = tell("{cases: [{kind: pair, actor: a, target: m}]}");
  EXPECT_EQ(run.exit_code, 78);
  EXPECT_THAT(run.err, HasSubstr(folder + "/tests/mine.yaml:5:22: story \"hello\": expects a PAIR case of a towards m at WATCH"));
  std::filesystem::remove_all(folder);
}

TEST(Validate, ReadsTheEnvironment) {
  EXPECT_EQ(pairwatch("validate", "PAIRWATCH_KAFKA__BOOTSTRAP_SERVERS=broker:9092").exit_code, 0);
  EXPECT_EQ(pairwatch("validate", "PAIRWATCH_KAFKA__BOOTSTRAP=broker:9092").exit_code, 78);
}

TEST(Validate, PrintsTheEffectiveSettingsThatFlagsChanged) {
  const Ending run = pairwatch("validate --effective -X commit.interval=250ms", "PAIRWATCH_COMMIT__INTERVAL=1s");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("  interval: 250ms\n"));
}

TEST(Topology, IsShownInEveryFormat) {
  EXPECT_THAT(pairwatch("topology").out, StartsWith("application pairwatch\n"));
  EXPECT_THAT(pairwatch("topology --format dot").out, StartsWith("digraph pairwatch {\n"));
  EXPECT_THAT(pairwatch("topology --format topics").out, StartsWith("pairwatch.interactions 8 delete 2592000000\n"));
}

TEST(Services, AreSeveralSeparatedByCommas) {
  const Ending run = pairwatch("run --services intake,nowhere");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("'nowhere' is not one of"));
}

TEST(Reset, SaysWhatItWouldDoAndWhatServicesThereAre) {
  const Ending dry = pairwatch("reset --service relationship --dry-run");
  EXPECT_EQ(dry.exit_code, 0);
  EXPECT_THAT(dry.err, HasSubstr("would be done: the offsets of group pairwatch.relationship are gone"));
  EXPECT_THAT(dry.err, HasSubstr("would be done: changelog pairwatch.pairs.changelog is empty"));
  EXPECT_EQ(pairwatch("reset --service relations").exit_code, 2);
  EXPECT_EQ(pairwatch("reset").exit_code, 2);
}

TEST(Generate, WritesToAFileOrATopicNotBoth) {
  const Ending run = pairwatch("generate --events 1 --output /dev/null --to-topic events");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("either --output or --to-topic"));
}

TEST(Inspect, SaysWhatStoresThereAreAndHowKeysAreWritten) {
  const Ending store = pairwatch("inspect --store nowhere --key a7/m3");
  EXPECT_EQ(store.exit_code, 2);
  EXPECT_THAT(store.err, HasSubstr("--store must be one of pairs, actors, minors"));
  for (const char* key : {"a7", "a7/a7", "a7/", "tenant/a7/m3/more"}) {
    const Ending pair = pairwatch(std::string("inspect --store pairs --key ") + key);
    EXPECT_EQ(pair.exit_code, 2) << key;
    EXPECT_THAT(pair.err, HasSubstr("TENANT/ACCOUNT/ACCOUNT")) << key;
    EXPECT_THAT(pair.out, IsEmpty());
  }
  const Ending actor = pairwatch("inspect --store actors --key tenant/a7/m3");
  EXPECT_EQ(actor.exit_code, 2);
  EXPECT_THAT(actor.err, HasSubstr("TENANT/ACCOUNT"));
  EXPECT_EQ(pairwatch("inspect --store pairs").exit_code, 2);
  EXPECT_EQ(pairwatch("inspect --key a7/m3").exit_code, 2);
}

TEST(Inspect, EndsWithSeventyEightWhereTheConfigurationIsNotValid) {
  EXPECT_EQ(pairwatch("inspect --store pairs --key a7/m3 -X kafka.nothing=1").exit_code, 78);
}

TEST(Topology, ThatDoesNotHoldEndsWithSeventyEight) {
  const Ending run = pairwatch("topology -X topology.services.intake.input=my.events");
  EXPECT_EQ(run.exit_code, 78);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("service `intake` reads topic `my.events`, which is not declared"));
}

TEST(Evaluate, JudgesWhatWasGenerated) {
  const std::string events = temporary_path("events"), labels = temporary_path("labels"), page = temporary_path("page.html");
  ASSERT_EQ(pairwatch("generate --pairs 100 --events 1000 --risky 2 --benign 1 --archetypes blackmailer,neighbour --output " +
                      events + " --labels " + labels)
                .exit_code,
            0);
  const Ending run = pairwatch("evaluate --input " + events + " --labels " + labels + " --report " + page);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("labels: 2 risky, 1 ordinary"), HasSubstr("blackmailer")));
  EXPECT_THAT(run.err, IsEmpty());
  EXPECT_THAT(text_of(page), AllOf(StartsWith("<!doctype html>"), HasSubstr("<svg")));
  EXPECT_THAT(pairwatch("evaluate --format json --no-ablation --input " + events + " --labels " + labels).out, StartsWith("{\n"));

  std::ofstream(labels) << "no label\n";
  const Ending wrong = pairwatch("evaluate --input " + events + " --labels " + labels);
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr(labels + ":1: "));
  EXPECT_EQ(pairwatch("evaluate --input - --labels " + labels).exit_code, 2);
  EXPECT_EQ(pairwatch("evaluate --input " + events + " --labels " + labels + " --report " + labels).exit_code, 2);
  for (const std::string& file : {events, labels, page}) std::filesystem::remove(file);
}

}  // namespace
