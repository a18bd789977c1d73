// What one record of the input says, as plain quantities: what the room decides on (transition.h). Filled by the shell from
// pairwatch.v1.CaseInput; views live as long as that message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "processors/core/age.h"
#include "processors/core/case_id.h"
#include "processors/core/combination.h"
#include "processors/core/interaction.h"
#include "processors/core/keys.h"
#include "processors/core/kinds.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch::escalation {

/// Channels that one case names, the newest.
inline constexpr std::size_t kChannelLimit = 4;

/// One account, with what was known about it at the time.
struct AccountNews {
  AccountId id;
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  bool heightened_vulnerability = false;
  std::uint64_t device = 0;  ///< XXH3-64 of its device hash; 0: unknown

  AgeClass age() const { return age_class(age_band, age_assurance); }
};

/// The share of one signal or combination (processors/core/combination.h) in a risk.
struct EvidenceItem {
  Signal signal = Signal::kStrangerContact;
  double contribution = 0;  ///< log-odds, after cap and fading
  std::uint32_t count = 0;
  EventTime first_at;
  EventTime last_at;
  std::string_view event_id;             ///< empty: not kept
  std::optional<SourcePosition> source;  ///< nullopt: seen over the whole account, no single event stands for it
};

/// At most one item for each signal and combination.
struct EvidenceList {
  std::array<EvidenceItem, kEvidenceKinds> items;
  std::size_t count = 0;

  std::span<EvidenceItem> all() & { return {items.data(), count}; }
  std::span<const EvidenceItem> all() const& { return {items.data(), count}; }
  void all() const&& = delete;  // the span would outlive what it refers to
  const EvidenceItem* find(Signal signal) const;
  /// Largest contribution first, ties by the signal's number: the order in which evidence leaves the process.
  void sort();
};

struct StageItem {
  Stage stage = Stage::kNone;
  EventTime reached_at;
};

/// Stages in order of first reach, each at most once.
struct StageList {
  std::array<StageItem, kStageCount> items;
  std::size_t count = 0;

  std::span<const StageItem> all() const& { return {items.data(), count}; }
  void all() const&& = delete;  // the span would outlive what it refers to
  void add(Stage stage, EventTime reached_at) { items[count++] = {stage, reached_at}; }
};

struct ChannelItem {
  std::string_view id;
  ChannelKind kind = ChannelKind::kUnknown;
  EventTime first_seen_at;
  EventTime last_seen_at;
};

/// News of the risk in a pair, as relationship weighed it.
struct RiskNews {
  AccountNews target;
  double log_odds = 0;
  std::uint8_t direct_rules = 0;  ///< direct_bit of each that holds
  std::uint64_t dismissed = 0;    ///< signal bits of combinations that set no severity: a moderator dismissed a case with them
  EvidenceList evidence;
  StageList stages;
  std::array<ChannelItem, kChannelLimit> channels;
  std::size_t channel_count = 0;
  EventTime first_contact_at = kNever;
  bool actor_started = false;
  std::uint32_t message_count = 0;
  std::uint32_t received_count = 0;
  std::uint32_t gift_count = 0;
  std::optional<std::uint32_t> mutual_contacts;
};

/// A thing that happened in a pair.
struct FactNews {
  AccountNews target;
  FactKind kind = FactKind::kFirstContact;
  bool stranger = false;                          ///< of a first contact
  std::uint32_t count = 0;                        ///< of activity: interactions so far
  std::optional<std::uint64_t> text_fingerprint;  ///< of a first contact or first text
};

/// The actor's account changed; CaseNews.actor holds what is true now.
struct AccountChangeNews {};

/// What a moderator concluded. The shell has found the account, so CaseNews.actor has its id; its age is not told again.
struct DecisionNews {
  CaseId id;
  Verdict verdict = Verdict::kNeedsMore;
  EventTime snooze_until = kNever;  ///< kNever: not said
  std::string_view target;          ///< PAIR: id of the other account
};

struct CaseNews {
  std::string_view tenant;
  AccountNews actor;
  EventTime at;
  SourcePosition source;  ///< of the platform's event that is behind it
  std::variant<RiskNews, FactNews, AccountChangeNews, DecisionNews> what;
};

}  // namespace pairwatch::escalation
