// Risky relations that take seconds to days, and those that end in threats.
#include "tools/generator/archetypes.h"

namespace pairwatch::generator {

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
  script.pause(seconds(10), seconds(30));
  script.says_scored(Saying::kImageRequest, "image_request", 0.88F);
  script.pause(seconds(20), minutes(1));
  Act& harm = script.sends(true, MediaKind::kNone);
  harm.label = "sexual";
  harm.score = 0.9F;
  harm.is_harm = true;
  script.pause(seconds(20), minutes(1));
  script.says_scored(Saying::kImageRequest, "image_request", 0.92F);
  script.pause(seconds(20), minutes(2));
  script.says(true, Saying::kContactExchange);
  script.pause(seconds(20), minutes(2));
  script.does(false, InteractionKind::kBlock);
}

/// The fastest there is: hello, a request, and nineteen seconds later the next.
void write_seconds_solicitor(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.says(true, Saying::kOpening);
  script.pause(seconds(4), seconds(8));
  script.says_scored(Saying::kImageRequest, "image_request", 0.9F).starts_risk = true;
  script.pause(seconds(5), seconds(9));
  Act& harm = script.says_scored(Saying::kImageRequest, "sexual", 0.85F);
  harm.is_harm = true;
  script.pause(seconds(10), seconds(40));
  script.says(false, Saying::kRefusal);
  script.pause(seconds(10), seconds(40));
  script.says_scored(Saying::kImageRequest, "image_request", 0.93F);
  script.pause(seconds(10), seconds(30));
  script.does(false, InteractionKind::kReport);
}

void write_public_to_private(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.switch_to(ChannelKind::kPublicRoom);
  script.says(true, Saying::kOpening);
  script.pause(minutes(1), minutes(3));
  script.chat(6, Saying::kSmallTalk, Saying::kReply);
  script.moves(ChannelKind::kDirect, true).starts_risk = true;
  script.pause(minutes(1), minutes(5));
  script.chat(4, Saying::kPersonalInfo, Saying::kReply);
  script.says(true, Saying::kFlattery);
  script.pause(minutes(5), minutes(20));
  script.says(true, Saying::kRiskAssessment);
  script.pause(minutes(5), minutes(20));
  script.says(true, Saying::kOtherApp);
  script.pause(minutes(1), minutes(5));
  script.says(false, Saying::kReply);
  script.pause(minutes(5), minutes(20));
  script.says_scored(Saying::kImageRequest, "image_request", 0.84F);
  script.pause(minutes(1), minutes(5));
  script.moves(ChannelKind::kExternal, true).is_harm = true;
  script.pause(minutes(5), minutes(20));
  script.says(true, Saying::kSecrecy);
}

void write_ten_minutes(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.says(true, Saying::kOpening);
  script.pause(seconds(20), minutes(1));
  script.says(false, Saying::kReply);
  script.pause(seconds(20), minutes(1));
  script.says(true, Saying::kPersonalInfo).starts_risk = true;
  script.pause(seconds(20), minutes(1));
  script.says(false, Saying::kReply);
  script.pause(seconds(20), minutes(1));
  script.says(true, Saying::kContactExchange);
  script.pause(seconds(20), minutes(1));
  script.says(true, Saying::kOtherApp);
  script.pause(seconds(20), minutes(1));
  script.says(true, Saying::kSecrecy);
  script.pause(seconds(30), minutes(2));
  script.moves(ChannelKind::kExternal, true).is_harm = true;
  script.pause(minutes(2), minutes(9));
  script.says(false, Saying::kReply);
}

