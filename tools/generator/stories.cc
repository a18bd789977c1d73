#include "tools/generator/stories.h"

#include <algorithm>

#include "processors/core/check.h"

namespace pairwatch::generator {
namespace {

constexpr Age kAdult = {AgeBand::kAdult, AgeAssurance::kSelfDeclared};

Age any_minor(Random& random) {
  constexpr AgeBand kBands[] = {AgeBand::kUnder13, AgeBand::k13To15, AgeBand::k16To17};
  return {kBands[random.below(3)], random.below(4) == 0 ? AgeAssurance::kVerified : AgeAssurance::kSelfDeclared};
}

/// Writes acts one after another; time goes on by pause().
class Script {
 public:
  explicit Script(Random& random) : random_(random) {}

  void pause(Duration least, Duration most) { now_ = now_ + milliseconds(random_.between(least.ms / 1000, most.ms / 1000) * 1000); }
  void go_to(Duration after_start) { now_ = std::max(now_, after_start); }
  void switch_to(ChannelKind channel) { channel_ = channel; }
  void turn_to(std::size_t target) { target_ = static_cast<std::uint16_t>(target); }
  Duration now() const { return now_; }

  Act& does(bool by_actor, InteractionKind kind) {
    Act act;
    act.after = now_;
    act.target = target_;
    act.by_actor = by_actor;
    act.kind = kind;
    act.channel = channel_;
    acts_.push_back(act);
    return acts_.back();
  }
  Act& says(bool by_actor, Saying saying) {
    Act& act = does(by_actor, InteractionKind::kMessage);
    act.saying = saying;
    return act;
  }
  Act& gives(bool by_actor, std::int64_t value_minor) {
    Act& act = does(by_actor, InteractionKind::kGift);
    act.value_minor = value_minor;
    return act;
  }
  Act& moves(ChannelKind to, bool accepted) {
    Act& act = does(true, InteractionKind::kChannelMove);
    act.to = to;
    act.accepted = accepted;
    if (accepted) channel_ = to;
    return act;
  }
  Act& calls(bool by_actor, CallKind kind, Duration lasting) {
    Act& act = does(by_actor, InteractionKind::kCall);
    act.call = kind;
    act.lasting = lasting;
    return act;
  }
  /// A few lines to and fro within minutes.
  void chat(int lines, Saying actors, Saying targets) {
    for (int i = 0; i < lines; ++i) {
      says(i % 2 == 0, i % 2 == 0 ? actors : targets);
      pause(seconds(15), minutes(3));
    }
  }

  std::vector<Act> in_order() && {
    std::stable_sort(acts_.begin(), acts_.end(), [](const Act& a, const Act& b) { return a.after < b.after; });
    return std::move(acts_);
  }
  Random& random() { return random_; }

