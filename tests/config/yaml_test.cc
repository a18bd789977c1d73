#include "config/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace pairwatch::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> lines_of(const Problems& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(as_line(problem));
  return lines;
}

std::vector<std::string> problems_in(const std::string& text) {
  Problems problems;
  parse_yaml({"f.yaml", text}, problems);
  return lines_of(problems);
}

TEST(Yaml, KeepsThePlaceOfEveryKeyAndValue) {
  Problems problems;
  const Node document = parse_yaml({"f.yaml", "a: 1\nb:\n  - x\n  - \"yes\"\n"}, problems);
  ASSERT_THAT(problems, IsEmpty());
  ASSERT_EQ(document.entries.size(), 2u);
  EXPECT_EQ(document.entries[1].place, (Place{"f.yaml", 2, 1}));
  const Node& list = document.entries[1].value;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1].place, (Place{"f.yaml", 4, 5}));
  EXPECT_FALSE(list.items[0].quoted);
  EXPECT_TRUE(list.items[1].quoted);
}

TEST(Yaml, TakesAnEmptyFileForNothing) {
  Problems problems;
  EXPECT_EQ(parse_yaml({"f.yaml", ""}, problems).kind, Node::Kind::kNull);
  EXPECT_EQ(parse_yaml({"f.yaml", "# only a comment\n"}, problems).kind, Node::Kind::kNull);
  EXPECT_THAT(problems, IsEmpty());
}

TEST(Yaml, TellsAnEmptyValueFromAnEmptyText) {
  Problems problems;
  const Node document = parse_yaml({"f.yaml", "a:\nb: \"\"\nc: null\nd: ~\n"}, problems);
  EXPECT_EQ(document.find("a")->kind, Node::Kind::kNull);
  EXPECT_EQ(document.find("b")->kind, Node::Kind::kScalar);
  EXPECT_EQ(document.find("c")->kind, Node::Kind::kNull);
  EXPECT_EQ(document.find("d")->kind, Node::Kind::kNull);
}

TEST(Yaml, RefusesAKeyThatIsGivenTwice) {
  EXPECT_THAT(problems_in("a: 1\nb: 2\na: 3\n"), ElementsAre("f.yaml:3:1: a: is given twice, first in line 1; remove one of them"));
}

TEST(Yaml, RefusesAnchorsBecauseAFewLinesCanUnfoldToGigabytes) {
  EXPECT_THAT(problems_in("a: &x [1]\nb: *x\n"),
              ElementsAre(HasSubstr("f.yaml:1:4: anchors and aliases"), HasSubstr("f.yaml:2:4: anchors and aliases")));
}

TEST(Yaml, RefusesTags) { EXPECT_THAT(problems_in("a: !secret x\n"), ElementsAre(HasSubstr("f.yaml:1:4: tags (!) are not read"))); }

TEST(Yaml, RefusesASecondDocument) {
  EXPECT_THAT(problems_in("a: 1\n---\nb: 2\n"), ElementsAre(HasSubstr("is a second document (---)")));
}

TEST(Yaml, TellsWhereTheSyntaxIsWrong) {
  EXPECT_THAT(problems_in("a: [1, 2\nb: 3\n"), ElementsAre(HasSubstr("is not YAML:")));
  EXPECT_THAT(problems_in("a:\n\tb: 1\n"), ElementsAre(HasSubstr("f.yaml:2:")));
}

TEST(Yaml, RefusesANestingBomb) {
  EXPECT_THAT(problems_in(std::string(5'000, '[')), ElementsAre(HasSubstr("more than 16 levels deep")));
  EXPECT_THAT(problems_in(std::string(5'000, '{')), ElementsAre(HasSubstr("")));
}

TEST(Yaml, RefusesMoreValuesThanItsBound) {
  std::string text = "a: [";
  for (int i = 0; i < 200'001; ++i) text += "1,";
  EXPECT_THAT(problems_in(text + "1]"), ElementsAre(HasSubstr("more than 200,000 values")));
}

TEST(Yaml, RefusesAFileLargerThanItsBound) {
  EXPECT_THAT(problems_in("# " + std::string(kMaxFileBytes, 'x')),
              ElementsAre("f.yaml: is larger than 4 MiB; split it into several files"));
}

TEST(Yaml, RefusesWhatIsNotUtf8) { EXPECT_THAT(problems_in("a: \xff\n"), ElementsAre("f.yaml: is not UTF-8; save it as UTF-8")); }

TEST(Yaml, RefusesAKeyThatIsAList) {
  EXPECT_THAT(problems_in("? [a, b]\n: 1\n"), ElementsAre(HasSubstr("a key must be a plain word")));
}

TEST(Yaml, NeverCrashesOnMangledText) {
  const std::string sound = "a: {b: [1, 'two', \"three\"], c: |\n  text\n}\nd: &x 5\n? e\n: - f\n---\n";
  for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::string text = sound;
    for (int change = 0; change < 4; ++change) text[random() % text.size()] = static_cast<char>(random() % 128);
    Problems problems;
    const Node document = parse_yaml({"f.yaml", text}, problems);
    for (const Problem& problem : problems) EXPECT_FALSE(problem.message.empty());
    EXPECT_LE(document.entries.size(), text.size());
  }
}

TEST(Yaml, KnowsTheWordsThatSomeReaderTakesForBooleans) {
  for (const char* word : {"yes", "No", "ON", "off", "y", "N", "true", "False", "null", "~"})
    EXPECT_TRUE(is_yaml_boolean_or_null(word)) << word;
  for (const char* word : {"yeah", "none", "o", "1", ""}) EXPECT_FALSE(is_yaml_boolean_or_null(word)) << word;
}

}  // namespace
}  // namespace pairwatch::config
