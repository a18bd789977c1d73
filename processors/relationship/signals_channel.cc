// Signals of where the two meet, and what is shown there.
#include <algorithm>

#include "processors/relationship/signals_parts.h"

namespace pairwatch::relationship {
namespace {

/// How private a place is. Voice and video are one rung: a call is a call.
int rung(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::kUnknown: return 2;  // most places where two accounts meet are shared ones
    case ChannelKind::kPublicRoom: return 1;
    case ChannelKind::kGroup: return 2;
    case ChannelKind::kDirect: return 3;
    case ChannelKind::kVoice: return 4;
    case ChannelKind::kVideo: return 4;
    case ChannelKind::kExternal: return 5;
  }
  return 2;
}

/// The earlier of two times, kNever where neither was.
EventTime earlier(EventTime a, EventTime b) {
  if (a == kNever || b == kNever) return std::max(a, b);
  return std::min(a, b);
}

/// When a side first used a private place.
EventTime first_private(const SideState& side) {
  EventTime first = kNever;
  for (std::size_t kind = 0; kind < side.ladder.size(); ++kind) {
    if (is_private(static_cast<ChannelKind>(kind))) first = earlier(first, side.ladder[kind]);
  }
  return first;
}

/// Evidence, while the contact is recent.
Reading read_while_recent(const Direction& direction, Signal signal, Duration contact_is_recent, const RelationshipRules& rules) {
  const Reading reading = read_evidence(*direction.evidence, signal, direction.now(), rules.signals.of(signal));
  return reading.last_at - direction.state.first_at <= contact_is_recent ? reading : Reading{};
}

}  // namespace

double observe_move_to_private(const Interaction& interaction, const RelationshipRules& rules) {
  if (interaction.kind == InteractionKind::kMessage) return words_or_label(interaction, Signal::kMoveToPrivate, rules);
  if (interaction.kind != InteractionKind::kChannelMove) return 0;
  return rung(interaction.moved_to.kind) > rung(interaction.channel.kind) ? 1 : 0;
}

/// An image or video to a minor, where the two are by themselves.
double observe_image_sent(const Interaction& interaction, const RelationshipRules&) {
  if (interaction.kind != InteractionKind::kMessage || !is_picture(interaction.media)) return 0;
  return is_private(interaction.channel.kind) && is_minor(interaction.target.age_band) ? 1 : 0;
}

/// A video call, or a move to one.
double observe_video_call(const Interaction& interaction, const RelationshipRules&) {
  if (interaction.kind == InteractionKind::kCall) return interaction.call_kind == CallKind::kVideo ? 1 : 0;
  if (interaction.kind != InteractionKind::kChannelMove) return 0;
  return interaction.moved_to.kind == ChannelKind::kVideo && interaction.channel.kind != ChannelKind::kVideo ? 1 : 0;
}

Reading read_image_sent(const Direction& direction, const RelationshipRules& rules) {
  return read_while_recent(direction, Signal::kImageSent, rules.image_sent.contact_is_recent, rules);
}

Reading read_video_call(const Direction& direction, const RelationshipRules& rules) {
  return read_while_recent(direction, Signal::kVideoCall, rules.video_call.contact_is_recent, rules);
}

/// From where messages stay to where they disappear, by the one who went first. A pair that was never elsewhere did not switch.
Reading read_ephemeral_channel(const Direction& direction, const RelationshipRules& rules) {
  const EventTime stayed = direction.state.lasting_at, switched = direction.from().ephemeral_at;
  if (stayed == kNever || switched == kNever || switched < stayed) return {};
  const EventTime theirs = direction.to().ephemeral_at;
  if (theirs != kNever && theirs < switched) return {};
  return {faded(1, switched, direction, rules.signals.of(Signal::kEphemeralChannel)), 1, switched, switched, std::nullopt};
}

/// First met in a public room, then soon by themselves, by the one who went first.
Reading read_public_to_private_origin(const Direction& direction, const RelationshipRules& rules) {
  const SideState &from = direction.from(), &to = direction.to();
  const EventTime met = earlier(from.ladder[index(ChannelKind::kPublicRoom)], to.ladder[index(ChannelKind::kPublicRoom)]);
  const EventTime alone = first_private(from), theirs = first_private(to);
  if (met == kNever || alone == kNever || (theirs != kNever && theirs < alone)) return {};
  const EventTime in_group = earlier(from.ladder[index(ChannelKind::kGroup)], to.ladder[index(ChannelKind::kGroup)]);
  if (alone <= met || (in_group != kNever && in_group < met)) return {};
  if (alone - met > rules.public_to_private_origin.within) return {};
  return {faded(1, alone, direction, rules.signals.of(Signal::kPublicToPrivateOrigin)), 1, alone, alone, std::nullopt};
}

}  // namespace pairwatch::relationship
