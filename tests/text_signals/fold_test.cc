#include "processors/text_signals/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "processors/core/utf8.h"
#include "processors/text_signals/code_point.h"

namespace pairwatch::text_signals {
namespace {

std::string fold(std::string_view text) {
  static Folder folder(fold_table());
  return std::string(folder.fold(text).text);
}

std::string utf8(std::u32string_view code_points) {
  std::string text;
  for (const char32_t c : code_points) {
    std::array<char, 4> bytes;
    text.append(bytes.data(), static_cast<std::size_t>(encode_code_point(c, bytes.data()) - bytes.data()));
  }
  return text;
}

bool is_assigned(char32_t c) {
  const auto type = u_charType(static_cast<UChar32>(c));
  return type != U_UNASSIGNED && type != U_SURROGATE && type != U_PRIVATE_USE_CHAR;
}

struct FoldCase {
  const char* name;
  std::string text;
  std::string folded;
};

class FoldOf : public testing::TestWithParam<FoldCase> {};

TEST_P(FoldOf, IsAsTheTableSays) { EXPECT_EQ(fold(GetParam().text), GetParam().folded); }

INSTANTIATE_TEST_SUITE_P(
    Fold, FoldOf,
    testing::Values(
        FoldCase{"Nothing", "", ""}, FoldCase{"OnlyPunctuation", " ... !? ", ""}, FoldCase{"Case", "Which SCHOOL", "which schol"},
        FoldCase{"Accents", "où habites-tu, Élève?", "ou habites tu eleve"}, FoldCase{"Hungarian", "Őrült fűző", "orult fuzo"},
        FoldCase{"LettersWithoutDecomposition", "Łódź straße smørrebrød ısı", "lodz strase smorebrod isi"},
        FoldCase{"FullWidth", "ｗｈｉｃｈ　ｓｃｈｏｏｌ", "which schol"}, FoldCase{"Mathematical", "𝓼𝓬𝓱𝓸𝓸𝓵 𝕒𝕘𝕖", "schol age"},
        FoldCase{"Circled", "ⓢⓒⓗⓞⓞⓛ 🅢🅒🅗🅞🅞🅛", "schol schol"}, FoldCase{"SmallCapitals", "ꜱᴄʜᴏᴏʟ", "schol"},
        FoldCase{"Ligatures", "ﬁnd œuvre", "find oeuvre"}, FoldCase{"PunctuationIsOneSpace", "hi,,, there... you", "hi there you"},
        FoldCase{"EmojiIsASpace", "hi😀there", "hi there"}, FoldCase{"ApostrophesAreDropped", "don't don’t dont", "dont dont dont"},
        FoldCase{"ZeroWidthIsDropped", "sc\u200bho\u200dol\u00ad s\ufeffnap", "schol snap"},
        FoldCase{"StackedMarksAreDropped", "s\u0336c\u0336h\u0336o\u0336o\u0336l\u0336", "schol"},
        FoldCase{"StretchedLetters", "schooooool heyyyy coool cool col", "schol hey col col col"},
        FoldCase{"DigitsAreNotCollapsed", "1000 2000", "1000 2000"},
        FoldCase{"NumbersStayNumbers", "i am 13, 5 of 7", "i am 13 5 of 7"},
        FoldCase{"Leet", "sch00l p4r3nt5 sn4p 7ext", "schol parents snap text"},
        FoldCase{"OneBesideAVowelIsL", "schoo1 a1one he11o", "schol alone helo"},
        FoldCase{"OneElsewhereIsI", "p1c g1rl k1k", "pic girl kik"},
        FoldCase{"SignsForLetters", "p@rents $chool $nap a$l", "parents schol snap asl"},
        FoldCase{"SignsThatAreSigns", "$100 @home u@ 5$", "100 home u 5"}, FoldCase{"SoundDigitsStay", "gr8 l8r m8", "gr8 l8r m8"},
        FoldCase{"CyrillicLookalikesInLatinWords", "sсhооl аlоnе", "schol alone"},
        FoldCase{"GreekLookalikesInLatinWords", "ѕnαp sκype", "snap skype"},
        FoldCase{"RussianStaysRussian", "Привет, как дела?", "привет как дела"}, FoldCase{"RussianWithADigit", "шк0ла", "шк0ла"},
        FoldCase{"SpeltOut", "what s c h o o l", "what schol"},
        FoldCase{"SpeltOutWithDots", "s.c.h.o.o.l s-n-a-p s_n_a_p", "schol snap snap"},
        FoldCase{"SpeltOutStretched", "ss nn aaa p", "snap"}, FoldCase{"SpeltOutInTwoScripts", "s с h о o l", "schol"},
        FoldCase{"SpeltOutWithWideGaps", "s c h o o l  s n a p", "schol snap"},
        FoldCase{"SpeltOutWithShortWords", "d o   i   s e n d   m e   a   p i c", "do i send me a pic"},
        FoldCase{"SpeltOutWithDotsAndShortWords", "s.e.n.d   m.e   a   p.i.c", "send me a pic"},
        FoldCase{"SpeltOutWithWordsOfChatLetters", "y o u   c a n   c a l l   a n y   d a y", "you can cal any day"},
        FoldCase{"SpeltOutWithApostrophes", "d o n't   t e l l   l’e a u", "dont tel leau"},
        FoldCase{"SpeltOutWithApostrophesApart", "d o n ' t   t e l l   m y   m u m", "dont tel my mum"},
        FoldCase{"YouStaysApartBesideSpelling", "r u  h o m e", "r u home"},
        FoldCase{"SpeltOutBehindYou", "r u a l o n e", "r u alone"},
        FoldCase{"SingleLetterWordsStayApart", "r u a girl", "r u a girl"}, FoldCase{"TwoLettersStayApart", "r u ok", "r u ok"},
        FoldCase{"SeeYouStaysApart", "can i c u", "can i c u"}, FoldCase{"SingleDigitsStayApart", "s 1 2 3 4", "s 1 2 3 4"},
        FoldCase{"JapaneseIsCharacters", "どこの学校", "ど こ の 学 校"},
        FoldCase{"KatakanaIsHiragana", "ライン らいん", "ら い ん ら い ん"},
        FoldCase{"HalfWidthKana", "ﾗｲﾝ ｶﾞｯｺｳ ﾊﾟﾊﾟ", "ら い ん が っ こ う ぱ ぱ"},
        FoldCase{"CombiningKana", "か\u3099っこう は\u309aは\u309a", "が っ こ う ぱ ぱ"},
        FoldCase{"StretchedCharacters", "ねえええ ママ ーー ンンンン", "ね え ま ま ー ん"},
        FoldCase{"KoreanIsCharacters", "학교 어디", "학 교 어 디"},
        FoldCase{"ConjoiningJamo", "\u1112\u1161\u11a8\u1100\u116d", "학 교"},
        FoldCase{"CharactersEndWords", "line教えて", "line 教 え て"}, FoldCase{"DevanagariDigits", "१३", "13"},
        FoldCase{"ArabicStretch", "مـــرحبا", "مرحبا"}),
    [](const testing::TestParamInfo<FoldCase>& tested) { return tested.param.name; });

TEST(Fold, ReadsDigitsAsLettersWhereItIsToldTo) {
  Folder folder(fold_table());
  const auto as_letters = [&](std::string_view text) { return std::string(folder.fold(text, Digits::kAsLetters).text); };
  EXPECT_EQ(as_letters("1 w4n7 70 see y0ur fr13nds"), "i want to se your friends");
  EXPECT_EQ(as_letters("c'357 700 1"), "cest to i");
  EXPECT_EQ(as_letters("1n 2013, 19 0f 5555 gr8"), "in 2013 19 of 5555 gr8") << "what is no word of letters stays a number";
  EXPECT_EQ(as_letters("шк0ла"), "шк0ла");
  EXPECT_EQ(fold("1 w4n7 70 see y0ur fr13nds"), "1 want 70 se your frlends");
  const auto words_in_digits = [&](std::string_view text) { return folder.fold(text).words_in_digits; };
  EXPECT_EQ(words_in_digits("i am 13, 70 of us"), 0u);
  EXPECT_EQ(words_in_digits("c4n 1 73xt you"), 2u);
}

TEST(Fold, LeavesNoCodePointHalfDone) {
  for (char32_t c = 1; c < 0x30000; ++c) {
    if (!is_assigned(c)) continue;
    const std::string once = fold(utf8(std::u32string(1, c)));
    ASSERT_EQ(fold(once), once) << "U+" << std::hex << static_cast<std::uint32_t>(c);
    ASSERT_TRUE(is_valid_utf8(once)) << "U+" << std::hex << static_cast<std::uint32_t>(c);
    const std::string mixed = fold("g" + utf8(std::u32string(1, c)) + "g");
    ASSERT_EQ(fold(mixed), mixed) << "U+" << std::hex << static_cast<std::uint32_t>(c);
  }
}

TEST(Fold, ReadsComposedAndDecomposedTextAlike) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFDInstance(status);
  const icu::Normalizer2* compatible = icu::Normalizer2::getNFKCInstance(status);
  ASSERT_TRUE(U_SUCCESS(status));
  for (char32_t c = 0xa0; c < 0x20000; ++c) {
    if (!is_assigned(c)) continue;
    const icu::UnicodeString one(static_cast<UChar32>(c));
    std::string decomposed;
    std::string composed;
    decompose->normalize(one, status).toUTF8String(decomposed);
    compatible->normalize(one, status).toUTF8String(composed);
    // A character that compatibility takes for a space with a mark, or for punctuation among letters, has no letters to compare.
    EXPECT_EQ(fold(decomposed), fold(utf8(std::u32string(1, c)))) << "U+" << std::hex << static_cast<std::uint32_t>(c);
    if (c >= 0xff61 && c <= 0xffdc) {
      EXPECT_EQ(fold(composed), fold(utf8(std::u32string(1, c)))) << "U+" << std::hex << static_cast<std::uint32_t>(c);
    }
  }
}

TEST(Fold, ComposesHalfWidthKanaAsUnicodeDoes) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* compatible = icu::Normalizer2::getNFKCInstance(status);
  for (char32_t kana = 0xff66; kana <= 0xff9d; ++kana) {
    for (const char32_t mark : {U'\uff9e', U'\uff9f'}) {
      const std::string halves = utf8(std::u32string{kana, mark});
      std::string composed;
      compatible->normalize(icu::UnicodeString::fromUTF8(halves), status).toUTF8String(composed);
      EXPECT_EQ(fold(halves), fold(composed)) << halves;
    }
  }
}

