#include "tools/evaluate/observation.h"

#include <algorithm>

namespace pairwatch::evaluate {
namespace {

AgeBand band_of(const AccountView& account) {
  return account.age_band >= 0 && account.age_band <= 4 ? static_cast<AgeBand>(account.age_band) : AgeBand::kUnknown;
}

EventTime time_of(const TimestampView& time) { return EventTime{time.seconds * 1000 + time.nanos / 1'000'000}; }

}  // namespace

Ages ages_of(AgeBand one, AgeBand other) {
  const int minors = int{is_minor(one)} + int{is_minor(other)};
  const bool has_adult = one == AgeBand::kAdult || other == AgeBand::kAdult;
  if (minors == 2) return Ages::kMinors;
  if (minors == 1) return has_adult ? Ages::kAdultMinor : Ages::kUnknownMinor;
  return one == AgeBand::kAdult && other == AgeBand::kAdult ? Ages::kAdults : Ages::kUnknown;
}

std::string_view ages_name(Ages ages) {
  constexpr std::array<std::string_view, kAgesCount> kNames = {"adults", "adult and minor", "unknown and minor", "minors",
                                                               "unknown"};
  return kNames[static_cast<std::size_t>(ages)];
}

Hash128 account_key(std::string_view tenant, std::string_view id) {
  std::string key(tenant);
  key.append(1, '\x1f').append(id);
  return hash128(key);
}

Hash128 directed_pair_key(std::string_view tenant, std::string_view actor, std::string_view target) {
  std::string key(tenant);
  key.append(1, '\x1f').append(actor).append(1, '\x1f').append(target);
  return hash128(key);
}

Hash128 pair_key(std::string_view tenant, std::string_view one, std::string_view other) {
  return directed_pair_key(tenant, std::min(one, other), std::max(one, other));
}

std::size_t Relation::events_until(std::int64_t offset) const {
  return static_cast<std::size_t>(std::upper_bound(offsets.begin(), offsets.end(), offset) - offsets.begin());
}

std::uint16_t Observation::Names::place_of(std::string_view name) {
  const auto at = places.find(name);
  if (at != places.end()) return at->second;
  if (names.size() == UINT16_MAX) return 0;  // beyond what any report can show
  names.emplace_back(name);
  return places[names.back()] = static_cast<std::uint16_t>(names.size() - 1);
}

Observation::Observation(const std::vector<Label>& labels) : relations_(labels.size()) {
  tenants_.place_of("");
  languages_.place_of("");
  for (std::uint32_t i = 0; i < labels.size(); ++i) {
    const Label& label = labels[i];
    switch (label.kind) {
      case SubjectKind::kPair: labels_of_pair_[pair_key(label.tenant, label.actor_id, label.target_id)].push_back(i); break;
      case SubjectKind::kActor: labels_of_account_[account_key(label.tenant, label.actor_id)].push_back(i); break;
      case SubjectKind::kTarget: labels_of_account_[account_key(label.tenant, label.target_id)].push_back(i); break;
    }
    if (label.is_risky && !label.actor_id.empty()) accounts_[account_key(label.tenant, label.actor_id)].is_risky = true;
    if (!label.first_contact_event_id.empty()) named_events_[hash128(label.first_contact_event_id)].push_back({i, false});
    if (!label.harm_event_id.empty()) named_events_[hash128(label.harm_event_id)].push_back({i, true});
  }
}

void Observation::observe(const EventView& event, std::int64_t offset) {
  ++events_;
  const EventTime at = time_of(event.occurred_at);
  count_day(event, at);
  if (!event.target.present) return;
  note_pair(event);
  note_relations(event, {offset, at});
}

void Observation::count_day(const EventView& event, EventTime at) {
  Account& account = accounts_[account_key(event.tenant, event.actor.account_id)];
  const auto day = static_cast<std::int32_t>(at.ms / days(1).ms);
  if (account.last_day >= day) return;  // the input is about in order; a late event counts with the day before
  account.last_day = day;
  ++user_days_;
  minor_days_ += is_minor(band_of(event.actor));
  risky_days_ += account.is_risky;
}

void Observation::note_pair(const EventView& event) {
  const AgeBand actor = band_of(event.actor), target = band_of(event.target);
  Pair& pair = pairs_[pair_key(event.tenant, event.actor.account_id, event.target.account_id)];
  pair.ages = ages_of(actor, target);
  pair.minor = is_minor(actor) && (!is_minor(target) || actor < target) ? actor : is_minor(target) ? target : AgeBand::kUnknown;
  pair.is_trusted = pair.is_trusted || event.trusted_relation.present;
  pair.tenant = tenants_.place_of(event.tenant);
  if (event.kind == InteractionKind::kMessage && !event.message.language.empty()) {
    pair.language = languages_.place_of(event.message.language.substr(0, event.message.language.find('-')));
  }
}

void Observation::note_relations(const EventView& event, const Moment& moment) {
  const auto add = [&](const auto& map, const Hash128& key) {
    const auto found = map.find(key);
    if (found == map.end()) return;
    for (const std::uint32_t label : found->second) {
      Relation& relation = relations_[label];
      if (!relation.first.is_known()) relation.first = moment;
      relation.offsets.push_back(moment.offset);
    }
  };
  add(labels_of_pair_, pair_key(event.tenant, event.actor.account_id, event.target.account_id));
  add(labels_of_account_, account_key(event.tenant, event.actor.account_id));
  add(labels_of_account_, account_key(event.tenant, event.target.account_id));
  const auto named = named_events_.find(hash128(event.event_id));
  if (named == named_events_.end()) return;
  for (const Named& which : named->second) {
    Relation& relation = relations_[which.label];
    if (!which.is_harm) {
      relation.first = moment;  // where the label says so, and not at the first that was seen
    } else if (!relation.harm.is_known()) {
      relation.harm = moment;
    }
  }
}

}  // namespace pairwatch::evaluate
