// Builders of CaseInput that say only what matters, and a room to feed them to:
//
//   Room room;
//   room.feed(risk("a7", "m3").at(minutes(3)).shows(Signal::kSecrecyRequest, 1.4).log_odds(1.0));
//   EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_OPENED);
//
// Unless told otherwise: an adult towards a 13 to 15 year old, both self-declared, at kBaseTime.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/escalation.pb.h"
#include "pairwatch/v1/target_input.pb.h"
#include "processors/core/keys.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"
#include "processors/escalation/escalation.h"
#include "tests/support/events.h"
#include "tests/support/fakes.h"

namespace pairwatch::test {

/// Log-odds that lie within a severity, by the default thresholds.
inline constexpr double kBelowWatch = -1.5;  // 0.18
inline constexpr double kAtWatch = 0.0;      // 0.50
inline constexpr double kAtReview = 1.2;     // 0.77
inline constexpr double kAtUrgent = 3.0;     // 0.95

/// For instance `m7`. (Appended: g++ 12 warns wrongly of `"m" + std::to_string(7)`.)
template <typename Number>
std::string numbered(std::string_view stem, Number number) {
  std::string name(stem);
  return name.append(std::to_string(number));
}

inline void fill_party(std::string_view id, v1::AgeBand band, v1::Party& party) {
  party.set_account_id(std::string(id));
  party.set_age_band(band);
  party.set_age_assurance(v1::AGE_ASSURANCE_SELF_DECLARED);
}

class CaseInputBuilder {
 public:
  explicit CaseInputBuilder(std::string_view actor) {
    fill_party(actor, v1::AGE_BAND_ADULT, *input_.mutable_actor());
    at(Duration{0});
  }

  CaseInputBuilder& at(Duration after_base) {
    input_.set_occurred_at_ms((kBaseTime + after_base).ms);
    return *this;
  }
  CaseInputBuilder& source(std::int32_t partition, std::int64_t offset) {
    input_.set_source_partition(partition);
    input_.set_source_offset(offset);
    return *this;
  }
  CaseInputBuilder& tenant(std::string_view name) {
    input_.set_tenant(std::string(name));
    return *this;
  }
  CaseInputBuilder& actor_age(v1::AgeBand band, v1::AgeAssurance assurance = v1::AGE_ASSURANCE_SELF_DECLARED) {
    input_.mutable_actor()->set_age_band(band);
    input_.mutable_actor()->set_age_assurance(assurance);
    return *this;
  }
  CaseInputBuilder& device(std::uint64_t digest) {
    input_.mutable_actor()->set_device(digest);
    return *this;
  }
  CaseInputBuilder& target_age(v1::AgeBand band) {
    target().set_age_band(band);
    return *this;
  }
  CaseInputBuilder& vulnerable_target() {
    target().set_heightened_vulnerability(true);
    return *this;
  }

  // Risks only.
  CaseInputBuilder& log_odds(double value) {
    input_.mutable_risk()->set_log_odds(value);
    return *this;
  }
  CaseInputBuilder& shows(Signal signal, double contribution, std::uint32_t count = 1, Duration first = {0}, Duration last = {0}) {
    v1::RiskEvidence& evidence = *input_.mutable_risk()->add_evidence();
    evidence.set_signal(static_cast<std::uint32_t>(signal));
    evidence.set_contribution(contribution);
    evidence.set_count(count);
    evidence.set_first_at_ms((kBaseTime + first).ms);
    evidence.set_last_at_ms((kBaseTime + (last < first ? first : last)).ms);
    evidence.set_event_id(numbered("event-", static_cast<int>(signal)));
    evidence.set_source_partition(1);
    evidence.set_source_offset(static_cast<int>(signal) * 10);
    return *this;
  }
  CaseInputBuilder& reached(v1::Stage stage, Duration when = {0}) {
    v1::StageReached& reached = *input_.mutable_risk()->add_stages();
    reached.set_stage(stage);
    reached.mutable_reached_at()->set_seconds((kBaseTime + when).ms / 1000);
    return *this;
  }
  CaseInputBuilder& first_contact(Duration when) {
    input_.mutable_risk()->set_first_contact_at_ms((kBaseTime + when).ms);
    return *this;
  }

  v1::CaseInput& raw() { return input_; }
  const v1::CaseInput& input() const { return input_; }

 private:
  v1::Party& target() {
    return input_.has_fact() ? *input_.mutable_fact()->mutable_target() : *input_.mutable_risk()->mutable_target();
  }

