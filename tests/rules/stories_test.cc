// Rule tests: the shipped stories hold with the shipped rules, and what is wrong with a story or a rule set is told where it
// stands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "config/load.h"
#include "tests/config/temporary_file.h"
#include "tools/rules/story.h"

namespace pairwatch::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Settings settings_with(const std::string& rules = "") {
  const test::TemporaryFile file(rules);
  config::LoadResult result = config::load_settings({.rules_files = {file.path()}});
  for (const config::Problem& problem : result.problems) ADD_FAILURE() << config::as_line(problem);
  return result.settings;
}

std::vector<std::string> lines_of(const config::Problems& problems) {
  std::vector<std::string> lines;
  for (const config::Problem& problem : problems) lines.push_back(config::as_line(problem));
  return lines;
}

std::vector<Story> stories_in(const std::string& text, config::Problems& problems) {
  return read_stories({"FILE", text}, problems);
}

std::vector<std::string> problems_in(const std::string& text) {
  config::Problems problems;
  stories_in(text, problems);
  return lines_of(problems);
}

TEST(ShippedStories, HoldWithTheShippedRules) {
  const StoryRunner runner(settings_with());
  std::set<std::string> names;
  for (const config::ConfigFile& file : shipped_story_files()) {
    config::Problems problems;
    for (const Story& story : read_stories(file, problems)) {
      EXPECT_TRUE(names.insert(story.name).second) << "two stories are called " << story.name;
      const config::Problems came = runner.run(story);
      problems.insert(problems.end(), came.begin(), came.end());
    }
    EXPECT_THAT(lines_of(problems), IsEmpty());
  }
  EXPECT_GE(names.size(), 25U);
}

TEST(ShippedStories, HoldWithPseudonymsToo) {
  config::Settings settings = settings_with();
  settings.intake.pseudonym_key = {"k1", std::string(32, 'x')};
  config::Problems problems;
  const std::vector<Story> stories = read_stories(shipped_story_files().front(), problems);
  ASSERT_FALSE(stories.empty());
  for (const Story& story : stories) EXPECT_THAT(lines_of(StoryRunner(settings).run(story)), IsEmpty()) << story.name;
}

TEST(ShippedStories, DoNotHoldWithRulesThatSeeNothing) {
  const StoryRunner runner(
      settings_with("severity: {watch: 0.9997, review: 0.9998, urgent: 0.9999}\ndirect_rules: {blackmail: false, meetup: false}"));
  std::size_t fail = 0, expect_cases = 0;
  config::Problems problems;
  for (const config::ConfigFile& file : shipped_story_files()) {
    for (const Story& story : read_stories(file, problems)) {
      expect_cases += story.cases.empty() ? 0 : 1;
      fail += !story.cases.empty() && !runner.run(story).empty() ? 1 : 0;
    }
  }
  EXPECT_GT(expect_cases, 20U);
  EXPECT_GE(fail * 10, expect_cases * 9) << "a story that holds with such rules tests nothing";
}

TEST(ShippedStories, OfWhatIsOrdinaryDoNotHoldWithRulesThatSeeRiskEverywhere) {
  const StoryRunner runner(
      settings_with("priors: {judged: 0, judged_lower: 0, judged_lowest: 0, judged_peer: 0, judged_assured: 0}"));
  std::size_t fail = 0;
  config::Problems problems;
  for (const config::ConfigFile& file : shipped_story_files()) {
    for (const Story& story : read_stories(file, problems)) {
      fail += story.cases.empty() && !runner.run(story).empty() ? 1 : 0;
    }
  }
  EXPECT_GE(fail, 7U);
}

constexpr const char* kStory = R"(stories:
  - name: one gift
    accounts: {a: {age: adult}, m: {age: 13_to_15}}
    mutual_contacts: 0
    events:
      - {who: a, to: m, does: message}
      - {who: a, to: m, does: message, shows: [image_request], after: 1m, as: request}
    expect:
      cases: [{kind: pair, actor: a, target: m, at_least: REVIEW, before: request, signals: [gift, image_request]}]
)";

