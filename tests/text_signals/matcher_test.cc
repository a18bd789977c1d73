// The matcher against RE2, and at the edges of its windows.
#include "processors/text_signals/matcher.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "processors/text_signals/text_signals.h"
#include "tests/text_signals/oracle.h"

namespace pairwatch::text_signals {
namespace {

std::string words(std::size_t count, const std::string& word = "word") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += word + " ";
  return text;
}

/// A lexicon of one row over three lists: ask, place, you.
Lexicon one_row(std::vector<RowStep> steps, std::vector<std::uint32_t> guards = {}) {
  Lexicon lexicon;
  lexicon.lists = {{"ask", {"which", "what"}},
                   {"place", {"school", "high school", "class"}},
                   {"you", {"you", "u"}},
                   {"innocent", {"supplies", "art supplies"}}};
  lexicon.rows = {{.name = "row", .signal = Signal::kPersonalInfoProbe, .steps = std::move(steps), .guards = std::move(guards)}};
  return lexicon;
}

bool matches(const Lexicon& lexicon, std::string_view text, std::string_view language = "") {
  const auto compiled = compile(lexicon);
  const bool by_signal = make_text_reader(compiled, 0)->read(text, language).signals != 0;
  const bool by_row = !matching_rows(compiled, text, language).empty();
  EXPECT_EQ(by_signal, by_row) << text;
  return by_signal;
}

TEST(Matcher, MatchesListsInOrder) {
  const Lexicon lexicon = one_row({{.list = 0}, {.list = 1}});
  EXPECT_TRUE(matches(lexicon, "Which school?"));
  EXPECT_TRUE(matches(lexicon, "so what class"));
  EXPECT_FALSE(matches(lexicon, "school which"));
  EXPECT_FALSE(matches(lexicon, "which nice school"));
  EXPECT_FALSE(matches(lexicon, "which schools"));
}

TEST(Matcher, LetsAtMostSoManyWordsStandInAGap) {
  const Lexicon lexicon = one_row({{.list = 0}, {.list = 1, .gap = 2}});
  EXPECT_TRUE(matches(lexicon, "which school"));
  EXPECT_TRUE(matches(lexicon, "which of the school"));
  EXPECT_FALSE(matches(lexicon, "which one of the school"));
}

TEST(Matcher, CountsAPhraseAsOneMember) {
  EXPECT_TRUE(matches(one_row({{.list = 0}, {.list = 1}, {.list = 2}}), "which high school u"));
  EXPECT_FALSE(matches(one_row({{.list = 0}, {.list = 1}, {.list = 2}}), "which high class school u"));
}

TEST(Matcher, GoesOnWithoutAnOptionalList) {
  const Lexicon lexicon = one_row({{.list = 0}, {.list = 2, .gap = 1, .optional = true}, {.list = 1}});
  EXPECT_TRUE(matches(lexicon, "which school"));
  EXPECT_TRUE(matches(lexicon, "which u school"));
  EXPECT_TRUE(matches(lexicon, "which do u school"));
  EXPECT_FALSE(matches(lexicon, "which do school"));
}

TEST(Matcher, TakesAStemForEveryWordThatBeginsSo) {
  Lexicon lexicon = one_row({{.list = 0}, {.list = 1, .gap = 1}});
  lexicon.lists[0].words = {"send*", "küld*", "don't tel*"};
  lexicon.lists[1].words = {"photo*"};
  for (const char* text : {"send photo", "sending a photo", "SENDER photograph", "küldesz photokat", "KULD photos",
                           "dont tell photos", "s e n d i n g photos", "sendddd photo"}) {
    EXPECT_TRUE(matches(lexicon, text)) << text;
  }
  for (const char* text : {"sen photo", "resend photo", "sending phot", "tell photos", "dont photos", "küd photo", "se nd photo"}) {
    EXPECT_FALSE(matches(lexicon, text)) << text;
  }
}

TEST(Matcher, CountsAWordAndItsStemOnce) {
  Lexicon lexicon = one_row({{.list = 0}, {.list = 0}});
  lexicon.lists[0].words = {"send", "send*", "sending"};
  EXPECT_TRUE(matches(lexicon, "send sending"));
  EXPECT_FALSE(matches(lexicon, "sending"));
}

TEST(Matcher, RefusesStemsThatWouldBeFoundEverywhere) {
  const auto problems = [](const std::string& word) {
    Lexicon lexicon = one_row({{.list = 0}});
    lexicon.lists[0].words = {word};
    return problems_of(lexicon);
  };
  EXPECT_TRUE(problems("sen*").empty());
  EXPECT_TRUE(problems("to sen*").empty());
  EXPECT_TRUE(problems("\xc3\xa9t\xc3\xa9s*").empty()) << "accents are folded before bytes are counted";
  for (const char* word : {"se*", "a b*", "*", "s*nd", "send* me", "send**", "incomprehensibilities*"}) {
    EXPECT_EQ(problems(word).size(), 1u) << word;
  }
}

TEST(Matcher, IsSilentWhereAGuardStandsAnywhere) {
  const Lexicon lexicon = one_row({{.list = 0}, {.list = 1}}, {3});
  EXPECT_TRUE(matches(lexicon, "which school"));
  EXPECT_FALSE(matches(lexicon, "which school supplies"));
  EXPECT_FALSE(matches(lexicon, "supplies! which school"));
  EXPECT_FALSE(matches(lexicon, "which school " + words(300) + "art supplies"));
  EXPECT_FALSE(matches(lexicon, "art supplies " + words(300) + "which school"));
}

TEST(Matcher, FindsARowAcrossEveryWindowBorder) {
  const Lexicon lexicon = one_row({{.list = 0}, {.list = 1, .gap = 8}, {.list = 2, .gap = 8}});
  for (std::size_t before = 0; before < 200; ++before) {
    EXPECT_TRUE(matches(lexicon, words(before) + "which " + words(8) + "high school " + words(8) + "you " + words(before % 70)))
        << before;
    EXPECT_FALSE(matches(lexicon, words(before) + "which " + words(9) + "high school " + words(8) + "you")) << before;
  }
}

TEST(Matcher, UsesRowsOfTheDeclaredLanguageAndOfAny) {
  Lexicon lexicon = one_row({{.list = 0}, {.list = 1}});
  lexicon.rows[0].languages = {"en"};
  lexicon.rows.push_back({.name = "german", .signal = Signal::kThreat, .steps = {{.list = 2}}, .languages = {"de"}});
  lexicon.rows.push_back({.name = "any", .signal = Signal::kGift, .steps = {{.list = 3}}});
  const auto reader = make_text_reader(compile(lexicon), 0);
  const std::string text = "which school supplies you";
  const auto signals = [&](const char* language) { return reader->read(text, language).signals; };
  const std::uint64_t probe = signal_bit(Signal::kPersonalInfoProbe), threat = signal_bit(Signal::kThreat),
                      any = signal_bit(Signal::kGift);
  EXPECT_EQ(signals("en"), probe | any);
  EXPECT_EQ(signals("EN-gb"), probe | any);
  EXPECT_EQ(signals("en_US"), probe | any);
  EXPECT_EQ(signals("de-AT"), threat | any);
  EXPECT_EQ(signals(""), probe | threat | any);
  EXPECT_EQ(signals("fi"), probe | threat | any) << "a language without rows is read with all";
}

TEST(Matcher, ForgetsTheMessageBefore) {
  const Lexicon lexicon = one_row({{.list = 0}, {.list = 1}}, {3});
  const auto reader = make_text_reader(compile(lexicon), 0);
  EXPECT_EQ(reader->read("supplies which", "").signals, 0u);
  EXPECT_EQ(reader->read("school", "").signals, 0u);
  EXPECT_NE(reader->read("which school", "").signals, 0u);
  EXPECT_EQ(reader->read("", "").signals, 0u);
  EXPECT_NE(reader->read("which school", "").signals, 0u);
}

/// Random lexicons over few words, so that nearly everything nearly matches.
class RandomLexicon {
 public:
  explicit RandomLexicon(unsigned seed) : random_(seed) {}

