// The life of a TARGET case: opened, raised, updated with news only, decided, ended with the cases it was made of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/target/target_inputs.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TargetCase : public testing::Test {
 protected:
  /// Two accounts at REVIEW: a case at REVIEW.
  std::string open() {
    room.feed(contact("a7").met({0}, 0).reached(v1::STAGE_TARGETING).risk(0.8).has_case(Severity::kReview));
    room.feed(contact("a8")
                  .at(days(1))
                  .met(hours(20), 2)
                  .reached(v1::STAGE_ISOLATING, days(1))
                  .risk(0.75)
                  .has_case(Severity::kReview, 2));
    EXPECT_EQ(room.told().size(), 1U);
    return room.told().back().escalation_id();
  }
  v1::Escalation last() { return room.told().back(); }

  Room room;
};

TEST_F(TargetCase, NamesTheMinorItsAccountsAndTheirPairCases) {
  const std::string id = open();
  EXPECT_THAT(id, testing::StartsWith("T-"));
  const v1::Escalation told = last();
  EXPECT_EQ(told.subject().kind(), v1::SUBJECT_KIND_TARGET);
  EXPECT_EQ(told.subject().target_id(), "m3");
  EXPECT_EQ(told.subject().actor_id(), "");
  EXPECT_EQ(told.subject().target_age_band(), v1::AGE_BAND_13_TO_15);
  EXPECT_THAT(told.subject().actor_ids(), ElementsAre("a7", "a8"));
  std::string key;
  write_account_key("", {"a8"}, key);
  const std::string second = escalation_id(SubjectKind::kPair, murmur2(key), pair_subject("", {"a8"}, {"m3"}), 2);
  EXPECT_EQ(told.related_escalation_ids(1), second);
  EXPECT_EQ(told.stage(), v1::STAGE_ISOLATING);
  ASSERT_EQ(told.stages_size(), 2);
  EXPECT_EQ(told.stages(0).stage(), v1::STAGE_TARGETING);
  ASSERT_EQ(told.evidence_size(), 1);
  EXPECT_EQ(told.evidence(0).signal(), "multiple_risky_adults");
  EXPECT_EQ(told.evidence(0).count(), 2U);
  EXPECT_EQ(told.first_contact_at().seconds(), kBaseTime.ms / 1000);
}

TEST_F(TargetCase, HasTheMinorsKeyInItsIdAndOnItsRecord) {
  const std::string id = open();
  std::string key;
  write_account_key("", {"m3"}, key);
  EXPECT_EQ(room.sink.outputs.back().key, key);
  EXPECT_EQ(read_case_id(id)->routing_hash, murmur2(key));
  EXPECT_EQ(read_case_id(id)->subject, target_subject("", {"m3"}));
}

TEST_F(TargetCase, IsToldInPlainWords) {
  open();
  EXPECT_EQ(
      last().explanation(),
      "An account aged 13 to 15 is in contact with 2 accounts whose behaviour stands out at once (2 adult accounts), seen from "
      "1 March 2026, 18:00 UTC on, within 24 hours. 2 of them have a pair case at review or above. Seen of them: an approach by "
      "a stranger (1) and moving out of sight (1); 1 of them came later than the first, with contacts in common. Each of these "
      "contacts alone may be ordinary; so many at once deserve a review by a person (score 0.74 of 1), which is no verdict.");
}

TEST_F(TargetCase, IsRaisedByOneMoreAndToldInTheTopicOfItsSeverity) {
  open();
  room.feed(contact("a9").at(days(2)).has_case(Severity::kUrgent));
  EXPECT_EQ(last().status(), v1::ESCALATION_STATUS_RAISED);
  EXPECT_EQ(last().revision(), 2U);
  EXPECT_EQ(room.sink.outputs.front().port, OutputPort::kReview);
  EXPECT_EQ(room.sink.outputs.back().port, OutputPort::kUrgent);
}

TEST_F(TargetCase, IsNotRepeatedWithoutNews) {
  open();
  EXPECT_EQ(room.feed(contact("a8").at(days(2)).has_case(Severity::kReview, 2)), Outcome::kNoNews);
  EXPECT_EQ(room.told().size(), 1U);
}

