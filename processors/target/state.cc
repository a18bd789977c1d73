#include "processors/target/state.h"

#include <algorithm>

#include "processors/target/config.h"

namespace pairwatch::target {
namespace {

void take_earlier(EventTime& known, EventTime told) {
  if (told != kNever && (known == kNever || told < known)) known = told;
}

void forget_shown(ContactRecord& contact) {
  contact.severity = Severity::kNone;
  contact.is_confirmed = false;
  contact.risk = 0;
  contact.risky_from = contact.risky_until = kNever;
  contact.stages = {};
}

/// What was seen before a moderator dismissed it counts no more.
void end_case(ContactRecord& contact, EventTime at) {
  contact.ended_at = std::max(contact.ended_at, at);
  forget_shown(contact);
}

void merge(ContactRecord& contact, const ContactNews& news, EventTime at) {
  if (is_newer_age(contact.age_band, contact.age_assurance, contact.age_at, news.age_band, news.age_assurance, at)) {
    contact.age_band = news.age_band;
    contact.age_assurance = news.age_assurance;
    contact.age_at = at;
  }
  // The case before has stood down by itself, long after what it was made of.
  if (contact.case_number != 0 && news.case_number > contact.case_number) forget_shown(contact);
  contact.case_number = std::max(contact.case_number, news.case_number);
  take_earlier(contact.first_contact_at, news.first_contact_at);
  if (news.mutual_contacts) contact.mutual_contacts = std::max(contact.mutual_contacts.value_or(0), *news.mutual_contacts);
  if (news.has_ended) return end_case(contact, at);
  contact.severity = std::max(contact.severity, news.severity);
  contact.is_confirmed = contact.is_confirmed || news.is_confirmed;
  contact.risk = std::max(contact.risk, news.risk);
  take_earlier(contact.risky_from, news.risky_from);
  contact.risky_until = std::max(contact.risky_until, news.risky_until);
  for (std::size_t stage = 0; stage < news.stages.size(); ++stage) take_earlier(contact.stages[stage], news.stages[stage]);
}

bool leaves_before(const ContactRecord& a, const ContactRecord& b) {
  if (a.severity != b.severity) return a.severity < b.severity;
  if (a.risk != b.risk) return a.risk < b.risk;
  if (a.risky_until != b.risky_until) return a.risky_until < b.risky_until;
  return a.id < b.id;
}

}  // namespace

void remember_age(TargetState& state, const TargetNews& news) {
  state.is_vulnerable = state.is_vulnerable || news.heightened_vulnerability;
  if (news.age_band == AgeBand::kUnknown && news.age_assurance == AgeAssurance::kUnknown) return;
  if (!is_newer_age(state.age_band, state.age_assurance, state.age_at, news.age_band, news.age_assurance, news.at)) return;
  state.age_band = news.age_band;
  state.age_assurance = news.age_assurance;
  state.age_at = news.at;
}

void forget_shown(TargetState& state, EventTime before) {
  for (ContactRecord& contact : state.contacts) {
    if (contact.risky_until < before) forget_shown(contact);
  }
}

bool remember_contact(TargetState& state, const ContactNews& news, EventTime at, std::size_t max_contacts) {
  auto place = std::lower_bound(state.contacts.begin(), state.contacts.end(), news.actor.value,
                                [](const ContactRecord& contact, std::string_view id) { return contact.id < id; });
  if (place == state.contacts.end() || place->id != news.actor.value) {
    place = state.contacts.insert(place, ContactRecord{});
    place->id = news.actor.value;
  }
  merge(*place, news, at);
  if (state.contacts.size() <= std::min(max_contacts, kMostContacts)) return false;
  state.contacts.erase(std::min_element(state.contacts.begin(), state.contacts.end(), leaves_before));
  return true;
}

}  // namespace pairwatch::target
