#include "processors/relationship/transition.h"

#include <bit>

#include "processors/relationship/layout.h"
#include "processors/relationship/signals.h"

namespace pairwatch::relationship {
namespace {

/// Activity is told at 16 interactions and at each doubling from there.
constexpr int kFirstActivityLevel = 4;

/// Whether it is night where the target lives; false where nobody knows.
bool is_night(const Interaction& interaction, const AttentionRampRule& rule) {
  if (interaction.kind != InteractionKind::kMessage || !interaction.target.utc_offset_minutes) return false;
  const EventTime local = interaction.at + minutes(*interaction.target.utc_offset_minutes);
  const auto hour = static_cast<std::uint32_t>(local.ms / hours(1).ms % 24);
  if (rule.night_from <= rule.night_until) return hour >= rule.night_from && hour < rule.night_until;
  return hour >= rule.night_from || hour < rule.night_until;
}

/// What the words and labels of a message, and the indicators of whatever was done, may speak for, in one mask: most say nothing.
std::uint64_t signals_said(const Interaction& interaction) {
  std::uint64_t said = 0;
  if (interaction.indicators != 0) said = signal_bit(Signal::kPriorConfirmed) | signal_bit(Signal::kSharedIndicator);
  if (interaction.kind != InteractionKind::kMessage) return said;
  said |= interaction.text_signals;
  for (const LabelScore& label : interaction.label_scores()) said |= signal_bit(label.signal);
  return said;
}

struct Observed {
  std::uint64_t by_actor = 0;
  std::uint64_t by_target = 0;
  std::uint32_t dropped = 0;
};

void reach_stage(SideState& side, Stage stage, EventTime at) {
  if (stage == Stage::kNone) return;
  EventTime& reached = side.stages[index(stage)];
  if (reached == kNever || at < reached) reached = at;
}

/// What the interaction itself shows becomes evidence, in directions that the gate judges by the ages the interaction came
/// with: not by those remembered, which depend on the order of arrival.
Observed observe(PairState& state, const Interaction& interaction, Side actor, std::uint32_t event_hash,
                 const RelationshipRules& rules) {
  Observed observed;
  const AgeClass actor_age = interaction.actor.age(), target_age = interaction.target.age();
  const GateVerdict forth = rules.gate.verdict(actor_age, target_age), back = rules.gate.verdict(target_age, actor_age);
  const std::uint64_t said = signals_said(interaction);
  const RowMasks& masks = row_masks();
  for (std::uint64_t left = masks.observe_events | (masks.observe_words & said); left != 0; left &= left - 1) {
    const SignalRow& row = row_of(static_cast<Signal>(std::countr_zero(left)));
    const double strength = row.observe(interaction, rules);
    if (strength <= 0) continue;
    const bool by_actor = row.judged == Judged::kActor;
    const GateVerdict verdict = by_actor ? forth : back;
    const SignalRule& rule = row.of(rules.signals);
    if (!is_judged(verdict) || !applies(rule, verdict)) continue;
    const Side side = by_actor ? actor : other(actor);
    observed.dropped += add_evidence(state, side, row.signal, strength, interaction, event_hash, rules.signals);
    if (rule.state == RuleState::kLive && rule.reaches_stage) reach_stage(state.side(side), stage_of(row.signal), interaction.at);
    (by_actor ? observed.by_actor : observed.by_target) |= signal_bit(row.signal);
  }
  const bool asks = (observed.by_actor & signal_bit(Signal::kImageRequest)) != 0;
  if (asks && rules.signals.of(Signal::kImageRequest).state == RuleState::kLive) {
    state.side(actor).marked(Marked::kAskedImage).mark(interaction.at);
  }
  return observed;
}

/// In Told.facts; eight kinds, numbered from 1, share a byte.
constexpr unsigned fact_bit(FactKind kind) { return 1U << static_cast<unsigned>(kind) % 8; }

int activity_level(std::uint32_t count) { return std::bit_width(count) - 1; }

/// Which facts hold from `actor` towards the other, whether told or not.
bool holds(const PairState& state, Side actor, FactKind kind) {
  const SideState& from = state.side(actor);
  const SideState& to = state.side(other(actor));
  switch (kind) {
    case FactKind::kFirstContact: return state.started_by == actor;
    case FactKind::kFirstReply: return state.started_by == actor && to.reached_out() > 0;
    case FactKind::kAccepted: return to.count(Count::kContactAccepts) > 0;
    case FactKind::kRefused:
      return to.count(Count::kBlocks) > 0 || (to.count(Count::kContactRemoves) > 0 && to.count(Count::kContactAccepts) == 0 &&
                                              from.count(Count::kContactRequests) > 0);
    case FactKind::kBlocked: return to.count(Count::kBlocks) > 0;
    case FactKind::kReported: return to.count(Count::kReports) > 0;
    case FactKind::kActivityDoubled: {
      const int level = activity_level(from.sent());
      return level >= kFirstActivityLevel && level > from.told.activity_level;
    }
    case FactKind::kFirstText: return false;  // not for the state to say: tell_opening()
  }
  return false;
}

/// Those that the state says.
constexpr std::array kFacts = {FactKind::kFirstContact, FactKind::kFirstReply, FactKind::kAccepted,       FactKind::kRefused,
                               FactKind::kBlocked,      FactKind::kReported,   FactKind::kActivityDoubled};

/// Facts that hold and were not told.
void tell_facts(PairState& state, Side actor, std::uint32_t event_hash, const RelationshipRules& rules, DirectionStep& step) {
  Told& told = state.side(actor).told;
  for (const FactKind kind : kFacts) {
    const unsigned bit = fact_bit(kind);
    const bool once = kind != FactKind::kActivityDoubled;
    if ((once && (told.facts & bit) != 0) || !holds(state, actor, kind)) continue;
    FactTold fact{kind};
    if (once) {
      told.facts = static_cast<std::uint8_t>(told.facts | bit);
    } else {
      fact.count = state.side(actor).sent();
      told.activity_level = static_cast<std::uint8_t>(activity_level(fact.count));
    }
    if (kind == FactKind::kFirstContact) {
      fact.stranger = state.strangers_at_first(rules.stranger_contact.max_mutual_contacts);
      fact.is_opening = event_hash == state.first_hash;
    }
    step.facts[step.fact_count++] = fact;
  }
}

/// The first text that came from `actor` since it is judged, so that equal ones to many are seen; unless the first contact told it.
void tell_opening(PairState& state, Side actor, const Interaction& interaction, DirectionStep& step) {
  Told& told = state.side(actor).told;
  if (!interaction.text_fingerprint || (told.facts & fact_bit(FactKind::kFirstText)) != 0) return;
  if (side_of(interaction.actor.id, interaction.target.id) != actor) return;
  told.facts = static_cast<std::uint8_t>(told.facts | fact_bit(FactKind::kFirstText));
  for (const FactTold& fact : step.all_facts()) {
    if (fact.is_opening) return;
  }
  FactTold fact{FactKind::kFirstText};
  fact.is_opening = true;
  step.facts[step.fact_count++] = fact;
}

/// Judges one direction; returns the derived signals that hold for the first time.
std::uint64_t judge(PairState& state, Side actor, GateVerdict verdict, const Interaction& interaction, std::uint32_t event_hash,
                    EventTime newest_before, const RelationshipRules& rules, DirectionStep& step) {
  step.is_judged = true;
  tell_facts(state, actor, event_hash, rules, step);
  tell_opening(state, actor, interaction, step);
  assess(state, actor, verdict, rules, step.assessment);
  Told& told = state.side(actor).told;
  const std::uint64_t newly_held = step.assessment.derived_held & ~told.derived_seen;
  told.derived_seen |= newly_held;
  step.tell_risk = is_news(step.assessment, verdict, rules.news, told) ||
                   is_renewal(step.assessment, rules.news, told, newest_before, state.last_at);
  return newly_held;
}

}  // namespace

void advance(PairState& state, const Interaction& interaction, const RelationshipConfig& config, Step& step) {
  step.outcome = Outcome::kRemembered;
  step.expired = false;
  step.fired = step.fired_other = 0;
  step.dropped = 0;
  for (DirectionStep& direction : step.directions) {
    direction.is_judged = direction.tell_risk = false;
    direction.fact_count = 0;
  }

  if (!state.is_new() && interaction.at - state.last_at > config.time_to_live) {
    state = PairState{};
    step.expired = true;
  }
  const std::uint32_t event_hash = event_hash_of(interaction.event_id);
  if (state.has_seen(event_hash)) {
    step.outcome = Outcome::kDuplicate;
    return;
  }

  const EventTime newest_before = state.last_at;
  const RelationshipRules& rules = config.rules;
  const Side actor = side_of(interaction.actor.id, interaction.target.id);
  step.dropped = remember(state, interaction, actor, event_hash, is_night(interaction, rules.attention_ramp));
  const Observed observed = observe(state, interaction, actor, event_hash, rules);
  step.dropped += observed.dropped;
  step.fired = observed.by_actor;
  step.fired_other = observed.by_target;
  add_to_ring(state, {interaction.at, observed.by_actor, interaction.kind, actor}, config.max_lateness);

  if (state.is_trusted()) {
    step.outcome = Outcome::kTrusted;
  } else {
    for (const Side side : kBothSides) {
      const GateVerdict verdict = verdict_of(state, side, rules.gate);
      if (!is_judged(verdict)) continue;
      DirectionStep& direction = step.directions[index(side)];
      (side == actor ? step.fired : step.fired_other) |=
          judge(state, side, verdict, interaction, event_hash, newest_before, rules, direction);
      if (direction.tell_risk || direction.fact_count > 0) step.outcome = Outcome::kTold;
    }
  }
  step.dropped += fit(state, rules.signals);
}

}  // namespace pairwatch::relationship
