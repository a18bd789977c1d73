#include "processors/text_signals/contacts.h"

#include <gtest/gtest.h>

#include <string>

#include "processors/text_signals/text_signals.h"

namespace pairwatch::text_signals {
namespace {

bool is_contact(std::string_view text) {
  const auto reader = make_text_reader(compile({}), 0);
  return reader->read(text, "").signals == signal_bit(Signal::kContactExchange);
}

class Contact : public testing::TestWithParam<const char*> {};
TEST_P(Contact, IsFound) { EXPECT_TRUE(is_contact(GetParam())) << GetParam(); }

class NoContact : public testing::TestWithParam<const char*> {};
TEST_P(NoContact, IsNotFound) { EXPECT_FALSE(is_contact(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Phone, Contact,
                         testing::Values("+44 7700 900123", "its +447700900123 ok", "+44 (0)7700 900123", "07700 900123",
                                         "07700900123 text me", "here 06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78",
                                         "0612345678", "555-867-5309 ext", "(555) 867-5309", "call 555 867 5309", "1-555-867-5309",
                                         "555.867.5309", "612 345 678", "612 34 56 78", "0049 176 12345678", "0176/12345678",
                                         "0176 / 123 45 67", "010-1234-5678", "090-1234-5678", "０９０ー１２３４ー５６７８",
                                         "電話は09012345678です", "30 123 4567", "06301234567", "11 91234-5678", "(11) 91234-5678",
                                         "5558675309", "at 10 0612345678", "12:30 0612345678", "i am 13 +36301234567",
                                         "0 7 7 0 0 9 0 0 1 2 3", "my number: 07700900123.", "0\u200b6 12 34\u200b 56 78",
                                         "tel:0612345678", "०७७००९००१२३", "9123 4567", "+4512345678", "<07700 900123>"));

INSTANTIATE_TEST_SUITE_P(
    NotPhone, NoContact,
    testing::Values("", "i was born in 2012", "2019-2020", "2019 2020 2021", "12/05/2012", "2012-05-12 18:30", "12.05.2012 18.30",
                    "05.06.2012 07.08.2013", "192.168.100.200", "1 000 000 000 coins", "12.345.678", "i have 100.000.000 gold",
                    "$123456789", "€ 123456789", "123456789%", "order 123456789", "ticket #123456789", "id=0123456789", "12345678",
                    "1 2 3 4 5 6 7 8 9 10", "10 9 8 7 6 5 4 3 2 1", "10 20 30 40 50", "111111111", "1000000000", "+100000000",
                    "123456789", "987654321", "25-20 25-18 25-22", "0-1 0-2 1-1 2-2 3-1", "09.00-10.30 11.00-12.30",
                    "come to 1234 64 -5678", "-1200 70 3400", "100 200 300 400", "250 340 125", "3.14159265358979", "0.3333333333",
                    "47.497912, 19.040235", "978-3-16-148410-0", "4532 7153 3786 1241", "4532-7153-3786-1241", "SW-1234-5678-9012",
                    "https://x.com/0123456789", "1920x1080 2560x1440", "00000000000", "<@012345678901>", "a0612345678b",
                    "18:30:00 19:30:00", "12,345,678,901", "game code 123456789012", "1234 5678 pls"));

INSTANTIATE_TEST_SUITE_P(Link, Contact,
                         testing::Values("discord.gg/abc123", "join https://discord.gg/AbC", "DISCORD.GG/xyz9",
                                         "https://discord.com/invite/abc", "t.me/jake_92", "https://wa.me/447700900",
                                         "chat.whatsapp.com/AbCdEf", "https://www.snapchat.com/add/jake", "instagram.com/jake.92",
                                         "https://www.instagram.com/jake.92/", "tiktok.com/@jake92", "open.kakao.com/o/abc",
                                         "line.me/ti/p/abc", "m.me/jake"));

INSTANTIATE_TEST_SUITE_P(NotLink, NoContact,
                         testing::Values("https://youtube.com/watch?v=abc", "and/or", "he/him", "notdiscord.gg/abc", "discord.gg/",
                                         "https://discord.com/channels/1/2", "https://www.instagram.com/p/abc123/",
                                         "instagram.com/reel/abc", "https://www.tiktok.com/@jake/video/7234", "chat.me/abc",
                                         "bot.me/abc", "discord.gg.evil/x", "w/ friends", "/spawn", "1/2 3/4"));

INSTANTIATE_TEST_SUITE_P(Address, Contact,
                         testing::Values("jake92@example.com", "mail me at jake.92@mail.example.org ok", "@jake_92", "@jake.92 !",
                                         " @jake92"));

INSTANTIATE_TEST_SUITE_P(NotAddress, NoContact,
                         testing::Values("@everyone", "@here", "@bob", "@bob_92 come to spawn", "hey @bob_92", "meet @ 8", "a@b",
                                         "me@home", "@@@@", "@", "@1234", "@ab", "5 @ 10"));

TEST(Handles, AreHandedOnWithoutTheirSign) {
  const auto reader = make_text_reader(compile(Lexicon{}), 0);
  const TextFindings findings = reader->read("add @Jake_92 or @x.y_z, not me@example.com", "");
  ASSERT_EQ(findings.handle_count, 2U);
  EXPECT_EQ(findings.all_handles()[0], "Jake_92");
  EXPECT_EQ(findings.all_handles()[1], "x.y_z");
  EXPECT_EQ(reader->read("no handle", "").handle_count, 0U);
}

TEST(Contacts, AHandleBesideAnAppIsForTheRows) {
  Lexicon lexicon;
  lexicon.lists = {{"app", {"insta", "snap"}}, {"handle", {"@handle"}}};
  lexicon.rows = {{.name = "handle_on_app", .signal = Signal::kContactExchange, .steps = {{.list = 1}, {.list = 0, .gap = 2}}}};
  const auto reader = make_text_reader(compile(lexicon), 0);
  EXPECT_EQ(reader->read("@jake on insta", "").signals, signal_bit(Signal::kContactExchange));
  EXPECT_EQ(reader->read("@ja_ke on insta", "").signals, signal_bit(Signal::kContactExchange));
  EXPECT_EQ(reader->read("@jake is on the server", "").signals, 0u);
  EXPECT_EQ(reader->read("jake is on insta", "").signals, 0u);
}

TEST(Contacts, SeesAHandleInALaterWindow) {
  Lexicon lexicon;
  lexicon.lists = {{"app", {"insta"}}, {"handle", {"@handle"}}};
  lexicon.rows = {{.name = "app_handle", .signal = Signal::kContactExchange, .steps = {{.list = 0}, {.list = 1}}}};
  const auto reader = make_text_reader(compile(lexicon), 0);
  for (int words = 55; words < 140; ++words) {
    std::string text;
    for (int i = 0; i < words; ++i) text += "word ";
    EXPECT_NE(reader->read(text + "insta @jake", "").signals, 0u) << words;
    EXPECT_EQ(reader->read(text + "insta jake", "").signals, 0u) << words;
  }
}

TEST(Contacts, ReadsNumbersBeforeDigitsBecomeLetters) { EXPECT_TRUE(is_contact("callme on 07700900123 or mp3")); }

TEST(Contacts, FindsANumberAtTheEndOfALongMessageButNotBeyondWhatIsRead) {
  const std::string words(4000, 'x');
  EXPECT_TRUE(is_contact(words + " 07700 900123"));
  EXPECT_FALSE(is_contact(words + std::string(100, 'y') + " 07700 900123"));
}

}  // namespace
}  // namespace pairwatch::text_signals
