#include "processors/intake/decisions.h"

#include <google/protobuf/util/json_util.h>

#include <limits>
#include <optional>
#include <utility>

#include "processors/core/case_id.h"
#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "processors/core/time.h"
#include "processors/core/timestamp.h"

namespace pairwatch::intake {
namespace {

/// Far above what a decision needs.
constexpr std::size_t kRecordLimit = 64 << 10;

/// Confluent's frame: a zero, four bytes of schema id, and the message's place in the schema, a zero for the first.
constexpr std::size_t kFrameBytes = 6;

std::optional<Reject> parse(std::string_view value, v1::Decision& decision) {
  if (value.size() > kRecordLimit) return Reject::kRecordTooLarge;
  const std::size_t start = value.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return Reject::kUnrecognisedEncoding;
  if (value[start] == '{') {
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    decision.Clear();
    const bool is_read = google::protobuf::util::JsonStringToMessage({value.data(), value.size()}, &decision, options).ok();
    return is_read ? std::nullopt : std::optional(Reject::kMalformedJson);
  }
  if (value.front() == '\0') {
    if (value.size() <= kFrameBytes || value[kFrameBytes - 1] != '\0') return Reject::kUnrecognisedEncoding;
    value.remove_prefix(kFrameBytes);
  }
  if (!decision.ParseFromArray(value.data(), static_cast<int>(value.size()))) return Reject::kMalformedProtobuf;
  return std::nullopt;
}

std::optional<Reject> problem_of(const v1::Decision& decision) {
  if (decision.verdict() == v1::VERDICT_UNSPECIFIED) return Reject::kMissingVerdict;
  if (!v1::Verdict_IsValid(decision.verdict())) return Reject::kUnknownEnumerator;
  if (!decision.has_decided_at()) return Reject::kMissingTime;
  if (!event_time_of(decision.decided_at())) return Reject::kTimeOutOfBounds;
  if (decision.has_snooze_until() && !event_time_of(decision.snooze_until())) return Reject::kTimeOutOfBounds;
  return std::nullopt;
}

void mark_by_decision(v1::CaseInput&) {}  // there its kind says so
void mark_by_decision(v1::TargetInput& input) { input.set_by_decision(true); }

/// As the input of the stage in which the case lives.
template <typename Input>
void wrap(const v1::Decision& decision, const Record& record, EventTime at, Input& input, std::string& value) {
  input.Clear();
  input.set_occurred_at_ms(at.ms);
  input.set_source_partition(record.partition);
  input.set_source_offset(record.offset);
  mark_by_decision(input);
  *input.mutable_decision() = decision;
  check(input.SerializeToString(&value), "a decision can be serialised");
}

}  // namespace

Outcome Decisions::process(const Record& record, Sink& sink) {
  std::optional<Reject> problem = parse(record.value, decision_);
  if (!problem) problem = problem_of(decision_);
  std::optional<CaseId> id;
  if (!problem) id = read_case_id(decision_.escalation_id());
  if (!problem && !id) problem = Reject::kUnknownCase;
  if (problem) {
    tally_.count(*problem);
    tally_.count(Outcome::kDeadLetter);
    sink.reject(record, *problem);
    return Outcome::kDeadLetter;
  }

  const EventTime at = *event_time_of(decision_.decided_at());
  decision_.clear_moderator();
  decision_.clear_note_hash();
  const bool is_about_a_minor = id->kind == SubjectKind::kTarget;
  if (is_about_a_minor) {
    wrap(decision_, record, at, target_input_, value_);
  } else {
    wrap(decision_, record, at, case_input_, value_);
  }
  const auto key = key_with_murmur2(id->routing_hash);
  const OutputPort port = is_about_a_minor ? OutputPort::kTargetInputs : OutputPort::kCaseInputs;
  sink.emit({port, std::string_view(key.data(), key.size()), value_, record.headers});
  tally_.note(at);
  tally_.count(Outcome::kForwarded);
  return Outcome::kForwarded;
}

Tally Decisions::take_tally() { return std::exchange(tally_, Tally{}); }

}  // namespace pairwatch::intake
