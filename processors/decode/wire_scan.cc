#include "processors/decode/wire_scan.h"

#include <simdjson.h>

#include <bit>
#include <cstring>

#include "processors/core/wire_cursor.h"
#include "processors/decode/config.h"

namespace pairwatch::decode {
namespace {

bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  const auto eight_at = [text](std::size_t at) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + at, 8);
    return eight;
  };
  std::uint64_t seen = 0;
  if (text.size() >= 8) {
    for (std::size_t at = 0; at + 8 <= text.size(); at += 8) seen |= eight_at(at);
    seen |= eight_at(text.size() - 8);
  } else {
    for (const char c : text) seen |= static_cast<unsigned char>(c);
  }
  return (seen & kHighBits) == 0;
}

/// Makes `kind` the member of the oneof that is set; another that was set is forgotten.
void choose(InteractionKind kind, EventView& view) {
  if (view.kind == kind) return;
  switch (view.kind) {
    case InteractionKind::kMessage: view.message.clear(); break;
    case InteractionKind::kGift: view.gift = {}; break;
    case InteractionKind::kChannelMove: view.channel_move = {}; break;
    case InteractionKind::kCall: view.call = {}; break;
    case InteractionKind::kProfileChange: view.profile_change = {}; break;
    case InteractionKind::kReport: view.report_category = {}; break;
    case InteractionKind::kNone:
    case InteractionKind::kContactRequest:
    case InteractionKind::kContactAccept:
    case InteractionKind::kContactRemove:
    case InteractionKind::kBlock: break;
  }
  view.kind = kind;
}

/// One pass over one event. Functions named after a message read one field of it; false means stop: `reject` says why.
class WireScan {
 public:
  bool run(WireCursor in, EventView& view) {
    const bool read = each_field<&WireScan::event>(in, view);
    view.unknown_fields = unknown_fields_;
    return read;
  }

  Reject reject() const { return reject_; }

 private:
  bool event(std::uint32_t tag, WireCursor& in, EventView& view);
  bool payload(std::uint32_t tag, WireCursor& in, EventView& view);
  bool timestamp(std::uint32_t tag, WireCursor& in, TimestampView& view);
  bool account(std::uint32_t tag, WireCursor& in, AccountView& view);
  bool channel(std::uint32_t tag, WireCursor& in, ChannelView& view);
  bool trusted_relation(std::uint32_t tag, WireCursor& in, TrustedRelationView& view);
  bool message(std::uint32_t tag, WireCursor& in, MessageView& view);
  bool label_score(std::uint32_t tag, WireCursor& in, LabelScoreView& view);
  bool gift(std::uint32_t tag, WireCursor& in, GiftView& view);
  bool channel_move(std::uint32_t tag, WireCursor& in, ChannelMoveView& view);
  bool call(std::uint32_t tag, WireCursor& in, CallView& view);
  bool duration(std::uint32_t tag, WireCursor& in, CallView& view);
  bool profile_change(std::uint32_t tag, WireCursor& in, ProfileChangeView& view);
  bool report(std::uint32_t tag, WireCursor& in, EventView& view);
  bool empty_message(std::uint32_t tag, WireCursor& in, EventView& view);

  template <auto kField, typename View>
  bool each_field(WireCursor in, View& view) {
    while (!in.at_end()) {
      std::uint32_t tag;
      if (!in.read_tag(tag) || !(this->*kField)(tag, in, view)) return false;
    }
    return true;
  }

  template <auto kField, typename View>
  bool sub_message(WireCursor& in, View& view) {
    WireCursor inside;
    if (!in.read_message(inside)) return false;
    if constexpr (requires { view.present; }) view.present = true;
    ++level_;
    if (!each_field<kField>(inside, view)) return false;
    --level_;
    return true;
  }

  bool map_entry(WireCursor& in, MessageView& view) {
    LabelScoreView entry;  // a missing label is empty, a missing score is zero
    if (!sub_message<&WireScan::label_score>(in, entry)) return false;
    if (view.label_count < kLabelScoreLimit) view.labels[view.label_count] = entry;
    ++view.label_count;
    return true;
  }

  bool text(WireCursor& in, std::string_view& view) {
    if (!in.read_bytes(view)) return false;
    if (is_ascii(view) || simdjson::validate_utf8(view.data(), view.size())) return true;
    return fail(Reject::kInvalidUtf8);
  }

