// Signals of who an account is, or says it is.
#include "processors/core/indicator.h"
#include "processors/relationship/signals_parts.h"

namespace pairwatch::relationship {
namespace {

constexpr bool kChecked = true;

/// Whoever names a handle need not be the one whose it is.
constexpr double kNamedHandleStrength = 0.5;

/// The bit of a band by the account's own word.
constexpr unsigned own_word(AgeBand band) { return age_bit(band, !kChecked); }

/// Whether what the account said of its age, and what was found, cannot both be. Growing up can: from 16 to 17 to adult is a
/// birthday. A child who said it was older and was found out is none either.
bool contradicts_itself(const SideState& side) {
  const bool said_child = (side.ages_seen & (own_word(AgeBand::kUnder13) | own_word(AgeBand::k13To15))) != 0;
  if (said_child && (side.ages_seen & age_bit(AgeBand::kAdult, kChecked)) != 0) return true;
  // Down by its own word: what it says now is younger than what it said before.
  if (is_assured(side.age_assurance) || !is_minor(side.age_band)) return false;
  const unsigned older = ~((own_word(side.age_band) << 1) - 1) & 0xfU;
  return (side.ages_seen & older) != 0;
}

/// However often it was stamped: it is known once.
Reading known_once(const Direction& direction, Signal signal, const RelationshipRules& rules) {
  Reading reading = read_evidence(*direction.evidence, signal, direction.now(), rules.signals.of(signal));
  reading.count = 1;
  return reading;
}

}  // namespace

/// An account made shortly before the two first met, to the day. One that was made after they met is wrong, not new. Or one on a
/// device of which another account's case was confirmed, whatever it says of its age.
Reading read_new_account(const Direction& direction, const RelationshipRules& rules) {
  const SideState& side = direction.from();
  if (const Evidence* confirmed = direction.state.evidence_of(direction.actor, Signal::kPriorConfirmed)) {
    return {faded(1, confirmed->first_at, direction, rules.signals.of(Signal::kNewAccount)), 1, confirmed->first_at,
            confirmed->first_at, Signal::kPriorConfirmed};
  }
  if (side.created_day == 0 || side.reached_out() == 0) return {};
  const EventTime met = direction.state.first_at;
  const int days_old = day_of(met) - side.created_day;
  if (days_old < 0 || days(days_old) > rules.new_account.account_is_new) return {};
  return {faded(1, met, direction, rules.signals.of(Signal::kNewAccount)), 1, met, met, std::nullopt};
}

/// An age that does not fit another one of the same account, checked or said.
Reading read_age_inconsistency(const Direction& direction, const RelationshipRules& rules) {
  const SideState& side = direction.from();
  if (side.reached_out() == 0 || !contradicts_itself(side)) return {};
  return {faded(1, side.ages_at, direction, rules.signals.of(Signal::kAgeInconsistency)), 1, side.ages_at, side.ages_at,
          std::nullopt};
}

/// A case of another account of the actor's device was confirmed. Of the actor's own cases escalation knows.
double observe_prior_confirmed(const Interaction& interaction, const RelationshipRules&) {
  return (interaction.indicators & match_bit(IndicatorMatch::kConfirmedDevice)) != 0 ? 1 : 0;
}

double observe_shared_indicator(const Interaction& interaction, const RelationshipRules&) {
  constexpr std::uint32_t kHandle = match_bit(IndicatorMatch::kImportedHandle);
  const std::uint32_t imported = interaction.indicators & kImportedMatches;
  if (imported == kHandle) return kNamedHandleStrength;
  return imported != 0 ? 1 : 0;
}

Reading read_prior_confirmed(const Direction& direction, const RelationshipRules& rules) {
  return known_once(direction, Signal::kPriorConfirmed, rules);
}

Reading read_shared_indicator(const Direction& direction, const RelationshipRules& rules) {
  return known_once(direction, Signal::kSharedIndicator, rules);
}

}  // namespace pairwatch::relationship
