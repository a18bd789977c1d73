// The card that a person reads on a terminal.
#include "tools/cli/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "processors/core/utf8.h"

namespace pairwatch::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kBaseSeconds = 1'772'388'000;  // 2026-03-01T18:00:00Z

v1::Escalation pair_case() {
  v1::Escalation escalation;
  escalation.set_escalation_id("P-1a2b3c4d-0123456789abcdef0123456789abcdef-1");
  escalation.set_revision(2);
  escalation.set_status(v1::ESCALATION_STATUS_RAISED);
  escalation.set_severity(v1::SEVERITY_REVIEW);
  escalation.set_priority(60);
  escalation.set_risk(0.8712);
  v1::Subject& subject = *escalation.mutable_subject();
  subject.set_kind(v1::SUBJECT_KIND_PAIR);
  subject.set_actor_id("a7");
  subject.set_target_id("m3");
  subject.set_actor_age_band(v1::AGE_BAND_ADULT);
  subject.set_target_age_band(v1::AGE_BAND_13_TO_15);
  subject.set_target_age_assurance(v1::AGE_ASSURANCE_VERIFIED);
  escalation.mutable_first_contact_at()->set_seconds(kBaseSeconds);
  escalation.mutable_raised_at()->set_seconds(kBaseSeconds + 2400);
  const std::pair<v1::Stage, int> stages[] = {{v1::STAGE_TARGETING, 0}, {v1::STAGE_ISOLATING, 2400}};
  for (const auto& [stage, seconds] : stages) {
    v1::StageReached& reached = *escalation.add_stages();
    reached.set_stage(stage);
    reached.mutable_reached_at()->set_seconds(kBaseSeconds + seconds);
  }
  const std::tuple<const char*, double, std::uint32_t> evidence[] = {{"secrecy_request", 1.4, 1}, {"gift", 0.7, 2}};
  for (const auto& [signal, contribution, count] : evidence) {
    v1::Evidence& item = *escalation.add_evidence();
    item.set_signal(signal);
    item.set_contribution(contribution);
    item.set_count(count);
  }
  escalation.set_explanation("First contact on 1 March 2026. Within 40 minutes the account sent 2 gifts and asked for secrecy.");
  escalation.mutable_decided_at()->set_topic("platform.events");
  escalation.mutable_decided_at()->set_offset(8);
  escalation.mutable_rules()->set_version("2026-03");
  escalation.mutable_rules()->set_sha256(std::string(64, 'a'));
  return escalation;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Code points: what a line of plain Latin text takes in columns.
std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

TEST(Card, ShowsAPairCaseAsItStands) {
  EXPECT_EQ(render_card(pair_case()),
            R"(── REVIEW raised, revision 2 ─────────────────────────────────────────── risk 0.87, priority 60 ──
account   a7 (adult, self-declared) towards m3 (13 to 15, verified)
contact   1 March 2026, 18:00 UTC
raised    1 March 2026, 18:40 UTC
stages    targeting             1 March 2026, 18:00 UTC
          isolating             1 March 2026, 18:40 UTC, 40 minutes after first contact
evidence  ████████████████████  1.40  secrecy_request  once
          ██████████            0.70  gift             2 times
why       First contact on 1 March 2026. Within 40 minutes the account sent 2 gifts and asked for
          secrecy.
case      P-1a2b3c4d-0123456789abcdef0123456789abcdef-1
rules     2026-03 (aaaaaaaaaaa…), decided at platform.events/0/8
)");
}

TEST(Card, ShowsWhomAnActorCaseReached) {
  v1::Escalation escalation = pair_case();
  v1::Subject& subject = *escalation.mutable_subject();
  subject.set_kind(v1::SUBJECT_KIND_ACTOR);
  subject.clear_target_id();
  subject.set_distinct_targets(1250);
  for (int i = 0; i < 100; ++i) subject.add_target_ids(std::string("m").append(std::to_string(i)));
  EXPECT_THAT(render_card(escalation),
              AllOf(HasSubstr("1,250 accounts, newest m0, m1, m2, m3, m4, m5, m6, m7, \u2026"), Not(HasSubstr("m8"))));
}

TEST(Card, ShowsWhoIsAroundAMinor) {
  v1::Escalation escalation = pair_case();
  v1::Subject& subject = *escalation.mutable_subject();
  subject.set_kind(v1::SUBJECT_KIND_TARGET);
  subject.clear_actor_id();
  for (const char* id : {"a7", "a8", "a9"}) subject.add_actor_ids(id);
  EXPECT_THAT(render_card(escalation), AllOf(HasSubstr("m3"), HasSubstr("around it 3 accounts: a7, a8, a9\n")));
}

TEST(Card, IsPlainWithoutColour) { EXPECT_THAT(render_card(pair_case()), Not(HasSubstr("\x1b"))); }

TEST(Card, ColoursTheSeverityAndEndsEveryColour) {
  const std::string card = render_card(pair_case(), {true, 100});
  EXPECT_THAT(card, HasSubstr("\x1b[1;33mREVIEW\x1b[0m"));
  for (const std::string& line : lines_of(card)) EXPECT_EQ(line.rfind("\x1b["), line.rfind("\x1b[0m")) << line;
}

TEST(Card, StaysWithinItsWidth) {
  v1::Escalation escalation = pair_case();
  escalation.set_explanation(std::string(50, 'x') + " " + std::string(300, 'y') +
                             " and then a long row of ordinary words that has to be broken");
  escalation.mutable_subject()->set_actor_id(std::string(256, 'a'));
  escalation.mutable_subject()->set_target_id(std::string(256, 'b'));
  escalation.add_channels()->set_channel_id(std::string(36, 'c'));
  escalation.mutable_evidence(1)->set_signal("message_burst_new_contact");
  escalation.mutable_evidence(1)->set_count(2600);
  escalation.mutable_stages(1)->set_stage(v1::STAGE_MAINTAINING_CONTROL);
  escalation.mutable_stages(1)->mutable_reached_at()->set_seconds(kBaseSeconds + 86400 * 209);  // 26 September
  for (int i = 0; i < 8; ++i) escalation.add_related_escalation_ids(escalation.escalation_id());
  for (const int width : {70, 80, 100}) {
    for (const std::string& line : lines_of(render_card(escalation, {false, width}))) {
      EXPECT_LE(code_points(line), static_cast<std::size_t>(width)) << line;
    }
  }
}

TEST(Card, DrawsBarsByWeight) {
  const std::string card = render_card(pair_case());
  const auto bar = [](int length) {
    std::string text;
    for (int i = 0; i < length; ++i) text += "\u2588";
    return text;
  };
  EXPECT_THAT(card,
              AllOf(HasSubstr(bar(20) + "  1.40  secrecy_request  once"), HasSubstr(" " + bar(10) + "            0.70  gift ")));
}

TEST(Card, MentionsUpdatesHeldBackAndRelatedCases) {
  v1::Escalation escalation = pair_case();
  escalation.set_held_back_count(3);
  escalation.add_related_escalation_ids("A-1a2b3c4d-00-1");
  EXPECT_THAT(render_card(escalation), AllOf(HasSubstr("held back 3 updates"), HasSubstr("related   A-1a2b3c4d-00-1")));
}

TEST(Card, ShowsIdsInAnyScript) {
  v1::Escalation escalation = pair_case();
  escalation.mutable_subject()->set_actor_id("\u043c\u0438\u0448\u0430-\u65e5\u672c-\U0001F98A");
  EXPECT_THAT(render_card(escalation), HasSubstr("\u043c\u0438\u0448\u0430-\u65e5\u672c-\U0001F98A (adult"));
}

TEST(Card, NeverPrintsWhatWouldMoveOrHideText) {
  v1::Escalation escalation = pair_case();
  escalation.mutable_subject()->set_actor_id("a\x1b[2J\x07\r\nb\u202e\u200b\u0085");
  escalation.mutable_subject()->set_tenant(std::string("t\0u", 3));
  escalation.set_explanation("one\ttwo\nthree");
  EXPECT_THAT(render_card(escalation), AllOf(HasSubstr("a\\x1b[2J\\x07\\x0d\\x0ab\\u{202e}\\u{200b}\\x85 (adult"),
                                             HasSubstr("t\\x00u"), HasSubstr("one\\x09two\\x0athree")));
}

TEST(Card, CutsLongIds) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcde\u2026");
  EXPECT_EQ(printable("\u65e5\u672c\u8a9e", 5), "\u65e5\u672c\u2026");
  EXPECT_EQ(printable("", 5), "");
}

