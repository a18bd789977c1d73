#include "processors/relationship/relationship.h"

#include <charconv>
#include <utility>

#include "processors/core/check.h"
#include "processors/core/interaction_wire.h"
#include "processors/core/keys.h"
#include "processors/relationship/layout.h"
#include "processors/relationship/wire.h"

namespace pairwatch::relationship {
namespace {

constexpr std::string_view kSourceHeader = "pairwatch-source";

void append_number(std::int64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

}  // namespace

void PairCodec::decode(std::string_view bytes, PairState& state) {
  const LayoutProblem problem = relationship::decode(bytes, state);
  if (problem != LayoutProblem::kNone) check(false, std::string(layout_problem_message(problem)).c_str());
}

void PairCodec::encode(const PairState& state, std::string& out) { relationship::encode(state, out); }

Relationship::Relationship(const RelationshipConfig& config, Store& store) : config_(config), pairs_(store, config.hot_entries) {}

Outcome Relationship::process(const Record& record, Sink& sink) {
  const Outcome outcome = decide(record, sink);
  tally_.count(outcome);
  return outcome;
}

void Relationship::checkpoint() { pairs_.checkpoint(); }

void Relationship::rollback() { pairs_.rollback(); }

Tally Relationship::take_tally() { return std::exchange(tally_, Tally{}); }

Outcome Relationship::decide(const Record& record, Sink& sink) {
  if (!read_interaction(record.value, interaction_)) {
    tally_.count(Reject::kMalformedInternalRecord);
    sink.reject(record, Reject::kMalformedInternalRecord);
    return Outcome::kDeadLetter;
  }
  tally_.note(interaction_.at);
  write_pair_key(interaction_.tenant, interaction_.actor.id, interaction_.target.id, key_);
  PairState& state = pairs_.at(pair_key(key_).hash);
  advance(state, interaction_, config_, step_);
  if (step_.outcome == Outcome::kDuplicate) return step_.outcome;
  pairs_.changed();
  count(step_);
  if (step_.outcome == Outcome::kTold) tell(record, state, sink);
  return step_.outcome;
}

void Relationship::count(const Step& step) {
  tally_.evidence_dropped += step.dropped;
  tally_.entries_expired += step.expired ? 1 : 0;
  if ((step.fired | step.fired_other) == 0) return;
  for (const SignalInfo& row : all_signals()) {
    const RuleState state = config_.rules.signals.of(row.signal).state;
    if ((step.fired & signal_bit(row.signal)) != 0) tally_.count(row.signal, state);
    if ((step.fired_other & signal_bit(row.signal)) != 0) tally_.count(row.signal, state);
  }
  if (((step.fired | step.fired_other) >> kFirstCombination) == 0) return;
  for (std::uint32_t i = 0; i < kCombinationLimit; ++i) {
    const std::uint64_t bit = signal_bit(signal_of_combination(i + 1));
    tally_.combinations[i] += ((step.fired & bit) != 0 ? 1U : 0U) + ((step.fired_other & bit) != 0 ? 1U : 0U);
  }
}

void Relationship::tell(const Record& record, const PairState& state, Sink& sink) {
  write_headers(record);
  for (const Side side : kBothSides) {
    const DirectionStep& direction = step_.directions[index(side)];
    if (!direction.is_judged) continue;
    for (const FactTold& fact : direction.all_facts()) {
      begin_case_input(interaction_, state, side, case_input_);
      write_fact(interaction_, state, side, fact, case_input_);
      emit(sink);
    }
    if (!direction.tell_risk) continue;
    begin_case_input(interaction_, state, side, case_input_);
    write_risk(interaction_, state, side, direction.assessment, case_input_);
    emit(sink);
  }
}

void Relationship::emit(Sink& sink) {
  write_account_key(case_input_.tenant(), {case_input_.actor().account_id()}, key_);
  check(case_input_.SerializeToString(&value_), "a case input can be serialised");
  sink.emit({OutputPort::kCaseInputs, key_, value_, headers_});
}

void Relationship::write_headers(const Record& record) {
  source_.assign(config_.input_topic).push_back('/');
  append_number(record.partition, source_);
  source_.push_back('/');
  append_number(record.offset, source_);
  headers_.clear();
  for (const Header& header : record.headers) {
    if (header.name != kSourceHeader) headers_.push_back(header);
  }
  headers_.push_back({kSourceHeader, source_});
}

}  // namespace pairwatch::relationship
