// What the whole account adds to the cases about it, in log-odds; and the risk of the account as a whole. Functions of what is
// remembered and of event time, whatever the order in which it came.
#pragma once

#include <array>
#include <cstdint>

#include "processors/core/age.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"
#include "processors/escalation/actor_signals.h"
#include "processors/escalation/config.h"
#include "processors/escalation/state.h"

namespace pairwatch::escalation {

/// The signals that are seen over the whole account.
inline constexpr std::array kAccountSignals = {Signal::kScattergun,        Signal::kCopiedOpening,  Signal::kAttentionSkew,
                                               Signal::kPeerImpersonation, Signal::kPriorConfirmed, Signal::kBlockedOrReported};

/// What each adds, in log-odds, and what stands behind it.
struct AccountShare {
  FanOut fan_out;
  Crowd copied;
  Attention attention;
  FanOut befriended;
  Crowd complaints;
  double scattergun = 0;
  double copied_opening = 0;
  double attention_skew = 0;
  double peer_impersonation = 0;
  double prior_confirmed = 0;
  std::uint32_t confirmed_cases = 0;
  EventTime confirmed_at = kNever;
  double blocked = 0;  ///< before the cap that it shares with the pair's own blocks

  /// All but what is shared with the pair.
  double beside_blocked() const { return scattergun + copied_opening + attention_skew + peer_impersonation + prior_confirmed; }
};

/// Peers write to a whole class: what speaks against adults and unknown ages says nothing about them.
constexpr bool may_scatter(AgeClass actor) { return actor == AgeClass::kAdult || actor == AgeClass::kUnknown; }

/// Whether any of the signals may hold at any time: where not, nothing is added.
bool may_speak(const ActorState& state, const EscalationRules& rules);

/// Whose case it is to which the account adds.
struct Whom {
  std::uint64_t target = 0;   ///< hash of the other's id; 0: the account as a whole
  bool is_pair = true;        ///< an earlier confirmation speaks in cases of pairs only: a case of the account is about all of them
  bool is_confirmed = false;  ///< the case itself, so that it does not speak for itself
  std::uint64_t dismissed = 0;  ///< signal bits of those that weigh less
};

/// Which windows are read.
struct ShareEnds {
  WindowEnds contacts;
  WindowEnds openings;
  WindowEnds complaints;
};

/// What the account adds to a pair's risk at a time: as of then, or by what it did later, the higher of the two.
AccountShare share_near(const ActorState& state, const EscalationRules& rules, EventTime at, const Whom& whom,
                        const ShareEnds& ends);

/// The part of the account's blocks that still fits under the cap, beside the pair's own.
double blocked_share(double own, const AccountShare& share, const EscalationRules& rules);

/// The part of the account's confirmed cases that still fits under the cap, beside what the pair shows of its device.
double confirmed_share(double own, const AccountShare& share, const EscalationRules& rules);

/// Which signals hold, live or in the shadow, by a contact, an opening, or the activity with a target at a time: those that it may
/// have brought about, as signal_bits.
std::uint64_t held_by_contact(const ActorState& state, const EscalationRules& rules, EventTime contacted_at);
std::uint64_t held_by_opening(const ActorState& state, const EscalationRules& rules, EventTime opened_at);
std::uint64_t held_by_activity(const ActorState& state, const EscalationRules& rules, std::uint64_t target, EventTime at);

/// Log-odds of the account as a whole as of a time: by what it had done by then, faded since.
double account_log_odds_at(const ActorState& state, const EscalationRules& rules, EventTime at);

/// The account as a whole at the time at which its risk was highest.
struct AccountRisk {
  double log_odds = 0;
  AccountShare share;
};

/// The highest of the times from `from` on at which it may have risen: contacts, complaints, and the first contacts of pairs that
/// have a case at REVIEW (a pair counts from there, since the order of arrival does not move it).
AccountRisk account_risk(const ActorState& state, const EscalationRules& rules, EventTime from);

}  // namespace pairwatch::escalation
