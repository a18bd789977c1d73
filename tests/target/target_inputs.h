// Builders of TargetInput that say only what matters, and a room to feed them to:
//
//   Room room;
//   room.feed(contact("a7").at(days(1)).has_case(Severity::kWatch));
//   room.feed(contact("a8").at(days(2)).has_case(Severity::kWatch));
//   EXPECT_EQ(room.told().back().status(), v1::ESCALATION_STATUS_OPENED);
//
// Unless told otherwise: an adult and the minor `m3`, aged 13 to 15, both self-declared, at kBaseTime, nothing known of a risk.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pairwatch/v1/escalation.pb.h"
#include "pairwatch/v1/target_input.pb.h"
#include "processors/core/cases.h"
#include "processors/core/keys.h"
#include "processors/target/target.h"
#include "tests/support/events.h"
#include "tests/support/fakes.h"

namespace pairwatch::test {

class TargetInputBuilder {
 public:
  TargetInputBuilder(std::string_view actor, std::string_view target) {
    input_.mutable_target()->set_account_id(std::string(target));
    target_age(v1::AGE_BAND_13_TO_15);
    input_.mutable_contact()->mutable_actor()->set_account_id(std::string(actor));
    actor_age(v1::AGE_BAND_ADULT);
    at(Duration{0});
  }

  TargetInputBuilder& at(Duration after_base) {
    input_.set_occurred_at_ms((kBaseTime + after_base).ms);
    if (input_.contact().risky_until_ms() == 0) return *this;
    contact().set_risky_from_ms(input_.occurred_at_ms());
    contact().set_risky_until_ms(input_.occurred_at_ms());
    return *this;
  }
  TargetInputBuilder& tenant(std::string_view name) {
    input_.set_tenant(std::string(name));
    return *this;
  }
  TargetInputBuilder& actor_age(v1::AgeBand band, v1::AgeAssurance assurance = v1::AGE_ASSURANCE_SELF_DECLARED) {
    contact().mutable_actor()->set_age_band(band);
    contact().mutable_actor()->set_age_assurance(assurance);
    return *this;
  }
  TargetInputBuilder& target_age(v1::AgeBand band, v1::AgeAssurance assurance = v1::AGE_ASSURANCE_SELF_DECLARED) {
    input_.mutable_target()->set_age_band(band);
    input_.mutable_target()->set_age_assurance(assurance);
    return *this;
  }
  /// A risk at the time of the news.
  TargetInputBuilder& risk(double value) {
    contact().set_risk(value);
    contact().set_risky_from_ms(input_.occurred_at_ms());
    contact().set_risky_until_ms(input_.occurred_at_ms());
    return *this;
  }
  TargetInputBuilder& has_case(Severity severity, std::uint32_t number = 1) {
    contact().set_severity(static_cast<v1::Severity>(severity));
    contact().set_case_number(number);
    return input_.contact().risk() > 0 ? *this : risk(0.5);
  }
  /// A moderator dismissed its case.
  TargetInputBuilder& ended() {
    contact().set_ended(true);
    input_.set_by_decision(true);
    return *this;
  }
  TargetInputBuilder& reached(v1::Stage stage, Duration when = {0}) {
    v1::StageReached& reached = *contact().add_stages();
    reached.set_stage(stage);
    reached.mutable_reached_at()->set_seconds((kBaseTime + when).ms / 1000);
    return *this;
  }
  TargetInputBuilder& met(Duration when, std::uint32_t mutual_contacts) {
    contact().set_first_contact_at_ms((kBaseTime + when).ms);
    contact().set_mutual_contacts(mutual_contacts);
    return *this;
  }

  v1::TargetInput& raw() { return input_; }
  const v1::TargetInput& input() const { return input_; }

 private:
  v1::ContactNews& contact() { return *input_.mutable_contact(); }

  v1::TargetInput input_;
};

inline TargetInputBuilder contact(std::string_view actor, std::string_view target = "m3") { return {actor, target}; }

/// Nothing stands down by itself.
inline target::TargetConfig patient() {
  target::TargetConfig config;
  StandDownRules& rules = config.rules.stand_down;
  rules.quiet_watch = rules.quiet_review = rules.quiet_urgent = days(36'500);
  return config;
}

/// The room with a store and a sink of its own.
class Room {
 public:
  explicit Room(const target::TargetConfig& configuration = {}) : config(configuration), room(config, store) {}

  Outcome feed(const TargetInputBuilder& builder) { return feed(builder.input()); }
  Outcome feed(const v1::TargetInput& input) {
    std::string key;
    write_account_key(input.tenant(), {input.target().account_id()}, key);
    return feed(key, input.SerializeAsString());
  }
  Outcome feed(std::string_view key, std::string_view value) {
    const Record record{key, value, headers, 0, 0, offset++};
    return room.process(record, sink);
  }
  /// What a moderator concluded, as the forwarder of decisions sends it.
  Outcome decide(const std::string& id, v1::Verdict verdict, Duration after_base, Duration snooze = {0}) {
    v1::TargetInput input;
    input.set_occurred_at_ms((kBaseTime + after_base).ms);
    input.set_by_decision(true);
    input.mutable_decision()->set_escalation_id(id);
    input.mutable_decision()->set_verdict(verdict);
    if (snooze.ms > 0) input.mutable_decision()->mutable_snooze_until()->set_seconds((kBaseTime + after_base + snooze).ms / 1000);
    return feed("key4", input.SerializeAsString());
  }

  /// Everything that was told, in order.
  std::vector<v1::Escalation> told() const {
    std::vector<v1::Escalation> all;
    for (const CollectedOutput& output : sink.outputs) EXPECT_TRUE(all.emplace_back().ParseFromString(output.value));
    return all;
  }
  Severity highest() const {
    Severity severity = Severity::kNone;
    for (const v1::Escalation& escalation : told()) severity = std::max(severity, static_cast<Severity>(escalation.severity()));
    return severity;
  }
  /// What is stored of a minor; asks for a checkpoint.
  target::TargetState stored(std::string_view minor = "m3", std::string_view tenant = "") {
    room.checkpoint();
    target::TargetState state;
    const std::string_view bytes = store.get(target_subject(tenant, {minor}));
    if (!bytes.empty()) target::decode(bytes, state);
    return state;
  }

  target::TargetConfig config;
  FakeStore store;
  target::Targets room;
  CollectingSink sink;
  std::vector<Header> headers;
  std::int64_t offset = 0;
};

}  // namespace pairwatch::test
