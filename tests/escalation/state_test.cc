// What is remembered of an actor: a set, whatever the order, within its bounds, and the same after it was stored.
#include "processors/escalation/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "processors/escalation/actor_signals.h"
#include "processors/escalation/layout.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::escalation {
namespace {

using test::kBaseTime;
using test::numbered;

std::uint16_t bits(std::initializer_list<TargetMark> marks) {
  std::uint16_t all = 0;
  for (const TargetMark mark : marks) all = static_cast<std::uint16_t>(all | static_cast<std::uint16_t>(mark));
  return all;
}

const std::uint16_t kStrangeMinor = bits({TargetMark::kContacted, TargetMark::kStranger, TargetMark::kMinor});

TargetNews contact(std::string_view id, Duration when) { return {id, kBaseTime + when, kStrangeMinor, true, false}; }

ActorState stored_and_read(const ActorState& state) {
  std::string bytes;
  encode(state, bytes);
  ActorState read;
  decode(bytes, read);
  return read;
}

/// As large as a state can become: long ids, many cases.
ActorState crowded(std::size_t targets, std::size_t cases, std::size_t id_length, std::size_t risks = 0) {
  ActorState state;
  state.last_news_at = kBaseTime + days(300);
  for (std::size_t i = 0; i < targets; ++i) {
    std::string id = std::to_string(100000 + i);
    id.resize(id_length, 'x');
    remember_target(state, contact(id, hours(static_cast<std::int64_t>(i))), targets);
    remember_target(state, {id, kBaseTime + days(200), bits({TargetMark::kBlocked}), false, true}, targets);
  }
  std::uint64_t let_go = 0;
  for (std::size_t i = 0; i < 2 * cases; ++i) {
    CaseRecord& record =
        open_case(state, hash128(std::to_string(i)), kBaseTime + hours(static_cast<std::int64_t>(i)), cases, let_go);
    record.revision = 70000;
    record.risk_told = 10000;
    record.signals_told = ~std::uint64_t{0} >> 1;
    record.stages_told = 0xff;
    record.update_day = 20600;
    record.updates_that_day = 4;
    record.held_back = 100;
  }
  for (std::size_t i = 0; i < risks; ++i) {
    RiskRecord& record = state.risks.emplace_back();
    record.subject = hash128(std::to_string(i));
    record.since = record.age_at = kBaseTime;
    record.point_count = kRiskPointLimit;
    record.points.fill({kBaseTime + days(30), 0.5 + static_cast<double>(i) / 100, 0.25});
    record.story.assign(200, 's');
  }
  return state;
}

TEST(ActorState, CountsDistinctTargetsExactlyUpToItsBound) {
  ActorState state;
  std::set<std::string> reached;
  std::mt19937_64 random(11);
  for (int i = 0; i < 500; ++i) {
    const std::string id = numbered("m", random() % 100);
    reached.insert(id);
    remember_target(state, contact(id, minutes(i)), 100);
    ASSERT_EQ(state.distinct_targets(), reached.size());
  }
}

TEST(ActorState, KeepsTheNewestTargetsAndCountsTheRest) {
  ActorState state;
  for (int i = 0; i < 3500; ++i) remember_target(state, contact(numbered("m", i), minutes(i)), 100);
  EXPECT_EQ(state.targets.size(), 100U);
  EXPECT_EQ(state.distinct_targets(), 3500U);
  EXPECT_EQ(state.targets.front().name(), "m3400");
}

TEST(ActorState, TakesAComplaintByAForgottenTargetForItsOwn) {
  ActorState state;
  for (int i = 0; i < 5; ++i) remember_target(state, contact(numbered("m", i), minutes(i)), 3);
  remember_target(state, {"m0", kBaseTime + days(1), bits({TargetMark::kBlocked, TargetMark::kMinor}), false, true}, 3);
  EXPECT_EQ(state.distinct_targets(), 5U);
  EXPECT_EQ(complaints(state, {days(30), 1}, days(60), kBaseTime + days(1)).targets, 1U);
}

TEST(ActorState, DoesNotCountAReplyOfAForgottenTargetAgain) {
  ActorState state;
  for (int i = 0; i < 5; ++i) remember_target(state, contact(numbered("m", i), minutes(i)), 3);
  remember_target(state, {"m0", kBaseTime + days(1), bits({TargetMark::kReplied}), false, false}, 3);
  EXPECT_EQ(state.distinct_targets(), 5U);
}

TEST(ActorState, RemembersTargetsWithLongIdsByTheirHash) {
  ActorState state;
  const std::string id(37, 'x');
  remember_target(state, contact(id, minutes(1)), 100);
  remember_target(state, contact(id, minutes(2)), 100);
  EXPECT_EQ(state.distinct_targets(), 1U);
  EXPECT_EQ(state.targets[0].name(), "");
  EXPECT_EQ(stored_and_read(state), state);
}

TEST(ActorState, KeepsTheNewestAgeAndTheYoungerOfATie) {
  ActorState state;
  remember_age(state, AgeBand::kAdult, AgeAssurance::kSelfDeclared, kBaseTime);
  remember_age(state, AgeBand::k16To17, AgeAssurance::kVerified, kBaseTime - hours(1));
  EXPECT_EQ(state.age_band, AgeBand::kAdult) << "older news";
  remember_age(state, AgeBand::k13To15, AgeAssurance::kSelfDeclared, kBaseTime);
  EXPECT_EQ(state.age_band, AgeBand::k13To15) << "younger at the same time";
  remember_age(state, AgeBand::kUnknown, AgeAssurance::kUnknown, kBaseTime);
  EXPECT_EQ(state.age_band, AgeBand::k13To15) << "unknown at the same time";
  remember_age(state, AgeBand::kAdult, AgeAssurance::kVerified, kBaseTime + hours(1));
  EXPECT_EQ(state.age_band, AgeBand::kAdult) << "newer news";
}

TEST(ActorState, IsTheSameInWhateverOrderFactsCome) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> ids;
    for (int i = 0; i < 60; ++i) ids.push_back(numbered("m", i));
    std::vector<TargetNews> news;
    for (const std::string& id : ids) {
      news.push_back(contact(id, minutes(static_cast<std::int64_t>(random() % 40000))));
      const EventTime later = news.back().at + minutes(static_cast<std::int64_t>(random() % 1000));
      if (random() % 2 == 0) news.push_back({id, later, bits({TargetMark::kReplied}), false, false});
      if (random() % 4 == 0) news.push_back({id, later, bits({TargetMark::kBlocked}), false, true});
    }
    ActorState first, second;
    for (const TargetNews& one : news) remember_target(first, one, 100);
    std::shuffle(news.begin(), news.end(), random);
    for (const TargetNews& one : news) remember_target(second, one, 100);
    ASSERT_EQ(first, second);
    const EventTime now = kBaseTime + days(40);
    ASSERT_EQ(fan_out(first, {}, days(14), now).strength, fan_out(second, {}, days(14), now).strength);
    ASSERT_EQ(complaints(first, {}, days(60), now).strength, complaints(second, {}, days(60), now).strength);
  }
}

