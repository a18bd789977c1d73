// Labels as they are written, and what is said of those that are wrong.
#include "tools/evaluate/labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace pairwatch::evaluate {
namespace {

LabelsResult read(const std::string& text) {
  std::istringstream in(text);
  return read_labels(in, "labels.jsonl");
}

TEST(Labels, AreReadFieldByField) {
  const LabelsResult result = read(
      R"({"kind":"PAIR","tenant":"t","actorId":"a","targetId":"m","risky":true,"archetype":"gift_groomer","evasion":"leetspeak",)"
      R"("firstContactEventId":"e1","riskyFromEventId":"e2","harmEventId":"e3","something":"else"})"
      "\n\n"
      R"({"kind":"ACTOR","actorId":"a","risky":false})"
      "\n"
      R"({"kind":"TARGET","targetId":"m","risky":true,"gray":true})"
      "\n");
  EXPECT_THAT(result.problems, testing::IsEmpty());
  ASSERT_EQ(result.labels.size(), 3U);
  const Label& label = result.labels[0];
  EXPECT_EQ(label.kind, SubjectKind::kPair);
  EXPECT_EQ(label.tenant + label.actor_id + label.target_id, "tam");
  EXPECT_EQ(label.archetype + " " + label.evasion, "gift_groomer leetspeak");
  EXPECT_EQ(label.first_contact_event_id + label.risky_from_event_id + label.harm_event_id, "e1e2e3");
  EXPECT_TRUE(label.is_risky && !label.is_gray);
  EXPECT_EQ(result.labels[1].kind, SubjectKind::kActor);
  EXPECT_FALSE(result.labels[1].is_risky);
  EXPECT_EQ(result.labels[2].kind, SubjectKind::kTarget);
  EXPECT_TRUE(result.labels[2].is_gray);
}

TEST(Labels, TellEachMistakeWithItsLine) {
  const LabelsResult result = read(
      "{\n"
      R"({"kind":"PAIR","actorId":"a","risky":true})"
      "\n"
      R"({"kind":"ACTOR","risky":true})"
      "\n"
      R"({"kind":"FRIEND","actorId":"a","risky":true})"
      "\n"
      R"({"kind":"ACTOR","actorId":"a"})"
      "\n");
  ASSERT_EQ(result.problems.size(), 5U);
  EXPECT_THAT(result.problems[0], testing::StartsWith("labels.jsonl:1: "));
  EXPECT_THAT(result.problems[1], testing::AllOf(testing::StartsWith("labels.jsonl:2: "), testing::HasSubstr("targetId")));
  EXPECT_THAT(result.problems[2], testing::HasSubstr("actorId"));
  EXPECT_THAT(result.problems[3], testing::HasSubstr("PAIR, ACTOR or TARGET"));
  EXPECT_THAT(result.problems[4], testing::HasSubstr("risky"));
}

TEST(Labels, StopTellingAfterTwentyMistakes) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "no\n";
  EXPECT_EQ(read(text).problems.size(), 20U);
}

}  // namespace
}  // namespace pairwatch::evaluate