TEST(Fold, IsTheSameTwice) {
  const std::vector<std::u32string> pieces = {
      U"a",      U"u",      U"r",      U"i",  U"s",      U"school", U"aa", U" ",  U"  ", U".",      U"'", U"1", U"0",
      U"13",     U"@",      U"$",      U"с",  U"о",      U"привет", U"Н",  U"学", U"か", U"\u3099", U"ﾞ", U"ﾊ", U"ﾟ",
      U"\u1112", U"\u1161", U"\u11a8", U"한", U"\u200b", U"\u0301", U"ß",  U"㍿", U"㌔", U"😀",     U"é", U"ﬁ", U"α"};
  const auto seed = 20240601u;
  std::mt19937 random(seed);
  for (int round = 0; round < 50'000; ++round) {
    std::u32string text;
    for (auto length = 1 + random() % 14; length > 0; --length) text += pieces[random() % pieces.size()];
    const std::string once = fold(utf8(text));
    ASSERT_EQ(fold(once), once) << "seed " << seed << " round " << round << ": " << utf8(text);
  }
}

TEST(Fold, TokensAreTheWordsOfTheFoldedText) {
  Folder folder(fold_table());
  const Folded folded = folder.fold("Are u a l o n e? 学校 sch00l");
  std::vector<std::string> words;
  for (const Token& token : folded.tokens) words.emplace_back(folded.text.substr(token.begin, token.end - token.begin));
  EXPECT_THAT(words, testing::ElementsAre("are", "u", "alone", "学", "校", "schol"));
}

