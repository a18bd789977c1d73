// The nouns of the rooms and the generated enums have the same numbers and names, so that a cast is a translation.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/escalation.pb.h"
#include "pairwatch/v1/event.pb.h"
#include "pairwatch/v1/indicator.pb.h"
#include "pairwatch/v1/interaction.pb.h"
#include "processors/core/age.h"
#include "processors/core/indicator.h"
#include "processors/core/kinds.h"
#include "processors/core/signal.h"

namespace pairwatch {
namespace {

/// The enumerators of a core enum beside those of the schema, prefix left out.
template <typename Enum>
using Names = std::vector<std::pair<Enum, std::string>>;

template <typename Enum>
void expect_same(const google::protobuf::EnumDescriptor* schema, const std::string& prefix, const Names<Enum>& names) {
  ASSERT_EQ(static_cast<std::size_t>(schema->value_count()), names.size() + 1) << schema->name() << ": zero and one for each name";
  EXPECT_EQ(schema->FindValueByNumber(0)->name(), prefix + "UNSPECIFIED");
  for (const auto& [value, name] : names) {
    const auto* entry = schema->FindValueByNumber(static_cast<int>(value));
    ASSERT_NE(entry, nullptr) << prefix << name;
    EXPECT_EQ(entry->name(), prefix + name);
  }
}

TEST(Enumerators, OfAgesAreThoseOfTheSchema) {
  expect_same<AgeBand>(v1::AgeBand_descriptor(), "AGE_BAND_",
                       {{AgeBand::kUnder13, "UNDER_13"},
                        {AgeBand::k13To15, "13_TO_15"},
                        {AgeBand::k16To17, "16_TO_17"},
                        {AgeBand::kAdult, "ADULT"}});
  expect_same<AgeAssurance>(v1::AgeAssurance_descriptor(), "AGE_ASSURANCE_",
                            {{AgeAssurance::kSelfDeclared, "SELF_DECLARED"},
                             {AgeAssurance::kEstimated, "ESTIMATED"},
                             {AgeAssurance::kVerified, "VERIFIED"}});
}

TEST(Enumerators, OfIndicatorsAreThoseOfTheSchema) {
  expect_same<IndicatorKind>(
      v1::IndicatorKind_descriptor(), "INDICATOR_KIND_",
      {{IndicatorKind::kDevice, "DEVICE"}, {IndicatorKind::kHandle, "HANDLE"}, {IndicatorKind::kAccount, "ACCOUNT"}});
  static_assert(kIndicatorKindCount == 4);
  expect_same<IndicatorOrigin>(v1::IndicatorOrigin_descriptor(), "INDICATOR_ORIGIN_",
                               {{IndicatorOrigin::kConfirmed, "CONFIRMED"}, {IndicatorOrigin::kImported, "IMPORTED"}});
}

TEST(Enumerators, OfPlacesAndThingsAreThoseOfTheSchema) {
  expect_same<ChannelKind>(v1::ChannelKind_descriptor(), "CHANNEL_KIND_",
                           {{ChannelKind::kPublicRoom, "PUBLIC_ROOM"},
                            {ChannelKind::kGroup, "GROUP"},
                            {ChannelKind::kDirect, "DIRECT"},
                            {ChannelKind::kVoice, "VOICE"},
                            {ChannelKind::kVideo, "VIDEO"},
                            {ChannelKind::kExternal, "EXTERNAL"}});
  static_assert(kChannelKindCount == 7);
  expect_same<MediaKind>(v1::MediaKind_descriptor(), "MEDIA_KIND_",
                         {{MediaKind::kImage, "IMAGE"},
                          {MediaKind::kVideo, "VIDEO"},
                          {MediaKind::kAudio, "AUDIO"},
                          {MediaKind::kFile, "FILE"},
                          {MediaKind::kSticker, "STICKER"}});
  expect_same<GiftKind>(v1::GiftKind_descriptor(), "GIFT_KIND_",
                        {{GiftKind::kItem, "ITEM"}, {GiftKind::kCurrency, "CURRENCY"}, {GiftKind::kSubscription, "SUBSCRIPTION"}});
  expect_same<CallKind>(v1::CallKind_descriptor(), "CALL_KIND_", {{CallKind::kVoice, "VOICE"}, {CallKind::kVideo, "VIDEO"}});
  expect_same<TrustedRelationKind>(v1::TrustedRelationKind_descriptor(), "TRUSTED_RELATION_KIND_",
                                   {{TrustedRelationKind::kFamily, "FAMILY"},
                                    {TrustedRelationKind::kGuardian, "GUARDIAN"},
                                    {TrustedRelationKind::kTeacher, "TEACHER"},
                                    {TrustedRelationKind::kStaff, "STAFF"}});
}

TEST(Enumerators, OfCasesAreThoseOfTheSchema) {
  expect_same<Severity>(v1::Severity_descriptor(), "SEVERITY_",
                        {{Severity::kWatch, "WATCH"}, {Severity::kReview, "REVIEW"}, {Severity::kUrgent, "URGENT"}});
  expect_same<EscalationStatus>(v1::EscalationStatus_descriptor(), "ESCALATION_STATUS_",
                                {{EscalationStatus::kOpened, "OPENED"},
                                 {EscalationStatus::kRaised, "RAISED"},
                                 {EscalationStatus::kUpdated, "UPDATED"},
                                 {EscalationStatus::kStoodDown, "STOOD_DOWN"}});
  expect_same<SubjectKind>(v1::SubjectKind_descriptor(), "SUBJECT_KIND_",
                           {{SubjectKind::kPair, "PAIR"}, {SubjectKind::kActor, "ACTOR"}, {SubjectKind::kTarget, "TARGET"}});
  expect_same<FactKind>(v1::FactKind_descriptor(), "FACT_KIND_",
                        {{FactKind::kFirstContact, "FIRST_CONTACT"},
                         {FactKind::kFirstReply, "FIRST_REPLY"},
                         {FactKind::kAccepted, "ACCEPTED"},
                         {FactKind::kRefused, "REFUSED"},
                         {FactKind::kBlocked, "BLOCKED"},
                         {FactKind::kReported, "REPORTED"},
                         {FactKind::kActivityDoubled, "ACTIVITY_DOUBLED"},
                         {FactKind::kFirstText, "FIRST_TEXT"}});
}

TEST(Enumerators, OfStagesAreThoseOfTheSchemaAndSoAreTheirNames) {
  const auto* schema = v1::Stage_descriptor();
  ASSERT_EQ(schema->value_count(), kStageCount);
  for (int number = 1; number < kStageCount; ++number) {
    std::string name = "STAGE_";
    for (const char c : stage_name(static_cast<Stage>(number))) name.push_back(static_cast<char>(std::toupper(c)));
    EXPECT_EQ(schema->FindValueByNumber(number)->name(), name);
  }
}

const std::vector<std::pair<InteractionKind, std::string>> kWhatWasDone = {
    {InteractionKind::kMessage, "message"},
    {InteractionKind::kContactRequest, "contact_request"},
    {InteractionKind::kContactAccept, "contact_accept"},
    {InteractionKind::kContactRemove, "contact_remove"},
    {InteractionKind::kGift, "gift"},
    {InteractionKind::kChannelMove, "channel_move"},
    {InteractionKind::kCall, "call"},
    {InteractionKind::kProfileChange, "profile_change"},
    {InteractionKind::kBlock, "block"},
    {InteractionKind::kReport, "report"},
};

TEST(Enumerators, OfInteractionsAreTheFieldNumbersOfTheEvent) {
  const auto* what = v1::InteractionEvent::descriptor()->FindOneofByName("what");
  ASSERT_NE(what, nullptr);
  ASSERT_EQ(static_cast<std::size_t>(what->field_count()), kWhatWasDone.size());
  for (const auto& [kind, name] : kWhatWasDone) {
    const auto* field = v1::InteractionEvent::descriptor()->FindFieldByNumber(static_cast<int>(kind));
    ASSERT_NE(field, nullptr) << name;
    EXPECT_EQ(field->name(), name);
    EXPECT_EQ(field->containing_oneof(), what);
  }
}

TEST(Enumerators, OfInteractionsAreThoseOfTheInteractionButForTheProfileChange) {
  const auto* schema = v1::InteractionKind_descriptor();
  ASSERT_EQ(static_cast<std::size_t>(schema->value_count()), kWhatWasDone.size()) << "zero, and all but the profile change";
  for (const auto& [kind, name] : kWhatWasDone) {
    const auto* entry = schema->FindValueByNumber(static_cast<int>(kind));
    if (kind == InteractionKind::kProfileChange) {
      EXPECT_EQ(entry, nullptr);
      continue;
    }
    ASSERT_NE(entry, nullptr) << name;
    std::string expected = "INTERACTION_KIND_";
    for (const char c : name) expected.push_back(static_cast<char>(std::toupper(c)));
    EXPECT_EQ(entry->name(), expected);
  }
}

}  // namespace
}  // namespace pairwatch
