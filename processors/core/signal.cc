#include "processors/core/signal.h"

#include "processors/core/check.h"

namespace pairwatch {
namespace {

constexpr std::array<SignalInfo, kSignalCount> kSignals = {{
    {Signal::kStrangerContact, "stranger_contact", Stage::kTargeting},
    {Signal::kFriendOfFriendContact, "friend_of_friend_contact", Stage::kTargeting},
    {Signal::kScattergun, "scattergun", Stage::kTargeting},
    {Signal::kCopiedOpening, "copied_opening", Stage::kTargeting},
    {Signal::kAttentionSkew, "attention_skew", Stage::kTargeting},
    {Signal::kNewAccount, "new_account", Stage::kTargeting},
    {Signal::kAgeInconsistency, "age_inconsistency", Stage::kTargeting},
    {Signal::kPeerImpersonation, "peer_impersonation", Stage::kTargeting},
    {Signal::kPublicToPrivateOrigin, "public_to_private_origin", Stage::kTargeting},
    {Signal::kMessageBurstNewContact, "message_burst_new_contact", Stage::kGainingTrust},
    {Signal::kAttentionRamp, "attention_ramp", Stage::kGainingTrust},
    {Signal::kPersonalInfoProbe, "personal_info_probe", Stage::kGainingTrust},
    {Signal::kFlattery, "flattery", Stage::kGainingTrust},
    {Signal::kRiskAssessmentProbe, "risk_assessment_probe", Stage::kGainingTrust},
    {Signal::kPersonaOffer, "persona_offer", Stage::kFillingANeed},
    {Signal::kGift, "gift", Stage::kFillingANeed},
    {Signal::kGiftEscalation, "gift_escalation", Stage::kFillingANeed},
    {Signal::kPaymentForImages, "payment_for_images", Stage::kFillingANeed},
    {Signal::kMoveToPrivate, "move_to_private", Stage::kIsolating},
    {Signal::kContactExchange, "contact_exchange", Stage::kIsolating},
    {Signal::kEphemeralChannel, "ephemeral_channel", Stage::kIsolating},
    {Signal::kSecrecyRequest, "secrecy_request", Stage::kIsolating},
    {Signal::kExclusivity, "exclusivity", Stage::kIsolating},
    {Signal::kSexualContent, "sexual_content", Stage::kSexualizing},
    {Signal::kImageRequest, "image_request", Stage::kSexualizing},
    {Signal::kImageSent, "image_sent", Stage::kSexualizing},
    {Signal::kVideoCall, "video_call", Stage::kSexualizing},
    {Signal::kGameOrDare, "game_or_dare", Stage::kSexualizing},
    {Signal::kMeetupRequest, "meetup_request", Stage::kSexualizing},
    {Signal::kThreat, "threat", Stage::kMaintainingControl},
    {Signal::kBlackmailMoney, "blackmail_money", Stage::kMaintainingControl},
    {Signal::kSecrecyByFear, "secrecy_by_fear", Stage::kMaintainingControl},
    {Signal::kRecontactAfterBlock, "recontact_after_block", Stage::kMaintainingControl},
    {Signal::kBlockedOrReported, "blocked_or_reported", Stage::kNone},
    {Signal::kInstantSolicitation, "instant_solicitation", Stage::kNone},
    {Signal::kPriorConfirmed, "prior_confirmed", Stage::kNone},
    {Signal::kSharedIndicator, "shared_indicator", Stage::kNone},
    {Signal::kMultipleRiskyAdults, "multiple_risky_adults", Stage::kNone},
    {Signal::kRapidStageProgress, "rapid_stage_progress", Stage::kNone},
    {Signal::kStageBreadth, "stage_breadth", Stage::kNone},
}};

constexpr std::array<std::int8_t, kSignalNumberLimit> index_by_number() {
  std::array<std::int8_t, kSignalNumberLimit> index{};
  for (auto& entry : index) entry = -1;
  for (int i = 0; i < kSignalCount; ++i)
    index[static_cast<std::size_t>(kSignals[static_cast<std::size_t>(i)].signal)] = static_cast<std::int8_t>(i);
  return index;
}
constexpr auto kIndexByNumber = index_by_number();

}  // namespace

const std::array<SignalInfo, kSignalCount>& all_signals() { return kSignals; }

int signal_index(Signal signal) {
  const int index = kIndexByNumber[static_cast<std::size_t>(signal) % kSignalNumberLimit];
  check(index >= 0, "the signal is a row of the table");
  return index;
}

const SignalInfo& info(Signal signal) { return kSignals[static_cast<std::size_t>(signal_index(signal))]; }

std::optional<Signal> signal_named(std::string_view name) {
  for (const SignalInfo& row : kSignals) {
    if (row.name == name) return row.signal;
  }
  return std::nullopt;
}

std::optional<Signal> signal_numbered(std::uint32_t number) {
  if (number >= kSignalNumberLimit || kIndexByNumber[number] < 0) return std::nullopt;
  return static_cast<Signal>(number);
}

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::kNone: return "none";
    case Stage::kTargeting: return "targeting";
    case Stage::kGainingTrust: return "gaining_trust";
    case Stage::kFillingANeed: return "filling_a_need";
    case Stage::kIsolating: return "isolating";
    case Stage::kSexualizing: return "sexualizing";
    case Stage::kMaintainingControl: return "maintaining_control";
  }
  return "none";
}

}  // namespace pairwatch