TEST(Fold, TokensSayWhereTheyCameFrom) {
  const std::string text = "hey, s c h o o l ガッコウ";
  Folder folder(fold_table());
  const Folded folded = folder.fold(text);
  const auto source = [&text](const Token& token) {
    return text.substr(token.source_begin, token.source_end - token.source_begin);
  };
  ASSERT_EQ(folded.tokens.size(), 6u);
  EXPECT_EQ(source(folded.tokens[0]), "hey");
  EXPECT_EQ(source(folded.tokens[1]), "s c h o o l");
  EXPECT_EQ(source(folded.tokens[2]), "ガ");
}

TEST(Fold, EqualTokensHaveEqualHashesWhereverTheyStand) {
  Folder folder(fold_table());
  const Folded folded = folder.fold("school x internationally y school z INTERNATIONALLY");
  EXPECT_EQ(folded.tokens[0].hash, folded.tokens[4].hash);
  EXPECT_EQ(folded.tokens[2].hash, folded.tokens[6].hash);
  EXPECT_NE(folded.tokens[0].hash, folded.tokens[2].hash);
}

TEST(Fold, CutsOnlyBetweenCodePoints) {
  EXPECT_EQ(cut_at_code_point("abc", 4), "abc");
  EXPECT_EQ(cut_at_code_point("abcde", 4), "abcd");
  EXPECT_EQ(cut_at_code_point("ab😀", 4), "ab");
  EXPECT_EQ(cut_at_code_point("ab\u00e9", 3), "ab");
  EXPECT_EQ(cut_at_code_point("a\u00e9b", 3), "a\u00e9");
}

TEST(Fold, StaysWithinItsBuffersWhateverTheText) {
  Folder folder(fold_table());
  std::vector<std::string> pieces = {"a ", "1 ", "㌀", "㍿", "か゛", "\u0301", "ﷺ", "𝔞 ", "ß", "學", "🅰", "a b  "};
  for (char32_t c = 0x3300; c < 0x3400; ++c) pieces.push_back(utf8(std::u32string(1, c)));
  for (const std::string& piece : pieces) {
    std::string text;
    while (text.size() + piece.size() <= kMaxTextBytes) text += piece;
    for (const Digits digits : {Digits::kBesideLetters, Digits::kAsLetters}) {
      const Folded folded = folder.fold(text, digits);
      EXPECT_TRUE(is_valid_utf8(folded.text)) << piece;
      if (!folded.tokens.empty()) {
        EXPECT_EQ(folded.tokens.back().end, folded.text.size()) << piece;
      }
    }
  }
}

}  // namespace
}  // namespace pairwatch::text_signals
