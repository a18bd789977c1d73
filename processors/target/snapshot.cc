#include "processors/target/snapshot.h"

#include <cstdint>
#include <string>

#include "processors/core/case_state.h"
#include "processors/core/decay.h"
#include "processors/core/hash.h"
#include "processors/core/keys.h"
#include "processors/target/layout.h"

namespace pairwatch::target {
namespace {

void write_contact(const ContactRecord& contact, v1::ContactState& out) {
  out.set_actor_id(contact.id);
  out.set_age_band(static_cast<v1::AgeBand>(contact.age_band));
  out.set_age_assurance(static_cast<v1::AgeAssurance>(contact.age_assurance));
  out.set_severity(static_cast<v1::Severity>(contact.severity));
  out.set_case_number(contact.case_number);
  out.set_confirmed(contact.is_confirmed);
  out.set_risk(round_to_4_decimals(contact.risk / 10'000.0));
  if (contact.risky_from != kNever) out.set_risky_from_ms(contact.risky_from.ms);
  if (contact.risky_until != kNever) out.set_risky_until_ms(contact.risky_until.ms);
  if (contact.first_contact_at != kNever) out.set_first_contact_at_ms(contact.first_contact_at.ms);
  if (contact.ended_at != kNever) out.set_ended_at_ms(contact.ended_at.ms);
  if (contact.mutual_contacts) out.set_mutual_contacts(*contact.mutual_contacts);
  for (std::size_t stage = 1; stage < contact.stages.size(); ++stage) {
    if (contact.stages[stage] != kNever) out.add_stages(static_cast<v1::Stage>(stage));
  }
}

}  // namespace

void snapshot(const TargetState& state, v1::MinorState& out) {
  out.Clear();
  out.set_layout_version(static_cast<std::uint32_t>(kTargetStateVersion));
  out.set_last_news_at_ms(state.last_news_at.ms);
  out.set_age_band(static_cast<v1::AgeBand>(state.age_band));
  out.set_age_assurance(static_cast<v1::AgeAssurance>(state.age_assurance));
  if (state.age_at != kNever) out.set_age_at_ms(state.age_at.ms);
  out.set_heightened_vulnerability(state.is_vulnerable);
  for (const ContactRecord& contact : state.contacts) write_contact(contact, *out.add_contacts());
  if (!state.target_case.is_open()) return;
  std::string key;
  write_account_key(state.tenant, {state.id}, key);
  write_case_state(SubjectKind::kTarget, murmur2(key), state.target_case, *out.mutable_target_case());
}

}  // namespace pairwatch::target
