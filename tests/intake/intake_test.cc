// What intake does with a record: its one outcome, and what leaves. Long because every outcome and every reject has its sentence.
#include "processors/intake/intake.h"

#include <gtest/gtest.h>

#include "processors/core/hash.h"
#include "tests/intake/fakes.h"

namespace pairwatch::intake {
namespace {

using test::block;
using test::call;
using test::channel_move;
using test::contact_request;
using test::gift;
using test::message;
using test::profile_change;
using test::report;

// --- outcomes

TEST(Intake, ForwardsWhatAnAdultDoesTowardsAMinor) {
  Room room;
  EXPECT_EQ(room.take(message("a7", "m3").adult_to_minor()), Outcome::kForwarded);
  EXPECT_EQ(room.output().port, OutputPort::kInteractions);
}

TEST(Intake, EndsTrafficBetweenAdultsAtTheGate) {
  Room room;
  EXPECT_EQ(room.take(message("a7", "a8").adult_to_adult()), Outcome::kGated);
  EXPECT_TRUE(room.sink.outputs.empty());
  EXPECT_TRUE(room.sink.rejects.empty());
}

TEST(Intake, ForwardsTheMinorsReplySinceItIsContextForTheOtherDirection) {
  Room room;
  EXPECT_EQ(room.take(message("m3", "a7").minor_to_adult()), Outcome::kForwarded);
}

TEST(Intake, CountsAnEventWithoutTargetAsActivityOnly) {
  Room room;
  EXPECT_EQ(room.take(message("a7", "").without_target()), Outcome::kNoTarget);
  EXPECT_TRUE(room.sink.outputs.empty());
}

TEST(Intake, TellsEscalationOfAProfileChange) {
  Room room;
  auto event = profile_change("a7").tenant("app").at(minutes(2)).previous_age(AgeBand::k16To17);
  EXPECT_EQ(room.take(event), Outcome::kAccountChange);
  const v1::CaseInput input = room.case_input();
  EXPECT_EQ(room.output().key, std::string("app\x1f") + "a7");
  EXPECT_EQ(input.tenant(), "app");
  EXPECT_EQ(input.actor().account_id(), "a7");
  EXPECT_EQ(input.actor().age_band(), v1::AGE_BAND_ADULT);
  EXPECT_EQ(input.occurred_at_ms(), (test::kBaseTime + minutes(2)).ms);
  EXPECT_EQ(input.account_change().previous_age_band(), v1::AGE_BAND_16_TO_17);
  EXPECT_EQ(input.source_partition(), 3);
}

TEST(Intake, SaysWithEverythingItWritesByWhichRulesItReadTheEvent) {
  IntakeConfig config;
  config.rules = 0x0123456789abcdef;
  Room room(config);
  for (int i = 0; i < 2; ++i) {
    room.take(message("a7", "m3"));
    EXPECT_EQ(room.interaction().rules(), config.rules);
    room.take(channel_move("a7", "m3"));
    EXPECT_EQ(room.interaction().rules(), config.rules);
    room.take(profile_change("a7"));
    EXPECT_EQ(room.case_input().account_change().rules(), config.rules);
  }
}

TEST(Intake, WritesNoRulesWhereItKnowsNone) {
  Room room;
  room.take(message("a7", "m3"));
  EXPECT_EQ(room.interaction().rules(), 0u);
}

TEST(Intake, TakesAProfileChangeForOneEvenWhereItNamesATarget) {
  Room room;
  auto event = profile_change("a7");
  event.raw().mutable_target()->set_account_id("m3");
  EXPECT_EQ(room.take(event), Outcome::kAccountChange);
}

TEST(Intake, RefusesAProfileChangeToAnAgeItDoesNotKnow) {
  Room room;
  auto event = profile_change("a7");
  event.raw().mutable_profile_change()->set_previous_age_band(static_cast<v1::AgeBand>(9));
  EXPECT_EQ(room.take(event), Outcome::kDeadLetter);
  EXPECT_EQ(room.reject(), Reject::kUnknownEnumerator);
}

TEST(Intake, PassesOnWhatTheDecoderRefuses) {
  Room room;
  room.decoder.reject = Reject::kNestingTooDeep;
  EXPECT_EQ(room.take("anything"), Outcome::kDeadLetter);
  EXPECT_EQ(room.reject(), Reject::kNestingTooDeep);
}

TEST(Intake, RefusesARecordAboveItsSizeWithoutDecodingIt) {
  IntakeConfig config;
  config.max_record_bytes = 1024;
  Room room(config);
  room.decoder.reject = Reject::kMalformedProtobuf;
  EXPECT_EQ(room.take(std::string(1025, 'x')), Outcome::kDeadLetter);
  EXPECT_EQ(room.reject(), Reject::kRecordTooLarge);
  room.take(std::string(1024, 'x'));
  EXPECT_EQ(room.reject(), Reject::kMalformedProtobuf);
}

TEST(Intake, GoesOnAfterARefusedRecord) {
  Room room;
  EXPECT_EQ(room.take("\xff\xff"), Outcome::kDeadLetter);
  EXPECT_EQ(room.take(message("a7", "m3")), Outcome::kForwarded);
  EXPECT_EQ(room.sink.outputs.size(), 1U);
}

TEST(Intake, LetsATrustedRelationTravelOn) {
  Room room;
  auto event = message("a7", "m3").trusted_until(TrustedRelationKind::kTeacher, days(90));
  EXPECT_EQ(room.take(event), Outcome::kForwarded);
  EXPECT_EQ(room.interaction().trusted_relation(), v1::TRUSTED_RELATION_KIND_TEACHER);
  EXPECT_EQ(room.interaction().trusted_until_ms(), (test::kBaseTime + days(90)).ms);
}

TEST(Intake, ReadsAnExpiryInTheYear9999AsTheEndOfTime) {
  Room room;
  auto event = message("a7", "m3").trusted(TrustedRelationKind::kFamily);
  event.raw().mutable_trusted_relation()->mutable_expires_at()->set_seconds(253'402'300'799);
  EXPECT_EQ(room.take(event), Outcome::kForwarded);
  EXPECT_EQ(room.interaction().trusted_until_ms(), kLatestEventTime.ms);
}

// --- what travels

TEST(Intake, KeysAPairTheSameInBothDirections) {
  Room room;
  room.take(message("b", "a").tenant("app").adult_to_minor());
  const std::string there = room.output().key;
  room.take(message("a", "b").tenant("app").minor_to_adult());
  EXPECT_EQ(there, std::string("app\x1f") + "a\x1f" + "b");
  EXPECT_EQ(room.output().key, there);
}

TEST(Intake, CarriesTheFactsOfAMessage) {
  Room room;
  room.reader.findings = {signal_bit(Signal::kSecrecyRequest), 77, false};
  auto event = message("a7", "m3").id("e9").tenant("app").at(minutes(3)).in(ChannelKind::kGroup, "c5").ephemeral();
  event.text("keep it between us").language("en").media(MediaKind::kImage).links(2).label("threat", 0.5F);
  event.mutual_contacts(4).mutual_contacts_recent(3).actor_created(days(2)).actor_device("device").target_utc_offset(-300);
  event.target_assurance(AgeAssurance::kVerified).vulnerable_target();
  ASSERT_EQ(room.take(event), Outcome::kForwarded);

  const v1::Interaction out = room.interaction();
  EXPECT_EQ(out.event_id(), "e9");
  EXPECT_EQ(out.tenant(), "app");
  EXPECT_EQ(out.occurred_at_ms(), (test::kBaseTime + minutes(3)).ms);
  EXPECT_EQ(out.kind(), v1::INTERACTION_KIND_MESSAGE);
  EXPECT_EQ(out.actor().account_id(), "a7");
  EXPECT_EQ(out.actor().age_band(), v1::AGE_BAND_ADULT);
  EXPECT_EQ(out.actor().created_at_ms(), (test::kBaseTime - days(2)).ms);
  EXPECT_EQ(out.actor().device(), hash64("device"));
  EXPECT_EQ(out.target().account_id(), "m3");
  EXPECT_EQ(out.target().age_band(), v1::AGE_BAND_13_TO_15);
  EXPECT_EQ(out.target().age_assurance(), v1::AGE_ASSURANCE_VERIFIED);
  EXPECT_EQ(out.target().utc_offset_minutes(), -300);
  EXPECT_TRUE(out.target().heightened_vulnerability());
  EXPECT_FALSE(out.target().has_created_at_ms());
  EXPECT_EQ(out.channel().channel_id(), "c5");
  EXPECT_EQ(out.channel().kind(), v1::CHANNEL_KIND_GROUP);
  EXPECT_TRUE(out.channel().ephemeral());
  EXPECT_FALSE(out.has_moved_to());
  EXPECT_EQ(out.media(), v1::MEDIA_KIND_IMAGE);
  EXPECT_EQ(out.link_count(), 2U);
  EXPECT_EQ(out.text_signals(), signal_bit(Signal::kSecrecyRequest));
  EXPECT_EQ(out.text_fingerprint(), 77U);
  ASSERT_EQ(out.label_scores_size(), 1);
  EXPECT_EQ(out.label_scores(0).signal(), static_cast<std::uint32_t>(Signal::kThreat));
  EXPECT_EQ(out.label_scores(0).score(), 0.5F);
  EXPECT_EQ(out.mutual_contacts(), 4U);
  EXPECT_EQ(out.mutual_contacts_recent(), 3U);
  EXPECT_FALSE(out.has_trusted_until_ms());
  EXPECT_EQ(out.source_partition(), 3);
  EXPECT_EQ(out.source_offset(), 0);
  EXPECT_EQ(room.reader.last_language, "en");
}

TEST(Intake, CarriesTheFactsOfAGift) {
  Room room;
  room.take(gift("a7", "m3").value(2500, "EUR").gift_kind(GiftKind::kCurrency));
  EXPECT_EQ(room.interaction().kind(), v1::INTERACTION_KIND_GIFT);
  EXPECT_EQ(room.interaction().gift_kind(), v1::GIFT_KIND_CURRENCY);
  EXPECT_EQ(room.interaction().gift_value_minor(), 2500);
  EXPECT_EQ(room.interaction().gift_currency(), "EUR");
}

TEST(Intake, CarriesBothEndsOfAChannelMove) {
  Room room;
  room.take(channel_move("a7", "m3").from(ChannelKind::kGroup, "g").to(ChannelKind::kExternal, "x").accepted());
  EXPECT_EQ(room.interaction().channel().channel_id(), "g");
  EXPECT_EQ(room.interaction().channel().kind(), v1::CHANNEL_KIND_GROUP);
  EXPECT_EQ(room.interaction().moved_to().channel_id(), "x");
  EXPECT_EQ(room.interaction().moved_to().kind(), v1::CHANNEL_KIND_EXTERNAL);
  EXPECT_TRUE(room.interaction().accepted());
}

TEST(Intake, TakesTheEventsChannelWhereAMoveDoesNotSayWhereItCameFrom) {
  Room room;
  auto event = channel_move("a7", "m3").in(ChannelKind::kPublicRoom, "lobby");
  event.raw().mutable_channel_move()->clear_from();
  room.take(event);
  EXPECT_EQ(room.interaction().channel().channel_id(), "lobby");
}

TEST(Intake, CarriesTheLengthOfACallInMilliseconds) {
  Room room;
  room.take(call("a7", "m3").call_kind(CallKind::kVideo).lasting(milliseconds(61'500)));
  EXPECT_EQ(room.interaction().call_kind(), v1::CALL_KIND_VIDEO);
  EXPECT_EQ(room.interaction().call_duration_ms(), 61'500);
}

TEST(Intake, CarriesNothingOverFromTheEventBefore) {
  Room room;
  room.reader.findings = {signal_bit(Signal::kThreat), 5, false};
  auto full = message("a7", "m3").text("words").media(MediaKind::kFile).links(1).label("sexual", 1).mutual_contacts(1);
  room.take(full.mutual_contacts_recent(1).trusted_until(TrustedRelationKind::kStaff, days(1)).vulnerable_target().ephemeral());
  room.take(gift("a7", "m3").value(5));
  room.take(call("a7", "m3"));
  room.take(channel_move("a7", "m3").accepted());
  room.reader.findings = {};

  auto bare = block("m3", "a7").minor_to_adult().id("e1");
  bare.raw().clear_channel();
  room.take(bare);
  const v1::Interaction after_others = room.interaction();
  Room fresh;
  fresh.take(bare);
  v1::Interaction alone = fresh.interaction();
  alone.set_source_offset(after_others.source_offset());
  EXPECT_EQ(after_others.SerializeAsString(), alone.SerializeAsString());
}

TEST(Intake, TakesOnlyTheMemberThatIsMeantFromADecoderThatLeavesOthersFilled) {
  class Careless final : public EventDecoder {
   public:
    DecodeResult decode(std::string_view, std::span<const Header>, EventView& view) override {
      view_of(event_, view);
      view.message.text = "words";
      view.message.media = 1;
      view.gift.value_minor = 9;
      return {};
    }
    v1::InteractionEvent event_ = block("a7", "m3");
  } decoder;
  FakeTextReader reader;
  Intake intake({}, decoder, reader);
  test::CollectingSink sink;
  ASSERT_EQ(intake.process({}, sink), Outcome::kForwarded);
  v1::Interaction out;
  ASSERT_TRUE(out.ParseFromString(sink.outputs.at(0).value));
  EXPECT_TRUE(reader.texts.empty());
  EXPECT_EQ(out.media(), v1::MEDIA_KIND_UNSPECIFIED);
  EXPECT_EQ(out.gift_value_minor(), 0);
}

// --- text

TEST(Intake, ReadsOnlyMessagesThatHaveText) {
  Room room;
  room.take(message("a7", "m3"));
  room.take(gift("a7", "m3"));
  EXPECT_TRUE(room.reader.texts.empty());
  room.take(message("a7", "m3").text("hi"));
  EXPECT_EQ(room.reader.texts, std::vector<std::string>{"hi"});
}

TEST(Intake, DoesNotReadTheTextOfAGatedMessage) {
  Room room;
  room.take(message("a7", "a8").adult_to_adult().text("hi"));
  EXPECT_TRUE(room.reader.texts.empty());
}

TEST(Intake, PrefersThePlatformsFingerprint) {
  Room room;
  room.reader.findings.fingerprint = 5;
  room.take(message("a7", "m3").text("hi").fingerprint(9));
  EXPECT_EQ(room.interaction().text_fingerprint(), 9U);
}

TEST(Intake, TakesThePlatformsFingerprintWhereThereIsNoText) {
  Room room;
  room.take(message("a7", "m3").fingerprint(0));
  EXPECT_TRUE(room.interaction().has_text_fingerprint());
  EXPECT_EQ(room.interaction().text_fingerprint(), 0U);
}

TEST(Intake, GivesNoFingerprintWhereNothingIsLeftOfTheText) {
  Room room;
  room.take(message("a7", "m3").text("..."));
  EXPECT_FALSE(room.interaction().has_text_fingerprint());
}

TEST(Intake, CountsTextsThatWereCut) {
  Room room;
  room.reader.findings.truncated = true;
  room.take(message("a7", "m3").text("long"));
  EXPECT_EQ(room.tally().texts_truncated, 1U);
}

TEST(Intake, LetsNoWordOfAMessageLeave) {
  const std::string secret = "xylophone quagmire";
  IntakeConfig with_key;
  with_key.pseudonym_key = {"1", std::string(32, 's')};
  for (const IntakeConfig& config : {IntakeConfig{}, with_key}) {
    Room room(config);
    room.reader.findings = {signal_bit(Signal::kThreat), 123, false};
    ASSERT_EQ(room.take(message("a7", "m3").text(secret).label("threat", 1)), Outcome::kForwarded);
    const test::CollectedOutput& out = room.output();
    std::string everything = out.key + out.value;
    for (const auto& [name, value] : out.headers) everything += name + value;
    for (const char* word : {"xylophone", "quagmire", "agmire"}) {
      EXPECT_EQ(everything.find(word), std::string::npos) << word;
    }
  }
}

// --- counting

TEST(Intake, CountsRejectsAndUnknownFields) {
  Room room;
  room.decoder.unknown_fields = 2;
  room.take(message("a7", "m3"));
  room.take(message("a7", "a8").adult_to_adult());
  room.take(message("a7", "a7"));
  const Tally tally = room.tally();
  EXPECT_EQ(tally.unknown_fields, 6U);
  EXPECT_EQ(tally.count_of(Outcome::kForwarded), 1U);
  EXPECT_EQ(tally.count_of(Outcome::kGated), 1U);
  EXPECT_EQ(tally.count_of(Outcome::kDeadLetter), 1U);
  EXPECT_EQ(tally.rejects[static_cast<std::size_t>(Reject::kSelfInteraction)], 1U);
  EXPECT_EQ(room.tally().count_of(Outcome::kForwarded), 0U) << "taking the tally starts a new one";
}

TEST(Intake, RefusesAReportWithALongCategory) {
  Room room;
  EXPECT_EQ(room.take(report("m3", "a7").minor_to_adult().category(std::string(256, 'c'))), Outcome::kForwarded);
  EXPECT_EQ(room.take(report("m3", "a7").minor_to_adult().category(std::string(257, 'c'))), Outcome::kDeadLetter);
  EXPECT_EQ(room.reject(), Reject::kFieldTooLong);
}

TEST(Intake, ForwardsAContactRequest) {
  Room room;
  EXPECT_EQ(room.take(contact_request("a7", "m3")), Outcome::kForwarded);
  EXPECT_EQ(room.interaction().kind(), v1::INTERACTION_KIND_CONTACT_REQUEST);
}

}  // namespace
}  // namespace pairwatch::intake