 private:
  Random& random_;
  Duration now_;
  std::uint16_t target_ = 0;
  ChannelKind channel_ = ChannelKind::kDirect;
  std::vector<Act> acts_;
};

void scored(Act& act, std::string_view label, float score) {
  act.label = label;
  act.score = score;
}

void befriend(Script& script) {
  script.does(true, InteractionKind::kContactRequest);
  script.pause(minutes(2), hours(3));
  script.does(false, InteractionKind::kContactAccept);
  script.pause(minutes(1), minutes(20));
}

void write_gift_groomer(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.switch_to(ChannelKind::kGroup);
  befriend(script);
  script.says(true, Saying::kOpening);
  script.pause(minutes(1), minutes(5));
  script.chat(8, Saying::kSmallTalk, Saying::kReply);
  std::int64_t value = 300;
  for (int day = 1; day <= 4; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(4));
    script.chat(6, Saying::kSmallTalk, Saying::kReply);
    if (day == 1) script.says(true, Saying::kPersonalInfo).starts_risk = true;
    if (day > 1) script.says(true, day % 2 == 0 ? Saying::kFlattery : Saying::kPersonalInfo);
    script.pause(minutes(1), minutes(9));
    script.gives(true, value);
    value *= 2;
    script.pause(minutes(1), minutes(9));
    script.says(false, Saying::kReply);
  }
  script.go_to(days(5));
  script.moves(ChannelKind::kDirect, true);
  script.pause(minutes(1), minutes(5));
  script.says(true, Saying::kSecrecy);
  script.pause(minutes(1), minutes(30));
  script.chat(4, Saying::kFlattery, Saying::kReply);
  script.says(true, Saying::kRiskAssessment);
  script.go_to(days(6));
  script.pause(hours(0), hours(5));
  script.gives(true, value);
  script.pause(minutes(1), minutes(4));
  Act& harm = script.says(true, Saying::kImageRequest);
  scored(harm, "image_request", 0.93F);
  harm.is_harm = true;
  script.pause(minutes(1), minutes(4));
  script.says(false, Saying::kRefusal);
  script.pause(minutes(1), minutes(4));
  scored(script.says(true, Saying::kImageRequest), "image_request", 0.95F);
}

void write_fast_solicitor(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.says(true, Saying::kOpening);
  script.pause(seconds(10), seconds(40));
  script.says(false, Saying::kReply);
  script.pause(seconds(10), seconds(40));
  script.says(true, Saying::kPersonalInfo).starts_risk = true;
  script.pause(seconds(10), seconds(40));
  script.says(true, Saying::kRiskAssessment);
  script.pause(seconds(10), seconds(50));
  script.says(false, Saying::kReply);
  script.pause(seconds(20), minutes(1));
  Act& harm = script.does(true, InteractionKind::kMessage);
  scored(harm, "sexual", 0.9F);
  harm.is_harm = true;
  script.pause(seconds(20), minutes(1));
  scored(script.says(true, Saying::kImageRequest), "image_request", 0.92F);
  script.pause(seconds(20), minutes(2));
  script.says(true, Saying::kContactExchange);
  script.pause(seconds(20), minutes(2));
  script.does(false, InteractionKind::kBlock);
}

void write_slow_truster(Story& story, Script& script) {
  story.mutual_contacts = 1;
  befriend(script);
  for (int day = 0; day < 20; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(6));
    script.chat(4 + day % 3, Saying::kSmallTalk, Saying::kReply);
    if (day > 3 && day % 4 == 0) script.says(true, Saying::kFlattery);
    if (day == 7) script.says(true, Saying::kPersonalInfo).starts_risk = true;
    if (day > 7 && day % 3 == 0) script.says(true, Saying::kPersonalInfo);
    if (day == 12 || day == 17) script.says(true, Saying::kRiskAssessment);
    if (day == 13 || day == 16 || day == 19) script.says(true, Saying::kSecrecy);
    if (day == 14) script.says(true, Saying::kOtherApp);
    if (day == 15) script.moves(ChannelKind::kExternal, true);
  }
  script.go_to(days(21));
  script.chat(6, Saying::kFlattery, Saying::kReply);
  Act& harm = script.says(true, Saying::kImageRequest);
  scored(harm, "image_request", 0.9F);
  harm.is_harm = true;
  script.go_to(days(22));
  scored(script.does(true, InteractionKind::kMessage), "sexual", 0.88F);
}

void write_scattergun(Story& story, Script& script) {
  story.mutual_contacts = 0;
  story.is_about_actor = true;
  const std::size_t count = 20 + script.random().below(kMostTargets - 20 + 1);
  for (std::size_t i = 1; i < count; ++i) story.targets.push_back(any_minor(script.random()));
  for (std::size_t i = 0; i < count; ++i) {
    script.turn_to(i);
    script.does(true, InteractionKind::kContactRequest).starts_risk = i == 9;
    script.pause(seconds(20), minutes(2));
    script.says(true, Saying::kOpening);
    script.pause(minutes(2), hours(2));
    if (i % 5 == 0) script.does(false, InteractionKind::kContactAccept);
    if (i % 5 == 1) script.does(false, InteractionKind::kContactRemove);
    if (i % 7 == 3) script.does(false, InteractionKind::kBlock);
    if (i % 5 == 0) script.says(true, i % 2 == 0 ? Saying::kContactExchange : Saying::kOtherApp);
    script.pause(minutes(1), hours(3));
  }
  script.turn_to(0);
  Act& harm = script.says(true, Saying::kImageRequest);
  scored(harm, "image_request", 0.9F);
  harm.is_harm = true;
}

void write_no_text(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.switch_to(ChannelKind::kPublicRoom);
  befriend(script);
  std::int64_t value = 500;
  for (int day = 0; day < 4; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    Act& gift = script.gives(true, value);
    gift.starts_risk = day == 1;
    value *= 2;
    script.pause(minutes(10), hours(2));
    if (day == 0) script.moves(ChannelKind::kGroup, true);
    if (day == 1) script.moves(ChannelKind::kDirect, true);
    if (day == 2) script.calls(true, CallKind::kVoice, minutes(12));
  }
  script.go_to(days(5));
  script.calls(true, CallKind::kVideo, minutes(9));
  script.pause(minutes(10), hours(2));
  script.moves(ChannelKind::kExternal, true).is_harm = true;
  script.go_to(days(6));
  script.gives(true, value);
}

void write_blackmailer(Story& story, Script& script) {
  story.mutual_contacts = 0;
  befriend(script);
  script.chat(10, Saying::kSmallTalk, Saying::kReply);
  script.go_to(days(1));
  script.chat(6, Saying::kFlattery, Saying::kReply);
  script.says(true, Saying::kSecrecy).starts_risk = true;
  script.pause(minutes(1), minutes(9));
  scored(script.says(true, Saying::kImageRequest), "image_request", 0.85F);
  script.pause(minutes(5), minutes(30));
  script.does(false, InteractionKind::kMessage).media = MediaKind::kImage;
  script.go_to(days(2));
  Act& harm = script.says(true, Saying::kPressure);
  scored(harm, "threat", 0.94F);
  harm.is_harm = true;
  for (int i = 0; i < 3; ++i) {
    script.pause(minutes(20), hours(3));
    script.gives(false, 2000);
    script.pause(minutes(5), hours(1));
    scored(script.says(true, Saying::kPressure), "threat", 0.9F);
  }
}

