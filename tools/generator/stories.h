// The relations that are laid into ordinary traffic, as scripts: who does what after how long. Risky ones follow detection.md's
// archetypes in neutral words and label scores; benign ones look like them at a glance and are nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "processors/core/kinds.h"
#include "processors/core/time.h"
#include "tools/generator/account.h"
#include "tools/generator/phrases.h"
#include "tools/generator/random.h"

namespace pairwatch::generator {

enum class Archetype : std::uint8_t {
  kGiftGroomer,    ///< days: small talk, growing gifts, secrecy, a private channel, image requests
  kFastSolicitor,  ///< minutes
  kSlowTruster,    ///< weeks, at a low rate
  kScattergun,     ///< one account, dozens of minors, the same opening
  kNoText,         ///< moves, gifts and calls only
  kBlackmailer,    ///< threats after an image was sent
  kClassChat,      ///< peers awake all night, with secrets and pictures
  kFamily,         ///< trusted: gifts, calls, where are you
  kTeacher,        ///< trusted: a coach or teacher
  kGiftFriends,    ///< minors who give each other more and more
  kNeighbour,      ///< an adult known to many of the minor's contacts
};
inline constexpr int kRiskyArchetypes = 6;
inline constexpr int kBenignArchetypes = 5;
inline constexpr std::size_t kMostTargets = 40;

/// The n-th relation takes the archetypes in turn.
Archetype risky_archetype(std::uint64_t n);
Archetype benign_archetype(std::uint64_t n);

/// As in labels, for instance `gift_groomer`.
std::string_view archetype_name(Archetype archetype);

/// How long it takes, about.
Duration usual_length(Archetype archetype);

/// One thing one of them does.
struct Act {
  Duration after;  ///< the start of the story
  std::uint16_t target = 0;
  bool by_actor = true;
  InteractionKind kind = InteractionKind::kMessage;
  std::optional<Saying> saying;  ///< nullopt: a message without text
  MediaKind media = MediaKind::kNone;
  std::string_view label;
  float score = 0;
  std::int64_t value_minor = 0;
  ChannelKind channel = ChannelKind::kDirect;
  ChannelKind to = ChannelKind::kUnknown;
  bool accepted = false;
  CallKind call = CallKind::kUnknown;
  Duration lasting;
  bool starts_risk = false;  ///< from here on a moderator would call it risky
  bool is_harm = false;      ///< what an escalation should come before
};

struct Story {
  Archetype archetype = Archetype::kGiftGroomer;
  bool is_risky = false;
  bool is_about_actor = false;  ///< the label names the actor only
  Age actor;
  std::vector<Age> targets;
  TrustedRelationKind trusted = TrustedRelationKind::kNone;
  std::optional<std::uint32_t> mutual_contacts;
  std::vector<Act> acts;  ///< in order of time, the first after nothing
};

/// Writes one out. Costs about 100 bytes an act, at most some hundred acts.
Story make_story(Archetype archetype, Random& random);

}  // namespace pairwatch::generator
