// Ordinary relations of adults and minors.
#include "tools/generator/archetypes.h"

namespace pairwatch::generator {
namespace {

void add_targets(Story& story, Script& script, std::size_t count) {
  while (story.targets.size() < count) story.targets.push_back({any_minor(script.random()), {}, 0});
}

void live_as_family(Script& script) {
  for (int day = 0; day < 20; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(10));
    script.chat(3, Saying::kFamilyTalk, Saying::kReply);
    if (day % 4 == 1) script.says(true, Saying::kFamilyTalk);
    if (day % 6 == 2) script.gives(true, 1500);
    if (day % 3 == 0) script.calls(day % 2 == 0, CallKind::kVideo, minutes(6));
    if (day % 5 == 3) script.sends(day % 2 == 0, MediaKind::kImage);
  }
}

}  // namespace

void write_family(Story& story, Script& script) {
  story.trusted = TrustedRelationKind::kFamily;
  story.mutual_contacts = 6;
  live_as_family(script);
  script.go_to(days(20));
  script.says(true, Saying::kRiskAssessment);
}

void write_family_unflagged(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(3, 9));
  live_as_family(script);
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

void write_neighbour(Story& story, Script& script) {
  story.mutual_contacts = 8;
  for (int day = 0; day < 20; day += 3) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    script.chat(3, Saying::kSmallTalk, Saying::kReply);
  }
}

void write_coach_group(Story& story, Script& script) {
  story.labels = {{SubjectKind::kActor, 0, 0, false}};
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(8, 14));
  add_targets(story, script, 15);
  script.switch_to(ChannelKind::kGroup);
  for (int day = 0; day < 20; day += 3) {
    script.go_to(days(day));
    script.pause(hours(0), hours(3));
    for (std::size_t i = 0; i < story.targets.size(); ++i) {
      script.turn_to(i);
      script.says(true, Saying::kCoachTalk);
      script.pause(seconds(5), minutes(2));
      if (i % 2 == 0) script.says(false, Saying::kReply);
      script.pause(seconds(5), minutes(20));
    }
  }
}

void write_streamer(Story& story, Script& script) {
  story.labels = {{SubjectKind::kActor, 0, 0, false}};
  story.mutual_contacts = 0;
  add_targets(story, script, 30);
  script.switch_to(ChannelKind::kPublicRoom);
  for (int evening = 0; evening < 3; ++evening) {
    script.go_to(days(2 * evening));
    for (std::size_t i = 0; i < story.targets.size(); ++i) {
      script.turn_to(i);
      script.says(false, Saying::kStreamTalk);
      script.pause(seconds(5), minutes(1));
      if (i % 3 == 0) script.gives(false, 300);
      if (i % 2 == 0) script.says(true, Saying::kStreamTalk);
      script.pause(seconds(5), minutes(4));
    }
  }
  script.turn_to(3);
  script.gives(true, 2000);  // the giveaway
}

/// Strangers who stay strangers: they ask what everybody asks, and nothing follows.
void write_game_friend(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.switch_to(ChannelKind::kGroup);
  for (int evening = 0; evening < 18; evening += 3) {
    script.go_to(days(evening));
    script.pause(hours(0), hours(3));
    script.chat(8, Saying::kGuildTalk, Saying::kGuildTalk);
    if (evening == 3 || (evening == 9 && script.random().below(2) == 0)) script.says(true, Saying::kPersonalInfo);
    if (evening == 6) script.switch_to(ChannelKind::kDirect);
    if (evening > 3 && evening % 2 == 0) script.calls(true, CallKind::kVoice, hours(1));
    if (evening == 12 && script.random().below(3) == 0) script.gives(true, 300);
  }
}

void write_language_partner(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.befriend();
  script.chat(6, Saying::kSmallTalk, Saying::kReply);
  script.says(true, Saying::kPersonalInfo);
  for (int week = 0; week < 4; ++week) {
    script.go_to(days(7 * week));
    script.pause(hours(1), hours(4));
    script.chat(10, Saying::kTutorTalk, Saying::kSmallTalk);
    script.calls(week % 2 == 0, CallKind::kVoice, minutes(40));
    script.pause(minutes(41), minutes(60));
    script.chat(4, Saying::kSmallTalk, Saying::kSmallTalk);
  }
}

