// Runs every service over labelled events and measures what came of it.
//
// In:      a file of events, its labels, and the rules.
// Out:     a Report.
// Cost:    two replays of the whole file (the rules as they are; the lowest thresholds, for whatever looks at risk), and, unless
//          ablation is off, one for each signal and combination that took part, over the accounts that have a case at REVIEW alone.
//          Memory: see observation.h, the cases, and the records of those accounts.
// Fails:   EvaluateResult::failure, where the input cannot be read.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tools/evaluate/labels.h"
#include "tools/evaluate/measure.h"
#include "tools/evaluate/report.h"
#include "topology/embedded/embedded.h"
#include "topology/embedded/input.h"

namespace pairwatch::evaluate {

struct EvaluateOptions {
  std::string input;  ///< a file: it is read more than once
  embedded::Framing framing = embedded::Framing::kAuto;
  embedded::InputLimits limits;
  embedded::EmbeddedConfig config;
  MeasureOptions measure;
  bool ablation = true;
  std::ostream* features = nullptr;  ///< where rows for a fit go (features.h), at the cost of another replay; null: nowhere
};

struct EvaluateResult {
  Report report;
  std::optional<std::string> failure;
};

/// Told what begins, for instance `without secrecy_request`.
using Step = std::function<void(const std::string& what)>;

EvaluateResult evaluate(const std::vector<Label>& labels, const EvaluateOptions& options, const Step& step);

}  // namespace pairwatch::evaluate
