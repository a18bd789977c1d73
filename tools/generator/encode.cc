#include "tools/generator/encode.h"

#include <absl/strings/escaping.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <vector>

#include "processors/core/check.h"

namespace pairwatch::generator {
namespace {

template <typename Number>
void append_number(Number number, std::string& out) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

void append_padded(int number, int width, std::string& out) {
  char digits[12];
  for (int i = width - 1; i >= 0; --i, number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  out.append(digits, static_cast<std::size_t>(width));
}

/// Writes the members of one object; those that have the default value are left out, as proto3 JSON does.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_.push_back('{'); }
  ~JsonObject() { out_.push_back('}'); }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  /// Starts a member of any kind; the caller writes its value to the same string.
  void name(std::string_view name) {
    if (!first_) out_.push_back(',');
    first_ = false;
    out_.push_back('"');
    out_ += name;
    out_ += "\":";
  }
  void text(std::string_view name_, std::string_view value) {
    if (value.empty()) return;
    name(name_);
    append_json_string(value, out_);
  }
  void number(std::string_view name_, std::uint32_t value) {
    if (value == 0) return;
    name(name_);
    append_number(value, out_);
  }
  void truth(std::string_view name_, bool value) {
    if (!value) return;
    name(name_);
    out_ += "true";
  }
  void time(std::string_view name_, const google::protobuf::Timestamp& value) {
    name(name_);
    const std::time_t seconds = value.seconds();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    out_.push_back('"');
    append_padded(parts.tm_year + 1900, 4, out_);
    out_.push_back('-');
    append_padded(parts.tm_mon + 1, 2, out_);
    out_.push_back('-');
    append_padded(parts.tm_mday, 2, out_);
    out_.push_back('T');
    append_padded(parts.tm_hour, 2, out_);
    out_.push_back(':');
    append_padded(parts.tm_min, 2, out_);
    out_.push_back(':');
    append_padded(parts.tm_sec, 2, out_);
    if (value.nanos() != 0) {
      out_.push_back('.');
      append_padded(value.nanos() / 1'000'000, 3, out_);
    }
    out_ += "Z\"";
  }
  template <typename Enum>
  void enumerator(std::string_view name_, Enum value, const std::string& (*name_of)(Enum)) {
    if (value == 0) return;
    name(name_);
    append_json_string(name_of(value), out_);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_account(const v1::Account& account, std::string& out) {
  JsonObject object(out);
  object.text("accountId", account.account_id());
  object.enumerator("ageBand", account.age_band(), v1::AgeBand_Name<v1::AgeBand>);
  object.enumerator("ageAssurance", account.age_assurance(), v1::AgeAssurance_Name<v1::AgeAssurance>);
  if (account.has_created_at()) object.time("createdAt", account.created_at());
  if (!account.device_hash().empty()) {
    object.name("deviceHash");
    out.push_back('"');
    out += absl::Base64Escape(account.device_hash());
    out.push_back('"');
  }
  if (account.has_utc_offset_minutes()) {
    object.name("utcOffsetMinutes");
    append_number(account.utc_offset_minutes(), out);
  }
  object.truth("heightenedVulnerability", account.heightened_vulnerability());
}

void append_channel(const v1::Channel& channel, std::string& out) {
  JsonObject object(out);
  object.text("channelId", channel.channel_id());
  object.enumerator("kind", channel.kind(), v1::ChannelKind_Name<v1::ChannelKind>);
  object.truth("ephemeral", channel.ephemeral());
}

void append_message(const v1::Message& message, std::string& out) {
  JsonObject object(out);
  object.text("text", message.text());
  object.text("language", message.language());
  object.enumerator("media", message.media(), v1::MediaKind_Name<v1::MediaKind>);
  object.number("linkCount", message.link_count());
  if (!message.label_scores().empty()) {
    std::vector<std::pair<std::string_view, float>> scores(message.label_scores().begin(), message.label_scores().end());
    std::sort(scores.begin(), scores.end());
    object.name("labelScores");
    JsonObject labels(out);
    for (const auto& [label, score] : scores) {
      labels.name(label);
      append_number(score, out);
    }
  }
  if (message.has_text_fingerprint()) {
    object.name("textFingerprint");
    out.push_back('"');
    append_number(message.text_fingerprint(), out);
    out.push_back('"');
  }
}

void append_gift(const v1::Gift& gift, std::string& out) {
  JsonObject object(out);
  object.text("itemId", gift.item_id());
  object.enumerator("kind", gift.kind(), v1::GiftKind_Name<v1::GiftKind>);
  if (gift.value_minor() != 0) {
    object.name("valueMinor");
    out.push_back('"');
    append_number(gift.value_minor(), out);
    out.push_back('"');
  }
  object.text("currency", gift.currency());
}

void append_channel_move(const v1::ChannelMove& move, std::string& out) {
  JsonObject object(out);
  if (move.has_from()) {
    object.name("from");
    append_channel(move.from(), out);
  }
  if (move.has_to()) {
    object.name("to");
    append_channel(move.to(), out);
  }
  object.truth("accepted", move.accepted());
}

void append_call(const v1::Call& call, std::string& out) {
  JsonObject object(out);
  object.enumerator("kind", call.kind(), v1::CallKind_Name<v1::CallKind>);
  if (call.has_duration()) {
    object.name("duration");
    out.push_back('"');
    append_number(call.duration().seconds(), out);
    if (call.duration().nanos() != 0) {
      out.push_back('.');
      append_padded(call.duration().nanos(), 9, out);
    }
    out += "s\"";
  }
}

void append_trusted_relation(const v1::TrustedRelation& relation, std::string& out) {
  JsonObject object(out);
  object.enumerator("kind", relation.kind(), v1::TrustedRelationKind_Name<v1::TrustedRelationKind>);
  if (relation.has_expires_at()) object.time("expiresAt", relation.expires_at());
}

void append_what(const v1::InteractionEvent& event, JsonObject& object, std::string& out) {
  switch (event.what_case()) {
    case v1::InteractionEvent::kMessage: return object.name("message"), append_message(event.message(), out);
    case v1::InteractionEvent::kContactRequest: object.name("contactRequest"); break;
    case v1::InteractionEvent::kContactAccept: object.name("contactAccept"); break;
    case v1::InteractionEvent::kContactRemove: object.name("contactRemove"); break;
    case v1::InteractionEvent::kGift: return object.name("gift"), append_gift(event.gift(), out);
    case v1::InteractionEvent::kChannelMove: return object.name("channelMove"), append_channel_move(event.channel_move(), out);
    case v1::InteractionEvent::kCall: return object.name("call"), append_call(event.call(), out);
    case v1::InteractionEvent::kProfileChange: {
      object.name("profileChange");
      JsonObject change(out);
      change.enumerator("previousAgeBand", event.profile_change().previous_age_band(), v1::AgeBand_Name<v1::AgeBand>);
      change.enumerator("previousAgeAssurance", event.profile_change().previous_age_assurance(),
                        v1::AgeAssurance_Name<v1::AgeAssurance>);
      return;
    }
    case v1::InteractionEvent::kBlock: object.name("block"); break;
    case v1::InteractionEvent::kReport: {
      object.name("report");
      JsonObject report(out);
      report.text("category", event.report().category());
      return;
    }
    case v1::InteractionEvent::WHAT_NOT_SET: return;
  }
  out += "{}";
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view kHexadecimal = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHexadecimal[byte >> 4]);
      out.push_back(kHexadecimal[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_json_line(const v1::InteractionEvent& event, std::string& out) {
  {
    JsonObject object(out);
    object.text("eventId", event.event_id());
    if (event.has_occurred_at()) object.time("occurredAt", event.occurred_at());
    object.text("tenant", event.tenant());
    if (event.has_actor()) {
      object.name("actor");
      append_account(event.actor(), out);
    }
    if (event.has_target()) {
      object.name("target");
      append_account(event.target(), out);
    }
    if (event.has_channel()) {
      object.name("channel");
      append_channel(event.channel(), out);
    }
    if (event.has_mutual_contacts()) {
      object.name("mutualContacts");
      append_number(event.mutual_contacts(), out);
    }
    if (event.has_mutual_contacts_recent()) {
      object.name("mutualContactsRecent");
      append_number(event.mutual_contacts_recent(), out);
    }
    if (event.has_trusted_relation()) {
      object.name("trustedRelation");
      append_trusted_relation(event.trusted_relation(), out);
    }
    append_what(event, object, out);
  }
  out.push_back('\n');
}

void append_delimited(const v1::InteractionEvent& event, std::string& out) {
  using google::protobuf::io::CodedOutputStream;
  const auto size = static_cast<std::uint32_t>(event.ByteSizeLong());
  const std::size_t total = CodedOutputStream::VarintSize32(size) + size;
  const std::size_t begin = out.size();
  out.resize(begin + total);
  google::protobuf::io::ArrayOutputStream stream(out.data() + begin, static_cast<int>(total));
  CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  coded.WriteVarint32(size);
  event.SerializeWithCachedSizes(&coded);
  check(!coded.HadError(), "the buffer is as large as the event says it is");
}

}  // namespace pairwatch::generator
