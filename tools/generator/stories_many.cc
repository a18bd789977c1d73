// Risky accounts that are seen over many pairs or come back, and those that need no words.
#include "tools/generator/archetypes.h"

namespace pairwatch::generator {

void write_scattergun(Story& story, Script& script) {
  story.mutual_contacts = 0;
  story.labels = {{SubjectKind::kActor, 0, 0, false}};
  const std::size_t count = 20 + script.random().below(21);
  for (std::size_t i = 1; i < count; ++i) story.targets.push_back({any_minor(script.random()), {}, 0});
  for (std::size_t i = 0; i < count; ++i) {
    script.turn_to(i);
    script.does(true, InteractionKind::kContactRequest).starts_risk = i == 9;
    script.pause(seconds(20), minutes(2));
    script.says(true, Saying::kOpening).is_copied = true;
    script.pause(minutes(2), hours(2));
    if (i % 5 == 0) script.does(false, InteractionKind::kContactAccept);
    if (i % 5 == 1) script.does(false, InteractionKind::kContactRemove);
    if (i % 7 == 3) script.does(false, InteractionKind::kBlock);
    if (i % 5 == 0) script.says(true, i % 2 == 0 ? Saying::kContactExchange : Saying::kOtherApp);
    script.pause(minutes(1), hours(3));
  }
  script.turn_to(0);
  script.says_scored(Saying::kImageRequest, "image_request", 0.9F).is_harm = true;
}

void write_peer_impersonation(Story& story, Script& script) {
  story.mutual_contacts = 0;
  story.actors[0].age = {AgeBand::k13To15, AgeAssurance::kSelfDeclared};
  story.actors[0].account_age = days(3);
  for (int i = 1; i < 15; ++i) story.targets.push_back({any_minor(script.random()), {}, 0});
  script.does(true, InteractionKind::kContactRequest);
  script.pause(minutes(2), minutes(30));
  script.does(false, InteractionKind::kContactAccept);
  for (std::size_t i = 1; i < story.targets.size(); ++i) {
    script.turn_to(i);
    script.does(true, InteractionKind::kContactRequest);
    script.pause(minutes(2), minutes(40));
    if (i % 3 == 0) script.does(false, InteractionKind::kContactAccept);
    if (i % 3 == 0) script.says(true, Saying::kOpening).is_copied = true;
    script.pause(minutes(2), minutes(40));
  }
  script.turn_to(0);
  script.go_to(days(1));
  script.chat(6, Saying::kSmallTalk, Saying::kReply);
  script.chat(4, Saying::kPersonalInfo, Saying::kReply);
  script.go_to(days(2));
  script.says(true, Saying::kRiskAssessment).starts_risk = true;
  script.pause(minutes(1), minutes(9));
  script.chat(4, Saying::kFlattery, Saying::kReply);
  script.says(true, Saying::kSecrecy);
  script.go_to(days(3));
  script.moves(ChannelKind::kExternal, true);
  script.pause(minutes(1), minutes(9));
  script.says_scored(Saying::kImageRequest, "image_request", 0.9F);
  script.pause(minutes(1), minutes(9));
  script.says(false, Saying::kRefusal);
  script.go_to(days(4));
  script.says_scored(Saying::kImageRequest, "image_request", 0.93F);
  script.pause(minutes(1), minutes(9));
  script.says_scored(Saying::kPressure, "threat", 0.88F).is_harm = true;
}

void write_recontact(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.befriend();
  script.chat(6, Saying::kSmallTalk, Saying::kReply);
  script.says(true, Saying::kFlattery);
  script.pause(minutes(1), minutes(9));
  script.says(true, Saying::kImageRequest);
  script.pause(minutes(1), minutes(9));
  script.does(false, InteractionKind::kBlock);
  for (int day = 1; day < 4; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(5));
    script.does(true, InteractionKind::kContactRequest).starts_risk = day == 1;
    script.pause(minutes(1), minutes(9));
    script.says(true, day == 1 ? Saying::kExclusivity : Saying::kPressure);
    script.pause(minutes(1), minutes(9));
    script.says(true, Saying::kContactExchange);
    script.pause(minutes(5), minutes(50));
    if (day < 3) script.does(false, InteractionKind::kBlock);
  }
  script.says_scored(Saying::kPressure, "threat", 0.9F).is_harm = true;
}

