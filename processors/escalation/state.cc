#include "processors/escalation/state.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "processors/core/cases.h"
#include "processors/core/check.h"
#include "processors/escalation/layout.h"

namespace pairwatch::escalation {
namespace {

bool in_order(const TargetRecord& a, const TargetRecord& b) {
  return a.first_at != b.first_at ? a.first_at < b.first_at : a.hash < b.hash;
}

bool leaves_before(const TargetRecord& a, const TargetRecord& b) {
  return a.newest() != b.newest() ? a.newest() < b.newest() : a.hash < b.hash;
}

void insert_in_order(std::vector<TargetRecord>& targets, const TargetRecord& target) {
  targets.insert(std::lower_bound(targets.begin(), targets.end(), target, in_order), target);
}

void forget_oldest_target(ActorState& state) {
  state.targets.erase(std::min_element(state.targets.begin(), state.targets.end(), leaves_before));
  ++state.forgotten_targets;
}

/// What differs between a target before and after a piece of news, of what counts over the whole account.
TargetChange difference(const TargetRecord& before, const TargetRecord& after, EventTime at) {
  TargetChange change;
  if (after.is_stranger_minor()) {
    change.is_one_more = !before.is_stranger_minor();
    change.is_contact = change.is_one_more || after.first_at != before.first_at;
    change.contacted_at = after.first_at;
  }
  if (after.has_opening()) {
    change.is_opening =
        !before.has_opening() || after.opened_at != before.opened_at || after.opening != before.opening || change.is_contact;
    change.opened_at = after.opened_at;
  }
  change.is_earlier = after.first_at != before.first_at;
  change.seen_at = after.first_at;
  if (after.has_complained()) {
    const bool is_new = !before.has_complained();
    change.is_complaint =
        is_new || after.complained_first_at != before.complained_first_at || after.complained_last_at != before.complained_last_at;
    change.complained_at = is_new ? after.complained_first_at : at;
  }
  return change;
}

void merge(const TargetNews& news, TargetRecord& target) {
  const auto earliest = [&](EventTime& time) {
    if (time == kNever || news.at < time) time = news.at;
  };
  const auto response = static_cast<std::uint16_t>(TargetMark::kReplied) | static_cast<std::uint16_t>(TargetMark::kAccepted);
  const auto opened = static_cast<std::uint16_t>(TargetMark::kOpened);
  if ((news.marks & opened) != 0) {
    const bool is_same_time = target.has(TargetMark::kOpened) && news.at == target.opened_at;
    if (is_same_time) target.opening = std::min(target.opening, news.opening);
    if (!target.has(TargetMark::kOpened) || news.at < target.opened_at) {
      target.opened_at = news.at;
      target.opening = news.opening;
    }
  }
  target.marks |= news.marks;
  if ((news.marks & response) != 0) earliest(target.responded_at);
  if (news.is_complaint) {
    earliest(target.complained_first_at);
    target.complained_last_at = std::max(target.complained_last_at, news.at);
  }
  earliest(target.first_at);
}

void forget_least_busy(ActorState& state) {
  state.busy.erase(std::min_element(state.busy.begin(), state.busy.end(), [](const BusyTarget& a, const BusyTarget& b) {
    const std::uint32_t left = a.activity_by(kLatestEventTime), right = b.activity_by(kLatestEventTime);
    return left != right ? left < right : a.hash < b.hash;
  }));
}

void forget_longest_quiet(ActorState& state) {
  state.number_floor = std::max(state.number_floor, state.quiet.front().number);
  state.quiet.erase(state.quiet.begin());
}

/// Shrinks the open case that was quiet for longest; `spared` is never the one. Whether there was one.
bool let_go_quietest(ActorState& state, const Hash128* spared) {
  auto quietest = state.cases.end();
  for (auto it = state.cases.begin(); it != state.cases.end(); ++it) {
    if (spared != nullptr && it->subject == *spared) continue;
    if (quietest == state.cases.end() || it->last_news_at < quietest->last_news_at) quietest = it;
  }
  if (quietest == state.cases.end()) return false;
  state.quiet.push_back({quietest->subject, quietest->number, quietest->revision, quietest->standing()});
  state.cases.erase(quietest);
  return true;
}

}  // namespace

void TargetRecord::set_name(std::string_view id) {
  check(id.size() <= kTargetNameLimit, "a name that is kept fits");
  name_size = static_cast<std::uint8_t>(id.size());
  name_bytes = {};
  std::memcpy(name_bytes.data(), id.data(), id.size());
}

std::uint32_t BusyTarget::activity_by(EventTime time) const {
  for (std::size_t level = kActivityLevels; level > 0; --level) {
    if (reached[level - 1] != kNever && reached[level - 1] <= time) return kLeastActivity << (level - 1);
  }
  return 0;
}

const BusyTarget* ActorState::find_busy(std::uint64_t hash) const {
  for (const BusyTarget& target : busy) {
    if (target.hash == hash) return &target;
  }
  return nullptr;
}

TargetRecord* ActorState::find_target(std::uint64_t hash) {
  for (TargetRecord& target : targets) {
    if (target.hash == hash) return &target;
  }
  return nullptr;
}

CaseRecord* ActorState::find_case(const Hash128& subject) {
  for (CaseRecord& record : cases) {
    if (record.subject == subject) return &record;
  }
  return nullptr;
}

RiskRecord* ActorState::find_risk(const Hash128& subject) {
  for (RiskRecord& record : risks) {
    if (record.subject == subject) return &record;
  }
  return nullptr;
}

Severity ActorState::severity_of_case(const Hash128& subject) const {
  for (const CaseRecord& record : cases) {
    if (record.subject == subject) return record.standing();
  }
  for (const QuietCase& record : quiet) {
    if (record.subject == subject) return record.severity;
  }
  return Severity::kNone;
}

double RiskRecord::highest_log_odds() const {
  check(point_count > 0, "a remembered risk has a point");
  double highest = points[0].log_odds;
  for (const RiskPoint& point : all()) highest = std::max(highest, point.log_odds);
  return highest;
}

void remember_age(ActorState& state, AgeBand band, AgeAssurance assurance, EventTime at) {
  if (!is_newer_age(state.age_band, state.age_assurance, state.age_at, band, assurance, at)) return;
  state.age_band = band;
  state.age_assurance = assurance;
  state.age_at = at;
}

bool remember_device(ActorState& state, std::uint64_t digest, EventTime at) {
  if (digest == 0) return false;
  const auto by_digest = [](const DeviceRecord& device, std::uint64_t wanted) { return device.digest < wanted; };
  const auto place = std::lower_bound(state.devices.begin(), state.devices.end(), digest, by_digest);
  if (place != state.devices.end() && place->digest == digest) {
    place->last_at = std::max(place->last_at, at);
    return false;
  }
  state.devices.insert(place, {digest, at});
  if (state.devices.size() <= kDeviceLimit) return true;
  const auto oldest =
      std::min_element(state.devices.begin(), state.devices.end(), [](const DeviceRecord& a, const DeviceRecord& b) {
        return a.last_at != b.last_at ? a.last_at < b.last_at : a.digest < b.digest;
      });
  const bool is_itself = oldest->digest == digest;
  state.devices.erase(oldest);
  return !is_itself;
}

TargetChange remember_target(ActorState& state, const TargetNews& news, std::size_t max_targets) {
  const std::uint64_t hash = hash64(news.id);
  if (news.is_contact && (state.first_contact_at == kNever || news.at < state.first_contact_at)) state.first_contact_at = news.at;

  TargetRecord* known = state.find_target(hash);
  if (known != nullptr) {
    const TargetRecord before = *known;
    merge(news, *known);
    const TargetRecord after = *known;
    if (after.first_at != before.first_at) {
      state.targets.erase(state.targets.begin() + (known - state.targets.data()));
      insert_in_order(state.targets, after);
    }
    return difference(before, after, news.at);
  }

  // Once somebody has left, one who is not here is taken to be one of those: what they did since then must not count them twice.
  if (state.forgotten_targets > 0 && !news.is_contact) {
    if (!news.is_complaint) return {};
    --state.forgotten_targets;
  }
  TargetRecord target;
  target.hash = hash;
  merge(news, target);
  if (news.id.size() <= kTargetNameLimit) target.set_name(news.id);
  insert_in_order(state.targets, target);
  while (state.targets.size() > max_targets) forget_oldest_target(state);
  return state.find_target(hash) == nullptr ? TargetChange{} : difference(TargetRecord{}, target, news.at);
}

bool remember_activity(ActorState& state, std::string_view id, std::uint32_t count, EventTime at, std::size_t max_busy_targets,
                       std::uint64_t& left) {
  check(count >= kLeastActivity, "activity is told from kLeastActivity on");
  const auto doublings = static_cast<std::size_t>(std::bit_width(count / kLeastActivity)) - 1;
  const std::size_t level = std::min(doublings, kActivityLevels - 1);
  const std::uint64_t hash = hash64(id);
  auto known = std::find_if(state.busy.begin(), state.busy.end(), [&](const BusyTarget& target) { return target.hash == hash; });
  if (known == state.busy.end()) {
    known = state.busy.emplace(state.busy.end());
    known->hash = hash;
  }
  EventTime& reached = known->reached[level];
  if (reached != kNever && reached <= at) return false;
  reached = at;
  if (state.busy.size() > max_busy_targets) {
    forget_least_busy(state);
    ++left;
  }
  return true;
}

CaseRecord& open_case(ActorState& state, const Hash128& subject, EventTime at, std::size_t max_cases, std::uint64_t& let_go) {
  CaseRecord record;
  record.subject = subject;
  record.opened_at = record.last_news_at = at;
  const auto quiet = std::find_if(state.quiet.begin(), state.quiet.end(), [&](const QuietCase& q) { return q.subject == subject; });
  if (quiet != state.quiet.end()) {
    record.number = quiet->number;
    record.revision = quiet->revision;
    record.severity = quiet->severity;
    for (unsigned told = 1; told <= static_cast<unsigned>(quiet->severity); ++told) {  // at most: where it began is not kept
      record.written |= severity_bit(static_cast<Severity>(told));
    }
    if (quiet->severity == Severity::kNone) open_next(record, at);
    state.quiet.erase(quiet);
  } else {
    record.number = state.number_floor + 1;
  }
  while (state.cases.size() >= std::max<std::size_t>(max_cases, 1) && let_go_quietest(state, nullptr)) ++let_go;
  while (state.quiet.size() > max_cases) {
    forget_longest_quiet(state);
    ++let_go;
  }
  state.cases.push_back(record);
  return state.cases.back();
}

void forget_lowest_risk(ActorState& state) {
  state.risks.erase(std::min_element(state.risks.begin(), state.risks.end(), [](const RiskRecord& a, const RiskRecord& b) {
    const double left = a.highest_log_odds(), right = b.highest_log_odds();
    return left != right ? left < right : a.subject < b.subject;
  }));
}

std::uint64_t fit(ActorState& state) {
  if (largest_size(state) <= kActorStateLimit) return 0;
  std::size_t size = encoded_size(state);
  std::uint64_t left = 0;
  for (TargetRecord& target : state.targets) {
    if (size <= kActorStateLimit) return left;
    if (target.name_size <= sizeof(target.hash)) continue;
    size -= target.name_size - sizeof(target.hash);
    target.name_size = 0;
    target.name_bytes = {};
    ++left;
  }
  while (size > kActorStateLimit && !state.quiet.empty()) {
    forget_longest_quiet(state);
    size = encoded_size(state);
    ++left;
  }
  while (size > kActorStateLimit && !state.busy.empty()) {
    forget_least_busy(state);
    size = encoded_size(state);
    ++left;
  }
  while (size > kActorStateLimit && !state.risks.empty()) {
    forget_lowest_risk(state);
    size = encoded_size(state);
    ++left;
  }
  while (size > kActorStateLimit && !state.targets.empty()) {
    forget_oldest_target(state);
    size = encoded_size(state);
    ++left;
  }
  while (size > kActorStateLimit && state.cases.size() > 1) {
    check(let_go_quietest(state, &state.cases.back().subject), "there is a case to let go");
    // A case that was let go is smaller, and in the end leaves too.
    while (state.quiet.size() > state.cases.size()) forget_longest_quiet(state);
    size = encoded_size(state);
    ++left;
  }
  return left;
}

}  // namespace pairwatch::escalation
