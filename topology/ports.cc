#include "topology/ports.h"

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

}  // namespace pairwatch
