#include "processors/core/age.h"

#include <gtest/gtest.h>

namespace pairwatch {
namespace {

TEST(AgeClass, TakesUnknownForNothingElse) {
  for (int assurance = 0; assurance < 4; ++assurance) {
    EXPECT_EQ(age_class(AgeBand::kUnknown, static_cast<AgeAssurance>(assurance)), AgeClass::kUnknown);
    EXPECT_EQ(age_class(AgeBand::kAdult, static_cast<AgeAssurance>(assurance)), AgeClass::kAdult);
  }
}

TEST(AgeClass, AsksHowAMinorsAgeIsKnown) {
  for (const AgeBand band : {AgeBand::kUnder13, AgeBand::k13To15, AgeBand::k16To17}) {
    EXPECT_TRUE(is_minor(band));
    EXPECT_EQ(age_class(band, AgeAssurance::kUnknown), AgeClass::kMinorSelfDeclared);
    EXPECT_EQ(age_class(band, AgeAssurance::kSelfDeclared), AgeClass::kMinorSelfDeclared);
    EXPECT_EQ(age_class(band, AgeAssurance::kEstimated), AgeClass::kMinorAssured);
    EXPECT_EQ(age_class(band, AgeAssurance::kVerified), AgeClass::kMinorAssured);
  }
  EXPECT_FALSE(is_minor(AgeBand::kUnknown));
  EXPECT_FALSE(is_minor(AgeBand::kAdult));
}

constexpr AgeClass kAdult = AgeClass::kAdult, kUnknown = AgeClass::kUnknown, kMinor = AgeClass::kMinorSelfDeclared,
                   kAssured = AgeClass::kMinorAssured;

struct Row {
  AgeClass actor;
  AgeClass target;
  GateVerdict verdict;
};

// All sixteen, written out.
constexpr Row kTable[] = {
    {kAdult, kAdult, GateVerdict::kDropped},         {kAdult, kUnknown, GateVerdict::kJudgedLower},
    {kAdult, kMinor, GateVerdict::kJudged},          {kAdult, kAssured, GateVerdict::kJudged},
    {kUnknown, kAdult, GateVerdict::kContext},       {kUnknown, kUnknown, GateVerdict::kJudgedLowest},
    {kUnknown, kMinor, GateVerdict::kJudgedLower},   {kUnknown, kAssured, GateVerdict::kJudgedLower},
    {kMinor, kAdult, GateVerdict::kContext},         {kMinor, kUnknown, GateVerdict::kJudgedPeer},
    {kMinor, kMinor, GateVerdict::kJudgedPeer},      {kMinor, kAssured, GateVerdict::kJudgedPeer},
    {kAssured, kAdult, GateVerdict::kContext},       {kAssured, kUnknown, GateVerdict::kContext},
    {kAssured, kMinor, GateVerdict::kJudgedAssured}, {kAssured, kAssured, GateVerdict::kJudgedAssured},
};
static_assert(std::size(kTable) == kAgeClassCount * kAgeClassCount);

TEST(Gate, JudgesEachDirectionAsTheTableSays) {
  const Gate gate;
  for (const Row& row : kTable) {
    EXPECT_EQ(gate.verdict(row.actor, row.target), row.verdict)
        << static_cast<int>(row.actor) << " towards " << static_cast<int>(row.target);
  }
}

TEST(Gate, NeverJudgesAMinorTowardsAnAdult) {
  const Gate gate;
  for (const AgeClass minor : {kMinor, kAssured}) EXPECT_FALSE(is_judged(gate.verdict(minor, kAdult)));
}

TEST(Gate, LetsAPairPassWhereEitherDirectionIsJudged) {
  const Gate gate;
  for (const Row& there : kTable) {
    for (const Row& back : kTable) {
      if (there.actor != back.target || there.target != back.actor) continue;
      EXPECT_EQ(gate.passes(there.actor, there.target), is_judged(there.verdict) || is_judged(back.verdict));
      EXPECT_EQ(gate.passes(there.actor, there.target), gate.passes(back.actor, back.target));
    }
  }
  EXPECT_FALSE(gate.passes(kAdult, kAdult));
  EXPECT_TRUE(gate.passes(kUnknown, kUnknown));
}

TEST(Gate, TakesContextAndDropsForNotJudged) {
  EXPECT_FALSE(is_judged(GateVerdict::kDropped));
  EXPECT_FALSE(is_judged(GateVerdict::kContext));
  for (int verdict = static_cast<int>(GateVerdict::kJudged); verdict < kGateVerdictCount; ++verdict) {
    EXPECT_TRUE(is_judged(static_cast<GateVerdict>(verdict))) << verdict;
  }
}

}  // namespace
}  // namespace pairwatch