TEST(Stories, SayWhatCameInsteadAndWhere) {
  config::Problems problems;
  const std::vector<Story> stories = stories_in(kStory, problems);
  ASSERT_THAT(lines_of(problems), IsEmpty());
  ASSERT_EQ(stories.size(), 1U);
  const auto lines = lines_of(StoryRunner(settings_with()).run(stories[0]));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(
      lines[0],
      HasSubstr("FILE:9:15: story \"one gift\": expects a PAIR case of a towards m at REVIEW or higher before `request` (event 2); "
                "what came was URGENT at event 2 (highest risk 0."));
  EXPECT_THAT(lines[1], HasSubstr("expects gift among the evidence; there was image_request, instant_solicitation"));
}

TEST(Stories, SayThatNoCaseCameOrTooMuchOfOne) {
  config::Problems problems;
  const std::string text = R"(stories:
  - name: hello
    accounts: {a: {age: adult}, m: {age: 13_to_15}}
    events: [{who: a, to: m, does: message}]
    expect: {cases: [{kind: actor, actor: a, at_least: WATCH}]}
  - name: a request
    accounts: {a: {age: adult}, m: {age: 13_to_15}}
    events: [{who: a, to: m, does: message, shows: [image_request]}]
    expect: {at_most: none}
)";
  const std::vector<Story> stories = stories_in(text, problems);
  ASSERT_EQ(stories.size(), 2U);
  const StoryRunner runner(settings_with());
  EXPECT_THAT(lines_of(runner.run(stories[0])),
              ElementsAre("FILE:5:22: story \"hello\": expects a ACTOR case of a at WATCH or higher; no such case came"));
  EXPECT_THAT(lines_of(runner.run(stories[1])),
              ElementsAre(HasSubstr("expects no case at all; a PAIR case of a towards m came: ")));
}

TEST(Stories, SeeWhatACombinationOfTheRulesDoes) {
  const std::string text = R"(stories:
  - name: two calls
    accounts: {a: {age: adult}, m: {age: 13_to_15}}
    mutual_contacts: 1
    events: [{who: a, to: m, does: voice_call, times: 2, as: call}]
    expect: {cases: [{kind: pair, actor: a, target: m, at_least: REVIEW, signals: ["combination:calls"]}]}
)";
  config::Problems problems;
  const std::vector<Story> stories = stories_in(text, problems);
  ASSERT_EQ(stories.size(), 1U);
  const std::string rules = "combinations: {calls: {number: 16, at_least: REVIEW, sentence: called twice, when: call_count >= 2}}";
  EXPECT_THAT(lines_of(StoryRunner(settings_with(rules)).run(stories[0])), IsEmpty());
  EXPECT_EQ(StoryRunner(settings_with()).run(stories[0]).size(), 1U);
}

struct Mistake {
  const char* what;
  const char* with;
  const char* line;
};

TEST(Stories, AreToldWrongWhereTheMistakeStands) {
  const Mistake mistakes[] = {
      {"does: message}", "does: mesage}", "did you mean `message`?"},
      {"who: a, to: m, does: message}", "who: b, to: m, does: message}", "FILE:6:9: stories: `b` is none of the story's accounts"},
      {"[image_request]", "[image_requst]", "`image_requst` is not a signal; did you mean `image_request`?"},
      {"before: request", "before: reqest", "`reqest` is no event; name it there with `as: reqest`"},
      {"age: 13_to_15", "age: 14", "`14` is not one of unknown, under_13, 13_to_15"},
      {"after: 1m", "afer: 1m", "did you mean `after`?"},
      {"signals: [gift, image_request]", "signals: [gifts]", "`gifts` is not a signal"},
      {"kind: pair, actor: a, target: m", "kind: actor, actor: a, target: m", "names `m`, which a case of this kind does not"},
      {"name: one gift", "mutual_contacts: 3", ""},
      {"    expect:\n      cases:", "    expect:\n      at_most: URGENT #", "expects nothing"},
  };
  for (const Mistake& mistake : mistakes) {
    std::string text = kStory;
    const std::size_t at = text.find(mistake.what);
    ASSERT_NE(at, std::string::npos) << mistake.what;
    text.replace(at, std::string(mistake.what).size(), mistake.with);
    const auto lines = problems_in(text);
    ASSERT_FALSE(lines.empty()) << mistake.with;
    EXPECT_THAT(lines[0], HasSubstr(mistake.line)) << mistake.with;
    EXPECT_THAT(lines[0], testing::StartsWith("FILE:"));
  }
}

}  // namespace
}  // namespace pairwatch::rules
