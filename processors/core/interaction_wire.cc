#include "processors/core/interaction_wire.h"

#include <bit>
#include <cstdint>

#include "processors/core/timestamp.h"
#include "processors/core/utf8.h"
#include "processors/core/wire_cursor.h"
#include "processors/core/wire_writer.h"

namespace pairwatch {
namespace {

// Bounds of what is written beside texts: numbers of a party, of a channel and of the rest, with tags and lengths.
constexpr std::size_t kPartyBytes = 64;
constexpr std::size_t kChannelBytes = 32;
constexpr std::size_t kOtherBytes = 256;
constexpr std::size_t kLabelBytes = 20;

std::size_t most_bytes(const Interaction& one) {
  const std::size_t texts = one.event_id.size() + one.tenant.size() + one.actor.id.value.size() + one.target.id.value.size() +
                            one.channel.id.size() + one.moved_to.id.size() + one.gift_currency.size();
  return texts + 2 * kPartyBytes + 2 * kChannelBytes + kOtherBytes + one.label_count * kLabelBytes;
}

/// sint32: small numbers of either sign take few bytes.
std::uint64_t zigzag(std::int32_t number) {
  return (static_cast<std::uint32_t>(number) << 1) ^ static_cast<std::uint32_t>(number >> 31);
}
std::int32_t from_zigzag(std::uint32_t number) { return static_cast<std::int32_t>((number >> 1) ^ (~(number & 1) + 1)); }

std::uint64_t bits_of(std::int64_t number) { return static_cast<std::uint64_t>(number); }

void write_party(const Party& party, WireWriter& out) {
  out.text(1, party.id.value);
  out.enumerator(2, party.age_band);
  out.enumerator(3, party.age_assurance);
  out.varint(4, bits_of(party.created_at.ms));
  out.fixed64(5, party.device);
  if (party.utc_offset_minutes) out.present_varint(6, zigzag(*party.utc_offset_minutes));
  out.varint(7, party.heightened_vulnerability ? 1 : 0);
}

void write_channel(const ChannelRef& channel, WireWriter& out) {
  out.text(1, channel.id);
  out.enumerator(2, channel.kind);
  out.varint(3, channel.ephemeral ? 1 : 0);
}

void write_label(const LabelScore& label, WireWriter& out) {
  out.enumerator(1, label.signal);
  out.float32(2, label.score);
}

template <typename Field>
bool each_field(WireCursor in, Field&& field) {
  while (!in.at_end()) {
    std::uint32_t tag;
    if (!in.read_tag(tag) || !field(tag, in)) return false;
  }
  return true;
}

bool read_text(WireCursor& in, std::string_view& out) { return in.read_bytes(out) && is_valid_utf8(out); }

bool read_time(WireCursor& in, EventTime& out) { return in.read_number(out.ms); }

template <typename Enum>
bool read_enumerator(WireCursor& in, Enum last, Enum& out) {
  std::int32_t number;
  if (!in.read_number(number) || number < 0 || number > static_cast<std::int32_t>(last)) return false;
  out = static_cast<Enum>(number);
  return true;
}

bool read_kind(WireCursor& in, InteractionKind& out) {
  return read_enumerator(in, InteractionKind::kReport, out) && out >= InteractionKind::kMessage &&
         out != InteractionKind::kProfileChange;
}

bool read_party(WireCursor& in, Party& out) {
  WireCursor inside;
  return in.read_message(inside) && each_field(inside, [&](std::uint32_t tag, WireCursor& at) {
           switch (tag) {
             case tag_of(1, kLengthDelimited): return read_text(at, out.id.value);
             case tag_of(2, kVarint): return read_enumerator(at, kLastAgeBand, out.age_band);
             case tag_of(3, kVarint): return read_enumerator(at, kLastAgeAssurance, out.age_assurance);
             case tag_of(4, kVarint): return read_time(at, out.created_at);
             case tag_of(5, kFixed64): return at.read_fixed(out.device);
             case tag_of(6, kVarint): {
               std::uint32_t number;
               if (!at.read_number(number)) return false;
               out.utc_offset_minutes = from_zigzag(number);
               return true;
             }
             case tag_of(7, kVarint): return at.read_number(out.heightened_vulnerability);
           }
           return at.skip(tag);
         });
}

bool read_channel(WireCursor& in, ChannelRef& out) {
  WireCursor inside;
  return in.read_message(inside) && each_field(inside, [&](std::uint32_t tag, WireCursor& at) {
           switch (tag) {
             case tag_of(1, kLengthDelimited): return read_text(at, out.id);
             case tag_of(2, kVarint): return read_enumerator(at, kLastChannelKind, out.kind);
             case tag_of(3, kVarint): return at.read_number(out.ephemeral);
           }
           return at.skip(tag);
         });
}

bool read_label(WireCursor& in, Interaction& out) {
  WireCursor inside;
  std::uint32_t number = 0, score_bits = 0;
  const bool good = in.read_message(inside) && each_field(inside, [&](std::uint32_t tag, WireCursor& at) {
                      switch (tag) {
                        case tag_of(1, kVarint): return at.read_number(number);
                        case tag_of(2, kFixed32): return at.read_fixed(score_bits);
                      }
                      return at.skip(tag);
                    });
  const std::optional<Signal> signal = signal_numbered(number);
  if (signal && out.label_count < out.labels.size()) {
    out.labels[out.label_count++] = {*signal, std::bit_cast<float>(score_bits)};
  }
  return good;
}

/// Makes it as new, but for the array of labels, of which `label_count` are meant.
void forget(Interaction& out) {
  out.event_id = out.tenant = out.gift_currency = {};
  out.at = {};
  out.actor = out.target = {};
  out.kind = InteractionKind::kNone;
  out.channel = out.moved_to = {};
  out.accepted = false;
  out.media = MediaKind::kNone;
  out.link_count = out.label_count = out.indicators = 0;
  out.text_signals = 0;
  out.text_fingerprint.reset();
  out.gift_kind = GiftKind::kUnknown;
  out.gift_value_minor = 0;
  out.call_kind = CallKind::kUnknown;
  out.call_duration = {};
  out.mutual_contacts.reset();
  out.mutual_contacts_recent.reset();
  out.trusted_relation = TrustedRelationKind::kNone;
  out.trusted_until.reset();
  out.source = {};
  out.rules = 0;
}

bool read_field(std::uint32_t tag, WireCursor& in, Interaction& out) {
  switch (tag) {
    case tag_of(1, kLengthDelimited): return read_text(in, out.event_id);
    case tag_of(2, kVarint): return read_time(in, out.at);
    case tag_of(3, kLengthDelimited): return read_text(in, out.tenant);
    case tag_of(4, kLengthDelimited): return read_party(in, out.actor);
    case tag_of(5, kLengthDelimited): return read_party(in, out.target);
    case tag_of(6, kVarint): return read_kind(in, out.kind);
    case tag_of(7, kLengthDelimited): return read_channel(in, out.channel);
    case tag_of(8, kLengthDelimited): return read_channel(in, out.moved_to);
    case tag_of(9, kVarint): return in.read_number(out.accepted);
    case tag_of(10, kVarint): return read_enumerator(in, kLastMediaKind, out.media);
    case tag_of(11, kVarint): return in.read_number(out.link_count);
    case tag_of(12, kFixed64): return in.read_fixed(out.text_signals);
    case tag_of(13, kLengthDelimited): return read_label(in, out);
    case tag_of(14, kFixed64): return in.read_fixed(out.text_fingerprint.emplace());
    case tag_of(15, kVarint): return read_enumerator(in, kLastGiftKind, out.gift_kind);
    case tag_of(16, kVarint): return in.read_number(out.gift_value_minor);
    case tag_of(17, kLengthDelimited): return read_text(in, out.gift_currency);
    case tag_of(18, kVarint): return read_enumerator(in, kLastCallKind, out.call_kind);
    case tag_of(19, kVarint): return in.read_number(out.call_duration.ms);
    case tag_of(20, kVarint): return in.read_number(out.mutual_contacts.emplace());
    case tag_of(21, kVarint): return in.read_number(out.mutual_contacts_recent.emplace());
    case tag_of(22, kVarint): return read_enumerator(in, kLastTrustedRelationKind, out.trusted_relation);
    case tag_of(23, kVarint): return read_time(in, out.trusted_until.emplace());
    case tag_of(24, kVarint): return in.read_number(out.source.partition);
    case tag_of(25, kVarint): return in.read_number(out.source.offset);
    case tag_of(26, kVarint): return in.read_number(out.indicators);
    case tag_of(32, kFixed64): return in.read_fixed(out.rules);
  }
  return in.skip(tag);
}

bool is_what_intake_writes(const Interaction& one) {
  return !one.event_id.empty() && !one.actor.id.value.empty() && !one.target.id.value.empty() &&
         one.actor.id.value != one.target.id.value && one.kind != InteractionKind::kNone && is_event_time(one.at) &&
         one.gift_value_minor >= 0;
}

}  // namespace

std::string_view write_interaction(const Interaction& interaction, std::string& buffer) {
  const std::size_t most = most_bytes(interaction);
  if (buffer.size() < most) buffer.resize(most);
  WireWriter out(buffer.data());
  out.text(1, interaction.event_id);
  out.varint(2, bits_of(interaction.at.ms));
  out.text(3, interaction.tenant);
  out.message(4, [&](WireWriter& party) { write_party(interaction.actor, party); });
  out.message(5, [&](WireWriter& party) { write_party(interaction.target, party); });
  out.enumerator(6, interaction.kind);
  out.message(7, [&](WireWriter& channel) { write_channel(interaction.channel, channel); });
  if (interaction.kind == InteractionKind::kChannelMove) {
    out.message(8, [&](WireWriter& channel) { write_channel(interaction.moved_to, channel); });
  }
  out.varint(9, interaction.accepted ? 1 : 0);
  out.enumerator(10, interaction.media);
  out.varint(11, interaction.link_count);
  out.fixed64(12, interaction.text_signals);
  for (const LabelScore& label : interaction.label_scores()) {
    out.message(13, [&](WireWriter& score) { write_label(label, score); });
  }
  if (interaction.text_fingerprint) out.present_fixed64(14, *interaction.text_fingerprint);
  out.enumerator(15, interaction.gift_kind);
  out.varint(16, bits_of(interaction.gift_value_minor));
  out.text(17, interaction.gift_currency);
  out.enumerator(18, interaction.call_kind);
  out.varint(19, bits_of(interaction.call_duration.ms));
  if (interaction.mutual_contacts) out.present_varint(20, *interaction.mutual_contacts);
  if (interaction.mutual_contacts_recent) out.present_varint(21, *interaction.mutual_contacts_recent);
  out.enumerator(22, interaction.trusted_relation);
  if (interaction.trusted_until) out.present_varint(23, bits_of(interaction.trusted_until->ms));
  out.varint(24, bits_of(interaction.source.partition));
  out.varint(25, bits_of(interaction.source.offset));
  out.varint(26, interaction.indicators);
  out.fixed64(32, interaction.rules);
  return {buffer.data(), static_cast<std::size_t>(out.at() - buffer.data())};
}

bool read_interaction(std::string_view bytes, Interaction& out) {
  forget(out);
  return each_field(WireCursor(bytes), [&](std::uint32_t tag, WireCursor& in) { return read_field(tag, in, out); }) &&
         is_what_intake_writes(out);
}

}  // namespace pairwatch
