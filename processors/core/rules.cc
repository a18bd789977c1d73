#include "processors/core/rules.h"

namespace pairwatch {

std::array<SignalRule, kSignalCount> SignalRules::defaults() {
  std::array<SignalRule, kSignalCount> rules{};
  const auto set = [&](Signal signal, double weight, double cap, Duration half_life, bool for_assured_minors = false) {
    rules[static_cast<std::size_t>(signal_index(signal))] = {RuleState::kLive, weight, cap, half_life, for_assured_minors};
  };
  set(Signal::kStrangerContact, 0.8, 0.8, days(30));
  set(Signal::kScattergun, 1.2, 2.4, days(14));
  set(Signal::kMessageBurstNewContact, 0.7, 1.0, days(7));
  set(Signal::kPersonalInfoProbe, 0.8, 1.6, days(14));
  set(Signal::kRiskAssessmentProbe, 1.3, 2.2, days(14));
  set(Signal::kGift, 0.7, 1.4, days(30));
  set(Signal::kGiftEscalation, 1.0, 1.0, days(30));
  set(Signal::kMoveToPrivate, 0.9, 1.8, days(30));
  set(Signal::kContactExchange, 1.0, 1.6, days(30));
  set(Signal::kSecrecyRequest, 1.4, 2.4, days(30));
  set(Signal::kSexualContent, 2.0, 3.4, days(30));
  set(Signal::kImageRequest, 1.5, 2.8, days(30), true);
  set(Signal::kThreat, 2.2, 3.4, days(60), true);
  set(Signal::kBlockedOrReported, 1.0, 2.0, days(60), true);
  set(Signal::kInstantSolicitation, 1.8, 1.8, days(30));
  set(Signal::kRapidStageProgress, 0.9, 1.4, days(30));
  set(Signal::kStageBreadth, 0.7, 2.1, days(60));
  return rules;
}

}  // namespace pairwatch
