// Seeded random interactions of one pair: plausible ones, and ones made to be large. The same on every machine.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "tests/relationship/story.h"

namespace pairwatch::relationship {

/// splitmix64 (Steele, Lea, Flood 2014): small, and the same everywhere, unlike the standard library's distributions.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

inline constexpr InteractionKind kStreamKinds[] = {
    InteractionKind::kMessage, InteractionKind::kMessage, InteractionKind::kMessage,       InteractionKind::kMessage,
    InteractionKind::kGift,    InteractionKind::kCall,    InteractionKind::kChannelMove,   InteractionKind::kContactRequest,
    InteractionKind::kBlock,   InteractionKind::kReport,  InteractionKind::kContactRemove, InteractionKind::kContactAccept};

/// Few enough that a pair stays below its size cap, where nothing is dropped.
inline constexpr Signal kStreamSignals[] = {Signal::kPersonalInfoProbe, Signal::kImageRequest};

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : random_(seed) {}

  /// Interactions of a pair within its limits (four channels, four currencies, 1,024 bytes), in order of time, over about a week.
  std::vector<Interaction> plausible(int count) {
    std::vector<Interaction> stream;
    EventTime now = kStoryStart;
    for (int i = 0; i < count; ++i) {
      now = now + (random_.one_in(8) ? hours(static_cast<std::int64_t>(random_.below(8)))
                                     : seconds(static_cast<std::int64_t>(random_.below(90))));
      stream.push_back(one(now));
      Interaction& made = stream.back();
      made.event_id = keep("event-" + std::to_string(next_id_++));
      made.channel.id = keep("channel-" + std::to_string(random_.below(2)));
      made.moved_to.id = made.channel.id;
      made.channel.kind = static_cast<ChannelKind>(1 + random_.below(2));
      made.moved_to.kind = made.channel.kind;
      made.gift_currency = keep(std::string(1, static_cast<char>('A' + random_.below(3))));
      made.gift_value_minor = static_cast<std::int64_t>(random_.below(5000));
    }
    return stream;
  }

  /// Interactions with long ids, many currencies and channels, far-away values and wild times, in any order.
  std::vector<Interaction> hostile(int count) {
    std::vector<Interaction> stream;
    for (int i = 0; i < count; ++i) {
      const auto span = static_cast<std::uint64_t>((kLatestEventTime - kEarliestEventTime).ms);
      const std::uint64_t reach = random_.one_in(50) ? span : std::uint64_t{1} << (10 + random_.below(24));
      stream.push_back(one(EventTime{kEarliestEventTime.ms + static_cast<std::int64_t>(random_.below(reach))}));
      Interaction& made = stream.back();
      made.event_id = keep(text(random_.below(3) == 0 ? 256 : kShortIdBytes));
      made.channel = {keep(text(random_.below(40))), static_cast<ChannelKind>(random_.below(7)), false};
      made.moved_to = {keep(text(random_.below(40))), static_cast<ChannelKind>(random_.below(7)), false};
      made.gift_currency = keep(text(random_.below(kCurrencyBytes + 1)));
      made.gift_value_minor = static_cast<std::int64_t>(random_.next() >> (1 + random_.below(63)));
      made.text_signals = random_.next();
      made.source = {static_cast<std::int32_t>(random_.below(1 << 30)), static_cast<std::int64_t>(random_.next() >> 2)};
      made.mutual_contacts = static_cast<std::uint32_t>(random_.next());
    }
    return stream;
  }

  Random& random() { return random_; }

 private:
  std::string_view keep(std::string value) { return kept_.emplace_back(std::move(value)); }

  std::string text(std::size_t size) {
    std::string made;
    while (made.size() < size) made.push_back(static_cast<char>('a' + random_.below(26)));
    return made;
  }

  Interaction one(EventTime at) {
    Interaction made{};
    made.at = at;
    Party first, second;
    first.id = {"adult"};
    second.id = {"minor"};
    if (random_.one_in(3)) first.created_at = at - days(static_cast<std::int64_t>(random_.below(40)));
    if (random_.one_in(2)) second.utc_offset_minutes = static_cast<std::int32_t>(random_.below(720));
    first.age_band = random_.one_in(3) ? AgeBand::k16To17 : AgeBand::kUnknown;
    second.age_band = static_cast<AgeBand>(1 + random_.below(3));
    second.age_assurance = random_.one_in(4) ? AgeAssurance::kEstimated : AgeAssurance::kSelfDeclared;
    second.heightened_vulnerability = random_.one_in(5);
    const bool forth = random_.below(3) != 0;
    made.actor = forth ? first : second;
    made.target = forth ? second : first;
    made.kind = kStreamKinds[random_.below(std::size(kStreamKinds))];
    if (made.kind == InteractionKind::kMessage) {
      if (random_.one_in(10)) made.media = MediaKind::kImage;
      if (forth && random_.one_in(6)) made.text_signals = signal_bit(kStreamSignals[random_.below(std::size(kStreamSignals))]);
      if (random_.one_in(6)) {
        made.labels[made.label_count++] = {random_.one_in(2) ? Signal::kSexualContent : Signal::kThreat,
                                           static_cast<float>(random_.below(100)) / 100};
      }
    }
    made.accepted = random_.one_in(2);
    made.call_kind = static_cast<CallKind>(random_.below(3));
    if (random_.one_in(3)) made.mutual_contacts = static_cast<std::uint32_t>(random_.below(8));
    if (random_.one_in(3)) made.mutual_contacts_recent = static_cast<std::uint32_t>(random_.below(8));
    made.channel.ephemeral = random_.one_in(3);
    if (random_.one_in(200)) {
      made.trusted_relation = TrustedRelationKind::kTeacher;
      made.trusted_until = at + hours(static_cast<std::int64_t>(random_.below(48)));
    }
    made.source = {static_cast<std::int32_t>(random_.below(8)), static_cast<std::int64_t>(next_id_)};
    return made;
  }

  Random random_;
  std::deque<std::string> kept_;
  int next_id_ = 0;
};

}  // namespace pairwatch::relationship
