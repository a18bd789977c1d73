#include "processors/escalation/escalation.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "processors/core/keys.h"
#include "processors/escalation/account_share.h"
#include "processors/escalation/read_news.h"
#include "processors/escalation/render.h"
#include "processors/escalation/timers.h"

namespace pairwatch::escalation {
namespace {

/// Few cases open or are decided, beside the news there is.
constexpr std::size_t kHotPlaces = 256;

}  // namespace

Escalations::Escalations(const EscalationConfig& config, Store& store)
    : config_(config), actors_(store, config.hot_entries), places_(store, kHotPlaces) {}

Outcome Escalations::process(const Record& record, Sink& sink) {
  const bool fits = record.value.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !input_.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())))
    return reject(record, Reject::kMalformedInternalRecord, sink);
  if (input_.has_decision()) return decide(record, sink);
  if (!read_news(input_, news_)) return reject(record, Reject::kMalformedInternalRecord, sink);
  write_account_key(news_.tenant, news_.actor.id, key_);
  if (record.key != key_) return reject(record, Reject::kMalformedInternalRecord, sink);

  tally_.note(news_.at);
  ActorState& state = actors_.at(hash128(record.key));
  tell_faded(state, news_.at, record.key, sink);
  const Step step = advance(state, news_, config_);
  if (step.expired) ++tally_.entries_expired;
  for (const Signal signal : kAccountSignals) {
    if ((step.fired & signal_bit(signal)) != 0) tally_.count(signal, config_.rules.signals.of(signal).state);
  }
  tally_.evidence_dropped += step.left;
  for (const CaseMove& move : step.moves) tell(move, news_, state, record.key, record.headers, sink);
  tell_of_targets(step, state, record.headers, sink);
  if (step.is_new_device && state.confirmed_count > 0) {
    indicators_.tell_device({news_.tenant, news_.actor.id}, news_.actor.device, state.confirmed_at, record.headers, sink);
  }
  actors_.changed();
  tally_.count(step.outcome);
  return step.outcome;
}

/// A decision names a case; whose it is stands in its place.
Outcome Escalations::decide(const Record& record, Sink& sink) {
  if (!read_decision(input_, news_)) return reject(record, Reject::kMalformedInternalRecord, sink);
  auto& decision = std::get<DecisionNews>(news_.what);
  const CasePlace& place = places_.at(decision.id.subject);
  key_ = place.routing_key;
  target_ = place.target;
  const std::optional<AccountName> account_name = read_account_key(key_);
  if (!account_name || murmur2(key_) != decision.id.routing_hash) return reject(record, Reject::kUnknownCase, sink);
  news_.tenant = account_name->tenant;
  news_.actor = {};
  news_.actor.id = account_name->id;
  decision.target = target_;

  ActorState& state = actors_.at(hash128(key_));
  tell_faded(state, news_.at, key_, sink);
  const Step step = advance(state, news_, config_);
  if (step.outcome == Outcome::kDeadLetter) return reject(record, Reject::kUnknownCase, sink);
  tally_.note(news_.at);
  tally_.evidence_dropped += step.left;
  tally_.count(decision.verdict, step.decided_severity);
  for (const CaseMove& move : step.moves) tell(move, news_, state, key_, record.headers, sink);
  tell_of_targets(step, state, record.headers, sink);
  const ConfirmedAccount account{news_.tenant, news_.actor.id};
  if (step.is_confirmed) indicators_.tell(account, state, record.headers, sink);
  if (step.is_unconfirmed) indicators_.take_back(account, state, record.headers, sink);
  actors_.changed();
  tally_.count(step.outcome);
  return step.outcome;
}

EventTime Escalations::fire(const Hash128& key, EventTime before, Sink& sink) {
  ActorState& state = actors_.at(key);
  tell_faded(state, before, {}, sink);
  return state.next_due;
}

Outcome Escalations::reject(const Record& record, Reject reason, Sink& sink) {
  tally_.count(reason);
  tally_.count(Outcome::kDeadLetter);
  sink.reject(record, reason);
  return Outcome::kDeadLetter;
}

void Escalations::tell(const CaseMove& move, const CaseNews& news, const ActorState& state, std::string_view routing_key,
                       std::span<const Header> headers, Sink& sink) {
  render(move, news, state, config_, routing_key, escalation_);
  value_.clear();
  check(escalation_.AppendToString(&value_), "an escalation can be written");
  emit_escalation(move, routing_key, value_, headers, sink);
  const bool is_new = move.status == EscalationStatus::kOpened || move.status == EscalationStatus::kRaised;
  const bool goes_on = move.status == EscalationStatus::kUpdated && move.evidence.count > 0;  // and was not only decided on
  if (is_new || goes_on) {
    CasePlace& place = places_.at(move.subject);
    place.at = std::max(place.at, move.at);
    place.routing_key = routing_key;
    place.target = escalation_.subject().target_id();
    places_.changed();
  }
  tally_.count(move.severity, move.status, move.kind);
}

/// Stands down what is due, as things are before the news. `routing_key` may be empty: whose entry it is stands in the places of
/// its cases too. Nothing of a record's headers goes with it, since no record has caused it.
void Escalations::tell_faded(ActorState& state, EventTime before, std::string_view routing_key, Sink& sink) {
  if (state.next_due == kNever || state.next_due >= before) return;
  faded_.clear();
  stand_down_faded(state, before, config_.rules, faded_);
  state.next_due = earliest_due(state, config_.rules);
  actors_.changed();
  CaseNews nobody;
  for (CaseMove& move : faded_) {
    const CasePlace& place = places_.at(move.subject);
    const std::string key(routing_key.empty() ? std::string_view(place.routing_key) : routing_key);
    const std::optional<AccountName> name = read_account_key(key);
    if (!name) continue;  // its place was forgotten: nobody can say any more whose case it is
    nobody.tenant = name->tenant;
    nobody.actor.id = name->id;
    move.target = place.target;
    tell(move, nobody, state, key, {}, sink);
  }
}

void Escalations::tell_of_targets(const Step& step, const ActorState& state, std::span<const Header> headers, Sink& sink) {
  contacts_told(step, news_, state, config_, contacts_);
  for (const ContactTold& contact : contacts_) {
    write_target_input(contact, news_, state, target_input_);
    value_.clear();
    check(target_input_.AppendToString(&value_), "a target input can be written");
    write_account_key(news_.tenant, contact.target.id, target_key_);
    sink.emit({OutputPort::kTargetInputs, target_key_, value_, headers});
  }
}

void Escalations::checkpoint() {
  actors_.checkpoint();
  places_.checkpoint();
}

void Escalations::rollback() {
  actors_.rollback();
  places_.rollback();
}

Tally Escalations::take_tally() { return std::exchange(tally_, {}); }

}  // namespace pairwatch::escalation
