// The signals: behaviours that speak for a stage of grooming. The table in signal.cc is the one place that names them.
//
// To add one: give it its number here and its row in signal.cc, its parameters a default in the room that sees it
// (processors/relationship/config.h or processors/escalation/config.h) and a line in config/rules/, its function a row in
// that room's table, its sentence a row in each processors/escalation/sentences_*.cc. A missing row does not compile or fails a
// test.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pairwatch {

/// Numbers as in pairwatch.v1.Stage.
enum class Stage : std::uint8_t {
  kNone = 0,
  kTargeting = 1,
  kGainingTrust = 2,
  kFillingANeed = 3,
  kIsolating = 4,
  kSexualizing = 5,
  kMaintainingControl = 6,
};
inline constexpr int kStageCount = 7;

/// Numbers are stored in state and travel in messages: never reused, below 64. Gaps belong to signals not built yet.
enum class Signal : std::uint8_t {
  kStrangerContact = 1,
  kFriendOfFriendContact = 2,
  kScattergun = 3,
  kCopiedOpening = 4,
  kAttentionSkew = 5,
  kNewAccount = 6,
  kAgeInconsistency = 7,
  kPeerImpersonation = 8,
  kPublicToPrivateOrigin = 9,
  kMessageBurstNewContact = 10,
  kAttentionRamp = 11,
  kPersonalInfoProbe = 12,
  kFlattery = 13,
  kRiskAssessmentProbe = 14,
  kPersonaOffer = 15,
  kGift = 16,
  kGiftEscalation = 17,
  kPaymentForImages = 18,
  kMoveToPrivate = 19,
  kContactExchange = 20,
  kEphemeralChannel = 21,
  kSecrecyRequest = 22,
  kExclusivity = 23,
  kSexualContent = 24,
  kImageRequest = 25,
  kImageSent = 26,
  kVideoCall = 27,
  kGameOrDare = 28,
  kMeetupRequest = 29,
  kThreat = 30,
  kBlackmailMoney = 31,
  kSecrecyByFear = 32,
  kRecontactAfterBlock = 33,
  kBlockedOrReported = 34,
  kInstantSolicitation = 35,
  kPriorConfirmed = 36,
  kSharedIndicator = 37,
  kMultipleRiskyAdults = 38,
  kRapidStageProgress = 39,
  kStageBreadth = 40,
};
inline constexpr int kSignalNumberLimit = 64;
inline constexpr int kSignalCount = 40;

/// One row of the table.
struct SignalInfo {
  Signal signal;
  std::string_view name;  ///< as in metrics, rules and escalations
  Stage stage;            ///< kNone: it speaks for no stage of its own
};

/// All signals, in order of their numbers.
const std::array<SignalInfo, kSignalCount>& all_signals();

/// The row of a signal; `signal` must be one of the table.
const SignalInfo& info(Signal signal);

/// Position of a signal in all_signals(), 0 to kSignalCount - 1.
int signal_index(Signal signal);

/// The signal of that name or number, if there is one.
std::optional<Signal> signal_named(std::string_view name);
std::optional<Signal> signal_numbered(std::uint32_t number);

/// Name of a stage in rules and explanations, for instance `gaining_trust`; `none` for kNone.
std::string_view stage_name(Stage stage);

/// The bit of a signal in a mask such as pairwatch.v1.Interaction.text_signals.
constexpr std::uint64_t signal_bit(Signal signal) { return std::uint64_t{1} << static_cast<unsigned>(signal); }

}  // namespace pairwatch
