// The one place where rooms are put together: which decoder, text reader and store each service works with. Every runtime
// (topology/kafka, topology/embedded) gets its processors from here, so that what a data team replays is what ran.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "processors/decode/config.h"
#include "processors/escalation/config.h"
#include "processors/intake/config.h"
#include "processors/intake/indicators.h"
#include "processors/relationship/config.h"
#include "processors/target/config.h"
#include "processors/text_signals/text_signals.h"
#include "topology/graph.h"
#include "topology/ports.h"

namespace pairwatch {

/// The indicators that intake holds, once a process: the runtime applies what comes, in one thread; intake's workers take what was
/// published, each between its transactions.
class SharedIndicators final : public GlobalTable, public intake::Indicators {
 public:
  explicit SharedIndicators(std::size_t max_indicators) : builder_(max_indicators), current_(builder_.publish()) {}

  void apply(std::string_view key, std::string_view value) override { builder_.apply(key, value); }
  void publish() override;
  TableCounts counts() const override;
  std::shared_ptr<const intake::IndicatorTable> current() override;

 private:
  intake::IndicatorTableBuilder builder_;
  intake::IndicatorCounts published_;  ///< as of the last publish()
  std::mutex mutex_;
  std::shared_ptr<const intake::IndicatorTable> current_;  ///< guarded by mutex_
};

/// What the rooms can be told. Plain values but for the lexicon, which is immutable and shared by all threads.
struct ServiceConfigs {
  decode::DecodeConfig decode;
  intake::IntakeConfig intake;
  std::shared_ptr<const text_signals::CompiledLexicon> lexicon;  ///< never null
  std::shared_ptr<SharedIndicators> indicators;                  ///< null: nothing is known
  relationship::RelationshipConfig relationship;
  escalation::EscalationConfig escalation;
  target::TargetConfig target;
};

/// One processor of a service, for one thread at a time, with all it needs but `store`, which outlives it. Copies `configs`.
/// Intake keeps nothing and leaves the store alone.
std::unique_ptr<Processor> make_processor(Service service, const ServiceConfigs& configs, Store& store);

/// When the next timer of a stored entry is due; kNever: it has none. `stored`: bytes that the service's processor has put.
EventTime next_due_of(Service service, const ServiceConfigs& configs, std::string_view stored);

/// The event time from which the time to live of a stored entry counts. `stored`: bytes that the service's processor has put.
EventTime last_event_of(Service service, std::string_view stored);

}  // namespace pairwatch
