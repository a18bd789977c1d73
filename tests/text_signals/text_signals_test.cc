// The door of the room: what one message becomes.
#include "processors/text_signals/text_signals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "config/lexicon.h"
#include "processors/core/utf8.h"
#include "processors/text_signals/fold.h"

namespace pairwatch::text_signals {
namespace {

constexpr std::uint64_t kSeed = 42;

Lexicon small_lexicon() {
  Lexicon lexicon;
  lexicon.lists = {{"ask", {"which"}},
                   {"school", {"school", "学校"}},
                   {"supplies", {"supplies"}},
                   {"alone", {"are you alone", "r u alone", "혼자 있어"}}};
  lexicon.rows = {
      {.name = "school", .signal = Signal::kPersonalInfoProbe, .steps = {{.list = 0}, {.list = 1, .gap = 2}}, .guards = {2}},
      {.name = "alone", .signal = Signal::kRiskAssessmentProbe, .steps = {{.list = 3}}}};
  return lexicon;
}

class TextSignals : public testing::Test {
 protected:
  TextFindings read(std::string_view text) { return reader_->read(text, ""); }
  bool probes(std::string_view text) { return (read(text).signals & signal_bit(Signal::kPersonalInfoProbe)) != 0; }
  bool assesses(std::string_view text) { return (read(text).signals & signal_bit(Signal::kRiskAssessmentProbe)) != 0; }

