// Stories: of the shape their archetype says, whole however they evade, and with labels that their acts give.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "processors/core/utf8.h"
#include "tools/generator/archetypes.h"
#include "tools/generator/evasion.h"

namespace pairwatch::generator {
namespace {

void for_each_story(Evasion evasion, const std::function<void(const Archetype&, const Story&)>& take) {
  Random random(1);
  for (const auto group : {risky_archetypes(), ordinary_archetypes()}) {
    for (const Archetype& archetype : group) {
      if (evasion != Evasion::kNone && !is_risky(archetype)) continue;
      SCOPED_TRACE(archetype.name);
      for (int i = 0; i < 5; ++i) take(archetype, make_story(archetype, evasion, random));
    }
  }
}

TEST(Stories, HaveTheShapeOfTheirArchetype) {
  for_each_story(Evasion::kNone, [](const Archetype& archetype, const Story& story) {
    ASSERT_FALSE(story.acts.empty());
    EXPECT_EQ(story.is_risky, is_risky(archetype));
    int harms = 0;
    for (const Act& act : story.acts) {
      harms += act.is_harm;
      EXPECT_LT(act.target, story.targets.size());
      EXPECT_LT(act.actor, story.actors.size());
    }
    EXPECT_EQ(harms, story.is_risky ? 1 : 0);
    const Duration length = story.acts.back().after;
    EXPECT_GT(length.ms * 4, archetype.length.ms);
    EXPECT_LT(length.ms, 2 * archetype.length.ms);
  });
}

TEST(Stories, AreManyAndNamedOnce) {
  EXPECT_GE(risky_archetypes().size(), 15U);
  EXPECT_GE(ordinary_archetypes().size(), 15U);
  std::set<std::string_view> names;
  for (const auto group : {risky_archetypes(), ordinary_archetypes()}) {
    for (const Archetype& archetype : group) {
      EXPECT_TRUE(names.insert(archetype.name).second) << archetype.name;
      EXPECT_EQ(find_archetype(archetype.name), &archetype);
    }
  }
  EXPECT_EQ(find_archetype("no_such_thing"), nullptr);
}

TEST(Stories, StayWholeHoweverTheyEvade) {
  for (std::size_t evasion = 1; evasion < kEvasionCount; ++evasion) {
    SCOPED_TRACE(evasion_name(static_cast<Evasion>(evasion)));
    for_each_story(static_cast<Evasion>(evasion), [](const Archetype&, const Story& story) {
      EXPECT_EQ(story.acts.front().after.ms, 0);
      EXPECT_TRUE(
          std::is_sorted(story.acts.begin(), story.acts.end(), [](const Act& a, const Act& b) { return a.after < b.after; }));
      EXPECT_EQ(std::count_if(story.acts.begin(), story.acts.end(), [](const Act& act) { return act.is_harm; }), 1);
      EXPECT_LE(story.actors.size(), kMostActors);
    });
  }
}

TEST(Stories, WithoutTextHaveNone) {
  for_each_story(Evasion::kNoText, [](const Archetype&, const Story& story) {
    for (const Act& act : story.acts) EXPECT_FALSE(act.saying.has_value());
  });
  Random random(1);
  for (const std::string_view name : {"no_text", "no_text_calls"}) {
    for (const Act& act : make_story(*find_archetype(name), Evasion::kNone, random).acts) {
      EXPECT_FALSE(act.saying.has_value());
      EXPECT_TRUE(act.label.empty()) << "nor does a classifier see anything";
    }
  }
}

TEST(Stories, OfTwoAccountsShareADevice) {
  Random random(1);
  const Story story = make_story(*find_archetype("gift_groomer"), Evasion::kSeveralAccounts, random);
  ASSERT_EQ(story.actors.size(), 2U);
  EXPECT_NE(story.actors[0].device, 0);
  EXPECT_EQ(story.actors[0].device, story.actors[1].device);
  ASSERT_EQ(story.labels.size(), 2U);
  EXPECT_TRUE(story.labels[0].is_gray && !story.labels[1].is_gray);
}

Duration until_harm(std::string_view archetype) {
  Random random(1);
  for (const Act& act : make_story(*find_archetype(archetype), Evasion::kNone, random).acts) {
    if (act.is_harm) return act.after;
  }
  return {};
}

TEST(Stories, SolicitWithinSecondsOrOverMonths) {
  EXPECT_LT(until_harm("seconds_solicitor"), seconds(30));
  EXPECT_LT(until_harm("fast_solicitor"), minutes(5));
  EXPECT_LT(until_harm("ten_minutes"), minutes(12));
  EXPECT_GT(until_harm("slow_truster"), days(20));
  EXPECT_GE(until_harm("ten_weeks"), days(70));
}

TEST(Stories, FloodWithThousandsOfMessages) {
  Random random(1);
  EXPECT_NEAR(static_cast<double>(make_story(*find_archetype("message_flood"), Evasion::kNone, random).acts.size()), 2600, 50);
}

TEST(Disguise, LeavesWordsThatPeopleStillRead) {
  const std::string text = "send me a pic";
  const std::map<Evasion, std::string> wanted = {{Evasion::kNone, text}, {Evasion::kNoText, text}};
  for (const auto& [evasion, words] : wanted) {
    Random random(1);
    std::string out = text;
    disguise(evasion, random, out);
    EXPECT_EQ(out, words);
  }
  for (const Evasion evasion :
       {Evasion::kSpacedLetters, Evasion::kLookalikes, Evasion::kZeroWidth, Evasion::kLeetspeak, Evasion::kStretched}) {
    Random random(3);
    std::string out = text;
    disguise(evasion, random, out);
    EXPECT_NE(out, text) << evasion_name(evasion);
    EXPECT_TRUE(is_valid_utf8(out));
  }
}

}  // namespace
}  // namespace pairwatch::generator