TEST(ActorState, LetsTheQuietestCaseGoAndCountsIt) {
  ActorState state;
  std::uint64_t let_go = 0;
  for (int i = 0; i < 4; ++i) open_case(state, hash128(std::to_string(i)), kBaseTime + days(i), 3, let_go);
  EXPECT_EQ(let_go, 1U);
  EXPECT_EQ(state.cases.size(), 3U);
  ASSERT_EQ(state.quiet.size(), 1U);
  EXPECT_EQ(state.quiet[0].subject, hash128("0"));
}

TEST(ActorState, TakesACaseUpAgainWhereItStopped) {
  ActorState state;
  std::uint64_t let_go = 0;
  CaseRecord& first = open_case(state, hash128("0"), kBaseTime, 1, let_go);
  first.revision = 5;
  first.severity = Severity::kReview;
  open_case(state, hash128("1"), kBaseTime + days(1), 1, let_go);
  const CaseRecord& again = open_case(state, hash128("0"), kBaseTime + days(2), 1, let_go);
  EXPECT_EQ(again.number, 1U);
  EXPECT_EQ(again.revision, 5U);
  EXPECT_EQ(again.severity, Severity::kReview);
}

TEST(ActorState, NeverUsesTheNumberOfAForgottenCaseAgain) {
  ActorState state;
  std::uint64_t let_go = 0;
  open_case(state, hash128("0"), kBaseTime, 1, let_go).revision = 5;
  for (int i = 1; i < 4; ++i) open_case(state, hash128(std::to_string(i)), kBaseTime + days(i), 1, let_go).revision = 1;
  EXPECT_EQ(state.quiet.size(), 1U);
  const CaseRecord& again = open_case(state, hash128("0"), kBaseTime + days(9), 1, let_go);
  EXPECT_EQ(again.number, 2U);
  EXPECT_EQ(again.revision, 0U);
}

