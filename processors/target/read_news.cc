#include "processors/target/read_news.h"

#include <cstdint>

#include "processors/core/timestamp.h"
#include "processors/target/layout.h"

namespace pairwatch::target {
namespace {

bool is_event_time_or_never(EventTime time) { return time == kNever || is_event_time(time); }

EventTime time_of(const google::protobuf::Timestamp& time) { return event_time_of(time).value_or(kNever); }

bool is_account(const v1::Party& party) {
  return !party.account_id().empty() && party.account_id().size() <= kIdLimit && v1::AgeBand_IsValid(party.age_band()) &&
         v1::AgeAssurance_IsValid(party.age_assurance());
}

bool read_stages(const v1::ContactNews& told, StageTimes& stages) {
  for (const v1::StageReached& reached : told.stages()) {
    if (reached.stage() == v1::STAGE_UNSPECIFIED || !v1::Stage_IsValid(reached.stage())) return false;
    EventTime& at = stages[static_cast<std::size_t>(reached.stage())];
    if (at != kNever) return false;
    at = time_of(reached.reached_at());
    if (at == kNever) return false;
  }
  return true;
}

bool read_contact(const v1::ContactNews& told, ContactNews& contact) {
  if (!is_account(told.actor()) || !v1::Severity_IsValid(told.severity())) return false;
  const bool is_risk = told.risk() >= 0 && told.risk() <= 1;  // not a NaN either
  if (!is_risk) return false;
  contact.actor = {told.actor().account_id()};
  contact.age_band = static_cast<AgeBand>(told.actor().age_band());
  contact.age_assurance = static_cast<AgeAssurance>(told.actor().age_assurance());
  contact.risk = static_cast<std::uint32_t>(told.risk() * 10'000 + 0.5);
  contact.severity = static_cast<Severity>(told.severity());
  contact.case_number = told.case_number();
  contact.has_ended = told.ended();
  contact.is_confirmed = told.confirmed();
  contact.risky_from = {told.risky_from_ms()};
  contact.risky_until = {told.risky_until_ms()};
  contact.first_contact_at = {told.first_contact_at_ms()};
  if (told.has_mutual_contacts()) contact.mutual_contacts = told.mutual_contacts();
  return is_event_time_or_never(contact.risky_from) && is_event_time_or_never(contact.first_contact_at) &&
         is_event_time_or_never(contact.risky_until) && contact.risky_from <= contact.risky_until &&
         read_stages(told, contact.stages);
}

bool read_decision(const v1::Decision& told, DecisionNews& decision) {
  const std::optional<CaseId> id = read_case_id(told.escalation_id());
  if (!id || told.verdict() == v1::VERDICT_UNSPECIFIED || !v1::Verdict_IsValid(told.verdict())) return false;
  decision.id = *id;
  decision.verdict = static_cast<Verdict>(told.verdict());
  if (told.has_snooze_until()) decision.snooze_until = time_of(told.snooze_until());
  return true;
}

}  // namespace

bool read_news(const v1::TargetInput& input, TargetNews& news) {
  news = {};
  news.at = {input.occurred_at_ms()};
  news.source = {input.source_partition(), input.source_offset()};
  news.is_by_decision = input.by_decision();
  if (!is_event_time(news.at)) return false;
  switch (input.what_case()) {
    case v1::TargetInput::kContact: {
      if (!is_account(input.target()) || input.tenant().size() > kTenantLimit) return false;
      news.tenant = input.tenant();
      news.target = {input.target().account_id()};
      news.age_band = static_cast<AgeBand>(input.target().age_band());
      news.age_assurance = static_cast<AgeAssurance>(input.target().age_assurance());
      news.heightened_vulnerability = input.target().heightened_vulnerability();
      ContactNews& contact = news.what.emplace<ContactNews>();
      return read_contact(input.contact(), contact) && contact.actor != news.target;
    }
    case v1::TargetInput::kDecision: return read_decision(input.decision(), news.what.emplace<DecisionNews>());
    case v1::TargetInput::WHAT_NOT_SET: return false;
  }
  return false;
}

}  // namespace pairwatch::target
