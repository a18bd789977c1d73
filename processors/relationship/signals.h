// The signals that a pair can show by itself: one row each, in the order of their numbers.
//
// A row has one or both of two small functions:
//   observe   what one interaction says: a strength above 0 becomes evidence of its actor towards the other (or, for a row that
//             says so, of the other towards the actor). It looks at nothing but the interaction, so the order of arrival cannot
//             matter.
//   read      what the whole state says as of its newest interaction. Without one, evidence is read as it fades; with `observe`
//             beside it, it may hold evidence back, or (Reads::kState) find the signal in the state where there is no evidence of
//             it; alone, the signal is derived and never stored.
//
// To add a signal: its number and row in processors/core/signal.{h,cc}, its weights in processors/core/rules.cc, its parameters in
// config.h, and here a function in the file of its family (signals_*.cc) and its row in signals.cc. A test walks the tables for
// rows that are missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "processors/core/interaction.h"
#include "processors/core/signal.h"
#include "processors/relationship/config.h"
#include "processors/relationship/state.h"

namespace pairwatch::relationship {

/// What a signal amounts to in one direction, as of the pair's newest interaction.
struct Reading {
  double strength = 0;  ///< faded; 0: it does not hold
  std::uint32_t count = 0;
  EventTime first_at = kNever;
  EventTime last_at = kNever;
  std::optional<Signal> event_of;  ///< the evidence that keeps the first event's id and position, if one does
};

/// What a reading may look at.
struct Direction {
  const PairState& state;
  Side actor;
  /// When each stage was first reached, derived signals of earlier rows included.
  const std::array<EventTime, kStageCount>& stages;
  /// What is kept of the signal that is read; nullptr where nothing is, and for a derived one.
  const Evidence* evidence = nullptr;

  const SideState& from() const { return state.side(actor); }
  const SideState& to() const { return state.side(other(actor)); }
  EventTime now() const { return state.last_at; }
};

/// Who is judged by what is observed.
enum class Judged : std::uint8_t { kActor, kTarget };

/// Whether a row's `read` needs evidence.
enum class Reads : std::uint8_t { kEvidence, kState };

struct SignalRow {
  Signal signal;
  double (*observe)(const Interaction& interaction, const RelationshipRules& rules);
  Reading (*read)(const Direction& direction, const RelationshipRules& rules);
  Judged judged = Judged::kActor;
  Reads reads = Reads::kEvidence;
  bool from_words = false;  ///< `observe` looks at nothing but a message's words and labels, or at the indicators stamped
  std::size_t rule = 0;     ///< signal_index, filled by signal_rows()

  const SignalRule& of(const SignalRules& rules) const { return rules.by_index[rule]; }
  constexpr bool is_derived() const { return observe == nullptr; }
  constexpr bool reads_state() const { return is_derived() || reads == Reads::kState; }
};

/// All rows, by number; rows that look at stages come after those that reach them.
std::span<const SignalRow> signal_rows();

/// The row of a signal of the table.
const SignalRow& row_of(Signal signal);

/// Which rows need a look, as signal_bits, so that most are passed over unseen.
struct RowMasks {
  std::uint64_t all = 0;
  std::uint64_t read_state = 0;      ///< read whether there is evidence or not
  std::uint64_t observe_words = 0;   ///< observe nothing but words, labels or indicators: only where those speak for the signal
  std::uint64_t observe_events = 0;  ///< observe anything
};
const RowMasks& row_masks();

/// Evidence of a signal as it has faded by now, by the half-life of `rule`.
Reading read_evidence(const Evidence& evidence, Signal signal, EventTime now, const SignalRule& rule);

}  // namespace pairwatch::relationship
