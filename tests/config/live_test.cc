// What may change while a process runs.
#include "config/live.h"

#include <gtest/gtest.h>

#include <fstream>

#include "config/load.h"
#include "config/tables.h"
#include "tests/config/temporary_file.h"

namespace pairwatch::config {
namespace {

Settings loaded(std::vector<std::string> overrides, std::vector<std::string> rules_files = {}) {
  LoadResult result = load_settings({.rules_files = std::move(rules_files), .overrides = std::move(overrides)});
  EXPECT_TRUE(result.problems.empty());
  return std::move(result.settings);
}

std::string rules_of(const Settings& settings) {
  Settings copy = settings;
  Section table;
  describe_rules(table, copy);
  return table.as_yaml(false);
}

TEST(LiveChange, OfNothingIsNone) {
  const LiveChange change = live_change(loaded({}), loaded({}));
  EXPECT_FALSE(change.is_other_rules);
  EXPECT_FALSE(change.has_other_settings);
  EXPECT_EQ(change.settings, loaded({}));
}

TEST(LiveChange, OfALoginThatRenewsItselfIsNone) {
  const auto with_password = [](const std::string& password, const std::string& path) {
    std::ofstream(path) << password;
    return loaded({"kafka.property_files.sasl.password=" + path});
  };
  const test::TemporaryFile file("");
  const Settings running = with_password("one", file.path());
  EXPECT_FALSE(live_change(running, with_password("one", file.path())).has_other_settings);
  EXPECT_FALSE(live_change(running, with_password("two", file.path())).has_other_settings);
  EXPECT_TRUE(live_change(running, loaded({})).has_other_settings);
}

/// Each room's rules, and each part of the rule set that is bound once and shared.
TEST(LiveChange, TakesTheWholeRuleSet) {
  for (const char* rule :
       {"rules.version=other", "rules.gate.adult.under_13=off", "rules.labels.least_score=0.9", "rules.priors.judged=-9",
        "rules.severity.watch=0.01", "rules.signals.secrecy_request.weight=0.01", "rules.decisions.snooze=3d",
        "rules.priority.fast=2h", "rules.news.floor=0.01", "rules.actor_case.prior=-9", "rules.target_case.prior=-9",
        "rules.signals.multiple_risky_adults.least_risk=0.3"}) {
    const LoadResult result = load_settings({.overrides = {rule}});
    if (!result.problems.empty()) continue;  // the names of rules are others' to change; those below must be there
    const LiveChange change = live_change(loaded({}), result.settings);
    EXPECT_TRUE(change.is_other_rules) << rule;
    EXPECT_FALSE(change.has_other_settings) << rule;
    EXPECT_EQ(rules_of(change.settings), rules_of(result.settings)) << rule;
    EXPECT_EQ(change.settings, result.settings) << rule;
  }
  EXPECT_TRUE(live_change(loaded({}), loaded({"rules.severity.watch=0.01"})).is_other_rules);
  EXPECT_EQ(live_change(loaded({}), loaded({"rules.target_case.prior=-9"})).settings.target.rules.target_case.prior, -9);
  EXPECT_TRUE(live_change(loaded({}), loaded({"rules.signals.secrecy_request.weight=0.01"})).is_other_rules);
}

/// Whatever the table of rules holds, so that a room's rules that come later cannot be forgotten.
TEST(LiveChange, TakesEveryRuleThereIs) {
  Settings defaults;
  share_rules(defaults);
  const std::string before = rules_of(defaults);
  Section names;
  describe_rules(names, defaults);
  int changed_count = 0, known_count = 0;
  for (const std::string& key : names.keys()) {
    ++known_count;
    for (const char* value :
         {"0.5", "0.25", "1", "2", "3", "7", "3h", "5d", "true", "false", "off", "shadow", "urgent", "review", "other"}) {
      Settings changed = defaults;
      Section table;
      describe_rules(table, changed);
      Reading reading;
      table.read(table.node_of(key, value, Place{"test"}), "rules", reading);
      share_rules(changed);
      if (!reading.problems.empty() || rules_of(changed) == before) continue;
      ++changed_count;
      const LiveChange change = live_change(defaults, changed);
      EXPECT_EQ(rules_of(change.settings), rules_of(changed)) << key;
      EXPECT_TRUE(change.settings == changed) << key << " is a rule of a room that live_change leaves as it was";
      EXPECT_FALSE(change.has_other_settings) << key;
      break;
    }
  }
  EXPECT_GT(changed_count, known_count * 9 / 10) << "of " << known_count;
}

TEST(LiveChange, TakesWordListsThatWereAdded) {
  const LiveChange change = live_change(loaded({}), loaded({"lexicons.shipped=false"}));
  EXPECT_TRUE(change.is_other_rules);
  EXPECT_TRUE(change.settings.lexicon.rows.empty());
}

TEST(LiveChange, LeavesEverythingElseAsItRuns) {
  const LiveChange change =
      live_change(loaded({}), loaded({"kafka.linger=7ms", "pair.time_to_live=90d", "rules.severity.watch=0.01"}));
  EXPECT_TRUE(change.is_other_rules);
  EXPECT_TRUE(change.has_other_settings);
  EXPECT_EQ(change.settings, loaded({"rules.severity.watch=0.01"}));
}

TEST(LiveChange, OfOtherSettingsAloneIsNoneOfTheRules) {
  const LiveChange change = live_change(loaded({}), loaded({"logging.level=debug"}));
  EXPECT_FALSE(change.is_other_rules);
  EXPECT_TRUE(change.has_other_settings);
}

}  // namespace
}  // namespace pairwatch::config
