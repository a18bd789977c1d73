#include "processors/target/explanation.h"

#include <algorithm>
#include <array>
#include <vector>

#include "processors/core/wording.h"

namespace pairwatch::target {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return spoken_number(count) + " " + std::string(count == 1 ? one : several);
}

/// `2 adult accounts and 1 account of unknown age`.
std::string ages(const std::vector<const ContactRecord*>& contacts) {
  std::array<std::size_t, kAgeClassCount> by_age{};
  for (const ContactRecord* contact : contacts) ++by_age[static_cast<std::size_t>(contact->age())];
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view several) {
    if (count > 0) parts.push_back(counted(count, one, several));
  };
  add(by_age[static_cast<std::size_t>(AgeClass::kAdult)], "adult account", "adult accounts");
  add(by_age[static_cast<std::size_t>(AgeClass::kUnknown)], "account of unknown age", "accounts of unknown age");
  add(by_age[static_cast<std::size_t>(AgeClass::kMinorSelfDeclared)], "account that says it is a minor",
      "accounts that say they are minors");
  add(by_age[static_cast<std::size_t>(AgeClass::kMinorAssured)], "account of a minor", "accounts of minors");
  return spoken_list(parts);
}

std::string opening(const CaseMove& move, const TargetState& state, const std::vector<const ContactRecord*>& contacts) {
  const Duration span = move.crowd.until - move.crowd.from;
  return capitalised(spoken_account(state.age_band)) + " is in contact with " +
         counted(contacts.size(), "account whose behaviour stands out", "accounts whose behaviour stands out at once") + " (" +
         ages(contacts) + "), seen from " + spoken_time(move.crowd.from) + " on" +
         (span < seconds(1) ? "." : ", within " + spoken_span(span) + ".");
}

/// How far each went.
std::string standing(const std::vector<const ContactRecord*>& contacts) {
  const auto count = [&](auto&& holds) {
    return static_cast<std::size_t>(std::count_if(contacts.begin(), contacts.end(), [&](const auto* one) { return holds(*one); }));
  };
  const std::size_t reviewed = count([](const ContactRecord& one) { return one.severity >= Severity::kReview; });
  const std::size_t watched = count([](const ContactRecord& one) { return one.severity == Severity::kWatch; });
  const std::size_t confirmed = count([](const ContactRecord& one) { return one.is_confirmed; });
  std::vector<std::string> parts;
  const auto add = [&](std::size_t number, const std::string& words) {
    if (number > 0) parts.push_back(spoken_number(number) + " of them " + words);
  };
  add(reviewed, (reviewed == 1 ? "has" : "have") + std::string(" a pair case at review or above"));
  add(watched, (watched == 1 ? "has" : "have") + std::string(" a pair case at watch"));
  add(confirmed, (confirmed == 1 ? "was" : "were") + std::string(" confirmed by a moderator"));
  add(contacts.size() - reviewed - watched, "would not be told on its own");
  return capitalised(spoken_list(parts)) + ".";
}

/// What they came to, and who seems to have come by way of another.
std::string course(const std::vector<const ContactRecord*>& contacts) {
  std::vector<std::string> stages;
  for (std::size_t stage = 1; stage < static_cast<std::size_t>(kStageCount); ++stage) {
    const auto reached =
        std::count_if(contacts.begin(), contacts.end(), [&](const auto* one) { return one->stages[stage] != kNever; });
    if (reached > 0) {
      stages.push_back(std::string(spoken_stage(static_cast<Stage>(stage))) + " (" +
                       spoken_number(static_cast<std::uint64_t>(reached)) + ")");
    }
  }
  std::string text = stages.empty() ? "" : "Seen of them: " + spoken_list(stages);
  EventTime first = kNever;
  for (const ContactRecord* one : contacts) {
    if (one->first_contact_at != kNever && (first == kNever || one->first_contact_at < first)) first = one->first_contact_at;
  }
  const auto introduced = std::count_if(contacts.begin(), contacts.end(), [&](const ContactRecord* one) {
    return one->mutual_contacts.value_or(0) > 0 && one->first_contact_at > first;
  });
  if (introduced > 0) {
    text += (text.empty() ? "" : "; ") + counted(static_cast<std::size_t>(introduced), "of them", "of them") +
            " came later than the first, with contacts in common";
  }
  return text.empty() ? text : capitalised(text) + ".";
}

}  // namespace

std::string explain(const CaseMove& move, const TargetState& state) {
  if (move.verdict == Verdict::kDismissed) return spoken_dismissal(move.at, move.snooze_until);
  if (move.verdict) return spoken_confirmation(move.at) + ". The pair cases that it names are decided each on its own.";
  if (move.quiet_since != kNever) {
    return "Since " + spoken_time(move.quiet_since) +
           " there were no several accounts at once whose behaviour stands out. The case stands "
           "down; what comes from now on may open another.";
  }
  if (move.status == EscalationStatus::kStoodDown) {
    return "The pair cases that this case was made of have stood down, and what is left are not several accounts at once. It "
           "stands "
           "down with them; what comes from now on may open another.";
  }
  std::vector<const ContactRecord*> contacts;
  for (const std::uint8_t place : move.crowd.all()) contacts.push_back(&state.contacts[place]);
  std::string text = opening(move, state, contacts) + " " + standing(contacts);
  if (const std::string more = course(contacts); !more.empty()) text += " " + more;
  return text + " Each of these contacts alone may be ordinary; so many at once deserve " + std::string(spoken_due(move.severity)) +
         " (score " + spoken_share(move.risk) + " of 1), which is no verdict.";
}

}  // namespace pairwatch::target
