#include "processors/decode/json_scan.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "processors/decode/envelope.h"
#include "processors/decode/json_names.h"
#include "processors/decode/json_reader.h"

namespace pairwatch::decode {

struct JsonScan::Buffers {
  simdjson::ondemand::parser parser;
  std::vector<char> padded;   ///< the record and simdjson::SIMDJSON_PADDING bytes
  std::vector<char> scratch;  ///< strings without their escapes, bytes without base64: each at most once, so twice the record

  /// Powers of two, so that growing costs little in the end; the limit itself at the end.
  simdjson::error_code reserve(std::size_t record_size, std::size_t limit) {
    if (record_size <= parser.capacity() && !padded.empty()) return simdjson::SUCCESS;
    constexpr std::size_t kSmallest = 4096;
    const std::size_t size = std::min(std::bit_ceil(std::max(record_size, kSmallest)), limit);
    padded.resize(size + simdjson::SIMDJSON_PADDING);
    scratch.resize(2 * size);
    return parser.allocate(size);
  }
};

namespace {

/// Functions named after a message read one member of it.
class EventReader : private JsonReader {
 public:
  using JsonReader::JsonReader;
  using JsonReader::reject;

  bool run(simdjson::ondemand::document& document, EventView& view) {
    const bool read = root_object(document, [&](std::string_view name, JsonValue value) { return event(name, value, view); });
    view.unknown_fields = unknown_fields_;
    view.misfit = misfit_;
    return read;
  }

  bool run_cloud_event(simdjson::ondemand::document& document, EventView& view, CloudEventData& data) {
    std::string_view version;
    bool has_data = false;
    const bool read = root_object(document, [&](std::string_view name, JsonValue value) {
      if (name == "data") {
        if (is_null(value)) return true;
        if (std::exchange(has_data, true)) return false;
        return object(value, [&](std::string_view member, JsonValue inner) { return event(member, inner, view); });
      }
      if (name == "data_base64") return is_null(value) || (!data.base64 && bytes(value, data.base64.emplace()));
      if (name == "datacontenttype") return text(value, data.content_type);
      if (name == "specversion") return text(value, version);
      return walk(value);
    });
    view.unknown_fields = unknown_fields_;
    view.misfit = misfit_;
    if (!read || (has_data && data.base64)) return false;  // one of the two
    const bool is_told_otherwise = has_data && !data.content_type.empty() && !is_json_type(data.content_type);
    if (version != "1.0" || is_told_otherwise || has_data == data.base64.has_value()) return fail(Reject::kUnrecognisedEncoding);
    return true;
  }

 private:
  bool event(std::string_view name, JsonValue value, EventView& view);
  bool payload(std::string_view name, JsonValue value, EventView& view);
  bool account(std::string_view name, JsonValue value, AccountView& view);
  bool channel(std::string_view name, JsonValue value, ChannelView& view);
  bool trusted_relation(std::string_view name, JsonValue value, TrustedRelationView& view);
  bool message(std::string_view name, JsonValue value, MessageView& view);
  bool label_scores(JsonValue value, MessageView& view);
  bool label_score(std::string_view label, JsonValue value, std::uint32_t first_of_object, MessageView& view);
  bool gift(std::string_view name, JsonValue value, GiftView& view);
  bool channel_move(std::string_view name, JsonValue value, ChannelMoveView& view);
  bool call(std::string_view name, JsonValue value, CallView& view);
  bool call_duration(JsonValue value, CallView& view);
  bool profile_change(std::string_view name, JsonValue value, ProfileChangeView& view);
  bool report(std::string_view name, JsonValue value, EventView& view);
  bool empty_message(std::string_view name, JsonValue value, EventView& view);

  template <auto kMember, typename View>
  bool sub_message(JsonValue value, View& view) {
    if (is_null(value)) return true;
    if constexpr (requires { view.present; }) view.present = true;
    return object(value, [&](std::string_view name, JsonValue member) { return (this->*kMember)(name, member, view); });
  }

