// A relation as a script: who does what to whom after how long, and what its labels say.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "processors/core/kinds.h"
#include "processors/core/time.h"
#include "tools/generator/account.h"
#include "tools/generator/random.h"
#include "tools/generator/sayings.h"

namespace pairwatch::generator {

inline constexpr std::size_t kMostTargets = 64;
inline constexpr std::size_t kMostActors = 8;

/// One thing one of them does.
struct Act {
  Duration after;            ///< the start of the story
  std::uint16_t target = 0;  ///< which of Story::targets
  std::uint8_t actor = 0;    ///< which of Story::actors
  bool by_actor = true;
  InteractionKind kind = InteractionKind::kMessage;
  std::optional<Saying> saying;  ///< nullopt: a message without text
  bool is_copied = false;        ///< the same words every time in this story
  MediaKind media = MediaKind::kNone;
  std::string_view label;
  float score = 0;
  std::int64_t value_minor = 0;
  ChannelKind channel = ChannelKind::kDirect;
  ChannelKind to = ChannelKind::kUnknown;
  bool is_ephemeral = false;  ///< the place, or the one moved to
  bool accepted = false;
  CallKind call = CallKind::kUnknown;
  Duration lasting;
  bool starts_risk = false;  ///< from here on a moderator would call it risky
  bool is_harm = false;      ///< what an escalation should come before
};

/// One of those who act, or of those acted upon.
struct Person {
  Age age;
  std::optional<Duration> account_age;  ///< at the start of the story; else as any account
  std::uint8_t device = 0;              ///< those with the same number share a device; 0: the platform does not tell
};

/// What a label is about; its events follow from the acts.
struct LabelPlan {
  SubjectKind kind = SubjectKind::kPair;
  std::uint8_t actor = 0;    ///< kPair, kActor
  std::uint16_t target = 0;  ///< kPair, kTarget
  bool is_gray = false;
};

/// How a story tries not to be seen.
enum class Evasion : std::uint8_t {
  kNone,
  kSpacedLetters,
  kLookalikes,
  kZeroWidth,
  kLeetspeak,
  kStretched,
  kSlowPacing,
  kSeveralAccounts,
  kReadding,
  kNoText,  ///< no text reaches the platform; scores of a classifier on the device still do
};
inline constexpr std::size_t kEvasionCount = 10;

struct Story {
  std::string_view archetype;
  std::string_view language = "en";
  Evasion evasion = Evasion::kNone;
  bool is_risky = false;
  std::vector<Person> actors;   ///< at most kMostActors
  std::vector<Person> targets;  ///< at most kMostTargets
  TrustedRelationKind trusted = TrustedRelationKind::kNone;
  std::optional<std::uint32_t> mutual_contacts;
  bool mutual_grows = false;  ///< the n-th target has n contacts in common, all recent
  std::vector<LabelPlan> labels;
  std::vector<Act> acts;  ///< in order of time, the first after nothing
};

}  // namespace pairwatch::generator
