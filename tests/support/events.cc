#include "tests/support/events.h"

#include <google/protobuf/util/json_util.h>

#include <atomic>

#include "processors/core/check.h"

namespace pairwatch::test {
namespace {

std::string next_id() {
  static std::atomic<std::uint64_t> last{0};
  return "e" + std::to_string(++last);
}

void set_time(google::protobuf::Timestamp& out, EventTime when) {
  out.set_seconds(when.ms / 1000);
  out.set_nanos(static_cast<std::int32_t>(when.ms % 1000) * 1'000'000);
}

void set_channel(v1::Channel& out, ChannelKind kind, std::string_view channel_id) {
  out.set_channel_id(std::string(channel_id));
  out.set_kind(static_cast<v1::ChannelKind>(kind));
}

}  // namespace

EventBuilder::EventBuilder(InteractionKind kind, std::string_view actor, std::string_view target) {
  event_.set_event_id(next_id());
  event_.mutable_actor()->set_account_id(std::string(actor));
  event_.mutable_target()->set_account_id(std::string(target));
  set_channel(*event_.mutable_channel(), ChannelKind::kDirect, "c1");
  at(kBaseTime);
  adult_to_minor();
  switch (kind) {
    case InteractionKind::kNone: break;
    case InteractionKind::kMessage: event_.mutable_message(); break;
    case InteractionKind::kContactRequest: event_.mutable_contact_request(); break;
    case InteractionKind::kContactAccept: event_.mutable_contact_accept(); break;
    case InteractionKind::kContactRemove: event_.mutable_contact_remove(); break;
    case InteractionKind::kGift: event_.mutable_gift()->set_item_id("item"); break;
    case InteractionKind::kChannelMove: event_.mutable_channel_move(); break;
    case InteractionKind::kCall: event_.mutable_call(); break;
    case InteractionKind::kProfileChange: event_.mutable_profile_change(); break;
    case InteractionKind::kBlock: event_.mutable_block(); break;
    case InteractionKind::kReport: event_.mutable_report(); break;
  }
}

EventBuilder& EventBuilder::id(std::string_view event_id) {
  event_.set_event_id(std::string(event_id));
  return *this;
}

EventBuilder& EventBuilder::at(Duration after_base) { return at(kBaseTime + after_base); }

EventBuilder& EventBuilder::at(EventTime when) {
  set_time(*event_.mutable_occurred_at(), when);
  return *this;
}

EventBuilder& EventBuilder::tenant(std::string_view name) {
  event_.set_tenant(std::string(name));
  return *this;
}

EventBuilder& EventBuilder::without_target() {
  event_.clear_target();
  return *this;
}

EventBuilder& EventBuilder::ages(AgeBand actor, AgeBand target) {
  event_.mutable_actor()->set_age_band(static_cast<v1::AgeBand>(actor));
  event_.mutable_target()->set_age_band(static_cast<v1::AgeBand>(target));
  return *this;
}

EventBuilder& EventBuilder::adult_to_minor() { return ages(AgeBand::kAdult, AgeBand::k13To15); }
EventBuilder& EventBuilder::adult_to_unknown() { return ages(AgeBand::kAdult, AgeBand::kUnknown); }
EventBuilder& EventBuilder::adult_to_adult() { return ages(AgeBand::kAdult, AgeBand::kAdult); }
EventBuilder& EventBuilder::unknown_to_minor() { return ages(AgeBand::kUnknown, AgeBand::k13To15); }
EventBuilder& EventBuilder::minor_to_adult() { return ages(AgeBand::k13To15, AgeBand::kAdult); }
EventBuilder& EventBuilder::minor_to_minor() { return ages(AgeBand::k13To15, AgeBand::k13To15); }

EventBuilder& EventBuilder::actor_assurance(AgeAssurance assurance) {
  event_.mutable_actor()->set_age_assurance(static_cast<v1::AgeAssurance>(assurance));
  return *this;
}

EventBuilder& EventBuilder::target_assurance(AgeAssurance assurance) {
  event_.mutable_target()->set_age_assurance(static_cast<v1::AgeAssurance>(assurance));
  return *this;
}

EventBuilder& EventBuilder::actor_created(Duration before_base) {
  set_time(*event_.mutable_actor()->mutable_created_at(), kBaseTime - before_base);
  return *this;
}

EventBuilder& EventBuilder::actor_device(std::string_view device_hash) {
  event_.mutable_actor()->set_device_hash(std::string(device_hash));
  return *this;
}

EventBuilder& EventBuilder::target_utc_offset(std::int32_t minutes) {
  event_.mutable_target()->set_utc_offset_minutes(minutes);
  return *this;
}

EventBuilder& EventBuilder::vulnerable_target() {
  event_.mutable_target()->set_heightened_vulnerability(true);
  return *this;
}

EventBuilder& EventBuilder::in(ChannelKind kind, std::string_view channel_id) {
  set_channel(*event_.mutable_channel(), kind, channel_id);
  return *this;
}

EventBuilder& EventBuilder::ephemeral() {
  event_.mutable_channel()->set_ephemeral(true);
  return *this;
}

EventBuilder& EventBuilder::mutual_contacts(std::uint32_t count) {
  event_.set_mutual_contacts(count);
  return *this;
}

EventBuilder& EventBuilder::mutual_contacts_recent(std::uint32_t count) {
  event_.set_mutual_contacts_recent(count);
  return *this;
}

EventBuilder& EventBuilder::trusted(TrustedRelationKind kind) {
  event_.mutable_trusted_relation()->set_kind(static_cast<v1::TrustedRelationKind>(kind));
  return *this;
}

EventBuilder& EventBuilder::trusted_until(TrustedRelationKind kind, Duration after_base) {
  trusted(kind);
  set_time(*event_.mutable_trusted_relation()->mutable_expires_at(), kBaseTime + after_base);
  return *this;
}

EventBuilder& EventBuilder::text(std::string_view words) {
  event_.mutable_message()->set_text(std::string(words));
  return *this;
}

EventBuilder& EventBuilder::language(std::string_view bcp47) {
  event_.mutable_message()->set_language(std::string(bcp47));
  return *this;
}

EventBuilder& EventBuilder::media(MediaKind kind) {
  event_.mutable_message()->set_media(static_cast<v1::MediaKind>(kind));
  return *this;
}

EventBuilder& EventBuilder::links(std::uint32_t count) {
  event_.mutable_message()->set_link_count(count);
  return *this;
}

EventBuilder& EventBuilder::label(std::string_view name, float score) {
  (*event_.mutable_message()->mutable_label_scores())[std::string(name)] = score;
  return *this;
}

EventBuilder& EventBuilder::fingerprint(std::uint64_t hash) {
  event_.mutable_message()->set_text_fingerprint(hash);
  return *this;
}

EventBuilder& EventBuilder::value(std::int64_t value_minor, std::string_view currency) {
  event_.mutable_gift()->set_value_minor(value_minor);
  event_.mutable_gift()->set_currency(std::string(currency));
  return *this;
}

EventBuilder& EventBuilder::gift_kind(GiftKind kind) {
  event_.mutable_gift()->set_kind(static_cast<v1::GiftKind>(kind));
  return *this;
}

EventBuilder& EventBuilder::from(ChannelKind kind, std::string_view channel_id) {
  set_channel(*event_.mutable_channel_move()->mutable_from(), kind, channel_id);
  return *this;
}

EventBuilder& EventBuilder::to(ChannelKind kind, std::string_view channel_id) {
  set_channel(*event_.mutable_channel_move()->mutable_to(), kind, channel_id);
  return *this;
}

EventBuilder& EventBuilder::accepted() {
  event_.mutable_channel_move()->set_accepted(true);
  return *this;
}

EventBuilder& EventBuilder::call_kind(CallKind kind) {
  event_.mutable_call()->set_kind(static_cast<v1::CallKind>(kind));
  return *this;
}

EventBuilder& EventBuilder::lasting(Duration duration) {
  event_.mutable_call()->mutable_duration()->set_seconds(duration.ms / 1000);
  event_.mutable_call()->mutable_duration()->set_nanos(static_cast<std::int32_t>(duration.ms % 1000) * 1'000'000);
  return *this;
}

EventBuilder& EventBuilder::category(std::string_view name) {
  event_.mutable_report()->set_category(std::string(name));
  return *this;
}

EventBuilder& EventBuilder::previous_age(AgeBand band) {
  event_.mutable_profile_change()->set_previous_age_band(static_cast<v1::AgeBand>(band));
  return *this;
}

EventTime EventBuilder::time() const { return {event_.occurred_at().seconds() * 1000 + event_.occurred_at().nanos() / 1'000'000}; }

std::string EventBuilder::proto() const { return event_.SerializeAsString(); }

std::string EventBuilder::json() const {
  std::string out;
  check(google::protobuf::util::MessageToJsonString(event_, &out).ok(), "every event has a JSON form");
  return out;
}

EventBuilder message(std::string_view actor, std::string_view target) { return {InteractionKind::kMessage, actor, target}; }
EventBuilder contact_request(std::string_view actor, std::string_view target) {
  return {InteractionKind::kContactRequest, actor, target};
}
EventBuilder contact_accept(std::string_view actor, std::string_view target) {
  return {InteractionKind::kContactAccept, actor, target};
}
EventBuilder contact_remove(std::string_view actor, std::string_view target) {
  return {InteractionKind::kContactRemove, actor, target};
}
EventBuilder gift(std::string_view actor, std::string_view target) {
  return EventBuilder(InteractionKind::kGift, actor, target).gift_kind(GiftKind::kItem).value(100);
}
EventBuilder channel_move(std::string_view actor, std::string_view target) {
  return EventBuilder(InteractionKind::kChannelMove, actor, target).from(ChannelKind::kGroup).to(ChannelKind::kDirect);
}
EventBuilder call(std::string_view actor, std::string_view target) {
  return EventBuilder(InteractionKind::kCall, actor, target).call_kind(CallKind::kVoice).lasting(minutes(1));
}
EventBuilder block(std::string_view actor, std::string_view target) { return {InteractionKind::kBlock, actor, target}; }
EventBuilder report(std::string_view actor, std::string_view target) { return {InteractionKind::kReport, actor, target}; }
EventBuilder profile_change(std::string_view actor) {
  return EventBuilder(InteractionKind::kProfileChange, actor, "").without_target();
}

}  // namespace pairwatch::test
