#include "processors/target/explanation.h"

#include <algorithm>
#include <array>
#include <vector>

#include "processors/target/sentences.h"

namespace pairwatch::target {
namespace {

using Contacts = std::vector<const ContactRecord*>;

/// A case in one language.
class Teller {
 public:
  explicit Teller(Language language) : wording_(language), say_(sentences(language)) {}

  std::string tell(const CaseMove& move, const TargetState& state) const;

 private:
  std::string ages(const Contacts& contacts) const;
  std::string opening(const CaseMove& move, const TargetState& state, const Contacts& contacts) const;
  std::string standing(const Contacts& contacts) const;
  std::string course(const Contacts& contacts) const;

  Wording wording_;
  const Sentences& say_;
};

/// `2 adult accounts and 1 account of unknown age`.
std::string Teller::ages(const Contacts& contacts) const {
  std::array<std::size_t, kAgeClassCount> by_age{};
  for (const ContactRecord* contact : contacts) ++by_age[static_cast<std::size_t>(contact->age())];
  std::vector<std::string> parts;
  for (std::size_t age = 0; age < by_age.size(); ++age) {
    if (by_age[age] > 0) parts.push_back(wording_.counted(by_age[age], say_.accounts[age]));
  }
  return wording_.list(parts);
}

std::string Teller::opening(const CaseMove& move, const TargetState& state, const Contacts& contacts) const {
  const Duration span = move.crowd.until - move.crowd.from;
  const std::string text = filled(
      wording_.counted(contacts.size(), say_.opening),
      {{"{minor}", wording_.account(state.age_band)}, {"{ages}", ages(contacts)}, {"{from}", wording_.time(move.crowd.from)}});
  return capitalised(text) + (span < seconds(1) ? "" : filled(say_.opened_within, {{"{span}", wording_.span(span)}})) + ".";
}

/// How far each went.
std::string Teller::standing(const Contacts& contacts) const {
  const auto count = [&](auto&& holds) {
    return static_cast<std::size_t>(std::count_if(contacts.begin(), contacts.end(), [&](const auto* one) { return holds(*one); }));
  };
  const std::size_t reviewed = count([](const ContactRecord& one) { return one.severity >= Severity::kReview; });
  const std::size_t watched = count([](const ContactRecord& one) { return one.severity == Severity::kWatch; });
  const std::size_t confirmed = count([](const ContactRecord& one) { return one.is_confirmed; });
  std::vector<std::string> parts;
  const auto add = [&](std::size_t number, const Counted& words) {
    if (number > 0) parts.push_back(wording_.counted(number, words));
  };
  add(reviewed, say_.reviewed);
  add(watched, say_.watched);
  add(confirmed, say_.confirmed);
  add(contacts.size() - reviewed - watched, say_.unnoted);
  return capitalised(wording_.list(parts)) + ".";
}

/// What they came to, and who seems to have come by way of another.
std::string Teller::course(const Contacts& contacts) const {
  std::vector<std::string> stages;
  for (std::size_t stage = 1; stage < static_cast<std::size_t>(kStageCount); ++stage) {
    const auto reached =
        std::count_if(contacts.begin(), contacts.end(), [&](const auto* one) { return one->stages[stage] != kNever; });
    if (reached > 0) {
      stages.push_back(std::string(wording_.stage(static_cast<Stage>(stage))) + " (" +
                       wording_.number(static_cast<std::uint64_t>(reached)) + ")");
    }
  }
  std::string text = stages.empty() ? "" : filled(say_.seen, {{"{stages}", wording_.list(stages)}});
  EventTime first = kNever;
  for (const ContactRecord* one : contacts) {
    if (one->first_contact_at != kNever && (first == kNever || one->first_contact_at < first)) first = one->first_contact_at;
  }
  const auto introduced = std::count_if(contacts.begin(), contacts.end(), [&](const ContactRecord* one) {
    return one->mutual_contacts.value_or(0) > 0 && one->first_contact_at > first;
  });
  if (introduced > 0) {
    text += (text.empty() ? "" : "; ") + wording_.counted(static_cast<std::uint64_t>(introduced), say_.introduced);
  }
  return text.empty() ? text : capitalised(text) + ".";
}

std::string Teller::tell(const CaseMove& move, const TargetState& state) const {
  if (move.verdict == Verdict::kDismissed) return wording_.dismissal(move.at, move.snooze_until);
  if (move.verdict) return wording_.confirmation(move.at).append(say_.decided_apart);
  if (move.quiet_since != kNever) return filled(say_.quiet, {{"{since}", wording_.time(move.quiet_since)}});
  if (move.status == EscalationStatus::kStoodDown) return std::string(say_.stood_down);
  Contacts contacts;
  for (const std::uint8_t place : move.crowd.all()) contacts.push_back(&state.contacts[place]);
  std::string text = opening(move, state, contacts) + " " + standing(contacts);
  if (const std::string more = course(contacts); !more.empty()) text += " " + more;
  return text + " " + filled(say_.closing, {{"{due}", wording_.due(move.severity)}, {"{score}", wording_.share(move.risk)}});
}

}  // namespace

std::string explain(const CaseMove& move, const TargetState& state, Language language) {
  return Teller(language).tell(move, state);
}

}  // namespace pairwatch::target