TEST(ActorLayout, IsTheSameAfterARoundTrip) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const auto some_time = [&] { return kBaseTime + milliseconds(static_cast<std::int64_t>(random() % 40'000'000'000)) - days(100); };
  for (int round = 0; round < 300; ++round) {
    ActorState state;
    state.last_news_at = some_time();
    remember_age(state, static_cast<AgeBand>(random() % 5), static_cast<AgeAssurance>(random() % 4), some_time());
    for (std::uint64_t i = random() % 40; i > 0; --i) {
      const std::string id = "account-" + std::string(random() % 40, 'y') + std::to_string(random() % 1000);
      remember_target(state, {id, some_time(), static_cast<std::uint16_t>(random() % 1024), random() % 2 == 0, random() % 2 == 0},
                      30);
    }
    for (std::uint64_t i = random() % 10; i > 0; --i) {
      RiskRecord& record = state.risks.emplace_back();
      record.subject = {random(), random()};
      record.since = some_time();
      record.target_band = static_cast<AgeBand>(random() % 5);
      record.target_assurance = static_cast<AgeAssurance>(random() % 4);
      record.actor_band = static_cast<AgeBand>(random() % 5);
      record.age_at = random() % 2 == 0 ? kNever : some_time();
      record.point_count = static_cast<std::uint8_t>(1 + random() % kRiskPointLimit);
      for (std::size_t n = 0; n < record.point_count; ++n) {
        record.points[n] = {some_time(), static_cast<double>(random() % 1000) / 7 - 50, static_cast<double>(random() % 1000) / 7};
      }
      record.story.assign(random() % 300, 's');
    }
    std::uint64_t let_go = 0;
    for (std::uint64_t i = random() % 30; i > 0; --i) {
      CaseRecord& record = open_case(state, {random(), random()}, some_time(), 12, let_go);
      record.revision = static_cast<std::uint32_t>(random());
      record.severity = static_cast<Severity>(1 + random() % 3);
      record.risk_told = static_cast<std::uint32_t>(random() % 10001);
      record.signals_told = random();
      record.stages_told = static_cast<std::uint8_t>(random());
      record.update_day = static_cast<std::int32_t>(random() % 40000);
      record.updates_that_day = static_cast<std::uint32_t>(random() % 5);
      record.held_back = static_cast<std::uint32_t>(random() % 300);
      record.since = random() % 2 == 0 ? kNever : some_time();
    }
    if (random() % 2 == 0) {
      state.actor_case.number = 1;
      state.actor_case.revision = 2;
      state.actor_case.subject = {random(), random()};
      state.actor_case.opened_at = some_time();
    }
    std::string bytes;
    encode(state, bytes);
    ASSERT_EQ(bytes.size(), encoded_size(state));
    ASSERT_LE(bytes.size(), largest_size(state));
    ASSERT_EQ(last_news_of(bytes), state.last_news_at);
    ASSERT_EQ(stored_and_read(state), state);
  }
}

TEST(ActorLayout, HasNotChanged) {
  ActorState state;
  state.last_news_at = kBaseTime;
  remember_age(state, AgeBand::kAdult, AgeAssurance::kVerified, kBaseTime);
  remember_device(state, 0x0102030405060708, kBaseTime - milliseconds(8));
  remember_target(state, contact("m3", Duration{-1000}), 100);
  RiskRecord& risk = state.risks.emplace_back();
  risk.subject = {3, 4};
  risk.since = kBaseTime - seconds(1);
  risk.target_band = AgeBand::k13To15;
  risk.target_assurance = AgeAssurance::kSelfDeclared;
  risk.actor_band = AgeBand::kAdult;
  risk.point_count = 1;
  risk.points[0] = {kBaseTime, 1.5, 0.5};
  risk.story = "xyz";
  std::uint64_t let_go = 0;
  CaseRecord& record = open_case(state, {1, 2}, kBaseTime, 100, let_go);
  record.revision = 3;
  record.severity = Severity::kReview;
  std::string bytes, hex;
  encode(state, bytes);
  for (const char byte : bytes) {
    hex.push_back("0123456789abcdef"[static_cast<unsigned char>(byte) >> 4]);
    hex.push_back("0123456789abcdef"[static_cast<unsigned char>(byte) & 15]);
  }
  const std::string expected =
      "0300a18eaa9c01000000"    // version, last news, no timer
      "34d10f01"                // age, first contact 1,000 ms before the last news, age as of the last news
      "0000"                    // targets forgotten, highest number of a forgotten case
      "0000"                    // cases confirmed, when the newest was
      "01"                      // one device
      "080706050403020111"      // and when it was seen last
      "01026d338301d10f000000"  // one target: its name, marks, first contact, no response, no first and no newest complaint
      "00"                      // no busy targets
      "01"                      // one remembered risk
      "03000000000000000400000000000000"
      "d10f120014"                          // first contact, ages of target and actor with the target's as of never, one point
      "01000000000000f83f000000000000e03f"  // when, log-odds 1.5, of them 0.5 by own blocks
      "0378797a"                            // its story
      "01"                                  // one case
      "01000000000000000200000000000000"
      "010302000000000000010100"  // number, revision, severity, what was told, when it opened and last had news, no first contact
      "00"                        // written nowhere, never confirmed or closed
      "00";                       // none let go
  EXPECT_EQ(hex, expected);
}

TEST(ActorLayout, ReadsWhatTheReleaseBeforeHasWritten) {
  ActorState state = crowded(3, 1, 12);
  std::string bytes;
  encode(state, bytes);
  ASSERT_EQ(bytes.front(), kActorStateVersion);
  bytes.erase(9, 1);  // the version before had no timer, which stands behind version and time
  bytes.front() = 2;
  EXPECT_EQ(last_news_of(bytes), state.last_news_at);
  EXPECT_EQ(next_due_of(bytes), kNever);
  ActorState read;
  decode(bytes, read);
  EXPECT_EQ(read, state);
}

TEST(ActorLayout, KeepsWhenCasesStandDown) {
  ActorState state;
  state.last_news_at = kBaseTime;
  state.next_due = kBaseTime + days(30);
  std::uint64_t let_go = 0;
  CaseRecord& record = open_case(state, {1, 2}, kBaseTime, 100, let_go);
  record.written = severity_bit(Severity::kWatch) | severity_bit(Severity::kUrgent);
  record.is_confirmed = true;
  record.decays_at = kBaseTime + days(17);
  open_case(state, {3, 4}, kBaseTime, 100, let_go).closed_at = kBaseTime;
  std::string bytes;
  encode(state, bytes);
  EXPECT_EQ(next_due_of(bytes), state.next_due);
  ActorState read;
  decode(bytes, read);
  EXPECT_EQ(read, state);
}

TEST(ActorLayoutDeathTest, RefusesBytesOfAnotherRelease) {
  ActorState state;
  EXPECT_DEATH(decode(std::string(20, '\x7f'), state), "layout that this release reads");
  EXPECT_DEATH(decode(std::string("\x02", 1) + std::string(8, '\0') + "\x01", state), "is whole");
}

TEST(ActorLayout, FitsAnOrdinaryActorIntoAFewHundredBytes) {
  ActorState state = crowded(5, 1, 12);
  state.quiet.clear();
  EXPECT_LE(encoded_size(state), 256U);
}

TEST(ActorLayout, LosesNamesOfTheOldestTargetsFirst) {
  ActorState state = crowded(100, 50, 36);
  const ActorState before = state;
  ASSERT_GT(encoded_size(state), kActorStateLimit);
  const std::uint64_t left = fit(state);
  EXPECT_GT(left, 0U);
  EXPECT_LE(encoded_size(state), kActorStateLimit);
  EXPECT_EQ(state.cases, before.cases);
  EXPECT_EQ(state.quiet, before.quiet);
  EXPECT_EQ(state.distinct_targets(), before.distinct_targets());
  EXPECT_EQ(state.targets.front().name(), "");
  EXPECT_EQ(state.targets.back().name().size(), 36U);
}

TEST(ActorLayout, LosesRememberedRisksAfterNamesAndCasesLetGoTheLowestFirst) {
  ActorState state = crowded(100, 50, 36, 16);
  const std::size_t targets = state.targets.size(), cases = state.cases.size();
  fit(state);
  EXPECT_LE(encoded_size(state), kActorStateLimit);
  EXPECT_EQ(state.targets.size(), targets);
  EXPECT_EQ(state.cases.size(), cases);
  EXPECT_EQ(state.targets.back().name(), "") << "names go first";
  EXPECT_EQ(state.quiet.size(), 0U) << "then cases that were let go";
  ASSERT_LT(state.risks.size(), 16U);
  ASSERT_FALSE(state.risks.empty());
  EXPECT_DOUBLE_EQ(state.risks.front().highest_log_odds(), 0.5 + static_cast<double>(16 - state.risks.size()) / 100);
}

TEST(ActorLayout, HoldsTheDefaultRisksBesideAHundredTargets) {
  ActorState state = crowded(100, 2, 16, 16);
  state.quiet.clear();
  fit(state);
  EXPECT_EQ(state.targets.size(), 100U);
  EXPECT_EQ(state.risks.size(), 16U);
}

TEST(ActorLayout, FitsWhateverTheConfiguration) {
  struct Crowd {
    std::size_t targets, cases, risks;
  };
  for (const auto& [targets, cases, risks] :
       {Crowd{400, 1, 0}, {1, 300, 0}, {100, 100, 16}, {200, 200, 100}, {1, 1, 100}, {0, 1, 100}}) {
    ActorState state = crowded(targets, cases, 30, risks);
    const std::uint32_t distinct = state.distinct_targets();
    const Hash128 newest = state.cases.back().subject;
    EXPECT_GT(fit(state), 0U);
    EXPECT_LE(encoded_size(state), kActorStateLimit);
    EXPECT_EQ(state.distinct_targets(), distinct);
    EXPECT_EQ(state.cases.back().subject, newest);
    EXPECT_EQ(stored_and_read(state), state);
  }
}

}  // namespace
}  // namespace pairwatch::escalation
