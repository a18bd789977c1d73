// Combinations of a rule set: how they are loaded, and what they do to a pair's risk.
#include "config/combinations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/expression.h"
#include "config/load.h"
#include "processors/relationship/features.h"
#include "tests/config/temporary_file.h"
#include "tests/relationship/story.h"

namespace pairwatch::relationship {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Combination combination(const std::string& when, double weight = 1) {
  const config::ExpressionResult compiled = config::compile_expression(when);
  EXPECT_FALSE(compiled.problem) << when << ": " << (compiled.problem ? compiled.problem->message : "");
  return {.number = 2, .name = "test", .weight = weight, .sentence = "did it", .when = when, .program = compiled.program};
}

/// A story under a rule set with one combination.
struct Judged : Story {
  explicit Judged(const Combination& one) { config.rules.combinations = {one}; }
  explicit Judged(const std::string& when, double weight = 1) : Judged(combination(when, weight)) {}

  bool has_combination(Side actor = kAdultSide) const { return (assessment(actor).signals & bit()) != 0; }
  const Contribution share() const {
    const Assessment assessed = assessment();
    return assessed.contributions[assessed.count - 1];
  }
  static std::uint64_t bit() { return signal_bit(signal_of_combination(2)); }
};

TEST(Combination, AddsItsWeightWhileItHolds) {
  Judged story("gift_count >= 2", 0.75);
  story.adult_does(gift(100));
  EXPECT_FALSE(story.has_combination());
  Story without;
  for (Story* one : {static_cast<Story*>(&story), &without}) {
    if (one == &without) one->adult_does(gift(100));
    one->after(hours(1)).adult_does(gift(100));
  }
  EXPECT_TRUE(story.has_combination());
  EXPECT_DOUBLE_EQ(story.assessment().log_odds, without.assessment().log_odds + 0.75);
  EXPECT_EQ(story.share().signal, signal_of_combination(2));
  EXPECT_EQ(story.share().reading.last_at, story.now);
}

TEST(Combination, SeesTheStrengthOfSignalsAndNotThatOfShadowOnes) {
  Judged story("secrecy_request >= 2 && stranger_contact > 0.5");
  story.adult_does(says(Signal::kSecrecyRequest));
  EXPECT_FALSE(story.has_combination());
  story.adult_does(says(Signal::kSecrecyRequest));
  EXPECT_TRUE(story.has_combination());
  story.config.rules.signals.of(Signal::kSecrecyRequest).state = RuleState::kShadow;
  EXPECT_FALSE(story.has_combination());
}

TEST(Combination, InTheShadowIsCountedOnceAndNeverPartOfARisk) {
  Combination shadow = combination("gift_count >= 1");
  shadow.state = RuleState::kShadow;
  shadow.at_least = Severity::kUrgent;
  Judged story(shadow);
  Story without;
  story.adult_does(gift(100));
  without.adult_does(gift(100));
  EXPECT_NE(story.step.fired & Judged::bit(), 0U);
  EXPECT_DOUBLE_EQ(story.assessment().log_odds, without.assessment().log_odds);
  EXPECT_FALSE(story.has_combination());
  EXPECT_EQ(story.step.directions[0].tell_risk, without.step.directions[0].tell_risk);
  story.adult_does(gift(100));
  EXPECT_EQ(story.step.fired & Judged::bit(), 0U) << "it began to hold before";
}

TEST(Combination, ThatIsOffIsNotEvaluated) {
  Combination off = combination("gift_count >= 1");
  off.state = RuleState::kOff;
  Judged story(off);
  story.adult_does(gift(100));
  EXPECT_EQ(story.step.fired & Judged::bit(), 0U);
}

TEST(Combination, ThatSetsASeverityIsToldBelowTheFloorOnce) {
  Combination floor = combination("message_count >= 2", 0);
  floor.at_least = Severity::kReview;
  Judged story(floor);
  story.mutual_contacts = 5;
  story.adult_does(message());
  EXPECT_FALSE(story.step.directions[0].tell_risk);
  story.adult_does(message());
  EXPECT_TRUE(story.step.directions[0].tell_risk);
  EXPECT_LT(story.assessment().log_odds, story.config.rules.news.floor_log_odds);
  story.adult_does(message());
  EXPECT_FALSE(story.step.directions[0].tell_risk);
}

TEST(Combination, BetweenPeersHoldsOnlyWithAPeerShare) {
  for (const double share : {0.0, 0.5}) {
    Combination one = combination("gift_count >= 1");
    one.peer_share = share;
    Judged story(one);
    story.adult.age_band = AgeBand::k16To17;
    story.adult_does(gift(100));
    EXPECT_EQ(story.has_combination(), share > 0);
    if (share > 0) {
      EXPECT_DOUBLE_EQ(story.share().log_odds, 0.5);
    }
  }
}

TEST(Combination, IsNeverEvaluatedForAMinorOfCheckedAge) {
  Combination one = combination("gift_count >= 1");
  one.peer_share = 1;
  Judged story(one);
  story.adult.age_band = AgeBand::k16To17;
  story.adult.age_assurance = AgeAssurance::kVerified;
  story.adult_does(gift(100));
  EXPECT_FALSE(story.has_combination());
}

TEST(Combination, IsNotNewsAgainOnlyBecauseTimePasses) {
  Judged story("moved_private_within_minutes < 30 && gift_count >= 1");
  Interaction first = message();
  first.channel.kind = ChannelKind::kGroup;
  story.adult_does(first);
  story.after(minutes(5)).adult_does(gift(100));
  const EventTime gave = story.now;
  story.after(days(3)).adult_does(of_kind(InteractionKind::kContactRequest));
  ASSERT_TRUE(story.has_combination());
  EXPECT_EQ(story.share().reading.last_at, gave);
}

TEST(Combination, SurvivesBeingStored) {
  Judged story("gift_count >= 1");
  story.adult_does(gift(100));
  PairState read;
  ASSERT_EQ(decode(encoded(story.state), read), LayoutProblem::kNone);
  EXPECT_NE(read.side(kAdultSide).told.derived_seen & Judged::bit(), 0U);
  EXPECT_EQ(encoded(read), encoded(story.state));
}

/// Every feature by name, as of a story in which much has happened.
double feature(const Story& story, std::string_view name) {
  const auto place = feature_named(name);
  EXPECT_TRUE(place) << name;
  const Assessment assessed = story.assessment();
  return all_features()[*place].read(Direction{story.state, kAdultSide, assessed.stages}).value;
}

TEST(Features, SayWhatTheAccountDid) {
  Story story;
  story.mutual_contacts.reset();
  Interaction hello = message();
  hello.channel.kind = ChannelKind::kPublicRoom;
  story.adult_does(hello);
  story.after(minutes(12)).adult_does(picture());
  story.adult_does(gift(500));
  story.adult_does(gift(2500));
  story.adult_does(call(CallKind::kVoice));
  story.adult_does(of_kind(InteractionKind::kContactRequest));
  story.minor_does(of_kind(InteractionKind::kContactAccept));
  story.minor_does(message());
  story.minor_does(gift(5));
  story.after(minutes(8)).adult_does(move(ChannelKind::kDirect, ChannelKind::kExternal, true));
  story.minor_does(of_kind(InteractionKind::kBlock));
  const std::pair<const char*, double> expected[] = {{"known_for_minutes", 20},
                                                     {"message_count", 2},
                                                     {"media_count", 1},
                                                     {"gift_count", 2},
                                                     {"gifts_received_count", 1},
                                                     {"largest_gift_value", 2500},
                                                     {"call_count", 1},
                                                     {"contact_request_count", 1},
                                                     {"replies_count", 1},
                                                     {"refusal_count", 1},
                                                     {"moved_private_within_minutes", 12},
                                                     {"sent_count", 7},
                                                     {"received_count", 4},
                                                     {"other_accepted", 1},
                                                     {"account_started", 1},
                                                     {"account_is_adult", 1},
                                                     {"account_age_unknown", 0},
                                                     {"other_under_13", 0},
                                                     {"other_age_unknown", 0},
                                                     {"mutual_contacts_all_recent", 0},
                                                     {"night_share", 0},
                                                     {"left_platform_within_minutes", 20}};
  for (const auto& [name, value] : expected) EXPECT_DOUBLE_EQ(feature(story, name), value) << name;
  EXPECT_NEAR(feature(story, "messages_last_hour"), 1.66, 0.05);
  EXPECT_NEAR(feature(story, "messages_last_day"), 1.98, 0.02);
  EXPECT_NEAR(feature(story, "messages_received_last_day"), 1, 0.02);
  EXPECT_GE(feature(story, "stages_reached"), 2);
}

TEST(Features, AreUnknownWhereNobodyKnows) {
  Story story;
  story.mutual_contacts.reset();
  story.adult_does(of_kind(InteractionKind::kContactRequest));
  for (const char* name : {"mutual_contacts", "mutual_contacts_at_first", "moved_private_within_minutes",
                           "left_platform_within_minutes", "account_age_days", "night_share"}) {
    EXPECT_TRUE(is_unknown(feature(story, name))) << name;
    EXPECT_FALSE(all_features()[*feature_named(name)].unknown.empty()) << name;
  }
}

TEST(Features, KnowHowOldTheAccountWasAndHowManyBothKnow) {
  Story story;
  story.mutual_contacts = 4;
  story.adult.created_at = kStoryStart - days(3);
  story.adult_does(message());
  story.mutual_contacts = 6;
  story.after(days(2)).adult_does(message());
  EXPECT_DOUBLE_EQ(feature(story, "account_age_days"), 3);
  EXPECT_DOUBLE_EQ(feature(story, "mutual_contacts_at_first"), 4);
  EXPECT_DOUBLE_EQ(feature(story, "mutual_contacts"), 6);
  story.adult.created_at = kNever;
}

TEST(Features, AreUnknownForThoseWhoMetByThemselves) {
  Story story;
  story.adult_does(message());
  story.after(minutes(5)).adult_does(message());
  EXPECT_TRUE(is_unknown(feature(story, "moved_private_within_minutes")));
}

TEST(Features, HaveNamesOfTheirOwnInOrder) {
  const auto features = all_features();
  for (std::size_t i = 0; i < features.size(); ++i) {
    EXPECT_FALSE(signal_named(features[i].name)) << features[i].name;
    if (i > 0) {
      EXPECT_LT(features[i - 1].name, features[i].name);
    }
  }
}

std::vector<std::string> problems_in(const std::string& text) {
  const test::TemporaryFile file(text);
  std::vector<std::string> lines;
  for (const config::Problem& problem :
       config::load_settings({.rules_files = {file.path()}, .environment = {{"PAIRWATCH_LEXICONS__SHIPPED", "false"}}}).problems) {
    lines.push_back(config::as_line(problem));
    if (lines.back().starts_with(file.path())) lines.back().replace(0, file.path().size(), "FILE");
  }
  return lines;
}

constexpr const char* kGood = "combinations: {x: {number: 16, weight: 1, sentence: did it, when: gift > 0}}";

TEST(CombinationsOfARuleSet, AreToldWrongWhereTheMistakeStands) {
  EXPECT_THAT(problems_in(kGood), IsEmpty());
  EXPECT_THAT(
      problems_in("combinations:\n  x:\n    {number: 16, weight: 1, sentence: did it, when: gift > 0 && thraet > 0}"),
      ElementsAre("FILE:3:65: rules.combinations.x.when: `thraet` is neither a feature nor a signal; did you mean `threat`?"));
  EXPECT_THAT(
      problems_in("combinations:\n  x:\n    number: 16\n    weight: 1\n    sentence: did it\n    when: >-\n      gift > 0\n "
                  "     && thraet > 0\n"),
      ElementsAre(HasSubstr("FILE:8:10: rules.combinations.x.when: `thraet`")));
  EXPECT_THAT(problems_in("combinations:\n  x:\n    number: 16\n    weight: 1\n    sentence: did it\n    when: \"gift > 0 &&\n     "
                          " thraet > 0\"\n"),
              ElementsAre(HasSubstr("FILE:7:7: rules.combinations.x.when: `thraet`")));
  EXPECT_THAT(problems_in("combinations:\n  x: {weight: 1, sentence: did it}"),
              ElementsAre(HasSubstr("FILE:2:3: rules.combinations.x.number: is missing"),
                          HasSubstr("FILE:2:3: rules.combinations.x.when: is missing")));
  EXPECT_THAT(problems_in("combinations:\n  x: {number: 16, sentence: did it, when: gift > 0}"),
              ElementsAre(HasSubstr("it would decide nothing")));
  EXPECT_THAT(problems_in("combinations:\n  x: {number: 1, weight: 1, sentence: did it, when: gift > 0}"),
              ElementsAre(HasSubstr("rules.combinations.x.number: is that of `private_gifts_of_a_stranger` too")));
  EXPECT_THAT(problems_in("combinations:\n  threat: {number: 16, weight: 1, sentence: did it, when: gift > 0}"),
              ElementsAre(HasSubstr("is the name of a signal or feature")));
  EXPECT_THAT(problems_in("combinations:\n  x: {number: 17, weight: 1, sentence: Did it., when: gift > 0}"),
              testing::Contains(HasSubstr("must go on after \"the account\"")));
  EXPECT_THAT(problems_in("combinations: [x]"), ElementsAre(HasSubstr("must be a map of combinations by name")));
}

TEST(CombinationsOfARuleSet, CanBeChangedInPartAndRemoved) {
  const test::TemporaryFile part("combinations: {private_gifts_of_a_stranger: {state: live, weight: 2}}");
  const auto changed = config::load_settings({.rules_files = {part.path()}});
  ASSERT_THAT(changed.problems, IsEmpty());
  const std::size_t shipped = config::load_settings({}).settings.relationship.rules.combinations.size();
  ASSERT_EQ(changed.settings.relationship.rules.combinations.size(), shipped);
  EXPECT_EQ(changed.settings.relationship.rules.combinations[0].state, RuleState::kLive);
  EXPECT_EQ(changed.settings.relationship.rules.combinations[0].weight, 2);
  EXPECT_FALSE(changed.settings.relationship.rules.combinations[0].program.empty());
  EXPECT_EQ(changed.settings.escalation.rules.combinations, changed.settings.relationship.rules.combinations);
  EXPECT_NE(changed.settings.escalation.rules.sha256, config::load_settings({}).settings.escalation.rules.sha256);
  const test::TemporaryFile removed("combinations: {private_gifts_of_a_stranger: null}");
  const auto left = config::load_settings({.rules_files = {removed.path()}}).settings.relationship.rules.combinations;
  EXPECT_EQ(left.size(), shipped - 1);
  for (const Combination& one : left) EXPECT_NE(one.name, "private_gifts_of_a_stranger");
}

TEST(CombinationsOfARuleSet, ReadBackFromWhatIsShown) {
  const test::TemporaryFile file(kGood);
  const auto first = config::load_settings({.rules_files = {file.path()}, .overrides = {"rules.combinations.x.at_least=REVIEW"}});
  ASSERT_THAT(first.problems, IsEmpty());
  const test::TemporaryFile shown(config::as_yaml(first.settings));
  const auto second = config::load_settings({.config_files = {shown.path()}});
  ASSERT_THAT(second.problems, IsEmpty());
  EXPECT_TRUE(second.settings == first.settings);
  EXPECT_EQ(second.settings.relationship.rules.combinations.back().at_least, Severity::kReview);
}

}  // namespace
}  // namespace pairwatch::relationship