  template <typename Number>
  static bool number(WireCursor& in, Number& value) {
    return in.read_number(value);
  }

  template <typename Number>
  static bool number(WireCursor& in, std::optional<Number>& value) {
    return in.read_number(value.emplace());
  }

  bool unknown_field(std::uint32_t tag, WireCursor& in) {
    ++unknown_fields_;
    return wire_type_of(tag) == kStartGroup ? skip_group(tag, in) : in.skip(tag);
  }

  bool skip_group(std::uint32_t start_tag, WireCursor& in);

  bool fail(Reject reject) {
    reject_ = reject;
    return false;
  }

  int level_ = 1;  ///< messages that are open, the event among them
  std::uint32_t unknown_fields_ = 0;
  Reject reject_ = Reject::kMalformedProtobuf;
};

bool WireScan::event(std::uint32_t tag, WireCursor& in, EventView& view) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return text(in, view.event_id);
    case tag_of(2, kLengthDelimited): return sub_message<&WireScan::timestamp>(in, view.occurred_at);
    case tag_of(3, kLengthDelimited): return text(in, view.tenant);
    case tag_of(4, kLengthDelimited): return sub_message<&WireScan::account>(in, view.actor);
    case tag_of(5, kLengthDelimited): return sub_message<&WireScan::account>(in, view.target);
    case tag_of(6, kLengthDelimited): return sub_message<&WireScan::channel>(in, view.channel);
    case tag_of(7, kVarint): return number(in, view.mutual_contacts);
    case tag_of(8, kLengthDelimited): return sub_message<&WireScan::trusted_relation>(in, view.trusted_relation);
    case tag_of(9, kVarint): return number(in, view.mutual_contacts_recent);
  }
  return payload(tag, in, view);
}

/// The members of the oneof: what was done. Their numbers are those of InteractionKind.
bool WireScan::payload(std::uint32_t tag, WireCursor& in, EventView& view) {
  const std::uint32_t field_number = field_number_of(tag);
  if (field_number < 10 || field_number > 19 || wire_type_of(tag) != kLengthDelimited) return unknown_field(tag, in);
  const auto kind = static_cast<InteractionKind>(field_number);
  choose(kind, view);
  switch (kind) {
    case InteractionKind::kMessage: return sub_message<&WireScan::message>(in, view.message);
    case InteractionKind::kGift: return sub_message<&WireScan::gift>(in, view.gift);
    case InteractionKind::kChannelMove: return sub_message<&WireScan::channel_move>(in, view.channel_move);
    case InteractionKind::kCall: return sub_message<&WireScan::call>(in, view.call);
    case InteractionKind::kProfileChange: return sub_message<&WireScan::profile_change>(in, view.profile_change);
    case InteractionKind::kReport: return sub_message<&WireScan::report>(in, view);
    case InteractionKind::kNone:
    case InteractionKind::kContactRequest:
    case InteractionKind::kContactAccept:
    case InteractionKind::kContactRemove:
    case InteractionKind::kBlock: break;
  }
  return sub_message<&WireScan::empty_message>(in, view);
}

bool WireScan::timestamp(std::uint32_t tag, WireCursor& in, TimestampView& view) {
  switch (tag) {
    case tag_of(1, kVarint): return number(in, view.seconds);
    case tag_of(2, kVarint): return number(in, view.nanos);
  }
  return unknown_field(tag, in);
}

bool WireScan::account(std::uint32_t tag, WireCursor& in, AccountView& view) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return text(in, view.account_id);
    case tag_of(2, kVarint): return number(in, view.age_band);
    case tag_of(3, kVarint): return number(in, view.age_assurance);
    case tag_of(4, kLengthDelimited): return sub_message<&WireScan::timestamp>(in, view.created_at);
    case tag_of(5, kLengthDelimited): return in.read_bytes(view.device_hash);
    case tag_of(6, kVarint): return number(in, view.utc_offset_minutes);
    case tag_of(7, kVarint): return number(in, view.heightened_vulnerability);
  }
  return unknown_field(tag, in);
}

bool WireScan::channel(std::uint32_t tag, WireCursor& in, ChannelView& view) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return text(in, view.channel_id);
    case tag_of(2, kVarint): return number(in, view.kind);
    case tag_of(3, kVarint): return number(in, view.ephemeral);
  }
  return unknown_field(tag, in);
}

