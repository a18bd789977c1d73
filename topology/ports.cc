#include "topology/ports.h"

#include "processors/core/cases.h"
#include "processors/core/check.h"

namespace pairwatch {

std::string_view port_name(OutputPort port) {
  switch (port) {
    case OutputPort::kInteractions: return "interactions";
    case OutputPort::kCaseInputs: return "case_inputs";
    case OutputPort::kUrgent: return "urgent";
    case OutputPort::kReview: return "review";
    case OutputPort::kWatch: return "watch";
    case OutputPort::kDeadLetters: return "dead_letters";
    case OutputPort::kTargetInputs: return "target_inputs";
    case OutputPort::kIndicators: return "indicators";
  }
  return "unknown";
}

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

std::optional<Severity> severity_of(OutputPort port) {
  switch (port) {
    case OutputPort::kUrgent: return Severity::kUrgent;
    case OutputPort::kReview: return Severity::kReview;
    case OutputPort::kWatch: return Severity::kWatch;
    case OutputPort::kInteractions:
    case OutputPort::kCaseInputs:
    case OutputPort::kTargetInputs:
    case OutputPort::kIndicators:
    case OutputPort::kDeadLetters: return std::nullopt;
  }
  return std::nullopt;
}

void emit_escalation(const CaseRevision& revision, std::string_view key, std::string_view value, std::span<const Header> headers,
                     Sink& sink) {
  if (revision.status != EscalationStatus::kStoodDown) return sink.emit({port_of(revision.severity), key, value, headers});
  for (const Severity severity : {Severity::kWatch, Severity::kReview, Severity::kUrgent}) {
    const bool was_there = (revision.written & severity_bit(severity)) != 0;
    if (was_there) sink.emit({port_of(severity), key, value, headers});
  }
}

}  // namespace pairwatch
