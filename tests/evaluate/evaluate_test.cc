// The whole of it: generated traffic through the embedded runtime, with the shipped rules, to figures and a page.
#include "tools/evaluate/evaluate.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "config/load.h"
#include "config/services.h"
#include "tools/generator/generate.h"

namespace pairwatch::evaluate {
namespace {

class Evaluate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    generator::Options options;
    options.pairs = 500;
    options.events = 5000;
    options.risky = 8;
    options.benign = 6;
    options.archetypes = {"fast_solicitor", "blackmailer", "class_chat", "neighbour"};
    std::ofstream out(path("events"), std::ios::binary);
    std::stringstream text;
    generator::generate(options, out, &text);
    labels_ = read_labels(text, "labels").labels;

    const config::LoadResult loaded = config::load_settings({});
    ASSERT_TRUE(loaded.problems.empty());
    options_.input = path("events");
    options_.config.services = config::service_configs(loaded.settings);
  }
  static void TearDownTestSuite() {
    std::filesystem::remove(path("events"));
    options_ = {};
  }
  static std::string path(const std::string& name) {
    return testing::TempDir() + "pairwatch_evaluate_" + std::to_string(getpid()) + "_" + name;
  }

  static inline std::vector<Label> labels_;
  static inline EvaluateOptions options_;
  std::vector<std::string> steps_;
  Step step_ = [this](const std::string& what) { steps_.push_back(what); };
};

TEST_F(Evaluate, FindsWhatIsFastAndLeavesOrdinaryPairsAlone) {
  const EvaluateResult result = evaluate(labels_, options_, step_);
  ASSERT_FALSE(result.failure) << *result.failure;
  const Report& report = result.report;
  EXPECT_EQ(report.risky_labels, 8U);
  EXPECT_EQ(report.ordinary_labels, 6U);
  EXPECT_EQ(report.labels_not_seen, 0U);
  EXPECT_GE(report.severities[2].recall, 0.9);
  EXPECT_EQ(report.severities[2].false_cases, 0U);
  EXPECT_EQ(report.rules_version, "default");
}

TEST_F(Evaluate, RunsAgainWithoutEachSignalThatTookPart) {
  EvaluateOptions strict = options_;  // so that a single signal can make the difference
  strict.config.services.escalation.rules.severity.review = 0.98;
  strict.config.services.escalation.rules.severity.urgent = 0.999;
  const EvaluateResult result = evaluate(labels_, strict, step_);
  EXPECT_EQ(steps_.size(), 2 + result.report.signals.size());
  std::int64_t most_lost = 0;
  for (const SignalFigures& signal : result.report.signals) {
    ASSERT_TRUE(signal.lost && signal.lost_before_harm && signal.fewer_false_cases) << signal.name;
    EXPECT_GE(*signal.lost, 0);
    most_lost = std::max(most_lost, *signal.lost_before_harm);
  }
  EXPECT_GT(most_lost, 0) << "some signal is what carries a detection";

  steps_.clear();
  EvaluateOptions without = options_;
  without.ablation = false;
  for (const SignalFigures& signal : evaluate(labels_, without, step_).report.signals) EXPECT_FALSE(signal.lost) << signal.name;
  EXPECT_EQ(steps_.size(), 2U);
}

TEST_F(Evaluate, RunsAgainWithoutEachCombinationThatTookPart) {
  generator::Options made;
  made.pairs = 50;
  made.events = 500;
  made.risky = 10;
  made.benign = 1;
  made.archetypes = {"ten_minutes", "neighbour"};
  std::ofstream out(path("combinations"), std::ios::binary);
  std::stringstream text;
  generator::generate(made, out, &text);
  out.close();
  EvaluateOptions options = options_;
  options.input = path("combinations");
  const std::string name = "contact_details_at_once";
  for (Combination& combination : options.config.services.relationship.rules.combinations) {
    if (combination.name == name) combination.weight = 25;  // so that it decides ...
  }
  options.config.services.relationship.rules.priors.judged = -20;  // ... alone
  options.config.services.relationship.rules.priors.judged_lower = -20;
  const std::vector<SignalFigures> signals = evaluate(read_labels(text, "labels").labels, options, step_).report.signals;
  std::filesystem::remove(path("combinations"));
  const auto at = std::find_if(signals.begin(), signals.end(),
                               [&](const SignalFigures& figures) { return figures.name == "combination:" + name; });
  ASSERT_NE(at, signals.end());
  ASSERT_TRUE(at->lost_before_harm);
  EXPECT_GT(*at->lost_before_harm, 0);
}

TEST_F(Evaluate, SaysTheSameOnAnyNumberOfThreads) {
  EvaluateOptions options = options_;
  options.config.threads = 3;
  EXPECT_EQ(as_json(evaluate(labels_, options, step_).report), as_json(evaluate(labels_, options_, step_).report));
}

TEST_F(Evaluate, SeesMoreOrdinaryPairsRaisedWhereThresholdsAreLow) {
  EvaluateOptions options = options_;
  options.config.services.escalation.rules.severity.watch = 0.01;
  options.config.services.escalation.rules.severity.review = 0.02;
  options.config.services.relationship.rules.news.floor_log_odds = -10;
  EXPECT_GT(evaluate(labels_, options, step_).report.severities[2].false_cases, 0U);
}

TEST_F(Evaluate, CountsLabelsOfWhichTheInputHasNothing) {
  std::vector<Label> labels = labels_;
  labels.push_back(labels[0]);
  labels.back().actor_id = "nobody";
  labels.back().first_contact_event_id = labels.back().harm_event_id = "";
  EXPECT_EQ(evaluate(labels, options_, step_).report.labels_not_seen, 1U);
}

TEST_F(Evaluate, SaysThatAFileCannotBeRead) {
  EvaluateOptions options = options_;
  options.input = path("nowhere");
  EXPECT_TRUE(evaluate(labels_, options, step_).failure.has_value());
}

TEST_F(Evaluate, TellsTheSameFiguresAsTextJsonAndPage) {
  const Report report = evaluate(labels_, options_, step_).report;
  const nlohmann::json json = nlohmann::json::parse(as_json(report));
  EXPECT_EQ(json["labels"]["risky"], 8);
  EXPECT_EQ(json["severities"]["review"]["recall"], report.severities[2].recall);
  EXPECT_EQ(json["archetypes"].size(), 4U);
  EXPECT_EQ(json["perMillionDailyUsers"].size(), 4U);
  const std::string text = as_text(report);
  EXPECT_NE(text.find("fast_solicitor"), std::string::npos);
  EXPECT_NE(text.find("ERDE-50"), std::string::npos);

  const std::string page = as_html(report);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos) << "nothing is loaded from anywhere";
  std::size_t pictures = 0;
  for (std::size_t at = page.find("<figure>"); at != std::string::npos; at = page.find("<figure>", at + 1)) ++pictures;
  EXPECT_EQ(pictures, 3U);
  for (const std::string bad : {">nan", "nan,", ",nan", "inf,"}) EXPECT_EQ(page.find(bad), std::string::npos) << bad;
}

TEST(Page, WritesNamesThatAreNoHtml) {
  Report report;
  report.rules_version = "<b>\"mine\"&</b>";
  GroupFigures& group = report.archetypes.emplace_back();
  group.name = "<i>";
  const std::string page = as_html(report);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_EQ(page.find("<i>"), std::string::npos);
  EXPECT_NE(page.find("&lt;b&gt;&quot;mine&quot;&amp;"), std::string::npos);
}

}  // namespace
}  // namespace pairwatch::evaluate
