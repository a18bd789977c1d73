#include "processors/target/target.h"

#include <limits>
#include <utility>

#include "processors/core/check.h"
#include "processors/core/keys.h"
#include "processors/target/read_news.h"
#include "processors/target/render.h"

namespace pairwatch::target {
Targets::Targets(const TargetConfig& config, Store& store) : config_(config), minors_(store, config.hot_entries) {}

Outcome Targets::process(const Record& record, Sink& sink) {
  const bool fits = record.value.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !input_.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())) || !read_news(input_, news_))
    return reject(record, Reject::kMalformedInternalRecord, sink);
  const auto* decision = std::get_if<DecisionNews>(&news_.what);
  if (decision == nullptr) {
    write_account_key(news_.tenant, news_.target, key_);
    if (record.key != key_) return reject(record, Reject::kMalformedInternalRecord, sink);
  }
  TargetState& state = minors_.at(decision == nullptr ? target_subject(news_.tenant, news_.target) : decision->id.subject);
  tell_faded(state, news_.at, sink);
  const Step step = advance(state, news_, config_);
  if (step.outcome == Outcome::kDeadLetter) return reject(record, Reject::kUnknownCase, sink);
  tally_.note(news_.at);
  if (step.expired) ++tally_.entries_expired;
  if (step.has_fired) tally_.count(Signal::kMultipleRiskyAdults, config_.rules.signals.of(Signal::kMultipleRiskyAdults).state);
  if (step.has_left) ++tally_.evidence_dropped;
  if (decision != nullptr) tally_.count(decision->verdict, step.decided_severity);
  if (step.move) tell(*step.move, state, record.headers, sink);
  minors_.changed();
  tally_.count(step.outcome);
  return step.outcome;
}

EventTime Targets::fire(const Hash128& key, EventTime before, Sink& sink) {
  TargetState& state = minors_.at(key);
  tell_faded(state, before, sink);
  return next_due(state, config_.rules);
}

/// As things are before the news. Nothing of a record's headers goes with it, since no record has caused it.
void Targets::tell_faded(TargetState& state, EventTime before, Sink& sink) {
  const auto faded = stand_down_faded(state, before, config_.rules);
  if (!faded) return;
  tell(*faded, state, {}, sink);
  minors_.changed();
}

Outcome Targets::reject(const Record& record, Reject reason, Sink& sink) {
  tally_.count(reason);
  tally_.count(Outcome::kDeadLetter);
  sink.reject(record, reason);
  return Outcome::kDeadLetter;
}

void Targets::tell(const CaseMove& move, const TargetState& state, std::span<const Header> headers, Sink& sink) {
  render(move, news_, state, config_, escalation_);
  value_.clear();
  check(escalation_.AppendToString(&value_), "an escalation can be written");
  write_account_key(state.tenant, {state.id}, key_);
  emit_escalation(move, key_, value_, headers, sink);
  tally_.count(move.severity, move.status, SubjectKind::kTarget);
}

Tally Targets::take_tally() { return std::exchange(tally_, {}); }

}  // namespace pairwatch::target
