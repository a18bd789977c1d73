#include <bit>
#include <limits>

#include "processors/core/check.h"
#include "processors/relationship/state.h"

namespace pairwatch::relationship {
namespace {

/// Where the evidence of a signal stands or would stand.
std::size_t evidence_place(const PairState& state, Side actor, Signal signal) {
  const std::uint64_t below = state.evidence_masks[index(actor)] & (signal_bit(signal) - 1);
  const std::uint64_t before = actor == Side::kSecond ? state.evidence_masks[0] : 0;
  return static_cast<std::size_t>(std::popcount(before)) + static_cast<std::size_t>(std::popcount(below));
}

struct EvidenceName {
  Side actor;
  Signal signal;
};

EvidenceName name_of(const PairState& state, std::size_t position) {
  std::size_t left = position;
  for (const Side actor : kBothSides) {
    std::uint64_t mask = state.evidence_masks[index(actor)];
    const auto in_mask = static_cast<std::size_t>(std::popcount(mask));
    if (left < in_mask) {
      for (; left > 0; --left) mask &= mask - 1;
      return {actor, static_cast<Signal>(std::countr_zero(mask))};
    }
    left -= in_mask;
  }
  check(false, "an evidence has its bit");
  return {};
}

/// Whether the first weighs less: by the most it can contribute, so that the order of arrival does not matter.
bool weighs_less(const EvidenceName& a, const EvidenceName& b, const SignalRules& rules) {
  const double cap_a = rules.of(a.signal).cap, cap_b = rules.of(b.signal).cap;
  if (cap_a != cap_b) return cap_a < cap_b;
  if (a.signal != b.signal) return a.signal > b.signal;
  return a.actor > b.actor;
}

void free_event_id(PairState& state, Evidence& evidence) {
  if (evidence.id_slot < 0) return;
  state.event_ids_used = static_cast<std::uint8_t>(state.event_ids_used & ~(1U << evidence.id_slot));
  evidence.id_slot = -1;
}

/// The least weighty evidence that has a place for its event id; kEvidenceLimit: none has.
std::size_t least_weighty_with_id(const PairState& state, const SignalRules& rules) {
  std::size_t least = kEvidenceLimit;
  for (std::size_t i = 0; i < state.evidence_count; ++i) {
    if (state.evidence[i].id_slot < 0) continue;
    if (least == kEvidenceLimit || weighs_less(name_of(state, i), name_of(state, least), rules)) least = i;
  }
  return least;
}

/// Gives a new evidence a place for its event id if it is among the weightiest.
void claim_event_id(PairState& state, std::size_t position, const SignalRules& rules) {
  if (state.event_ids_used == 0xff) {
    const std::size_t least = least_weighty_with_id(state, rules);
    if (!weighs_less(name_of(state, least), name_of(state, position), rules)) return;
    free_event_id(state, state.evidence[least]);
  }
  const int slot = std::countr_one(state.event_ids_used);
  state.event_ids_used = static_cast<std::uint8_t>(state.event_ids_used | (1U << slot));
  state.evidence[position].id_slot = static_cast<std::int8_t>(slot);
}

}  // namespace

const Evidence* PairState::evidence_of(Side actor, Signal signal) const {
  if ((evidence_masks[index(actor)] & signal_bit(signal)) == 0) return nullptr;
  return &evidence[evidence_place(*this, actor, signal)];
}

std::uint32_t add_evidence(PairState& state, Side actor, Signal signal, double strength, const Interaction& interaction,
                           std::uint32_t event_hash, const SignalRules& rules) {
  std::uint32_t dropped = 0;
  const std::uint64_t bit = signal_bit(signal);
  const bool is_new = (state.evidence_masks[index(actor)] & bit) == 0;
  if (is_new && state.evidence_count == kEvidenceLimit) {
    const std::size_t least = least_weighty_evidence(state, rules);
    if (!weighs_less(name_of(state, least), {actor, signal}, rules)) return 1;
    drop_evidence(state, least);
    dropped = 1;
  }
  const std::size_t place = evidence_place(state, actor, signal);
  if (is_new) {
    for (std::size_t i = state.evidence_count; i > place; --i) state.evidence[i] = state.evidence[i - 1];
    state.evidence[place] = Evidence{};
    state.evidence_masks[index(actor)] |= bit;
    ++state.evidence_count;
    claim_event_id(state, place, rules);
  }
  Evidence& evidence = state.evidence[place];
  const auto hash = static_cast<std::uint16_t>(event_hash);
  if (is_new || interaction.at < evidence.first_at || (interaction.at == evidence.first_at && hash < evidence.first_hash)) {
    evidence.first_at = interaction.at;
    evidence.first_hash = hash;
    evidence.source = interaction.source;
    if (evidence.id_slot >= 0) state.event_ids[static_cast<std::size_t>(evidence.id_slot)].assign(interaction.event_id);
  }
  if (evidence.count < std::numeric_limits<std::uint32_t>::max()) ++evidence.count;
  evidence.strength.add(strength, interaction.at, rules.of(signal).half_life);
  evidence.strength.value = quantise(evidence.strength.value);
  return dropped;
}

void drop_evidence(PairState& state, std::size_t position) {
  const EvidenceName name = name_of(state, position);
  free_event_id(state, state.evidence[position]);
  for (std::size_t i = position; i + 1 < state.evidence_count; ++i) state.evidence[i] = state.evidence[i + 1];
  state.evidence_masks[index(name.actor)] &= ~signal_bit(name.signal);
  --state.evidence_count;
}

std::size_t least_weighty_evidence(const PairState& state, const SignalRules& rules) {
  check(state.evidence_count > 0, "there is evidence to drop");
  std::size_t least = 0;
  for (std::size_t i = 1; i < state.evidence_count; ++i) {
    if (weighs_less(name_of(state, i), name_of(state, least), rules)) least = i;
  }
  return least;
}

bool drop_least_weighty_event_id(PairState& state, const SignalRules& rules) {
  const std::size_t least = least_weighty_with_id(state, rules);
  if (least == kEvidenceLimit) return false;
  free_event_id(state, state.evidence[least]);
  return true;
}

}  // namespace pairwatch::relationship
