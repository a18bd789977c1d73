// Whatever the order in which news of an actor's pairs comes, the cases are the same in the end.
//
// News of one pair always comes in its own order: one partition of relationship tells it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

std::string minor(int number) { return numbered("m", number); }

/// What a room has told in the end: the highest severity of each case.
std::map<std::string, v1::Severity> highest_severities(const Room& room) {
  std::map<std::string, v1::Severity> highest;
  for (const v1::Escalation& told : room.told()) {
    v1::Severity& severity = highest[told.escalation_id()];
    severity = std::max(severity, told.severity());
  }
  return highest;
}

TEST(LateFanOut, RaisesACaseThatCameBeforeIt) {
  Room room(patient());
  room.feed(risk("a7", "m50").at(hours(40)).log_odds(kAtWatch).shows(Signal::kGift, 0.7));
  room.contact_strangers(40);
  const auto told = room.told_of("m50");
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told.front().severity(), v1::SEVERITY_WATCH);
  EXPECT_EQ(told.back().severity(), v1::SEVERITY_REVIEW);
  EXPECT_EQ(told.back().escalation_id(), told.front().escalation_id());
}

TEST(LateFanOut, OpensACaseOfARiskThatWasTooLow) {
  Room room(patient());
  EXPECT_EQ(room.feed(risk("a7", "m50").at(hours(40)).log_odds(kBelowWatch)), Outcome::kBelowThreshold);
  room.contact_strangers(40);
  const auto told = room.told_of("m50");
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front().status(), v1::ESCALATION_STATUS_OPENED);
}

TEST(LateFanOut, IsJudgedAsOfItsTimeWherePartitionsAreWeeksApart) {
  Room in_order(patient()), late(patient());
  in_order.contact_strangers(40);
  in_order.feed(risk("a7", "m50").at(days(60)).log_odds(kBelowWatch));
  late.feed(risk("a7", "m50").at(days(60)).log_odds(kBelowWatch));  // moves the newest news two months ahead
  late.contact_strangers(40);
  EXPECT_FALSE(highest_severities(late).empty());
  EXPECT_EQ(highest_severities(late), highest_severities(in_order));
}

TEST(LateFanOut, OpensTheCaseOfTheAccount) {
  Room room(patient());
  room.feed(fact(v1::FACT_KIND_FIRST_CONTACT, "a7", "m60").at(days(60)));
  room.contact_strangers(40);
  ASSERT_EQ(room.told(v1::SUBJECT_KIND_ACTOR).size(), 1U);
}

TEST(LateFanOut, AddsPairsAtReviewToTheCaseOfTheAccount) {
  const auto feed_reviews = [](Room& room) {
    for (int i = 50; i < 52; ++i) room.feed(risk("a7", minor(i)).at(days(60)).log_odds(kAtReview).first_contact(hours(1)));
  };
  const auto feed_contacts = [](Room& room) {
    for (int i = 0; i < 10; ++i) {
      room.feed(fact(v1::FACT_KIND_FIRST_REPLY, "a7", minor(i)).at(hours(i)));
      room.feed(stranger_contact("a7", minor(i)).at(hours(i)));
    }
  };
  Room in_order(patient()), late(patient());
  feed_contacts(in_order);
  EXPECT_THAT(in_order.told(), testing::IsEmpty());
  feed_reviews(in_order);
  feed_reviews(late);
  EXPECT_THAT(late.told(v1::SUBJECT_KIND_ACTOR), testing::IsEmpty());
  feed_contacts(late);
  ASSERT_EQ(late.told(v1::SUBJECT_KIND_ACTOR).size(), 1U);
  EXPECT_EQ(highest_severities(late), highest_severities(in_order));
}

