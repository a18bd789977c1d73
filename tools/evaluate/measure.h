// From labels, events and cases to figures. Pure: no files, no clock.
//
// A relation is detected by a case about it: a PAIR case of its two accounts; for an ACTOR label any case of the account, for a
// TARGET label any case about the minor; for a PAIR label also an ACTOR case of its account, or a TARGET case that names it. A
// case is true if it is about a risky relation, gray if about a gray one, of another risky account's doing if its account is in a
// risky label with somebody else, else false.
#pragma once

#include <optional>
#include <vector>

#include "tools/evaluate/cases.h"
#include "tools/evaluate/labels.h"
#include "tools/evaluate/observation.h"
#include "tools/evaluate/report.h"

namespace pairwatch::evaluate {

enum class Truth : std::uint8_t { kRisky, kGray, kOther, kFalse };

struct Verdict {
  Truth truth = Truth::kFalse;
  std::vector<std::uint32_t> labels;  ///< that the case is about
};

/// Finds what cases are about.
class Judge {
 public:
  /// `labels` outlives it.
  explicit Judge(const std::vector<Label>& labels);
  Verdict judge(const Case& seen) const;

 private:
  const std::vector<Label>& labels_;
  absl::flat_hash_map<Hash128, std::vector<std::uint32_t>> pairs_;    ///< in order of actor and target
  absl::flat_hash_map<Hash128, std::vector<std::uint32_t>> actors_;   ///< PAIR and ACTOR labels
  absl::flat_hash_map<Hash128, std::vector<std::uint32_t>> targets_;  ///< TARGET labels
};

/// What of a run can be compared with another run's: by label, whether it came to REVIEW, and before harm; and false cases.
struct Outcome {
  std::vector<bool> detected;
  std::vector<bool> before_harm;
  std::uint64_t false_cases = 0;
};
Outcome outcome_of(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& cases);

struct MeasureOptions {
  std::optional<double> alerts_per_day;  ///< per million daily users
};

/// `cases` are those of the rules as they are; `all_cases` of the same rules with the lowest thresholds, for whatever looks at
/// risk instead of severity.
Report measure(const std::vector<Label>& labels, const Observation& observation, const std::vector<Case>& cases,
               const std::vector<Case>& all_cases, const MeasureOptions& options);

}  // namespace pairwatch::evaluate