TEST(Card, ShowsAnEmptyEscalationWithoutInventingAnything) {
  EXPECT_THAT(render_card(v1::Escalation{}), AllOf(HasSubstr("SEVERITY UNKNOWN"), Not(HasSubstr("1970"))));
}

TEST(Card, PrintsOnlyValidTextWhateverComes) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const auto noise = [&] {
    std::string bytes(random() % 60, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  };
  for (int round = 0; round < 500; ++round) {
    v1::Escalation escalation = pair_case();
    escalation.mutable_subject()->set_actor_id(noise());
    escalation.mutable_subject()->set_target_id(noise());
    escalation.mutable_evidence(0)->set_signal(noise());
    escalation.set_explanation(noise());
    escalation.set_escalation_id(noise());
    escalation.add_channels()->set_channel_id(noise());
    for (const std::string& line : lines_of(render_card(escalation))) {
      ASSERT_TRUE(is_valid_utf8(line));
      ASSERT_FALSE(has_control_character(line));
    }
  }
}

TEST(Card, IsPlainAndWideWhereThereIsNoTerminal) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  const CardStyle style = style_of_terminal(fileno(file));
  std::fclose(file);
  EXPECT_FALSE(style.colour);
  EXPECT_EQ(style.width, 100);
}

}  // namespace
}  // namespace pairwatch::cli
