// Labels: what is known of relations, one JSON object a line, as `pairwatch generate --labels` writes them or people do.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "processors/core/kinds.h"

namespace pairwatch::evaluate {

struct Label {
  SubjectKind kind = SubjectKind::kPair;
  std::string tenant;
  std::string actor_id;   ///< empty for kTarget
  std::string target_id;  ///< empty for kActor
  bool is_risky = false;
  bool is_gray = false;   ///< reported, never counted
  std::string archetype;  ///< empty: not told
  std::string evasion;    ///< empty: none
  std::string first_contact_event_id;
  std::string risky_from_event_id;
  std::string harm_event_id;
};

struct LabelsResult {
  std::vector<Label> labels;
  std::vector<std::string> problems;  ///< each with its line; at most 20
};

/// Unknown fields are ignored; empty lines too. `name` is told in problems.
LabelsResult read_labels(std::istream& in, const std::string& name);

}  // namespace pairwatch::evaluate