  Lexicon lexicon() {
    Lexicon made;
    for (int list = 0; list < 6; ++list) {
      WordList& words = made.lists.emplace_back();
      words.name = "list" + std::to_string(list);
      for (unsigned count = 1 + below(4); count > 0; --count) words.words.push_back(phrase_of_a_list(1 + below(3)));
    }
    for (int row = 0; row < 12; ++row) {
      Row& added = made.rows.emplace_back();
      added.name = "row" + std::to_string(row);
      added.signal = Signal::kThreat;
      for (unsigned count = 1 + below(4); count > 0; --count) added.steps.push_back({below(6), below(4), below(3) == 0});
      added.steps[below(static_cast<unsigned>(added.steps.size()))].optional = false;
      if (below(3) == 0) added.guards.push_back(below(6));
    }
    return made;
  }

  std::string phrase(unsigned tokens) {
    std::string text;
    for (; tokens > 0; --tokens) text += kWords[below(kWords.size())] + " ";
    return text;
  }

  /// Some end in a stem, of a word of the texts or of its beginning.
  std::string phrase_of_a_list(unsigned tokens) {
    if (below(3) != 0) return phrase(tokens);
    return phrase(tokens - 1) + kStems[below(kStems.size())];
  }

  unsigned below(std::size_t bound) { return static_cast<unsigned>(random_() % bound); }

 private:
  const std::vector<std::string> kWords = {"ann",    "bob",  "carol",           "dave",     "eve",       "学",    "校", "か", "zoe",
                                           "привет", "ma1e", "internationally", "caroline", "davenport", "intern"};
  const std::vector<std::string> kStems = {"zoe*", "car*", "carol*", "dav*", "intern*", "internat*", "прив*", "mal*", "学*"};
  std::mt19937 random_;
};

TEST(Matcher, AgreesWithRe2OnRandomLexiconsAndTexts) {
  const unsigned first_seed = 7100;
  std::size_t matched = 0;
  for (unsigned seed = first_seed; seed < first_seed + 60; ++seed) {
    RandomLexicon random(seed);
    const Lexicon lexicon = random.lexicon();
    ASSERT_TRUE(problems_of(lexicon).empty()) << "seed " << seed << ": " << problems_of(lexicon)[0];
    const auto compiled = compile(lexicon);
    Oracle oracle(lexicon);
    for (int i = 0; i < 60; ++i) {
      const std::string text = random.phrase(random.below(i % 10 == 0 ? 250 : 14));
      const auto rows = matching_rows(compiled, text, "");
      ASSERT_EQ(rows, oracle.matching_rows(text)) << "seed " << seed << ": " << text;
      matched += rows.size();
    }
  }
  EXPECT_GT(matched, 1000u);
}

}  // namespace
}  // namespace pairwatch::text_signals