TEST(LateFanOut, MovesSeveralCasesWithOneRecord) {
  Room room(patient());
  for (int i = 50; i < 55; ++i) room.feed(risk("a7", minor(i)).at(hours(9)).log_odds(0.8));
  room.contact_strangers(9);
  const std::size_t before = room.sink.outputs.size();
  EXPECT_EQ(room.feed(stranger_contact("a7", "m9").at(hours(9))), Outcome::kEscalated);
  EXPECT_EQ(room.sink.outputs.size(), before + 5 + 1) << "each pair and the account";
  EXPECT_EQ(room.told().back().subject().kind(), v1::SUBJECT_KIND_ACTOR) << "the account is told last";
  EXPECT_EQ(room.room.take_tally().count_of(Outcome::kEscalated), 6U) << "one outcome a record";
}

TEST(LateFanOut, FadesByItsDistanceFromTheRisk) {
  Room near(patient()), far(patient());
  near.feed(risk("a7", "m50").log_odds(kBelowWatch));
  far.feed(risk("a7", "m50").log_odds(kBelowWatch));
  near.contact_strangers(40);
  far.contact_strangers(40, days(60));
  EXPECT_FALSE(near.told_of("m50").empty());
  EXPECT_TRUE(far.told_of("m50").empty());
}

TEST(LateFanOut, CountsTheRepliesUntilItsWindowEndsOnly) {
  Room room(patient());
  room.feed(fact(v1::FACT_KIND_FIRST_CONTACT, "a7", "m60").at(days(60)));
  for (int i = 0; i < 24; ++i) room.feed(fact(v1::FACT_KIND_FIRST_REPLY, "a7", minor(i)).at(days(50)));
  room.contact_strangers(30);
  EXPECT_EQ(room.told(v1::SUBJECT_KIND_ACTOR).size(), 1U) << "that they answered weeks later changes nothing then";
}

TEST(LateFanOut, LeavesPairsOfAPeerAlone) {
  Room room(patient());
  const auto by_peer = [](CaseInputBuilder input) { return input.actor_age(v1::AGE_BAND_13_TO_15, v1::AGE_ASSURANCE_VERIFIED); };
  room.feed(by_peer(risk("a7", "m50").log_odds(kBelowWatch)));
  for (int i = 0; i < 40; ++i) room.feed(by_peer(stranger_contact("a7", minor(i)).at(hours(i))));
  EXPECT_THAT(room.told(), testing::IsEmpty());
}

TEST(LateFanOut, LeavesATargetAloneThatIsAnAdultByNow) {
  Room room(patient());
  room.feed(risk("a7", "m50").target_age(v1::AGE_BAND_UNSPECIFIED).log_odds(kBelowWatch));
  room.feed(fact(v1::FACT_KIND_FIRST_REPLY, "a7", "m50").target_age(v1::AGE_BAND_ADULT).at(minutes(1)));
  room.contact_strangers(40);
  EXPECT_THAT(room.told(v1::SUBJECT_KIND_PAIR), testing::IsEmpty());
}

TEST(LateFanOut, NeverMakesACaseBetweenTwoAdults) {
  Room room(patient());
  room.feed(risk("a7", "a8").target_age(v1::AGE_BAND_ADULT).log_odds(kAtUrgent));
  room.contact_strangers(40);
  EXPECT_THAT(room.told(v1::SUBJECT_KIND_PAIR), testing::IsEmpty());
  EXPECT_THAT(room.stored("a7").risks, testing::IsEmpty());
}

TEST(LateFanOut, DropsWhatWasWeighedAsAnAdultsOnceTheActorIsAMinor) {
  Room room(patient());
  room.feed(risk("a7", "m50").log_odds(kBelowWatch));
  room.feed(account_change("a7").at(hours(1)).actor_age(v1::AGE_BAND_16_TO_17));
  for (int i = 0; i < 5; ++i) {
    room.feed(fact(v1::FACT_KIND_BLOCKED, "a7", minor(i)).at(hours(2)).actor_age(v1::AGE_BAND_16_TO_17));
  }
  EXPECT_THAT(room.told(), testing::IsEmpty());
}

TEST(LateFanOut, CountsFromTheDayAnActorTurnsOutToBeAnAdult) {
  Room room(patient());
  room.feed(account_change("a7").actor_age(v1::AGE_BAND_16_TO_17));
  for (int i = 0; i < 40; ++i) room.feed(stranger_contact("a7", minor(i)).at(hours(i)).actor_age(v1::AGE_BAND_16_TO_17));
  EXPECT_THAT(room.told(), testing::IsEmpty());
  room.feed(account_change("a7").at(hours(40)).actor_age(v1::AGE_BAND_ADULT));
  EXPECT_EQ(room.told(v1::SUBJECT_KIND_ACTOR).size(), 1U);
}

