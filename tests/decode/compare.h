// What a decoder saw, as the generated message, so that it can be held against what protobuf's own parsers saw.
#pragma once

#include <google/protobuf/util/field_comparator.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <string>

#include "pairwatch/v1/event.pb.h"
#include "processors/core/event_view.h"

namespace pairwatch::decode::test {

inline void put(const TimestampView& view, google::protobuf::Timestamp* out) {
  out->set_seconds(view.seconds);
  out->set_nanos(view.nanos);
}

inline void put(const AccountView& view, v1::Account* out) {
  out->set_account_id(std::string(view.account_id));
  out->set_age_band(static_cast<v1::AgeBand>(view.age_band));
  out->set_age_assurance(static_cast<v1::AgeAssurance>(view.age_assurance));
  if (view.created_at.present) put(view.created_at, out->mutable_created_at());
  out->set_device_hash(std::string(view.device_hash));
  if (view.utc_offset_minutes) out->set_utc_offset_minutes(*view.utc_offset_minutes);
  out->set_heightened_vulnerability(view.heightened_vulnerability);
}

inline void put(const ChannelView& view, v1::Channel* out) {
  out->set_channel_id(std::string(view.channel_id));
  out->set_kind(static_cast<v1::ChannelKind>(view.kind));
  out->set_ephemeral(view.ephemeral);
}

inline void put(const MessageView& view, v1::Message* out) {
  out->set_text(std::string(view.text));
  out->set_language(std::string(view.language));
  out->set_media(static_cast<v1::MediaKind>(view.media));
  out->set_link_count(view.link_count);
  for (const LabelScoreView& each : view.label_scores()) (*out->mutable_label_scores())[std::string(each.label)] = each.score;
  if (view.text_fingerprint) out->set_text_fingerprint(*view.text_fingerprint);
}

inline void put(const GiftView& view, v1::Gift* out) {
  out->set_item_id(std::string(view.item_id));
  out->set_kind(static_cast<v1::GiftKind>(view.kind));
  out->set_value_minor(view.value_minor);
  out->set_currency(std::string(view.currency));
}

inline void put(const ChannelMoveView& view, v1::ChannelMove* out) {
  if (view.from.present) put(view.from, out->mutable_from());
  if (view.to.present) put(view.to, out->mutable_to());
  out->set_accepted(view.accepted);
}

inline void put(const CallView& view, v1::Call* out) {
  out->set_kind(static_cast<v1::CallKind>(view.kind));
  if (view.duration_seconds == 0 && view.duration_nanos == 0) return;  // the view does not tell absent from none
  out->mutable_duration()->set_seconds(view.duration_seconds);
  out->mutable_duration()->set_nanos(view.duration_nanos);
}

inline void put_payload(const EventView& view, v1::InteractionEvent& out) {
  switch (view.kind) {
    case InteractionKind::kNone: break;
    case InteractionKind::kMessage: put(view.message, out.mutable_message()); break;
    case InteractionKind::kContactRequest: out.mutable_contact_request(); break;
    case InteractionKind::kContactAccept: out.mutable_contact_accept(); break;
    case InteractionKind::kContactRemove: out.mutable_contact_remove(); break;
    case InteractionKind::kGift: put(view.gift, out.mutable_gift()); break;
    case InteractionKind::kChannelMove: put(view.channel_move, out.mutable_channel_move()); break;
    case InteractionKind::kCall: put(view.call, out.mutable_call()); break;
    case InteractionKind::kProfileChange:
      out.mutable_profile_change()->set_previous_age_band(static_cast<v1::AgeBand>(view.profile_change.previous_age_band));
      out.mutable_profile_change()->set_previous_age_assurance(
          static_cast<v1::AgeAssurance>(view.profile_change.previous_age_assurance));
      break;
    case InteractionKind::kBlock: out.mutable_block(); break;
    case InteractionKind::kReport: out.mutable_report()->set_category(std::string(view.report_category)); break;
  }
}

/// The members of the oneof that are not set must look as new.
inline bool only_its_kind_is_set(const EventView& view) {
  EventView others = view;
  const auto is_new = [&](InteractionKind kind) {
    if (kind == view.kind) return true;
    others.kind = kind;
    v1::InteractionEvent seen;
    put_payload(others, seen);
    EventView fresh;
    fresh.kind = kind;
    v1::InteractionEvent expected;
    put_payload(fresh, expected);
    return google::protobuf::util::MessageDifferencer::Equals(seen, expected);
  };
  return is_new(InteractionKind::kMessage) && is_new(InteractionKind::kGift) && is_new(InteractionKind::kChannelMove) &&
         is_new(InteractionKind::kCall) && is_new(InteractionKind::kProfileChange) && is_new(InteractionKind::kReport);
}

/// Of more than kLabelScoreLimit labels only the kept ones are there.
inline v1::InteractionEvent to_message(const EventView& view) {
  v1::InteractionEvent out;
  out.set_event_id(std::string(view.event_id));
  if (view.occurred_at.present) put(view.occurred_at, out.mutable_occurred_at());
  out.set_tenant(std::string(view.tenant));
  if (view.actor.present) put(view.actor, out.mutable_actor());
  if (view.target.present) put(view.target, out.mutable_target());
  if (view.channel.present) put(view.channel, out.mutable_channel());
  if (view.mutual_contacts) out.set_mutual_contacts(*view.mutual_contacts);
  if (view.trusted_relation.present) {
    out.mutable_trusted_relation()->set_kind(static_cast<v1::TrustedRelationKind>(view.trusted_relation.kind));
    if (view.trusted_relation.expires_at.present) {
      put(view.trusted_relation.expires_at, out.mutable_trusted_relation()->mutable_expires_at());
    }
  }
  if (view.mutual_contacts_recent) out.set_mutual_contacts_recent(*view.mutual_contacts_recent);
  put_payload(view, out);
  return out;
}

/// Whether two events are equal but for unknown fields and an empty duration; NaN equals NaN. `difference` says where not.
inline bool same_event(v1::InteractionEvent expected, const v1::InteractionEvent& seen, std::string* difference) {
  expected.DiscardUnknownFields();
  if (expected.has_call() && expected.call().duration().seconds() == 0 && expected.call().duration().nanos() == 0) {
    expected.mutable_call()->clear_duration();
  }
  google::protobuf::util::DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_field_comparator(&comparator);
  if (difference != nullptr) differencer.ReportDifferencesToString(difference);
  return differencer.Compare(expected, seen);
}

inline bool parse_json(const std::string& json, v1::InteractionEvent& event) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(json, &event, options).ok();
}

}  // namespace pairwatch::decode::test
