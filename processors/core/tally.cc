#include "processors/core/tally.h"

namespace pairwatch {
namespace {

template <std::size_t N>
void add_each(std::array<std::uint64_t, N>& to, const std::array<std::uint64_t, N>& from) {
  for (std::size_t i = 0; i < N; ++i) to[i] += from[i];
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kForwarded: return "forwarded";
    case Outcome::kGated: return "gated";
    case Outcome::kNoTarget: return "no_target";
    case Outcome::kAccountChange: return "account_change";
    case Outcome::kRemembered: return "remembered";
    case Outcome::kTold: return "told";
    case Outcome::kDuplicate: return "duplicate";
    case Outcome::kTrusted: return "trusted";
    case Outcome::kNoted: return "noted";
    case Outcome::kEscalated: return "escalated";
    case Outcome::kBelowThreshold: return "below_threshold";
    case Outcome::kNoNews: return "no_news";
    case Outcome::kDeadLetter: return "dead_letter";
  }
  return "unknown";
}

void Tally::add(const Tally& other) {
  add_each(outcomes, other.outcomes);
  add_each(rejects, other.rejects);
  add_each(signals, other.signals);
  add_each(shadow_signals, other.shadow_signals);
  add_each(combinations, other.combinations);
  for (std::size_t i = 0; i < escalations.size(); ++i) {
    for (std::size_t j = 0; j < escalations[i].size(); ++j) add_each(escalations[i][j], other.escalations[i][j]);
  }
  for (std::size_t i = 0; i < decisions.size(); ++i) add_each(decisions[i], other.decisions[i]);
  unknown_fields += other.unknown_fields;
  texts_truncated += other.texts_truncated;
  evidence_dropped += other.evidence_dropped;
  entries_expired += other.entries_expired;
  note(other.newest_event);
}

}  // namespace pairwatch