TEST_F(TargetCase, HoldsUpdatesBackAndTellsThemTheNextDay) {
  room.config.max_updates_per_day = 1;
  Room few(room.config);
  few.feed(contact("a7").has_case(Severity::kReview));
  few.feed(contact("a8").has_case(Severity::kReview));
  EXPECT_EQ(few.feed(contact("a8").at(hours(1)).has_case(Severity::kReview).reached(v1::STAGE_ISOLATING)), Outcome::kEscalated);
  EXPECT_EQ(few.feed(contact("a8").at(hours(2)).has_case(Severity::kReview).reached(v1::STAGE_SEXUALIZING)), Outcome::kNoted);
  EXPECT_EQ(few.feed(contact("a8").at(days(2)).has_case(Severity::kReview)), Outcome::kEscalated);
  EXPECT_EQ(few.told().back().held_back_count(), 1U);
}

TEST_F(TargetCase, IsConfirmedByItsIdAlone) {
  const std::string id = open();
  EXPECT_EQ(room.decide(id, v1::VERDICT_CONFIRMED, days(2)), Outcome::kEscalated);
  EXPECT_EQ(last().status(), v1::ESCALATION_STATUS_UPDATED);
  EXPECT_EQ(last().decided_at().topic(), "moderation.decisions");
  EXPECT_THAT(last().explanation(), HasSubstr("confirmed this case on 3 March 2026"));
  EXPECT_EQ(room.decide(id, v1::VERDICT_CONFIRMED, days(3)), Outcome::kNoted) << "once is enough";
  EXPECT_EQ(room.decide(id, v1::VERDICT_NEEDS_MORE, days(3)), Outcome::kNoted);
}

TEST_F(TargetCase, StandsDownInEveryTopicWhenItIsDismissed) {
  room.feed(contact("b1").has_case(Severity::kWatch));
  room.feed(contact("b2").has_case(Severity::kWatch));
  room.feed(contact("b3").has_case(Severity::kWatch));
  const std::string id = last().escalation_id();
  room.sink.clear();
  EXPECT_EQ(room.decide(id, v1::VERDICT_DISMISSED, days(1), days(10)), Outcome::kEscalated);
  EXPECT_EQ(room.sink.at(OutputPort::kWatch).size(), 1U);
  EXPECT_EQ(room.sink.at(OutputPort::kReview).size(), 1U);
  EXPECT_EQ(last().reason(), v1::ESCALATION_REASON_DECISION);
  EXPECT_EQ(room.decide(id, v1::VERDICT_DISMISSED, days(1)), Outcome::kNoted) << "it has stood down";
}

TEST_F(TargetCase, OpensTheNextByWhatIsNewOnlyAndForMoreThanBefore) {
  const std::string id = open();
  room.decide(id, v1::VERDICT_DISMISSED, days(2), days(5));
  EXPECT_EQ(room.feed(contact("a7").at(days(3)).has_case(Severity::kReview)), Outcome::kBelowThreshold) << "snoozed";
  EXPECT_EQ(room.feed(contact("a7").at(days(9)).has_case(Severity::kReview)), Outcome::kBelowThreshold) << "weighs a quarter";
  for (const char* more : {"c1", "c2", "c3"}) room.feed(contact(more).at(days(10)).has_case(Severity::kReview));
  EXPECT_EQ(last().status(), v1::ESCALATION_STATUS_OPENED);
  EXPECT_EQ(last().escalation_id(), id.substr(0, id.size() - 1) + "2");
}

