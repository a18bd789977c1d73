#include "tests/intake/fakes.h"

#include <gtest/gtest.h>

namespace pairwatch::intake {
namespace {

TimestampView view_of_time(bool present, const google::protobuf::Timestamp& time) {
  return {time.seconds(), time.nanos(), present};
}

AccountView view_of_account(bool present, const v1::Account& account) {
  AccountView view;
  view.present = present;
  view.account_id = account.account_id();
  view.age_band = static_cast<std::int32_t>(account.age_band());
  view.age_assurance = static_cast<std::int32_t>(account.age_assurance());
  view.created_at = view_of_time(account.has_created_at(), account.created_at());
  view.device_hash = account.device_hash();
  if (account.has_utc_offset_minutes()) view.utc_offset_minutes = account.utc_offset_minutes();
  view.heightened_vulnerability = account.heightened_vulnerability();
  return view;
}

ChannelView view_of_channel(bool present, const v1::Channel& channel) {
  return {channel.channel_id(), static_cast<std::int32_t>(channel.kind()), channel.ephemeral(), present};
}

void view_of_message(const v1::Message& message, MessageView& view) {
  view.text = message.text();
  view.language = message.language();
  view.media = static_cast<std::int32_t>(message.media());
  view.link_count = message.link_count();
  for (const auto& [label, score] : message.label_scores()) {
    if (view.label_count < kLabelScoreLimit) view.labels[view.label_count] = {label, score};
    ++view.label_count;
  }
  if (message.has_text_fingerprint()) view.text_fingerprint = message.text_fingerprint();
}

}  // namespace

void view_of(const v1::InteractionEvent& event, EventView& view) {
  view.clear();
  view.event_id = event.event_id();
  view.occurred_at = view_of_time(event.has_occurred_at(), event.occurred_at());
  view.tenant = event.tenant();
  view.actor = view_of_account(event.has_actor(), event.actor());
  view.target = view_of_account(event.has_target(), event.target());
  view.channel = view_of_channel(event.has_channel(), event.channel());
  if (event.has_mutual_contacts()) view.mutual_contacts = event.mutual_contacts();
  if (event.has_mutual_contacts_recent()) view.mutual_contacts_recent = event.mutual_contacts_recent();
  const v1::TrustedRelation& relation = event.trusted_relation();
  view.trusted_relation = {static_cast<std::int32_t>(relation.kind()),
                           view_of_time(relation.has_expires_at(), relation.expires_at()), event.has_trusted_relation()};
  view.kind = static_cast<InteractionKind>(event.what_case());
  view_of_message(event.message(), view.message);
  view.gift = {event.gift().item_id(), static_cast<std::int32_t>(event.gift().kind()), event.gift().value_minor(),
               event.gift().currency()};
  view.channel_move = {view_of_channel(event.channel_move().has_from(), event.channel_move().from()),
                       view_of_channel(event.channel_move().has_to(), event.channel_move().to()), event.channel_move().accepted()};
  view.call = {static_cast<std::int32_t>(event.call().kind()), event.call().duration().seconds(), event.call().duration().nanos()};
  view.profile_change = {static_cast<std::int32_t>(event.profile_change().previous_age_band()),
                         static_cast<std::int32_t>(event.profile_change().previous_age_assurance())};
  view.report_category = event.report().category();
}

DecodeResult GeneratedDecoder::decode(std::string_view value, std::span<const Header>, EventView& view) {
  if (reject) return {reject};
  if (!event_.ParseFromArray(value.data(), static_cast<int>(value.size()))) return {Reject::kMalformedProtobuf};
  view_of(event_, view);
  view.unknown_fields = unknown_fields;
  return {};
}

TextFindings FakeTextReader::read(std::string_view text, std::string_view language) {
  texts.emplace_back(text);
  last_language = language;
  return findings;
}

Outcome Room::take(const v1::InteractionEvent& event) { return take(std::string_view(event.SerializeAsString())); }

Outcome Room::take(std::string_view value) {
  sink.clear();
  return intake_.process({"", value, headers, timestamp_ms, 3, offset_++}, sink);
}

const test::CollectedOutput& Room::output() const {
  static const test::CollectedOutput kNothing{};
  EXPECT_EQ(sink.outputs.size(), 1U);
  return sink.outputs.empty() ? kNothing : sink.outputs.back();
}

v1::Interaction Room::interaction() const {
  v1::Interaction interaction;
  EXPECT_EQ(output().port, OutputPort::kInteractions);
  EXPECT_TRUE(interaction.ParseFromString(output().value));
  return interaction;
}

v1::CaseInput Room::case_input() const {
  v1::CaseInput input;
  EXPECT_EQ(output().port, OutputPort::kCaseInputs);
  EXPECT_TRUE(input.ParseFromString(output().value));
  return input;
}

std::optional<Reject> Room::reject() const {
  if (sink.rejects.empty()) return std::nullopt;
  return sink.rejects.back().reason;
}

}  // namespace pairwatch::intake
