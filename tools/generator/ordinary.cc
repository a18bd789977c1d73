#include "tools/generator/ordinary.h"

#include <algorithm>
#include <array>

#include "tools/generator/ids.h"
#include "tools/generator/phrases.h"

namespace pairwatch::generator {
namespace {

constexpr double kDefaultPassingShare = 0.1;
constexpr std::uint64_t kPairPurpose = 0x9a16;
constexpr std::uint64_t kEventPurpose = 0xe4e7;

// Of a thousand events; the rest are messages.
constexpr std::uint64_t kContactEvents = 30;
constexpr std::uint64_t kGifts = 20;
constexpr std::uint64_t kMoves = 20;
constexpr std::uint64_t kCalls = 10;

/// The busiest pairs are friends and families, not strangers.
constexpr std::uint32_t kBusyShare = 50;

/// Ordinary scores of a platform's classifiers are low.
constexpr double kLabelledShare = 0.05;
constexpr std::int64_t kMostOrdinaryScorePercent = 10;

Relation passing_relation(Random& random, bool busy) {
  const std::uint64_t of_hundred = random.below(100);
  if (busy) return of_hundred < 75 ? Relation::kPeers : Relation::kFamily;
  if (of_hundred < 62) return Relation::kPeers;
  if (of_hundred < 74) return Relation::kFamily;
  if (of_hundred < 78) return Relation::kTeacher;
  if (of_hundred < 88) return Relation::kAcquaintance;
  return of_hundred < 95 ? Relation::kUnknownMinor : Relation::kUnknownAdult;
}

struct Holders {
  Holder first;
  Holder second;
};

Holders holders_of(Relation relation) {
  switch (relation) {
    case Relation::kAdults: return {Holder::kAdult, Holder::kAdult};
    case Relation::kPeers: return {Holder::kMinor, Holder::kMinor};
    case Relation::kFamily:
    case Relation::kTeacher:
    case Relation::kAcquaintance: return {Holder::kAdult, Holder::kMinor};
    case Relation::kUnknownMinor: return {Holder::kUnknown, Holder::kMinor};
    case Relation::kUnknownAdult: return {Holder::kUnknown, Holder::kAdult};
  }
  return {};
}

v1::ChannelKind any_channel(Random& random, Relation relation) {
  const std::uint64_t of_hundred = random.below(100);
  const bool are_friends = relation == Relation::kAdults || relation == Relation::kPeers || relation == Relation::kFamily;
  if (of_hundred < (are_friends ? 60U : 10U)) return v1::CHANNEL_KIND_DIRECT;
  return of_hundred < 85 ? v1::CHANNEL_KIND_GROUP : v1::CHANNEL_KIND_PUBLIC_ROOM;
}

void write_channel(std::uint32_t pair, std::string_view suffix, v1::ChannelKind kind, v1::Channel& out) {
  write_id('c', pair, *out.mutable_channel_id());
  out.mutable_channel_id()->append(suffix);
  out.set_kind(kind);
}

}  // namespace

Ordinary::Ordinary(const Options& options)
    : options_(options),
      passing_share_(options.minor_share.value_or(kDefaultPassingShare)),
      power_law_(static_cast<std::uint32_t>(options.pairs)),
      contacts_(options.pairs, Contact::kNone),
      random_(Random::of(options.seed, kEventPurpose, 0)) {
  schedule();
}

std::optional<EventTime> Ordinary::next_time() { return next_time_; }

/// Event k of n falls into the k-th of n equal parts of the whole time: even, in order, and nothing to keep.
void Ordinary::schedule() {
  if (made_ == options_.events) {
    next_time_.reset();
    return;
  }
  const double part = (static_cast<double>(made_) + random_.real()) / static_cast<double>(options_.events);
  next_time_ = options_.start + milliseconds(static_cast<std::int64_t>(part * static_cast<double>(days(options_.days).ms)));
}

Pair Ordinary::pair(std::uint32_t number) const {
  Pair pair;
  Random random = Random::of(options_.seed, kPairPurpose, number);
  // Every tenth pair, say, and not one in ten at random: a few pairs make a large part of the traffic.
  const auto passing_until = [&](double n) { return static_cast<std::uint64_t>(n * passing_share_ + 0.5); };
  if (passing_until(number + 1.0) > passing_until(number)) {
    pair.relation = passing_relation(random, number < options_.pairs / kBusyShare);
  }
  const auto count_of = [&](Holder holder) -> std::uint64_t {
    const double passing_pairs = static_cast<double>(options_.pairs) * passing_share_;
    switch (holder) {
      case Holder::kAdult: return std::max<std::uint64_t>(8, options_.pairs / 3);
      case Holder::kMinor: return std::max<std::uint64_t>(8, static_cast<std::uint64_t>(passing_pairs / 2));
      case Holder::kUnknown: return std::max<std::uint64_t>(8, static_cast<std::uint64_t>(passing_pairs / 8));
      case Holder::kStory: return 1;
    }
    return 1;
  };
  const auto [first, second] = holders_of(pair.relation);
  const std::uint64_t n = random.below(count_of(first));
  std::uint64_t m = random.below(count_of(second));
  if (first == second && n == m) m = (m + 1) % count_of(second);
  pair.first = account_number(first, n);
  pair.second = account_number(second, m);
  pair.first_age = age_of(options_.seed, first, pair.first);
  pair.second_age = age_of(options_.seed, second, pair.second);
  pair.mutual_contacts = static_cast<std::uint32_t>(random.between(1, 15));
  pair.channel = any_channel(random, pair.relation);
  return pair;
}

void Ordinary::take_next(std::string_view, v1::InteractionEvent& event) {
  const std::uint64_t of_thousand = random_.below(1000);
  const bool is_contact_event = of_thousand < kContactEvents;
  const std::uint32_t number = is_contact_event ? pair_for_contact_event() : power_law_.draw(random_);
  const Pair facts = pair(number);
  write_sides(number, facts, random_.below(2) == 0, event);
  if (is_contact_event) {
    write_contact(number, event);
  } else if (of_thousand < kContactEvents + kGifts) {
    write_gift(event);
  } else if (of_thousand < kContactEvents + kGifts + kMoves) {
    write_move(number, facts, event);
  } else if (of_thousand < kContactEvents + kGifts + kMoves + kCalls) {
    write_call(facts, event);
  } else {
    write_message(event);
  }
  ++made_;
  schedule();
}

void Ordinary::write_sides(std::uint32_t number, const Pair& pair, bool first_acts, v1::InteractionEvent& event) {
  v1::Account& first = first_acts ? *event.mutable_actor() : *event.mutable_target();
  v1::Account& second = first_acts ? *event.mutable_target() : *event.mutable_actor();
  write_account(options_.seed, pair.first, pair.first_age, options_.start, first);
  write_account(options_.seed, pair.second, pair.second_age, options_.start, second);
  write_tenant(number % options_.tenants, options_.tenants, *event.mutable_tenant());
  write_channel(number, "", pair.channel, *event.mutable_channel());
  event.set_mutual_contacts(pair.mutual_contacts);
  if (pair.relation == Relation::kFamily) event.mutable_trusted_relation()->set_kind(v1::TRUSTED_RELATION_KIND_FAMILY);
  if (pair.relation == Relation::kTeacher) event.mutable_trusted_relation()->set_kind(v1::TRUSTED_RELATION_KIND_TEACHER);
}

void Ordinary::write_message(v1::InteractionEvent& event) {
  v1::Message& message = *event.mutable_message();
  message.mutable_language()->assign(write_ordinary_text(random_, *message.mutable_text()));
  if (random_.below(50) == 0) message.set_media(v1::MEDIA_KIND_STICKER);
  if (random_.chance(kLabelledShare)) {
    (*message.mutable_label_scores())["sexual"] = static_cast<float>(random_.between(0, kMostOrdinaryScorePercent)) / 100;
    (*message.mutable_label_scores())["spam"] = static_cast<float>(random_.between(0, 40)) / 100;
  }
}

/// Pairs that are no contacts yet go first, so that friends do not ask each other for ever.
std::uint32_t Ordinary::pair_for_contact_event() {
  constexpr int kTries = 4;
  std::uint32_t number = 0;
  for (int i = 0; i < kTries; ++i) {
    number = static_cast<std::uint32_t>(random_.below(options_.pairs));
    if (contacts_[number] != Contact::kAccepted) break;
  }
  return number;
}

void Ordinary::write_contact(std::uint32_t number, v1::InteractionEvent& event) {
  switch (contacts_[number]) {
    case Contact::kNone:
      contacts_[number] = Contact::kRequested;
      event.mutable_contact_request();
      return;
    case Contact::kRequested:
      contacts_[number] = Contact::kAccepted;
      event.mutable_contact_accept();
      return;
    case Contact::kAccepted:
      contacts_[number] = Contact::kNone;
      event.mutable_contact_remove();
      return;
  }
}

void Ordinary::write_gift(v1::InteractionEvent& event) {
  constexpr std::array<std::string_view, 4> kItems = {"hat", "sticker-pack", "boost", "badge"};
  v1::Gift& gift = *event.mutable_gift();
  gift.mutable_item_id()->assign(kItems[random_.below(kItems.size())]);
  gift.set_kind(v1::GIFT_KIND_ITEM);
  gift.set_value_minor(random_.between(10, 300));
  gift.mutable_currency()->assign("EUR");
}

void Ordinary::write_move(std::uint32_t number, const Pair& pair, v1::InteractionEvent& event) {
  v1::ChannelMove& move = *event.mutable_channel_move();
  const bool are_strangers = pair.relation == Relation::kAcquaintance || pair.relation == Relation::kUnknownMinor ||
                             pair.relation == Relation::kUnknownAdult;
  const bool to_voice = !are_strangers && random_.below(2) == 0;
  write_channel(number, "r", v1::CHANNEL_KIND_PUBLIC_ROOM, *move.mutable_from());
  write_channel(number, to_voice ? "v" : "g", to_voice ? v1::CHANNEL_KIND_VOICE : v1::CHANNEL_KIND_GROUP, *move.mutable_to());
  move.set_accepted(random_.below(10) < 7);
}

void Ordinary::write_call(const Pair& pair, v1::InteractionEvent& event) {
  v1::Call& call = *event.mutable_call();
  const bool are_friends =
      pair.relation == Relation::kAdults || pair.relation == Relation::kPeers || pair.relation == Relation::kFamily;
  call.set_kind(are_friends && random_.below(10) < 3 ? v1::CALL_KIND_VIDEO : v1::CALL_KIND_VOICE);
  call.mutable_duration()->set_seconds(random_.between(10, 1800));
}

}  // namespace pairwatch::generator
