#include "processors/escalation/snapshot.h"

#include <bit>
#include <cstdint>
#include <string>

#include "processors/core/case_state.h"
#include "processors/core/cases.h"
#include "processors/core/decay.h"
#include "processors/core/hash.h"
#include "processors/core/signal.h"
#include "processors/escalation/layout.h"
#include "processors/escalation/risk_story.h"

namespace pairwatch::escalation {
namespace {

void write_target(const TargetRecord& target, v1::TargetState& out) {
  out.set_target_id(std::string(target.name()));
  if (target.first_at != kNever) out.set_first_at_ms(target.first_at.ms);
  if (target.responded_at != kNever) out.set_responded_at_ms(target.responded_at.ms);
  if (target.complained_first_at != kNever) {
    out.set_complained_first_at_ms(target.complained_first_at.ms);
    out.set_complained_last_at_ms(target.complained_last_at.ms);
  }
  out.set_contacted(target.has(TargetMark::kContacted));
  out.set_stranger(target.has(TargetMark::kStranger));
  out.set_replied(target.has(TargetMark::kReplied));
  out.set_accepted(target.has(TargetMark::kAccepted));
  out.set_refused(target.has(TargetMark::kRefused));
  out.set_blocked(target.has(TargetMark::kBlocked));
  out.set_reported(target.has(TargetMark::kReported));
  out.set_minor(target.has(TargetMark::kMinor));
  out.set_under_13(target.has(TargetMark::kUnder13));
  out.set_vulnerable(target.has(TargetMark::kVulnerable));
}

void write_risk(const RiskRecord& record, v1::RiskState& out) {
  out.set_since_ms(record.since.ms);
  out.set_target_age_band(static_cast<v1::AgeBand>(record.target_band));
  out.set_target_age_assurance(static_cast<v1::AgeAssurance>(record.target_assurance));
  out.set_actor_age_band(static_cast<v1::AgeBand>(record.actor_band));
  for (const RiskPoint& point : record.all()) {
    v1::RiskPointState& written = *out.add_points();
    written.set_at_ms(point.at.ms);
    written.set_log_odds(point.log_odds);
    written.set_own_blocked(point.own_blocked);
  }
  RiskNews story;
  read_story(record.story, story);
  story.evidence.sort();
  out.set_target_id(std::string(story.target.id.value));
  for (const EvidenceItem& item : story.evidence.all()) {
    v1::RiskEvidenceState& written = *out.add_evidence();
    written.set_signal(evidence_name(item.signal, {}));  // stored state knows no rule set
    written.set_contribution(round_to_4_decimals(item.contribution));
    written.set_count(item.count);
    written.set_first_at_ms(item.first_at.ms);
    written.set_last_at_ms(item.last_at.ms);
  }
}

/// Writes ids of one actor's cases.
class CaseWriter {
 public:
  explicit CaseWriter(std::string_view routing_key) : routing_hash_(murmur2(routing_key)) {}

  void write(SubjectKind kind, const CaseRecord& record, v1::CaseState& out) const {
    write_case_state(kind, routing_hash_, record, out);
  }

  void write(const QuietCase& quiet, v1::LetGoCaseState& out) const {
    out.set_escalation_id(escalation_id(SubjectKind::kPair, routing_hash_, quiet.subject, quiet.number));
    out.set_revision(quiet.revision);
    out.set_severity(static_cast<v1::Severity>(quiet.severity));
  }

 private:
  std::uint32_t routing_hash_;
};

}  // namespace

void snapshot(const ActorState& state, std::string_view routing_key, v1::ActorState& out) {
  out.Clear();
  out.set_layout_version(static_cast<std::uint32_t>(kActorStateVersion));
  out.set_last_news_at_ms(state.last_news_at.ms);
  if (state.first_contact_at != kNever) out.set_first_contact_at_ms(state.first_contact_at.ms);
  out.set_age_band(static_cast<v1::AgeBand>(state.age_band));
  out.set_age_assurance(static_cast<v1::AgeAssurance>(state.age_assurance));
  if (state.age_at != kNever) out.set_age_at_ms(state.age_at.ms);
  out.set_distinct_targets(state.distinct_targets());
  for (const DeviceRecord& device : state.devices) {
    v1::DeviceState& written = *out.add_devices();
    written.set_digest(device.digest);
    written.set_last_at_ms(device.last_at.ms);
  }
  out.set_confirmed_count(state.confirmed_count);
  for (const TargetRecord& target : state.targets) write_target(target, *out.add_targets());
  for (const RiskRecord& record : state.risks) write_risk(record, *out.add_risks());
  const CaseWriter cases(routing_key);
  for (const CaseRecord& record : state.cases) cases.write(SubjectKind::kPair, record, *out.add_pair_cases());
  for (const QuietCase& quiet : state.quiet) cases.write(quiet, *out.add_let_go_cases());
  if (state.actor_case.is_open()) cases.write(SubjectKind::kActor, state.actor_case, *out.mutable_actor_case());
}

}  // namespace pairwatch::escalation
