// What a fit of the weights reads: of every judged pair, told from the escalations of a run in which each is a case.
#include "tools/evaluate/features.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "config/load.h"
#include "config/services.h"
#include "tools/evaluate/evaluate.h"
#include "tools/generator/generate.h"

namespace pairwatch::evaluate {
namespace {

using Json = nlohmann::json;

class FeatureRows : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    generator::Options options;
    options.pairs = 300;
    options.events = 3000;
    options.risky = 6;
    options.benign = 6;
    options.archetypes = {"fast_solicitor", "blackmailer", "neighbour", "class_chat"};
    const std::string path = testing::TempDir() + "pairwatch_features_" + std::to_string(getpid());
    std::ofstream out(path, std::ios::binary);
    std::stringstream labels;
    generator::generate(options, out, &labels);
    out.close();
    const config::LoadResult loaded = config::load_settings({});
    ASSERT_TRUE(loaded.problems.empty());
    EvaluateOptions evaluate_options;
    evaluate_options.input = path;
    evaluate_options.ablation = false;
    evaluate_options.config.services = config::service_configs(loaded.settings);
    std::ostringstream features;
    evaluate_options.features = &features;
    const EvaluateResult result = evaluate(read_labels(labels, "labels").labels, evaluate_options, [](const std::string&) {});
    std::filesystem::remove(path);
    ASSERT_FALSE(result.failure) << *result.failure;
    report_ = result.report;
    text_ = features.str();
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);) rows_.push_back(Json::parse(line));
  }

  static double contributed(const Json& row) {
    double sum = 0;
    for (const auto& [name, log_odds] : row["contributions"].items()) sum += log_odds.get<double>();
    return sum;
  }

  static inline Report report_;
  static inline std::string text_;
  static inline std::vector<Json> rows_;
};

TEST_F(FeatureRows, HoldEachRiskyRelationAtItsHighestAndBeforeHarm) {
  std::map<int, std::map<std::string, double>> risky;
  for (const Json& row : rows_) {
    if (row["risky"]) risky[row["relation"]][row["moment"]] = contributed(row);
  }
  ASSERT_EQ(risky.size(), 6U);
  for (const auto& [relation, moments] : risky) {
    ASSERT_EQ(moments.size(), 2U) << relation;
    EXPECT_GT(moments.at("before_harm"), 0) << relation;
    EXPECT_GE(moments.at("highest"), moments.at("before_harm")) << relation;
  }
}

TEST_F(FeatureRows, HoldPairsThatNeverBecomeACase) {
  std::size_t ordinary = 0, silent = 0;
  for (const Json& row : rows_) {
    if (row["risky"]) continue;
    EXPECT_EQ(row["moment"], "highest");
    ++ordinary;
    silent += row["contributions"].empty();
  }
  std::uint64_t judged = 0;
  for (const Ages ages : {Ages::kAdultMinor, Ages::kUnknownMinor}) judged += report_.ordinary_pairs[static_cast<std::size_t>(ages)];
  EXPECT_GE(ordinary, judged);
  EXPECT_GT(silent, ordinary / 2) << "most show nothing";
  EXPECT_EQ(report_.severities[2].false_cases, 0U) << "the rules that are judged are those that were given";
}

TEST_F(FeatureRows, TellWhatProtects) {
  std::size_t neighbours = 0;
  for (const Json& row : rows_) {
    if (row["archetype"] == "neighbour") {
      EXPECT_EQ(row["protective"], 2.5) << row.dump();
      ++neighbours;
    }
    if (row["risky"]) {
      EXPECT_EQ(row["protective"], 0) << row.dump();
    }
  }
  EXPECT_EQ(neighbours, 3U);
}

TEST_F(FeatureRows, TellTheVerdictOfTheGateWithItsPrior) {
  for (const Json& row : rows_) {
    if (row["gate"] == "judged") {
      EXPECT_EQ(row["prior"], -4.8) << row.dump();
    }
    if (row["archetype"] == "class_chat") {
      EXPECT_TRUE(row["gate"] == "judged_peer" || row["gate"] == "judged_assured") << row.dump();
      EXPECT_EQ(row["prior"], -6.6) << row.dump();
    }
  }
}

TEST_F(FeatureRows, NameNobody) {
  EXPECT_EQ(text_.find("Id\""), std::string::npos);
  for (const Json& row : rows_) EXPECT_EQ(row.size(), 9U) << row.dump();
}

}  // namespace
}  // namespace pairwatch::evaluate