void write_dares(Story& story, Script& script) {
  story.mutual_contacts = script.random().below(2);
  script.befriend();
  script.chat(8, Saying::kSmallTalk, Saying::kReply);
  script.says(true, Saying::kDare).starts_risk = true;
  script.pause(minutes(1), minutes(4));
  script.chat(4, Saying::kDare, Saying::kReply);
  script.says(true, Saying::kRiskAssessment);
  script.go_to(days(1));
  script.says(true, Saying::kFlattery);
  script.pause(minutes(1), minutes(4));
  script.says(true, Saying::kDare);
  script.pause(minutes(1), minutes(4));
  script.says(true, Saying::kSecrecy);
  script.pause(minutes(1), minutes(4));
  script.calls(true, CallKind::kVideo, minutes(6));
  script.pause(minutes(7), minutes(12));
  script.says_scored(Saying::kImageRequest, "image_request", 0.8F);
  script.pause(minutes(1), minutes(4));
  script.says(false, Saying::kRefusal);
  script.pause(minutes(1), minutes(4));
  script.says_scored(Saying::kImageRequest, "sexual", 0.85F).is_harm = true;
}

/// The account says it is of the same age; what counts is what it does.
void write_sextortion(Story& story, Script& script) {
  story.mutual_contacts = 0;
  story.actors[0].age = {AgeBand::k16To17, AgeAssurance::kSelfDeclared};
  story.actors[0].account_age = days(2);
  script.does(true, InteractionKind::kContactRequest);
  script.pause(minutes(1), minutes(5));
  script.does(false, InteractionKind::kContactAccept);
  script.pause(minutes(1), minutes(3));
  script.says(true, Saying::kOpening);
  script.pause(minutes(1), minutes(3));
  script.chat(6, Saying::kFlattery, Saying::kReply);
  script.says(true, Saying::kOtherApp);
  script.pause(minutes(2), minutes(9));
  script.says_scored(Saying::kImageRequest, "image_request", 0.92F).starts_risk = true;
  script.pause(minutes(2), minutes(9));
  script.sends(false, MediaKind::kImage);
  script.pause(minutes(2), minutes(9));
  script.says_scored(Saying::kMoneyDemand, "threat", 0.93F);
  script.pause(minutes(2), minutes(9));
  script.says(false, Saying::kRefusal);
  script.pause(minutes(2), minutes(9));
  script.says_scored(Saying::kPressure, "threat", 0.95F);
  script.pause(minutes(20), hours(2));
  script.gives(false, 5000).is_harm = true;
  script.pause(hours(1), hours(3));
  script.says_scored(Saying::kMoneyDemand, "threat", 0.9F);
}

void write_blackmailer(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.befriend();
  script.chat(10, Saying::kSmallTalk, Saying::kReply);
  script.go_to(days(1));
  script.chat(6, Saying::kFlattery, Saying::kReply);
  script.says(true, Saying::kSecrecy).starts_risk = true;
  script.pause(minutes(1), minutes(9));
  script.says_scored(Saying::kImageRequest, "image_request", 0.85F);
  script.pause(minutes(5), minutes(30));
  script.sends(false, MediaKind::kImage);
  script.go_to(days(2));
  script.says_scored(Saying::kMoneyDemand, "threat", 0.94F);
  for (int i = 0; i < 3; ++i) {
    script.pause(minutes(20), hours(3));
    Act& paid = script.gives(false, 2000);
    paid.is_harm = i == 0;
    script.pause(minutes(5), hours(1));
    script.says_scored(i % 2 == 0 ? Saying::kPressure : Saying::kMoneyDemand, "threat", 0.9F);
  }
}

void write_controller(Story& story, Script& script) {
  story.mutual_contacts = script.random().below(3);
  script.befriend();
  for (int day = 0; day < 4; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(5));
    script.chat(8, Saying::kSmallTalk, Saying::kReply);
    if (day == 2) script.says(true, Saying::kExclusivity);
  }
  for (int day = 4; day < 8; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(5));
    Act& fear = script.says(true, Saying::kFear);
    fear.starts_risk = day == 4;
    script.pause(minutes(1), minutes(9));
    script.says(false, Saying::kRefusal);
    script.pause(minutes(1), minutes(9));
    script.says(true, day == 5 ? Saying::kSecrecy : Saying::kPressure);
    script.pause(minutes(1), minutes(9));
    if (day == 7) script.says_scored(Saying::kPressure, "threat", 0.9F).is_harm = true;
  }
}

}  // namespace pairwatch::generator
