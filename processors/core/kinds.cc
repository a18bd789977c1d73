#include "processors/core/kinds.h"

namespace pairwatch {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kNone: return "none";
    case Severity::kWatch: return "watch";
    case Severity::kReview: return "review";
    case Severity::kUrgent: return "urgent";
  }
  return "unknown";
}

std::string_view status_name(EscalationStatus status) {
  switch (status) {
    case EscalationStatus::kOpened: return "opened";
    case EscalationStatus::kRaised: return "raised";
    case EscalationStatus::kUpdated: return "updated";
    case EscalationStatus::kStoodDown: return "stood_down";
  }
  return "unknown";
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConfirmed: return "confirmed";
    case Verdict::kDismissed: return "dismissed";
    case Verdict::kNeedsMore: return "needs_more";
  }
  return "unknown";
}

std::string_view subject_name(SubjectKind subject) {
  switch (subject) {
    case SubjectKind::kPair: return "pair";
    case SubjectKind::kActor: return "actor";
    case SubjectKind::kTarget: return "target";
  }
  return "unknown";
}

}  // namespace pairwatch