bool WireScan::trusted_relation(std::uint32_t tag, WireCursor& in, TrustedRelationView& view) {
  switch (tag) {
    case tag_of(1, kVarint): return number(in, view.kind);
    case tag_of(2, kLengthDelimited): return sub_message<&WireScan::timestamp>(in, view.expires_at);
  }
  return unknown_field(tag, in);
}

bool WireScan::message(std::uint32_t tag, WireCursor& in, MessageView& view) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return text(in, view.text);
    case tag_of(2, kLengthDelimited): return text(in, view.language);
    case tag_of(3, kVarint): return number(in, view.media);
    case tag_of(4, kVarint): return number(in, view.link_count);
    case tag_of(5, kLengthDelimited): return map_entry(in, view);
    case tag_of(6, kFixed64): return in.read_fixed(view.text_fingerprint.emplace());
  }
  return unknown_field(tag, in);
}

bool WireScan::label_score(std::uint32_t tag, WireCursor& in, LabelScoreView& view) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return text(in, view.label);
    case tag_of(2, kFixed32): {
      std::uint32_t bits;
      if (!in.read_fixed(bits)) return false;
      view.score = std::bit_cast<float>(bits);
      return true;
    }
  }
  return unknown_field(tag, in);
}

bool WireScan::gift(std::uint32_t tag, WireCursor& in, GiftView& view) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return text(in, view.item_id);
    case tag_of(2, kVarint): return number(in, view.kind);
    case tag_of(3, kVarint): return number(in, view.value_minor);
    case tag_of(4, kLengthDelimited): return text(in, view.currency);
  }
  return unknown_field(tag, in);
}

bool WireScan::channel_move(std::uint32_t tag, WireCursor& in, ChannelMoveView& view) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return sub_message<&WireScan::channel>(in, view.from);
    case tag_of(2, kLengthDelimited): return sub_message<&WireScan::channel>(in, view.to);
    case tag_of(3, kVarint): return number(in, view.accepted);
  }
  return unknown_field(tag, in);
}

bool WireScan::call(std::uint32_t tag, WireCursor& in, CallView& view) {
  switch (tag) {
    case tag_of(1, kVarint): return number(in, view.kind);
    case tag_of(2, kLengthDelimited): return sub_message<&WireScan::duration>(in, view);
  }
  return unknown_field(tag, in);
}

bool WireScan::duration(std::uint32_t tag, WireCursor& in, CallView& view) {
  switch (tag) {
    case tag_of(1, kVarint): return number(in, view.duration_seconds);
    case tag_of(2, kVarint): return number(in, view.duration_nanos);
  }
  return unknown_field(tag, in);
}

bool WireScan::profile_change(std::uint32_t tag, WireCursor& in, ProfileChangeView& view) {
  switch (tag) {
    case tag_of(1, kVarint): return number(in, view.previous_age_band);
    case tag_of(2, kVarint): return number(in, view.previous_age_assurance);
  }
  return unknown_field(tag, in);
}

bool WireScan::report(std::uint32_t tag, WireCursor& in, EventView& view) {
  if (tag == tag_of(1, kLengthDelimited)) return text(in, view.report_category);
  return unknown_field(tag, in);
}

bool WireScan::empty_message(std::uint32_t tag, WireCursor& in, EventView&) { return unknown_field(tag, in); }

/// Every group must end by its own number, inside the message in which it began.
bool WireScan::skip_group(std::uint32_t start_tag, WireCursor& in) {
  std::array<std::uint32_t, kNestingLimit> open;
  int depth = 0;
  std::uint32_t tag = start_tag;
  while (true) {
    if (wire_type_of(tag) == kStartGroup) {
      if (level_ + depth >= kNestingLimit) return fail(Reject::kNestingTooDeep);
      open[depth++] = field_number_of(tag);
    } else if (wire_type_of(tag) == kEndGroup) {
      if (field_number_of(tag) != open[depth - 1]) return false;
      if (--depth == 0) return true;
    } else if (!in.skip(tag)) {
      return false;
    }
    if (!in.read_tag(tag)) return false;
  }
}

}  // namespace

DecodeResult scan_wire(std::string_view bytes, EventView& view) {
  WireScan scan;
  if (!scan.run(WireCursor(bytes), view)) return {scan.reject()};
  return {};
}

}  // namespace pairwatch::decode
