#include "processors/relationship/features.h"

#include <algorithm>
#include <array>

#include "processors/core/decay.h"

namespace pairwatch::relationship {
namespace {

constexpr bool kTruth = true;
constexpr bool kNumber = false;

double in_minutes(Duration span) { return static_cast<double>(span.ms) / static_cast<double>(minutes(1).ms); }

/// A count of which no times are kept.
FeatureValue number(double value) { return {value, kNever, kNever}; }

template <Count kWhat>
FeatureValue count_of(const Direction& direction) {
  return number(direction.from().count(kWhat));
}
template <Count kWhat>
FeatureValue count_back(const Direction& direction) {
  return number(direction.to().count(kWhat));
}

FeatureValue messages_of(const SideState& side) {
  return {static_cast<double>(side.count(Count::kMessages)), side.rates.at, side.rates.at};
}
FeatureValue message_count(const Direction& direction) { return messages_of(direction.from()); }
FeatureValue replies_count(const Direction& direction) { return messages_of(direction.to()); }

FeatureValue truth(bool holds) { return number(holds ? 1 : 0); }

/// Gifts of a side, as far as their currencies are remembered.
FeatureValue gifts_of(const PairState& state, Side giver) {
  FeatureValue gifts = number(state.side(giver).count(Count::kGifts));
  for (std::size_t i = 0; i < state.currency_count; ++i) {
    const GiftLine& given = state.gifts[i].from[index(giver)];
    if (given.count == 0) continue;
    gifts.first_at = gifts.first_at == kNever ? given.first_at : std::min(gifts.first_at, given.first_at);
    gifts.last_at = std::max(gifts.last_at, given.latest_at);
  }
  return gifts;
}
FeatureValue gift_count(const Direction& direction) { return gifts_of(direction.state, direction.actor); }
FeatureValue gifts_received_count(const Direction& direction) { return gifts_of(direction.state, other(direction.actor)); }

FeatureValue sent_count(const Direction& direction) { return number(direction.from().sent()); }
FeatureValue received_count(const Direction& direction) { return number(direction.to().sent()); }

FeatureValue refusal_count(const Direction& direction) {
  const SideState& to = direction.to();
  const double refusals =
      static_cast<double>(to.count(Count::kBlocks)) + to.count(Count::kReports) + to.count(Count::kContactRemoves);
  return {refusals, to.first_refused_at, to.last_refused_at};
}

FeatureValue known_for_minutes(const Direction& direction) {
  return number(in_minutes(direction.now() - direction.state.first_at));
}

/// A faded count as of now.
FeatureValue faded_messages(const SideState& side, std::size_t rate, EventTime now) {
  if (side.rates.at == kNever) return number(0);
  return {side.rates.values[rate] * decay(now - side.rates.at, kRateHalfLives[rate]), side.rates.at, side.rates.at};
}
FeatureValue messages_last_hour(const Direction& direction) {
  return faded_messages(direction.from(), kRateOfHour, direction.now());
}
FeatureValue messages_last_day(const Direction& direction) { return faded_messages(direction.from(), kRateOfDay, direction.now()); }
FeatureValue messages_received_last_day(const Direction& direction) {
  return faded_messages(direction.to(), kRateOfDay, direction.now());
}

FeatureValue night_share(const Direction& direction) {
  const Rates& rates = direction.from().rates;
  if (rates.at == kNever || rates.values[kRateOfFortnight] <= 0) return {};
  return {rates.values[kRateOfNights] / rates.values[kRateOfFortnight], rates.at, rates.at};
}

FeatureValue largest_gift_value(const Direction& direction) {
  FeatureValue largest = number(0);
  for (std::size_t i = 0; i < direction.state.currency_count; ++i) {
    const GiftLine& given = direction.state.gifts[i].from[index(direction.actor)];
    if (given.count == 0) continue;
    const auto value = static_cast<double>(given.largest_value);
    if (value > largest.value || (value == largest.value && given.largest_at < largest.first_at)) {
      largest = {value, given.largest_at, given.largest_at};
    }
  }
  return largest;
}

/// Minutes from first contact to a first time; unknown where there was none.
FeatureValue since_first_contact(const Direction& direction, EventTime at) {
  if (at == kNever) return {};
  return {in_minutes(at - direction.state.first_at), at, at};
}

FeatureValue moved_private_within_minutes(const Direction& direction) {
  EventTime first = kNever;
  for (const SideState* side : {&direction.from(), &direction.to()}) {
    for (std::size_t kind = 0; kind < side->ladder.size(); ++kind) {
      const EventTime used = side->ladder[kind];
      if (!is_private(static_cast<ChannelKind>(kind)) || used == kNever) continue;
      if (first == kNever || used < first) first = used;
    }
  }
  if (first == direction.state.first_at) return {};  // they met there
  return since_first_contact(direction, first);
}

FeatureValue left_platform_within_minutes(const Direction& direction) {
  return since_first_contact(direction, direction.from().ladder[index(ChannelKind::kExternal)]);
}

FeatureValue count_in_common(const MutualContacts& mutual) {
  if (!mutual.known) return {};
  return number(mutual.count);
}
FeatureValue mutual_contacts(const Direction& direction) { return count_in_common(direction.state.mutual_newest); }
FeatureValue mutual_contacts_at_first(const Direction& direction) { return count_in_common(direction.state.mutual_first); }

FeatureValue account_age_days(const Direction& direction) {
  const std::uint16_t created = direction.from().created_day, met = day_of(direction.state.first_at);
  if (created == 0 || created > met) return {};
  return number(met - created);
}

FeatureValue stages_reached(const Direction& direction) {
  const auto reached = std::count_if(direction.stages.begin(), direction.stages.end(), [](EventTime at) { return at != kNever; });
  return number(static_cast<double>(reached));
}

FeatureValue account_started(const Direction& direction) { return truth(direction.state.started_by == direction.actor); }
FeatureValue account_is_adult(const Direction& direction) { return truth(direction.from().age_band == AgeBand::kAdult); }
FeatureValue account_age_unknown(const Direction& direction) { return truth(direction.from().age_band == AgeBand::kUnknown); }
FeatureValue other_under_13(const Direction& direction) { return truth(direction.to().age_band == AgeBand::kUnder13); }
FeatureValue other_age_unknown(const Direction& direction) { return truth(direction.to().age_band == AgeBand::kUnknown); }
FeatureValue other_accepted(const Direction& direction) { return truth(direction.to().count(Count::kContactAccepts) > 0); }
FeatureValue mutual_contacts_all_recent(const Direction& direction) {
  return truth(direction.state.mutual_newest.known && direction.state.mutual_newest.all_recent);
}

constexpr auto kFeatures = std::to_array<Feature>({
    {"account_age_days", "days", "how old the account was when the two first met", "when it was made is not known", kNumber,
     account_age_days},
    {"account_age_unknown", "true or false", "the account's age is not known", "", kTruth, account_age_unknown},
    {"account_is_adult", "true or false", "the account is known or says to be an adult's", "", kTruth, account_is_adult},
    {"account_started", "true or false", "the account made the first contact", "", kTruth, account_started},
    {"call_count", "times", "calls of the account", "", kNumber, count_of<Count::kCalls>},
    {"contact_request_count", "times", "contact requests of the account", "", kNumber, count_of<Count::kContactRequests>},
    {"gift_count", "times", "gifts of the account", "", kNumber, gift_count},
    {"gifts_received_count", "times", "gifts of the other", "", kNumber, gifts_received_count},
    {"known_for_minutes", "minutes", "from the first interaction of the two to the newest", "", kNumber, known_for_minutes},
    {"largest_gift_value", "smallest unit of its currency", "the largest gift of the account, 0 where there was none", "", kNumber,
     largest_gift_value},
    {"left_platform_within_minutes", "minutes", "from first contact until the account first used another app with the other",
     "it did not", kNumber, left_platform_within_minutes},
    {"media_count", "times", "messages of the account with something attached", "", kNumber, count_of<Count::kMedia>},
    {"message_count", "times", "messages of the account", "", kNumber, message_count},
    {"messages_last_day", "times, faded", "messages of the account, halved with each day", "", kNumber, messages_last_day},
    {"messages_last_hour", "times, faded", "messages of the account, halved with each hour", "", kNumber, messages_last_hour},
    {"messages_received_last_day", "times, faded", "messages of the other, halved with each day", "", kNumber,
     messages_received_last_day},
    {"moved_private_within_minutes", "minutes",
     "from first contact, where that was in a shared place, until the two were first by themselves",
     "they never were, or met there", kNumber, moved_private_within_minutes},
    {"mutual_contacts", "contacts", "in common, as the newest event that said so", "no event said so", kNumber, mutual_contacts},
    {"mutual_contacts_all_recent", "true or false", "all contacts in common are recent ones of the one who acted", "", kTruth,
     mutual_contacts_all_recent},
    {"mutual_contacts_at_first", "contacts", "in common, as the first event that said so", "no event said so", kNumber,
     mutual_contacts_at_first},
    {"night_share", "0 to 1",
     "of the account's messages of a fortnight, those at night where the other lives; 0 where that is unknown",
     "there was no message", kNumber, night_share},
    {"other_accepted", "true or false", "the other accepted a contact request", "", kTruth, other_accepted},
    {"other_age_unknown", "true or false", "the other's age is not known", "", kTruth, other_age_unknown},
    {"other_under_13", "true or false", "the other is under 13", "", kTruth, other_under_13},
    {"received_count", "times", "interactions of the other with the account", "", kNumber, received_count},
    {"refusal_count", "times", "blocks, reports and removals by the other", "", kNumber, refusal_count},
    {"replies_count", "times", "messages of the other", "", kNumber, replies_count},
    {"sent_count", "times", "interactions of the account with the other", "", kNumber, sent_count},
    {"stages_reached", "stages", "how many of the six the account has reached", "", kNumber, stages_reached},
});
static_assert(kFeatures.size() <= 255);

}  // namespace

std::span<const Feature> all_features() { return kFeatures; }

std::optional<std::uint8_t> feature_named(std::string_view name) {
  const auto found = std::find_if(kFeatures.begin(), kFeatures.end(), [&](const Feature& one) { return one.name == name; });
  if (found == kFeatures.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - kFeatures.begin());
}

}  // namespace pairwatch::relationship
