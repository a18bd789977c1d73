// The cases of a run: when each came to which severity, how risky it was at most, what carried it.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "pairwatch/v1/escalation.pb.h"
#include "processors/core/age.h"
#include "processors/core/hash.h"
#include "processors/core/kinds.h"
#include "tools/evaluate/observation.h"

namespace pairwatch::evaluate {

inline constexpr std::size_t kSeverities = 4;  ///< by number; the first is none

struct Case {
  SubjectKind kind = SubjectKind::kPair;
  std::string tenant;
  std::string actor_id;                ///< kPair, kActor
  std::string target_id;               ///< kPair, kTarget
  std::vector<std::string> actor_ids;  ///< kTarget
  AgeBand actor_band = AgeBand::kUnknown;
  AgeBand target_band = AgeBand::kUnknown;
  std::array<Moment, kSeverities> reached;  ///< that severity or higher, first
  double risk = 0;                          ///< the highest of its revisions
  /// What it rested on when it first came to REVIEW, else at its last revision: signal and log-odds, largest first.
  std::vector<std::pair<std::string, double>> carried_by;
};

class Cases {
 public:
  void add(const v1::Escalation& escalation);
  const std::vector<Case>& all() const { return cases_; }

 private:
  std::vector<Case> cases_;
  absl::flat_hash_map<Hash128, std::size_t> places_;
};

}  // namespace pairwatch::evaluate
