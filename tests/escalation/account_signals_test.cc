// What shows only over the whole account beside fan-out and complaints: the same first words to many, most of what it does going to
// one, a minor by its own word who reaches many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kWords = 0x1234567890;

std::string minor(int number) { return numbered("m", number); }

double share_of(Signal signal, const v1::Escalation& escalation) {
  for (const v1::Evidence& evidence : escalation.evidence()) {
    if (evidence.signal() == info(signal).name) return evidence.contribution();
  }
  return 0;
}

/// What the signal adds to the risk of the pair with `m0`, URGENT already, at a time.
double share_at(Room& room, Signal signal, Duration when, v1::AgeBand band = v1::AGE_BAND_ADULT,
                v1::AgeAssurance assurance = v1::AGE_ASSURANCE_SELF_DECLARED) {
  room.feed(risk("a7", "m0").at(when).log_odds(kAtUrgent).actor_age(band, assurance));
  return share_of(signal, room.told_of("m0").back());
}

std::uint64_t count_of(Room& room, Signal signal) {
  return room.room.take_tally().signals[static_cast<std::size_t>(signal_index(signal))];
}

/// `count` strangers contacted, one an hour, each with first words; `same`: those of kWords, else words of its own.
void open_with_words(Room& room, int count, bool same = true) {
  for (int i = 0; i < count; ++i) {
    room.feed(stranger_contact("a7", minor(i)).at(hours(i)));
    room.feed(first_text("a7", minor(i), same ? kWords : kWords + static_cast<std::uint64_t>(i)).at(hours(i) + minutes(1)));
  }
}

TEST(CopiedOpening, SpeaksWhereTheSameFirstWordsWentToManyMinors) {
  Room room;
  open_with_words(room, 5);
  EXPECT_NEAR(share_at(room, Signal::kCopiedOpening, hours(4) + minutes(1)), 0.8, 0.0001);
  EXPECT_THAT(room.told().back().explanation(), HasSubstr("began with the same words towards 5 minors it did not know"));
}

TEST(CopiedOpening, GrowsWithTheMinorsUpToTwiceItsStrength) {
  Room room;
  open_with_words(room, 40);
  EXPECT_NEAR(share_at(room, Signal::kCopiedOpening, hours(39) + minutes(1)), 1.6, 0.0001);
}

TEST(CopiedOpening, IsSilentBelowItsLeastTargets) {
  Room room;
  open_with_words(room, 4);
  EXPECT_EQ(share_at(room, Signal::kCopiedOpening, hours(4)), 0);
}

TEST(CopiedOpening, IsSilentWhereEveryoneIsGreetedInOtherWords) {
  Room room;
  open_with_words(room, 40, false);
  EXPECT_EQ(share_at(room, Signal::kCopiedOpening, hours(40)), 0);
}

TEST(CopiedOpening, IsSilentAmongThoseItKnows) {  // a coach's "training at six"
  Room room;
  for (int i = 0; i < 12; ++i) {
    room.feed(fact(v1::FACT_KIND_FIRST_CONTACT, "a7", minor(i)).at(hours(i)));
    room.feed(first_text("a7", minor(i), kWords).at(hours(i)));
  }
  EXPECT_EQ(share_at(room, Signal::kCopiedOpening, hours(12)), 0);
}

TEST(CopiedOpening, IsSilentAmongAdults) {
  Room room;
  for (int i = 0; i < 12; ++i) {
    room.feed(stranger_contact("a7", minor(i)).at(hours(i)).target_age(v1::AGE_BAND_UNSPECIFIED));
    room.feed(first_text("a7", minor(i), kWords).at(hours(i)).target_age(v1::AGE_BAND_UNSPECIFIED));
  }
  EXPECT_EQ(share_at(room, Signal::kCopiedOpening, hours(12)), 0);
}

TEST(CopiedOpening, IsNotEvadedByARequestBeforeTheWordsOrOtherWordsInBetween) {
  Room room;
  for (int i = 0; i < 10; ++i) {
    room.feed(stranger_contact("a7", minor(i)).at(hours(i)));
    room.feed(first_text("a7", minor(i), i % 2 == 0 ? kWords : kWords + static_cast<std::uint64_t>(i)).at(hours(i) + days(1)));
  }
  EXPECT_NEAR(share_at(room, Signal::kCopiedOpening, hours(8) + days(1)), 0.8, 0.0001);
}

TEST(CopiedOpening, IsReadFromAFirstContactThatHoldsWords) {
  Room room;
  for (int i = 0; i < 5; ++i) {
    CaseInputBuilder contact = stranger_contact("a7", minor(i)).at(hours(i));
    contact.raw().mutable_fact()->set_text_fingerprint(kWords);
    room.feed(contact);
  }
  EXPECT_NEAR(share_at(room, Signal::kCopiedOpening, hours(4)), 0.8, 0.0001);
}

