// Ordinary relations among minors, and relations of which only a classifier or single words speak.
#include <iterator>

#include "tools/generator/archetypes.h"

namespace pairwatch::generator {
namespace {

/// Both of one class.
void make_peers(Story& story, Script& script) {
  story.actors[0].age = any_minor(script.random());
  story.actors[0].age.band = story.targets[0].age.band;
}

}  // namespace

void write_class_chat(Story& story, Script& script) {
  make_peers(story, script);
  story.mutual_contacts = 18;
  script.switch_to(ChannelKind::kGroup);
  for (int night = 0; night < 3; ++night) {
    script.go_to(days(night) + hours(night == 0 ? 0 : 10));
    for (int i = 0; i < 60; ++i) {
      Act& act = script.says(i == 0 || script.random().below(2) == 0, Saying::kClassTalk);
      if (i % 15 == 7) act.media = MediaKind::kImage;
      script.pause(seconds(10), minutes(8));
    }
    script.gives(night % 2 == 0, 100);
  }
}

void write_gift_friends(Story& story, Script& script) {
  make_peers(story, script);
  story.mutual_contacts = 9;
  script.befriend();
  for (int day = 0; day < 12; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    script.chat(6, Saying::kSmallTalk, Saying::kReply);
    script.gives(day % 2 == 0, 100 + 50 * day);
    if (day == 5) script.says(true, Saying::kSecrecy);
  }
}

void write_new_pupil(Story& story, Script& script) {
  make_peers(story, script);
  story.labels = {{SubjectKind::kActor, 0, 0, false}};
  story.mutual_grows = true;
  story.actors[0].account_age = days(1);
  const AgeBand band = story.targets[0].age.band;
  while (story.targets.size() < 60) story.targets.push_back({{band, AgeAssurance::kSelfDeclared}, {}, 0});
  for (std::size_t i = 0; i < story.targets.size(); ++i) {
    script.turn_to(i);
    script.does(true, InteractionKind::kContactRequest);
    script.pause(seconds(20), minutes(30));
    if (i % 6 != 5) script.does(false, InteractionKind::kContactAccept);
    if (i % 4 == 0) script.chat(3, Saying::kClassTalk, Saying::kReply);
    script.pause(minutes(1), hours(1));
  }
}

/// Met in a game, and soon on everything else.
void write_online_friends(Story& story, Script& script) {
  make_peers(story, script);
  story.mutual_contacts = 0;
  script.befriend();
  script.chat(12, Saying::kOpening, Saying::kReply);
  for (int day = 0; day < 12; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(5));
    script.chat(14, Saying::kClassTalk, Saying::kClassTalk);
    if (day < 3) script.says(day != 1, Saying::kPersonalInfo);
    if (day == 3) script.says(true, Saying::kContactExchange);
    if (day == 5 || day == 6) script.sends(day == 5, MediaKind::kImage);
    if (day % 4 == 3) script.calls(day % 8 == 3, CallKind::kVideo, minutes(30));
  }
}

/// A couple of one school: compliments, pictures, secrets, the only one who understands.
void write_first_love(Story& story, Script& script) {
  make_peers(story, script);
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(5, 25));
  constexpr Saying kTold[] = {Saying::kFlattery, Saying::kSecretTalk, Saying::kExclusivity, Saying::kFlattery,
                              Saying::kImageRequest};
  for (int day = 0; day < 20; day += 2) {
    script.go_to(days(day));
    script.pause(hours(0), hours(4));
    script.chat(16, Saying::kClassTalk, Saying::kClassTalk);
    script.says(day % 4 == 0, kTold[static_cast<std::size_t>(day / 2) % std::size(kTold)]);
    if (day % 6 == 4) script.sends(day % 4 == 0, MediaKind::kImage);
    if (day % 6 == 2) script.calls(day % 4 == 0, CallKind::kVideo, minutes(50));
  }
}

void write_siblings(Story& story, Script& script) {
  story.actors[0].device = story.targets[0].device = 1;
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(5, 15));
  for (int day = 0; day < 14; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(10));
    script.chat(4, day % 3 == 1 ? Saying::kSecretTalk : Saying::kFamilyTalk, Saying::kReply);
    if (day % 4 == 0) script.sends(day % 8 == 0, MediaKind::kImage);
    if (day % 5 == 2) script.gives(true, 300);
    if (day % 6 == 3) script.calls(true, CallKind::kVideo, minutes(5));
  }
}

/// One message in a hundred has a score that it does not deserve.
void write_noisy_classifier(Story& story, Script& script) {
  if (script.random().below(2) == 0) make_peers(story, script);
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(3, 12));
  script.switch_to(ChannelKind::kGroup);
  for (int day = 0; day < 10; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    for (int i = 0; i < 12; ++i) {
      Act& act = script.says(i % 2 == 0, i % 2 == 0 ? Saying::kSmallTalk : Saying::kReply);
      if (script.random().below(100) == 0) {
        act.label = "sexual";
        act.score = 0.72F;
      }
      script.pause(seconds(20), minutes(4));
    }
  }
}

void write_trigger_words(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(0, 4));
  script.switch_to(ChannelKind::kGroup);
  for (int day = 0; day < 5; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    script.chat(8, day % 2 == 0 ? Saying::kGuildTalk : Saying::kTutorTalk, Saying::kGuildTalk);
  }
}

void write_old_friends(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(2, 12));
  for (int day = 0; day < 110; day += 4) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    script.chat(6, Saying::kSmallTalk, Saying::kSmallTalk);
    if (day % 40 == 20) script.gives(day % 80 == 20, 800);
    if (day % 28 == 8) script.calls(day % 56 == 8, CallKind::kVideo, minutes(20));
  }
  script.says(true, Saying::kSecretTalk);
}

void write_night_gamers(Story& story, Script& script) {
  make_peers(story, script);
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(0, 5));
  script.befriend();
  for (int night = 0; night < 6; ++night) {
    script.go_to(days(night));
    script.chat(30, Saying::kGuildTalk, Saying::kGuildTalk);
    script.calls(night % 2 == 0, night % 3 == 0 ? CallKind::kVideo : CallKind::kVoice, hours(4));
    script.gives(night % 2 == 1, 150);
    if (night == 2) script.moves(ChannelKind::kVoice, true);
    if (night == 4) script.says(true, Saying::kOtherApp);
    script.switch_to(ChannelKind::kDirect);
  }
}

}  // namespace pairwatch::generator
