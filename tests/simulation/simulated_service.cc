#include "tests/simulation/simulated_service.h"

#include <memory>

#include "pairwatch/v1/escalation.pb.h"
#include "pairwatch/v1/interaction.pb.h"
#include "processors/core/signal.h"
#include "processors/relationship/relationship.h"
#include "tests/support/counts.h"

namespace pairwatch::simulation {
namespace {

constexpr std::int64_t kStart_ms = 1'772'388'000'000;  // 2026-03-01T18:00:00Z

class CountingProcessor final : public test::CountsInStore {
 public:
  using CountsInStore::CountsInStore;

  Outcome process(const Record& record, Sink& sink) override {
    if (record.value == "bad") return reject(record, sink);
    const std::string key(record.key);
    int& count = count_of(key);
    count = record.value == "reset" ? 0 : count + 1;
    const std::string value = key + '=' + std::to_string(count);
    sink.emit({OutputPort::kCaseInputs, record.key, value, {}});
    tally_.count(Outcome::kTold);
    return Outcome::kTold;
  }
};

class CaseProcessor final : public test::CountsInStore {
 public:
  using CountsInStore::CountsInStore;

  Outcome process(const Record& record, Sink& sink) override {
    const std::string key(record.key);
    int& revision = count_of(key);
    ++revision;
    v1::Escalation escalation;
    escalation.set_escalation_id(key);
    escalation.set_revision(static_cast<std::uint32_t>(revision));
    // One that was held back is written as opened: were others not so, it could not be compared.
    escalation.set_status(record.value == "down" ? v1::ESCALATION_STATUS_STOOD_DOWN : v1::ESCALATION_STATUS_OPENED);
    escalation.mutable_raised_at()->set_seconds(kStart_ms / 1000);
    sink.emit({OutputPort::kReview, record.key, escalation.SerializeAsString(), {}});
    tally_.count(Outcome::kEscalated);
    return Outcome::kEscalated;
  }
};

StoredRecord case_record(Random& random, std::int64_t keys, std::int64_t) {
  return {"case" + std::to_string(random.below(keys)), random.one_in(6) ? "down" : "news", {}, 0};
}

StoredRecord counted_record(Random& random, std::int64_t keys, std::int64_t) {
  const std::int64_t kind = random.below(20);
  const std::string value = kind == 0 ? "bad" : kind <= 2 ? "reset" : "count";
  return {"key" + std::to_string(random.below(keys)), value, {}, 0};
}

constexpr v1::InteractionKind kKinds[] = {v1::INTERACTION_KIND_MESSAGE,        v1::INTERACTION_KIND_MESSAGE,
                                          v1::INTERACTION_KIND_MESSAGE,        v1::INTERACTION_KIND_CONTACT_REQUEST,
                                          v1::INTERACTION_KIND_CONTACT_ACCEPT, v1::INTERACTION_KIND_GIFT,
                                          v1::INTERACTION_KIND_CALL,           v1::INTERACTION_KIND_BLOCK};
constexpr Signal kSignals[] = {Signal::kPersonalInfoProbe, Signal::kContactExchange, Signal::kSecrecyRequest};

StoredRecord interaction_record(Random& random, std::int64_t keys, std::int64_t n) {
  const std::string pair = std::to_string(random.below(keys));
  if (random.one_in(30)) return {"pair-" + pair, "no interaction", {}, 0};
  v1::Interaction message;
  message.set_event_id("event-" + std::to_string(random.one_in(25) ? random.below(n + 1) : n));  // now and then one comes twice
  message.set_occurred_at_ms(kStart_ms + n * 60'000 + random.below(90'000));
  v1::Party adult, minor;
  adult.set_account_id("adult-" + pair);
  adult.set_age_band(v1::AGE_BAND_ADULT);
  minor.set_account_id("minor-" + pair);
  minor.set_age_band(v1::AGE_BAND_13_TO_15);
  const bool forth = !random.one_in(4);
  *message.mutable_actor() = forth ? adult : minor;
  *message.mutable_target() = forth ? minor : adult;
  message.set_kind(kKinds[random.below(std::size(kKinds))]);
  message.mutable_channel()->set_channel_id("channel");
  message.mutable_channel()->set_kind(v1::CHANNEL_KIND_DIRECT);
  if (message.kind() == v1::INTERACTION_KIND_MESSAGE && forth && random.one_in(3)) {
    message.set_text_signals(signal_bit(kSignals[random.below(std::size(kSignals))]));
  }
  if (message.kind() == v1::INTERACTION_KIND_GIFT) {
    message.set_gift_value_minor(random.below(5'000));
    message.set_gift_currency("COIN");
  }
  message.set_source_offset(n);
  return {"pair-" + pair, message.SerializeAsString(), {}, 0};
}

}  // namespace

SimulatedService counting_service() {
  return {"counting", Service::kRelationship, [](Store& store) { return std::make_unique<CountingProcessor>(store); },
          counted_record};
}

SimulatedService case_service() {
  return {"cases", Service::kEscalation, [](Store& store) { return std::make_unique<CaseProcessor>(store); }, case_record, true};
}

SimulatedService relationship_service() {
  return {"relationship", Service::kRelationship,
          [](Store& store) { return std::make_unique<relationship::Relationship>(relationship::RelationshipConfig{}, store); },
          interaction_record};
}

}  // namespace pairwatch::simulation
