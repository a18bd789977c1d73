// What stories say, read by the shipped lexicon: behaviours are seen, everyday talk is not.
#include <gtest/gtest.h>

#include <bit>
#include <memory>
#include <string>

#include "config/lexicon.h"
#include "processors/core/signal.h"
#include "processors/text_signals/text_signals.h"
#include "tools/generator/phrases.h"
#include "tools/generator/sayings.h"

namespace pairwatch::generator {
namespace {

class ShippedLexicon : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto files = config::embedded_files("config/lexicons/");
    const config::LexiconResult result = config::load_lexicons(files);
    ASSERT_TRUE(result.problems.empty());
    lexicon_ = text_signals::compile(result.lexicon);
  }
  static void TearDownTestSuite() { lexicon_.reset(); }

  std::uint64_t signals_in(const std::string& text, std::string_view language) {
    if (!reader_) reader_ = text_signals::make_text_reader(lexicon_, 1);
    return reader_->read(text, language).signals;
  }

  static inline std::shared_ptr<const text_signals::CompiledLexicon> lexicon_;
  std::unique_ptr<TextReader> reader_;
};

TEST_F(ShippedLexicon, SeesMostOfWhatASayingIsMeantToSay) {
  struct Row {
    Saying saying;
    Signal signal;
  };
  constexpr Row kRows[] = {
      {Saying::kFlattery, Signal::kFlattery},
      {Saying::kPersonalInfo, Signal::kPersonalInfoProbe},
      {Saying::kRiskAssessment, Signal::kRiskAssessmentProbe},
      {Saying::kOffer, Signal::kPersonaOffer},
      {Saying::kMoneyForImages, Signal::kPaymentForImages},
      {Saying::kSecrecy, Signal::kSecrecyRequest},
      {Saying::kExclusivity, Signal::kExclusivity},
      {Saying::kContactExchange, Signal::kContactExchange},
      {Saying::kOtherApp, Signal::kMoveToPrivate},
      {Saying::kImageRequest, Signal::kImageRequest},
      {Saying::kDare, Signal::kGameOrDare},
      {Saying::kMeeting, Signal::kMeetupRequest},
      {Saying::kPressure, Signal::kThreat},
      {Saying::kFear, Signal::kSecrecyByFear},
      {Saying::kMoneyDemand, Signal::kBlackmailMoney},
  };
  // Not all: the texts are not the lexicon's examples, and what it does not see is told here.
  const Sayings sayings;
  Random random(1);
  std::string text;
  for (const std::string_view language : kStoryLanguages) {
    int seen = 0;
    for (const Row& row : kRows) {
      int of_row = 0;
      for (int i = 0; i < 40; ++i) {
        sayings.write(row.saying, language, random, text);
        of_row += (signals_in(text, language) & signal_bit(row.signal)) != 0;
      }
      seen += of_row;
      if (of_row < 20) std::printf("%s %s: %d of 40\n", language.data(), info(row.signal).name.data(), of_row);
    }
    std::printf("%s: %d %%\n", language.data(), seen * 100 / (40 * static_cast<int>(std::size(kRows))));
    EXPECT_GE(seen, 40 * static_cast<int>(std::size(kRows)) * 4 / 10) << language;
  }
}

TEST_F(ShippedLexicon, SeesNothingInAlmostAllEverydayTalk) {
  Random random(1);
  std::string text;
  int seen = 0;
  constexpr int kTexts = 20'000;
  for (int i = 0; i < kTexts; ++i) {
    const std::string_view language = write_ordinary_text(random, text);
    const std::uint64_t signals = signals_in(text, language);
    seen += signals != 0;
    if (signals != 0 && seen <= 5) {
      std::printf("seen in everyday talk: %s (%s)\n", text.c_str(),
                  info(static_cast<Signal>(std::countr_zero(signals))).name.data());
    }
  }
  EXPECT_LT(seen, kTexts / 1000);
}

}  // namespace
}  // namespace pairwatch::generator
