#include "config/lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pairwatch::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHead =
    "version: 1\nlanguage: en\nlists:\n  which: [which, what]\n  school: [school]\n  you: [you, u]\n  supplies: "
    "[supplies]\nrows:\n";

std::string row(const std::string& match, const std::string& rest = "") {
  return std::string(kHead) + "  - name: ask_school\n    signal: personal_info_probe\n    match: " + match +
         "\n    examples: [\"which school\"]\n" + rest;
}

LexiconResult load(const std::string& text) { return load_lexicons(std::vector<ConfigFile>{{"en.yaml", text}}); }

std::vector<std::string> problems_in(const std::string& text) {
  std::vector<std::string> lines;
  for (const Problem& problem : load(text).problems) lines.push_back(as_line(problem));
  return lines;
}

TEST(Lexicon, ReadsARowWithGapsOptionalListsAndGuards) {
  const LexiconResult result =
      load(row("which ~2 school you?", "    unless: [supplies]\n    counter_examples: [\"which school supplies\"]\n"));
  ASSERT_THAT(result.problems, IsEmpty());
  ASSERT_EQ(result.lexicon.lists.size(), 4u);
  EXPECT_EQ(result.lexicon.lists[0], (text_signals::WordList{"en.which", {"which", "what"}}));
  ASSERT_EQ(result.lexicon.rows.size(), 1u);
  const text_signals::Row& row = result.lexicon.rows[0];
  EXPECT_EQ(row.name, "ask_school");
  EXPECT_EQ(row.signal, Signal::kPersonalInfoProbe);
  EXPECT_THAT(row.steps, ElementsAre(text_signals::RowStep{0, 0, false}, text_signals::RowStep{1, 2, false},
                                     text_signals::RowStep{2, 0, true}));
  EXPECT_THAT(row.guards, ElementsAre(3u));
  EXPECT_THAT(row.languages, ElementsAre("en"));
  EXPECT_THAT(row.examples, ElementsAre("which school"));
  EXPECT_THAT(row.counter_examples, ElementsAre("which school supplies"));
}

TEST(Lexicon, ReadsAMatchAsAListAsWell) {
  EXPECT_EQ(load(row("[which, ~2, school, \"you?\"]")).lexicon, load(row("which ~2 school you?")).lexicon);
}

TEST(Lexicon, TakesAnyForEveryLanguage) {
  const LexiconResult result = load(row("[school]", "    language: any\n"));
  ASSERT_THAT(result.problems, IsEmpty());
  EXPECT_THAT(result.lexicon.rows[0].languages, IsEmpty());
}

TEST(Lexicon, KeepsListsOfLanguagesApart) {
  const std::string german =
      "version: 1\nlanguage: de\nlists:\n  school: [schule]\nrows:\n  - {name: ask_school, signal: personal_info_probe, match: "
      "[school], examples: [schule]}\n";
  const LexiconResult result = load_lexicons(std::vector<ConfigFile>{{"en.yaml", row("[school]")}, {"de.yaml", german}});
  ASSERT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(result.lexicon.lists.back(), (text_signals::WordList{"de.school", {"schule"}}));
  EXPECT_EQ(result.lexicon.rows.back().steps[0].list, 4u);
}

TEST(Lexicon, SharesAListThatTwoFilesOfOneLanguageDefineAlike) {
  const std::string more =
      "version: 1\nlanguage: en\nlists:\n  school: [school]\nrows:\n  - {name: more, signal: threat, match: [school], examples: "
      "[school]}\n";
  const LexiconResult result = load_lexicons(std::vector<ConfigFile>{{"en.yaml", row("[school]")}, {"more.yaml", more}});
  ASSERT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(result.lexicon.lists.size(), 4u);
  EXPECT_EQ(result.lexicon.rows[1].steps[0].list, 1u);
}

TEST(Lexicon, RefusesAListThatTwoFilesOfOneLanguageDefineDifferently) {
  const std::string more = "version: 1\nlanguage: en\nlists:\n  school: [college]\n";
  const LexiconResult result = load_lexicons(std::vector<ConfigFile>{{"en.yaml", row("[school]")}, {"more.yaml", more}});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(as_line(result.problems[0]),
            "more.yaml:4:3: lists.school: has other words in en.yaml:5; give one of the two another name");
}

struct Case {
  const char* what;
  std::string text;
  const char* line;
};

