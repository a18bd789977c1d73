// Signals of where the two meet.
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

}  // namespace

double observe_move_to_private(const Interaction& interaction, const RelationshipRules& rules) {
  if (interaction.kind == InteractionKind::kMessage) return words_or_label(interaction, Signal::kMoveToPrivate, rules);
  if (interaction.kind != InteractionKind::kChannelMove) return 0;
  return rung(interaction.moved_to.kind) > rung(interaction.channel.kind) ? 1 : 0;
}

}  // namespace pairwatch::relationship
