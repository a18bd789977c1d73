#include "processors/core/rules.h"

namespace pairwatch {
namespace {

constexpr bool kAlsoAssuredMinors = true;
constexpr bool kReachesNoStage = false;

}  // namespace

// Peers chat all night, exchange secrets, pictures and gifts, meet and play dares, and that alone is nothing: with all of it at its
// cap the peer shares below leave the peer prior (-6.6) at a risk under 0.3 (a test holds it). Threats, blackmail, blocks and
// reports weigh in full: with demands for images they bring even an assured minor to a moderator.
std::array<SignalRule, kSignalCount> SignalRules::defaults() {
  std::array<SignalRule, kSignalCount> rules{};
  const auto set = [&](Signal signal, double weight, double cap, Duration half_life, double peer_share,
                       bool for_assured_minors = false, bool reaches_stage = true) {
    rules[static_cast<std::size_t>(signal_index(signal))] = {RuleState::kLive,   weight,        cap,       half_life,
                                                             for_assured_minors, reaches_stage, peer_share};
  };
  set(Signal::kStrangerContact, 0.9, 0.9, days(30), 0.25);
  set(Signal::kFriendOfFriendContact, 0.5, 0.5, days(30), 0.1);
  set(Signal::kScattergun, 1.2, 2.4, days(14), 1);
  set(Signal::kCopiedOpening, 0.8, 1.6, days(14), 1);
  set(Signal::kAttentionSkew, 0.6, 0.6, days(30), 1);
  set(Signal::kNewAccount, 0.4, 0.4, days(30), 0.1, !kAlsoAssuredMinors, kReachesNoStage);
  set(Signal::kAgeInconsistency, 1.2, 1.2, days(60), 1, !kAlsoAssuredMinors, kReachesNoStage);
  set(Signal::kPeerImpersonation, 4.8, 5.0, days(30), 1);
  set(Signal::kPublicToPrivateOrigin, 0.5, 0.5, days(30), 0.1);
  set(Signal::kMessageBurstNewContact, 0.9, 1.3, days(7), 0.1);
  set(Signal::kAttentionRamp, 0.7, 1.0, days(7), 0.1);
  set(Signal::kPersonalInfoProbe, 0.7, 1.8, days(14), 0.2);
  set(Signal::kFlattery, 0.65, 1.2, days(14), 0.1);
  set(Signal::kRiskAssessmentProbe, 1.4, 2.2, days(14), 0.2);
  set(Signal::kPersonaOffer, 1.71, 2.4, days(30), 0.1);
  set(Signal::kGift, 0.9, 1.8, days(30), 0.2);
  set(Signal::kGiftEscalation, 1.2, 1.2, days(30), 0.2);
  set(Signal::kPaymentForImages, 1.2, 1.6, days(30), 0.1);
  set(Signal::kMoveToPrivate, 1.0, 2.1, days(30), 0.2);
  set(Signal::kContactExchange, 2.8, 2.8, days(30), 0.15);
  set(Signal::kEphemeralChannel, 1.2, 1.2, days(30), 0.1);
  set(Signal::kSecrecyRequest, 2.4, 2.4, days(30), 0.2);
  set(Signal::kExclusivity, 1.42, 2.3, days(30), 0.1);
  set(Signal::kSexualContent, 2.03, 3.4, days(30), 0.6);
  set(Signal::kImageRequest, 2.55, 2.8, days(30), 0.4, kAlsoAssuredMinors);
  set(Signal::kImageSent, 0.5, 0.8, days(14), 0.05, !kAlsoAssuredMinors, kReachesNoStage);
  set(Signal::kVideoCall, 0.8, 1.3, days(14), 0.05, !kAlsoAssuredMinors, kReachesNoStage);
  set(Signal::kGameOrDare, 1.22, 1.9, days(14), 0.1);
  set(Signal::kMeetupRequest, 1.6, 2.4, days(30), 0.1);
  set(Signal::kThreat, 4.44, 6.4, days(60), 1, kAlsoAssuredMinors);
  set(Signal::kBlackmailMoney, 4.03, 6.0, days(60), 1, kAlsoAssuredMinors);
  set(Signal::kSecrecyByFear, 2.37, 3.3, days(60), 0.3);
  set(Signal::kRecontactAfterBlock, 1.8, 1.8, days(60), 0.5, kAlsoAssuredMinors);
  set(Signal::kBlockedOrReported, 1.0, 2.0, days(60), 1, kAlsoAssuredMinors);
  set(Signal::kInstantSolicitation, 4.0, 4.0, days(30), 0.4);
  set(Signal::kPriorConfirmed, 2.0, 2.0, days(365), 1, kAlsoAssuredMinors);
  set(Signal::kSharedIndicator, 1.8, 1.8, days(365), 0.5);
  set(Signal::kMultipleRiskyAdults, 1.8, 5.4, days(30), 0.5);
  set(Signal::kRapidStageProgress, 0.8, 1.6, days(30), 0.2);
  set(Signal::kStageBreadth, 0.9, 2.4, days(60), 0.2);
  return rules;
}

}  // namespace pairwatch