TEST_F(TargetCase, StandsDownWhenTheCasesItWasMadeOfAreDismissed) {
  const std::string id = open();
  EXPECT_EQ(room.feed(contact("a7").at(days(2)).ended()), Outcome::kEscalated);
  EXPECT_EQ(last().status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(last().reason(), v1::ESCALATION_REASON_DECISION);
  EXPECT_THAT(last().explanation(), HasSubstr("have stood down"));
  EXPECT_EQ(room.feed(contact("a8").at(days(3)).ended()), Outcome::kBelowThreshold) << "nothing is open";
  room.feed(contact("a7").at(days(4)).has_case(Severity::kReview, 2));
  room.feed(contact("a9").at(days(4)).has_case(Severity::kReview));
  EXPECT_EQ(last().status(), v1::ESCALATION_STATUS_OPENED) << "it weighs as much as before";
  EXPECT_NE(last().escalation_id(), id);
}

TEST_F(TargetCase, GoesOnWhileTwoAreLeft) {
  open();
  room.feed(contact("a9").at(days(1)).has_case(Severity::kReview));
  const std::size_t told = room.told().size();
  EXPECT_EQ(room.feed(contact("a9").at(days(2)).ended()), Outcome::kNoNews);
  EXPECT_EQ(room.told().size(), told);
}

TEST_F(TargetCase, ThatNobodyOpenedCannotBeDecided) {
  const std::string id = open();
  for (const std::string& other :
       {id.substr(0, id.size() - 1) + "7", "T-00000000-00000000000000000000000000000001-1" + std::string()}) {
    EXPECT_EQ(room.decide(other, v1::VERDICT_CONFIRMED, days(2)), Outcome::kDeadLetter);
    EXPECT_EQ(room.sink.rejects.back().reason, Reject::kUnknownCase);
  }
  EXPECT_EQ(room.decide(id, v1::VERDICT_CONFIRMED, days(900)), Outcome::kDeadLetter) << "it was forgotten";
}

TEST_F(TargetCase, IsForgottenAfterItsTimeToLive) {
  open();
  room.feed(contact("a8").at(days(500)).has_case(Severity::kReview));
  EXPECT_EQ(room.stored().contacts.size(), 1U);
  EXPECT_EQ(room.room.take_tally().entries_expired, 1U);
}

TEST_F(TargetCase, CarriesTheRecordsHeadersThrough) {
  room.headers = {{"traceparent", "00-1"}};
  open();
  EXPECT_EQ(room.sink.outputs.back().header("traceparent"), "00-1");
}

TEST_F(TargetCase, OfOneTenantKnowsNothingOfAnother) {
  room.feed(contact("a7").tenant("shop").has_case(Severity::kReview));
  room.feed(contact("a8").tenant("club").has_case(Severity::kReview));
  EXPECT_THAT(room.told(), IsEmpty());
}

TEST_F(TargetCase, EveryRecordHasOneOutcomeAndBadOnesAreDeadLetters) {
  open();
  v1::TargetInput nobody = contact("a7").input();
  nobody.clear_target();
  v1::TargetInput itself = contact("m3").input();
  v1::TargetInput backwards = contact("a7").risk(0.5).input();
  backwards.mutable_contact()->set_risky_from_ms(backwards.contact().risky_until_ms() + 1);
  v1::TargetInput timeless = contact("a7").input();
  timeless.set_occurred_at_ms(5);
  v1::TargetInput no_number = contact("a7").input();
  no_number.mutable_contact()->set_risk(std::numeric_limits<double>::quiet_NaN());
  v1::TargetInput empty;
  empty.set_occurred_at_ms(kBaseTime.ms);
  v1::TargetInput twice = contact("a7").reached(v1::STAGE_ISOLATING).reached(v1::STAGE_ISOLATING).input();
  v1::TargetInput long_name = contact(std::string(257, 'x')).input();
  std::uint64_t bad = 0;
  for (const v1::TargetInput& input : {nobody, itself, backwards, timeless, no_number, empty, twice, long_name}) {
    EXPECT_EQ(room.feed(input), Outcome::kDeadLetter) << input.ShortDebugString();
    EXPECT_EQ(room.sink.rejects.back().reason, Reject::kMalformedInternalRecord);
    ++bad;
  }
  EXPECT_EQ(room.feed("another key", contact("a7").input().SerializeAsString()), Outcome::kDeadLetter);
  EXPECT_EQ(room.feed("m3", "\xff nonsense"), Outcome::kDeadLetter);
  const Tally tally = room.room.take_tally();
  EXPECT_EQ(tally.count_of(Outcome::kDeadLetter), bad + 2);
  std::uint64_t all = 0;
  for (const std::uint64_t count : tally.outcomes) all += count;
  EXPECT_EQ(all, static_cast<std::uint64_t>(room.offset));
}

}  // namespace
}  // namespace pairwatch::test
