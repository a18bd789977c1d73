#include "processors/core/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace pairwatch {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

/// UTF-8 as RFC 3629 defines it, by arithmetic on the code point instead of by ranges of bytes.
bool is_well_formed(const std::string& text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int length = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : (lead >> 3) == 30 ? 4 : 0;
    if (length == 0 || i + static_cast<std::size_t>(length) > text.size()) return false;
    std::uint32_t code_point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (int k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
      if ((next >> 6) != 2) return false;
      code_point = code_point << 6 | (next & 0x3f);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code_point < kLeast[length] || code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return false;
    i += static_cast<std::size_t>(length);
  }
  return true;
}

TEST(Utf8, TakesEveryScript) {
  for (const char* text :
       {"", "plain", "é", "Привет", "안녕하세요", "こんにちは", "🙂", "a\xcc\x81", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
  EXPECT_FALSE(is_valid_utf8(bytes({0x80}))) << "a continuation alone";
  EXPECT_FALSE(is_valid_utf8(bytes({0xc3}))) << "cut short";
  EXPECT_FALSE(is_valid_utf8(bytes({0xc0, 0x80}))) << "overlong zero";
  EXPECT_FALSE(is_valid_utf8(bytes({0xc1, 0xbf}))) << "overlong in two";
  EXPECT_FALSE(is_valid_utf8(bytes({0xe0, 0x9f, 0xbf}))) << "overlong in three";
  EXPECT_FALSE(is_valid_utf8(bytes({0xf0, 0x8f, 0xbf, 0xbf}))) << "overlong in four";
  EXPECT_FALSE(is_valid_utf8(bytes({0xed, 0xa0, 0x80}))) << "first surrogate";
  EXPECT_FALSE(is_valid_utf8(bytes({0xed, 0xbf, 0xbf}))) << "last surrogate";
  EXPECT_FALSE(is_valid_utf8(bytes({0xf4, 0x90, 0x80, 0x80}))) << "above U+10FFFF";
  EXPECT_FALSE(is_valid_utf8(bytes({0xf5, 0x80, 0x80, 0x80}))) << "lead of nothing";
  EXPECT_FALSE(is_valid_utf8(bytes({0xff}))) << "never in UTF-8";
}

TEST(Utf8, AgreesWithTheReferenceOnEveryOneAndTwoBytes) {
  for (int a = 0; a < 256; ++a) {
    ASSERT_EQ(is_valid_utf8(bytes({a})), is_well_formed(bytes({a}))) << a;
    for (int b = 0; b < 256; ++b) ASSERT_EQ(is_valid_utf8(bytes({a, b})), is_well_formed(bytes({a, b}))) << a << ' ' << b;
  }
}

TEST(Utf8, AgreesWithTheReferenceOnEveryThreeBytes) {
  std::string text(3, '\0');
  for (std::uint32_t n = 0; n < 1U << 24; ++n) {
    text[0] = static_cast<char>(n >> 16);
    text[1] = static_cast<char>(n >> 8 & 0xff);
    text[2] = static_cast<char>(n & 0xff);
    if (is_valid_utf8(text) != is_well_formed(text)) FAIL() << std::hex << n;
  }
}

TEST(Utf8, AgreesWithTheReferenceOnFourBytesWithEveryLeadAndSecond) {
  std::string text(4, '\0');
  for (int lead = 0xe0; lead < 256; ++lead) {
    for (int second = 0; second < 256; ++second) {
      for (const int third : {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff}) {
        for (const int fourth : {0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff}) {
          text = bytes({lead, second, third, fourth});
          ASSERT_EQ(is_valid_utf8(text), is_well_formed(text)) << lead << ' ' << second << ' ' << third << ' ' << fourth;
        }
      }
    }
  }
}

TEST(Utf8, FindsABadByteWhereverItStands) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      ASSERT_TRUE(is_valid_utf8(text));
      text[at] = '\x80';
      ASSERT_FALSE(is_valid_utf8(text)) << at << " of " << size;
    }
  }
}

TEST(Utf8, DoesNotReadPastTheEnd) {
  for (const std::string& whole : {bytes({0xc3, 0xa9}), bytes({0xe2, 0x82, 0xac}), bytes({0xf0, 0x9f, 0x99, 0x82})}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      // The rest of the sequence stands right behind the view.
      EXPECT_FALSE(is_valid_utf8(std::string_view(whole.data(), size)));
    }
  }
}

TEST(ControlCharacters, AreC0DelAndC1) {
  for (int c = 0; c < 0x20; ++c) EXPECT_TRUE(has_control_character(bytes({'a', c}))) << c;
  EXPECT_TRUE(has_control_character("\x7f"));
  for (int c = 0x80; c < 0xa0; ++c) EXPECT_TRUE(has_control_character(bytes({'a', 0xc2, c}))) << c;
}

TEST(ControlCharacters, AreFoundAtEveryPlaceOfEveryLength) {
  for (std::size_t length = 1; length <= 25; ++length) {
    EXPECT_FALSE(has_control_character(std::string(length, '~'))) << length;
    EXPECT_FALSE(has_control_character(std::string(length, ' '))) << length;
    for (std::size_t at = 0; at < length; ++at) {
      for (const char control : {'\0', '\x1f', '\x7f'}) {
        std::string text(length, '~');
        text[at] = control;
        EXPECT_TRUE(has_control_character(text)) << static_cast<int>(control) << " at " << at << " of " << length;
      }
      std::string two_bytes(length, '~');
      two_bytes.replace(at, 1, "\xc2\x9f");
      EXPECT_TRUE(has_control_character(two_bytes)) << at << " of " << length;
      two_bytes.replace(at, 2, "\xc2\xa0");
      EXPECT_FALSE(has_control_character(two_bytes)) << at << " of " << length;
    }
  }
}

TEST(ControlCharacters, AreNotSeenInOrdinaryText) {
  EXPECT_FALSE(has_control_character(""));
  EXPECT_FALSE(has_control_character(" ~az09-_:."));
  EXPECT_FALSE(has_control_character(bytes({0xc2, 0xa0}))) << "no-break space";
  EXPECT_FALSE(has_control_character("é")) << "a continuation byte of the value of a control character";
  EXPECT_FALSE(has_control_character("佐藤"));
}

}  // namespace
}  // namespace pairwatch
