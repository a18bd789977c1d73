#include "processors/escalation/render.h"

#include <algorithm>
#include <string>
#include <vector>

#include "processors/core/cases.h"
#include "processors/core/decay.h"
#include "processors/core/timestamp.h"
#include "processors/escalation/explanation.h"
#include "processors/escalation/risk_story.h"

namespace pairwatch::escalation {
namespace {

/// Ids of events are told for the weightiest of the evidence, and only where they are short.
constexpr std::size_t kEventIdCount = 8;
constexpr std::size_t kEventIdLimit = 36;
/// Targets that an ACTOR case names.
constexpr std::size_t kNamedTargets = 100;

template <typename Enum, typename Value>
Enum as(Value value) {
  return static_cast<Enum>(static_cast<int>(value));
}

void set_source(const SourcePosition& source, const std::string& topic, v1::SourcePosition& out) {
  out.set_topic(topic);
  out.set_partition(source.partition);
  out.set_offset(source.offset);
}

void render_pair_subject(const CaseNews& news, const RiskNews& risk, v1::Subject& out) {
  out.set_target_id(std::string(risk.target.id.value));
  out.set_actor_age_band(as<v1::AgeBand>(news.actor.age_band));
  out.set_actor_age_assurance(as<v1::AgeAssurance>(news.actor.age_assurance));
  out.set_target_age_band(as<v1::AgeBand>(risk.target.age_band));
  out.set_target_age_assurance(as<v1::AgeAssurance>(risk.target.age_assurance));
}

void render_actor_subject(const ActorState& state, v1::Subject& out) {
  std::vector<const TargetRecord*> targets;
  for (const TargetRecord& target : state.targets) {
    if (target.name_size > 0) targets.push_back(&target);
  }
  std::sort(targets.begin(), targets.end(), [](const TargetRecord* a, const TargetRecord* b) {
    return a->newest() != b->newest() ? a->newest() > b->newest() : a->hash < b->hash;
  });
  if (targets.size() > kNamedTargets) targets.resize(kNamedTargets);
  for (const TargetRecord* target : targets) out.add_target_ids(std::string(target->name()));
  out.set_distinct_targets(state.distinct_targets());
  out.set_actor_age_band(as<v1::AgeBand>(state.age_band));
  out.set_actor_age_assurance(as<v1::AgeAssurance>(state.age_assurance));
}

void render_evidence(const CaseMove& move, const EscalationConfig& config, v1::Escalation& out) {
  std::size_t place = 0;
  for (const EvidenceItem& item : move.evidence.all()) {
    v1::Evidence& evidence = *out.add_evidence();
    evidence.set_signal(evidence_name(item.signal, config.rules.combinations));
    evidence.set_stage(as<v1::Stage>(evidence_stage(item.signal, config.rules.combinations)));
    set_time(item.first_at, *evidence.mutable_occurred_at());
    if (place++ < kEventIdCount && item.event_id.size() <= kEventIdLimit) evidence.set_event_id(std::string(item.event_id));
    if (item.source) set_source(*item.source, config.source_topic, *evidence.mutable_source());
    evidence.set_contribution(round_to_4_decimals(item.contribution));
    evidence.set_count(item.count);
  }
}

void render_stages(const CaseMove& move, v1::Escalation& out) {
  Stage furthest = Stage::kNone;
  for (const StageItem& item : move.stages.all()) {
    v1::StageReached& stage = *out.add_stages();
    stage.set_stage(as<v1::Stage>(item.stage));
    set_time(item.reached_at, *stage.mutable_reached_at());
    furthest = std::max(furthest, item.stage);
  }
  out.set_stage(as<v1::Stage>(furthest));
}

void render_channels(const RiskNews& risk, v1::Escalation& out) {
  for (std::size_t i = 0; i < risk.channel_count; ++i) {
    const ChannelItem& item = risk.channels[i];
    v1::ChannelSeen& channel = *out.add_channels();
    channel.set_channel_id(std::string(item.id));
    channel.set_kind(as<v1::ChannelKind>(item.kind));
    set_time(item.first_seen_at, *channel.mutable_first_seen_at());
    set_time(item.last_seen_at, *channel.mutable_last_seen_at());
  }
}

/// The risk that a PAIR case tells: the news itself, or one that came before, read into `remembered`.
const RiskNews* risk_behind(const CaseMove& move, const CaseNews& news, RiskNews& remembered) {
  if (move.quiet_since != kNever) return nullptr;
  if (move.story.empty()) return std::get_if<RiskNews>(&news.what);
  read_story(move.story, remembered);
  remembered.target.age_band = move.target_band;
  remembered.target.age_assurance = move.target_assurance;
  return &remembered;
}

/// What is left to tell of a pair whose case a moderator decided, or which stands down by itself.
void render_ended_pair(const CaseMove& move, const CaseNews& news, const ActorState& state, v1::Subject& out) {
  const bool is_by_itself = move.quiet_since != kNever;
  out.set_target_id(is_by_itself ? move.target : std::string(std::get<DecisionNews>(news.what).target));
  out.set_actor_age_band(as<v1::AgeBand>(state.age_band));
  out.set_actor_age_assurance(as<v1::AgeAssurance>(state.age_assurance));
}

Story story_of(const CaseMove& move, const CaseNews& news, const RiskNews* risk, const ActorState& state) {
  Story story;
  story.kind = move.kind;
  story.severity = move.severity;
  story.risk = move.risk;
  story.evidence = move.evidence;
  story.stages = move.stages;
  story.fan_out = move.fan_out;
  story.complaints = move.complaints;
  story.review_cases = move.review_cases;
  story.distinct_targets = state.distinct_targets();
  if (risk == nullptr) {
    story.actor_age = state.age_band;
    story.first_contact_at = state.first_contact_at;
    return story;
  }
  story.actor_age = news.actor.age_band;
  story.target_age = risk->target.age_band;
  story.is_direct = move.is_direct;
  story.first_contact_at = risk->first_contact_at;
  story.actor_started = risk->actor_started;
  story.mutual_contacts = risk->mutual_contacts;
  story.message_count = risk->message_count;
  story.received_count = risk->received_count;
  return story;
}

std::uint32_t priority(const Story& story, EventTime at, const RiskNews* risk, const ActorState& state,
                       const PriorityRules& rules) {
  const auto any_is = [&](TargetMark mark) {
    return std::any_of(state.targets.begin(), state.targets.end(), [&](const TargetRecord& target) { return target.has(mark); });
  };
  PriorityFacts facts;
  facts.severity = story.severity;
  facts.risk = story.risk;
  facts.vulnerable = risk != nullptr ? risk->target.heightened_vulnerability : any_is(TargetMark::kVulnerable);
  facts.under_13 = risk != nullptr ? risk->target.age_band == AgeBand::kUnder13 : any_is(TargetMark::kUnder13);
  if (story.first_contact_at != kNever) facts.since_first_contact = at - story.first_contact_at;
  return priority_of(facts, rules);
}

}  // namespace

void render(const CaseMove& move, const CaseNews& news, const ActorState& state, const EscalationConfig& config,
            std::string_view routing_key, v1::Escalation& out) {
  out.Clear();
  RiskNews remembered;
  const RiskNews* risk = move.kind == SubjectKind::kPair ? risk_behind(move, news, remembered) : nullptr;
  const std::uint32_t routing_hash = murmur2(routing_key);
  out.set_escalation_id(escalation_id(move.kind, routing_hash, move.subject, move.number));
  out.set_revision(move.revision);
  out.set_status(as<v1::EscalationStatus>(move.status));
  out.set_severity(as<v1::Severity>(move.severity));
  out.set_risk(move.risk);

  v1::Subject& subject = *out.mutable_subject();
  subject.set_kind(as<v1::SubjectKind>(move.kind));
  subject.set_tenant(std::string(news.tenant));
  subject.set_actor_id(std::string(news.actor.id.value));
  out.set_reason(as<v1::EscalationReason>(move.reason));
  const bool is_by_itself = move.quiet_since != kNever;
  const auto* decision = is_by_itself ? nullptr : std::get_if<DecisionNews>(&news.what);
  const bool is_ended_pair = risk == nullptr && move.kind == SubjectKind::kPair;
  if (is_ended_pair) {
    render_ended_pair(move, news, state, subject);
  } else if (risk != nullptr) {
    render_pair_subject(news, *risk, subject);
    render_channels(*risk, out);
  } else {
    render_actor_subject(state, subject);
  }
  render_stages(move, out);
  render_evidence(move, config, out);

  Story story = story_of(move, news, risk, state);
  if (decision != nullptr && decision->id.subject == move.subject) {
    story.verdict = decision->verdict;
    story.snooze_until = move.snooze_until;
    story.decided_at = news.at;
  }
  if (is_ended_pair) story.first_contact_at = move.since;
  story.quiet_since = move.quiet_since;
  story.reason = move.reason;
  out.set_priority(priority(story, move.at, risk, state, config.rules.priority));
  story.combinations = config.rules.combinations;
  out.set_explanation(explain(story, config.language));
  if (story.first_contact_at != kNever) set_time(story.first_contact_at, *out.mutable_first_contact_at());
  set_time(move.at, *out.mutable_raised_at());
  // The platform's event, not the record of the internal topic: the same live, in a replay, and whatever the partitions.
  if (!is_by_itself)
    set_source(news.source, decision != nullptr ? config.decisions_topic : config.source_topic, *out.mutable_decided_at());
  out.mutable_rules()->set_version(config.rules.version);
  out.mutable_rules()->set_sha256(config.rules.sha256);
  for (const CaseName& related : move.related_cases()) {
    out.add_related_escalation_ids(escalation_id(related.kind, routing_hash, related.subject, related.number));
  }
  out.set_held_back_count(move.held_back);
}

void write_target_input(const ContactTold& contact, const CaseNews& news, const ActorState& state, v1::TargetInput& out) {
  out.Clear();
  out.set_tenant(std::string(news.tenant));
  out.mutable_target()->set_account_id(std::string(contact.target.id.value));
  out.mutable_target()->set_age_band(as<v1::AgeBand>(contact.target.age_band));
  out.mutable_target()->set_age_assurance(as<v1::AgeAssurance>(contact.target.age_assurance));
  out.mutable_target()->set_heightened_vulnerability(contact.target.heightened_vulnerability);
  out.set_occurred_at_ms(contact.at.ms);
  out.set_source_partition(news.source.partition);
  out.set_source_offset(news.source.offset);
  out.set_by_decision(std::holds_alternative<DecisionNews>(news.what));
  v1::ContactNews& told = *out.mutable_contact();
  told.mutable_actor()->set_account_id(std::string(news.actor.id.value));
  told.mutable_actor()->set_age_band(as<v1::AgeBand>(state.age_band));
  told.mutable_actor()->set_age_assurance(as<v1::AgeAssurance>(state.age_assurance));
  told.set_risk(contact.risk);
  told.set_severity(as<v1::Severity>(contact.severity));
  told.set_case_number(contact.case_number);
  told.set_ended(contact.has_ended);
  told.set_confirmed(contact.is_confirmed);
  told.set_risky_from_ms(contact.risky_from.ms);
  told.set_risky_until_ms(contact.risky_until.ms);
  told.set_first_contact_at_ms(contact.first_contact_at.ms);
  for (const StageItem& item : contact.stages.all()) {
    v1::StageReached& stage = *told.add_stages();
    stage.set_stage(as<v1::Stage>(item.stage));
    set_time(item.reached_at, *stage.mutable_reached_at());
  }
  if (contact.mutual_contacts) told.set_mutual_contacts(*contact.mutual_contacts);
}

}  // namespace pairwatch::escalation
