// Figures from labels, events and cases that are small enough to be computed by hand.
#include "tools/evaluate/measure.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pairwatch::evaluate {
namespace {

constexpr std::int64_t kStart = 1'772'000'000;  // seconds

Label pair_label(std::string actor, std::string target, bool risky, std::string archetype = "some") {
  Label label;
  label.actor_id = std::move(actor);
  label.target_id = std::move(target);
  label.is_risky = risky;
  label.archetype = std::move(archetype);
  return label;
}

/// Events one after another; each remembers its own offset, a minute apart.
class Story {
 public:
  explicit Story(const std::vector<Label>& labels) : observation(labels) {}

  void event(std::string_view id, std::string_view actor, int actor_band, std::string_view target, int target_band) {
    EventView view;
    view.event_id = id;
    view.occurred_at = {kStart + 60 * next, 0, true};
    view.actor.account_id = actor;
    view.actor.age_band = actor_band;
    view.actor.present = true;
    view.target.account_id = target;
    view.target.age_band = target_band;
    view.target.present = !target.empty();
    view.kind = InteractionKind::kMessage;
    view.message.language = language;
    view.trusted_relation.present = trusted;
    observation.observe(view, next++);
  }

  Observation observation;
  std::int64_t next = 0;
  std::string language;
  bool trusted = false;
};

constexpr int kMinor = 2, kAdult = 4;

Moment moment(std::int64_t offset) { return {offset, EventTime{(kStart + 60 * offset) * 1000}}; }

Case pair_case(std::string actor, std::string target, std::int64_t watch, std::int64_t review, double risk) {
  Case seen;
  seen.actor_id = std::move(actor);
  seen.target_id = std::move(target);
  seen.actor_band = AgeBand::kAdult;
  seen.target_band = AgeBand::k13To15;
  seen.reached[1] = moment(watch);
  if (review >= 0) seen.reached[2] = moment(review);
  seen.risk = risk;
  seen.carried_by = {{"secrecy_request", 1.4}, {"stranger_contact", 0.8}};
  return seen;
}

/// Two risky relations of which one is detected, one false case among four ordinary pairs.
class SmallWorld : public testing::Test {
 protected:
  void SetUp() override {
    labels = {pair_label("a", "m", true), pair_label("b", "n", true), pair_label("c", "o", false, "coach")};
    labels[0].first_contact_event_id = "e0";
    labels[0].harm_event_id = "e5";
    labels[1].harm_event_id = "e8";
    story.emplace(labels);
    for (int i = 0; i < 8; ++i) story->event("e" + std::to_string(i), "a", kAdult, "m", kMinor);  // offsets 0 to 7
    story->event("e8", "b", kAdult, "n", kMinor);
    story->event("e9", "c", kAdult, "o", kMinor);
    story->event("e10", "d", kAdult, "o", kMinor);
    story->event("e11", "d", kAdult, "c", kAdult);
    story->event("e12", "o", kMinor, "n", kMinor);
    cases = {pair_case("a", "m", 2, 4, 0.9), pair_case("d", "o", 10, 10, 0.75)};
  }
  Report report(const MeasureOptions& options = {}) const { return measure(labels, story->observation, cases, cases, options); }

