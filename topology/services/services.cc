#include "topology/services/services.h"

#include <utility>

#include "processors/core/check.h"
#include "processors/decode/decode.h"
#include "processors/escalation/escalation.h"
#include "processors/escalation/layout.h"
#include "processors/intake/decisions.h"
#include "processors/intake/intake.h"
#include "processors/relationship/layout.h"
#include "processors/relationship/relationship.h"
#include "processors/target/layout.h"
#include "processors/target/target.h"

namespace pairwatch {
namespace {

/// Intake with the decoder and the text reader it borrows.
class IntakeService final : public Processor {
 public:
  explicit IntakeService(const ServiceConfigs& configs)
      : decoder_(decode::make_decoder(configs.decode)),
        text_reader_(text_signals::make_text_reader(configs.lexicon, intake::fingerprint_seed_of(configs.intake))),
        indicators_(configs.indicators),
        intake_(configs.intake, *decoder_, *text_reader_, indicators_.get()) {}

  Outcome process(const Record& record, Sink& sink) override { return intake_.process(record, sink); }
  void checkpoint() override { intake_.checkpoint(); }
  void rollback() override { intake_.rollback(); }
  Tally take_tally() override { return intake_.take_tally(); }

 private:
  std::unique_ptr<EventDecoder> decoder_;
  std::unique_ptr<TextReader> text_reader_;
  std::shared_ptr<SharedIndicators> indicators_;
  intake::Intake intake_;
};

}  // namespace

void SharedIndicators::publish() {
  std::shared_ptr<const intake::IndicatorTable> table = builder_.publish();
  published_ = builder_.counts();
  const std::lock_guard lock(mutex_);
  current_ = std::move(table);
}

TableCounts SharedIndicators::counts() const { return {published_.entries, published_.refused, published_.unusable}; }

std::shared_ptr<const intake::IndicatorTable> SharedIndicators::current() {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::unique_ptr<Processor> make_processor(Service service, const ServiceConfigs& configs, Store& store) {
  check(configs.lexicon != nullptr, "a lexicon was compiled before services are made");
  switch (service) {
    case Service::kIntake: return std::make_unique<IntakeService>(configs);
    case Service::kRelationship: return std::make_unique<relationship::Relationship>(configs.relationship, store);
    case Service::kEscalation: return std::make_unique<escalation::Escalations>(configs.escalation, store);
    case Service::kTarget: return std::make_unique<target::Targets>(configs.target, store);
    case Service::kDecisions: return std::make_unique<intake::Decisions>();
  }
  check(false, "every service has its room");
  return nullptr;
}

EventTime next_due_of(Service service, const ServiceConfigs& configs, std::string_view stored) {
  if (service == Service::kEscalation) return escalation::next_due_of(stored);
  if (service != Service::kTarget) return kNever;
  target::TargetState state;
  target::decode(stored, state);
  return target::next_due(state, configs.target.rules);
}

EventTime last_event_of(Service service, std::string_view stored) {
  switch (service) {
    case Service::kIntake:
    case Service::kDecisions: break;
    case Service::kRelationship: return relationship::last_event_of(stored);
    case Service::kEscalation: return escalation::last_news_of(stored);
    case Service::kTarget: return target::last_news_of(stored);
  }
  check(false, "a service with a store says when its entries were last used");
  return kNever;
}

}  // namespace pairwatch
