// What the writer and the reader of the stored form share. Only they include this.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "processors/relationship/state.h"

namespace pairwatch::relationship {

/// In the place of an id's length: 16 bytes of a UUID follow.
inline constexpr std::uint8_t kUuidTag = kShortIdBytes + 1;
inline constexpr std::size_t kUuidBytes = 16;

/// Bits of the byte after the version; bit 0 is the side that started.
inline constexpr unsigned kHasMutual = 1U << 1;
inline constexpr unsigned kHasTrust = 1U << 2;
inline constexpr unsigned kFirstAllRecent = 1U << 3;
inline constexpr unsigned kNewestAllRecent = 1U << 4;
inline constexpr unsigned kHasLasting = 1U << 5;

/// Bits of the byte of what few sides have; bit n below kMarkedKinds: days of that kind.
inline constexpr unsigned kHasCreatedDay = 1U << 3;
inline constexpr unsigned kHasOtherAges = 1U << 4;  ///< not just the age that is remembered as the newest
inline constexpr unsigned kHasEphemeral = 1U << 5;
inline constexpr unsigned kHasRefused = 1U << 6;
inline constexpr unsigned kHasNights = 1U << 7;
static_assert(kMarkedKinds == 3);

/// When the first evidence of each stage was seen. As a rule that is when the stage was reached: then only that it was is stored.
/// So a signal that changes its stage needs another version of the stored form.
std::array<EventTime, kStageCount> stages_by_evidence(const PairState& state, Side actor);

}  // namespace pairwatch::relationship
