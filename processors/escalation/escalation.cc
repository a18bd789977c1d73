#include "processors/escalation/escalation.h"

#include <limits>
#include <utility>

#include "processors/core/check.h"
#include "processors/core/keys.h"
#include "processors/escalation/account_share.h"
#include "processors/escalation/read_news.h"
#include "processors/escalation/render.h"

namespace pairwatch::escalation {
namespace {

OutputPort port_of(Severity severity) {
  switch (severity) {
    case Severity::kUrgent: return OutputPort::kUrgent;
    case Severity::kReview: return OutputPort::kReview;
    case Severity::kWatch: return OutputPort::kWatch;
    case Severity::kNone: break;
  }
  check(false, "a case that is told has a severity");
  return OutputPort::kWatch;
}

}  // namespace

Escalations::Escalations(const EscalationConfig& config, Store& store) : config_(config), actors_(store, config.hot_entries) {}

Outcome Escalations::process(const Record& record, Sink& sink) {
  const bool fits = record.value.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !input_.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) return reject(record, sink);
  if (!read_news(input_, news_)) return reject(record, sink);
  write_account_key(news_.tenant, news_.actor.id, key_);
  if (record.key != key_) return reject(record, sink);

  tally_.note(news_.at);
  ActorState& state = actors_.at(hash128(record.key));
  const Step step = advance(state, news_, config_);
  if (step.expired) ++tally_.entries_expired;
  for (const Signal signal : kAccountSignals) {
    if ((step.fired & signal_bit(signal)) != 0) tally_.count(signal);
  }
  tally_.evidence_dropped += step.left;
  for (const CaseMove& move : step.moves) tell(move, state, record, sink);
  actors_.changed();
  tally_.count(step.outcome);
  return step.outcome;
}

Outcome Escalations::reject(const Record& record, Sink& sink) {
  tally_.count(Reject::kMalformedInternalRecord);
  tally_.count(Outcome::kDeadLetter);
  sink.reject(record, Reject::kMalformedInternalRecord);
  return Outcome::kDeadLetter;
}

void Escalations::tell(const CaseMove& move, const ActorState& state, const Record& record, Sink& sink) {
  render(move, news_, state, config_, record.key, escalation_);
  value_.clear();
  check(escalation_.AppendToString(&value_), "an escalation can be written");
  sink.emit({port_of(move.severity), record.key, value_, record.headers});
  tally_.count(move.severity, move.status, move.kind);
}

void Escalations::checkpoint() { actors_.checkpoint(); }

void Escalations::rollback() { actors_.rollback(); }

Tally Escalations::take_tally() { return std::exchange(tally_, {}); }

}  // namespace pairwatch::escalation