TEST(LateComplaints, RaiseACaseThatCameBeforeThem) {
  Room room(patient());
  room.feed(risk("a7", "m50").at(days(60)).log_odds(kAtWatch));
  for (int i = 0; i < 4; ++i) room.feed(fact(v1::FACT_KIND_REPORTED, "a7", minor(i)).at(days(20) + hours(i)));
  EXPECT_EQ(room.told_of("m50").back().severity(), v1::SEVERITY_REVIEW);
}

TEST(LateComplaints, AreNotHiddenByALaterOneOfTheSameMinor) {
  Room in_order(patient()), late(patient());
  const auto first = fact(v1::FACT_KIND_BLOCKED, "a7", "m1"), second = fact(v1::FACT_KIND_BLOCKED, "a7", "m2").at(days(1)),
             again = fact(v1::FACT_KIND_REPORTED, "a7", "m1").at(days(60));
  for (Room* room : {&in_order, &late}) room->feed(risk("a7", "m50").log_odds(kBelowWatch));
  for (const auto& one : {first, second, again}) in_order.feed(one);
  for (const auto& one : {first, again, second}) late.feed(one);
  EXPECT_FALSE(highest_severities(in_order).empty());
  EXPECT_EQ(highest_severities(late), highest_severities(in_order));
}