  std::unique_ptr<TextReader> reader_ = make_text_reader(compile(small_lexicon()), kSeed);
};

TEST_F(TextSignals, SeesThroughEvasion) {
  for (const char* text :
       {"which school", "WHICH SCHOOL", "whiiich schooool", "which s c h o o l", "w h i c h  s.c.h.o.o.l", "wh1ch sch00l",
        "which \u0455\u0441hool", "wh\u200bich sch\u00adool", "ｗｈｉｃｈ ｓｃｈｏｏｌ", "𝔀𝓱𝓲𝓬𝓱 𝓼𝓬𝓱𝓸𝓸𝓵",
        "wh\u0336i\u0336c\u0336h sch\u0301ool", "which...school!!", "which \u202eschool", "which $chool"}) {
    EXPECT_TRUE(probes(text)) << text;
  }
}

TEST_F(TextSignals, ReadsDigitsBothWaysWhereSomebodyWritesSo) {
  const auto reader = make_text_reader(compile(config::load_lexicons(config::embedded_files("config/lexicons/")).lexicon), kSeed);
  const auto has = [&](const char* text, Signal signal) { return (reader->read(text, "").signals & signal_bit(signal)) != 0; };
  EXPECT_TRUE(has("d0nt te1l y0ur p4r3nts 4b0u7 7h15", Signal::kSecrecyRequest)) << "1 for l";
  EXPECT_TRUE(has("d0nt t3ll y0ur fr13nds 4b0u7 17", Signal::kSecrecyRequest)) << "1 for i, and a word of digits";
  EXPECT_FALSE(has("we were 17 and 15 and lost 1 70", Signal::kSecrecyRequest));
}

TEST_F(TextSignals, DoesNotGlueOrdinaryWords) {
  for (const char* text : {"whichschool", "schoolwhich", "which scho ol", "which s cho ol", "wh ich school"}) {
    EXPECT_FALSE(probes(text)) << text;
  }
  EXPECT_TRUE(assesses("so r u alone"));
  EXPECT_TRUE(assesses("r u a l o n e"));
  EXPECT_TRUE(assesses("지금 혼 자있 어?"));
}

TEST_F(TextSignals, FindsNothingInNothing) {
  for (const char* text : {"", "   ", "?!...", "😀😀", "\u200b\u200d", "\u0301\u0301"}) {
    const TextFindings findings = read(text);
    EXPECT_EQ(findings.signals, 0u) << text;
    EXPECT_EQ(findings.fingerprint, 0u) << text;
    EXPECT_FALSE(findings.truncated) << text;
  }
}

TEST_F(TextSignals, GivesAlikeTextsOneFingerprint) {
  const std::uint64_t fingerprint = read("Hey there, how are you?").fingerprint;
  EXPECT_NE(fingerprint, 0u);
  EXPECT_EQ(read("hey  THERE how are youuu!!").fingerprint, fingerprint);
  EXPECT_EQ(read("h\u00e9y there how ar\u0435 you").fingerprint, fingerprint);
  EXPECT_NE(read("hey there how are they").fingerprint, fingerprint);
}

TEST_F(TextSignals, KeysTheFingerprintByItsSeed) {
  const auto other = make_text_reader(compile(small_lexicon()), kSeed + 1);
  EXPECT_NE(other->read("hello there", "").fingerprint, read("hello there").fingerprint);
  const auto same = make_text_reader(compile({}), kSeed);
  EXPECT_EQ(same->read("hello there", "").fingerprint, read("hello there").fingerprint) << "the lexicon has no part in it";
}

TEST_F(TextSignals, ReadsFourKibibytesAndTellsWhatWasCut) {
  const std::string filler(4096 - 13, '.');
  EXPECT_TRUE(probes(filler + " which school"));
  EXPECT_FALSE(read(filler + " which school").truncated);
  EXPECT_FALSE(probes(filler + "  which school"));
  EXPECT_TRUE(read(filler + "  which school").truncated);
  EXPECT_TRUE(read(std::string(4095, 'a') + "\u00e9").truncated) << "cut before the code point that does not fit";
  EXPECT_EQ(read(std::string(4095, '.') + "\u00e9").fingerprint, 0u);
}

TEST_F(TextSignals, StandsHostileTexts) {
  const std::vector<std::string> pieces = {"\u0301", "which ", "school ", "r u a l o n e ", "a ", "\U0001d4b6", "か\u3099", "㌀",
                                           "@a ",    "0 ",     "+1 ",     "discord.gg/",    "1-", "ﷺ",          "s\u0441",  "1a"};
  for (const std::string& piece : pieces) {
    std::string text;
    while (text.size() < 65536) text += piece;
    const TextFindings findings = read(text);
    EXPECT_TRUE(findings.truncated) << piece;
  }
}

TEST_F(TextSignals, GuessesTheLanguageWhereWordsTellIt) {
  const auto reader = make_text_reader(compile(config::load_lexicons(config::embedded_files("config/lexicons/")).lexicon), kSeed);
  const std::uint64_t secrecy = signal_bit(Signal::kSecrecyRequest), image = signal_bit(Signal::kImageRequest);
  const auto has = [&](const char* text, const char* language, std::uint64_t signal) {
    return (reader->read(text, language).signals & signal) != 0;
  };
  for (const char* language : {"", "en", "de"}) {  // whatever the client declares
    EXPECT_TRUE(has("dont tell your parents about this", language, secrecy)) << language;
    EXPECT_TRUE(has("no se lo cuentes a tus padres", language, secrecy)) << language;
    EXPECT_TRUE(has("엄마한테 말하지마", language, secrecy)) << language;
  }
  EXPECT_TRUE(has("send pic", "", image)) << "too short to tell: rows of all languages";
}

TEST_F(TextSignals, StandsEveryWordOfTheShippedLexiconsAtOnce) {
  const Lexicon lexicon = config::load_lexicons(config::embedded_files("config/lexicons/")).lexicon;
  const auto reader = make_text_reader(compile(lexicon), kSeed);
  std::vector<std::string> words;
  for (const WordList& list : lexicon.lists) words.insert(words.end(), list.words.begin(), list.words.end());
  // Among all words stands a guard of nearly every row, so the text begins with what a row without guards looks for.
  const auto unguarded = std::find_if(lexicon.rows.begin(), lexicon.rows.end(), [](const Row& row) { return row.guards.empty(); });
  ASSERT_NE(unguarded, lexicon.rows.end());
  const unsigned seed = 99;
  std::mt19937 random(seed);
  for (int round = 0; round < 20; ++round) {
    std::string text = unguarded->examples[0] + ". ";
    while (text.size() < 65536) text += words[random() % words.size()] + " ";
    EXPECT_NE(reader->read(text, unguarded->languages[0]).signals, 0u) << "seed " << seed;
  }
}

TEST_F(TextSignals, ReadsBytesThatAreNotUtf8WithoutHarm) {
  for (const std::string text :
       {"\xff\xfe which school", "which school\xf0\x9f", "which \xc3", "\xe2\x80", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(read(text).truncated) << text.size() << " bytes";
  }
}

TEST(TextSignalsProperty, ReadsFoldedTextAsTheTextItself) {
  const unsigned seed = 31337;
  std::mt19937 random(seed);
  const auto reader = make_text_reader(compile(small_lexicon()), kSeed);
  Folder folder(fold_table());
  const std::vector<std::string> pieces = {"which", "school", "are",  "you",  "alone",  "supplies", " ",  " ", " ", "  ",
                                           ".",     "学校",   "혼자", "있어", "\u200b", "с",        "o0", "É", "r", "u"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto count = random() % 12; count > 0; --count) text += pieces[random() % pieces.size()];
    ASSERT_TRUE(is_valid_utf8(text));
    const std::string folded(folder.fold(text).text);
    const TextFindings of_text = reader->read(text, "");
    const TextFindings of_folded = reader->read(folded, "");
    ASSERT_EQ(of_text.signals, of_folded.signals) << "seed " << seed << ": " << text;
    ASSERT_EQ(of_text.fingerprint, of_folded.fingerprint) << "seed " << seed << ": " << text;
  }
}

struct BrokenLexicon {
  const char* name;
  Lexicon lexicon;
  const char* says;
};

Lexicon broken(WordList list, std::vector<RowStep> steps = {{.list = 0}}, std::vector<std::uint32_t> guards = {}) {
  Lexicon lexicon;
  lexicon.lists = {std::move(list)};
  lexicon.rows = {{.name = "row", .signal = Signal::kThreat, .steps = std::move(steps), .guards = std::move(guards)}};
  return lexicon;
}

TEST(LexiconProblems, AreAllTold) {
  const WordList fine = {"list", {"word"}};
  const std::vector<BrokenLexicon> cases = {
      {"no words", broken({"list", {}}), "has no words"},
      {"nothing left", broken({"list", {"word", "!?"}}), "nothing is left of `!?`"},
      {"long phrase", broken({"list", {"a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 l1 m1 n1 o1 p1 q1"}}), "more than 16 words"},
      {"unknown list", broken(fine, {{.list = 3}}), "does not exist"},
      {"unknown guard", broken(fine, {{.list = 0}}, {3}), "does not exist"},
      {"only optional", broken(fine, {{.list = 0, .gap = 0, .optional = true}}), "must be there"},
      {"no steps", broken(fine, {}), "must be there"},
      {"wide gap", broken(fine, {{.list = 0}, {.list = 0, .gap = 9}}), "gap of more than 8"},
      {"long row", broken(fine, std::vector<RowStep>(10, {.list = 0, .gap = 8})), "more than 40 words"},
      {"many steps", broken(fine, std::vector<RowStep>(17, {.list = 0})), "more than 16 lists"},
  };
  for (const BrokenLexicon& broken_lexicon : cases) {
    const std::vector<std::string> problems = problems_of(broken_lexicon.lexicon);
    ASSERT_EQ(problems.size(), 1u) << broken_lexicon.name;
    EXPECT_NE(problems[0].find(broken_lexicon.says), std::string::npos) << problems[0];
  }
  EXPECT_TRUE(problems_of(broken(fine)).empty());
  EXPECT_TRUE(problems_of({}).empty());
}

TEST(LexiconProblemsDeathTest, StopTheProcessWhereTheyAreCompiledAllTheSame) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(compile(broken({"list", {}})), "the lexicon has no problems");
}

}  // namespace
}  // namespace pairwatch::text_signals