TEST(Lexicon, TellsEveryProblemWithItsPlaceAndRemedy) {
  const Case cases[] = {
      {"unknown list", row("[which, schol]"),
       "en.yaml:11:20: rows.ask_school.match: `schol` is not a list of this file; did you mean `school`?"},
      {"gap first", row("[~2, school]"),
       "en.yaml:11:13: rows.ask_school.match: `~2` must stand between two lists; remove it or name a list"},
      {"gap last", row("[school, ~2]"),
       "en.yaml:11:12: rows.ask_school.match: ends in a gap; name the list that follows, or remove the gap"},
      {"gap too wide", row("[which, ~9, school]"), "en.yaml:11:20: rows.ask_school.match: `9` is out of range; write 1 to 8"},
      {"gap no number", row("[which, ~x, school]"),
       "en.yaml:11:20: rows.ask_school.match: `x` is not a whole number; write one from 1 to 8, without unit or separators"},
      {"all optional", row("which? school?"),
       "en.yaml:11:12: rows.ask_school.match: has no list that must be there; name at least one without `?`"},
      {"no list", row("{a: b}"), "en.yaml:11:12: rows.ask_school.match: must be list names in order; write `match: a ~2 b c?`"},
      {"unknown list in a text", row("which ~2 schol"),
       "en.yaml:11:21: rows.ask_school.match: `schol` is not a list of this file; did you mean `school`?"},
      {"optional without quotes", row("[school, you?]"),
       "en.yaml:11:24: is not YAML: unknown token; within [ ] and { }, put what holds a `?` in quotes"},
      {"unknown guard", row("[school]", "    unless: [suplies]\n"),
       "en.yaml:13:13: rows.ask_school.unless: `suplies` is not a list of this file; did you mean `supplies`?"},
      {"unknown key", row("[school]", "    exmaples: [x]\n"),
       "en.yaml:13:5: rows.exmaples: is not known here; did you mean `examples`?"},
      {"language", row("[school]", "    language: e\n"),
       "en.yaml:13:15: rows.ask_school.language: `e` is not a language; write a BCP-47 tag such as `en`, or `any`"},
      {"signal", std::string(kHead) + "  - {name: a, signal: thread, match: [school], examples: [school]}\n",
       "en.yaml:9:23: rows.a.signal: `thread` is not one of"},
      {"no example", std::string(kHead) + "  - {name: a, signal: threat, match: [school]}\n",
       "en.yaml:9:5: rows.a.examples: is missing; write at least one text that must match"},
      {"no match", std::string(kHead) + "  - {name: a, signal: threat, examples: [school]}\n",
       "en.yaml:9:5: rows.a.match: is missing; every row has one"},
      {"row twice", row("[school]", "  - {name: ask_school, signal: threat, match: [school], examples: [school]}\n"),
       "en.yaml:13:5: rows.ask_school: is already a row in en.yaml:9; give it another name"},
      {"boolean", "version: 1\nlanguage: en\nlists:\n  assent: [yes, yeah]\n",
       "en.yaml:4:12: lists.assent: `yes` is a boolean or null in YAML, not text; write it in quotes"},
      {"norway", "version: 1\nlanguage: no\n",
       "en.yaml:2:11: language: `no` is a boolean or null in YAML, not text; write it in quotes"},
      {"word twice", "version: 1\nlanguage: en\nlists:\n  a: [x, x]\n", "en.yaml:4:6: lists.a: has `x` twice; remove one"},
      {"empty list", "version: 1\nlanguage: en\nlists:\n  a: []\n",
       "en.yaml:4:6: lists.a: has no words; add some or remove the list"},
      {"list name", "version: 1\nlanguage: en\nlists:\n  A b: [x]\n",
       "en.yaml:4:3: lists.A b: is not a name; use at most 64 of a-z, 0-9 and _"},
      {"version", "version: 2\nlanguage: en\n", "en.yaml:1:10: version: `2` is out of range; write 1 to 1"},
      {"no version", "language: en\n", "en.yaml:1:1: version: is missing; write `version: 1`"},
      {"no language", "version: 1\n", "en.yaml:1:1: language: is missing; write the language of the rows, such as `en`, or `any`"},
      {"not a map", "- a\n", "en.yaml:1:1: is a list; write a map (name: value)"},
  };
  for (const Case& one : cases) EXPECT_THAT(problems_in(one.text), ElementsAre(HasSubstr(one.line))) << one.what;
}

TEST(Lexicon, TellsAllProblemsAtOnce) {
  EXPECT_EQ(problems_in(row("[which, schol]", "    unless: [suplies]\n    language: e\n")).size(), 3u);
}

TEST(Lexicon, RefusesARowOfMoreThanSixteenLists) {
  std::string match = "[school";
  for (int i = 0; i < 16; ++i) match += ", school";
  EXPECT_THAT(problems_in(row(match + "]")), ElementsAre(HasSubstr("has more than 16 lists; split the row")));
}

}  // namespace
}  // namespace pairwatch::config