void write_class_chat(Story& story, Script& script) {
  story.actor = any_minor(script.random());
  story.actor.band = story.targets[0].band;
  story.mutual_contacts = 18;
  script.switch_to(ChannelKind::kGroup);
  for (int night = 0; night < 3; ++night) {
    script.go_to(days(night) + hours(10));
    for (int i = 0; i < 60; ++i) {
      Act& act = script.says(i == 0 || script.random().below(2) == 0, Saying::kClassTalk);
      if (i % 15 == 7) act.media = MediaKind::kImage;
      script.pause(seconds(10), minutes(8));
    }
    script.gives(night % 2 == 0, 100);
  }
}

void write_family(Story& story, Script& script) {
  story.trusted = TrustedRelationKind::kFamily;
  story.mutual_contacts = 6;
  for (int day = 0; day < 20; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(10));
    script.chat(3, Saying::kFamilyTalk, Saying::kReply);
    if (day % 4 == 1) script.says(true, Saying::kRiskAssessment);
    if (day % 6 == 2) script.gives(true, 1500);
    if (day % 3 == 0) script.calls(day % 2 == 0, CallKind::kVideo, minutes(6));
  }
}

void write_teacher(Story& story, Script& script) {
  story.trusted = TrustedRelationKind::kTeacher;
  story.mutual_contacts = 25;
  script.switch_to(ChannelKind::kGroup);
  for (int day = 0; day < 20; day += 2) {
    script.go_to(days(day));
    script.pause(hours(0), hours(5));
    script.chat(4, Saying::kCoachTalk, Saying::kReply);
    if (day == 10) script.moves(ChannelKind::kDirect, true);
  }
}

void write_gift_friends(Story& story, Script& script) {
  story.actor = any_minor(script.random());
  story.actor.band = story.targets[0].band;
  story.mutual_contacts = 9;
  befriend(script);
  for (int day = 0; day < 12; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    script.chat(6, Saying::kSmallTalk, Saying::kReply);
    script.gives(day % 2 == 0, 100 + 50 * day);
    if (day == 5) script.says(true, Saying::kSecrecy);
  }
}

void write_neighbour(Story& story, Script& script) {
  story.mutual_contacts = 8;
  for (int day = 0; day < 20; day += 3) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    script.chat(3, Saying::kSmallTalk, Saying::kReply);
  }
}

struct Row {
  Archetype archetype;
  std::string_view name;
  Duration length;
  bool is_risky;
  void (*write)(Story&, Script&);
};

constexpr Row kRows[] = {
    {Archetype::kGiftGroomer, "gift_groomer", days(7), true, write_gift_groomer},
    {Archetype::kFastSolicitor, "fast_solicitor", minutes(10), true, write_fast_solicitor},
    {Archetype::kSlowTruster, "slow_truster", days(23), true, write_slow_truster},
    {Archetype::kScattergun, "scattergun", days(6), true, write_scattergun},
    {Archetype::kNoText, "no_text", days(7), true, write_no_text},
    {Archetype::kBlackmailer, "blackmailer", days(3), true, write_blackmailer},
    {Archetype::kClassChat, "class_chat", days(4), false, write_class_chat},
    {Archetype::kFamily, "family", days(21), false, write_family},
    {Archetype::kTeacher, "teacher", days(20), false, write_teacher},
    {Archetype::kGiftFriends, "gift_friends", days(13), false, write_gift_friends},
    {Archetype::kNeighbour, "neighbour", days(20), false, write_neighbour},
};
static_assert(std::size(kRows) == kRiskyArchetypes + kBenignArchetypes);

const Row& row_of(Archetype archetype) {
  const Row& row = kRows[static_cast<std::size_t>(archetype)];
  check(row.archetype == archetype, "the table of archetypes is in order");
  return row;
}

}  // namespace

Archetype risky_archetype(std::uint64_t n) { return static_cast<Archetype>(n % kRiskyArchetypes); }
Archetype benign_archetype(std::uint64_t n) { return static_cast<Archetype>(kRiskyArchetypes + n % kBenignArchetypes); }

std::string_view archetype_name(Archetype archetype) { return row_of(archetype).name; }
Duration usual_length(Archetype archetype) { return row_of(archetype).length; }

Story make_story(Archetype archetype, Random& random) {
  const Row& row = row_of(archetype);
  Story story;
  story.archetype = archetype;
  story.is_risky = row.is_risky;
  story.actor = kAdult;
  story.targets = {any_minor(random)};
  Script script(random);
  row.write(story, script);
  story.acts = std::move(script).in_order();
  return story;
}

}  // namespace pairwatch::generator
