// Risky relations that take days to months.
#include "tools/generator/archetypes.h"

namespace pairwatch::generator {

void write_gift_groomer(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.switch_to(ChannelKind::kGroup);
  script.befriend();
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
  script.says_scored(Saying::kImageRequest, "image_request", 0.93F).is_harm = true;
  script.pause(minutes(1), minutes(4));
  script.says(false, Saying::kRefusal);
  script.pause(minutes(1), minutes(4));
  script.says_scored(Saying::kImageRequest, "image_request", 0.95F);
}

void write_slow_truster(Story& story, Script& script) {
  story.mutual_contacts = 1;
  script.befriend();
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
  script.says_scored(Saying::kImageRequest, "image_request", 0.9F).is_harm = true;
  script.go_to(days(22));
  script.says_scored(Saying::kSmallTalk, "sexual", 0.88F).saying.reset();
}

/// Every other day a little talk; a behaviour every few days, each faded before the next.
void write_ten_weeks(Story& story, Script& script) {
  story.mutual_contacts = script.random().below(2);
  script.befriend();
  for (int day = 0; day < 68; day += 2) {
    script.go_to(days(day));
    script.pause(hours(0), hours(9));
    script.chat(4, Saying::kSmallTalk, Saying::kReply);
    if (day == 20) script.says(true, Saying::kPersonalInfo).starts_risk = true;
    if (day > 20 && day % 12 == 0) script.says(true, Saying::kFlattery);
    if (day == 30 || day == 46) script.says(true, Saying::kPersonalInfo);
    if (day == 38 || day == 62) script.gives(true, day == 38 ? 500 : 2500);
    if (day == 42 || day == 58) script.says(true, Saying::kExclusivity);
    if (day == 50 || day == 64) script.says(true, Saying::kSecrecy);
    if (day == 54) script.says(true, Saying::kOtherApp);
    if (day == 56) script.moves(ChannelKind::kExternal, true);
    if (day == 60 || day == 66) script.says(true, Saying::kRiskAssessment);
  }
  script.go_to(days(70));
  script.chat(4, Saying::kFlattery, Saying::kReply);
  script.says_scored(Saying::kImageRequest, "image_request", 0.9F).is_harm = true;
}

void write_message_flood(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.says(true, Saying::kOpening);
  script.pause(seconds(30), minutes(2));
  script.chat(4, Saying::kSmallTalk, Saying::kReply);
  script.says(true, Saying::kContactExchange).starts_risk = true;
  for (int day = 0; day < 14; ++day) {
    script.go_to(days(day) + hours(day == 0 ? 1 : 0));
    for (int i = 0; i < 186; ++i) {
      const bool actors = i % 3 != 2;
      const std::uint64_t of_fifty = script.random().below(50);
      Saying saying = actors ? Saying::kSmallTalk : Saying::kReply;
      if (actors && of_fifty == 0) saying = Saying::kFlattery;
      if (actors && of_fifty == 1 && day > 1) saying = Saying::kPersonalInfo;
      if (actors && of_fifty == 2 && day > 3) saying = Saying::kExclusivity;
      if (actors && of_fifty == 3 && day > 6) saying = Saying::kSecrecy;
      script.says(actors, saying);
      script.pause(seconds(10), minutes(8));
    }
  }
  script.go_to(days(14));
  script.says_scored(Saying::kImageRequest, "image_request", 0.9F).is_harm = true;
}

void write_isolator(Story& story, Script& script) {
  story.mutual_contacts = script.random().below(2);
  script.befriend();
  for (int day = 0; day < 11; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(6));
    script.chat(4 + day, Saying::kSmallTalk, Saying::kReply);
    if (day % 2 == 1) script.says(true, Saying::kFlattery);
    if (day == 3) script.says(true, Saying::kExclusivity).starts_risk = true;
    if (day > 3 && day % 2 == 0) script.says(true, Saying::kExclusivity);
    if (day == 5 || day == 9) script.says(true, Saying::kSecrecy);
    if (day == 7) script.says(true, Saying::kRiskAssessment);
    if (day == 8) script.calls(true, CallKind::kVoice, minutes(50));
  }
  script.go_to(days(11));
  script.calls(true, CallKind::kVideo, minutes(20));
  script.pause(minutes(20), minutes(40));
  script.says_scored(Saying::kImageRequest, "image_request", 0.85F).is_harm = true;
}

void write_paid_offer(Story& story, Script& script) {
  story.mutual_contacts = 0;
  script.does(true, InteractionKind::kContactRequest);
  script.pause(minutes(1), minutes(20));
  script.says(true, Saying::kOpening);
  script.pause(minutes(1), minutes(20));
  script.says(false, Saying::kReply);
  script.pause(minutes(1), minutes(9));
  script.says(true, Saying::kFlattery);
  script.pause(minutes(1), minutes(9));
  script.says(true, Saying::kOffer).starts_risk = true;
  script.pause(minutes(1), minutes(9));
  script.chat(4, Saying::kPersonalInfo, Saying::kReply);
  script.go_to(days(1));
  script.says(true, Saying::kOffer);
  script.pause(minutes(1), minutes(9));
  script.says(true, Saying::kSecrecy);
  script.pause(minutes(1), minutes(9));
  script.says(false, Saying::kReply);
  script.pause(minutes(1), minutes(9));
  script.says(true, Saying::kContactExchange);
  script.go_to(days(2));
  script.gives(true, 1500);
  script.pause(minutes(1), minutes(9));
  script.says_scored(Saying::kMoneyForImages, "image_request", 0.9F).is_harm = true;
  script.pause(minutes(10), minutes(60));
  script.sends(false, MediaKind::kImage);
  script.pause(minutes(10), minutes(60));
  script.gives(true, 5000);
}

void write_meeting(Story& story, Script& script) {
  story.mutual_contacts = script.random().below(3);
  script.befriend();
  for (int day = 0; day < 5; ++day) {
    script.go_to(days(day));
    script.pause(hours(0), hours(5));
    script.chat(8, Saying::kSmallTalk, Saying::kReply);
    if (day == 1) script.says(true, Saying::kPersonalInfo).starts_risk = true;
    if (day > 1) script.says(true, Saying::kPersonalInfo);
    if (day == 2) script.says(true, Saying::kFlattery);
    if (day == 3) script.says(true, Saying::kRiskAssessment);
    if (day == 4) script.says(true, Saying::kSecrecy);
  }
  script.go_to(days(5));
  script.says(true, Saying::kMeeting);
  script.pause(minutes(2), minutes(9));
  script.says(false, Saying::kReply);
  script.pause(minutes(2), minutes(9));
  script.says(true, Saying::kMeeting);
  script.pause(hours(2), hours(8));
  script.says(true, Saying::kMeeting).is_harm = true;
}

}  // namespace pairwatch::generator
