// Severities, priorities and ids, without a room.
#include "processors/core/cases.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/events.h"

namespace pairwatch {
namespace {

TEST(Severity, BeginsExactlyAtItsThreshold) {
  const SeverityRules rules;
  EXPECT_EQ(severity_of(0.3499, rules), Severity::kNone);
  EXPECT_EQ(severity_of(0.35, rules), Severity::kWatch);
  EXPECT_EQ(severity_of(0.6999, rules), Severity::kWatch);
  EXPECT_EQ(severity_of(0.70, rules), Severity::kReview);
  EXPECT_EQ(severity_of(0.9199, rules), Severity::kReview);
  EXPECT_EQ(severity_of(0.92, rules), Severity::kUrgent);
  EXPECT_EQ(severity_of(1.0, rules), Severity::kUrgent);
}

TEST(Priority, OrdersBySeverityFirst) {
  const PriorityRules rules;
  const PriorityFacts highest_watch{Severity::kWatch, 0.69, true, true, minutes(1)};
  const PriorityFacts lowest_review{Severity::kReview, 0.70, false, false, days(9)};
  EXPECT_LT(priority_of(highest_watch, rules), priority_of(lowest_review, rules));
}

TEST(Priority, RisesWithRiskVulnerabilityYouthAndSpeed) {
  const PriorityRules rules;
  const PriorityFacts plain{Severity::kReview, 0.7, false, false, days(9)};
  EXPECT_EQ(priority_of(plain, rules), 54U);
  PriorityFacts facts = plain;
  facts.risk = 0.9;
  EXPECT_EQ(priority_of(facts, rules), 58U);
  facts = plain;
  facts.vulnerable = true;
  EXPECT_EQ(priority_of(facts, rules), 59U);
  facts = plain;
  facts.under_13 = true;
  EXPECT_EQ(priority_of(facts, rules), 59U);
  facts = plain;
  facts.since_first_contact = hours(1);
  EXPECT_EQ(priority_of(facts, rules), 59U);
}

TEST(Priority, KnowsNoSpeedWithoutAFirstContact) {
  EXPECT_EQ(priority_of({Severity::kReview, 0.7, false, false, std::nullopt}, PriorityRules{}), 54U);
}

TEST(Priority, StaysBetweenZeroAndAHundredWhateverTheRules) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> any(-300, 300), share(0, 1);
  for (int i = 0; i < 2000; ++i) {
    PriorityRules rules{any(random), any(random), any(random), any(random), any(random), any(random), any(random), hours(1)};
    const PriorityFacts facts{static_cast<Severity>(random() % 4), share(random), random() % 2 == 0, random() % 2 == 0,
                              minutes(static_cast<std::int64_t>(random() % 200))};
    EXPECT_LE(priority_of(facts, rules), 100U);
  }
}

TEST(EscalationId, IsKindRoutingHashSubjectHashAndNumber) {
  const Hash128 subject{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(escalation_id(SubjectKind::kPair, 0x1a2b3c4d, subject, 1), "P-1a2b3c4d-0123456789abcdeffedcba9876543210-1");
  EXPECT_EQ(escalation_id(SubjectKind::kActor, 0xf, subject, 12), "A-0000000f-0123456789abcdeffedcba9876543210-12");
  EXPECT_EQ(escalation_id(SubjectKind::kTarget, 0, {}, 3), "T-00000000-00000000000000000000000000000000-3");
}

TEST(EscalationId, HashesTenantKindAndIds) {
  EXPECT_EQ(pair_subject("shop", {"a7"}, {"m3"}), hash128("shop\x1fP\x1f"
                                                          "a7\x1fm3"));
  EXPECT_EQ(actor_subject("shop", {"a7"}), hash128("shop\x1f"
                                                   "A\x1f"
                                                   "a7"));
}

TEST(EscalationId, TellsDirectionsTenantsAndKindsApart) {
  const Hash128 subject = pair_subject("", {"a7"}, {"m3"});
  EXPECT_NE(subject, pair_subject("", {"m3"}, {"a7"}));
  EXPECT_NE(subject, pair_subject("shop", {"a7"}, {"m3"}));
  EXPECT_NE(actor_subject("", {"a7"}), actor_subject("", {"m3"}));
}

TEST(CaseRecord, IsRevisedFromOneOnWithoutAGap) {
  const SeverityRules rules;
  CaseRecord record;
  record.number = 1;
  std::uint32_t told = 0;
  for (int day = 0; day < 30; ++day) {
    const CaseFindings findings{0.4 + 0.02 * day, std::uint64_t{1} << day, 0};
    const CaseStep step = advance_case(record, findings, test::kBaseTime + days(day), rules, 4);
    ASSERT_NE(step.change, CaseChange::kNone) << "a new signal each day";
    EXPECT_EQ(record.revision, ++told);
  }
}

}  // namespace
}  // namespace pairwatch