/// The minor writes first and most; the other answers as to all who write.
void write_young_fan(Story& story, Script& script) {
  story.mutual_contacts = 0;
  for (int day = 0; day < 15; day += 5) {
    script.go_to(days(day));
    for (int line = 0; line < 4; ++line) {
      script.says(false, line == 1 ? Saying::kFlattery : Saying::kStreamTalk);
      script.pause(minutes(1), minutes(40));
    }
    script.says(true, Saying::kReply);
    script.pause(minutes(1), minutes(5));
    script.says(true, Saying::kStreamTalk);
  }
  script.gives(true, 500);  // what every fan gets
}

void write_trader(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.switch_to(ChannelKind::kPublicRoom);
  script.chat(4, Saying::kTradeTalk, Saying::kTradeTalk);
  script.switch_to(ChannelKind::kDirect);
  for (int day = 0; day < 2; ++day) {
    script.go_to(days(day));
    script.chat(5, Saying::kTradeTalk, Saying::kTradeTalk);
    script.gives(true, 400 + 300 * day);
    script.pause(seconds(10), minutes(1));
    script.gives(false, 350 + 300 * day);
    script.pause(seconds(10), minutes(1));
    script.says(false, Saying::kTradeTalk);
  }
}

void write_guild(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(4, 30));
  script.switch_to(ChannelKind::kGroup);
  for (int night = 0; night < 14; night += 2) {
    script.go_to(days(night));
    script.pause(hours(0), hours(4));
    script.chat(10, Saying::kGuildTalk, Saying::kGuildTalk);
    script.calls(night % 4 == 0, CallKind::kVoice, hours(2));
    if (night % 6 == 4) script.gives(night % 4 == 0, 200);
  }
}

void write_support(Story& story, Script& script) {
  story.labels = {{SubjectKind::kActor, 0, 0, false}};
  story.mutual_contacts = 0;
  add_targets(story, script, 12);
  for (std::size_t i = 0; i < story.targets.size(); ++i) {
    script.turn_to(i);
    script.says(false, Saying::kSmallTalk);
    script.pause(minutes(1), minutes(30));
    script.chat(5, Saying::kSupportTalk, Saying::kReply);
    script.pause(hours(1), hours(7));
  }
}

void write_birthday_secret(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(3, 8));
  for (int day = 0; day < 5; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(6));
    script.chat(4, day % 2 == 0 ? Saying::kSecretTalk : Saying::kSmallTalk, Saying::kReply);
    if (day == 3) script.gives(true, 1000);
  }
}

void write_christmas_gift(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(2, 6));
  script.befriend();
  for (int day = 0; day < 10; day += 3) {
    script.go_to(days(day));
    script.pause(hours(0), hours(6));
    script.chat(4, Saying::kFamilyTalk, Saying::kReply);
  }
  script.gives(true, 5000);
  script.pause(minutes(1), minutes(30));
  script.says(false, Saying::kReply);
}

void write_carpool(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(2, 10));
  for (int day = 0; day < 20; day += 4) {
    script.go_to(days(day));
    script.pause(hours(0), hours(6));
    script.chat(4, Saying::kCarpoolTalk, Saying::kReply);
  }
}

void write_tutor(Story& story, Script& script) {
  story.mutual_contacts = static_cast<std::uint32_t>(script.random().between(1, 3));
  for (int day = 0; day < 28; day += 7) {
    script.go_to(days(day));
    script.pause(hours(0), hours(2));
    script.chat(6, Saying::kTutorTalk, Saying::kReply);
    script.sends(false, MediaKind::kImage);
    script.pause(minutes(1), minutes(9));
    script.calls(true, CallKind::kVideo, minutes(45));
    script.pause(minutes(46), minutes(60));
    script.sends(true, MediaKind::kFile);
  }
}

}  // namespace pairwatch::generator
