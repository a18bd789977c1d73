// The shipped lexicons: every example, every counter-example, and RE2 on random messages made of their own words.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "config/lexicon.h"
#include "processors/text_signals/text_signals.h"
#include "tests/text_signals/oracle.h"

namespace pairwatch::text_signals {
namespace {

/// The files of config/lexicons, one lexicon each.
class ShippedLexicon : public testing::TestWithParam<config::ConfigFile> {
 protected:
  void SetUp() override {
    const config::ConfigFile file = GetParam();
    const config::LexiconResult loaded = config::load_lexicons({&file, 1});
    for (const config::Problem& problem : loaded.problems) ADD_FAILURE() << config::as_line(problem);
    lexicon_ = loaded.lexicon;
    for (const std::string& problem : problems_of(lexicon_)) ADD_FAILURE() << problem;
    ASSERT_FALSE(HasFailure());
    compiled_ = compile(lexicon_);
  }

  std::string language() const { return lexicon_.rows[0].languages[0]; }

  Lexicon lexicon_;
  std::shared_ptr<const CompiledLexicon> compiled_;
};

TEST_P(ShippedLexicon, MatchesItsExamplesByTheirOwnRow) {
  for (std::size_t row = 0; row < lexicon_.rows.size(); ++row) {
    EXPECT_GE(lexicon_.rows[row].examples.size(), 2u) << lexicon_.rows[row].name;
    for (const std::string& example : lexicon_.rows[row].examples) {
      const std::vector<std::size_t> rows = matching_rows(compiled_, example, language());
      EXPECT_TRUE(std::find(rows.begin(), rows.end(), row) != rows.end()) << lexicon_.rows[row].name << ": " << example;
    }
  }
}

TEST_P(ShippedLexicon, DoesNotTakeCounterExamplesForTheSignal) {
  const auto reader = make_text_reader(compiled_, 0);
  for (const Row& row : lexicon_.rows) {
    EXPECT_GE(row.counter_examples.size(), 1u) << row.name;
    for (const std::string& example : row.counter_examples) {
      std::string matched;
      for (const std::size_t other : matching_rows(compiled_, example, language())) matched += " " + lexicon_.rows[other].name;
      EXPECT_EQ(reader->read(example, language()).signals & signal_bit(row.signal), 0u)
          << row.name << ": " << example << " ->" << matched;
    }
  }
}

TEST_P(ShippedLexicon, MatchesItsExamplesHoweverTheyAreShouted) {
  const auto reader = make_text_reader(compiled_, 0);
  for (const Row& row : lexicon_.rows) {
    for (const std::string& example : row.examples) {
      std::string shouted;
      for (const char c : example) shouted += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
      EXPECT_NE(reader->read("HEY!!! " + shouted + "???", language()).signals & signal_bit(row.signal), 0u)
          << row.name << ": " << shouted;
    }
  }
}

TEST_P(ShippedLexicon, SpeaksForEverySignalThatWordsCanSpeakFor) {
  std::uint64_t signals = 0;
  for (const Row& row : lexicon_.rows) signals |= signal_bit(row.signal);
  for (const Signal signal : {Signal::kPersonalInfoProbe, Signal::kRiskAssessmentProbe, Signal::kMoveToPrivate,
                              Signal::kContactExchange, Signal::kSecrecyRequest, Signal::kImageRequest, Signal::kThreat,
                              Signal::kFlattery, Signal::kPersonaOffer, Signal::kPaymentForImages, Signal::kExclusivity,
                              Signal::kGameOrDare, Signal::kMeetupRequest, Signal::kBlackmailMoney, Signal::kSecrecyByFear}) {
    EXPECT_NE(signals & signal_bit(signal), 0u) << info(signal).name;
  }
  EXPECT_GE(lexicon_.rows.size(), language() == "en" ? 60u : 10u);
}

TEST_P(ShippedLexicon, AgreesWithRe2OnRandomMessagesOfItsOwnWords) {
  const unsigned seed = 424200 + static_cast<unsigned>(lexicon_.rows.size());
  std::mt19937 random(seed);
  std::vector<std::string> words;
  for (const WordList& list : lexicon_.lists) words.insert(words.end(), list.words.begin(), list.words.end());
  words.erase(std::remove(words.begin(), words.end(), kHandleWord), words.end());
  const auto complete = [&random](std::string word) {  // a stem becomes a word
    constexpr std::array<const char*, 4> kEndings = {"", "a", "ing", "nder"};
    if (word.ends_with(kStemSign)) word.replace(word.size() - 1, 1, kEndings[random() % kEndings.size()]);
    return word;
  };

  // Whole-vocabulary shuffles nearly match nothing, so most texts follow some row, with a word lost, doubled or foreign here and
  // there.
  const auto some = [&random](const auto& from) -> const auto& { return from[random() % from.size()]; };
  Oracle oracle(lexicon_);
  std::size_t matched = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const Row& row = some(lexicon_.rows);
    if (random() % 4 == 0) text += complete(some(words)) + " ";
    for (const RowStep& step : row.steps) {
      for (auto others = random() % (step.gap + 2); others > 0; --others) text += complete(some(words)) + " ";
      if (random() % 12 != 0 && !lexicon_.lists[step.list].words.empty())
        text += complete(some(lexicon_.lists[step.list].words)) + " ";
    }
    if (!row.guards.empty() && random() % 6 == 0) text += complete(some(lexicon_.lists[some(row.guards)].words));
    if (text.find(kHandleWord) != std::string::npos) continue;
    const auto rows = matching_rows(compiled_, text, language());
    ASSERT_EQ(rows, oracle.matching_rows(text)) << "seed " << seed << " round " << round << ": " << text;
    matched += rows.size();
  }
  EXPECT_GT(matched, 500u) << "seed " << seed;
}

INSTANTIATE_TEST_SUITE_P(Lexicons, ShippedLexicon, testing::ValuesIn(config::embedded_files("config/lexicons/")),
                         [](const testing::TestParamInfo<config::ConfigFile>& tested) {
                           const std::string& name = tested.param.name;
                           return name.substr(name.rfind('/') + 1, name.rfind('.') - name.rfind('/') - 1);
                         });

TEST(ShippedLexicons, LoadTogether) {
  const auto files = config::embedded_files("config/lexicons/");
  EXPECT_GE(files.size(), 8u);
  const config::LexiconResult loaded = config::load_lexicons(files);
  EXPECT_TRUE(loaded.problems.empty());
  EXPECT_TRUE(problems_of(loaded.lexicon).empty());
}

/// What children and friends write all day.
class InnocentMessage : public testing::TestWithParam<const char*> {};

TEST_P(InnocentMessage, SpeaksForNothing) {
  static const auto compiled = compile(config::load_lexicons(config::embedded_files("config/lexicons/")).lexicon);
  static const auto reader = make_text_reader(compiled, 0);
  for (const char* language : {"", "en"}) {
    std::string matched;
    for (const std::size_t row : matching_rows(compiled, GetParam(), language)) matched += " " + std::to_string(row);
    EXPECT_EQ(reader->read(GetParam(), language).signals, 0u) << GetParam() << " (" << language << ") rows" << matched;
  }
}

INSTANTIATE_TEST_SUITE_P(
    English, InnocentMessage,
    testing::Values("keep it a secret, it's mum's birthday", "are you alone on the server", "meet at spawn",
                    "what school supplies do you need", "send a pic of the homework", "add me on the team", "lol that was so fun",
                    "can you help me with the maths homework", "who wants to play", "i have 3 dogs and a cat", "good game everyone",
                    "what level are you", "how do i get to the castle", "brb dinner", "where is the shop",
                    "my mum says i have to go", "see you tomorrow at school", "did you watch the new episode",
                    "trade you my sword for the shield", "nice drawing", "i got 95 in my test", "happy birthday!!",
                    "what are you playing", "can i join your game", "the camera angle is bad", "we won 21-19",
                    "lets build a house next to mine", "i like your skin", "what time does the event start", "is the server down",
                    "gg wp", "you play really well", "what is your favourite colour", "my phone is at 5 percent",
                    "do you want to be on my team", "are you good at this", "i am so tired today", "the teacher was late again",
                    "that movie was scary", "what did you have for lunch", "come to my base", "you can keep the gold",
                    "i will show you how to do it", "dont forget your bag", "tell me a joke", "who is your favourite singer",
                    "lets meet at the lobby before the match", "meet me at the base in the park map", "you are pretty good",
                    "see you at practice", "i will pick you up at the station", "how dare you", "nice pic of the sunset",
                    "ill pay you back for the ticket", "come over to the castle", "i dare you to jump off the tower",
                    "your parents are nice", "she is so mature in that movie", "nobody understands this homework"));

}  // namespace
}  // namespace pairwatch::text_signals
