// An event as it came, without a copy: every string is a view into the record or into the decoder's buffer.
//
// The one shape that all decoders fill (processors/decode) and intake reads. Enumerators are kept as the raw numbers of the
// wire, so that intake can tell "unknown" from "not in this version"; numbers are as in proto/pairwatch/v1/event.proto.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "processors/core/kinds.h"
#include "processors/core/reject.h"

namespace pairwatch {

/// At most this many label scores of one message are kept; more are bad input.
inline constexpr std::size_t kLabelScoreLimit = 64;

/// What an enumerator is given where what stood there is of no number at all.
inline constexpr std::int32_t kNoEnumerator = -1;

/// google.protobuf.Timestamp as it came; nanos and seconds are not yet checked.
struct TimestampView {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  bool present = false;
};

struct AccountView {
  std::string_view account_id;
  std::int32_t age_band = 0;
  std::int32_t age_assurance = 0;
  TimestampView created_at;
  std::string_view device_hash;
  std::optional<std::int32_t> utc_offset_minutes;
  bool heightened_vulnerability = false;
  bool present = false;
};

struct ChannelView {
  std::string_view channel_id;
  std::int32_t kind = 0;
  bool ephemeral = false;
  bool present = false;
};

struct LabelScoreView {
  std::string_view label;
  float score = 0;
};

struct TrustedRelationView {
  std::int32_t kind = 0;
  TimestampView expires_at;
  bool present = false;
};

struct MessageView {
  std::string_view text;
  std::string_view language;
  std::int32_t media = 0;
  std::uint32_t link_count = 0;
  std::uint32_t label_count = 0;                        ///< may exceed kLabelScoreLimit: then the rest was not kept
  std::array<LabelScoreView, kLabelScoreLimit> labels;  ///< in wire order; of equal labels the last counts
  std::optional<std::uint64_t> text_fingerprint;

  /// Makes it as new; the label array is not cleared.
  void clear();

  std::span<const LabelScoreView> label_scores() const {
    return {labels.data(), label_count < kLabelScoreLimit ? label_count : kLabelScoreLimit};
  }
};

struct GiftView {
  std::string_view item_id;
  std::int32_t kind = 0;
  std::int64_t value_minor = 0;
  std::string_view currency;
};

struct ChannelMoveView {
  ChannelView from;
  ChannelView to;
  bool accepted = false;
};

struct CallView {
  std::int32_t kind = 0;
  std::int64_t duration_seconds = 0;
  std::int32_t duration_nanos = 0;
};

struct ProfileChangeView {
  std::int32_t previous_age_band = 0;
  std::int32_t previous_age_assurance = 0;
};

struct EventView {
  std::string_view event_id;
  TimestampView occurred_at;
  std::string_view tenant;
  AccountView actor;
  AccountView target;
  ChannelView channel;
  std::optional<std::uint32_t> mutual_contacts;
  std::optional<std::uint32_t> mutual_contacts_recent;
  TrustedRelationView trusted_relation;
  InteractionKind kind = InteractionKind::kNone;  ///< which of the members below is meant
  MessageView message;
  GiftView gift;
  ChannelMoveView channel_move;
  CallView call;
  ProfileChangeView profile_change;
  std::string_view report_category;
  std::uint32_t unknown_fields = 0;  ///< fields of no known number or name: ignored, counted
  /// JSON only: the first value that its field cannot hold (kUnknownEnumerator: a name of none; kNumberOutOfRange). A number is
  /// left as it was, an enumerator is kNoEnumerator. As with every other wrong value, it is for intake to say what becomes of the
  /// event.
  std::optional<Reject> misfit;

  /// Makes it as new, at the cost of what was used (the label array is not cleared).
  void clear();
};

/// What a decoder says: the first thing wrong with the shape of the record, or nothing.
struct DecodeResult {
  std::optional<Reject> reject;
};

/// A header of a record.
struct Header {
  std::string_view name;
  std::string_view value;
};

/// The seam to processors/decode. Implementations own their buffers: one for each thread; a view lives until the next decode.
class EventDecoder {
 public:
  virtual ~EventDecoder() = default;

  /// Fills `view` (cleared first) from one record. Cost: at most 0.5 us for a 230-byte protobuf event.
  virtual DecodeResult decode(std::string_view value, std::span<const Header> headers, EventView& view) = 0;
};

}  // namespace pairwatch
