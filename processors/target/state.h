// What is remembered of one minor: who shows risk towards it, and the case about it.
//
// Order-tolerant: what is told of an account merges by minima and maxima, so that accounts that come in another order, from other
// partitions of escalation, end in the same state. What is told of one account comes in its own order. Bounded: at most
// kMostContacts, and kTargetStateLimit bytes when encoded (layout.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "processors/core/age.h"
#include "processors/core/case_record.h"
#include "processors/core/kinds.h"
#include "processors/core/time.h"
#include "processors/target/news.h"

namespace pairwatch::target {

/// One account that shows risk towards the minor.
struct ContactRecord {
  std::string id;
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  EventTime age_at = kNever;            ///< when that was so: the newest wins
  Severity severity = Severity::kNone;  ///< of its PAIR case, while that is open
  std::uint32_t case_number = 0;        ///< of that case, or of the one that has ended
  bool is_confirmed = false;
  std::uint32_t risk = 0;  ///< the highest of the pair alone, in ten-thousandths; since the last case ended
  EventTime risky_from = kNever;
  EventTime risky_until = kNever;
  EventTime first_contact_at = kNever;
  EventTime ended_at = kNever;                   ///< when its last case stood down
  std::optional<std::uint32_t> mutual_contacts;  ///< the most that were told
  StageTimes stages{};

  AgeClass age() const { return age_class(age_band, age_assurance); }

  friend bool operator==(const ContactRecord&, const ContactRecord&) = default;
};

struct TargetState {
  EventTime last_news_at = kNever;
  std::string tenant;
  std::string id;
  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  EventTime age_at = kNever;
  bool is_vulnerable = false;
  std::vector<ContactRecord> contacts;  ///< by id
  CaseRecord target_case;

  friend bool operator==(const TargetState&, const TargetState&) = default;
};

/// The minor's age, unless something newer is known; one that is not told changes nothing.
void remember_age(TargetState& state, const TargetNews& news);

/// Forgets what accounts showed that have shown nothing since `before`: that they are known stays.
void forget_shown(TargetState& state, EventTime before);

/// Merges what is told of an account, a later case of which begins anew. Beyond max_contacts the least risky leaves. Whether one
/// left.
bool remember_contact(TargetState& state, const ContactNews& news, EventTime at, std::size_t max_contacts);

}  // namespace pairwatch::target
