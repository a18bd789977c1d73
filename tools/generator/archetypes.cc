#include "tools/generator/archetypes.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "processors/core/check.h"
#include "tools/generator/evasion.h"

namespace pairwatch::generator {
namespace {

using Without = Archetype::Without;

constexpr Archetype kRisky[] = {
    {"gift_groomer", "a week of growing gifts, then secrecy and image requests", days(7), write_gift_groomer, Without::kShows},
    {"fast_solicitor", "everything within minutes", minutes(10), write_fast_solicitor, Without::kShows},
    {"slow_truster", "three weeks at a low rate", days(23), write_slow_truster},
    {"scattergun", "one account, dozens of minors, the same opening", days(6), write_scattergun, Without::kShows},
    {"no_text", "moves, gifts and calls only", days(7), write_no_text, Without::kIsWordless},
    {"blackmailer", "threats after an image was sent", days(3), write_blackmailer, Without::kShows},
    {"seconds_solicitor", "asks at once, twenty seconds after hello", minutes(2), write_seconds_solicitor, Without::kShows},
    {"ten_weeks", "ten weeks of trust before the first request", days(72), write_ten_weeks},
    {"message_flood", "2,600 messages in two weeks, numbers swapped within ten minutes", days(15), write_message_flood},
    {"isolator", "attention and exclusivity, words against parents and friends", days(12), write_isolator},
    {"paid_offer", "an agency, money for pictures", days(3), write_paid_offer},
    {"meeting", "wants to meet, just the two", days(6), write_meeting},
    {"public_to_private", "met in a public room, by themselves within the hour", hours(2), write_public_to_private},
    {"ten_minutes", "on another app ten minutes after hello", minutes(20), write_ten_minutes},
    {"dares", "games with forfeits that lead to the camera", days(2), write_dares},
    {"sextortion", "asks for an image, then for money, within a day", hours(6), write_sextortion, Without::kShows},
    {"controller", "threats, blame and consequences", days(8), write_controller},
    {"peer_impersonation", "an account that says it is a child's befriends many it does not know", days(5),
     write_peer_impersonation},
    {"recontact", "blocked, and there again", days(4), write_recontact, Without::kShows},
    {"ban_evader", "blocked, and there again with another account of the same device", days(4), write_ban_evader},
    {"circle", "several adults around one minor", days(6), write_circle},
    {"no_text_calls", "calls, pictures and a place where messages disappear", days(4), write_no_text_calls, Without::kIsWordless},
};

constexpr Archetype kOrdinary[] = {
    {"class_chat", "peers awake all night, with secrets and pictures", days(4), write_class_chat},
    {"family", "trusted: gifts, calls, where are you", days(21), write_family},
    {"teacher", "trusted: a coach or teacher", days(20), write_teacher},
    {"gift_friends", "minors who give each other more and more", days(13), write_gift_friends},
    {"neighbour", "an adult known to many of the minor's contacts", days(20), write_neighbour},
    {"family_unflagged", "family, but the platform does not know", days(21), write_family_unflagged},
    {"coach_group", "a coach and a team in a group, not flagged", days(20), write_coach_group},
    {"streamer", "a streamer and fans in a public room", days(6), write_streamer},
    {"trader", "strangers who trade items of a game", days(2), write_trader},
    {"guild", "adults and minors of one guild, on voice at night", days(14), write_guild},
    {"support", "staff that answers tickets", days(4), write_support},
    {"birthday_secret", "an aunt, a surprise, a secret", days(5), write_birthday_secret},
    {"christmas_gift", "a friend of the family, one large gift", days(10), write_christmas_gift},
    {"carpool", "a friend's parent who drives", days(20), write_carpool},
    {"tutor", "homework help by video, pictures of worksheets", days(28), write_tutor},
    {"new_pupil", "a new pupil adds sixty classmates", days(4), write_new_pupil},
    {"siblings", "a grown-up brother or sister on the family's device", days(14), write_siblings},
    {"noisy_classifier", "a classifier that is wrong now and then", days(10), write_noisy_classifier},
    {"trigger_words", "words of a game that sound risky elsewhere", days(5), write_trigger_words},
    {"old_friends", "known for months, to and fro", days(110), write_old_friends},
    {"night_gamers", "peers on voice and video all night", days(6), write_night_gamers},
    {"game_friend", "strangers of one game, who ask what everybody asks", days(18), write_game_friend},
    {"language_partner", "strangers who practise a language, with calls", days(29), write_language_partner},
    {"young_fan", "a minor who writes to somebody known, and gets a polite answer", days(15), write_young_fan},
    {"online_friends", "peers who met in a game and are soon on every app", days(12), write_online_friends},
    {"first_love", "a couple of one school: compliments, pictures, secrets", days(20), write_first_love},
};

constexpr std::string_view kEvasionNames[] = {"none",      "spaced_letters", "lookalikes",       "zero_width", "leetspeak",
                                              "stretched", "slow_pacing",    "several_accounts", "readding",   "no_text"};
static_assert(std::size(kEvasionNames) == kEvasionCount);

/// An adult by its own word mostly; a third of the accounts are new.
Person risky_actor(Random& random) {
  const std::uint64_t of_ten = random.below(10);
  Person person;
  person.age = {AgeBand::kAdult, AgeAssurance::kSelfDeclared};
  if (of_ten == 0) person.age.assurance = AgeAssurance::kVerified;
  if (of_ten == 1) person.age = {AgeBand::kUnknown, AgeAssurance::kUnknown};
  if (random.below(3) == 0) person.account_age = hours(random.between(1, 240));
  return person;
}

std::string_view any_language(Random& random) {
  return random.below(10) < 4 ? kStoryLanguages[0] : kStoryLanguages[1 + random.below(kStoryLanguages.size() - 1)];
}

}  // namespace

std::span<const Archetype> risky_archetypes() { return kRisky; }
std::span<const Archetype> ordinary_archetypes() { return kOrdinary; }

const Archetype* find_archetype(std::string_view name) {
  for (const std::span<const Archetype> group : {risky_archetypes(), ordinary_archetypes()}) {
    const auto at = std::find_if(group.begin(), group.end(), [&](const Archetype& archetype) { return archetype.name == name; });
    if (at != group.end()) return &*at;
  }
  return nullptr;
}

bool is_risky(const Archetype& archetype) {
  return std::any_of(std::begin(kRisky), std::end(kRisky), [&](const Archetype& row) { return row.name == archetype.name; });
}

std::string_view evasion_name(Evasion evasion) { return kEvasionNames[static_cast<std::size_t>(evasion)]; }

Evasion any_evasion(const Archetype& archetype, Random& random) {
  constexpr Evasion kOfActs[] = {Evasion::kSlowPacing, Evasion::kSeveralAccounts, Evasion::kReadding};
  static_assert(static_cast<std::size_t>(Evasion::kNoText) == kEvasionCount - 1, "so that the others can be drawn");
  switch (archetype.without_text) {
    case Without::kIsWordless: return kOfActs[random.below(std::size(kOfActs))];
    case Without::kShows: return static_cast<Evasion>(1 + random.below(kEvasionCount - 1));
    case Without::kIsSilent: return static_cast<Evasion>(1 + random.below(kEvasionCount - 2));
  }
  return Evasion::kNone;
}

Age any_minor(Random& random) {
  constexpr AgeBand kBands[] = {AgeBand::kUnder13, AgeBand::k13To15, AgeBand::k16To17};
  return {kBands[random.below(3)], random.below(4) == 0 ? AgeAssurance::kVerified : AgeAssurance::kSelfDeclared};
}

Story make_story(const Archetype& archetype, Evasion evasion, Random& random) {
  Story story;
  story.archetype = archetype.name;
  story.is_risky = is_risky(archetype);
  story.language = any_language(random);
  story.actors = {story.is_risky ? risky_actor(random) : Person{{AgeBand::kAdult, AgeAssurance::kSelfDeclared}, {}, 0}};
  story.targets = {Person{any_minor(random), {}, 0}};
  story.labels = {LabelPlan{}};
  Script script(random);
  archetype.write(story, script);
  story.acts = std::move(script).in_order();
  check(!story.acts.empty(), "a story has acts");
  const Duration first = story.acts.front().after;
  for (Act& act : story.acts) act.after = act.after - first;
  evade(evasion, story, random);
  check(story.actors.size() <= kMostActors && story.targets.size() <= kMostTargets, "a story has no more people than it may");
  return story;
}

}  // namespace pairwatch::generator