TEST(CopiedOpening, NeedsItsTargetsWithinTheWindowAndFades) {
  Room slow, faded;
  for (int i = 0; i < 12; ++i) {
    slow.feed(stranger_contact("a7", minor(i)).at(days(2 * i)));
    slow.feed(first_text("a7", minor(i), kWords).at(days(2 * i)));
  }
  open_with_words(faded, 5);
  EXPECT_EQ(share_at(slow, Signal::kCopiedOpening, days(24)), 0);
  EXPECT_NEAR(share_at(faded, Signal::kCopiedOpening, hours(4) + minutes(1) + days(14)), 0.4, 0.0001);
}

TEST(CopiedOpening, MakesACaseOfARiskThatCameBefore) {
  Room room;
  room.feed(risk("a7", "m50").log_odds(kBelowWatch));
  open_with_words(room, 9);
  ASSERT_FALSE(room.told_of("m50").empty());
  EXPECT_GT(share_of(Signal::kCopiedOpening, room.told_of("m50").back()), 0);
}

TEST(CopiedOpening, AddsToTheCaseOfTheAccount) {
  Room same, other;
  open_with_words(same, 40);
  open_with_words(other, 40, false);
  EXPECT_GT(share_of(Signal::kCopiedOpening, same.told(v1::SUBJECT_KIND_ACTOR).back()), 0);
  EXPECT_GT(same.told(v1::SUBJECT_KIND_ACTOR).back().severity(), other.told(v1::SUBJECT_KIND_ACTOR).back().severity());
}

TEST(CopiedOpening, IsCountedInTheShadowWithoutWeight) {
  escalation::EscalationConfig config;
  config.rules.signals.of(Signal::kCopiedOpening).state = RuleState::kShadow;
  Room room(config);
  open_with_words(room, 6);
  EXPECT_EQ(share_at(room, Signal::kCopiedOpening, hours(6)), 0);
  EXPECT_EQ(count_of(room, Signal::kCopiedOpening), 2U);
}

/// Five strangers contacted, and that many interactions with the first of them, told at each doubling.
void attend_to_one(Room& room, std::uint32_t most, Duration pace = hours(1)) {
  room.contact_strangers(5);
  Duration now = hours(5);
  for (std::uint32_t count = 16; count <= most; count *= 2) room.feed(activity("a7", "m0", count).at(now = now + pace));
}

TEST(AttentionSkew, SpeaksWhereOneGetsMostOfWhatTheAccountDoes) {
  Room room;
  attend_to_one(room, 64);
  EXPECT_NEAR(share_at(room, Signal::kAttentionSkew, hours(8)), 0.6, 0.0001);
  EXPECT_THAT(room.told().back().explanation(), HasSubstr("most of what it does towards this one account (at least 64 times)"));
  EXPECT_EQ(count_of(room, Signal::kAttentionSkew), 1U);
}

TEST(AttentionSkew, IsSilentBelowItsLeastActivity) {
  Room room;
  attend_to_one(room, 32);
  EXPECT_EQ(share_at(room, Signal::kAttentionSkew, hours(8)), 0);
}

TEST(AttentionSkew, IsSilentWhereOthersGetAsMuch) {  // a guild, a class
  Room room;
  room.contact_strangers(5);
  for (std::uint32_t count = 16; count <= 256; count *= 2) {
    for (int i = 0; i < 5; ++i) room.feed(activity("a7", minor(i), count).at(hours(6)));
  }
  EXPECT_EQ(share_at(room, Signal::kAttentionSkew, hours(8)), 0);
}

TEST(AttentionSkew, IsSilentWhereThereAreHardlyAnyOthers) {  // a grandparent who is here for one child
  Room room;
  room.contact_strangers(2);
  for (std::uint32_t count = 16; count <= 1024; count *= 2) room.feed(activity("a7", "m0", count).at(hours(3)));
  EXPECT_EQ(share_at(room, Signal::kAttentionSkew, hours(8)), 0);
}

TEST(AttentionSkew, SaysNothingAboutTheOthers) {
  Room room;
  attend_to_one(room, 256);
  room.feed(risk("a7", "m1").at(hours(9)).log_odds(kAtUrgent));
  EXPECT_EQ(share_of(Signal::kAttentionSkew, room.told_of("m1").back()), 0);
}

TEST(AttentionSkew, IsNotHeldAgainstPeers) {
  Room room;
  for (int i = 0; i < 5; ++i) room.feed(stranger_contact("a7", minor(i)).actor_age(v1::AGE_BAND_13_TO_15));
  for (std::uint32_t count = 16; count <= 256; count *= 2) room.feed(activity("a7", "m0", count).actor_age(v1::AGE_BAND_13_TO_15));
  EXPECT_EQ(share_at(room, Signal::kAttentionSkew, hours(1), v1::AGE_BAND_13_TO_15), 0);
}

TEST(AttentionSkew, IsNotEvadedBySlowPacingOrAWordToManyOthers) {
  Room slow, spread;
  attend_to_one(slow, 128, days(20));
  EXPECT_NEAR(share_at(slow, Signal::kAttentionSkew, hours(5) + days(80)), 0.6, 0.0001);
  attend_to_one(spread, 128);
  spread.contact_strangers(15, hours(20));
  spread.feed(activity("a7", "m0", 256).at(hours(40)));
  EXPECT_NEAR(share_at(spread, Signal::kAttentionSkew, hours(40)), 0.6, 0.0001);
}

