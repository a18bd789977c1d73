// What stories say: in every language, and from a file instead.
#include "tools/generator/sayings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "processors/core/utf8.h"

namespace pairwatch::generator {
namespace {

class SayingsFile : public testing::Test {
 protected:
  ~SayingsFile() override { std::filesystem::remove(path_); }

  const std::string& holding(const std::string& text) {
    std::ofstream(path_) << text;
    return path_;
  }

  static std::set<std::string> said(const Sayings& sayings, Saying saying, std::string_view language) {
    Random random(1);
    std::set<std::string> texts;
    std::string text;
    for (int i = 0; i < 200; ++i) {
      sayings.write(saying, language, random, text);
      texts.insert(text);
    }
    return texts;
  }

  const std::string path_ = testing::TempDir() + "pairwatch-sayings-" + std::to_string(getpid()) + ".tsv";
};

TEST_F(SayingsFile, TakesThePlaceOfABehaviourInALanguage) {
  const Sayings own;
  Sayings sayings;
  sayings.read(holding("# mine\n\nen\tflattery\tnice hat\nen\tflattery\tgreat %d\r\nja\tsmall_talk\tやあ\n"));
  for (const std::string& text : said(sayings, Saying::kFlattery, "en")) {
    EXPECT_TRUE(text == "nice hat" || text.starts_with("great ")) << text;
    EXPECT_EQ(text.find('%'), std::string::npos) << "slots are filled";
  }
  EXPECT_EQ(said(sayings, Saying::kSmallTalk, "ja"), std::set<std::string>{"やあ"});
  EXPECT_EQ(said(sayings, Saying::kFlattery, "de"), said(own, Saying::kFlattery, "de"));
  EXPECT_EQ(said(sayings, Saying::kDare, "en"), said(own, Saying::kDare, "en"));
}

TEST_F(SayingsFile, NamesTheLineThatIsWrongAndWhatThereIs) {
  const std::map<std::string, std::string> wrong = {
      {"xx\tflattery\thi", "en, es"},  {"en\tflatery\thi", "flattery, "},
      {"en flattery hi", "en, es"},    {"en\tflattery\t", "1 to 500 bytes"},
      {"en\tflattery\t\xff", "UTF-8"}, {"en\tflattery\t" + std::string(501, 'a'), "1 to 500 bytes"}};
  for (const auto& [line, remedy] : wrong) {
    try {
      Sayings().read(holding("en\tgame_or_dare\tyou first\n" + line + "\n"));
      FAIL() << line;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(":2: "), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(remedy), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(Sayings().read("/no/such/sayings"), std::runtime_error);
}

TEST(Sayings, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::size_t saying = 0; saying < kSayingCount; ++saying) names.insert(name_of(static_cast<Saying>(saying)));
  EXPECT_EQ(names.size(), kSayingCount);
}

TEST(Sayings, HaveWordsForEveryBehaviourInEveryLanguage) {
  std::set<std::pair<std::string_view, Saying>> told;
  for (const auto rows : {english_sayings(), romance_sayings(), further_sayings()}) {
    for (const SayingRow& row : rows) {
      EXPECT_TRUE(told.insert({row.language, row.saying}).second)
          << row.language << " " << static_cast<int>(row.saying) << " twice";
    }
  }
  for (const std::string_view language : kStoryLanguages) {
    for (int saying = 0; saying <= static_cast<int>(Saying::kMoneyDemand); ++saying) {
      EXPECT_TRUE(told.contains({language, static_cast<Saying>(saying)})) << language << " " << saying;
    }
  }
}

TEST(Sayings, FillTheirSlotsAndFallBackToEverydayTalk) {
  const Sayings sayings;
  Random random(1);
  std::string text;
  for (const std::string_view language : kStoryLanguages) {
    for (std::size_t saying = 0; saying < kSayingCount; ++saying) {
      for (int i = 0; i < 20; ++i) {
        sayings.write(static_cast<Saying>(saying), language, random, text);
        ASSERT_FALSE(text.empty());
        ASSERT_EQ(text.find('%'), std::string::npos) << text;
        ASSERT_TRUE(is_valid_utf8(text)) << text;
      }
    }
  }
}

}  // namespace
}  // namespace pairwatch::generator