  v1::CaseInput input_;
};

inline CaseInputBuilder risk(std::string_view actor, std::string_view target) {
  CaseInputBuilder builder(actor);
  v1::Risk& risk = *builder.raw().mutable_risk();
  fill_party(target, v1::AGE_BAND_13_TO_15, *risk.mutable_target());
  risk.set_first_contact_at_ms(kBaseTime.ms);
  risk.set_actor_started(true);
  risk.set_log_odds(kAtReview);
  return builder;
}

inline CaseInputBuilder fact(v1::FactKind kind, std::string_view actor, std::string_view target) {
  CaseInputBuilder builder(actor);
  v1::Fact& fact = *builder.raw().mutable_fact();
  fact.set_kind(kind);
  fill_party(target, v1::AGE_BAND_13_TO_15, *fact.mutable_target());
  return builder;
}

/// The first contact with an account it does not know.
inline CaseInputBuilder stranger_contact(std::string_view actor, std::string_view target) {
  CaseInputBuilder builder = fact(v1::FACT_KIND_FIRST_CONTACT, actor, target);
  builder.raw().mutable_fact()->set_stranger(true);
  return builder;
}

/// The actor's first words to somebody, known by their fingerprint.
inline CaseInputBuilder first_text(std::string_view actor, std::string_view target, std::uint64_t fingerprint) {
  CaseInputBuilder builder = fact(v1::FACT_KIND_FIRST_TEXT, actor, target);
  builder.raw().mutable_fact()->set_text_fingerprint(fingerprint);
  return builder;
}

/// There were so many interactions with somebody by then.
inline CaseInputBuilder activity(std::string_view actor, std::string_view target, std::uint32_t count) {
  CaseInputBuilder builder = fact(v1::FACT_KIND_ACTIVITY_DOUBLED, actor, target);
  builder.raw().mutable_fact()->set_count(count);
  return builder;
}

inline CaseInputBuilder account_change(std::string_view actor) {
  CaseInputBuilder builder(actor);
  builder.raw().mutable_account_change();
  return builder;
}

/// Keeps what moderators are told apart from what the stage of minors is told.
class SplitSink final : public Sink {
 public:
  void emit(const Output& output) override { (output.port == OutputPort::kTargetInputs ? of_minors : told).emit(output); }
  void reject(const Record& record, Reject reason) override { told.reject(record, reason); }

  void clear() { outputs.clear(); }

  CollectingSink told;
  CollectingSink of_minors;
  std::vector<CollectedOutput>& outputs = told.outputs;
  std::vector<CollectedReject>& rejects = told.rejects;
};

/// Nothing stands down by itself.
inline escalation::EscalationConfig patient() {
  escalation::EscalationConfig config;
  StandDownRules& rules = config.rules.stand_down;
  rules.quiet_watch = rules.quiet_review = rules.quiet_urgent = rules.longest = days(36'500);
  return config;
}

/// The room with a store and a sink of its own.
class Room {
 public:
  explicit Room(const escalation::EscalationConfig& configuration = {}) : config(configuration), room(config, store) {}

  Outcome feed(const CaseInputBuilder& builder) { return feed(builder.input()); }
  Outcome feed(const v1::CaseInput& input) {
    std::string key;
    write_account_key(input.tenant(), {input.actor().account_id()}, key);
    return feed(key, input.SerializeAsString());
  }
  Outcome feed(std::string_view key, std::string_view value) {
    const Record record{key, value, headers, 0, 0, offset++};
    return room.process(record, sink);
  }

  /// The actor `a7` contacts the minors `m0`, `m1` ... as a stranger, one an hour.
  void contact_strangers(int count, Duration first = {0}) {
    for (int i = 0; i < count; ++i) feed(stranger_contact("a7", numbered("m", i)).at(first + hours(i)));
  }

  /// Everything that moderators were told, in order.
  std::vector<v1::Escalation> told() const {
    std::vector<v1::Escalation> all;
    for (const CollectedOutput& output : sink.outputs) {
      if (output.port == OutputPort::kIndicators) continue;
      EXPECT_TRUE(all.emplace_back().ParseFromString(output.value));
    }
    return all;
  }
  /// What the stage of minors was told, in order.
  std::vector<v1::TargetInput> told_of_minors() const {
    std::vector<v1::TargetInput> all;
    for (const CollectedOutput& output : sink.of_minors.outputs) {
      EXPECT_TRUE(all.emplace_back().ParseFromString(output.value));
    }
    return all;
  }
  std::vector<v1::Escalation> told(v1::SubjectKind kind) const {
    std::vector<v1::Escalation> chosen;
    for (v1::Escalation& escalation : told()) {
      if (escalation.subject().kind() == kind) chosen.push_back(std::move(escalation));
    }
    return chosen;
  }
  /// What was told of the pairs with that target.
  std::vector<v1::Escalation> told_of(std::string_view target) const {
    std::vector<v1::Escalation> chosen;
    for (v1::Escalation& escalation : told(v1::SUBJECT_KIND_PAIR)) {
      if (escalation.subject().target_id() == target) chosen.push_back(std::move(escalation));
    }
    return chosen;
  }
  /// What is stored of an actor; asks for a checkpoint.
  escalation::ActorState stored(std::string_view actor, std::string_view tenant = "") {
    room.checkpoint();
    std::string key;
    write_account_key(tenant, {actor}, key);
    escalation::ActorState state;
    const std::string_view bytes = store.get(hash128(key));
    if (!bytes.empty()) escalation::decode(bytes, state);
    return state;
  }

  escalation::EscalationConfig config;
  FakeStore store;
  escalation::Escalations room;
  SplitSink sink;
  std::vector<Header> headers;
  std::int64_t offset = 0;
};

}  // namespace pairwatch::test
