// Two accounts and what they do, one line an event. An adult ("adult", the pair's first side) and a self-declared 13-to-15-year-old
// ("minor") who have no contacts in common, until a test says otherwise.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "processors/core/decay.h"
#include "processors/core/interaction.h"
#include "processors/relationship/layout.h"
#include "processors/relationship/transition.h"

namespace pairwatch::relationship {

inline constexpr EventTime kStoryStart{1'772'388'000'000};  // 2026-03-01T18:00:00Z
inline constexpr Side kAdultSide = Side::kFirst;
inline constexpr Side kMinorSide = Side::kSecond;

inline Interaction message() {
  Interaction interaction{};
  interaction.kind = InteractionKind::kMessage;
  interaction.channel = {"c1", ChannelKind::kDirect, false};
  return interaction;
}
inline Interaction says(Signal signal) {
  Interaction interaction = message();
  interaction.text_signals = signal_bit(signal);
  return interaction;
}
inline Interaction labelled(Signal signal, float score) {
  Interaction interaction = message();
  interaction.labels[0] = {signal, score};
  interaction.label_count = 1;
  return interaction;
}
inline Interaction picture(MediaKind media = MediaKind::kImage, ChannelKind where = ChannelKind::kDirect) {
  Interaction interaction = message();
  interaction.media = media;
  interaction.channel.kind = where;
  return interaction;
}
inline Interaction of_kind(InteractionKind kind) {
  Interaction interaction = message();
  interaction.kind = kind;
  return interaction;
}
inline Interaction gift(std::int64_t value, std::string_view currency = "COIN") {
  Interaction interaction = of_kind(InteractionKind::kGift);
  interaction.gift_kind = GiftKind::kCurrency;
  interaction.gift_value_minor = value;
  interaction.gift_currency = currency;
  return interaction;
}
inline Interaction move(ChannelKind from, ChannelKind to, bool accepted = false) {
  Interaction interaction = of_kind(InteractionKind::kChannelMove);
  interaction.channel = {"from", from, false};
  interaction.moved_to = {"to", to, false};
  interaction.accepted = accepted;
  return interaction;
}
inline Interaction call(CallKind kind) {
  Interaction interaction = of_kind(InteractionKind::kCall);
  interaction.call_kind = kind;
  return interaction;
}

class Story {
 public:
  Story() {
    adult.id = {"adult"};
    adult.age_band = AgeBand::kAdult;
    minor.id = {"minor"};
    minor.age_band = AgeBand::k13To15;
    minor.age_assurance = AgeAssurance::kSelfDeclared;
  }

  Story& after(Duration pause) {
    now = now + pause;
    return *this;
  }
  /// `actor` acts towards the other, now; every event has an id of its own.
  const Step& act(const Party& actor, const Party& target, Interaction interaction) {
    if (interaction.event_id.empty()) interaction.event_id = ids_.emplace_back("event-" + std::to_string(++events_));
    interaction.at = now;
    interaction.actor = actor;
    interaction.target = target;
    if (!interaction.mutual_contacts) interaction.mutual_contacts = mutual_contacts;
    interaction.source = {3, static_cast<std::int64_t>(events_)};
    advance(state, interaction, config, step);
    return step;
  }
  const Step& adult_does(const Interaction& interaction) { return act(adult, minor, interaction); }
  const Step& minor_does(const Interaction& interaction) { return act(minor, adult, interaction); }

  /// The direction as it stands now.
  Assessment assessment(Side actor = kAdultSide) const {
    Assessment now_assessed;
    assess(state, actor, verdict_of(state, actor, config.rules.gate), config.rules, now_assessed);
    return now_assessed;
  }
  double risk(Side actor = kAdultSide) const { return sigmoid(assessment(actor).log_odds); }
  /// The signal's share of the log-odds; 0 where it does not hold.
  double share_of(Signal signal, Side actor = kAdultSide) const {
    const Assessment assessed = assessment(actor);
    for (const Contribution& contribution : assessed.all()) {
      if (contribution.signal == signal) return contribution.log_odds;
    }
    return 0;
  }
  bool holds(Signal signal, Side actor = kAdultSide) const { return share_of(signal, actor) > 0; }
  const SideState& adult_side() const { return state.side(kAdultSide); }
  const SideState& minor_side() const { return state.side(kMinorSide); }

  Party adult;
  Party minor;
  std::optional<std::uint32_t> mutual_contacts = 0;
  EventTime now = kStoryStart;
  RelationshipConfig config;
  PairState state;
  Step step;

 private:
  std::deque<std::string> ids_;
  int events_ = 0;
};

/// Whether a step told a fact of `actor`.
inline bool told(const Step& step, Side actor, FactKind kind) {
  for (const FactTold& fact : step.directions[index(actor)].all_facts()) {
    if (fact.kind == kind) return true;
  }
  return false;
}

inline std::string encoded(const PairState& state) {
  std::string bytes;
  encode(state, bytes);
  return bytes;
}

}  // namespace pairwatch::relationship
