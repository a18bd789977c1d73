// What relationship decides on: one interaction, without text, as plain quantities. Views live as long as the message they
// were read from (proto/pairwatch/v1/interaction.proto; the room's shell fills this from it).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/age.h"
#include "processors/core/keys.h"
#include "processors/core/kinds.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch {

/// One side, with what the platform knew about it at the time.
struct Party {
  AccountId id;
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  EventTime created_at = kNever;  ///< kNever: unknown
  std::uint64_t device = 0;       ///< 0: unknown
  std::optional<std::int32_t> utc_offset_minutes;
  bool heightened_vulnerability = false;

  AgeClass age() const { return age_class(age_band, age_assurance); }
};

struct ChannelRef {
  std::string_view id;  ///< empty: unknown
  ChannelKind kind = ChannelKind::kUnknown;
  bool ephemeral = false;
};

/// A position in the platform's topic; the topic's name is configuration.
struct SourcePosition {
  std::int32_t partition = 0;
  std::int64_t offset = 0;

  friend constexpr auto operator<=>(const SourcePosition&, const SourcePosition&) = default;
};

struct LabelScore {
  Signal signal;
  float score = 0;  ///< 0 to 1
};

struct Interaction {
  std::string_view event_id;
  EventTime at;
  std::string_view tenant;
  Party actor;
  Party target;
  InteractionKind kind = InteractionKind::kNone;
  ChannelRef channel;
  ChannelRef moved_to;    ///< channel moves only
  bool accepted = false;  ///< channel moves only
  MediaKind media = MediaKind::kNone;
  std::uint32_t link_count = 0;
  std::uint64_t text_signals = 0;  ///< one bit for each signal
  std::array<LabelScore, kSignalCount> labels;
  std::uint32_t label_count = 0;
  std::optional<std::uint64_t> text_fingerprint;
  GiftKind gift_kind = GiftKind::kUnknown;
  std::int64_t gift_value_minor = 0;
  std::string_view gift_currency;
  CallKind call_kind = CallKind::kUnknown;
  Duration call_duration;
  std::optional<std::uint32_t> mutual_contacts;
  std::optional<std::uint32_t> mutual_contacts_recent;
  TrustedRelationKind trusted_relation = TrustedRelationKind::kNone;
  std::optional<EventTime> trusted_until;  ///< nullopt: does not expire
  std::uint32_t indicators = 0;            ///< match_bit of each (indicator.h)
  SourcePosition source;
  std::uint64_t rules = 0;  ///< by which it was read: the first eight bytes of the bundle's hash; 0: unknown

  std::span<const LabelScore> label_scores() const { return {labels.data(), label_count}; }
};

}  // namespace pairwatch
