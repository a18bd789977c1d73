#include "processors/target/render.h"

#include <algorithm>
#include <string>
#include <vector>

#include "processors/core/cases.h"
#include "processors/core/decay.h"
#include "processors/core/hash.h"
#include "processors/core/keys.h"
#include "processors/core/timestamp.h"
#include "processors/target/explanation.h"

namespace pairwatch::target {
namespace {

template <typename Enum, typename Value>
Enum as(Value value) {
  return static_cast<Enum>(static_cast<int>(value));
}

std::uint32_t routing_hash_of(const std::string& tenant, const std::string& id) {
  std::string key;
  write_account_key(tenant, {id}, key);
  return murmur2(key);
}

void render_subject(const TargetState& state, const Crowd& crowd, v1::Subject& out) {
  out.set_kind(v1::SUBJECT_KIND_TARGET);
  out.set_tenant(state.tenant);
  out.set_target_id(state.id);
  out.set_target_age_band(as<v1::AgeBand>(state.age_band));
  out.set_target_age_assurance(as<v1::AgeAssurance>(state.age_assurance));
  for (const std::uint8_t place : crowd.all()) out.add_actor_ids(state.contacts[place].id);
}

/// Each stage that one of them reached, at the earliest; in order of first reach.
void render_stages(const TargetState& state, const Crowd& crowd, v1::Escalation& out) {
  StageTimes earliest{};
  for (const std::uint8_t place : crowd.all()) {
    const StageTimes& stages = state.contacts[place].stages;
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
      const bool is_earlier = stages[stage] != kNever && (earliest[stage] == kNever || stages[stage] < earliest[stage]);
      if (is_earlier) earliest[stage] = stages[stage];
    }
  }
  std::vector<std::size_t> order;
  for (std::size_t stage = 1; stage < earliest.size(); ++stage) {
    if (earliest[stage] != kNever) order.push_back(stage);
  }
  if (order.empty()) return;
  out.set_stage(as<v1::Stage>(order.back()));
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return earliest[a] < earliest[b]; });
  for (const std::size_t stage : order) {
    v1::StageReached& reached = *out.add_stages();
    reached.set_stage(as<v1::Stage>(stage));
    set_time(earliest[stage], *reached.mutable_reached_at());
  }
}

/// The PAIR cases of those accounts, the most severe first.
void render_related(const TargetState& state, const Crowd& crowd, v1::Escalation& out) {
  for (const std::uint8_t place : crowd.all()) {
    const ContactRecord& contact = state.contacts[place];
    if (contact.severity == Severity::kNone || contact.case_number == 0) continue;
    if (static_cast<std::size_t>(out.related_escalation_ids_size()) == kRelatedLimit) return;
    out.add_related_escalation_ids(escalation_id(SubjectKind::kPair, routing_hash_of(state.tenant, contact.id),
                                                 pair_subject(state.tenant, {contact.id}, {state.id}), contact.case_number));
  }
}

EventTime first_contact_of(const TargetState& state, const Crowd& crowd) {
  EventTime first = kNever;
  for (const std::uint8_t place : crowd.all()) {
    const EventTime at = state.contacts[place].first_contact_at;
    if (at != kNever && (first == kNever || at < first)) first = at;
  }
  return first;
}

}  // namespace

void render(const CaseMove& move, const TargetNews& news, const TargetState& state, const TargetConfig& config,
            v1::Escalation& out) {
  out.Clear();
  const CaseRecord& record = state.target_case;
  out.set_escalation_id(escalation_id(SubjectKind::kTarget, routing_hash_of(state.tenant, state.id), record.subject, move.number));
  out.set_revision(move.revision);
  out.set_status(as<v1::EscalationStatus>(move.status));
  out.set_reason(as<v1::EscalationReason>(move.reason));
  out.set_severity(as<v1::Severity>(move.severity));
  out.set_risk(move.risk);
  render_subject(state, move.crowd, *out.mutable_subject());
  const bool is_told_again = move.status != EscalationStatus::kStoodDown && !move.verdict;
  if (is_told_again) {
    render_stages(state, move.crowd, out);
    v1::Evidence& evidence = *out.add_evidence();
    evidence.set_signal(std::string(info(Signal::kMultipleRiskyAdults).name));
    set_time(move.crowd.from, *evidence.mutable_occurred_at());
    evidence.set_contribution(round_to_4_decimals(move.crowd.contribution));
    evidence.set_count(static_cast<std::uint32_t>(move.crowd.count));
  }
  PriorityFacts facts;
  facts.severity = move.severity;
  facts.risk = move.risk;
  facts.vulnerable = state.is_vulnerable;
  facts.under_13 = state.age_band == AgeBand::kUnder13;
  if (const EventTime first = first_contact_of(state, move.crowd); first != kNever) {
    facts.since_first_contact = move.at - first;
    set_time(first, *out.mutable_first_contact_at());
  }
  out.set_priority(priority_of(facts, config.rules.priority));
  out.set_explanation(explain(move, state, config.language));
  set_time(move.at, *out.mutable_raised_at());
  if (move.quiet_since == kNever) {
    // The platform's event, not the record of the internal topic: the same live, in a replay, and whatever the partitions.
    out.mutable_decided_at()->set_topic(news.is_by_decision ? config.decisions_topic : config.source_topic);
    out.mutable_decided_at()->set_partition(news.source.partition);
    out.mutable_decided_at()->set_offset(news.source.offset);
  }
  out.mutable_rules()->set_version(config.rules.version);
  out.mutable_rules()->set_sha256(config.rules.sha256);
  render_related(state, move.crowd, out);
  out.set_held_back_count(move.held_back);
}

}  // namespace pairwatch::target
