// The stored form of a pair: a version byte, then little-endian numbers and varints in a fixed order. Equal states have equal
// bytes, and nothing is lost: a pair that was stored and read again decides exactly as one that stayed in memory.
//
// Cap:     1,024 bytes, kept by fit() after every change. What is dropped first: evidence (the least weighty of the rule set, down
//          to the weightiest twelve), then the ring (oldest first), then the smaller currencies (down to one), then channels (the
//          longest unseen), event ids of evidence, the last currency, the last evidence. What is left is at most 760 bytes. Only
//          a pair made to be large comes here. Each thing dropped is counted by the caller (Tally::evidence_dropped).
// Version: this release reads and writes version 1. Bytes of another version are a value, LayoutProblem::kUnknownVersion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "processors/core/rules.h"
#include "processors/relationship/state.h"

namespace pairwatch::relationship {

inline constexpr std::uint8_t kLayoutVersion = 1;
inline constexpr std::size_t kLayoutCapBytes = 1024;

/// What is wrong with stored bytes.
enum class LayoutProblem : std::uint8_t {
  kNone = 0,
  kUnknownVersion = 1,  ///< written by another release
  kMalformed = 2,       ///< cut short, too long, or a number that no state has
};

/// One sentence: what is wrong and what to do.
std::string_view layout_problem_message(LayoutProblem problem);

/// Appends the stored form, at least one byte.
void encode(const PairState& state, std::string& out);

/// Length of the stored form, without writing it.
std::size_t encoded_size(const PairState& state);

/// No less than encoded_size, at a tenth of its cost: most pairs are seen to fit without counting.
std::size_t encoded_size_bound(const PairState& state);

/// Fills `state`, which must be fresh; after a problem it is not to be used.
LayoutProblem decode(std::string_view bytes, PairState& state);

/// When the pair's newest interaction was, read without the rest; kNever for bytes that decode() would not read. For expiry.
EventTime last_event_of(std::string_view bytes);

/// Drops what does not fit into kLayoutCapBytes, in the declared order; returns how many things that were.
std::uint32_t fit(PairState& state, const SignalRules& rules);

}  // namespace pairwatch::relationship
