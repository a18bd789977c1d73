#include "processors/escalation/target_news.h"

#include <algorithm>

#include "processors/core/cases.h"
#include "processors/escalation/risk_story.h"

namespace pairwatch::escalation {
namespace {

void fill(const RiskNews& risk, ContactTold& contact) {
  contact.target = risk.target;
  contact.first_contact_at = risk.first_contact_at;
  contact.stages = risk.stages;
  contact.mutual_contacts = risk.mutual_contacts;
}

/// Of a case that moved.
ContactTold contact_of(const CaseMove& move, const Step& step, const CaseNews& news) {
  ContactTold contact;
  contact.at = move.at;
  contact.case_number = move.number;
  if (const auto* decision = std::get_if<DecisionNews>(&news.what); decision != nullptr && decision->id.subject == move.subject) {
    contact.target.id = {decision->target};
    contact.has_ended = move.status == EscalationStatus::kStoodDown;
    contact.is_confirmed = decision->verdict == Verdict::kConfirmed;
    contact.severity = contact.has_ended ? Severity::kNone : move.severity;
    contact.first_contact_at = move.since;
    return contact;
  }
  contact.severity = move.severity;
  if (move.story.empty()) {
    fill(std::get<RiskNews>(news.what), contact);
    contact.risk = step.own_risk;
    contact.risky_from = contact.risky_until = news.at;
    return contact;
  }
  RiskNews remembered;
  read_story(move.story, remembered);
  remembered.target.age_band = move.target_band;
  remembered.target.age_assurance = move.target_assurance;
  fill(remembered, contact);
  contact.risky_from = move.risky_from;
  contact.risky_until = move.risky_until;
  return contact;
}

}  // namespace

void contacts_told(const Step& step, const CaseNews& news, const ActorState& state, const EscalationConfig& config,
                   std::vector<ContactTold>& told) {
  told.clear();
  bool has_moved = false;
  for (const CaseMove& move : step.moves) {
    if (move.kind != SubjectKind::kPair) continue;
    has_moved = has_moved || move.story.empty();
    told.push_back(contact_of(move, step, news));
  }
  const auto* risk = std::get_if<RiskNews>(&news.what);
  if (risk != nullptr && !has_moved && step.own_risk >= config.rules.told_risk) {
    ContactTold& contact = told.emplace_back();
    fill(*risk, contact);
    contact.at = contact.risky_from = contact.risky_until = news.at;
    contact.risk = step.own_risk;
    const Hash128 subject = pair_subject(news.tenant, news.actor.id, risk->target.id);
    for (const CaseRecord& record : state.cases) {
      if (record.subject != subject) continue;
      contact.severity = record.standing();
      contact.case_number = record.number;
    }
  }
  std::erase_if(told, [](const ContactTold& contact) { return contact.target.age_band == AgeBand::kAdult; });
}

}  // namespace pairwatch::escalation
