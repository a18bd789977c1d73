// Words: of the declared length, and never one that is not in the declared lists.
#include "tools/generator/phrases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "processors/core/utf8.h"
#include "tools/generator/sayings.h"

namespace pairwatch::generator {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

TEST(OrdinaryText, HasTwentyToEightyCharacters) {
  Random random(1);
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    write_ordinary_text(random, text);
    ASSERT_GE(characters(text), 20U) << text;
    ASSERT_LE(characters(text), 80U) << text;
    ASSERT_TRUE(is_valid_utf8(text)) << text;
  }
}

TEST(OrdinaryText, IsMostlyNew) {
  Random random(1);
  std::set<std::string> texts;
  std::string text;
  for (int i = 0; i < 10'000; ++i) {
    write_ordinary_text(random, text);
    texts.insert(text);
  }
  EXPECT_GT(texts.size(), 8'000U) << "a matcher that learns texts by heart must not look fast";
}

TEST(OrdinaryText, SaysItsLanguage) {
  Random random(1);
  std::set<std::string_view> languages;
  std::string text;
  for (int i = 0; i < 2'000; ++i) languages.insert(write_ordinary_text(random, text));
  EXPECT_GE(languages.size(), 6U);
  EXPECT_TRUE(languages.contains("en"));
}

/// The words of a text: letters and what is not ASCII; everything else parts them.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c == '%') {
      ++i;  // a slot
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0) {
      word.push_back(c);
      continue;
    }
    if (!word.empty()) words.insert(word);
    word.clear();
  }
  return words;
}

bool is_new_word(const std::string& word, const std::vector<std::string_view>& syllables) {
  std::size_t at = 0;
  while (at < word.size()) {
    const auto syllable =
        std::find_if(syllables.begin(), syllables.end(), [&](std::string_view s) { return word.compare(at, s.size(), s) == 0; });
    if (syllable == syllables.end()) return false;
    at += syllable->size();
  }
  return word.size() == 6;
}

TEST(Phrases, HoldNoWordThatIsNotInTheLists) {
  std::set<std::string> known = {"and"};
  for (const std::string_view text : all_templates()) known.merge(words_of(text));
  for (const std::string_view text : all_words()) known.merge(words_of(text));
  std::vector<std::string_view> syllables;
  for (const std::string_view word : all_words()) {
    if (word.size() == 2) syllables.push_back(word);
  }
  ASSERT_EQ(syllables.size(), 10U);

  Random random(7);
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    write_ordinary_text(random, text);
    ASSERT_EQ(text.find('%'), std::string::npos) << "every slot is filled: " << text;
    for (const std::string& word : words_of(text)) {
      ASSERT_TRUE(known.contains(word) || is_new_word(word, syllables)) << word << " in: " << text;
    }
  }
}

TEST(Phrases, CanBeReadByTheEyeOfAReviewer) {
  // The lists are short on purpose: whoever changes them reads them whole. This fails when they grow past that.
  EXPECT_LE(all_templates().size(), 150U);
  EXPECT_LE(all_words().size(), 150U);
  std::map<std::string_view, std::size_t> of_language;
  for (const auto rows : {english_sayings(), romance_sayings(), further_sayings()}) {
    for (const SayingRow& row : rows) {
      of_language[row.language] += 1 + static_cast<std::size_t>(std::count(row.texts.begin(), row.texts.end(), '|'));
    }
  }
  for (const auto& [language, count] : of_language) EXPECT_LE(count, 300U) << language;
}

}  // namespace
}  // namespace pairwatch::generator
