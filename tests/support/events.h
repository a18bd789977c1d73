// Builders of InteractionEvent that say only what matters:
//
//   message("a7", "m3").at(minutes(3)).text("hi").proto()
//   gift("a7", "m3").id("e9").at(days(2)).value(2000, "EUR").json()
//
// Unless told otherwise: an adult acts towards a 13 to 15 year old, in a direct channel, at kBaseTime, with an id of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pairwatch/v1/event.pb.h"
#include "processors/core/age.h"
#include "processors/core/kinds.h"
#include "processors/core/time.h"

namespace pairwatch::test {

/// 2026-03-01T18:00:00Z: what `at` counts from.
inline constexpr EventTime kBaseTime{1'772'388'000'000};

/// One event under construction. Every setter returns the builder, by value semantics: a copy is a new event with the same id.
class EventBuilder {
 public:
  EventBuilder(InteractionKind kind, std::string_view actor, std::string_view target);

  // What every event has.
  EventBuilder& id(std::string_view event_id);
  EventBuilder& at(Duration after_base);
  EventBuilder& at(EventTime when);
  EventBuilder& tenant(std::string_view name);
  EventBuilder& without_target();

  // Who: the ages of both sides, actor first.
  EventBuilder& ages(AgeBand actor, AgeBand target);
  EventBuilder& adult_to_minor();
  EventBuilder& adult_to_unknown();
  EventBuilder& adult_to_adult();
  EventBuilder& unknown_to_minor();
  EventBuilder& minor_to_adult();
  EventBuilder& minor_to_minor();
  EventBuilder& actor_assurance(AgeAssurance assurance);
  EventBuilder& target_assurance(AgeAssurance assurance);
  EventBuilder& actor_created(Duration before_base);
  EventBuilder& actor_device(std::string_view device_hash);
  EventBuilder& target_utc_offset(std::int32_t minutes);
  EventBuilder& vulnerable_target();

  // Where, and what the platform knows of the two.
  EventBuilder& in(ChannelKind kind, std::string_view channel_id = "c1");
  EventBuilder& ephemeral();
  EventBuilder& mutual_contacts(std::uint32_t count);
  EventBuilder& mutual_contacts_recent(std::uint32_t count);
  EventBuilder& trusted(TrustedRelationKind kind);
  EventBuilder& trusted_until(TrustedRelationKind kind, Duration after_base);

  // Messages only.
  EventBuilder& text(std::string_view words);
  EventBuilder& language(std::string_view bcp47);
  EventBuilder& media(MediaKind kind);
  EventBuilder& links(std::uint32_t count);
  EventBuilder& label(std::string_view name, float score);
  EventBuilder& fingerprint(std::uint64_t hash);

  // Gifts only; value in the smallest unit of the currency.
  EventBuilder& value(std::int64_t value_minor, std::string_view currency = "EUR");
  EventBuilder& gift_kind(GiftKind kind);
  // Channel moves only.
  EventBuilder& from(ChannelKind kind, std::string_view channel_id = "c1");
  EventBuilder& to(ChannelKind kind, std::string_view channel_id = "c2");
  EventBuilder& accepted();
  // Calls only.
  EventBuilder& call_kind(CallKind kind);
  EventBuilder& lasting(Duration duration);
  // Reports only.
  EventBuilder& category(std::string_view name);
  // Profile changes only.
  EventBuilder& previous_age(AgeBand band);

  /// The event, to be looked at or changed further where a test needs what no setter offers.
  v1::InteractionEvent& raw() { return event_; }
  const v1::InteractionEvent& event() const { return event_; }
  operator const v1::InteractionEvent&() const { return event_; }
  const std::string& event_id() const { return event_.event_id(); }
  EventTime time() const;

  /// As the platform would send it.
  std::string proto() const;
  /// One line of proto3 JSON, without a line end.
  std::string json() const;

 private:
  v1::InteractionEvent event_;
};

EventBuilder message(std::string_view actor, std::string_view target);
EventBuilder contact_request(std::string_view actor, std::string_view target);
EventBuilder contact_accept(std::string_view actor, std::string_view target);
EventBuilder contact_remove(std::string_view actor, std::string_view target);
/// An item worth 100 EUR cent.
EventBuilder gift(std::string_view actor, std::string_view target);
/// From a group to a direct channel.
EventBuilder channel_move(std::string_view actor, std::string_view target);
/// A voice call of one minute.
EventBuilder call(std::string_view actor, std::string_view target);
EventBuilder block(std::string_view actor, std::string_view target);
EventBuilder report(std::string_view actor, std::string_view target);
/// Names no target.
EventBuilder profile_change(std::string_view actor);

}  // namespace pairwatch::test