  /// A member of the oneof: a second one, even the same, is malformed.
  template <auto kMember, typename View>
  bool choice(JsonValue value, InteractionKind kind, EventView& event, View& view) {
    if (is_null(value)) return true;
    if (event.kind != InteractionKind::kNone) return false;
    event.kind = kind;
    return sub_message<kMember>(value, view);
  }
};

bool is(std::string_view name, std::string_view json_name, std::string_view proto_name) {
  return name == json_name || name == proto_name;
}

bool EventReader::event(std::string_view name, JsonValue value, EventView& view) {
  if (is(name, "eventId", "event_id")) return text(value, view.event_id);
  if (is(name, "occurredAt", "occurred_at")) return timestamp(value, view.occurred_at);
  if (name == "tenant") return text(value, view.tenant);
  if (name == "actor") return sub_message<&EventReader::account>(value, view.actor);
  if (name == "target") return sub_message<&EventReader::account>(value, view.target);
  if (name == "channel") return sub_message<&EventReader::channel>(value, view.channel);
  if (is(name, "mutualContacts", "mutual_contacts")) return optional_integer(value, view.mutual_contacts);
  if (is(name, "trustedRelation", "trusted_relation")) {
    return sub_message<&EventReader::trusted_relation>(value, view.trusted_relation);
  }
  if (is(name, "mutualContactsRecent", "mutual_contacts_recent")) return optional_integer(value, view.mutual_contacts_recent);
  return payload(name, value, view);
}

/// The members of the oneof: what was done.
bool EventReader::payload(std::string_view name, JsonValue value, EventView& view) {
  using enum InteractionKind;
  constexpr auto kEmpty = &EventReader::empty_message;
  if (name == "message") return choice<&EventReader::message>(value, kMessage, view, view.message);
  if (is(name, "contactRequest", "contact_request")) return choice<kEmpty>(value, kContactRequest, view, view);
  if (is(name, "contactAccept", "contact_accept")) return choice<kEmpty>(value, kContactAccept, view, view);
  if (is(name, "contactRemove", "contact_remove")) return choice<kEmpty>(value, kContactRemove, view, view);
  if (name == "gift") return choice<&EventReader::gift>(value, kGift, view, view.gift);
  if (is(name, "channelMove", "channel_move"))
    return choice<&EventReader::channel_move>(value, kChannelMove, view, view.channel_move);
  if (name == "call") return choice<&EventReader::call>(value, kCall, view, view.call);
  if (is(name, "profileChange", "profile_change")) {
    return choice<&EventReader::profile_change>(value, kProfileChange, view, view.profile_change);
  }
  if (name == "block") return choice<kEmpty>(value, kBlock, view, view);
  if (name == "report") return choice<&EventReader::report>(value, kReport, view, view);
  return ignore(value);
}

bool EventReader::account(std::string_view name, JsonValue value, AccountView& view) {
  if (is(name, "accountId", "account_id")) return text(value, view.account_id);
  if (is(name, "ageBand", "age_band")) return enumerator(value, kAgeBandNames, view.age_band);
  if (is(name, "ageAssurance", "age_assurance")) return enumerator(value, kAgeAssuranceNames, view.age_assurance);
  if (is(name, "createdAt", "created_at")) return timestamp(value, view.created_at);
  if (is(name, "deviceHash", "device_hash")) return bytes(value, view.device_hash);
  if (is(name, "utcOffsetMinutes", "utc_offset_minutes")) return optional_integer(value, view.utc_offset_minutes);
  if (is(name, "heightenedVulnerability", "heightened_vulnerability")) return boolean(value, view.heightened_vulnerability);
  return ignore(value);
}

bool EventReader::channel(std::string_view name, JsonValue value, ChannelView& view) {
  if (is(name, "channelId", "channel_id")) return text(value, view.channel_id);
  if (name == "kind") return enumerator(value, kChannelKindNames, view.kind);
  if (name == "ephemeral") return boolean(value, view.ephemeral);
  return ignore(value);
}

bool EventReader::trusted_relation(std::string_view name, JsonValue value, TrustedRelationView& view) {
  if (name == "kind") return enumerator(value, kTrustedRelationKindNames, view.kind);
  if (is(name, "expiresAt", "expires_at")) return timestamp(value, view.expires_at);
  return ignore(value);
}

bool EventReader::message(std::string_view name, JsonValue value, MessageView& view) {
  if (name == "text") return text(value, view.text);
  if (name == "language") return text(value, view.language);
  if (name == "media") return enumerator(value, kMediaKindNames, view.media);
  if (is(name, "linkCount", "link_count")) return integer(value, view.link_count);
  if (is(name, "labelScores", "label_scores")) return label_scores(value, view);
  if (is(name, "textFingerprint", "text_fingerprint")) return optional_integer(value, view.text_fingerprint);
  return ignore(value);
}

bool EventReader::gift(std::string_view name, JsonValue value, GiftView& view) {
  if (is(name, "itemId", "item_id")) return text(value, view.item_id);
  if (name == "kind") return enumerator(value, kGiftKindNames, view.kind);
  if (is(name, "valueMinor", "value_minor")) return integer(value, view.value_minor);
  if (name == "currency") return text(value, view.currency);
  return ignore(value);
}

bool EventReader::channel_move(std::string_view name, JsonValue value, ChannelMoveView& view) {
  if (name == "from") return sub_message<&EventReader::channel>(value, view.from);
  if (name == "to") return sub_message<&EventReader::channel>(value, view.to);
  if (name == "accepted") return boolean(value, view.accepted);
  return ignore(value);
}

bool EventReader::call(std::string_view name, JsonValue value, CallView& view) {
  if (name == "kind") return enumerator(value, kCallKindNames, view.kind);
  if (name == "duration") return call_duration(value, view);
  return ignore(value);
}

bool EventReader::call_duration(JsonValue value, CallView& view) {
  JsonDuration parsed{view.duration_seconds, view.duration_nanos};
  if (!duration(value, parsed)) return false;
  view.duration_seconds = parsed.seconds;
  view.duration_nanos = parsed.nanos;
  return true;
}

bool EventReader::profile_change(std::string_view name, JsonValue value, ProfileChangeView& view) {
  if (is(name, "previousAgeBand", "previous_age_band")) return enumerator(value, kAgeBandNames, view.previous_age_band);
  if (is(name, "previousAgeAssurance", "previous_age_assurance")) {
    return enumerator(value, kAgeAssuranceNames, view.previous_age_assurance);
  }
  return ignore(value);
}

bool EventReader::report(std::string_view name, JsonValue value, EventView& view) {
  return name == "category" ? text(value, view.report_category) : ignore(value);
}

bool EventReader::empty_message(std::string_view, JsonValue value, EventView&) { return ignore(value); }

/// Two equal labels in one object are malformed; in a second object they are a later word on the same.
bool EventReader::label_scores(JsonValue value, MessageView& view) {
  if (is_null(value)) return true;
  const std::uint32_t first = view.label_count;
  return object(value, [&](std::string_view label, JsonValue score) { return label_score(label, score, first, view); });
}

bool EventReader::label_score(std::string_view label, JsonValue value, std::uint32_t first_of_object, MessageView& view) {
  if (view.label_count < kLabelScoreLimit) {  // beyond it nothing is kept, and comparing with all would no longer be cheap
    for (std::size_t i = first_of_object; i < view.label_count; ++i) {
      if (view.labels[i].label == label) return false;
    }
  }
  LabelScoreView entry{.label = label};
  if (!score(value, entry.score)) return false;
  if (view.label_count < kLabelScoreLimit) view.labels[view.label_count] = entry;
  ++view.label_count;
  return true;
}

}  // namespace

JsonScan::JsonScan(std::size_t max_record_bytes) : max_record_bytes_(max_record_bytes) {}
JsonScan::~JsonScan() = default;

DecodeResult JsonScan::scan(std::string_view record, EventView& view) {
  return scan_by(record, [&](EventReader& reader, simdjson::ondemand::document& document) { return reader.run(document, view); });
}

DecodeResult JsonScan::scan_cloud_event(std::string_view record, EventView& view, CloudEventData& data) {
  return scan_by(record, [&](EventReader& reader, simdjson::ondemand::document& document) {
    return reader.run_cloud_event(document, view, data);
  });
}

template <typename Read>
DecodeResult JsonScan::scan_by(std::string_view record, Read&& read) {
  if (record.size() > max_record_bytes_) return {Reject::kRecordTooLarge};
  if (record.starts_with("\xef\xbb\xbf")) return {Reject::kMalformedJson};  // versions of simdjson differ over it
  if (!buffers_) buffers_ = std::make_unique<Buffers>();
  if (buffers_->reserve(record.size(), max_record_bytes_) != simdjson::SUCCESS) return {Reject::kRecordTooLarge};
  char* start = buffers_->padded.data();
  if (!record.empty()) std::memcpy(start, record.data(), record.size());
  std::memset(start + record.size(), 0, simdjson::SIMDJSON_PADDING);

  simdjson::ondemand::document document;
  const simdjson::padded_string_view padded(start, record.size(), buffers_->padded.size());
  const simdjson::error_code error = buffers_->parser.iterate(padded).get(document);
  if (error == simdjson::UTF8_ERROR) return {Reject::kInvalidUtf8};
  if (error != simdjson::SUCCESS) return {Reject::kMalformedJson};

  const bool has_escapes = std::memchr(start, '\\', record.size()) != nullptr;
  EventReader reader(buffers_->scratch.data(), has_escapes);
  if (!read(reader, document)) return {reader.reject()};
  return {};
}

}  // namespace pairwatch::decode
