// What ships as YAML is what the structs say without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "config/files.h"
#include "config/load.h"
#include "config/tables.h"
#include "tests/config/temporary_file.h"

namespace pairwatch::config {
namespace {

using testing::IsEmpty;
using testing::IsSupersetOf;

std::vector<std::string> lines_of(const Problems& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(as_line(problem));
  return lines;
}

/// What no file sets: it is computed from the others.
Settings without_what_is_computed(Settings settings) {
  settings.lexicon = {};
  settings.escalation.rules.sha256.clear();
  settings.target.rules.sha256.clear();
  settings.intake.rules = 0;
  settings.relationship.rules.combinations.clear();  // like the word lists, they are in files only
  settings.escalation.rules.combinations.clear();
  return settings;
}

TEST(ShippedConfiguration, LoadsWithoutAProblem) { EXPECT_THAT(lines_of(load_settings({}).problems), IsEmpty()); }

TEST(ShippedConfiguration, LoadsToExactlyTheDefaultStructs) {
  const Settings loaded = without_what_is_computed(load_settings({}).settings);
  EXPECT_EQ(as_yaml(loaded), as_yaml(Settings{}));  // says which setting differs
  EXPECT_TRUE(loaded.topology == Settings{}.topology);
  EXPECT_TRUE(loaded.decode == Settings{}.decode);
  EXPECT_TRUE(loaded.intake == Settings{}.intake);
  EXPECT_TRUE(loaded.relationship == Settings{}.relationship);
  EXPECT_TRUE(loaded.escalation == Settings{}.escalation);
  EXPECT_TRUE(loaded.target == Settings{}.target);
  EXPECT_TRUE(loaded.kafka == Settings{}.kafka);
  EXPECT_TRUE(loaded.http == Settings{}.http);
  EXPECT_TRUE(loaded == Settings{});
}

/// Full names of all values in a tree.
void collect_keys(const Node& node, const std::string& prefix, std::set<std::string>& keys) {
  for (const Entry& entry : node.entries) {
    const std::string key = prefix.empty() ? entry.key : prefix + "." + entry.key;
    keys.insert(key);
    collect_keys(entry.value, key, keys);
  }
}

TEST(ShippedConfiguration, NamesEverySettingThereIs) {
  std::set<std::string> shipped;
  Problems problems;
  for (const ConfigFile& file : embedded_files("config/pairwatch.yaml")) collect_keys(parse_yaml(file, problems), "", shipped);
  for (const ConfigFile& file : embedded_files("config/topology.yaml")) collect_keys(parse_yaml(file, problems), "", shipped);
  for (const ConfigFile& file : embedded_files("config/rules/")) {
    if (file.name.find("config/rules/tests/") != std::string::npos) continue;
    collect_keys(parse_yaml(file, problems), "rules", shipped);
  }
  Settings settings;
  Section table;
  describe_settings(table, settings);
  EXPECT_THAT(shipped, IsSupersetOf(table.keys()));
}

TEST(ShippedConfiguration, IsEmbeddedAsItStandsInTheSourceTree) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PAIRWATCH_SOURCE_DIR "/config")) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const std::string path = std::filesystem::relative(entry.path(), PAIRWATCH_SOURCE_DIR).string();
    const std::vector<ConfigFile> embedded = embedded_files(path);
    ASSERT_EQ(embedded.size(), 1u) << path;
    EXPECT_TRUE(embedded.front().text == text.str()) << path << " is embedded as it was before a change";
  }
  EXPECT_EQ(files, embedded_files("config/").size());
  EXPECT_GE(files, 5u);
}

TEST(ConfigurationReference, IsWhatTheProgramSays) {
  std::ostringstream text;
  text << std::ifstream(PAIRWATCH_SOURCE_DIR "/docs/configuration.md", std::ios::binary).rdbuf();
  EXPECT_TRUE(text.str() == reference_in_markdown())
      << "docs/configuration.md is out of date: build/release/pairwatch validate --reference > docs/configuration.md";
}

TEST(EffectiveConfiguration, ReadsBackToTheSameSettings) {
  const LoadResult first =
      load_settings({.overrides = {"kafka.instance=off", "commit.interval=1500ms", "commit.bytes=1048577",
                                   "rules.signals.gift.weight=0.123456789", "kafka.properties.client.rack=a b"}});
  ASSERT_THAT(lines_of(first.problems), IsEmpty());
  const test::TemporaryFile file(as_yaml(first.settings));
  const LoadResult second = load_settings({.config_files = {file.path()}});
  EXPECT_THAT(lines_of(second.problems), IsEmpty());
  EXPECT_EQ(as_yaml(second.settings), as_yaml(first.settings));
  EXPECT_TRUE(second.settings == first.settings);
}

}  // namespace
}  // namespace pairwatch::config