/// News of one actor: each pair's in its own order. At most kRiskPointLimit risks a pair, and pairs within max_risks. With what
/// makes less of a case where it is known (responses, activity with others) or without.
std::vector<std::vector<CaseInputBuilder>> news_of_pairs(std::mt19937_64& random, bool with_responses) {
  const auto some = [&](std::uint64_t limit) { return static_cast<std::int64_t>(random() % limit); };
  const int contacted = 5 + static_cast<int>(some(45));
  const bool is_dense = some(2) == 0;
  std::vector<std::vector<CaseInputBuilder>> pairs;
  for (int i = 0; i < contacted; ++i) {
    std::vector<CaseInputBuilder>& news = pairs.emplace_back();
    const Duration met = minutes(some(is_dense ? 15'000 : 150'000));
    news.push_back(stranger_contact("a7", minor(i)).at(met));
    if (with_responses && some(4) == 0) {
      news.push_back(fact(v1::FACT_KIND_FIRST_REPLY, "a7", minor(i)).at(met + minutes(some(10'000))));
    }
    if (some(2) == 0) news.push_back(first_text("a7", minor(i), static_cast<std::uint64_t>(some(3))).at(met + minutes(some(900))));
    Duration now = met;
    if (i < 12) {
      for (std::int64_t n = some(5); n > 0; --n) {
        now = now + minutes(some(40'000));
        news.push_back(risk("a7", minor(i)).at(now).first_contact(met).log_odds(static_cast<double>(some(500)) / 100 - 3.5));
        if (some(3) == 0) news.back().shows(Signal::kBlockedOrReported, 1.0);
      }
    }
    if (with_responses && some(6) == 0) {
      Duration later = met;
      for (std::uint32_t count = 16; count <= 256; count *= 2) {
        news.push_back(activity("a7", minor(i), count).at(later = later + minutes(some(9'000))));
      }
    }
    if (some(8) == 0) news.push_back(fact(v1::FACT_KIND_BLOCKED, "a7", minor(i)).at(now = now + minutes(some(60'000))));
    if (some(12) == 0) news.push_back(fact(v1::FACT_KIND_REPORTED, "a7", minor(i)).at(now + minutes(some(60'000))));
  }
  return pairs;
}

/// All of it in the order of event time.
std::vector<CaseInputBuilder> in_event_order(const std::vector<std::vector<CaseInputBuilder>>& pairs) {
  std::vector<CaseInputBuilder> all;
  for (const auto& news : pairs) all.insert(all.end(), news.begin(), news.end());
  std::stable_sort(all.begin(), all.end(), [](const CaseInputBuilder& a, const CaseInputBuilder& b) {
    return a.input().occurred_at_ms() < b.input().occurred_at_ms();
  });
  return all;
}

/// All of it, pairs interleaved by chance: record by record, or one partition after another.
std::vector<CaseInputBuilder> interleaved(std::vector<std::vector<CaseInputBuilder>> pairs, std::mt19937_64& random) {
  if (random() % 2 == 0) {
    std::shuffle(pairs.begin(), pairs.end(), random);
    std::vector<CaseInputBuilder> all;
    for (int partition = 0; partition < 3; ++partition) {
      std::vector<std::vector<CaseInputBuilder>> own;
      for (std::size_t i = static_cast<std::size_t>(partition); i < pairs.size(); i += 3) own.push_back(pairs[i]);
      for (const CaseInputBuilder& one : in_event_order(own)) all.push_back(one);
    }
    return all;
  }
  std::vector<std::size_t> turns;
  for (std::size_t i = 0; i < pairs.size(); ++i) turns.insert(turns.end(), pairs[i].size(), i);
  std::shuffle(turns.begin(), turns.end(), random);
  std::vector<std::size_t> next(pairs.size());
  std::vector<CaseInputBuilder> all;
  for (const std::size_t turn : turns) all.push_back(pairs[turn][next[turn]++]);
  return all;
}

/// The last told risk of each PAIR case.
std::map<std::string, double> last_risks(const Room& room) {
  std::map<std::string, double> risks;
  for (const v1::Escalation& told : room.told(v1::SUBJECT_KIND_PAIR)) risks[told.escalation_id()] = told.risk();
  return risks;
}

TEST(Order, DoesNotChangeWhichCasesThereAreInTheEnd) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random(seed);
  std::size_t cases = 0;
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    const auto pairs = news_of_pairs(random, false);
    Room ordered(patient()), shuffled(patient());
    for (const CaseInputBuilder& one : in_event_order(pairs)) ordered.feed(one);
    for (const CaseInputBuilder& one : interleaved(pairs, random)) shuffled.feed(one);
    ASSERT_EQ(highest_severities(shuffled), highest_severities(ordered));
    cases += highest_severities(ordered).size();
  }
  EXPECT_GT(cases, 400U);
}

TEST(Order, NeverLosesACaseByRepliesAndActivityThatComeLate) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    const auto pairs = news_of_pairs(random, true);
    Room ordered(patient()), shuffled(patient());
    for (const CaseInputBuilder& one : in_event_order(pairs)) ordered.feed(one);
    for (const CaseInputBuilder& one : interleaved(pairs, random)) shuffled.feed(one);
    const auto found = highest_severities(shuffled);
    for (const auto& [id, severity] : highest_severities(ordered)) {
      ASSERT_TRUE(found.contains(id)) << id;
      ASSERT_GE(found.at(id), severity) << id;
    }
  }
}

TEST(Order, ChangesTheRiskToldOfARisingPairByLessThanOneUpdateStep) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    std::vector<std::vector<CaseInputBuilder>> pairs = news_of_pairs(random, false);
    for (auto& news : pairs) {  // the first risk of each pair only: what falls again is told as it falls
      bool seen = false;
      std::erase_if(news, [&](const CaseInputBuilder& one) { return one.input().has_risk() && std::exchange(seen, true); });
    }
    escalation::EscalationConfig config = patient();
    config.max_updates_per_day = 1000;  // nothing is held back
    Room first(config), second(config);
    for (const CaseInputBuilder& one : in_event_order(pairs)) first.feed(one);
    for (const CaseInputBuilder& one : interleaved(pairs, random)) second.feed(one);
    const auto expected = last_risks(first), found = last_risks(second);
    ASSERT_EQ(expected.size(), found.size());
    for (const auto& [id, told] : expected) ASSERT_NEAR(found.at(id), told, config.rules.severity.update_step + 1e-9) << id;
  }
}

}  // namespace
}  // namespace pairwatch::test
