// What stories say, read by the shipped lexicon: behaviours are seen, everyday talk is not.
#include <gtest/gtest.h>

#include <bit>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

/// Lines `language<tab>behaviour<tab>text` of a file in tests/data.
struct Said {
  std::string language, behaviour, text;
};

std::vector<Said> said_in(const std::string& name) {
  std::ifstream file(PAIRWATCH_SOURCE_DIR "/tests/data/" + name);
  std::vector<Said> all;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    all.push_back({line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return all;
}

struct Share {
  int of = 0, all = 0;
};

/// Of how many texts of a file something holds: by language, and of `all`.
template <typename Holds>
std::map<std::string, Share> shares_of(const std::string& file, Holds&& holds) {
  std::map<std::string, Share> shares;
  for (const Said& said : said_in(file)) {
    const bool does_hold = holds(said);
    for (const std::string& key : {said.language, std::string("all")}) {
      shares[key].of += does_hold;
      ++shares[key].all;
    }
  }
  EXPECT_EQ(shares.size(), kStoryLanguages.size() + 1) << file;
  return shares;
}

/// Of texts that its authors have not seen. More is better; that it becomes less is a mistake.
TEST_F(ShippedLexicon, FindsMostOfWhatItWasNotMadeFrom) {
  const auto found = shares_of("unseen_sayings.tsv", [this](const Said& said) {
    const std::optional<Signal> signal = signal_named(said.behaviour);
    EXPECT_TRUE(signal) << said.behaviour;
    return signal && (signals_in(said.text, said.language) & signal_bit(*signal)) != 0;
  });
  for (const auto& [key, share] : found) {
    std::printf("%s: %d %% of sayings nobody has shown it\n", key.c_str(), share.of * 100 / share.all);
    EXPECT_GE(share.of * 100, share.all * (key == "all" ? 60 : 50)) << key;
  }
}

TEST_F(ShippedLexicon, IsSilentOnNearlyAllLookAlikes) {
  const auto taken = shares_of("look_alikes.tsv", [this](const Said& said) { return signals_in(said.text, said.language) != 0; });
  for (const auto& [key, share] : taken) {
    std::printf("%s: %.1f %% of look-alikes taken for something\n", key.c_str(), share.of * 100.0 / share.all);
    EXPECT_LE(share.of * 100, share.all * (key == "all" ? 4 : 6)) << key;
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
