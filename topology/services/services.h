// The one place where rooms are put together: which decoder, text reader and store each service works with. Every runtime
// (topology/kafka, topology/embedded) gets its processors from here, so that what a data team replays is what ran.
#pragma once

#include <memory>
#include <string_view>

#include "processors/decode/config.h"
#include "processors/escalation/config.h"
#include "processors/intake/config.h"
#include "processors/relationship/config.h"
#include "processors/target/config.h"
#include "processors/text_signals/text_signals.h"
#include "topology/graph.h"
#include "topology/ports.h"

namespace pairwatch {

/// What the rooms can be told. Plain values but for the lexicon, which is immutable and shared by all threads.
struct ServiceConfigs {
  decode::DecodeConfig decode;
  intake::IntakeConfig intake;
  std::shared_ptr<const text_signals::CompiledLexicon> lexicon;  ///< never null
  relationship::RelationshipConfig relationship;
  escalation::EscalationConfig escalation;
  target::TargetConfig target;
};

/// One processor of a service, for one thread at a time, with all it needs but `store`, which outlives it. Copies `configs`.
/// Intake keeps nothing and leaves the store alone.
std::unique_ptr<Processor> make_processor(Service service, const ServiceConfigs& configs, Store& store);

/// The event time from which the time to live of a stored entry counts. `stored`: bytes that the service's processor has put.
EventTime last_event_of(Service service, std::string_view stored);

}  // namespace pairwatch