  std::vector<Label> labels;
  std::optional<Story> story;
  std::vector<Case> cases;
};

TEST_F(SmallWorld, CountsWhoIsThere) {
  const Report report = this->report();
  EXPECT_EQ(report.events, 13U);
  EXPECT_EQ(report.risky_labels, 2U);
  EXPECT_EQ(report.ordinary_labels, 1U);
  EXPECT_EQ(report.ordinary_pairs[static_cast<std::size_t>(Ages::kAdultMinor)], 2U) << "c and o, d and o";
  EXPECT_EQ(report.ordinary_pairs[static_cast<std::size_t>(Ages::kAdults)], 1U);
  EXPECT_EQ(report.ordinary_pairs[static_cast<std::size_t>(Ages::kMinors)], 1U);
  EXPECT_EQ(report.user_days, 5U) << "a, b, c, d and o, all on one day";
  EXPECT_EQ(report.minor_days, 1U);
}

TEST_F(SmallWorld, JudgesBySeverity) {
  const SeverityFigures review = report().severities[2];
  EXPECT_DOUBLE_EQ(review.recall, 0.5);
  EXPECT_DOUBLE_EQ(review.recall_before_harm, 0.5) << "the case at event 4 comes before the harm at 5";
  EXPECT_DOUBLE_EQ(review.precision, 0.5);
  EXPECT_DOUBLE_EQ(review.median_events, 5) << "events 0 to 4";
  EXPECT_DOUBLE_EQ(review.median_minutes, 4);
  EXPECT_DOUBLE_EQ(review.f1, 0.5);
  EXPECT_DOUBLE_EQ(review.per_1000_adult_minor_pairs, 500);
  EXPECT_DOUBLE_EQ(review.per_10000_minors_a_day, 10'000);
  // Five relations are judged: two risky, three ordinary (the two adults are not). A hit at event 5 costs 0.5, a miss 1, the false
  // alarm 2 of 5: 1.9 / 5.
  EXPECT_DOUBLE_EQ(review.erde_5, 0.38);
  EXPECT_DOUBLE_EQ(report().severities[1].median_events, 3);
  EXPECT_EQ(report().severities[3].detected, 0U);
}

TEST_F(SmallWorld, DoesNotCountWhatComesWithTheHarm) {
  cases[0].reached[2] = moment(5);
  EXPECT_DOUBLE_EQ(report().severities[2].recall, 0.5);
  EXPECT_DOUBLE_EQ(report().severities[2].recall_before_harm, 0);
}

TEST_F(SmallWorld, LeavesGrayRelationsOut) {
  labels[0].is_gray = true;
  const Report gray = report();
  EXPECT_EQ(gray.gray_labels, 1U);
  EXPECT_DOUBLE_EQ(gray.severities[2].recall, 0);
  EXPECT_EQ(gray.severities[2].true_cases, 0U);
  EXPECT_EQ(gray.severities[2].false_cases, 1U) << "nor is its case false";
}

TEST_F(SmallWorld, DoesNotCallARiskyAccountsOtherCaseFalse) {
  cases.push_back(pair_case("a", "o", 6, 6, 0.8));
  EXPECT_EQ(report().other_cases, 1U);
  EXPECT_EQ(report().severities[2].false_cases, 1U);
}

TEST_F(SmallWorld, CountsTrustedPairsApart) {
  story->trusted = true;
  story->event("e13", "d", kAdult, "o", kMinor);
  EXPECT_EQ(report().trusted_pairs, 1U);
  EXPECT_EQ(report().ordinary_pairs[static_cast<std::size_t>(Ages::kAdultMinor)], 1U);
}

TEST_F(SmallWorld, SaysWhatRiskMeans) {
  const Report report = this->report();
  EXPECT_EQ(report.calibration[9].cases, 1U);
  EXPECT_EQ(report.calibration[9].risky, 1U);
  EXPECT_EQ(report.calibration[7].cases, 1U);
  EXPECT_EQ(report.calibration[7].risky, 0U);
  EXPECT_NEAR(report.calibration_error, (0.1 + 0.75) / 2, 1e-12);
  const ThresholdPoint& at_80 = report.thresholds[15];
  EXPECT_DOUBLE_EQ(at_80.threshold, 0.8);
  EXPECT_DOUBLE_EQ(at_80.recall, 0.5);
  EXPECT_DOUBLE_EQ(at_80.per_1000_adult_minor_pairs, 0);
  EXPECT_DOUBLE_EQ(report.thresholds[14].per_1000_adult_minor_pairs, 500) << "0.75 or higher";
}

// Two risky user-days give one true case, three ordinary ones one false case. Of a million users at one in a thousand: 1,000 x 1/2
// true ones, 999,000 x 1/3 false ones.
TEST_F(SmallWorld, ForetellsAlertsAtTheRealPrevalence) {
  const PrevalenceFigures figures = report().prevalences[0];
  EXPECT_DOUBLE_EQ(figures.prevalence, 1e-3);
  EXPECT_NEAR(figures.true_alerts_a_day, 500, 1e-9);
  EXPECT_NEAR(figures.alerts_a_day, 333'500, 1e-6);
  EXPECT_NEAR(figures.precision, 500 / 333'500.0, 1e-12);
  EXPECT_FALSE(figures.threshold.has_value());
}

TEST_F(SmallWorld, FindsTheRiskThatKeepsAlertsWithinABudget) {
  const PrevalenceFigures figures = report({.alerts_per_day = 1000}).prevalences[0];
  ASSERT_TRUE(figures.threshold.has_value());
  EXPECT_DOUBLE_EQ(*figures.threshold, 0.9) << "above the false case's 0.75";
  EXPECT_DOUBLE_EQ(figures.threshold_precision, 1);
  EXPECT_DOUBLE_EQ(figures.threshold_recall, 0.5);
}

TEST_F(SmallWorld, TellsEachArchetypeAndWhatCarriedIt) {
  const Report report = this->report();
  ASSERT_EQ(report.archetypes.size(), 2U);
  EXPECT_EQ(report.archetypes[0].name, "some");
  EXPECT_EQ(report.archetypes[0].highest, (std::array<std::uint64_t, 4>{1, 0, 1, 0}));
  EXPECT_EQ(report.archetypes[0].review_before_harm, 1U);
  EXPECT_EQ(report.archetypes[1].name, "coach");
  EXPECT_EQ(report.archetypes[1].highest, (std::array<std::uint64_t, 4>{1, 0, 0, 0}));
  ASSERT_EQ(report.signals.size(), 2U);
  EXPECT_EQ(report.signals[0].name, "secrecy_request");
  EXPECT_EQ(report.signals[0].first, 1U);
  EXPECT_EQ(report.signals[0].detections, 1U);
  EXPECT_EQ(report.signals[0].false_cases, 1U);
}

TEST(Spread, LooksAtGroupsThatAreLargeEnough) {
  const std::vector<Label> labels;
  Story story(labels);
  for (int i = 0; i < 100; ++i) {
    story.language = i < 50 ? "de" : "fr-FR";
    story.event("e", "a" + std::to_string(i), kAdult, "m", kMinor);
  }
  story.language = "hu";
  story.event("e", "x", kAdult, "m", kMinor);
  const std::vector<Case> cases = {pair_case("a1", "m", 1, 1, 0.8), pair_case("x", "m", 2, 2, 0.9)};
  const Report report = measure(labels, story.observation, cases, cases, {});
  const SpreadFigures& by_language = report.spreads[2];
  EXPECT_EQ(by_language.by, "language");
  ASSERT_EQ(by_language.groups.size(), 3U);
  EXPECT_EQ(by_language.groups[1].name, "fr");
  EXPECT_DOUBLE_EQ(by_language.spread, 0.02) << "1 of 50 German pairs, 0 of 50 French; one Hungarian pair says nothing";
}

TEST(Judge, KnowsWhatACaseIsAbout) {
  std::vector<Label> labels = {pair_label("a", "m", true), pair_label("a", "n", false)};
  labels.push_back(labels[0]);
  labels[2].kind = SubjectKind::kActor;
  labels[2].actor_id = "z";
  labels[2].target_id = "";
  labels.push_back(labels[0]);
  labels[3].kind = SubjectKind::kTarget;
  labels[3].actor_id = "";
  labels[3].target_id = "v";
  const Judge judge(labels);
  const auto truth = [&](SubjectKind kind, std::string actor, std::string target, std::vector<std::string> actors = {}) {
    Case seen;
    seen.kind = kind;
    seen.actor_id = std::move(actor);
    seen.target_id = std::move(target);
    seen.actor_ids = std::move(actors);
    return judge.judge(seen).truth;
  };
  EXPECT_EQ(truth(SubjectKind::kPair, "a", "m"), Truth::kRisky);
  EXPECT_EQ(truth(SubjectKind::kPair, "m", "a"), Truth::kFalse) << "the other direction";
  EXPECT_EQ(truth(SubjectKind::kPair, "a", "n"), Truth::kOther);
  EXPECT_EQ(truth(SubjectKind::kActor, "a", ""), Truth::kRisky);
  EXPECT_EQ(truth(SubjectKind::kPair, "z", "q"), Truth::kRisky);
  EXPECT_EQ(truth(SubjectKind::kPair, "q", "v"), Truth::kRisky);
  EXPECT_EQ(truth(SubjectKind::kTarget, "", "m", {"b", "a"}), Truth::kRisky);
  EXPECT_EQ(truth(SubjectKind::kTarget, "", "m", {"b"}), Truth::kFalse);
  EXPECT_EQ(truth(SubjectKind::kTarget, "", "v"), Truth::kRisky);
}

TEST(Outcome, TellsLabelsThatOneRunFindsAndAnotherDoesNot) {
  const std::vector<Label> labels = {pair_label("a", "m", true), pair_label("b", "n", true)};
  Story story(labels);
  story.event("e0", "a", kAdult, "m", kMinor);
  story.event("e1", "b", kAdult, "n", kMinor);
  const Outcome both = outcome_of(labels, story.observation, {pair_case("a", "m", 0, 0, 0.9), pair_case("b", "n", 1, 1, 0.9)});
  const Outcome one = outcome_of(labels, story.observation, {pair_case("a", "m", 0, -1, 0.5), pair_case("b", "n", 1, 1, 0.9)});
  EXPECT_EQ(both.detected, (std::vector<bool>{true, true}));
  EXPECT_EQ(one.detected, (std::vector<bool>{false, true}));
}

}  // namespace
}  // namespace pairwatch::evaluate