TEST(AttentionSkew, IsFoundWhereTheOthersAreHeardOfLate) {
  Room room;
  room.feed(risk("a7", "m0").at(hours(5)).log_odds(-1.0));
  room.feed(activity("a7", "m0", 64).at(hours(8)));
  EXPECT_TRUE(room.told().empty());
  room.contact_strangers(4);
  EXPECT_FALSE(room.told_of("m0").empty());
}

TEST(AttentionSkew, RemembersTheBusiestAndCountsWhatLeaves) {
  escalation::EscalationConfig config;
  config.max_busy_targets = 2;
  Room room(config);
  for (const auto& [target, count] : {std::pair<const char*, std::uint32_t>{"m1", 64}, {"m2", 16}, {"m3", 32}}) {
    room.feed(activity("a7", target, count));
  }
  EXPECT_EQ(room.room.take_tally().evidence_dropped, 1U);
  const escalation::ActorState state = room.stored("a7");
  EXPECT_EQ(state.busy.size(), 2U);
  EXPECT_EQ(state.find_busy(hash64("m2")), nullptr);
  ASSERT_NE(state.find_busy(hash64("m1")), nullptr);
  EXPECT_EQ(state.find_busy(hash64("m1"))->activity_by(kBaseTime), 64U);
  EXPECT_EQ(state.find_busy(hash64("m1"))->activity_by(kBaseTime - milliseconds(1)), 0U);
}

/// Strangers contacted, one an hour, by a minor.
void befriend(Room& room, int count, v1::AgeAssurance assurance = v1::AGE_ASSURANCE_SELF_DECLARED, Duration pace = hours(1)) {
  for (int i = 0; i < count; ++i) {
    room.feed(stranger_contact("a7", minor(i)).at({pace.ms * i}).actor_age(v1::AGE_BAND_13_TO_15, assurance));
  }
}

TEST(PeerImpersonation, SpeaksWhereAMinorByItsOwnWordReachesManyItDoesNotKnow) {
  Room room;
  befriend(room, 10);
  EXPECT_EQ(count_of(room, Signal::kPeerImpersonation), 1U);
  EXPECT_NEAR(share_at(room, Signal::kPeerImpersonation, hours(9), v1::AGE_BAND_13_TO_15), 4.8, 0.0001);
  EXPECT_THAT(room.told().back().explanation(),
              HasSubstr("says that it is a minor, which nobody has checked, and contacted 10 minors"));
}

TEST(PeerImpersonation, GrowsUpToItsCap) {
  Room room;
  befriend(room, 80);
  EXPECT_NEAR(share_at(room, Signal::kPeerImpersonation, hours(79), v1::AGE_BAND_13_TO_15), 5, 0.0001);
}

TEST(PeerImpersonation, IsSilentBelowItsLeastTargetsAndWherePacedOut) {
  Room few, slow;
  befriend(few, 9);
  befriend(slow, 40, v1::AGE_ASSURANCE_SELF_DECLARED, days(1));
  EXPECT_EQ(share_at(few, Signal::kPeerImpersonation, hours(19), v1::AGE_BAND_13_TO_15), 0);
  EXPECT_EQ(share_at(slow, Signal::kPeerImpersonation, days(40), v1::AGE_BAND_13_TO_15), 0);
}

TEST(PeerImpersonation, IsSilentForANewPupilWhoseClassmatesKnowEachOther) {
  Room room;
  for (int i = 0; i < 60; ++i) {
    room.feed(fact(v1::FACT_KIND_FIRST_CONTACT, "a7", minor(i)).at(hours(i)).actor_age(v1::AGE_BAND_13_TO_15));
  }
  EXPECT_EQ(share_at(room, Signal::kPeerImpersonation, hours(60), v1::AGE_BAND_13_TO_15), 0);
}

TEST(PeerImpersonation, IsSilentWhereTheAgeWasCheckedOrNoneIsClaimed) {
  Room checked, adult;
  befriend(checked, 60, v1::AGE_ASSURANCE_VERIFIED);
  adult.contact_strangers(60);
  EXPECT_EQ(share_at(checked, Signal::kPeerImpersonation, hours(60), v1::AGE_BAND_13_TO_15, v1::AGE_ASSURANCE_VERIFIED), 0);
  EXPECT_EQ(share_at(adult, Signal::kPeerImpersonation, hours(60)), 0);
}

TEST(PeerImpersonation, IsNotEvadedByMakingThePairFirstAndTheOthersAfterIt) {
  Room room;
  room.feed(risk("a7", "m50").log_odds(kBelowWatch).actor_age(v1::AGE_BAND_13_TO_15));
  befriend(room, 40);
  ASSERT_FALSE(room.told_of("m50").empty());
  EXPECT_GT(share_of(Signal::kPeerImpersonation, room.told_of("m50").back()), 0);
  EXPECT_TRUE(room.told(v1::SUBJECT_KIND_ACTOR).empty()) << "by itself it makes no case of a child that makes friends";
}

}  // namespace
}  // namespace pairwatch::test