void write_ban_evader(Story& story, Script& script) {
  story.mutual_contacts = 0;
  story.actors[0].device = 1;
  story.actors.push_back(story.actors[0]);
  story.actors[1].account_age = hours(1);
  story.labels = {{SubjectKind::kPair, 0, 0, true}, {SubjectKind::kPair, 1, 0, false}};
  script.befriend();
  script.chat(6, Saying::kSmallTalk, Saying::kReply);
  script.says(true, Saying::kFlattery);
  script.pause(minutes(1), minutes(9));
  script.says(true, Saying::kImageRequest).starts_risk = true;
  script.pause(minutes(1), minutes(9));
  script.does(false, InteractionKind::kBlock);
  script.act_as(1);
  script.go_to(days(1));
  script.does(true, InteractionKind::kContactRequest);
  script.pause(minutes(1), minutes(30));
  script.says(true, Saying::kOpening).starts_risk = true;
  script.pause(minutes(1), minutes(30));
  script.says(false, Saying::kReply);
  script.pause(minutes(1), minutes(30));
  script.says(true, Saying::kExclusivity);
  script.go_to(days(2));
  script.chat(4, Saying::kPersonalInfo, Saying::kReply);
  script.says(true, Saying::kContactExchange);
  script.go_to(days(3));
  script.says_scored(Saying::kImageRequest, "image_request", 0.86F);
  script.pause(minutes(1), minutes(9));
  script.says_scored(Saying::kPressure, "threat", 0.9F).is_harm = true;
}

/// Three adults, each doing little; together they are around one minor.
void write_circle(Story& story, Script& script) {
  story.mutual_contacts = 0;
  story.actors.push_back(story.actors[0]);
  story.actors.push_back(story.actors[0]);
  story.labels = {{SubjectKind::kTarget, 0, 0, false}};
  for (std::size_t actor = 0; actor < 3; ++actor) {
    script.rewind_to(days(static_cast<std::int64_t>(actor)));
    script.act_as(actor);
    script.befriend();
    script.chat(4, Saying::kSmallTalk, Saying::kReply);
    script.chat(2, Saying::kPersonalInfo, Saying::kReply);
    script.pause(hours(1), hours(4));
    script.says(true, Saying::kFlattery);
    script.pause(minutes(1), hours(1));
    Act& act = script.says(true, actor == 0 ? Saying::kRiskAssessment : Saying::kFlattery);
    act.starts_risk = actor == 1;
    script.go_to(days(3 + static_cast<std::int64_t>(actor)));
    script.gives(true, 700);
    script.pause(minutes(1), hours(1));
    script.says(true, actor == 1 ? Saying::kSecrecy : Saying::kContactExchange);
    script.pause(minutes(1), hours(1));
    script.says(true, Saying::kOtherApp);
    script.pause(minutes(1), hours(1));
  }
  script.says_scored(Saying::kImageRequest, "image_request", 0.85F).is_harm = true;
}

void write_no_text(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.switch_to(ChannelKind::kPublicRoom);
  script.befriend();
  std::int64_t value = 500;
  for (int day = 0; day < 4; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(8));
    script.gives(true, value).starts_risk = day == 1;
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

void write_no_text_calls(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.befriend();
  for (int day = 0; day < 3; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(4));
    for (int i = 0; i < 40; ++i) {
      script.sends(i % 4 != 3, i == 20 ? MediaKind::kImage : MediaKind::kNone);
      script.pause(seconds(20), minutes(6));
    }
    if (day == 0) script.calls(true, CallKind::kVoice, minutes(30)).starts_risk = true;
    if (day == 1) script.moves(ChannelKind::kDirect, true).is_ephemeral = true;
    if (day > 0) script.calls(true, CallKind::kVideo, minutes(15));
    script.pause(minutes(30), hours(1));
    script.sends(true, MediaKind::kImage);
  }
  script.gives(true, 2500);
  script.go_to(days(3));
  script.calls(true, CallKind::kVideo, minutes(30));
  script.pause(minutes(30), hours(1));
  script.sends(false, MediaKind::kImage).is_harm = true;
  script.pause(minutes(10), hours(1));
  script.gives(true, 5000);
}

}  // namespace pairwatch::generator
